//! What Discord knows of a server: who acts, and what the bot may do there.

use serenity::all::{
    ChannelType, CreateChannel, EditRole, GuildChannel, GuildId as DiscordGuildId, Http,
    InteractionId as DiscordInteractionId, LightMethod, Member, Permissions, Request,
    RoleId as DiscordRoleId, Route, UserId as DiscordUserId,
};

use crate::discord::invite::{missing, missing_for_threads};

use crate::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, UserId};
use crate::domain::person::Person;
use crate::domain::playbook::RoleDefinition;
use crate::domain::rejection::MissingPermission;
use crate::domain::setup::{GuildSetup, SetupChange};

/// The person behind an interaction, as Discord vouches for it in that very interaction.
pub(super) fn person(
    guild: Option<DiscordGuildId>,
    member: Option<&Member>,
    interaction: DiscordInteractionId,
) -> Option<Person> {
    let (guild, member) = (guild?, member?);
    let permissions = member.permissions.unwrap_or_default();
    Some(Person {
        guild: GuildId(guild.get()),
        user: UserId(member.user.id.get()),
        guild_roles: member.roles.iter().map(|role| GuildRoleId(role.get())).collect(),
        administrator: permissions.intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR),
        interaction: InteractionId(interaction.get()),
    })
}

/// What the bot may do in the server, and what stands in its way.
pub(super) struct Standing {
    /// The permissions that it lacks.
    pub(super) missing: Vec<MissingPermission>,
    /// Those that it lacks for threads alone.
    pub(super) missing_for_threads: Vec<MissingPermission>,
    /// The chosen roles that it cannot ping, because they are not mentionable.
    pub(super) silent: Vec<GuildRoleId>,
}

/// Looks the bot's rights up. Permissions that a channel takes away show when something is posted there.
pub(super) async fn standing(
    http: &Http,
    bot: DiscordUserId,
    setup: &GuildSetup,
) -> serenity::Result<Standing> {
    let guild_id = DiscordGuildId::new(setup.guild.0);
    let member = guild_id.member(http, bot).await?;
    let request = Request::new(Route::GuildRoles { guild_id }, LightMethod::Get);
    let roles: Vec<RoleRights> = http.fire(request).await?;
    // The role of everybody has the server's own id.
    let own = |role: &&RoleRights| role.id.get() == guild_id.get() || member.roles.contains(&role.id);
    let held = roles
        .iter()
        .filter(own)
        .fold(Permissions::empty(), |all, role| all | role.permissions());
    let mentions_all = held.intersects(Permissions::MENTION_EVERYONE | Permissions::ADMINISTRATOR);
    let silent = setup
        .roles
        .values()
        .filter(|chosen| {
            let role = roles.iter().find(|role| role.id.get() == chosen.0);
            !mentions_all && role.is_some_and(|role| !role.mentionable)
        })
        .copied()
        .collect();
    Ok(Standing {
        missing: missing(held),
        missing_for_threads: missing_for_threads(held),
        silent,
    })
}

/// What matters of a role. serenity's own type drops the permissions that it has no name for, `PIN_MESSAGES` among them.
#[derive(serde::Deserialize)]
struct RoleRights {
    id: DiscordRoleId,
    permissions: String,
    mentionable: bool,
}

impl RoleRights {
    fn permissions(&self) -> Permissions {
        Permissions::from_bits_retain(self.permissions.parse().unwrap_or_default())
    }
}

/// Makes what is missing, or picks what already has the usual name, and returns the choices.
pub(super) async fn create_missing(
    http: &Http,
    setup: &GuildSetup,
    roles: &[RoleDefinition],
) -> serenity::Result<Vec<SetupChange>> {
    let guild = DiscordGuildId::new(setup.guild.0);
    let mut changes = Vec::new();
    let existing = guild.roles(http).await?;
    for role in roles.iter().filter(|role| !setup.roles.contains_key(&role.id)) {
        let found = existing
            .values()
            .find(|known| known.name.eq_ignore_ascii_case(&role.title));
        let id = match found {
            Some(found) => found.id,
            None => {
                guild
                    .create_role(http, EditRole::new().name(&role.title).mentionable(true))
                    .await?
                    .id
            }
        };
        changes.push(SetupChange::Role(role.id.clone(), GuildRoleId(id.get())));
    }
    if setup.category.is_some() && setup.announcements.is_some() && setup.archive.is_some() {
        return Ok(changes);
    }
    let channels: Vec<GuildChannel> = guild.channels(http).await?.into_values().collect();
    if setup.category.is_none() {
        let id = pick_or_create(http, guild, &channels, ChannelType::Category, "Releases").await?;
        changes.push(SetupChange::Category(id));
    }
    if setup.announcements.is_none() {
        let id = pick_or_create(http, guild, &channels, ChannelType::Text, "release-announcements").await?;
        changes.push(SetupChange::Announcements(id));
    }
    if setup.archive.is_none() {
        let id = pick_or_create(http, guild, &channels, ChannelType::Category, "Release archive").await?;
        changes.push(SetupChange::Archive(id));
    }
    Ok(changes)
}

async fn pick_or_create(
    http: &Http,
    guild: DiscordGuildId,
    channels: &[GuildChannel],
    kind: ChannelType,
    name: &str,
) -> serenity::Result<ChannelId> {
    let found = channels
        .iter()
        .find(|channel| channel.kind == kind && channel.name.eq_ignore_ascii_case(name));
    let id = match found {
        Some(found) => found.id,
        None => {
            guild
                .create_channel(http, CreateChannel::new(name).kind(kind))
                .await?
                .id
        }
    };
    Ok(ChannelId(id.get()))
}
