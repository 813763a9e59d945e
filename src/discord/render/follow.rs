//! Following a release: what followers are told, and what they read when they ask for it.

use crate::app::{FollowChange, Followed, Following, Refused, ReleaseView};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::moves::phase_of;
use crate::discord::render::refusal::{code, listing};
use crate::discord::render::{count, escape, fitting, moment, paragraphs, release_name, shortened, target};
use crate::domain::digest::TIME_FORM;
use crate::domain::direct::DirectRefusal;
use crate::domain::ids::{ChannelId, ReleaseKey};
use crate::domain::news::News;

/// As much of a status update comes with the news; the rest is in the channel.
const UPDATE: usize = 1_000;

/// What a follower hears of one step of a release, without a sound: it may be night where they are.
#[must_use]
pub fn news(view: &ReleaseView, news: &[News]) -> Post {
    let release = &view.release;
    let mut lines = vec![format!(
        "**{} · {}**{}",
        release.key,
        release_name(view),
        place(release.channel)
    )];
    lines.extend(news.iter().map(|news| line(view, news)));
    Post {
        quiet: true,
        ..Post::text(fitting(
            &lines,
            CONTENT_LIMIT - MARK_ROOM,
            "lines: see the channel",
        ))
    }
}

/// The short text of one thing that followers hear: the one list of them.
fn line(view: &ReleaseView, news: &News) -> String {
    let covered = |covers: &[String]| {
        let covers: Vec<String> = covers.iter().map(|covered| escape(covered)).collect();
        listing(&covers)
    };
    match news {
        News::Moved { from: None, to } => format!("📅 The target is set: **{}**.", target(*to)),
        News::Moved { from, to: None } => format!(
            "📅 The target {} is withdrawn; the new one is to be decided.",
            target(*from)
        ),
        News::Moved { from, to } => format!(
            "📅 The target has moved from {} to **{}**.",
            target(*from),
            target(*to)
        ),
        News::Held => "⏸️ It is on hold.".to_owned(),
        News::Resumed => "▶️ It goes on.".to_owned(),
        News::Updated { text } => format!("📣 How it stands:\n{}", paragraphs(&shortened(text, UPDATE))),
        News::CandidateCut { candidate } => {
            format!("🔬 Release candidate **{}** is cut.", escape(candidate))
        }
        News::Decided { covers, go: true } => {
            format!("✅ Go/no-go about {}: **go**.", covered(covers))
        }
        News::Decided { covers, go: false } => {
            format!("⛔ Go/no-go about {}: **no-go**.", covered(covers))
        }
        News::Undecided { covers } => {
            format!("🗳️ The go/no-go about {} is open again.", covered(covers))
        }
        News::GateOpened { phase, incomplete } => {
            let although = if *incomplete {
                ", although something was missing"
            } else {
                ""
            };
            let phase = phase_of(&view.release, phase);
            format!("🚪 The release was declared ready{although}: **{phase}** is open.")
        }
        News::Reached { what } => format!("📦 It is **{}**.", escape(what)),
        News::Closed { incomplete } => {
            let end = if *incomplete {
                "It was closed before everything was done."
            } else {
                "It has shipped and was closed."
            };
            format!("🏁 {end} With that you follow it no longer.")
        }
        News::Reopened => {
            "🔓 It is open again, and you follow it as before. `/unfollow` there ends that.".to_owned()
        }
    }
}

