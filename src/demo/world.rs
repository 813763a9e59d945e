//! The server and the people that the demo and the scripts start with.

use simcord::{Application, ChannelKind, ChannelSpec, GuildSpec, MemberSpec, RoleSpec};

use crate::discord::invite;

/// The token that the local Discord accepts. It opens nothing else.
pub(super) const TOKEN: &str = "local-demo-token";

/// The person of the demo who may manage the server.
pub(super) const MANAGER: &str = "riley";

/// The bot, as the local Discord knows it.
pub(super) fn application() -> Application {
    Application {
        id: 900_000_000_000_000_001,
        name: "T-minus".to_owned(),
        token: TOKEN.to_owned(),
        ..Application::default()
    }
}

/// A server with four people, one for each role, with guests who have none, and with two channels.
pub(super) fn guild(name: &str, guests: &[String]) -> GuildSpec {
    let guests = guests.iter().map(|guest| MemberSpec {
        roles: Vec::new(),
        ..member(guest, guest, "")
    });
    GuildSpec {
        name: name.to_owned(),
        roles: vec![
            role("Release Manager", 0x00E6_7E22),
            role("Dev", 0x0034_98DB),
            role("QA", 0x002E_CC71),
            role("Marketing", 0x00E9_1E63),
        ],
        members: [
            MemberSpec {
                owner: true,
                ..member(MANAGER, "Riley", "Release Manager")
            },
            member("devon", "Devon", "Dev"),
            member("quinn", "Quinn", "QA"),
            member("mona", "Mona", "Marketing"),
        ]
        .into_iter()
        .chain(guests)
        .collect(),
        channels: vec![
            channel("start-here", "How to use this demo"),
            channel("general", "Everything else"),
        ],
        bot_permissions: invite::wanted().bits(),
    }
}

fn role(name: &str, color: u32) -> RoleSpec {
    RoleSpec {
        name: name.to_owned(),
        color,
        permissions: 0,
        mentionable: true,
    }
}

fn member(username: &str, display_name: &str, role: &str) -> MemberSpec {
    MemberSpec {
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        roles: vec![role.to_owned()],
        owner: false,
    }
}

fn channel(name: &str, topic: &str) -> ChannelSpec {
    ChannelSpec {
        name: name.to_owned(),
        kind: ChannelKind::Text,
        parent: None,
        topic: Some(topic.to_owned()),
    }
}
