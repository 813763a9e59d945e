//! The session with Discord, over as many connections as it takes.

use std::time::Duration;

use tokio::sync::watch;

use crate::discord::RealTime;
use crate::discord::relay::address::Gateway;
use crate::discord::relay::closing::{After, Refusal};
use crate::discord::relay::link::{self, Channels, Ended, Link, Session, Watch};
use crate::discord::relay::pace::{Backoff, Budget};
use crate::discord::relay::wire::Identity;
use crate::discord::relay::{Ending, ending};

/// How many times a session is resumed in vain before a new one is begun.
const VAIN: u32 = 5;
/// Between these bounds Discord wants a bot to wait after op 9 (docs, "Invalid Session": one to five seconds at random).
const LINGER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(4));

/// The side of the relay that Discord sees.
pub(super) struct Upstream {
    gateway: Gateway,
    time: RealTime,
    pace: Pace,
}

/// What is remembered from one connection to the next.
struct Pace {
    time: RealTime,
    backoff: Backoff,
    budget: Budget,
    /// RESUMEs since the session was last up.
    vain: u32,
    /// Connections that did not come about since one did.
    unreachable: u32,
}

impl Watch for Pace {
    fn identifies(&mut self) {
        self.budget.spend(self.time.passed());
    }

    fn resumes(&mut self) {
        self.vain += 1;
    }

    fn up(&mut self) {
        self.vain = 0;
        self.backoff.up(self.time.passed());
        tracing::debug!("the session with Discord is up");
    }
}

impl Upstream {
    pub(super) fn new(gateway: Gateway, identifies_per_day: usize, time: RealTime) -> Self {
        let pace = Pace {
            time: time.clone(),
            backoff: Backoff::default(),
            budget: Budget::new(identifies_per_day),
            vain: 0,
            unreachable: 0,
        };
        Self { gateway, time, pace }
    }

    /// Holds a session until it is to end, or until the client is gone.
    ///
    /// # Errors
    /// Discord will not have the bot.
    pub(super) async fn run(
        &mut self,
        identity: &Identity,
        mut channels: Channels,
        asked: &mut watch::Receiver<Ending>,
    ) -> Result<(), Refusal> {
        let mut session = Session::default();
        let mut link = None;
        loop {
            let over = tokio::select! {
                biased;
                how = ending(asked) => {
                    if let (Ending::InOrder, Some(link)) = (how, link) {
                        Link::close(link, link::END_SESSION).await;
                    }
                    return Ok(());
                }
                over = self.connect_and_hold(&mut link, identity, &mut session, &mut channels) => over,
            };
            if let Some(link) = link.take() {
                link.close(link::KEEP_SESSION).await;
            }
            if channels.events.is_closed() {
                return Ok(());
            }
            let pause = self.pause_after(over, &mut session)?;
            tokio::select! {
                biased;
                _ = ending(asked) => return Ok(()),
                () = self.time.pause(pause) => {}
            }
        }
    }

    /// One connection from its beginning to its end; `link` is where it is meanwhile.
    async fn connect_and_hold(
        &mut self,
        link: &mut Option<Link>,
        identity: &Identity,
        session: &mut Session,
        channels: &mut Channels,
    ) -> Ended {
        let address = match &session.known {
            // Every second time in vain the gateway itself: the place to resume at may be the trouble.
            Some(known) if self.pace.unreachable.is_multiple_of(2) => {
                self.gateway.resume_address(&known.resume_gateway_url)
            }
            _ => self.gateway.address(),
        };
        match Link::open(&address, &self.time).await {
            Ok(opened) => {
                self.pace.unreachable = 0;
                let link = link.insert(opened);
                link.hold(identity, session, channels, &mut self.pace).await
            }
            Err(ended) => {
                self.pace.unreachable = self.pace.unreachable.wrapping_add(1);
                ended
            }
        }
    }

    /// How long to wait before the next connection.
    fn pause_after(&mut self, over: Ended, session: &mut Session) -> Result<Duration, Refusal> {
        match over.after {
            After::Never(refusal) => return Err(refusal),
            After::Identify => session.known = None,
            After::Resume if self.pace.vain >= VAIN => {
                tracing::warn!("the session cannot be resumed and is given up");
                session.known = None;
            }
            After::Resume => {}
        }
        let now = self.time.passed();
        let bound = self.pace.backoff.down(now);
        let mut pause = jitter(bound);
        if over.linger {
            pause = pause.max(LINGER.0 + jitter(LINGER.1.saturating_sub(LINGER.0)));
        }
        let resumes = session.known.is_some();
        if !resumes {
            self.pace.vain = 0;
            pause = pause.max(self.pace.budget.wait(now));
        }
        let (reason, pause_ms) = (over.reason, u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
        if resumes && bound.is_zero() {
            // It happens every few hours, and nothing is lost.
            tracing::info!(reason, "the gateway is connected anew");
        } else {
            tracing::warn!(reason, resumes, pause_ms, "the gateway is away");
        }
        Ok(pause)
    }
}

/// A random time up to `bound`.
fn jitter(bound: Duration) -> Duration {
    bound.mul_f64(rand::random())
}
