//! How bad something is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad something is (S111).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nobody may ship it.
    Critical,
    /// Nobody may ship it.
    High,
    /// It may be shipped as a known issue with a workaround.
    Medium,
    /// It may be shipped as a known issue with a workaround.
    Low,
}

impl Severity {
    /// Whether an open defect of this severity means no go (S112).
    #[must_use]
    pub fn stops_a_release(self) -> bool {
        matches!(self, Self::Critical | Self::High)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        })
    }
}
