//! Tests of `tminus plan`.
