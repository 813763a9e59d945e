//! Tests of the zones.
