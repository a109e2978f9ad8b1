//! What people write on a ticket, from both sides, and what that sets in motion.
use super::{
    change,
    create::{Created, NewTicket, Requester, create_linked},
    status_event,
};
use crate::{
    conversations::{
        self,
        model::{Body, MessageKind, Side},
        service::Draft,
    },
    core::{
        Error, Permission, Tx,
        id::{MessageId, TicketId},
    },
    events::{self, About, Event},
    tickets::{
        model::{Channel, Status, Subject, TicketType},
        promises::{self, Fact},
        store::{self, Current},
    },
};

/// What an agent writes: an answer to the customer, or a note among colleagues.
#[derive(Clone, Debug)]
pub struct StaffMessage {
    pub kind: MessageKind,
    pub body: Body,
    pub uploads: Option<String>,
}

/// Answers the customer or leaves a note, as staff. An answer to an open ticket puts it in progress if
/// somebody holds it.
///
/// # Errors
/// [`Error::Refused`] on a closed ticket, which gets no answers any more.
pub async fn write_as_staff(tx: &mut Tx, id: TicketId, message: &StaffMessage) -> Result<MessageId, Error> {
    let mut ticket = change(tx, id, Permission::WriteAsStaff, None).await?;
    let public = message.kind == MessageKind::Public;
    if public && ticket.status == Status::Closed {
        return Err(Error::Refused("This ticket is closed. Open a follow-up ticket, or leave a note.".to_owned()));
    }
    let draft = Draft {
        kind: message.kind,
        side: Side::Staff,
        body: message.body.clone(),
        channel: Channel::Desk,
        uploads: message.uploads.clone(),
    };
    let added = conversations::service::add(tx, id, &draft).await?;
    let now = tx.now;
    store::touch(tx, id, false, public, now).await?;
    let mut happened = vec![Event::MessageAdded { message: added, visibility: message.kind, side: Side::Staff }];
    let mut facts = Vec::new();
    if public {
        facts.push(Fact::StaffReplied { message: added });
        ticket.last_public_reply_at = Some(now);
        if ticket.status == Status::Open && ticket.assignee.is_some() {
            store::set_status(tx, id, Status::InProgress, None, None, now).await?;
            ticket.status = Status::InProgress;
            happened.push(status_event(Status::Open, Status::InProgress));
            facts.push(Fact::StatusChanged { from: Status::Open, to: Status::InProgress, hold: None });
        }
    }
    events::append(tx, About::Ticket(&ticket.standing()), &happened).await?;
    promises::record(tx, &ticket, &facts).await?;
    Ok(added)
}

/// What became of a customer's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Added(MessageId),
    /// The ticket was closed: the message opened a new one, linked to it.
    FollowUp(Created),
}

/// The customer answers: in the portal, by the tracking link, by mail. An on-hold or resolved ticket is
/// worked on again; a closed one stays closed and a follow-up is filed.
pub async fn write_as_customer(
    tx: &mut Tx,
    id: TicketId,
    body: &Body,
    channel: Channel,
    uploads: Option<String>,
) -> Result<Written, Error> {
    let mut ticket = change(tx, id, Permission::WriteAsCustomer, None).await?;
    let Some(next) = ticket.status.after_customer_message(ticket.assignee.is_some()) else {
        return follow_up(tx, &ticket, body, channel, uploads).await.map(Written::FollowUp);
    };
    let draft = Draft { kind: MessageKind::Public, side: Side::Customer, body: body.clone(), channel, uploads };
    let message = conversations::service::add(tx, id, &draft).await?;
    let (from, now) = (ticket.status, tx.now);
    store::touch(tx, id, true, true, now).await?;
    let mut happened = vec![Event::MessageAdded { message, visibility: MessageKind::Public, side: Side::Customer }];
    let mut facts = vec![Fact::CustomerWrote { message }];
    ticket.last_customer_message_at = Some(now);
    if next != from {
        store::set_status(tx, id, next, None, None, now).await?;
        ticket.status = next;
        ticket.hold = None;
        happened.push(status_event(from, next));
        facts.push(Fact::StatusChanged { from, to: next, hold: None });
    }
    events::append(tx, About::Ticket(&ticket.standing()), &happened).await?;
    promises::record(tx, &ticket, &facts).await?;
    Ok(Written::Added(message))
}

async fn follow_up(
    tx: &mut Tx,
    closed: &Current,
    body: &Body,
    channel: Channel,
    uploads: Option<String>,
) -> Result<Created, Error> {
    let subject = Subject::try_from(closed.subject.clone()).map_err(|m| Error::invalid("subject", m))?;
    let new = NewTicket {
        subject,
        body: body.clone(),
        requester: Requester::Myself,
        channel,
        category: None,
        kind: TicketType::Request,
        priority: None,
        uploads,
        promise_shown: false,
    };
    create_linked(tx, &new, Some(closed.id)).await
}

/// "No reply needed": the customer's last message asks for nothing.
pub async fn no_reply_needed(tx: &mut Tx, id: TicketId, version: i32) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::ReplyNotNeeded]).await?;
    promises::record(tx, &ticket, &[Fact::ReplyNotNeeded]).await
}
