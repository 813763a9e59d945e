//! `[email]`: the mail server, and who always gets a copy of a hand-off.

use std::path::PathBuf;

use toml::de::DeValue;

use super::{A_PATH, ConfigError, path, read as read_file, secret};
use crate::domain::file::table::{Misfit, Need, Table};
use crate::domain::file::value;
use crate::domain::mail::{ADDRESS_FORM, Address, is_host};
use crate::mail::{Encryption, Server, is_loopback};

/// The variable that holds the password.
pub(super) const PASSWORD_VARIABLE: &str = "EMAIL_PASSWORD";

/// At most so many always get a copy.
const MOST_COPIES: usize = 20;

/// The longest name of a user.
const LONGEST_USER: usize = 254;

const A_SERVER: &str = "the name or address of the mail server, such as \"smtp.example.com\"";
const A_PORT: &str = "a number from 1 to 65535";
const AN_ENCRYPTION: &str = "`tls`, `starttls` or `none`";

/// `[email]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The name or address of the mail server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How what is sent is kept from others.
    pub encryption: Encryption,
    /// A file with a root certificate (PEM) that is trusted beside the public ones.
    pub root_certificate: Option<PathBuf>,
    /// From whom mail comes.
    pub from: Address,
    /// The user; none where the server asks for none.
    pub user: Option<String>,
    /// A file that holds the password and nothing else; without it the password comes from `EMAIL_PASSWORD`.
    pub password_file: Option<PathBuf>,
    /// Who always gets a copy of a hand-off.
    pub copies_to: Vec<Address>,
}

impl Email {
    /// The server with its password. It is in no argument and in no log.
    pub(super) fn server(&self) -> Result<Server, ConfigError> {
        let login = match &self.user {
            None => None,
            Some(user) => {
                let password = secret(self.password_file.as_deref(), PASSWORD_VARIABLE)?;
                Some((user.clone(), password.ok_or(ConfigError::NoPassword)?))
            }
        };
        let root = self.root_certificate.as_deref();
        Ok(Server {
            host: self.server.clone(),
            port: self.port,
            encryption: self.encryption,
            root_certificate_pem: root.map(read_file).transpose()?,
            from: self.from.clone(),
            login,
        })
    }
}

/// Reads the section. What is missing or does not fit is a problem of its source, and then there is no section.
pub(super) fn read(table: &Table<'_>) -> Option<Email> {
    let server = table.value("server", Need::Required, A_SERVER, server);
    let port = table.value("port", Need::Optional, A_PORT, port);
    let encryption = table.value("encryption", Need::Optional, "", encryption);
    let root_certificate = table.value("root_certificate", Need::Optional, A_PATH, path);
    let from = table.value("from", Need::Required, ADDRESS_FORM, value::address);
    let user = table.value("user", Need::Optional, "", value::line(LONGEST_USER));
    let password_file = table.value("password_file", Need::Optional, A_PATH, path);
    let copies_to = table.list("copies_to", MOST_COPIES, "a list of addresses", value::address);
    table.finish();
    if let (Some(server), Some(encryption)) = (&server, &encryption)
        && encryption.value == Encryption::None
        && !is_loopback(&server.value)
    {
        let found = "`none`, with a server that is not on this machine".to_owned();
        let expected = "`tls` or `starttls`, so that nobody on the way reads what is sent".to_owned();
        table.mismatch("encryption", &encryption.place, found, expected);
    }
    if let (Some(file), None) = (&password_file, &user) {
        let found = "a password for nobody".to_owned();
        table.mismatch("password_file", &file.place, found, "`user` beside it".to_owned());
    }
    let encryption = encryption.map_or_else(Encryption::default, |encryption| encryption.value);
    Some(Email {
        server: server?.value,
        port: port.map_or(encryption.usual_port(), |port| port.value),
        encryption,
        root_certificate: root_certificate.map(|path| path.value),
        from: from?.value,
        user: user.map(|user| user.value),
        password_file: password_file.map(|path| path.value),
        copies_to: copies_to.into_iter().map(|copy| copy.value).collect(),
    })
}

fn server(value: &DeValue<'_>) -> Result<String, Misfit> {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    let known = is_host(text) || text.parse::<std::net::IpAddr>().is_ok();
    known
        .then(|| text.to_owned())
        .ok_or_else(|| Misfit::expected(A_SERVER))
}

fn port(value: &DeValue<'_>) -> Result<u16, Misfit> {
    let number = value.as_integer().and_then(|number| number.as_str().parse().ok());
    number
        .filter(|port| *port > 0)
        .ok_or_else(|| Misfit::expected(A_PORT))
}

fn encryption(value: &DeValue<'_>) -> Result<Encryption, Misfit> {
    match value.as_str() {
        Some("tls") => Ok(Encryption::Tls),
        Some("starttls") => Ok(Encryption::StartTls),
        Some("none") => Ok(Encryption::None),
        _ => Err(Misfit::expected(AN_ENCRYPTION)),
    }
}
