-- Plans that move: releases on hold, the dates that people were told last, and when to look at a release again. Rows of
-- before stay as they are; the first look at one takes its dates as told.

ALTER TABLE release ADD COLUMN hold_by INTEGER;
ALTER TABLE release ADD COLUMN hold_at INTEGER;
ALTER TABLE release ADD COLUMN hold_reason TEXT;

-- JSON: the date and the cut-off of each phase as last published, with the days off among them.
ALTER TABLE release ADD COLUMN told TEXT;

-- When time next does something to the release: 0 is "look now", NULL is never.
ALTER TABLE release ADD COLUMN wake_at INTEGER DEFAULT 0;
UPDATE release SET wake_at = NULL WHERE closed_at IS NOT NULL;
CREATE INDEX release_wake ON release (wake_at) WHERE wake_at IS NOT NULL;

-- Items whose reminders are silenced, and until when. `intent` is how the person said it.
CREATE TABLE snooze (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    item                 TEXT NOT NULL,
    until                INTEGER NOT NULL,
    intent               TEXT NOT NULL,
    snoozed_by           INTEGER NOT NULL,
    snoozed_at           INTEGER NOT NULL,
    PRIMARY KEY (release_id, item)
) STRICT;

-- A phase that moves is reminded of anew on its new date, so the date belongs to the occasion.
CREATE TABLE reminder_3 (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    phase                TEXT NOT NULL,
    moment               TEXT NOT NULL CHECK (moment IN ('day-start', 'cut-off')),
    due_at               INTEGER NOT NULL,
    settled_at           INTEGER NOT NULL,
    outcome              TEXT NOT NULL CHECK (outcome IN ('posted', 'collapsed', 'nothing-open', 'told', 'held')),
    PRIMARY KEY (release_id, phase, moment, due_at)
) STRICT;
INSERT INTO reminder_3 (release_id, phase, moment, due_at, settled_at, outcome)
SELECT release_id, phase, moment, due_at, settled_at, outcome FROM reminder;
DROP TABLE reminder;
ALTER TABLE reminder_3 RENAME TO reminder;
