//! Server functions of staff on tickets. Each opens a transaction, calls its use case, commits.
use leptos::prelude::*;

use super::model::{HoldReason, Priority};
use crate::{
    conversations::model::MessageKind,
    core::{
        Error,
        id::{TeamId, TicketId, UserId},
    },
};
#[cfg(feature = "ssr")]
use {
    super::service::{self, Move, StaffMessage},
    crate::{
        conversations::model::Body,
        core::{Tx, id::CategoryId},
    },
    chrono::{DateTime, NaiveDateTime},
};

/// Takes a ticket that nobody holds.
#[server]
pub async fn take_ticket(id: TicketId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::take(&mut tx, id).await?;
    tx.commit().await
}

/// Gives a ticket that nobody holds to a member of its team.
#[server]
pub async fn assign_ticket(id: TicketId, assignee: UserId, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::assign(&mut tx, id, assignee, Some(version)).await?;
    tx.commit().await
}

/// Moves a ticket to another team or agent; no `assignee` leaves it in the team's queue.
#[server]
pub async fn transfer_ticket(
    id: TicketId,
    team: TeamId,
    #[server(default)] assignee: String,
    reason: String,
    version: i32,
) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    let to = chosen(&assignee, "assignee")?;
    service::transfer(&mut tx, id, team, to, &reason, version).await?;
    tx.commit().await
}

/// Works on it, or works on it again.
#[server]
pub async fn start_ticket(id: TicketId, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::set_status(&mut tx, id, &Move::Start, version).await?;
    tx.commit().await
}

/// Puts it on hold. `wake_at` as a `datetime-local` input sends it, with the zone's offset to UTC in
/// minutes, which only the browser knows.
#[server]
pub async fn hold_ticket(
    id: TicketId,
    waits_for: HoldReason,
    #[server(default)] wake_at: String,
    #[server(default)] offset: i32,
    #[server(default)] reason: String,
    version: i32,
) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    let wake_at = wake_time(&wake_at, offset)?;
    let step = Move::Hold { waits_for, wake_at, reason: Some(reason) };
    service::set_status(&mut tx, id, &step, version).await?;
    tx.commit().await
}

/// Says that it is solved.
#[server]
pub async fn resolve_ticket(id: TicketId, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::set_status(&mut tx, id, &Move::Resolve, version).await?;
    tx.commit().await
}

/// Closes what is resolved, for good.
#[server]
pub async fn close_ticket(id: TicketId, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::set_status(&mut tx, id, &Move::Close, version).await?;
    tx.commit().await
}

#[server]
pub async fn set_ticket_priority(id: TicketId, priority: Priority, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::set_priority(&mut tx, id, priority, version).await?;
    tx.commit().await
}

/// No `category`: it has none.
#[server]
pub async fn set_ticket_category(id: TicketId, #[server(default)] category: String, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    let category: Option<CategoryId> = chosen(&category, "category")?;
    service::set_category(&mut tx, id, category, version).await?;
    tx.commit().await
}

/// `tags` separated by commas.
#[server]
pub async fn set_ticket_tags(id: TicketId, #[server(default)] tags: String, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    let tags: Vec<String> = tags.split(',').map(str::to_owned).collect();
    service::set_tags(&mut tx, id, &tags, version).await?;
    tx.commit().await
}

/// Asks those who lead the team to look at it.
#[server]
pub async fn escalate_ticket(id: TicketId, reason: String, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::escalate(&mut tx, id, &reason, version).await?;
    tx.commit().await
}

/// Follows the ticket, or follows it no longer.
#[server]
pub async fn watch_ticket(id: TicketId, watch: bool) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    let me = tx.actor.signed_in()?.id;
    if watch {
        service::watch(&mut tx, id, me, false).await?;
    } else {
        service::unwatch(&mut tx, id, me).await?;
    }
    tx.commit().await
}

/// The customer's last message asks for nothing.
#[server]
pub async fn reply_not_needed(id: TicketId, version: i32) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::no_reply_needed(&mut tx, id, version).await?;
    tx.commit().await
}

/// Answers the customer, or leaves a note. `uploads`: the token under which its files wait.
#[server]
pub async fn write_message(
    id: TicketId,
    kind: MessageKind,
    body: String,
    #[server(default)] uploads: String,
) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    let body = Body::try_from(body).map_err(|m| Error::invalid("body", m))?;
    let uploads = Some(uploads).filter(|token| !token.is_empty());
    service::write_as_staff(&mut tx, id, &StaffMessage { kind, body, uploads }).await?;
    tx.commit().await
}

/// A select's value: empty is "none".
#[cfg(feature = "ssr")]
fn chosen<T: std::str::FromStr>(value: &str, field: &str) -> Result<Option<T>, Error> {
    match value {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Error::invalid(field, "Choose one of the list.")),
    }
}

/// `2026-11-20T09:00` on a clock that is `offset` minutes behind UTC, as JavaScript counts it.
#[cfg(feature = "ssr")]
fn wake_time(local: &str, offset: i32) -> Result<Option<DateTime<chrono::Utc>>, Error> {
    if local.is_empty() {
        return Ok(None);
    }
    NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M")
        .ok()
        .and_then(|t| t.checked_add_signed(chrono::TimeDelta::minutes(i64::from(offset.clamp(-900, 900)))))
        .map(|t| Some(t.and_utc()))
        .ok_or_else(|| Error::invalid("wake_at", "Choose a date and a time."))
}
