//! Tests of the release room.
