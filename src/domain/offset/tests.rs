//! Tests of offsets.
