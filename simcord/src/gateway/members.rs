//! Requests for a guild's members (page "Gateway Events", Request Guild Members).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::world::{GuildId, UserId, World, id_in, intent};

/// Members in one event, and the most that may be asked for by name or by id.
const IN_ONE: usize = 1_000;
const BY_NAME: usize = 100;

/// How long a guild's whole list is not told again.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// When each guild's whole list was asked for last.
#[derive(Debug, Default)]
pub(super) struct Lists {
    asked: BTreeMap<GuildId, DateTime<Utc>>,
}

/// What a bot wants to know.
#[derive(Debug)]
pub(super) struct Wanted {
    guild: GuildId,
    who: Who,
    nonce: Option<Value>,
}

#[derive(Debug)]
enum Who {
    All,
    Named { beginning: String, most: usize },
    These(Vec<UserId>),
}

/// What a request leads to.
#[derive(Debug)]
pub(super) enum Answer {
    /// Events, by name.
    Events(&'static str, Vec<Value>),
    /// Nothing; the sentence says what the bot did wrong.
    Refused(String),
}

impl Wanted {
    /// Reads a request; `None` when it names no guild, or nobody.
    pub(super) fn read(data: &Value) -> Option<Self> {
        let guild = data.get("guild_id").and_then(id_in)?.into();
        let most = data.get("limit").and_then(Value::as_u64).unwrap_or_default();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let who = match (data.get("user_ids"), data.get("query").and_then(Value::as_str)) {
            (Some(Value::Array(ids)), _) => {
                Who::These(ids.iter().filter_map(id_in).map(UserId).take(BY_NAME).collect())
            }
            (Some(id), _) if !id.is_null() => Who::These(vec![UserId(id_in(id)?)]),
            (_, Some("")) if most == 0 => Who::All,
            (_, Some(beginning)) => Who::Named {
                beginning: beginning.to_lowercase(),
                most: most.clamp(1, BY_NAME),
            },
            _ => return None,
        };
        let nonce = data.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
        Some(Self { guild, who, nonce })
    }
}

impl Lists {
    /// Answers a request of a session with these intents.
    pub(super) fn answer(
        &mut self,
        world: &World,
        now: DateTime<Utc>,
        intents: u64,
        wanted: &Wanted,
    ) -> Answer {
        let Ok(guild) = world.guild(wanted.guild) else {
            return Answer::Refused(format!(
                "the bot asked for the members of guild {}, where it is not",
                wanted.guild
            ));
        };
        if matches!(wanted.who, Who::All) {
            if intents & intent::GUILD_MEMBERS == 0 {
                // Discord's page says that the intent is required, and not what comes without it.
                return Answer::Refused(
                    "the bot asked for all members of a guild without the intent for members".to_owned(),
                );
            }
            if let Some(ends) = self
                .asked
                .get(&guild.id)
                .map(|at| *at + PAUSE)
                .filter(|ends| now < *ends)
            {
                let limited = json!({
                    "opcode": 8, "retry_after": (ends - now).as_seconds_f64(),
                    "meta": {"guild_id": guild.id, "nonce": wanted.nonce},
                });
                return Answer::Events("RATE_LIMITED", vec![limited]);
            }
            self.asked.insert(guild.id, now);
        }
        let all = guild.members.values();
        let members: Vec<Value> = match &wanted.who {
            Who::All => all.map(|member| world.member_json(member)).collect(),
            Who::These(ids) => {
                let meant = all.filter(|member| ids.contains(&member.user));
                meant.map(|member| world.member_json(member)).collect()
            }
            Who::Named { beginning, most } => {
                let meant = all.filter(|member| {
                    world
                        .user(member.user)
                        .is_some_and(|user| user.begins_with(beginning))
                });
                meant
                    .take(*most)
                    .map(|member| world.member_json(member))
                    .collect()
            }
        };
        let not_found: Vec<UserId> = match &wanted.who {
            Who::These(ids) => ids
                .iter()
                .filter(|id| !guild.members.contains_key(id))
                .copied()
                .collect(),
            Who::All | Who::Named { .. } => Vec::new(),
        };
        let parts: Vec<&[Value]> = if members.is_empty() {
            vec![&[]]
        } else {
            members.chunks(IN_ONE).collect()
        };
        let events = parts.iter().enumerate().map(|(place, part)| {
            let mut chunk = json!({
                "guild_id": guild.id, "members": part, "chunk_index": place, "chunk_count": parts.len(),
            });
            if !not_found.is_empty() {
                chunk["not_found"] = json!(not_found);
            }
            if let Some(nonce) = &wanted.nonce {
                chunk["nonce"] = nonce.clone();
            }
            chunk
        });
        Answer::Events("GUILD_MEMBERS_CHUNK", events.collect())
    }
}
