//! The channel of a closed release: locked and moved to the archive, and back when the release is opened again.

use serde::{Deserialize, Serialize};
use serenity::all::{
    ChannelId as DiscordChannelId, GuildId as DiscordGuildId, LightMethod, Permissions, Request, Route,
};

use crate::app::{Receipt, ReleaseView, SendError};
use crate::discord::open::{Found, IN_CHANNEL, Search, is_full, may_not, places};
use crate::discord::room::is_home;
use crate::discord::send::{Courier, code, refused, release_channel};
use crate::domain::ids::ChannelId;

/// What a lock takes from people: to write, in threads as well.
const WRITING: Permissions = Permissions::SEND_MESSAGES.union(Permissions::SEND_MESSAGES_IN_THREADS);

/// A series of categories in which a channel belongs.
struct Home<'a> {
    chosen: ChannelId,
    following: &'a [ChannelId],
    /// What is said when the chosen one is gone.
    gone: &'static str,
}

/// What becomes of who may write.
#[derive(Clone, Copy)]
enum Turn {
    Lock,
    Unlock,
}

impl Courier {
    /// Locks the channel of a closed release and moves it to the archive, where one is chosen. The same twice.
    pub(super) async fn archive(&self, view: &ReleaseView) -> Result<Receipt, SendError> {
        // It was opened again in the meantime.
        if view.release.is_open() {
            return Ok(Receipt::Edited);
        }
        let home = view.setup.archive.map(|chosen| Home {
            chosen,
            following: &view.setup.archive_following,
            gone: "the category for channels of closed releases is gone; choose another one with /setup",
        });
        self.settle(view, home, Turn::Lock).await
    }

    /// Unlocks the channel of a release that was opened again and moves it back. The same twice.
    pub(super) async fn unarchive(&self, view: &ReleaseView) -> Result<Receipt, SendError> {
        if !view.release.is_open() {
            return Ok(Receipt::Edited);
        }
        // Without an archive it was not moved, so it stays where somebody may have put it.
        let home = view.setup.archive.and(view.setup.category).map(|chosen| Home {
            chosen,
            following: &view.setup.following,
            gone: "the category for release channels is gone; choose another one with /setup",
        });
        self.settle(view, home, Turn::Unlock).await
    }

    async fn settle(
        &self,
        view: &ReleaseView,
        home: Option<Home<'_>>,
        turn: Turn,
    ) -> Result<Receipt, SendError> {
        let channel_id = DiscordChannelId::new(release_channel(view)?.0);
        let request = Request::new(Route::Channel { channel_id }, LightMethod::Get);
        let channel: Channel = self
            .http
            .fire(request)
            .await
            .map_err(|error| self.not_moved(error))?;
        let Some(home) = home else {
            self.change(view, &channel, None, turn)
                .await
                .map_err(|error| self.not_moved(error))?;
            return Ok(Receipt::Edited);
        };
        let guild = DiscordGuildId::new(view.release.guild.0);
        let mut search = Search::new(view.release.guild, home.chosen, home.following);
        let category = loop {
            let channels = guild.channels(&self.http).await;
            let channels = channels.map_err(|error| self.failed(error))?;
            let under = channel.parent_id.map(|parent| ChannelId(parent.get()));
            if let Some(under) = under
                && is_home(&places(&channels), home.chosen, home.following, Some(under))
            {
                self.change(view, &channel, None, turn)
                    .await
                    .map_err(|error| self.not_moved(error))?;
                break under;
            }
            let (category, is_new) = match self.category(&mut search, &channels).await? {
                Found::Under { category, is_new } => (category, is_new),
                Found::LookAgain => continue,
                Found::Gone => return Err(refused(home.gone)),
            };
            match self.change(view, &channel, Some(category), turn).await {
                Ok(()) => break category,
                // Somebody was faster, since the list was read.
                Err(error) if is_full(&error) && !is_new => {
                    search.full.insert(category);
                }
                Err(error) => return Err(self.not_moved(error)),
            }
        };
        Ok(if category == home.chosen {
            Receipt::Edited
        } else {
            Receipt::MovedFollowing {
                category,
                chosen: home.chosen,
            }
        })
    }

