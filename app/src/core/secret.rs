//! Signed links and one-time tokens. Everything here is constant time where it compares.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::{TryRng as _, rngs::SysRng};
use sha2::{Digest as _, Sha256};

/// 128 bits of HMAC-SHA-256 are kept: out of reach of guessing, short enough to read out of a mail.
const MAC_LEN: usize = 16;

/// What a signature is good for. A link made for one purpose opens nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Follow and answer one ticket without an account.
    Track,
    /// Fetch one file.
    File,
    /// Message-IDs of our own mails, for threading.
    Mail,
    /// A browser that signed in to an account before.
    Device,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Track => b"kept/track/1",
            Self::File => b"kept/file/1",
            Self::Mail => b"kept/mail/1",
            Self::Device => b"kept/device/1",
        }
    }
}

/// The installation's signing key. Never printed.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Derives the key from a setting of any length.
    pub fn from_setting(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    fn mac(&self, purpose: Purpose, content: &[u8]) -> Hmac<Sha256> {
        // Both parts of what is signed have a fixed frame: the label ends in a digit and is followed by its length.
        #[allow(clippy::expect_used)] // HMAC takes keys of any length
        let mut mac = <Hmac<Sha256>>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(purpose.label());
        mac.update(&(content.len() as u64).to_be_bytes());
        mac.update(content);
        mac
    }

    /// `content` and its signature, safe in a URL.
    pub fn sign(&self, purpose: Purpose, content: &[u8]) -> String {
        let tag = self.mac(purpose, content).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([content, &tag[..MAC_LEN]].concat())
    }

    /// The content of a token made by [`Secret::sign`] for the same purpose; `None` for any other text.
    pub fn verify(&self, purpose: Purpose, token: &str) -> Option<Vec<u8>> {
        if token.len() > 1024 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, tag) = bytes.split_at_checked(bytes.len().checked_sub(MAC_LEN)?)?;
        self.mac(purpose, content).verify_truncated_left(tag).ok()?;
        Some(content.to_vec())
    }
}

/// 256 random bits, safe in a URL. What goes to the person; the database keeps [`digest`] of it.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes())
}

/// 256 bits from the operating system.
///
/// # Panics
/// If it gives none: then nothing here would be safe.
pub fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    #[allow(clippy::expect_used)] // see above
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// SHA-256, under which a token is stored and found.
pub fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_what_it_was_made_for() {
        let secret = Secret::from_bytes([7; 32]);
        let token = secret.sign(Purpose::Track, b"ticket");
        assert_eq!(secret.verify(Purpose::Track, &token), Some(b"ticket".to_vec()));
        assert_eq!(secret.verify(Purpose::File, &token), None);
        assert_eq!(Secret::from_bytes([8; 32]).verify(Purpose::Track, &token), None);
        assert_eq!(secret.verify(Purpose::Track, "x"), None);
        let mut changed = token.clone();
        changed.replace_range(0..1, if token.starts_with('A') { "B" } else { "A" });
        assert_eq!(secret.verify(Purpose::Track, &changed), None);
    }
}
