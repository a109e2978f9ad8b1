//! Browsers that signed in to an account before, so that a stranger's wrong guesses cannot lock its owner out.
//!
//! After signing in a browser keeps a signed cookie that names the account. Tries that bring it are counted
//! by themselves (ten, then one a minute) and pass the lock that strangers ran the account into.
use super::limits::Limits;
use crate::core::{
    App, Error,
    secret::{self, Purpose},
    text::Email,
};

/// The cookie's name.
pub const COOKIE: &str = "kept_device";

/// How long a browser is known, in seconds.
pub const MAX_AGE: i64 = 180 * 24 * 60 * 60;

/// A browser that is known for one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device(Vec<u8>);

/// The cookie's value for a browser that just signed in as `email`.
pub fn remember(app: &App, email: &str) -> String {
    let mut content = secret::digest(email);
    content.extend_from_slice(&secret::random_bytes()[..16]);
    app.secret.sign(Purpose::Device, &content)
}

/// The browser behind `cookie`, if it is known for `email`.
pub fn recognise(app: &App, cookie: Option<&str>, email: &Email) -> Option<Device> {
    let content = app.secret.verify(Purpose::Device, cookie?)?;
    content.starts_with(&secret::digest(email.as_str())).then_some(Device(content))
}

impl Device {
    /// Counts one try from this browser.
    pub fn knock(&self, app: &App) -> Result<(), Error> {
        app.room::<Limits>().device.knock(&self.0)
    }
}
