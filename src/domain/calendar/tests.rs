//! Tests of the calendars.
