//! Looking at what the bot has on record, through the eyes of the Release Manager.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use simcord::{ChannelId, Message};

use super::Director;
use crate::app::Which;
use crate::demo::player::SERVER;
use crate::demo::tour::facts::{self, Goal};
use crate::demo::tour::path::Tried;
use crate::domain::calendar::CalendarSettings;
use crate::domain::ids::{GuildId, GuildRoleId, InteractionId, UserId};
use crate::domain::person::Person;

impl Director {
    /// Tells the pages of the clock, and what stands beside it: "7.2.1 · T−3".
    pub(super) async fn look_around(&self) -> anyhow::Result<()> {
        let stage = self.stage()?;
        let views = self.app()?.in_flight(&self.manager()?).await?;
        let first = facts::first(views.iter().map(|view| &view.release));
        let headline = first.and_then(|(release, target)| {
            let view = views.iter().find(|view| view.release.id == release.id)?;
            let (base, days) = (release.playbook.calendar, &view.setup.days);
            let calendar = CalendarSettings::default().calendar(base, release.guild, days);
            let today = facts::today(release, stage.now());
            Some(facts::headline(&release.version, target, &calendar, today))
        });
        stage.head(headline, views.len());
        stage.clock_changed();
        Ok(())
    }

    /// What the releases in flight have on record, when the clock stood at `began` in the beginning.
    pub(super) async fn reached(&self, began: DateTime<Utc>) -> anyhow::Result<BTreeSet<Goal>> {
        let (app, manager) = (self.app()?, self.manager()?);
        let mut records = Vec::new();
        for view in app.in_flight(&manager).await? {
            let which = Which::Key(view.release.key.to_string());
            records.push(app.timeline(&manager, &which).await?);
        }
        let records = records
            .iter()
            .map(|(view, events)| (&view.release, events.as_slice()));
        Ok(facts::reached(records, self.stage()?.now() > began))
    }

    /// The release that is tried: the first one in flight that has a channel.
    pub(super) async fn tried(&self) -> anyhow::Result<Tried> {
        let manager = self.manager()?;
        let views = self.app()?.in_flight(&manager).await?;
        let channels = self.control()?.channels(manager.user.0);
        let mut tried = views.iter().filter_map(|view| {
            let id = view.release.channel?;
            let channel = channels.iter().find(|channel| channel.id.0 == id.0)?;
            Some(Tried {
                version: view.release.version.clone(),
                channel: channel.name.clone(),
                place: Some(channel.id),
                offered: None,
            })
        });
        let tried = tried.next().unwrap_or_default();
        let offered = self.offered(manager.user)?;
        Ok(Tried { offered, ..tried })
    }

    /// Where a hand-off waits, as whoever is there sees it: with a button to accept it.
    fn offered(&self, manager: UserId) -> anyhow::Result<Option<ChannelId>> {
        let control = self.control()?;
        let general = control.channel_id(manager.0, "general");
        let waits = |message: &Message| {
            let rows = message.components.iter();
            let mut inside = rows.filter_map(|row| row.get("components")?.as_array()).flatten();
            inside.any(|button| button.get("label").is_some_and(|label| label == "Accept"))
        };
        Ok(general.filter(|general| control.messages(manager.0, *general).iter().any(waits)))
    }

    /// Riley, who may know of every release that was started in public or for the Release Manager.
    fn manager(&self) -> anyhow::Result<Person> {
        let control = self.control()?;
        let user = control.user_id("riley").context("the demo has a manager")?;
        let view = control.view(user).context("the manager sees the server")?;
        let guild = view.guilds.into_iter().find(|guild| guild.name == SERVER);
        let guild = guild.context("the manager is on the server")?;
        let member = guild.members.iter().find(|member| member.user.id == user);
        let held = member.map(|member| member.roles.as_slice()).unwrap_or_default();
        let roles = guild.roles.iter().filter(|role| held.contains(&role.name));
        Ok(Person {
            guild: GuildId(guild.id.0),
            user: UserId(user.0),
            guild_roles: roles.map(|role| GuildRoleId(role.id.0)).collect(),
            administrator: true,
            // Looking is no interaction.
            interaction: InteractionId(0),
        })
    }
}
