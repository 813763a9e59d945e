-- What a release adds to its playbook: JSON of further versions, conditions that hold, and added items. NULL is nothing.
ALTER TABLE release ADD COLUMN variation TEXT;

-- What there is beside the checklist: JSON of work, fixes, candidates, defects, sign-offs and decisions. It is what the
-- timeline makes of it, kept so that nobody has to read the whole timeline. NULL is an empty room.
ALTER TABLE release ADD COLUMN room TEXT;

-- JSON: what was shown for an item.
ALTER TABLE completion ADD COLUMN evidence TEXT;
