-- Playbooks whose releases come again, as servers have switched them on or off.
CREATE TABLE schedule (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    playbook             TEXT NOT NULL,
    is_on                INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    switched_by          INTEGER NOT NULL,
    switched_at          INTEGER NOT NULL,
    UNIQUE (guild_id, playbook)
) STRICT;

-- One row for each time that a release was to come, whatever became of it: the unique key makes it happen once.
-- `meant` is the civil time and its zone, `at` the instant that follows from them, `recurrence` the rule that gave it.
-- The release that was asked for is kept as it was on the day, with the message that asked.
CREATE TABLE occurrence (
    id                   INTEGER PRIMARY KEY,
    schedule_id          INTEGER NOT NULL REFERENCES schedule (id),
    meant                TEXT NOT NULL,
    at                   INTEGER NOT NULL,
    recurrence           TEXT NOT NULL,
    state                TEXT NOT NULL CHECK (state IN ('waiting', 'asked', 'started', 'declined', 'missed')),
    release              TEXT,
    release_id           INTEGER REFERENCES release (id),
    channel_id           INTEGER,
    message_id           INTEGER,
    settled_by           INTEGER,
    settled_at           INTEGER,
    UNIQUE (schedule_id, meant),
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CHECK (state <> 'asked' OR release IS NOT NULL),
    CHECK (state <> 'started' OR release_id IS NOT NULL)
) STRICT;

-- A schedule waits for one time.
CREATE UNIQUE INDEX occurrence_waiting ON occurrence (schedule_id) WHERE state = 'waiting';