    /// Changes what is not yet as it shall be, with one request. Who may not write in threads may not forbid it to
    /// others either: then the threads stay as they are.
    async fn change(
        &self,
        view: &ReleaseView,
        channel: &Channel,
        category: Option<ChannelId>,
        turn: Turn,
    ) -> serenity::Result<()> {
        match self.patch(view, channel, category, turn, WRITING).await {
            Err(error) if may_not(&error) => {
                self.refused.seen(&error);
                let writing = Permissions::SEND_MESSAGES;
                self.patch(view, channel, category, turn, writing).await
            }
            other => other,
        }
    }

    async fn patch(
        &self,
        view: &ReleaseView,
        channel: &Channel,
        category: Option<ChannelId>,
        turn: Turn,
        writing: Permissions,
    ) -> serenity::Result<()> {
        let who = Who {
            everybody: view.release.guild.0,
            bot: self.bot.get(),
            roles: view.setup.roles.values().map(|role| role.0).collect(),
        };
        let mut overwrites = channel.permission_overwrites.clone();
        match turn {
            Turn::Lock => lock(&mut overwrites, &who, writing.bits()),
            Turn::Unlock => unlock(&mut overwrites, &who, writing.bits()),
        }
        let changed = overwrites != channel.permission_overwrites;
        let change = Change {
            parent_id: category.map(|category| category.0.to_string()),
            permission_overwrites: changed.then_some(overwrites),
        };
        if change.parent_id.is_none() && change.permission_overwrites.is_none() {
            return Ok(());
        }
        let channel_id = channel.id;
        let mut request = Request::new(Route::Channel { channel_id }, LightMethod::Patch);
        request = request.body(Some(serde_json::to_vec(&change)?));
        self.http.fire::<Channel>(request).await.map(|_| ())
    }

    /// Why a channel was not moved and locked, with what to do about it.
    fn not_moved(&self, error: serenity::Error) -> SendError {
        let refusal = may_not(&error).then(|| code(&error)).flatten();
        let failed = self.failed(error);
        match refusal {
            Some(code) => refused(&format!(
                "I may not move or lock that channel ({code}); I need Manage Channels and Manage Roles, there and in \
                 the category that it moves to"
            )),
            None => failed,
        }
    }
}

/// What matters of a channel. serenity's own type drops the permissions that it has no name for, and what is written
/// back would lack them.
#[derive(Deserialize)]
struct Channel {
    id: DiscordChannelId,
    #[serde(default)]
    parent_id: Option<DiscordChannelId>,
    #[serde(default)]
    permission_overwrites: Vec<Overwrite>,
}

#[derive(Serialize)]
struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_overwrites: Option<Vec<Overwrite>>,
}

/// What a channel gives to, or takes from, a role or a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Overwrite {
    #[serde(with = "decimal")]
    id: u64,
    /// 0 for a role, 1 for a person.
    #[serde(rename = "type")]
    kind: u8,
    #[serde(with = "decimal")]
    allow: u64,
    #[serde(with = "decimal")]
    deny: u64,
}

/// Discord writes numbers of 64 bits as text.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// Whom the overwrites of a release channel are about.
struct Who {
    /// The role of everybody.
    everybody: u64,
    bot: u64,
    /// The roles of releases.
    roles: Vec<u64>,
}

const ROLE: u8 = 0;
const PERSON: u8 = 1;

/// The overwrite for somebody, made when there is none.
fn overwrite(overwrites: &mut Vec<Overwrite>, id: u64, kind: u8) -> &mut Overwrite {
    let place = overwrites.iter().position(|known| known.id == id);
    let place = place.unwrap_or_else(|| {
        overwrites.push(Overwrite {
            id,
            kind,
            allow: 0,
            deny: 0,
        });
        overwrites.len() - 1
    });
    &mut overwrites[place]
}

/// Takes `writing` from everybody but the bot. Who sees the channel stays.
fn lock(overwrites: &mut Vec<Overwrite>, who: &Who, writing: u64) {
    for overwrite in overwrites.iter_mut() {
        overwrite.allow &= !writing;
    }
    overwrite(overwrites, who.everybody, ROLE).deny |= writing;
    // Only who has a permission there may give it back, so the bot keeps what it takes.
    let bot = overwrite(overwrites, who.bot, PERSON);
    bot.allow |= IN_CHANNEL.bits() | writing;
    bot.deny &= !bot.allow;
}

