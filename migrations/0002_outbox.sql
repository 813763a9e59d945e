-- Messages may belong to a guild alone (proposals, alerts), may expire, and may be withdrawn. What waited stays.

-- Where operators hear of what could not be delivered.
ALTER TABLE guild ADD COLUMN operations_id INTEGER;

-- Everything that leaves for a channel. `position` orders what one release, or one guild, says; rows set `aside` stand
-- outside this order. `head` is 1 for a waiting row that no other has to leave before, so that the next one is found
-- without looking at those behind it. `due_at` is when to look at the row next: for a leased one, the end of the lease.
-- `generation` counts the wishes of a row, so that an answer to an older wish does not settle a newer one; `posts`
-- counts the messages it made, or may have made under another text; it is part of the nonce.
CREATE TABLE outbox_2 (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    release_id           INTEGER REFERENCES release (id),
    occasion             TEXT NOT NULL,
    notice               TEXT NOT NULL,
    state                TEXT NOT NULL
                         CHECK (state IN ('pending', 'leased', 'sent', 'dead', 'superseded', 'expired')),
    aside                INTEGER NOT NULL CHECK (aside IN (0, 1)),
    head                 INTEGER NOT NULL CHECK (head IN (0, 1)),
    withdrawn            INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    position             INTEGER NOT NULL,
    generation           INTEGER NOT NULL DEFAULT 0,
    posts                INTEGER NOT NULL DEFAULT 0,
    attempts             INTEGER NOT NULL DEFAULT 0,
    lease                INTEGER NOT NULL DEFAULT 0,
    wished_at            INTEGER NOT NULL,
    due_at               INTEGER NOT NULL,
    rests_until          INTEGER NOT NULL DEFAULT 0,
    expires_at           INTEGER,
    first_attempt_at     INTEGER,
    settled_at           INTEGER,
    message_id           INTEGER,
    last_error           TEXT
) STRICT;

-- Of a row that was tried before, the start of its release is the latest instant before its first attempt that is known.
INSERT INTO outbox_2 (id, guild_id, release_id, occasion, notice, state, aside, head, position, generation, posts,
                      attempts, lease, wished_at, due_at, first_attempt_at, settled_at, last_error)
SELECT outbox.id, release.guild_id, outbox.release_id, outbox.occasion, outbox.notice, outbox.state,
       outbox.occasion = 'board',
       outbox.state IN ('pending', 'leased') AND NOT EXISTS (
           SELECT 1 FROM outbox AS earlier
           WHERE earlier.release_id = outbox.release_id AND earlier.position < outbox.position
             AND (earlier.occasion = 'board') = (outbox.occasion = 'board')
             AND earlier.state IN ('pending', 'leased')),
       outbox.position, outbox.generation, outbox.posts, outbox.attempts, outbox.lease, outbox.due_at,
       CASE outbox.state WHEN 'leased' THEN outbox.leased_until ELSE outbox.due_at END,
       CASE WHEN outbox.state IN ('pending', 'leased') AND outbox.attempts > 0 THEN release.opened_at END,
       outbox.sent_at, outbox.last_error
FROM outbox JOIN release ON release.id = outbox.release_id;

DROP TABLE outbox;
ALTER TABLE outbox_2 RENAME TO outbox;

CREATE UNIQUE INDEX outbox_occasion ON outbox (guild_id, COALESCE(release_id, 0), occasion);
CREATE INDEX outbox_position ON outbox (position);
CREATE INDEX outbox_next ON outbox (due_at, position) WHERE head = 1;
CREATE INDEX outbox_order ON outbox (guild_id, COALESCE(release_id, 0), aside, position)
    WHERE state IN ('pending', 'leased');
CREATE INDEX outbox_busy ON outbox (guild_id, COALESCE(release_id, 0)) WHERE state = 'leased';
CREATE INDEX outbox_expiring ON outbox (expires_at) WHERE state = 'pending' AND expires_at IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (guild_id, COALESCE(release_id, 0), position) WHERE state = 'dead';
