-- Instants are INTEGER milliseconds UTC, dates are TEXT YYYY-MM-DD, ids of the chat platform are INTEGER.
-- Everything that belongs to a guild names it.

CREATE TABLE guild (
    id                   INTEGER PRIMARY KEY,
    category_id          INTEGER,
    announcements_id     INTEGER,
    private_channels     INTEGER NOT NULL DEFAULT 0 CHECK (private_channels IN (0, 1))
) STRICT;

-- Which role of the guild plays which role of the playbooks.
CREATE TABLE guild_role (
    guild_id             INTEGER NOT NULL REFERENCES guild (id),
    role                 TEXT NOT NULL,
    guild_role_id        INTEGER NOT NULL,
    PRIMARY KEY (guild_id, role)
) STRICT;

-- The last number given to a release in a month; keys are never reused (S91).
CREATE TABLE release_number (
    guild_id             INTEGER NOT NULL,
    month                TEXT NOT NULL,
    last                 INTEGER NOT NULL,
    PRIMARY KEY (guild_id, month)
) STRICT;

CREATE TABLE release (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    key                  TEXT NOT NULL,
    playbook             TEXT NOT NULL,
    product              TEXT NOT NULL,
    version              TEXT NOT NULL,
    title                TEXT,
    reason               TEXT NOT NULL,
    target               TEXT NOT NULL,
    opened_by            INTEGER NOT NULL,
    opened_at            INTEGER NOT NULL,
    closed_by            INTEGER,
    closed_at            INTEGER,
    override_reason      TEXT,
    channel_id           INTEGER,
    board_id             INTEGER,
    revision             INTEGER NOT NULL DEFAULT 0,
    UNIQUE (guild_id, key),
    CHECK ((closed_by IS NULL) = (closed_at IS NULL))
) STRICT;

-- One release of a version at a time.
CREATE UNIQUE INDEX release_in_flight ON release (guild_id, product, version) WHERE closed_at IS NULL;
CREATE INDEX release_channel ON release (channel_id);

CREATE TABLE completion (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    item                 TEXT NOT NULL,
    done_by              INTEGER NOT NULL,
    done_at              INTEGER NOT NULL,
    PRIMARY KEY (release_id, item)
) STRICT;

-- What happened, for good.
CREATE TABLE timeline_event (
    id                   INTEGER PRIMARY KEY,
    release_id           INTEGER NOT NULL REFERENCES release (id),
    at                   INTEGER NOT NULL,
    actor                INTEGER,
    event                TEXT NOT NULL
) STRICT;

CREATE INDEX timeline_of_release ON timeline_event (release_id, id);

CREATE TRIGGER timeline_is_never_changed BEFORE UPDATE ON timeline_event
BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER timeline_is_never_erased BEFORE DELETE ON timeline_event
BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END;

-- The interactions that have changed something: a redelivered one changes nothing more.
CREATE TABLE handled_interaction (
    id                   INTEGER PRIMARY KEY,
    at                   INTEGER NOT NULL
) STRICT;

-- The reminders that are settled, one row for each moment of each phase.
CREATE TABLE reminder (
    release_id           INTEGER NOT NULL REFERENCES release (id),
    phase                TEXT NOT NULL,
    moment               TEXT NOT NULL CHECK (moment IN ('day-start', 'cut-off')),
    due_at               INTEGER NOT NULL,
    settled_at           INTEGER NOT NULL,
    outcome              TEXT NOT NULL CHECK (outcome IN ('posted', 'collapsed', 'nothing-open')),
    PRIMARY KEY (release_id, phase, moment)
) STRICT;

-- Everything that leaves for a channel. `position` orders the rows of a release; `generation` counts the wishes of a
-- row that coalesces, so that an answer to an older wish does not settle a newer one; `posts` the messages it made.
CREATE TABLE outbox (
    id                   INTEGER PRIMARY KEY,
    release_id           INTEGER NOT NULL REFERENCES release (id),
    occasion             TEXT NOT NULL,
    notice               TEXT NOT NULL,
    state                TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'dead')),
    position             INTEGER NOT NULL,
    generation           INTEGER NOT NULL DEFAULT 0,
    posts                INTEGER NOT NULL DEFAULT 0,
    attempts             INTEGER NOT NULL DEFAULT 0,
    due_at               INTEGER NOT NULL,
    leased_until         INTEGER,
    lease                INTEGER NOT NULL DEFAULT 0,
    sent_at              INTEGER,
    last_error           TEXT,
    UNIQUE (release_id, occasion)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (position) WHERE state IN ('pending', 'leased');

-- Questions that a button will answer: "start anyway?", "which of these dates?".
CREATE TABLE draft (
    id                   INTEGER PRIMARY KEY,
    guild_id             INTEGER NOT NULL,
    asked_of             INTEGER NOT NULL,
    asked_at             INTEGER NOT NULL,
    request              TEXT NOT NULL
) STRICT;

-- The commands as they were last registered, so that they are sent again only when they differ.
CREATE TABLE registered_commands (
    application_id       INTEGER PRIMARY KEY,
    definition           TEXT NOT NULL
) STRICT;
