//! People who cannot be told anything by direct message: they refuse it, or have left the server.

use chrono::{DateTime, Utc};

use crate::domain::ids::{GuildId, UserId};
use crate::store::followers::Refused;
use crate::store::{Connection, StoreError, digests, followers, outbox};

/// Why a person is told nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silent {
    /// They take no direct messages. They are told when they look.
    Refuses,
    /// They have left the server, and nothing of it is theirs to hear.
    Left,
}

/// Ends all that a person would be told of a server by direct message, and withdraws what waits. Nobody is called:
/// whether they hear of it is their own business.
pub(super) async fn fall_silent(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
    why: Silent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let followed = followers::followed(connection, guild, user).await?;
    followers::unfollow_all(connection, guild, user).await?;
    let digest = digests::end(connection, guild, user).await?;
    outbox::supersede_for(connection, guild, user, None, |_| true, now).await?;
    // Of several messages that were under way together, the first has ended everything.
    if why == Silent::Refuses && (digest || !followed.is_empty()) {
        let releases = followed.into_iter().map(|followed| followed.key).collect();
        let refused = Refused {
            at: now,
            releases,
            digest,
        };
        followers::refuse(connection, guild, user, &refused).await?;
    }
    Ok(())
}
