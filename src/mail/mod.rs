//! E-mail: the only place that names lettre. What a mail says is made in [`words`] and is pure; [`Postman`] carries rows of
//! the outbox to a mail server.

mod postman;
pub mod words;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use secrecy::SecretString;

use crate::domain::mail::Address;

pub use self::postman::{Postman, PostmanError};

/// A mail server, and how to send through it.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How what is sent is kept from others.
    pub encryption: Encryption,
    /// A root certificate (PEM) that is trusted beside the public ones.
    pub root_certificate_pem: Option<String>,
    /// From whom mail comes.
    pub from: Address,
    /// The user with the password; none where the server asks for none.
    pub login: Option<(String, SecretString)>,
}

/// How what is sent is kept from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte.
    #[default]
    Tls,
    /// TLS before anything of ours is said; without it nothing is sent.
    StartTls,
    /// Not at all, which only a server on this machine is for.
    None,
}

impl Encryption {
    /// The port that servers use for it.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Whether a server is on this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    address.map_or_else(
        || host.eq_ignore_ascii_case("localhost"),
        |address| address.is_loopback(),
    )
}
