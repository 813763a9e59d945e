-- The category to which the channels of closed releases move, with those that follow it once it is full: a JSON array of
-- ids, as for release channels. NULL is none: such a channel stays where it is.
ALTER TABLE guild ADD COLUMN archive_id INTEGER;
ALTER TABLE guild ADD COLUMN archive_following TEXT;
