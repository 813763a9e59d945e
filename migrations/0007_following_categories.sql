-- The categories that follow the chosen one, because Discord lets a category hold 50 channels: a JSON array of ids, in
-- the order in which they came to be used. NULL is none.
ALTER TABLE guild ADD COLUMN following TEXT;
