//! The same small bot twice: `/ping` answers with a greeting.

pub mod serenity;
pub mod twilight;
