//! Sign-offs: what is signed, and by whom.

use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::refusal::listing;
use crate::discord::render::room::owner;
use crate::discord::render::{button, escape, fitting, moment, release_name, role_named, shortened};
use crate::domain::ids::UserId;
use crate::domain::room::{SignOff, Signer};

/// All sign-offs, oldest first.
#[must_use]
pub fn list(view: &ReleaseView) -> Post {
    let release = &view.release;
    if release.room.sign_offs.is_empty() {
        return Post::text("No sign-off was asked for. The Release Manager does with `/signoff request`.");
    }
    let mut lines = vec![format!(
        "**Sign-offs of {} · {}**",
        release.key,
        release_name(view)
    )];
    for sign_off in &release.room.sign_offs {
        lines.push(format!(
            "**{}** {} · {} · “{}”",
            sign_off.number,
            owner(&release.signer_name(&sign_off.signer)),
            state(sign_off),
            escape(&sign_off.statement),
        ));
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "sign-offs"))
}

/// How it stands, in a few words.
fn state(sign_off: &SignOff) -> String {
    match (&sign_off.void, &sign_off.answer) {
        (Some(by), _) => format!("void since {}", escape(by)),
        (None, None) => "waiting".to_owned(),
        (None, Some(answer)) => format!(
            "{} by <@{}> {}{}",
            if answer.approved {
                "✅ given"
            } else {
                "❌ refused"
            },
            answer.stamp.by,
            moment(answer.stamp.at),
            answer
                .reason
                .as_ref()
                .map_or_else(String::new, |reason| format!(": {}", escape(reason))),
        ),
    }
}

/// The request with its buttons; once answered, or void, it says so and has none.
#[must_use]
pub fn card(view: &ReleaseView, number: u32) -> Option<Post> {
    let release = &view.release;
    let sign_off = release
        .room
        .sign_offs
        .iter()
        .find(|sign_off| sign_off.number == number)?;
    let (mut pings, mut people): (Vec<_>, Vec<UserId>) = (Vec::new(), Vec::new());
    let asked = match &sign_off.signer {
        Signer::Role(role) => {
            let named = role_named(view, role.as_str());
            pings = named.pings;
            named.text
        }
        Signer::Person(person) => {
            people.push(*person);
            format!("<@{person}>")
        }
    };
    let delegate = sign_off.delegate.map_or_else(String::new, |delegate| {
        people.push(delegate);
        format!(" (or <@{delegate}> in their place)")
    });
    let covers: Vec<String> = sign_off.covers.iter().map(|covered| escape(covered)).collect();
    let head = format!(
        "✍️ **Sign-off {number}** of {} for {}\n{asked}{delegate}, please sign{}:\n",
        listing(&covers),
        release_name(view),
        if sign_off.four_eyes {
            ", not whoever asks"
        } else {
            ""
        },
    );
    let foot = format!(
        "\nAsked by <@{}> {}\n{}",
        sign_off.requested.by,
        moment(sign_off.requested.at),
        shortened(&state(sign_off), 700),
    );
    let room = (CONTENT_LIMIT - MARK_ROOM).saturating_sub(head.chars().count() + foot.chars().count() + 2);
    let statement = shortened(&format!("> {}", escape(&sign_off.statement)), room);
    let is_waiting = sign_off.answer.is_none() && sign_off.void.is_none() && release.is_open();
    let rows = if is_waiting {
        let sign = |approve| CustomId::Sign(release.key.clone(), number, approve);
        vec![CreateActionRow::Buttons(vec![
            button(&sign(true), "Sign", ButtonStyle::Success),
            button(&sign(false), "Refuse…", ButtonStyle::Danger),
        ])]
    } else {
        Vec::new()
    };
    Some(Post {
        rows,
        pings,
        people,
        ..Post::text(format!("{head}{statement}{foot}"))
    })
}
