//! Tests of the playbooks.