/// Lets people write again as in a channel that was just opened.
fn unlock(overwrites: &mut Vec<Overwrite>, who: &Who, writing: u64) {
    let everybody = overwrite(overwrites, who.everybody, ROLE);
    everybody.deny &= !writing;
    if everybody.allow | everybody.deny == 0 {
        overwrites.retain(|overwrite| overwrite.id != who.everybody);
    }
    for role in &who.roles {
        let role = overwrite(overwrites, *role, ROLE);
        role.allow |= IN_CHANNEL.bits();
        role.deny &= !role.allow;
    }
    let bot = overwrite(overwrites, who.bot, PERSON);
    bot.allow = (bot.allow & !writing) | IN_CHANNEL.bits();
    bot.deny &= !bot.allow;
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYBODY: u64 = 1;
    const BOT: u64 = 2;
    const DEV: u64 = 3;
    const GUEST: u64 = 4;
    /// `PIN_MESSAGES`, which serenity does not know.
    const PIN: u64 = 1 << 51;

    fn who() -> Who {
        Who {
            everybody: EVERYBODY,
            bot: BOT,
            roles: vec![DEV],
        }
    }

    fn entry(id: u64, kind: u8, allow: u64, deny: u64) -> Overwrite {
        Overwrite {
            id,
            kind,
            allow,
            deny,
        }
    }

    fn opened(private: bool) -> Vec<Overwrite> {
        let mut overwrites = vec![
            entry(BOT, PERSON, IN_CHANNEL.bits(), 0),
            entry(DEV, ROLE, IN_CHANNEL.bits(), 0),
        ];
        if private {
            let deny = Permissions::VIEW_CHANNEL.bits();
            overwrites.push(entry(EVERYBODY, ROLE, 0, deny));
        }
        overwrites
    }

    #[test]
    fn a_lock_leaves_reading_to_all_and_writing_to_the_bot() {
        for private in [false, true] {
            let mut overwrites = opened(private);
            overwrites.push(entry(GUEST, PERSON, IN_CHANNEL.bits() | PIN, 0));
            lock(&mut overwrites, &who(), WRITING.bits());
            let found = |id: u64| overwrites.iter().find(|known| known.id == id).unwrap();
            let hidden = if private {
                Permissions::VIEW_CHANNEL.bits()
            } else {
                0
            };
            assert_eq!(found(EVERYBODY).deny, WRITING.bits() | hidden);
            let reads = IN_CHANNEL.bits() & !WRITING.bits();
            assert_eq!(found(DEV).allow, reads);
            assert_eq!(found(GUEST).allow, reads | PIN);
            assert_eq!(found(BOT).allow, IN_CHANNEL.bits() | WRITING.bits());
            let once = overwrites.clone();
            lock(&mut overwrites, &who(), WRITING.bits());
            assert_eq!(overwrites, once, "a lock is the same twice");
        }
    }

    #[test]
    fn an_unlock_brings_back_what_was() {
        for writing in [WRITING, Permissions::SEND_MESSAGES] {
            for private in [false, true] {
                let mut overwrites = opened(private);
                lock(&mut overwrites, &who(), writing.bits());
                for _ in 0..2 {
                    unlock(&mut overwrites, &who(), writing.bits());
                    assert_eq!(overwrites, opened(private));
                }
            }
        }
    }

    /// The bot's own overwrite may be gone, and another may stand in its way.
    #[test]
    fn the_bot_may_write_whatever_was_set_by_hand() {
        let by_hand = || vec![entry(BOT, PERSON, 0, WRITING.bits())];
        for change in [lock, unlock] {
            for mut overwrites in [Vec::new(), by_hand()] {
                change(&mut overwrites, &who(), WRITING.bits());
                let bot = overwrites.iter().find(|known| known.id == BOT).unwrap();
                assert_eq!(bot.allow & IN_CHANNEL.bits(), IN_CHANNEL.bits());
                assert_eq!(bot.deny & bot.allow, 0);
            }
        }
    }

    #[test]
    fn no_permission_is_lost_on_the_way_there_and_back() {
        let text = r#"{"id":"5","type":0,"allow":"2251799813685248","deny":"1"}"#;
        let overwrite: Overwrite = serde_json::from_str(text).unwrap();
        assert_eq!(overwrite, entry(5, ROLE, PIN, 1));
        assert_eq!(serde_json::to_string(&overwrite).unwrap(), text);
    }
}
