//! The announcement of a release: what everybody hears, and the draft that the Release Manager sees first.

use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::{button, escape, moment, person, role_named, shortened, target};
use crate::domain::ids::UserId;
use crate::domain::notice::Card;
use crate::domain::person::{RELEASE_MANAGER, Stamp};
use crate::domain::release::{Reason, Release};

/// What the draft says around the announcement takes at most this many characters.
const FRAME: usize = 400;

/// The most characters of an announcement: the draft shows all of it.
const ROOM: usize = CONTENT_LIMIT - MARK_ROOM - FRAME;

/// What everybody hears, and how it stands now: the message is kept up to date.
#[must_use]
pub fn announcement(view: &ReleaseView) -> Post {
    Post::text(lines(&view.release).join("\n"))
}

/// The words of a person, where there are any, then the facts.
fn lines(release: &Release) -> Vec<String> {
    let facts = facts(release);
    let taken: usize = facts.iter().map(|line| line.chars().count() + 1).sum();
    let words = release.room.announcement.words.as_ref().map(|words| {
        let room = ROOM.saturating_sub(taken + 3).max(1);
        format!("💬 {}", shortened(&escape(words), room))
    });
    words.into_iter().chain(facts).collect()
}

/// How everybody knows the release. What a security release mends stays among those who work on it, and a title says it.
pub(super) fn public_name(release: &Release) -> String {
    let versions: Vec<&str> = release.versions().collect();
    let name = match release.reason {
        Reason::Security => versions.join(", "),
        Reason::CustomerBug | Reason::Recurring | Reason::Scheduled => release.name(),
    };
    format!("{} {}", escape(&release.playbook.product), escape(&name))
}

fn facts(release: &Release) -> Vec<String> {
    let name = format!("**{}**", public_name(release));
    let shipped = release.shipped();
    let kind = match release.reason {
        // Whoever reads that there is a hole before it is closed may look for it.
        Reason::Security if shipped.is_none() => "release".to_owned(),
        reason => format!("{reason} release"),
    };
    let key = &release.key;
    let planned = format!("Target: **{}**.", target(release.target));
    let follow = match release.channel.filter(|_| release.is_open()) {
        Some(channel) => format!(" Follow it in <#{channel}>."),
        None => String::new(),
    };
    let led = format!("Led by {}.{follow}", person(release.opened.by));
    let head = match (shipped, &release.closed) {
        (Some(shipped), _) => format!(
            "🏁 {name}: the {kind} has shipped ({key}), {}. {planned} {led}",
            moment(shipped)
        ),
        (None, Some(closure)) => format!(
            "🏁 {name}: the {kind} was closed before everything was done ({key}). {planned} Closed by {} {}.",
            person(closure.stamp.by),
            moment(closure.stamp.at)
        ),
        (None, None) => format!("📣 {name}: a {kind} has started ({key}). {planned} {led}"),
    };
    let reached = release.reached().into_iter();
    let reached = reached.map(|what| format!("📦 It is **{}**.", escape(what)));
    let hold = release.hold.as_ref().filter(|_| release.is_open());
    let hold = hold.map(|hold| format!("⏸️ On hold since {}.", moment(hold.stamp.at)));
    std::iter::once(head).chain(reached).chain(hold).collect()
}

/// The draft with its buttons, for the Release Manager; once somebody has decided, it says so.
#[must_use]
pub fn draft(view: &ReleaseView) -> Option<Post> {
    let release = &view.release;
    let announcement = &release.room.announcement;
    let drafted = announcement.drafted.as_ref()?;
    let place = place(view);
    let post = match (&announcement.posted, &announcement.declined) {
        (Some(posted), _) => Post::text(format!(
            "📣 **Announced** by <@{}> {}. {}",
            posted.by,
            moment(posted.at),
            link(view).map_or_else(
                || format!("It is on its way to {place}."),
                |link| format!("It is kept up to date there: {link}"),
            ),
        )),
        (None, Some(declined)) => Post::text(format!(
            "🔕 **Not announced:** <@{}> decided so {}. {place} was told nothing.",
            declined.by,
            moment(declined.at),
        )),
        (None, None) => waiting(view, drafted, &place),
    };
    let rows = if release.is_open() {
        vec![CreateActionRow::Buttons(buttons(release))]
    } else {
        Vec::new()
    };
    Some(Post { rows, ..post })
}

