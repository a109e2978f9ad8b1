//! The development mailbox: mails laid into a folder because no mail server is set. Shown in demo mode only,
//! because whoever reads it reads everybody's links.
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use mail_parser::MessageParser;

use super::model::{MailboxMail, MailboxRow};
use crate::core::{App, Error, id::DeliveryId};

const SHOWN: usize = 100;

/// The newest mails, newest first.
///
/// # Errors
/// [`Error::NotFound`] outside demo mode.
pub async fn list(app: &App) -> Result<Vec<MailboxRow>, Error> {
    let folder = folder(app)?;
    let mut names = Vec::new();
    // No folder yet: no mail was sent.
    if let Ok(mut entries) = tokio::fs::read_dir(&folder).await {
        while let Some(entry) = entries.next_entry().await.map_err(Error::internal)? {
            names.extend(entry.file_name().to_str().and_then(|name| name.strip_suffix(".eml")).map(str::to_owned));
        }
    }
    // A delivery's id sorts by time.
    names.sort_unstable_by(|a, b| b.cmp(a));
    let mut rows = Vec::new();
    for name in names.iter().filter(|name| name.parse::<DeliveryId>().is_ok()).take(SHOWN) {
        rows.push(read(app, name).await?.row);
    }
    Ok(rows)
}

/// One mail.
///
/// # Errors
/// [`Error::NotFound`] outside demo mode, and for what is not the name of a mail.
pub async fn read(app: &App, id: &str) -> Result<MailboxMail, Error> {
    // The name becomes part of a path: nothing but an id may be one.
    let id: DeliveryId = id.parse().map_err(|_| Error::NotFound)?;
    let bytes = tokio::fs::read(folder(app)?.join(format!("{id}.eml"))).await.map_err(|_| Error::NotFound)?;
    let mail = MessageParser::default().parse(&bytes).ok_or(Error::NotFound)?;
    let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default().to_owned();
    let at = mail.date().and_then(|date| DateTime::<Utc>::from_timestamp(date.to_timestamp(), 0));
    let headers = mail.headers_raw().map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    Ok(MailboxMail {
        row: MailboxRow { id: id.to_string(), to, subject: mail.subject().unwrap_or_default().to_owned(), at },
        headers,
        text: mail.body_text(0).unwrap_or_default().into_owned(),
        html: mail.body_html(0).unwrap_or_default().into_owned(),
    })
}

fn folder(app: &App) -> Result<PathBuf, Error> {
    if app.config.demo { Ok(app.config.data_dir.join("mailbox")) } else { Err(Error::NotFound) }
}
