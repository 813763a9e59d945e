//! Tests of simcord.
