//! The demo in a real browser: `cargo test --test browser`.
//!
//! It needs Chromium and its driver (Debian: `chromium`, `chromium-driver`). Each test starts the program as a newcomer
//! does and uses the page as a person does. Screenshots of what was seen are put into `target/tmp/screenshots`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod chromium;
mod demo;
mod page;

mod keyboard;
mod people;
mod phone;
mod text;
mod tour;
