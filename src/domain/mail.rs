//! Addresses of e-mail.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

/// What an address looks like, in words.
pub const ADDRESS_FORM: &str = "an e-mail address such as \"ann@example.com\"";

/// The longest name of a machine (RFC 5321, 4.5.3.1).
const LONGEST: usize = 254;

/// An address to which mail can be sent: letters, digits and a few marks, an `@`, and a domain with a dot. Quoted and
/// international addresses are valid elsewhere and refused here, so that nothing in one can be read as something else.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// That a text is no address. It does not repeat the text, which may be somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not {ADDRESS_FORM}")]
pub struct NotAnAddress;

impl Address {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether mail to both reaches the same box, as far as anybody can tell: capitals make no difference in practice.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

/// Without the address, which belongs in no log.
impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Address(…)")
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let options = Options::default()
            .without_display_text()
            .without_domain_literal()
            .with_required_tld();
        let address = EmailAddress::parse_with_options(text, options).map_err(|_| NotAnAddress)?;
        if text.is_ascii() && !text.contains('"') && is_host(address.domain()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnAddress)
        }
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// Whether it is the name of a machine: words of letters, digits and hyphens, with dots between them.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let mut characters = label.chars();
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && characters.all(|one| one.is_ascii_alphanumeric() || one == '-')
    };
    text.len() <= LONGEST && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_as_something_else_is_no_address() {
        for good in ["ann@example.com", "a.b+c@mail.example.co.uk", "o'neil@x-y.org"] {
            assert_eq!(good.parse::<Address>().map(String::from), Ok(good.to_owned()));
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "ann@@example.com",
            "ann@exa mple.com",
            "ann@example.com\r\nBcc: eve@example.com",
            "ann@example.com, eve@example.com",
            "Ann <ann@example.com>",
            "\"a b\"@example.com",
            "ann@[127.0.0.1]",
            "ann@-example.com",
            "ann@example..com",
            ".ann@example.com",
            "änn@example.com",
            "@ann",
            &long,
        ] {
            assert_eq!(bad.parse::<Address>(), Err(NotAnAddress), "{bad}");
            let stored = serde_json::from_value::<Address>(bad.into());
            assert!(stored.is_err(), "{bad}");
        }
        let ann: Address = "ann@example.com".parse().unwrap();
        assert!(ann.is_same(&"Ann@Example.COM".parse().unwrap()));
        assert_eq!(format!("{ann:?}"), "Address(…)");
    }
}
