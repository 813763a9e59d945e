//! Wakes the loops after a change, and tells when they have caught up with it.

use tokio::sync::{Notify, watch};

/// Counts the changes that the loops have to look at, and how far they have come.
#[derive(Debug)]
pub struct Pulse {
    asked: watch::Sender<u64>,
    passed: watch::Sender<u64>,
    acting: watch::Sender<usize>,
    wake: Notify,
}

/// Held while a person's press is being carried out.
#[derive(Debug)]
pub struct Acting<'a>(&'a Pulse);

impl Drop for Acting<'_> {
    fn drop(&mut self) {
        self.0.acting.send_modify(|acting| *acting -= 1);
    }
}

/// A change to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u64);

impl Default for Pulse {
    fn default() -> Self {
        Self {
            asked: watch::Sender::new(0),
            passed: watch::Sender::new(0),
            acting: watch::Sender::new(0),
            wake: Notify::new(),
        }
    }
}

impl Pulse {
    /// Says that something changed.
    pub fn poke(&self) -> Ticket {
        let mut ticket = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            ticket = *asked;
        });
        self.wake.notify_one();
        Ticket(ticket)
    }

    /// Waits until the loops have done everything that could be done about this change: due reminders are in the
    /// outbox, and each row that could be sent was tried.
    pub async fn passed(&self, ticket: Ticket) {
        // The sender lives as long as this, so waiting cannot fail.
        let _ = self
            .passed
            .subscribe()
            .wait_for(|passed| *passed >= ticket.0)
            .await;
    }

    /// For a handler: what it does from here on is waited for by [`Pulse::settled`].
    #[must_use]
    pub fn acting(&self) -> Acting<'_> {
        self.acting.send_modify(|acting| *acting += 1);
        Acting(self)
    }

    /// Waits until no handler is at work and the loops have caught up with what handlers did.
    pub async fn settled(&self) {
        let _ = self.acting.subscribe().wait_for(|acting| *acting == 0).await;
        self.passed(self.poke()).await;
    }

    /// For the loop: waits until somebody pokes.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// For the loop, before it looks: how many changes it is about to see.
    #[must_use]
    pub fn asked(&self) -> Ticket {
        Ticket(*self.asked.borrow())
    }

    /// For the loop, when nothing is left to do at this moment.
    pub fn pass(&self, ticket: Ticket) {
        self.passed
            .send_modify(|passed| *passed = (*passed).max(ticket.0));
    }
}
