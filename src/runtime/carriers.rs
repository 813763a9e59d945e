//! Whoever carries a row: Discord's courier, or the postman.

use crate::app::{Carrier, Delivery, Receipt, SendError};
use crate::discord::send::Courier;
use crate::mail::Postman;

/// Carries what goes to Discord and what goes by e-mail.
#[derive(Clone, Debug)]
pub(super) struct Carriers {
    pub(super) courier: Courier,
    pub(super) postman: Option<Postman>,
}

impl Carrier for Carriers {
    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, SendError> {
        match (delivery.claim.notice.copy_to(), &self.postman) {
            (None, _) => self.courier.deliver(delivery).await,
            (Some(_), Some(postman)) => postman.deliver(delivery).await,
            (Some(_), None) => Err(SendError::Refused {
                why: "the configuration has no [email] any more".to_owned(),
            }),
        }
    }

    fn requests(&self, delivery: &Delivery) -> u32 {
        match delivery.claim.notice.copy_to() {
            None => self.courier.requests(delivery),
            // What Discord allows is not touched.
            Some(_) => 0,
        }
    }
}
