//! What people are called in a server.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use serenity::all::{GuildId as DiscordGuildId, Http, UserId as DiscordUserId};

use crate::app::Record;
use crate::domain::ids::UserId;

/// The most people whose names are looked up for one answer.
const MOST: usize = 60;

/// How many are asked for at the same time.
const AT_ONCE: usize = 8;

/// The names of those who acted in a release, as far as they are in the server and Discord answers; the others go by
/// their number.
pub(super) async fn named(http: &Http, record: &Record) -> BTreeMap<UserId, String> {
    let guild = DiscordGuildId::new(record.view.release.guild.0);
    let actors: BTreeSet<UserId> = record.events.iter().filter_map(|event| event.actor).collect();
    let names = futures_util::stream::iter(actors.into_iter().take(MOST)).map(|user| async move {
        let member = guild.member(http, DiscordUserId::new(user.0)).await;
        member.ok().map(|member| (user, member.display_name().to_owned()))
    });
    let names: Vec<_> = names.buffer_unordered(AT_ONCE).collect().await;
    names.into_iter().flatten().collect()
}
