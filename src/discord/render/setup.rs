//! The set-up: one message with selects and buttons, and the check of permissions.

use std::fmt::Write as _;

use serenity::all::{
    ButtonStyle, ChannelId as DiscordChannelId, ChannelType, CreateActionRow, CreateEmbed, CreateSelectMenu,
    CreateSelectMenuKind, RoleId as DiscordRoleId, UserId as DiscordUserId,
};

use crate::discord::custom_id::{CustomId, SetupPage};
use crate::discord::post::Post;
use crate::discord::render::{button, color, count};
use crate::domain::ids::{ChannelId, GuildRoleId};
use crate::domain::playbook::RoleDefinition;
use crate::domain::rejection::MissingPermission;
use crate::domain::setup::GuildSetup;

/// A message has five rows and one is for the buttons: this many roles can be picked by hand.
const ROLE_ROWS: usize = 4;

/// What is missing is named one by one within this many characters.
const NAMED: usize = 800;

/// One page of the set-up, with what is chosen so far.
#[must_use]
pub fn setup(setup: &GuildSetup, roles: &[RoleDefinition], page: SetupPage) -> Post {
    let mut rows = match page {
        SetupPage::Roles => role_selects(setup, roles),
        SetupPage::Places => place_selects(setup),
        SetupPage::Archive => vec![archive_select(setup), hand_offs_select(setup)],
    };
    rows.push(CreateActionRow::Buttons(buttons(setup, roles, page)));
    let embed = CreateEmbed::new()
        .title(match page {
            SetupPage::Roles => "Set-up 1 of 3: who is who",
            SetupPage::Places => "Set-up 2 of 3: where it happens",
            SetupPage::Archive => "Set-up 3 of 3: after a release",
        })
        .description(choices(setup, roles))
        .color(color::NOW);
    Post {
        embeds: vec![embed],
        rows,
        ..Post::default()
    }
}

fn choices(setup: &GuildSetup, roles: &[RoleDefinition]) -> String {
    let mut text = String::new();
    for role in roles {
        let chosen = setup.roles.get(&role.id);
        let chosen = chosen.map_or_else(|| "⬜ not chosen yet".to_owned(), |role| format!("✅ <@&{role}>"));
        let _ = writeln!(text, "**{}**: {chosen}", role.title);
    }
    let place = |channel: Option<ChannelId>| {
        channel.map_or_else(
            || "⬜ not chosen yet".to_owned(),
            |channel| format!("✅ <#{channel}>"),
        )
    };
    let _ = writeln!(
        text,
        "**Category for release channels**: {}",
        place(setup.category)
    );
    let archive = setup.archive.map_or_else(
        || "▫️ none: a closed release's channel is locked where it is".to_owned(),
        |category| format!("✅ <#{category}>"),
    );
    let _ = writeln!(text, "**Archive for channels of closed releases**: {archive}");
    let _ = writeln!(text, "**Announcement channel**: {}", place(setup.announcements));
    let operations = setup.operations.map_or_else(
        || "▫️ none: what cannot be delivered is in `/outbox list` alone".to_owned(),
        |channel| format!("✅ <#{channel}>"),
    );
    let _ = writeln!(text, "**Operations channel**: {operations}");
    let hand_offs = setup.hand_offs.map_or_else(
        || "▫️ none: shifts cannot be swapped or handed over".to_owned(),
        |channel| format!("✅ <#{channel}>"),
    );
    let _ = writeln!(text, "**Channel for hand-offs**: {hand_offs}");
    let manager = setup.manager.map_or_else(
        || "nobody beside the Release Manager".to_owned(),
        |manager| format!("<@{manager}>"),
    );
    let _ = writeln!(text, "**What stays overdue goes to** {manager}");
    let visible = if setup.private_channels {
        "only for the roles above"
    } else {
        "for everybody in the server"
    };
    let _ = writeln!(text, "**Release channels are visible** {visible}");
    let missing = setup.missing(roles);
    text.push('\n');
    if missing.is_empty() {
        text.push_str("Everything is chosen: `/release start` works now.");
    } else {
        let mut named = missing.join(", ");
        if named.chars().count() > NAMED {
            named = format!("{} above, marked ⬜", count(missing.len(), "choice"));
        }
        let _ = write!(
            text,
            "Still to choose: {named}. **Create what is missing** makes them with their usual names.",
        );
    }
    text
}

fn role_selects(setup: &GuildSetup, roles: &[RoleDefinition]) -> Vec<CreateActionRow> {
    roles
        .iter()
        .take(ROLE_ROWS)
        .map(|role| {
            let default_roles = setup
                .roles
                .get(&role.id)
                .map(|role| vec![DiscordRoleId::new(role.0)]);
            let kind = CreateSelectMenuKind::Role { default_roles };
            let id = CustomId::SetupRole(role.id.clone()).to_string();
            CreateActionRow::SelectMenu(
                CreateSelectMenu::new(id, kind).placeholder(format!("Who is {}?", role.title)),
            )
        })
        .collect()
}

