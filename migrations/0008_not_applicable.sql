-- Items that a release does not need: why, in the words of whoever said so. NULL is an item that was done.
ALTER TABLE completion ADD COLUMN not_applicable TEXT;