/// What would be posted, line by line as it would be read. A release that began by itself has nobody who saw it begin, so
/// its draft calls the Release Manager, once.
fn waiting(view: &ReleaseView, drafted: &Stamp, place: &str) -> Post {
    let release = &view.release;
    let leads = role_named(view, RELEASE_MANAGER);
    let began_by_itself = drafted.by == UserId::ITSELF && release.opened.by == UserId::ITSELF;
    let who = if began_by_itself {
        leads.text
    } else {
        format!("the {}", leads.title)
    };
    let head = if release.is_open() {
        format!(
            "📝 **Draft of the announcement**, not posted yet: {who} decides. What changes until then changes here.\n\
             {place} would read:"
        )
    } else {
        format!(
            "📝 **Draft of the announcement**, not posted before the release was closed. `/release announce release:{}` \
             still posts it.\n{place} would read:",
            release.key
        )
    };
    let quoted = lines(release).into_iter().map(|line| format!("> {line}"));
    let text: Vec<String> = std::iter::once(head).chain(quoted).collect();
    let pings = if began_by_itself && !release.room.announcement.shown {
        leads.pings
    } else {
        Vec::new()
    };
    Post {
        pings,
        ..Post::text(text.join("\n"))
    }
}

fn buttons(release: &Release) -> Vec<serenity::all::CreateButton> {
    let key = || release.key.clone();
    let words = || {
        button(
            &CustomId::Words(key()),
            "Change the words…",
            ButtonStyle::Secondary,
        )
    };
    let announcement = &release.room.announcement;
    match (&announcement.posted, &announcement.declined) {
        (Some(_), _) => vec![words()],
        (None, Some(_)) => vec![button(
            &CustomId::Redraft(key()),
            "Draft it again",
            ButtonStyle::Secondary,
        )],
        (None, None) => vec![
            button(&CustomId::Announce(key()), "Post it", ButtonStyle::Primary),
            words(),
            button(
                &CustomId::DoNotAnnounce(key()),
                "Do not announce",
                ButtonStyle::Secondary,
            ),
        ],
    }
}

/// Where it goes.
fn place(view: &ReleaseView) -> String {
    view.setup.announcements.map_or_else(
        || "the announcement channel".to_owned(),
        |channel| format!("<#{channel}>"),
    )
}

/// Its address, once it is there.
fn link(view: &ReleaseView) -> Option<String> {
    let message = view.release.room.cards.get(&Card::Announcement.name())?;
    let (guild, channel) = (view.release.guild, view.setup.announcements?);
    Some(message.link(guild, channel))
}

/// What became of the announcement, for the person who asked for it with a command.
#[must_use]
pub fn answer(view: &ReleaseView) -> Post {
    let release = &view.release;
    let announcement = &release.room.announcement;
    Post::text(if announcement.posted.is_some() {
        format!(
            "📣 **{}** is announced in {}. The announcement is kept up to date there.",
            release.key,
            place(view)
        )
    } else {
        let seen = match release.channel {
            Some(channel) => format!("Its draft is in <#{channel}>"),
            None => "Its draft comes with the channel".to_owned(),
        };
        format!(
            "📝 **{}** is not announced yet. {seen}: press **Post it** there, or use `/release announce` once more.",
            release.key
        )
    })
}

/// One more line of an answer, while the draft waits: what the Release Manager may not know or may have forgotten.
#[must_use]
pub fn reminder(release: &Release) -> Option<String> {
    let draft = || match release.channel {
        Some(channel) => format!("its draft waits in <#{channel}>"),
        None => "its draft waits".to_owned(),
    };
    release.room.announcement.waits().then(|| {
        if release.is_open() {
            format!(
                "\n📝 The announcement is not posted: {}, for you to press **Post it**.",
                draft()
            )
        } else {
            "\n📝 It was never announced. `/release announce` still does.".to_owned()
        }
    })
}
