//! Server functions of the inbox of escalations.
use leptos::prelude::*;

use super::model::{Inbox, Pages};
use crate::core::{Error, id::TicketId};
#[cfg(feature = "ssr")]
use {super::service, crate::core::Tx};

/// What waits for the reader, and what became of the rest.
#[server]
pub async fn read_escalations(#[server(default)] pages: Pages) -> Result<Inbox, Error> {
    service::inbox(&mut Tx::read_request().await?, pages).await
}

/// Says that one has looked at an escalated ticket, as it stood at `version` of its escalation.
#[server]
pub async fn acknowledge_escalation(id: TicketId, version: i32, #[server(default)] words: String) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::acknowledge(&mut tx, id, version, &words).await?;
    tx.commit().await
}
