-- Who is on duty and when: rosters, what people change about them, and what was said of them.

-- Where hand-offs and swaps are spoken of; NULL is nowhere.
ALTER TABLE guild ADD COLUMN hand_offs_id INTEGER;

-- A roster: `text` is what people wrote, NULL for one that was taken away. `wake_at` is when to look at it, as with
-- releases.
CREATE TABLE roster (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    name                 TEXT NOT NULL,
    text                 TEXT,
    revision             INTEGER NOT NULL,
    changed_by           INTEGER NOT NULL,
    changed_at           INTEGER NOT NULL,
    wake_at              INTEGER,
    UNIQUE (guild_id, name)
) STRICT;

CREATE INDEX roster_wake ON roster (wake_at) WHERE wake_at IS NOT NULL;

-- What a roster was after each change.
CREATE TABLE roster_revision (
    roster_id            INTEGER NOT NULL REFERENCES roster (id),
    revision             INTEGER NOT NULL,
    text                 TEXT,
    changed_by           INTEGER NOT NULL,
    changed_at           INTEGER NOT NULL,
    PRIMARY KEY (roster_id, revision)
) STRICT;

-- That a stretch of a roster is somebody's, although the rotation says otherwise; `user_id` NULL is nobody's, because
-- whoever had it left, and `instead_of` NULL is whoever would be on.
CREATE TABLE shift_change (
    id                   INTEGER PRIMARY KEY,
    roster_id            INTEGER NOT NULL REFERENCES roster (id),
    begins               INTEGER NOT NULL,
    ends                 INTEGER NOT NULL,
    user_id              INTEGER,
    instead_of           INTEGER,
    cause                TEXT NOT NULL CHECK (cause IN ('taken', 'swapped', 'left')),
    made_by              INTEGER NOT NULL,
    made_at              INTEGER NOT NULL,
    CHECK (begins < ends)
) STRICT;

CREATE INDEX shift_change_of ON shift_change (roster_id, ends);

-- That somebody is away for whole days, as their own clock shows them. `ended_at` is when that was taken back.
CREATE TABLE away (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    user_id              INTEGER NOT NULL,
    first                TEXT NOT NULL,
    last                 TEXT NOT NULL,
    reason               TEXT,
    said_by              INTEGER NOT NULL,
    said_at              INTEGER NOT NULL,
    ended_at             INTEGER,
    CHECK (first <= last)
) STRICT;

CREATE INDEX away_in ON away (guild_id, last) WHERE ended_at IS NULL;

-- A shift that was offered to somebody. `state` is JSON. `message_id` is where it can be answered.
CREATE TABLE swap (
    id                   INTEGER PRIMARY KEY,
    roster_id            INTEGER NOT NULL REFERENCES roster (id),
    offered_by           INTEGER NOT NULL,
    offered_at           INTEGER NOT NULL,
    offered_to           INTEGER NOT NULL,
    gives_from           INTEGER NOT NULL,
    gives_until          INTEGER NOT NULL,
    gets_from            INTEGER,
    gets_until           INTEGER,
    state                TEXT NOT NULL,
    channel_id           INTEGER,
    message_id           INTEGER,
    CHECK ((gets_from IS NULL) = (gets_until IS NULL)),
    CHECK ((channel_id IS NULL) = (message_id IS NULL))
) STRICT;

-- What a roster said by itself, as JSON: the key makes it happen once.
CREATE TABLE roster_occasion (
    roster_id            INTEGER NOT NULL REFERENCES roster (id),
    occasion             TEXT NOT NULL,
    settled_at           INTEGER NOT NULL,
    PRIMARY KEY (roster_id, occasion)
) STRICT;
