//! Mail going out: through an SMTP server where one is set, else into a folder for development.
mod folder;
mod message;
#[cfg(test)]
pub mod sink;
mod smtp;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use kept_app::notifications::outbox::Carrier;
use lettre::message::Mailbox;

/// What is wrong with the mail settings, in words for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("KEPT_MAIL_FROM must be an address like: Kept <desk@example.org>")]
    From(#[source] lettre::address::AddressError),
    #[error("KEPT_SMTP_URL must be like smtp://user:password@mail.example.org:587 or smtps://…")]
    Url(#[source] lettre::transport::smtp::Error),
}

/// The carrier that the settings ask for.
///
/// # Errors
/// [`Error`] when they make no sense.
pub fn carrier(smtp_url: Option<&str>, from: &str, data_dir: &Path) -> Result<Arc<dyn Carrier>, Error> {
    let from: Mailbox = from.parse().map_err(Error::From)?;
    Ok(match smtp_url {
        Some(url) => Arc::new(smtp::Smtp::new(url, from).map_err(Error::Url)?),
        None => Arc::new(folder::Folder::new(data_dir.join("mailbox"), from)),
    })
}
