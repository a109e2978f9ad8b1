//! Filing a ticket.
use crate::{
    conversations::{
        self,
        model::{Body, MessageKind, Side},
        service::Draft,
    },
    core::{
        Error, Permission, Tx,
        id::{CategoryId, MessageId, TicketId},
        text::{Email, PersonName},
    },
    events::{self, About, Event},
    people::contacts::{self, Contact},
    routing,
    sla::{self, policy::TicketFacts, promise::Due},
    tickets::{
        model::{Channel, Priority, Status, Subject, TicketType},
        store::{self, Current},
    },
};

/// Who asks, as the door knows them.
#[derive(Clone, Debug)]
pub enum Requester {
    /// The person signed in.
    Myself,
    /// Somebody who says who they are.
    Contact { email: Email, name: PersonName, phone: Option<String> },
}

/// A ticket to be filed.
#[derive(Clone, Debug)]
pub struct NewTicket {
    pub subject: Subject,
    pub body: Body,
    pub requester: Requester,
    pub channel: Channel,
    pub category: Option<CategoryId>,
    pub kind: TicketType,
    /// Chosen by staff only; from customers it is ignored.
    pub priority: Option<Priority>,
    pub uploads: Option<String>,
    /// Whether the requester was shown by when a person answers, before they sent it. It is then worked out once more and
    /// stored as what they were told.
    pub promise_shown: bool,
}

/// What [`create`] made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    pub id: TicketId,
    pub number: i64,
}

/// Files a ticket: finds the requester, routes it, starts its promises.
///
/// # Errors
/// [`Error::Invalid`] at `category` if that one is not offered (any more).
pub async fn create(tx: &mut Tx, new: &NewTicket) -> Result<Created, Error> {
    create_linked(tx, new, None).await
}

pub(super) async fn create_linked(
    tx: &mut Tx,
    new: &NewTicket,
    follow_up_of: Option<TicketId>,
) -> Result<Created, Error> {
    tx.actor.require(Permission::CreateTicket)?;
    let Contact { id: requester, organisation } = match &new.requester {
        Requester::Myself => {
            let me = tx.actor.user_id().ok_or(Error::SignIn)?;
            contacts::find(tx, me).await?
        }
        Requester::Contact { email, name, phone } => {
            contacts::find_or_create(tx, email, name, phone.as_deref()).await?
        }
    };
    // Filed by staff for a customer: the customer has not written yet.
    let on_behalf = tx.actor.may(Permission::WriteAsStaff) && tx.actor.user_id() != Some(requester);
    let decision = routing::service::route(
        tx,
        &routing::model::Facts {
            subject: new.subject.as_str(),
            body: new.body.as_str(),
            category: new.category,
            priority: new.priority.filter(|_| on_behalf),
            team: None,
        },
    )
    .await?;

    let (id, message, now) = (TicketId::new(), MessageId::new(), tx.now);
    let asked = TicketFacts {
        category: new.category,
        team: Some(decision.team),
        customer: Some(requester),
        organisation,
        plan: match organisation {
            Some(organisation) => contacts::plan_of(tx, organisation).await?,
            None => None,
        },
        ..TicketFacts::new(decision.priority, new.channel)
    };
    // Before the ticket is stored: so it is stored once, with what lists show of its promises.
    let book = sla::service::in_force(tx).await?;
    let opened = sla::service::open(tx, book.as_deref(), id, &asked, (!on_behalf).then_some(message)).await?;
    let shown = match new.promise_shown {
        true => sla::service::due(tx, book.as_deref(), &as_shown(&new.requester, asked)).await?,
        false => Due::default(),
    };
    let row = store::NewRow {
        id,
        subject: new.subject.as_str(),
        priority: decision.priority,
        kind: new.kind,
        channel: new.channel,
        category: new.category,
        team: decision.team,
        assignee: decision.assignee,
        requester,
        organisation,
        follow_up_of,
        promised_reply_by: shown.reply_by,
        promised_solve_by: shown.solve_by,
        from_customer: !on_behalf,
        badge: opened.badge(),
    };
    let Some((number, shared)) = store::insert(tx, &row, now).await? else {
        return Err(Error::invalid("category", "Choose one of the list; this one is no longer offered."));
    };
    let ticket = Current {
        id,
        number,
        version: 1,
        subject: new.subject.as_str().to_owned(),
        status: Status::Open,
        hold: None,
        priority: decision.priority,
        category: new.category,
        team: decision.team,
        assignee: decision.assignee,
        requester,
        organisation,
        shared,
        watched: false,
        tags: Vec::new(),
        csat: None,
        last_customer_message_at: (!on_behalf).then_some(now),
        last_public_reply_at: None,
    };

    let side = if on_behalf { Side::Staff } else { Side::Customer };
    let author = if on_behalf { tx.actor.user_id() } else { Some(requester) };
    let draft = Draft {
        kind: MessageKind::Public,
        side,
        body: new.body.clone(),
        channel: new.channel,
        uploads: new.uploads.clone(),
    };
    conversations::service::add_as(tx, id, message, author, &draft, now).await?;

    let mut happened = vec![
        Event::TicketCreated { number, channel: new.channel },
        Event::MessageAdded { message, visibility: MessageKind::Public, side },
        Event::Routed { trace: decision.trace },
    ];
    if let Some(to) = decision.assignee {
        happened.push(Event::Assigned { to, by_routing: true });
    }
    events::append(tx, About::Ticket(&ticket.standing()), &happened).await?;
    sla::service::keep_opened(tx, &ticket.standing(), opened).await?;
    Ok(Created { id, number })
}

/// The ticket as the door could judge it that showed a promise (`portal::pledge`): nobody there knows a guest, whoever
/// they say they are.
fn as_shown(requester: &Requester, asked: TicketFacts) -> TicketFacts {
    match requester {
        Requester::Myself => asked,
        Requester::Contact { .. } => TicketFacts { customer: None, organisation: None, plan: None, ..asked },
    }
}
