//! The signed link by which a customer follows a ticket without an account.
use chrono::Duration;

use crate::{
    core::{
        Actor, App, Error, Tx,
        id::TicketId,
        secret::{Purpose, Secret},
    },
    tickets,
};

/// How long the link works after its ticket was closed.
pub const LASTS_AFTER_CLOSING: Duration = Duration::days(30);

/// The token that opens `ticket` on /track. Whoever has it reads and answers as the requester.
pub fn token(secret: &Secret, ticket: TicketId) -> String {
    secret.sign(Purpose::Track, ticket.uuid().as_bytes())
}

/// The whole address of the tracking page.
pub fn address(app: &App, ticket: TicketId) -> String {
    app.config.link(&format!("/track/{}", token(&app.secret, ticket)))
}

/// The ticket that `token` opens, and its holder as an actor.
///
/// # Errors
/// [`Error::NotFound`] for a token that was not signed by us for this, and for one whose ticket was
/// closed longer ago than [`LASTS_AFTER_CLOSING`].
pub async fn holder(app: &App, token: &str) -> Result<(TicketId, Actor), Error> {
    let content = app.secret.verify(Purpose::Track, token).ok_or(Error::NotFound)?;
    let ticket = TicketId::from_uuid(uuid::Uuid::from_slice(&content).map_err(|_| Error::NotFound)?);
    let mut tx = Tx::read(app, Actor::System).await?;
    let behind = tickets::own::behind_link(&mut tx, ticket).await?.ok_or(Error::NotFound)?;
    if behind.closed_at.is_some_and(|closed| tx.now > closed + LASTS_AFTER_CLOSING) {
        return Err(Error::NotFound);
    }
    Ok((ticket, Actor::LinkHolder { ticket, requester: behind.requester }))
}
