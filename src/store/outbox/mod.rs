//! The rows that leave for a channel, each with a lease so that one sender has it at a time.
//!
//! What one release says leaves in order, and so does what a guild says without a release: only the head of an order
//! can be claimed, and one row of each release or guild is under way at a time. Rows that
//! [coalesce](Notice::coalesces) stand aside of the order: they show what is, and one that fails must not hold a
//! reminder back. What goes to a person ([`Notice::recipient`]) stands in an order of that person's own, and so does what
//! goes to an address ([`Notice::copy_to`]); of mail, one row of all guilds is under way at a time, so that a mail server
//! that does not answer takes no more than one of the places in which messages leave.

mod look;
mod mark;
mod posted;
mod wish;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{GuildId, ReleaseId};
use crate::domain::notice::Notice;
use crate::store::{Connection, StoreError, instant, loaded_id, millis};

#[cfg(test)]
pub(in crate::store) use self::look::NEXT_DUE;
pub use self::look::{Dead, dead, next_due};
pub use self::mark::{
    Expired, date_back, drop_dead, expire, mark_dead, mark_retry, mark_sent, mark_waiting, rebase,
    release_leases, supersede, supersede_for,
};
pub use self::posted::{forget_message, message_of};
#[cfg(test)]
pub(in crate::store) use self::wish::OF_RELEASE;
pub use self::wish::{enqueue, enqueue_for_guild, is_known, retry};

/// A row that this process may send until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The row.
    pub row: i64,
    /// The guild that it belongs to.
    pub guild: GuildId,
    /// The release that it belongs to; none for what a guild hears without a release.
    pub release: Option<ReleaseId>,
    /// What to say or do.
    pub notice: Notice,
    /// How many times it was tried, this time included.
    pub attempts: u32,
    /// When it was tried first. A message of an earlier attempt can have been posted since then.
    pub first_attempt: DateTime<Utc>,
    /// The wish that the claim is about; a newer wish has a higher one.
    pub generation: i64,
    /// Fences out a sender whose lease has ended.
    pub lease: i64,
    /// How many messages this row has brought into the world: more than one when a board had to be posted anew.
    pub posts: i64,
}

impl Claim {
    /// What makes a quick repetition of this very message harmless: at most 25 characters, the same for each attempt,
    /// another one for a message that has to be posted anew.
    #[must_use]
    pub fn nonce(&self) -> String {
        format!("t{}.{}", self.row, self.posts)
    }

    /// What a person reads small below the message, and by which the bot finds it again: the row, and after how many of
    /// its messages it came, if any.
    #[must_use]
    pub fn note(&self, posts: i64) -> String {
        match posts {
            0 => format!("note {}", self.row),
            posts => format!("note {}.{posts}", self.row),
        }
    }
}

/// What was found at the head of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// A row to send.
    Row(Claim),
    /// A row that this program cannot read. It is dead now and holds nobody back.
    Unreadable {
        /// The row.
        row: i64,
        /// The guild that it belongs to.
        guild: GuildId,
        /// The release that it belongs to, if any.
        release: Option<ReleaseId>,
        /// What could not be read.
        why: String,
    },
}

/// Claims the next row that may be sent: due, at the head of its order, and of a release (or guild) of which nothing is
/// under way. Withdrawn rows whose lease has ended are ended on the way.
///
/// # Errors
/// The query failed.
pub async fn claim(
    connection: &mut Connection,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<Claimed>, StoreError> {
    let row = loop {
        let row: Option<Row> = sqlx::query_as(CLAIM)
            .bind(millis(now))
            .bind(millis(now + lease))
            .fetch_optional(&mut *connection)
            .await?;
        match row {
            None => return Ok(None),
            // It was withdrawn while somebody was sending it, and that sender never said what became of it.
            Some(row) if row.withdrawn => mark::settle(connection, row.id, "superseded", "", now).await?,
            Some(row) => break row,
        }
    };
    let (id, guild, release) = (row.id, row.guild_id, row.release_id);
    let claimed = match row.into_claim() {
        Ok(claim) => Claimed::Row(claim),
        Err(error @ StoreError::Corrupt { .. }) => {
            let why = error.to_string();
            mark::settle(connection, id, "dead", &why, now).await?;
            Claimed::Unreadable {
                row: id,
                guild: GuildId(loaded_id(guild)),
                release: release.map(ReleaseId),
                why,
            }
        }
        Err(error) => return Err(error),
    };
    Ok(Some(claimed))
}

/// Reads the heads in the order in which they are due; the index `outbox_next` holds nothing else, and at most as many
/// of them are passed over as are under way.
pub(in crate::store) const CLAIM: &str =
    "UPDATE outbox SET state = 'leased', due_at = $2, lease = lease + 1, attempts = attempts + 1,
         first_attempt_at = COALESCE(first_attempt_at, $1)
     WHERE id = (
         SELECT candidate.id FROM outbox AS candidate
         WHERE candidate.head = 1 AND candidate.due_at <= $1
           AND NOT EXISTS (
               SELECT 1 FROM outbox AS busy
               WHERE busy.state = 'leased' AND busy.due_at > $1 AND busy.guild_id = candidate.guild_id
                 AND COALESCE(busy.release_id, 0) = COALESCE(candidate.release_id, 0)
                 AND busy.recipient = candidate.recipient)
           AND (candidate.recipient >= 0 OR NOT EXISTS (
               SELECT 1 FROM outbox AS mail
               WHERE mail.state = 'leased' AND mail.due_at > $1 AND mail.recipient < 0))
         ORDER BY candidate.due_at, candidate.position LIMIT 1)
     RETURNING id, guild_id, release_id, notice, withdrawn, attempts, first_attempt_at, generation, lease, posts";

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    guild_id: i64,
    release_id: Option<i64>,
    notice: String,
    withdrawn: bool,
    attempts: u32,
    first_attempt_at: i64,
    generation: i64,
    lease: i64,
    posts: i64,
}

impl Row {
    fn into_claim(self) -> Result<Claim, StoreError> {
        Ok(Claim {
            row: self.id,
            guild: GuildId(loaded_id(self.guild_id)),
            release: self.release_id.map(ReleaseId),
            notice: notice(self.id, &self.notice)?,
            attempts: self.attempts,
            first_attempt: instant(self.first_attempt_at, "outbox", self.id)?,
            generation: self.generation,
            lease: self.lease,
            posts: self.posts,
        })
    }
}

/// A stored notice.
fn notice(row: i64, text: &str) -> Result<Notice, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
        table: "outbox",
        id: row,
        what: "a notice",
    })
}
