-- What the people of a server said about single days, one row for each thing said; of several about the same date the
-- newest counts. Nothing is changed or erased, so that it stays known who said what, and when.

CREATE TABLE calendar_day (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    date                 TEXT NOT NULL,
    standing             TEXT NOT NULL CHECK (standing IN ('off', 'worked', 'removed')),
    reason               TEXT,
    said_by              INTEGER NOT NULL,
    said_at              INTEGER NOT NULL,
    CHECK ((reason IS NULL) = (standing = 'removed'))
) STRICT;

CREATE INDEX calendar_of_guild ON calendar_day (guild_id, id);

CREATE TRIGGER calendar_day_is_never_changed BEFORE UPDATE ON calendar_day
BEGIN SELECT RAISE(ABORT, 'the record of the calendar is append-only'); END;

CREATE TRIGGER calendar_day_is_never_erased BEFORE DELETE ON calendar_day
BEGIN SELECT RAISE(ABORT, 'the record of the calendar is append-only'); END;
