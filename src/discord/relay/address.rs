//! Where the gateway may be. The token goes there, so not every address will do.

use std::net::SocketAddr;

use tokio_tungstenite::tungstenite::http::Uri;

/// Behind every address: the version of the gateway, and that it speaks JSON.
const PARAMETERS: &str = "/?v=10&encoding=json";

/// The gateway of one Discord.
#[derive(Clone, Debug)]
pub(super) struct Gateway {
    address: String,
    local: bool,
}

impl Gateway {
    /// A gateway at `address`; a `local` one has to be on this machine. `None` when it is elsewhere.
    pub(super) fn new(address: String, local: bool) -> Option<Self> {
        let gateway = Self { address, local };
        gateway.fits(&gateway.address).then_some(gateway)
    }

    /// Where a new session begins.
    pub(super) fn address(&self) -> String {
        self.complete(&self.address)
    }

    /// Where a session that was given this address is resumed; the gateway's own address when the given one is elsewhere.
    pub(super) fn resume_address(&self, given: &str) -> String {
        if self.fits(given) {
            return self.complete(given);
        }
        tracing::warn!(
            address = given,
            "the address to resume at is not Discord's and is left aside"
        );
        self.address()
    }

    /// On this machine for a local one; else encrypted and of Discord.
    fn fits(&self, address: &str) -> bool {
        let Ok(uri) = address.parse::<Uri>() else {
            return false;
        };
        if self.local {
            return uri
                .authority()
                .is_some_and(|authority| is_loopback(authority.as_str()));
        }
        let discord = uri.host().is_some_and(|host| {
            host.ends_with(".discord.gg") || host == "discord.gg" || host.ends_with(".discord.com")
        });
        discord && uri.scheme_str() == Some("wss")
    }

    fn complete(&self, address: &str) -> String {
        let bare = address.split('?').next().unwrap_or(address);
        format!("{}{PARAMETERS}", bare.trim_end_matches('/'))
    }
}

fn is_loopback(authority: &str) -> bool {
    authority
        .parse::<SocketAddr>()
        .is_ok_and(|address| address.ip().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_gateway_is_on_this_machine() {
        let local = |address: &str| Gateway::new(address.to_owned(), true);
        assert!(local("ws://127.0.0.1:4000/gateway").is_some());
        assert!(local("ws://[::1]:4000").is_some());
        assert!(local("wss://gateway.discord.gg").is_none());
        assert!(local("ws://127.0.0.1.example.org:80").is_none());
        assert!(local("ws://user@127.0.0.1:80").is_none());
        assert!(local("ws://10.0.0.1:80/").is_none());
        assert!(local("").is_none());
        assert_eq!(
            local("ws://127.0.0.1:4000/gateway").unwrap().address(),
            "ws://127.0.0.1:4000/gateway/?v=10&encoding=json"
        );
    }

    #[test]
    fn the_token_goes_to_discord_alone_and_encrypted() {
        let gateway = Gateway::new("wss://gateway.discord.gg".to_owned(), false).unwrap();
        assert_eq!(gateway.address(), "wss://gateway.discord.gg/?v=10&encoding=json");
        assert_eq!(
            gateway.resume_address("wss://gateway-us-east1-b.discord.gg"),
            "wss://gateway-us-east1-b.discord.gg/?v=10&encoding=json"
        );
        for elsewhere in [
            "ws://gateway.discord.gg",
            "wss://gateway.discord.gg.example.org",
            "wss://notdiscord.gg",
            "wss://example.org/discord.gg",
            "wss://gateway.discord.gg@example.org",
            "gibberish",
        ] {
            assert_eq!(
                gateway.resume_address(elsewhere),
                gateway.address(),
                "{elsewhere}"
            );
        }
    }
}
