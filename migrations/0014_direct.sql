-- What reaches a person by direct message: who follows which release, who wants a digest and when.

-- The person whom a message goes to; 0 is a channel. What one person is told of one release, or of none, is an order of
-- its own: `head` and what is under way are counted in it.
ALTER TABLE outbox ADD COLUMN recipient INTEGER NOT NULL DEFAULT 0;
DROP INDEX outbox_order;
DROP INDEX outbox_busy;
CREATE INDEX outbox_order ON outbox (guild_id, COALESCE(release_id, 0), recipient, aside, position)
    WHERE state IN ('pending', 'leased');
CREATE INDEX outbox_busy ON outbox (guild_id, COALESCE(release_id, 0), recipient) WHERE state = 'leased';

-- Who is told what becomes of a release. A row of a closed release tells nobody anything, unless it is reopened.
CREATE TABLE follower (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    user_id              INTEGER NOT NULL,
    since                INTEGER NOT NULL,
    PRIMARY KEY (release_id, user_id)
) STRICT;

CREATE INDEX follower_of ON follower (user_id);

-- When people want to be told what they owe: the local time, its zone, and 'working' or 'every' day. `waits_for` is the
-- local time that comes next and `waits_at` the instant that follows from it; `wake_at` is when to look at the row, as
-- with releases.
CREATE TABLE digest (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    user_id              INTEGER NOT NULL,
    time                 TEXT NOT NULL,
    zone                 TEXT NOT NULL,
    days                 TEXT NOT NULL CHECK (days IN ('working', 'every')),
    is_on                INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    set_at               INTEGER NOT NULL,
    waits_for            TEXT,
    waits_at             INTEGER,
    wake_at              INTEGER,
    UNIQUE (guild_id, user_id),
    CHECK ((waits_for IS NULL) = (waits_at IS NULL)),
    CHECK (is_on = 1 OR wake_at IS NULL)
) STRICT;

CREATE INDEX digest_wake ON digest (wake_at) WHERE wake_at IS NOT NULL;

-- One row for each time that a digest was to come, whatever became of it: the key makes it happen once.
CREATE TABLE digest_occurrence (
    digest_id            INTEGER NOT NULL REFERENCES digest (id),
    meant                TEXT NOT NULL,
    at                   INTEGER NOT NULL,
    outcome              TEXT NOT NULL CHECK (outcome IN ('came', 'missed')),
    settled_at           INTEGER NOT NULL,
    PRIMARY KEY (digest_id, meant)
) STRICT;

-- Who refused a direct message, and what has ended therefore: a JSON array of the keys of the releases that they
-- followed, and whether they had a digest. They are told when they look, until they ask for something again.
CREATE TABLE refused_messages (
    guild_id             INTEGER NOT NULL,
    user_id              INTEGER NOT NULL,
    at                   INTEGER NOT NULL,
    releases             TEXT NOT NULL,
    digest               INTEGER NOT NULL CHECK (digest IN (0, 1)),
    PRIMARY KEY (guild_id, user_id)
) STRICT;
