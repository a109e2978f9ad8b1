//! Server functions of the desk's pages.
use chrono::{DateTime, Utc};
use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{Choices, Counts, Home, Listing, TicketPage};
use crate::{
    core::{Error, id::TicketId},
    tickets::query::ListQuery,
};
#[cfg(feature = "ssr")]
use {super::service, crate::core::Tx};

/// One page of a list.
#[server(input = Json)]
pub async fn list_tickets(query: ListQuery) -> Result<Listing, Error> {
    let mut tx = Tx::read_request().await?;
    service::listing(&mut tx, &query, service::PAGE).await
}

/// How many tickets each view holds.
#[server]
pub async fn view_counts() -> Result<Counts, Error> {
    let mut tx = Tx::read_request().await?;
    service::counts(&mut tx).await
}

/// The agent's start page.
#[server]
pub async fn desk_home() -> Result<Home, Error> {
    let mut tx = Tx::read_request().await?;
    service::home(&mut tx).await
}

/// A ticket with everything its page shows; `before` reads further back in its timeline.
#[server(input = Json)]
pub async fn open_ticket(number: i64, before: Option<DateTime<Utc>>) -> Result<TicketPage, Error> {
    let mut tx = Tx::read_request().await?;
    service::ticket(&mut tx, number, before).await
}

/// What forms on tickets offer.
#[server]
pub async fn ticket_choices() -> Result<Choices, Error> {
    let mut tx = Tx::read_request().await?;
    service::choices(&mut tx).await
}

/// The person has read the ticket as it stood at `at`.
#[server(input = Json)]
pub async fn mark_ticket_read(id: TicketId, at: DateTime<Utc>) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::mark_read(&mut tx, id, at).await?;
    tx.commit().await
}
