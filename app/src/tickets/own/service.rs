//! What those who asked may read of their tickets.
use super::{Behind, Filter, Moved, OwnFigures, OwnMonth, OwnRow, Story, store};
use crate::{
    conversations,
    core::{
        Error, Permission, Tx,
        id::TicketId,
        page::{MAX_PAGE, Page},
        text::one_line,
    },
    events::{self, Event},
    tickets,
};

/// The longest text that is searched for; the rest is cut.
const TEXT_MAX: usize = 200;

/// The ticket that a tracking link names. For the door that verified the link's signature.
pub async fn behind_link(tx: &mut Tx, id: TicketId) -> Result<Option<Behind>, Error> {
    Ok(store::behind_link(tx, id).await?)
}

/// The id of the ticket with this number, if it is one that the actor sees as its customer.
///
/// # Errors
/// [`Error::NotFound`] for every other one.
pub async fn find(tx: &mut Tx, number: i64) -> Result<TicketId, Error> {
    let standing = tickets::service::find(tx, number).await?;
    if tx.actor.may_on(Permission::ReadTicketAsCustomer, &standing) {
        Ok(standing.ticket)
    } else {
        Err(Error::NotFound)
    }
}

/// The ticket and its conversation.
///
/// # Errors
/// [`Error::NotFound`] for a ticket that the actor does not see as its customer.
pub async fn story(tx: &mut Tx, id: TicketId) -> Result<Story, Error> {
    let standing = tickets::service::standing(tx, id).await?;
    if !tx.actor.may_on(Permission::ReadTicketAsCustomer, &standing) {
        return Err(Error::NotFound);
    }
    let ticket = store::ticket(tx, id).await?.ok_or(Error::NotFound)?;
    let messages = conversations::thread::public(tx, id).await?;
    let happened = events::besides_messages(tx, id, 500).await?;
    let confirmed = happened.iter().any(|e| {
        matches!(e.event, Event::SolutionConfirmed) && ticket.resolved_at.is_some_and(|solved| e.at >= solved)
    });
    let moves = happened
        .iter()
        .filter_map(|e| match &e.event {
            Event::StatusChanged { to, hold, .. } => Some(Moved { at: e.at, to: *to, hold: *hold }),
            _ => None,
        })
        .collect();
    Ok(Story { ticket, messages, moves, confirmed })
}

/// Remembers that the person has read the ticket up to now. Who follows a link leaves no trace.
pub async fn mark_read(tx: &mut Tx, id: TicketId) -> Result<(), Error> {
    let (reader, now) = (tx.actor.signed_in()?.id, tx.now);
    find_standing(tx, id).await?;
    store::mark_read(tx, id, reader, now).await?;
    Ok(())
}

async fn find_standing(tx: &mut Tx, id: TicketId) -> Result<(), Error> {
    let standing = tickets::service::standing(tx, id).await?;
    tx.require(Permission::ReadTicketAsCustomer, &standing)
}

/// A page of the person's tickets, newest change first. `after` is [`Page::next`] of the page before.
pub async fn list(tx: &mut Tx, filter: &Filter, after: Option<&str>, limit: u32) -> Result<Page<OwnRow>, Error> {
    tx.actor.require(Permission::OpenPortal)?;
    let me = tx.actor.signed_in()?;
    let (user, organisation, now) = (me.id, me.organisation, tx.now);
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    let text: String = one_line(&filter.text).chars().take(TEXT_MAX).collect();
    let filter = &Filter { text, ..filter.clone() };
    // A cursor that is not one of ours starts at the beginning: it is only a place in a list.
    let after = after.and_then(store::Cursor::parse);
    let rows = store::list(tx, user, organisation, filter, now, after, limit + 1).await?;
    Ok(Page::cut(rows, limit, store::Cursor::of))
}

/// Whether the person's organisation shares its tickets among its people.
pub async fn shares(tx: &mut Tx) -> Result<bool, Error> {
    match tx.actor.signed_in()?.organisation {
        Some(organisation) => Ok(store::shares(tx, organisation).await?),
        None => Ok(false),
    }
}

/// The figures of /my, about the person's own tickets.
pub async fn figures(tx: &mut Tx) -> Result<OwnFigures, Error> {
    tx.actor.require(Permission::OpenPortal)?;
    let (me, now) = (tx.actor.signed_in()?.id, tx.now);
    Ok(store::figures(tx, me, now).await?)
}

/// What the person filed and what was solved, in each of the last twelve months of their time zone.
pub async fn months(tx: &mut Tx) -> Result<Vec<OwnMonth>, Error> {
    tx.actor.require(Permission::OpenPortal)?;
    let me = tx.actor.signed_in()?;
    let (id, zone, now) = (me.id, me.time_zone.clone(), tx.now);
    Ok(store::months(tx, id, &zone, now).await?)
}

/// What waits for the person: we asked something, we solved something, we answered. At most `limit`.
pub async fn to_act_on(tx: &mut Tx, limit: u32) -> Result<Vec<OwnRow>, Error> {
    tx.actor.require(Permission::OpenPortal)?;
    let me = tx.actor.signed_in()?.id;
    Ok(store::to_act_on(tx, me, i64::from(limit.min(MAX_PAGE))).await?)
}
