-- The reminder ladder: who is addressed belongs to an occasion, and so does the instant at which it is due.

-- The person to whom what stays overdue is brought in the end.
ALTER TABLE guild ADD COLUMN manager_id INTEGER;

-- What was due until then calls nobody any more; NULL is the start of the release.
ALTER TABLE release ADD COLUMN watched_from INTEGER;

-- Since when an item is open that was done before: it was taken back, or it is due daily and a new day began.
CREATE TABLE reopened (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    item                 TEXT NOT NULL,
    since                INTEGER NOT NULL,
    PRIMARY KEY (release_id, item)
) STRICT;

-- The reminders that are settled. The audience is 'channel', 'role:…', 'release-manager' or 'manager'.
CREATE TABLE reminder_4 (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    due_at               INTEGER NOT NULL,
    phase                TEXT NOT NULL,
    step                 TEXT NOT NULL CHECK (step IN ('heads-up', 'day-of', 'cut-off', 'nag')),
    audience             TEXT NOT NULL,
    settled_at           INTEGER NOT NULL,
    outcome              TEXT NOT NULL,
    PRIMARY KEY (release_id, due_at, phase, step, audience)
) STRICT;

-- What was settled before was settled for every role of the release.
INSERT INTO reminder_4 (release_id, due_at, phase, step, audience, settled_at, outcome)
SELECT reminder.release_id, reminder.due_at, reminder.phase,
       CASE reminder.moment WHEN 'day-start' THEN 'day-of' ELSE 'cut-off' END,
       audience.name, reminder.settled_at, reminder.outcome
FROM reminder JOIN (
    SELECT id AS release_id, 'channel' AS name FROM release
    UNION
    SELECT release.id, 'role:' || json_extract(role.value, '$.id')
    FROM release, json_each(release.playbook, '$.roles') AS role
) AS audience ON audience.release_id = reminder.release_id;

DROP TABLE reminder;
ALTER TABLE reminder_4 RENAME TO reminder;