/// That a person follows a release from now on.
#[must_use]
pub fn begun(change: &FollowChange) -> Post {
    let view = &change.view;
    let name = named(&view.release.key, &view.release.name(), view.release.channel);
    let mut lines = vec![if change.known {
        format!("🔔 You follow {name} already.")
    } else {
        format!(
            "🔔 You follow {name}. I tell you by direct message, without a sound, when its target moves, when it is on \
             hold or goes on, of status updates, of each release candidate, of the go/no-go, when it is ready, and when \
             it is closed. `/unfollow` ends that."
        )
    }];
    lines.extend(change.following.refused.as_ref().map(|refused| {
        format!(
            "⚠️ {} Allow direct messages from this server, or it ends again.",
            refused_at(refused)
        )
    }));
    if change.following.releases.len() > 1 {
        lines.extend(all(&change.following.releases));
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// That a person follows a release no more.
#[must_use]
pub fn ended(change: &FollowChange) -> Post {
    let view = &change.view;
    let name = named(&view.release.key, &view.release.name(), view.release.channel);
    let mut lines = vec![format!("🔕 You follow {name} no longer.")];
    lines.extend(following(&change.following));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// What a person follows, when they ask for nothing else.
#[must_use]
pub fn list(of: &Following) -> Post {
    let mut lines = following(of);
    if lines.is_empty() {
        lines.push("You follow no release.".to_owned());
    }
    lines.push(
        "`/follow` in the channel of a release, or with the option `release`, follows it; `/unfollow` ends that."
            .to_owned(),
    );
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// The lines that tell what a person follows, and what they have not heard of; none when there is nothing to say.
fn following(of: &Following) -> Vec<String> {
    let refused = of.refused.as_ref().map(refused);
    refused.into_iter().chain(all(&of.releases)).collect()
}

/// The same beside other things: of many, how many they are.
pub(super) fn in_short(of: &Following) -> Vec<String> {
    let refused = of.refused.as_ref().map(refused);
    let releases = match of.releases.len() {
        0..=NAMED => all(&of.releases),
        many => vec![format!(
            "🔔 You follow {}; `/follow` outside their channels lists them.",
            count(many, "release")
        )],
    };
    refused.into_iter().chain(releases).collect()
}

/// As many releases are named beside other things.
const NAMED: usize = 3;

fn all(releases: &[Followed]) -> Vec<String> {
    let name = |followed: &Followed| named(&followed.key, &followed.name, followed.channel);
    match releases {
        [] => Vec::new(),
        [one] => vec![format!("🔔 You follow {}.", name(one))],
        several => std::iter::once("🔔 You follow:".to_owned())
            .chain(several.iter().map(|followed| format!("• {}", name(followed))))
            .collect(),
    }
}

/// That nothing has reached a person, what has ended therefore, and what to do.
pub(super) fn refused(refused: &Refused) -> String {
    let keys: Vec<String> = refused.releases.iter().map(|key| format!("**{key}**")).collect();
    let ended = match (keys.is_empty(), refused.digest) {
        (false, true) => format!("you follow {} no longer, and no digest comes", listing(&keys)),
        (true, _) => "no digest comes any more".to_owned(),
        (false, false) => format!("you follow {} no longer", listing(&keys)),
    };
    let again = match (refused.releases.is_empty(), refused.digest) {
        (false, true) => "`/follow` and `/digest` begin",
        (true, _) => "`/digest` begins",
        (false, false) => "`/follow` begins",
    };
    format!(
        "⚠️ {} So {ended}. Allow direct messages from this server (its name → Privacy Settings), then {again} again.",
        refused_at(refused),
    )
}

/// That Discord refused a direct message, and when.
pub(super) fn refused_at(refused: &Refused) -> String {
    format!(
        "I could not reach you {}: Discord refused my direct message.",
        moment(refused.at)
    )
}

fn named(key: &ReleaseKey, name: &str, channel: Option<ChannelId>) -> String {
    format!("**{key} · {}**{}", escape(name), place(channel))
}

fn place(channel: Option<ChannelId>) -> String {
    channel.map_or_else(String::new, |channel| format!(" <#{channel}>"))
}

/// Why nothing was changed about what a person is told, and what to do now.
pub(super) fn refusal(refusal: &DirectRefusal) -> String {
    match refusal {
        DirectRefusal::Private { key } => format!(
            "Nothing was changed: **{key}** is private, and nothing of it leaves its channel. Open the channel to see where it \
             stands.",
        ),
        DirectRefusal::TooManyFollowers { key, limit } => format!(
            "Nothing was changed: {limit} people follow **{key}** already, and that is as many as I tell. The announcement \
             channel hears of its target and its end; `/release status` tells the rest.",
        ),
        DirectRefusal::TooManyFollowed { limit } => format!(
            "Nothing was changed: you follow {} already, and that is as many as one person may. `/unfollow` one of them \
             first; `/me` tells which.",
            count(*limit, "release"),
        ),
        DirectRefusal::NotFollowed { key, followed } if followed.is_empty() => {
            format!("Nothing was changed: you do not follow **{key}**, nor any other release here.")
        }
        DirectRefusal::NotFollowed { key, followed } => {
            let followed: Vec<String> = followed.iter().map(|key| format!("**{key}**")).collect();
            format!(
                "Nothing was changed: you do not follow **{key}**. You follow {}; name one with the option `release`.",
                listing(&followed)
            )
        }
        DirectRefusal::NotATimeOfDay { given } => {
            format!("`{}` is no time of day. Write {TIME_FORM}.", code(given))
        }
        DirectRefusal::UnknownZone { given, nearest } => match nearest {
            Some(nearest) => format!(
                "There is no time zone `{}`. Did you mean `{nearest}`? Nothing was changed.",
                code(given)
            ),
            None => format!(
                "There is no time zone `{}`. Pick one from the suggestions while typing, like `America/Los_Angeles`. \
                 Nothing was changed.",
                code(given)
            ),
        },
        DirectRefusal::DigestIncomplete { time, zone } => {
            let missing = match (time, zone) {
                (true, false) => "at which time (`at`, like `09:00`)",
                (false, true) => "in which time zone (`zone`, like `America/Los_Angeles`); I remember it",
                _ => {
                    "at which time (`at`, like `09:00`) and in which time zone (`zone`, like `America/Los_Angeles`)"
                }
            };
            format!("Nothing was changed: I do not know yet {missing}. Run `/digest` again with that.")
        }
    }
}
