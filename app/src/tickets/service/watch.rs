//! Following a ticket.
use super::change;
use crate::{
    core::{
        Error, Permission, Tx,
        id::{TicketId, UserId},
    },
    events::{self, About, Event},
    tickets::store,
};

/// Lets `user`, who must be staff, follow the ticket; it also lets an agent of another team see it.
pub async fn watch(tx: &mut Tx, id: TicketId, user: UserId, mentioned: bool) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::WriteAsStaff, None).await?;
    let now = tx.now;
    if store::watch(tx, id, user, mentioned, now).await? {
        events::append(tx, About::Ticket(&ticket.standing()), &[Event::Watched { user, mentioned }]).await?;
    }
    Ok(())
}

/// Takes `user` off the watchers.
pub async fn unwatch(tx: &mut Tx, id: TicketId, user: UserId) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::WriteAsStaff, None).await?;
    if store::unwatch(tx, id, user).await? {
        events::append(tx, About::Ticket(&ticket.standing()), &[Event::Unwatched { user }]).await?;
    }
    Ok(())
}
