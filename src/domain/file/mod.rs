//! Files that people write, in TOML: read key by key, with all problems at once.
//!
//! `source` holds the text and collects what is wrong with it; `table` looks for keys and reports the unknown ones,
//! the missing ones and the values that do not fit; `value` knows the values that several kinds of files have.

mod nearest;
mod problem;
pub(crate) mod source;
pub(crate) mod table;
pub(crate) mod value;

pub use self::nearest::nearest;
pub use self::problem::{Problem, Problems};
