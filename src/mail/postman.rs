//! From an outbox row to a mail server.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;

use crate::app::{About, Delivery, HandOffMail, Receipt, SendError};
use crate::discord::render::handoff::name_of;
use crate::domain::mail::Address;
use crate::domain::notice::{CopyTo, Notice};
use crate::mail::words::{Letter, letter};
use crate::mail::{Encryption, Server};

/// How long the server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// From whom a mail comes, beside the address.
const SENDER: &str = "T-minus";

/// Carries rows to a mail server, one connection for each, and knows nothing of the database.
#[derive(Clone)]
pub struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// Part of each mail's own name.
    host: String,
    from: Address,
}

/// Without the login.
impl std::fmt::Debug for Postman {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Postman").finish_non_exhaustive()
    }
}

/// Why nobody can send through this server.
#[derive(Debug, thiserror::Error)]
#[error("no connection to the mail server of [email] can be prepared: check `server` and `root_certificate`")]
pub struct PostmanError(#[source] smtp::Error);

impl Postman {
    /// Prepares to send through this server. Nothing is said to it yet.
    ///
    /// # Errors
    /// [`PostmanError`]: its root certificate cannot be read.
    pub fn new(server: &Server) -> Result<Self, PostmanError> {
        let tls = match server.encryption {
            Encryption::Tls => Tls::Wrapper(trust(server)?),
            Encryption::StartTls => Tls::Required(trust(server)?),
            Encryption::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &server.login {
            let password = password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            transport: transport.build(),
            host: server.host.clone(),
            from: server.from.clone(),
        })
    }

    /// Sends what a row asks for, if it still is to be sent. What arrives twice, because nobody heard that it had arrived,
    /// has the same `Message-ID`.
    ///
    /// # Errors
    /// [`SendError`]: it may succeed later after an answer that begins with 4 or none at all, and does not after one that
    /// begins with 5.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, SendError> {
        let (About::Mail(mail), Notice::HandOffMail { to, .. }) = (&delivery.about, &delivery.claim.notice)
        else {
            // There is no such hand-off any more.
            return Ok(Receipt::Edited);
        };
        let Some(addressee) = mail.to.as_ref().filter(|_| mail.is_wanted()) else {
            return Ok(Receipt::Edited);
        };
        let letter = letter(mail, addressee.zone, delivery.claim.row, delivery.now);
        let message = self
            .message(delivery, mail, &addressee.address, letter)
            .map_err(|error| {
                tracing::debug!(%error, row = delivery.claim.row, "a mail cannot be written");
                refused(format!("no mail can be written {}", whom(mail, to)))
            })?;
        match self.transport.send(message).await {
            Ok(_) => Ok(Receipt::Mailed),
            Err(error) => {
                // The server's own words may repeat the address.
                tracing::debug!(%error, row = delivery.claim.row, "a mail was not taken");
                Err(sorted(&error, &whom(mail, to)))
            }
        }
    }

    pub(super) fn message(
        &self,
        delivery: &Delivery,
        mail: &HandOffMail,
        to: &Address,
        letter: Letter,
    ) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let mailbox =
            |name: Option<&str>, address: &Address| -> Result<Mailbox, lettre::address::AddressError> {
                Ok(Mailbox::new(name.map(str::to_owned), address.as_str().parse()?))
            };
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let id = message_id(delivery, mail.view.kept.hand_off.offered, &self.host);
        Ok(Message::builder()
            .from(mailbox(Some(SENDER), &self.from)?)
            .to(mailbox(None, to)?)
            .subject(letter.subject)
            .date(SystemTime::from(delivery.now))
            .message_id(Some(id))
            // Nobody's absence note answers it (RFC 3834).
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .singlepart(SinglePart::plain(letter.body))?)
    }
}

fn trust(server: &Server) -> Result<TlsParameters, PostmanError> {
    let mut parameters = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.root_certificate_pem {
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(PostmanError)?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build().map_err(PostmanError)
}

/// The mail's own name, the same for each attempt: mail programs show what has the same name once. The instant keeps rows
/// of a database that was restored from having the names of mails that were sent before.
fn message_id(delivery: &Delivery, offered: DateTime<Utc>, host: &str) -> String {
    format!(
        "<hand-off.{}.{}.{}@{}>",
        delivery.claim.guild,
        delivery.claim.row,
        offered.timestamp(),
        // An address of the newer protocol has colons, which no domain has.
        host.replace(':', "-")
    )
}

/// To whom, without the address.
fn whom(mail: &HandOffMail, to: &CopyTo) -> String {
    match to {
        CopyTo::Member { user } => format!("to {}", name_of(*user, &mail.names)),
        CopyTo::Always { place, .. } => format!("to number {place} of `copies_to`"),
    }
}

fn refused(why: String) -> SendError {
    SendError::Refused { why }
}

/// Sorts an error into later and never. The text holds the server's numbers and none of its words.
fn sorted(error: &smtp::Error, whom: &str) -> SendError {
    if let Some(code) = error.status() {
        let exact = enhanced(error).map_or_else(String::new, |exact| format!(" ({exact})"));
        let why = format!("the mail server answered {code}{exact} {whom}");
        return if error.is_permanent() {
            let hint = match u16::from(code) {
                530 | 534 | 535 => ": it wants another `user` or password",
                550 | 551 | 553 => ": it does not know the address, or does not take mail from `from`",
                _ => "",
            };
            refused(format!("{why}{hint}"))
        } else {
            SendError::Unclear { why }
        };
    }
    // What the library itself refuses before it sends, it refuses again: no STARTTLS, no way to log in.
    if error.is_client() {
        return refused(format!(
            "the mail server offers no way to send {whom}: check `encryption` and `user` of [email]"
        ));
    }
    let why = if error.is_tls() {
        "the mail server's certificate or encryption does not fit"
    } else if error.is_timeout() {
        "the mail server did not answer in time"
    } else {
        "the mail server cannot be reached, or broke off"
    };
    SendError::Unclear { why: why.to_owned() }
}

/// "5.1.1", where the answer begins with such a number (RFC 3463).
fn enhanced(error: &smtp::Error) -> Option<String> {
    let text = error.source()?.to_string();
    let word = text.split_whitespace().next()?;
    let is_number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (word.split('.').count() == 3 && word.split('.').all(is_number)).then(|| word.to_owned())
}
