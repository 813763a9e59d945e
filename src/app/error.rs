//! Why a use case did not happen.

use crate::domain::rejection::Rejection;
use crate::store::StoreError;

/// A use case that changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was understood and refused. The person is told why.
    #[error("refused")]
    Rejected(Box<Rejection>),
    /// The database failed. The person is told that it is not their fault.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection))
    }
}
