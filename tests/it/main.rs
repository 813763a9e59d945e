//! All tests that need more than one module, in one binary: it links once and shares its helpers.

mod config;
mod process;
mod scenarios;
mod secrets;
mod tidy;
