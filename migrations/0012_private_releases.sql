-- Whether a release is known to the roles of its playbook alone. What was started before is for everybody, as it was.
ALTER TABLE release ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1));
