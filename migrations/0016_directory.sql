-- What the people of a server changed of whom to ask and of what to do about what is seen, one row for each change; of
-- several about the same entry the newest counts. `what` is the kind of the entry and `entry` its id, which is empty for
-- what there is one of. The states before and after are JSON; none was not there, or is no more. Nothing is changed or
-- erased, so that it stays known who changed what, and when.

CREATE TABLE directory_change (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    what                 TEXT NOT NULL CHECK (what IN ('topic', 'contact', 'symptom', 'always')),
    entry                TEXT NOT NULL,
    state_before         TEXT,
    state_after          TEXT,
    changed_by           INTEGER NOT NULL,
    changed_at           INTEGER NOT NULL,
    CHECK (state_before IS NOT NULL OR state_after IS NOT NULL)
) STRICT;

CREATE INDEX directory_of_guild ON directory_change (guild_id, id);
CREATE INDEX directory_entry ON directory_change (guild_id, what, entry, id);

CREATE TRIGGER directory_change_is_never_changed BEFORE UPDATE ON directory_change
BEGIN SELECT RAISE(ABORT, 'the record of the directory is append-only'); END;

CREATE TRIGGER directory_change_is_never_erased BEFORE DELETE ON directory_change
BEGIN SELECT RAISE(ABORT, 'the record of the directory is append-only'); END;
