//! Text as people type it, made into values that cannot be wrong. The errors are shown at the field.
use serde::{Deserialize, Serialize};

/// Trims, folds runs of white space into one space and drops control characters: what fits on one line.
pub fn one_line(raw: &str) -> String {
    raw.chars()
        .map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Drops NUL and other control characters but line breaks and tabs, and white space at both ends.
pub fn many_lines(raw: &str) -> String {
    raw.replace("\r\n", "\n")
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Escapes text for the two places where the server's renderer writes it as it is: inside `<textarea>`
/// (tachys) and `<title>` (`leptos_meta`). The browser sets both as text, so there nothing is changed.
pub fn escape_raw(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { text }
}

/// An e-mail address, lower case, as RFC 5321 limits it: at most 254 characters, 64 before the `@`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(raw: String) -> Result<Self, String> {
        let address = raw.trim().to_lowercase();
        let wrong = || "Write an address like name@example.org.".to_owned();
        if address.is_empty() {
            return Err("Enter your e-mail address, so that we can answer.".to_owned());
        }
        let (local, domain) = address.rsplit_once('@').ok_or_else(wrong)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let domain_ok = domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        if local_ok && domain_ok && address.len() <= 254 { Ok(Self(address)) } else { Err(wrong()) }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// What somebody is called: one line of 1 to 120 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

impl PersonName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = String;

    fn try_from(raw: String) -> Result<Self, String> {
        let name = one_line(&raw);
        match name.chars().count() {
            0 => Err("Enter your name.".to_owned()),
            1..=120 => Ok(Self(name)),
            _ => Err("A name has at most 120 characters.".to_owned()),
        }
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_case_and_looks_like_one() {
        let ok = |s: &str| Email::try_from(s.to_owned()).map(String::from);
        assert_eq!(ok(" Ada@Example.ORG "), Ok("ada@example.org".to_owned()));
        for wrong in ["ada", "@x.org", "ada@org", "a b@x.org", "ada@x..org", "ada@x.org\r\nBcc: b@x.org", ".a@x.org"] {
            assert!(ok(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn control_characters_never_survive() {
        assert_eq!(one_line(" VPN\r\nis\u{0} \tdown\u{1b}[31m "), "VPN is down [31m");
        assert_eq!(many_lines("a\r\nb\u{0}c\n"), "a\nbc");
    }
}
