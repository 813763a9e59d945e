-- Who has the duty of a roster, as JSON; nobody where there is no row.
CREATE TABLE duty (
    roster_id            INTEGER PRIMARY KEY REFERENCES roster (id),
    facts                TEXT NOT NULL
) STRICT;

-- A duty that was handed over, or is to be, as JSON. One of a roster is open at a time. `message_id` is where it can be
-- answered.
CREATE TABLE hand_off (
    id                   INTEGER PRIMARY KEY,
    roster_id            INTEGER NOT NULL REFERENCES roster (id),
    open                 INTEGER NOT NULL CHECK (open IN (0, 1)),
    facts                TEXT NOT NULL,
    channel_id           INTEGER,
    message_id           INTEGER,
    CHECK ((channel_id IS NULL) = (message_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX hand_off_open ON hand_off (roster_id) WHERE open = 1;