/// A select of one channel of these types.
fn menu(
    id: &CustomId,
    types: Vec<ChannelType>,
    chosen: Option<ChannelId>,
    placeholder: &str,
) -> CreateActionRow {
    let kind = CreateSelectMenuKind::Channel {
        channel_types: Some(types),
        default_channels: chosen.map(|channel| vec![DiscordChannelId::new(channel.0)]),
    };
    CreateActionRow::SelectMenu(CreateSelectMenu::new(id.to_string(), kind).placeholder(placeholder))
}

fn archive_select(setup: &GuildSetup) -> CreateActionRow {
    menu(
        &CustomId::SetupArchive,
        vec![ChannelType::Category],
        setup.archive,
        "Category to which channels of closed releases move (optional)",
    )
}

fn hand_offs_select(setup: &GuildSetup) -> CreateActionRow {
    menu(
        &CustomId::SetupHandOffs,
        vec![ChannelType::Text],
        setup.hand_offs,
        "Channel in which shifts are handed over (optional)",
    )
}

fn place_selects(setup: &GuildSetup) -> Vec<CreateActionRow> {
    vec![
        menu(
            &CustomId::SetupCategory,
            vec![ChannelType::Category],
            setup.category,
            "Category under which release channels are opened",
        ),
        menu(
            &CustomId::SetupAnnouncements,
            vec![ChannelType::Text, ChannelType::News],
            setup.announcements,
            "Channel in which releases are announced",
        ),
        menu(
            &CustomId::SetupOperations,
            vec![ChannelType::Text],
            setup.operations,
            "Channel in which operators hear what failed (optional)",
        ),
        CreateActionRow::SelectMenu(
            CreateSelectMenu::new(
                CustomId::SetupManager.to_string(),
                CreateSelectMenuKind::User {
                    default_users: setup.manager.map(|manager| vec![DiscordUserId::new(manager.0)]),
                },
            )
            .placeholder("Manager who hears of what stays overdue (may be nobody)")
            .min_values(0),
        ),
    ]
}

fn buttons(
    setup: &GuildSetup,
    roles: &[RoleDefinition],
    page: SetupPage,
) -> Vec<serenity::all::CreateButton> {
    let complete = setup.missing(roles).is_empty() && setup.archive.is_some();
    let create = button(
        &CustomId::SetupCreate(page),
        "Create what is missing",
        ButtonStyle::Success,
    )
    .disabled(complete);
    match page {
        SetupPage::Roles => vec![
            create,
            button(
                &CustomId::SetupPage(SetupPage::Places),
                "Next: places ▶",
                ButtonStyle::Primary,
            ),
        ],
        SetupPage::Places => {
            let label = if setup.private_channels {
                "Make channels public"
            } else {
                "Make channels private"
            };
            vec![
                create,
                button(
                    &CustomId::SetupPrivate(!setup.private_channels),
                    label,
                    ButtonStyle::Secondary,
                ),
                button(
                    &CustomId::SetupPage(SetupPage::Roles),
                    "◀ Back: roles",
                    ButtonStyle::Secondary,
                ),
                button(
                    &CustomId::SetupPage(SetupPage::Archive),
                    "Next: archive ▶",
                    ButtonStyle::Primary,
                ),
            ]
        }
        SetupPage::Archive => vec![
            create,
            button(
                &CustomId::SetupPage(SetupPage::Places),
                "◀ Back: places",
                ButtonStyle::Secondary,
            ),
        ],
    }
}

/// The result of the check of permissions.
#[must_use]
pub fn check(
    missing: &[MissingPermission],
    silent: &[GuildRoleId],
    setup: &GuildSetup,
    roles: &[RoleDefinition],
) -> Post {
    let mut text = if missing.is_empty() {
        "✅ I have every permission that I need.".to_owned()
    } else {
        let mut text = "🚫 I lack permissions:".to_owned();
        for missing in missing {
            let _ = write!(
                text,
                "\n• **{}**: without it I cannot {}",
                missing.permission, missing.blocks
            );
        }
        text.push_str("\nGive them to my role under Server Settings → Roles.");
        text
    };
    for role in silent {
        let _ = write!(
            text,
            "\n🔕 <@&{role}> is not mentionable, so my reminders would name it without a ping. Allow everybody to \
             mention it under Server Settings → Roles."
        );
    }
    let open = setup.missing(roles);
    if open.is_empty() {
        text.push_str("\n✅ Roles, category and announcement channel are chosen.");
    } else {
        let _ = write!(text, "\n⬜ Still to choose in `/setup`: {}.", open.join(", "));
    }
    Post::text(text)
}
