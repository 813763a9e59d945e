//! What the end of a connection means for the session.

/// What comes after a connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The session goes on: RESUME.
    Resume,
    /// The session is over: IDENTIFY.
    Identify,
    /// Connecting again would end in the same way.
    Never(Refusal),
}

/// Why Discord will not have the bot, whatever it tries again. Each sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Close code 4004.
    #[error(
        "Discord does not accept the token any more: copy it again from the application's Bot page (docs/discord.md), \
         and start T-minus again"
    )]
    Token,
    /// Close codes 4010 and 4011.
    #[error(
        "Discord wants the bot's servers spread over several connections, which T-minus does not do: remove the bot \
         from servers until it is on fewer than 2,500, and start it again"
    )]
    Sharding,
    /// Close code 4012.
    #[error("Discord has ended the version of its gateway that T-minus speaks: install a newer T-minus")]
    Version,
    /// Close codes 4013 and 4014.
    #[error(
        "Discord does not allow the bot the events that it asks for, which are those of servers and channels alone: see \
         on the application's Bot page whether it is restricted, install the newest T-minus, and start it again"
    )]
    Intents,
}

/// What a close code of Discord means (Discord's page "Opcodes and Status Codes", Gateway Close Event Codes). A close
/// without a code, and a connection that just ends, leave the session as it is.
pub(super) fn after(code: Option<u16>) -> After {
    match code {
        Some(4004) => After::Never(Refusal::Token),
        Some(4010 | 4011) => After::Never(Refusal::Sharding),
        Some(4012) => After::Never(Refusal::Version),
        Some(4013 | 4014) => After::Never(Refusal::Intents),
        // Not authenticated, a number that Discord does not know, a session that timed out.
        Some(4003 | 4007 | 4009) => After::Identify,
        // Also 1000 and 1001: only when *we* say them do they end the session. If it has ended, the RESUME is told so.
        _ => After::Resume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_on_unless_discord_ended_it() {
        for code in [
            None,
            Some(1000),
            Some(1001),
            Some(1006),
            Some(4000),
            Some(4001),
            Some(4002),
            Some(4005),
            Some(4008),
            Some(4999),
        ] {
            assert_eq!(after(code), After::Resume, "{code:?}");
        }
        for code in [4003, 4007, 4009] {
            assert_eq!(after(Some(code)), After::Identify, "{code}");
        }
        for code in [4004, 4010, 4011, 4012, 4013, 4014] {
            assert!(matches!(after(Some(code)), After::Never(_)), "{code}");
        }
    }
}
