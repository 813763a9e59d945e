//! Tests of `tminus playbook`.
