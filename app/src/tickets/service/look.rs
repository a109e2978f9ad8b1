//! Who may see a ticket at all.
use crate::{
    core::{Actor, Error, Permission, Tx, actor::Standing, id::TicketId},
    tickets::store,
};

/// The ticket with this number, if the actor may see it.
///
/// # Errors
/// [`Error::NotFound`] both for what does not exist and for what may not be seen.
pub async fn find(tx: &mut Tx, number: i64) -> Result<Standing, Error> {
    let id = store::id_of_number(tx, number).await?.ok_or(Error::NotFound)?;
    standing(tx, id).await
}

/// How the actor stands to the ticket.
///
/// # Errors
/// [`Error::NotFound`] if they may not see it.
pub async fn standing(tx: &mut Tx, id: TicketId) -> Result<Standing, Error> {
    let viewer = tx.actor.user_id();
    let standing = store::standing(tx, id, viewer).await?.ok_or(Error::NotFound)?;
    if may_see(&tx.actor, &standing) { Ok(standing) } else { Err(Error::NotFound) }
}

fn may_see(actor: &Actor, standing: &Standing) -> bool {
    actor.may_on(Permission::ReadTicketAsStaff, standing) || actor.may_on(Permission::ReadTicketAsCustomer, standing)
}
