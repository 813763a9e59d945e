//! Server-sent events: first everything that a person sees, then whatever changes in it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::Control;
use super::http::{As, Asked, Sorry, line};
use crate::clock::ClockView;
use crate::core::Core;
use crate::world::{Entry, Happening, UserId, View, World};

/// Answers `GET /control/events`.
pub(super) async fn stream(
    control: Control,
    Asked(query): Asked<As>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Sorry> {
    let user = query.user.find(&control)?;
    let listener = Listener::new(control, user);
    let events = futures_util::stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A person's view, with what the host shows.
#[derive(Serialize)]
struct Hello<'a> {
    #[serde(flatten)]
    view: &'a View,
    host: Value,
}

struct Listener {
    core: Arc<Core>,
    control: Control,
    user: UserId,
    news: broadcast::Receiver<Entry>,
    moves: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    host: Option<watch::Receiver<Value>>,
    ready: VecDeque<Event>,
    shown: ClockView,
}

impl Listener {
    fn new(control: Control, user: UserId) -> Self {
        let core = Arc::clone(&control.core);
        // First listen, then look: nothing falls between the two.
        let (news, moves, stopping) = (core.news(), core.clock.moves(), core.stopping.subscribe());
        let host = core.host.as_ref().map(|host| host.state());
        let shown = core.clock.view();
        let mut listener = Self {
            core,
            control,
            user,
            news,
            moves,
            stopping,
            host,
            ready: VecDeque::new(),
            shown,
        };
        listener.hello();
        listener
    }

    fn hello(&mut self) {
        let Some(view) = self.control.view(self.user) else {
            return;
        };
        let hello = match (&self.core.host, &mut self.host) {
            (Some(host), Some(state)) => {
                let files: Vec<&str> = host.files().iter().map(|(path, _)| *path).collect();
                let state = state.borrow_and_update().clone();
                line(&Hello {
                    view: &view,
                    host: json!({"files": files, "state": state}),
                })
            }
            _ => line(&view),
        };
        self.ready.push_back(event("hello", hello));
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let entry = tokio::select! {
                // It changes once, when everything ends.
                _ = self.stopping.changed() => return None,
                moved = self.moves.changed() => {
                    moved.ok()?;
                    None
                }
                state = host_state(&mut self.host) => {
                    self.ready.push_back(event("host", line(&state)));
                    continue;
                }
                entry = self.news.recv() => Some(entry),
            };
            match entry {
                None => self
                    .ready
                    .push_back(event("clock", line(&self.core.clock.view()))),
                Some(Ok(entry)) => self.tell(&entry.event),
                // Too far behind to go on piece by piece: begin again.
                Some(Err(broadcast::error::RecvError::Lagged(_))) => self.hello(),
                Some(Err(broadcast::error::RecvError::Closed)) => return None,
            }
            self.tell_clock();
        }
    }

    /// Tells the clock when it shows something new. The machine's clock always does, and that is no news.
    fn tell_clock(&mut self) {
        let clock = self.core.clock.view();
        let moved = clock.manual && clock.now != self.shown.now;
        let said = |clock: &ClockView| {
            (
                clock.next_wakeup,
                clock.next_label.clone(),
                clock.headline.clone(),
            )
        };
        if moved || said(&clock) != said(&self.shown) {
            self.ready.push_back(event("clock", line(&clock)));
            self.shown = clock;
        }
    }

    fn tell(&mut self, happening: &Happening) {
        let user = self.user;
        let core = Arc::clone(&self.core);
        core.with(|world, now| match happening {
            Happening::Thinking { message }
            | Happening::MessageCreated { message }
            | Happening::MessageEdited { message } => {
                if let Some(shown) = world.message_seen(now, user, message.id) {
                    self.ready.push_back(event("message", line(&shown)));
                }
                self.tell_channel(world, message.channel_id, None);
            }
            Happening::MessageDeleted {
                id,
                channel_id,
                only_for,
            } => {
                if world.can_see(user, *channel_id) && only_for.is_none_or(|only| only == user) {
                    let data = json!({"id": id, "channel_id": channel_id});
                    self.ready.push_back(event("message_delete", line(&data)));
                }
            }
            Happening::ReactionsChanged { id, .. } => {
                if let Some(shown) = world.message_seen(now, user, *id) {
                    self.ready.push_back(event("message", line(&shown)));
                }
            }
            Happening::Pinned { id, channel_id, .. } => {
                if let Some(shown) = world.message_seen(now, user, *id) {
                    self.ready.push_back(event("message", line(&shown)));
                }
                self.tell_channel(world, *channel_id, None);
            }
            Happening::ChannelCreated { channel } => self.tell_channel(world, channel.id, None),
            Happening::ChannelChanged { channel } => self.tell_channel(world, channel.id, channel.guild_id),
            Happening::ChannelDeleted { id, guild_id, .. } => {
                self.ready.push_back(event(
                    "channel_delete",
                    line(&json!({"id": id, "guild_id": guild_id})),
                ));
            }
            Happening::Ping {
                user: heard,
                message_id,
                channel_id,
                why,
            } => {
                if *heard == user {
                    let data = json!({"message_id": message_id, "channel_id": channel_id, "why": why});
                    self.ready.push_back(event("ping", line(&data)));
                    if let Some(shown) = world.message_seen(now, user, *message_id) {
                        self.ready.push_back(event("message", line(&shown)));
                    }
                    self.tell_channel(world, *channel_id, None);
                }
            }
            Happening::GuildChanged { guild_id } => {
                if let Ok(guild) = world.guild(*guild_id)
                    && guild.members.contains_key(&user)
                {
                    self.ready
                        .push_back(event("guild", line(&world.guild_seen(user, guild))));
                    self.ready
                        .push_back(event("commands", line(&world.commands_seen(user))));
                }
            }
            Happening::CommandsChanged => {
                self.ready
                    .push_back(event("commands", line(&world.commands_seen(user))));
            }
            Happening::Read {
                user: reader,
                channel_id,
            } => {
                if *reader == user {
                    self.tell_channel(world, *channel_id, None);
                }
            }
            Happening::InteractionSettled { .. } => {}
        });
    }

    /// The channel as the person sees it; when it is out of sight and `hidden_in` names its guild, that it is gone.
    fn tell_channel(&mut self, world: &World, channel: crate::ChannelId, hidden_in: Option<crate::GuildId>) {
        match (world.channel_seen_by_id(self.user, channel), hidden_in) {
            (Some(shown), _) => self.ready.push_back(event("channel", line(&shown))),
            (None, Some(guild)) => {
                self.ready.push_back(event(
                    "channel_delete",
                    line(&json!({"id": channel, "guild_id": guild})),
                ));
            }
            (None, None) => {}
        }
    }
}

/// Waits for the next state of the host; for ever where there is none, or where it has gone.
async fn host_state(host: &mut Option<watch::Receiver<Value>>) -> Value {
    if let Some(state) = host
        && state.changed().await.is_ok()
    {
        return state.borrow_and_update().clone();
    }
    std::future::pending().await
}

fn event(name: &str, data: String) -> Event {
    Event::default().event(name).data(data)
}
