//! Server functions of the notifications room.
use leptos::prelude::*;

use super::model::{Bell, MailboxMail, MailboxRow, NoticePage, Preference};
use crate::core::{Error, id::NotificationId};
#[cfg(feature = "ssr")]
use crate::{
    core::Tx,
    notifications::{mailbox, service},
};

/// What hangs on the bell of the person who asks.
#[server]
pub async fn notification_bell() -> Result<Bell, Error> {
    service::bell(&mut Tx::read_request().await?).await
}

/// A page of the notifications of the person who asks.
#[server]
pub async fn notification_page(unread_only: bool, after: Option<String>) -> Result<NoticePage, Error> {
    service::list(&mut Tx::read_request().await?, unread_only, after.as_deref()).await
}

/// Marks one notification as read, or all of them.
#[server]
pub async fn read_notifications(#[server(default)] id: Option<NotificationId>) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::mark_read(&mut tx, id).await?;
    tx.commit().await
}

/// What the person who asks may choose, and what they chose.
#[server]
pub async fn notification_preferences() -> Result<Vec<Preference>, Error> {
    service::preferences(&mut Tx::read_request().await?).await
}

/// Remembers the whole preferences form: the kinds that are ticked, for each way.
#[server]
pub async fn set_notification_preferences(
    #[server(default)] in_app: Vec<String>,
    #[server(default)] email: Vec<String>,
) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::set_preferences(&mut tx, &in_app, &email).await?;
    tx.commit().await
}

/// The newest mails of the development mailbox; there is one in demo mode only.
#[server]
pub async fn list_mailbox() -> Result<Vec<MailboxRow>, Error> {
    mailbox::list(&crate::core::tx::request()?.0).await
}

/// One mail of the development mailbox.
#[server]
pub async fn read_mailbox(id: String) -> Result<MailboxMail, Error> {
    mailbox::read(&crate::core::tx::request()?.0, &id).await
}
