//! Use cases on tickets. Each authorises, asks the rules, writes, and appends what it did, in the
//! transaction of its caller.
//!
//! A change names the `version` of the ticket it was decided on. If somebody changed the ticket since,
//! the answer is [`Error::Changed`] with their name, and nothing is written.
use chrono::{DateTime, Utc};

use super::{
    model::{Channel, HoldReason, Priority, Status, Subject, TicketType},
    promises::{self, Fact},
    store::{self, Current},
};
use crate::{
    conversations::{
        self,
        model::{Body, MessageKind, Side},
        service::Draft,
    },
    core::{
        Actor, Error, Permission, Tx,
        actor::Standing,
        id::{CategoryId, MessageId, TeamId, TicketId, UserId},
        text::{Email, PersonName},
    },
    events::{self, About, Event},
    people::contacts,
    routing,
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
    /// What the form showed before it was sent.
    pub promised_reply_by: Option<DateTime<Utc>>,
    pub promised_solve_by: Option<DateTime<Utc>>,
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

async fn create_linked(tx: &mut Tx, new: &NewTicket, follow_up_of: Option<TicketId>) -> Result<Created, Error> {
    tx.actor.require(Permission::CreateTicket)?;
    let requester = match &new.requester {
        Requester::Myself => tx.actor.user_id().ok_or(Error::SignIn)?,
        Requester::Contact { email, name, phone } => {
            contacts::find_or_create(tx, email, name, phone.as_deref()).await?
        }
    };
    if let Some(category) = new.category
        && !store::category_is_active(tx, category).await?
    {
        return Err(Error::invalid("category", "Choose one of the list; this one is no longer offered."));
    }
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

    let (id, now) = (TicketId::new(), tx.now);
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
        follow_up_of,
        promised_reply_by: new.promised_reply_by,
        promised_solve_by: new.promised_solve_by,
        from_customer: !on_behalf,
    };
    let (number, organisation, shared) = store::insert(tx, &row, now).await?;
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
    let message = conversations::service::add_as(tx, id, MessageId::new(), author, &draft, now).await?;

    let mut happened = vec![
        Event::TicketCreated { number, channel: new.channel },
        Event::MessageAdded { message, visibility: MessageKind::Public, side },
        Event::Routed { trace: decision.trace },
    ];
    if let Some(to) = decision.assignee {
        happened.push(Event::Assigned { to, by_routing: true });
    }
    events::append(tx, About::Ticket(&ticket.standing()), &happened).await?;

    let mut facts = vec![Fact::Created];
    if !on_behalf {
        facts.push(Fact::CustomerWrote { message });
    }
    promises::record(tx, &ticket, &facts).await?;
    Ok(Created { id, number })
}

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

/// Locks the ticket for a change by somebody who holds `permission` on it and saw `version` of it.
async fn change(tx: &mut Tx, id: TicketId, permission: Permission, version: Option<i32>) -> Result<Current, Error> {
    // Who may do it to no ticket at all learns nothing about this one.
    tx.actor.require(permission)?;
    let viewer = tx.actor.user_id();
    let ticket = store::lock(tx, id, viewer).await?.ok_or(Error::NotFound)?;
    tx.require(permission, &ticket.standing())?;
    if version.is_some_and(|seen| seen != ticket.version) {
        let by = store::last_actor(tx, id).await?.unwrap_or_else(|| "The system".to_owned());
        return Err(Error::Changed { by });
    }
    Ok(ticket)
}

/// An agent takes a ticket that nobody holds; moving a held one is [`transfer`]. Taking an open one
/// makes it in progress.
///
/// # Errors
/// [`Error::NotFound`] if the agent may not see it,
/// [`Error::AlreadyTaken`] with the holder's name if somebody was faster.
pub async fn take(tx: &mut Tx, id: TicketId) -> Result<(), Error> {
    let agent = tx.actor.signed_in()?.id;
    assign(tx, id, agent, None).await
}

/// Gives a ticket that nobody holds to `agent`, a member of its team.
///
/// # Errors
/// As [`take`]; [`Error::Invalid`] at `assignee` if they are not of the team.
pub async fn assign(tx: &mut Tx, id: TicketId, agent: UserId, version: Option<i32>) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::AssignTicket, version).await?;
    if !ticket.status.is_unsolved() {
        return Err(Error::Refused(format!(
            "A {} ticket is not given to anybody.",
            ticket.status.label().to_lowercase()
        )));
    }
    if !store::can_hold(tx, ticket.team, agent).await? {
        return Err(Error::invalid("assignee", "Choose an active member of the ticket's team."));
    }
    let now = tx.now;
    if !store::assign_if_free(tx, id, agent, true, now).await? {
        let holder = store::holder(tx, id).await?.unwrap_or_else(|| "Somebody".to_owned());
        return Err(Error::AlreadyTaken { holder });
    }
    let mut happened = vec![Event::Assigned { to: agent, by_routing: false }];
    let mut facts = Vec::new();
    ticket.assignee = Some(agent);
    if ticket.status == Status::Open {
        ticket.status = Status::InProgress;
        happened.push(status_event(Status::Open, Status::InProgress));
        facts.push(Fact::StatusChanged { from: Status::Open, to: Status::InProgress, hold: None });
    }
    events::append(tx, About::Ticket(&ticket.standing()), &happened).await?;
    promises::record(tx, &ticket, &facts).await
}

const fn status_event(from: Status, to: Status) -> Event {
    Event::StatusChanged { from, to, hold: None, wake_at: None, reason: None }
}

/// Moves a held ticket to another team, another agent, or both, with a reason that the next one reads.
/// `to_agent: None` puts it into the team's queue.
///
/// # Errors
/// [`Error::Invalid`] at `reason`, `team` or `assignee`; [`Error::Changed`].
pub async fn transfer(
    tx: &mut Tx,
    id: TicketId,
    to_team: TeamId,
    to_agent: Option<UserId>,
    reason: &str,
    version: i32,
) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::AssignTicket, Some(version)).await?;
    let reason = sentence("reason", reason, "Say in a few words why, for the one who gets it.")?;
    if ticket.status == Status::Closed {
        return Err(Error::Refused("A closed ticket stays where it is.".to_owned()));
    }
    if (to_team, to_agent) == (ticket.team, ticket.assignee) {
        return Err(Error::invalid("team", "It is there already. Choose another team or agent."));
    }
    if to_agent.is_none() && ticket.status.needs_assignee() {
        return Err(Error::invalid("assignee", "A resolved ticket needs somebody who answers for it."));
    }
    if !store::team_is_active(tx, to_team).await? {
        return Err(Error::invalid("team", "Choose an active team."));
    }
    if let Some(agent) = to_agent
        && !store::can_hold(tx, to_team, agent).await?
    {
        return Err(Error::invalid("assignee", "Choose an active member of that team."));
    }
    let now = tx.now;
    store::set_holder(tx, id, to_team, to_agent, now).await?;
    let event = Event::Transferred { from_team: ticket.team, to_team, from: ticket.assignee, to: to_agent, reason };
    let moved = ticket.team != to_team;
    // The event belongs to the team that lost it as much as to the one that got it: it is written for the
    // old standing, and a wake-up for the new one follows with whatever happens next there.
    events::append(tx, About::Ticket(&ticket.standing()), std::slice::from_ref(&event)).await?;
    ticket.team = to_team;
    ticket.assignee = to_agent;
    if moved {
        events::append(tx, About::Ticket(&ticket.standing()), &[event]).await?;
        promises::record(tx, &ticket, &[Fact::TeamChanged]).await?;
    }
    Ok(())
}

/// Where a status change leads, with what that status needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    Start,
    Hold { waits_for: HoldReason, wake_at: Option<DateTime<Utc>>, reason: Option<String> },
    Resolve,
    Close,
}

impl Move {
    const fn target(&self) -> Status {
        match self {
            Self::Start => Status::InProgress,
            Self::Hold { .. } => Status::OnHold,
            Self::Resolve => Status::Resolved,
            Self::Close => Status::Closed,
        }
    }
}

/// Moves a ticket along its life.
///
/// # Errors
/// [`Error::Refused`] for a move the lifecycle does not know or a solution without an assignee;
/// [`Error::Invalid`] at `reason` when a customer waits for an answer and no reason is given for putting
/// the ticket on hold, and at `wake_at` for a date in the past.
pub async fn set_status(tx: &mut Tx, id: TicketId, step: &Move, version: i32) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    move_to(tx, ticket, step).await
}

async fn move_to(tx: &mut Tx, mut ticket: Current, step: &Move) -> Result<(), Error> {
    let (from, to) = (ticket.status, step.target());
    if !from.may_become(to) {
        return Err(Error::Refused(format!(
            "A ticket that is {} cannot become {}.",
            from.label().to_lowercase(),
            to.label().to_lowercase()
        )));
    }
    if to.needs_assignee() && ticket.assignee.is_none() {
        return Err(Error::Refused(
            "Take or assign the ticket first: a solution needs somebody who stands for it.".to_owned(),
        ));
    }
    let (hold, wake_at, reason) = match step {
        Move::Hold { waits_for, wake_at, reason } => {
            if wake_at.is_some_and(|at| at <= tx.now) {
                return Err(Error::invalid("wake_at", "Choose a time that is still to come."));
            }
            let reason = reason.as_deref().map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned);
            let customer_waits = ticket.last_customer_message_at > ticket.last_public_reply_at;
            if customer_waits && reason.is_none() {
                return Err(Error::invalid(
                    "reason",
                    "The customer wrote last and waits for an answer. Reply first, or say why this can wait.",
                ));
            }
            (Some(*waits_for), *wake_at, reason)
        }
        _ => (None, None, None),
    };
    let now = tx.now;
    store::set_status(tx, ticket.id, to, hold, wake_at, now).await?;
    ticket.status = to;
    ticket.hold = hold;
    let event = Event::StatusChanged { from, to, hold, wake_at, reason };
    events::append(tx, About::Ticket(&ticket.standing()), &[event]).await?;
    promises::record(tx, &ticket, &[Fact::StatusChanged { from, to, hold }]).await
}

/// Changes how much the ticket matters; its promises keep the time they have used.
pub async fn set_priority(tx: &mut Tx, id: TicketId, priority: Priority, version: i32) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    let (from, now) = (ticket.priority, tx.now);
    if from == priority {
        return Ok(());
    }
    refuse_closed(&ticket)?;
    store::set_priority(tx, id, priority, now).await?;
    ticket.priority = priority;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::PriorityChanged { from, to: priority }]).await?;
    promises::record(tx, &ticket, &[Fact::FieldsChanged]).await
}

/// Changes what the ticket is about. It stays with its team: moving it is [`transfer`].
pub async fn set_category(tx: &mut Tx, id: TicketId, category: Option<CategoryId>, version: i32) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    let (from, now) = (ticket.category, tx.now);
    if from == category {
        return Ok(());
    }
    refuse_closed(&ticket)?;
    if let Some(chosen) = category
        && !store::category_is_active(tx, chosen).await?
    {
        return Err(Error::invalid("category", "Choose one of the list."));
    }
    store::set_category(tx, id, category, now).await?;
    ticket.category = category;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::CategoryChanged { from, to: category }]).await?;
    promises::record(tx, &ticket, &[Fact::FieldsChanged]).await
}

/// The most tags a ticket carries, and how long one may be.
const MAX_TAGS: usize = 20;
const MAX_TAG_LEN: usize = 40;

/// Replaces the tags: lower case, each once.
///
/// # Errors
/// [`Error::Invalid`] at `tags` for too many or too long ones.
pub async fn set_tags(tx: &mut Tx, id: TicketId, tags: &[String], version: i32) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    refuse_closed(&ticket)?;
    let mut clean: Vec<String> =
        tags.iter().map(|t| crate::core::text::one_line(t).to_lowercase()).filter(|t| !t.is_empty()).collect();
    clean.sort_unstable();
    clean.dedup();
    if clean.len() > MAX_TAGS || clean.iter().any(|t| t.chars().count() > MAX_TAG_LEN) {
        return Err(Error::invalid("tags", "At most 20 tags of 40 characters each."));
    }
    if clean == ticket.tags {
        return Ok(());
    }
    let now = tx.now;
    store::set_tags(tx, id, &clean, now).await?;
    ticket.tags.clone_from(&clean);
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::TagsChanged { tags: clean }]).await?;
    promises::record(tx, &ticket, &[Fact::FieldsChanged]).await
}

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
        promised_reply_by: None,
        promised_solve_by: None,
    };
    create_linked(tx, &new, Some(closed.id)).await
}

/// "No reply needed": the customer's last message asks for nothing.
pub async fn no_reply_needed(tx: &mut Tx, id: TicketId, version: i32) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::ReplyNotNeeded]).await?;
    promises::record(tx, &ticket, &[Fact::ReplyNotNeeded]).await
}

/// How satisfied the customer is, 1 to 5, with a comment of at most 2,000 characters. May be changed
/// until the ticket is a month closed.
///
/// # Errors
/// [`Error::Refused`] before the ticket is solved; [`Error::Invalid`] at `score` or `comment`.
pub async fn rate(tx: &mut Tx, id: TicketId, score: i16, comment: &str) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::RateTicket, None).await?;
    if ticket.status.is_unsolved() {
        return Err(Error::Refused("You can rate the answer once the ticket is solved.".to_owned()));
    }
    if !(1..=5).contains(&score) {
        return Err(Error::invalid("score", "Choose 1 to 5."));
    }
    let comment = crate::core::text::many_lines(comment);
    if comment.chars().count() > 2_000 {
        return Err(Error::invalid("comment", "At most 2,000 characters."));
    }
    let now = tx.now;
    store::rate(tx, id, score, &comment, now).await?;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::Rated { score }]).await
}

/// The customer says that the solution works. The ticket closes by itself later; nothing else moves.
///
/// # Errors
/// [`Error::Refused`] unless the ticket is resolved.
pub async fn confirm_solution(tx: &mut Tx, id: TicketId) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::RateTicket, None).await?;
    if ticket.status != Status::Resolved {
        return Err(Error::Refused("There is no solution to confirm at the moment.".to_owned()));
    }
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::SolutionConfirmed]).await
}

/// The customer says that the solution did not help, and why: the ticket is worked on again.
///
/// # Errors
/// [`Error::Refused`] unless the ticket is resolved.
pub async fn refuse_solution(tx: &mut Tx, id: TicketId, body: &Body, channel: Channel) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::RateTicket, None).await?;
    if ticket.status != Status::Resolved {
        return Err(Error::Refused(
            "There is no solution to refuse at the moment. Write a message instead.".to_owned(),
        ));
    }
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::SolutionRefused]).await?;
    write_as_customer(tx, id, body, channel, None).await.map(drop)
}

/// Closes what was resolved before `before` and not come back to since; how many, at most `limit`.
/// For the server's own timer.
pub async fn close_resolved(tx: &mut Tx, before: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let due = store::resolved_before(tx, before, limit).await?;
    for id in &due {
        let ticket = change(tx, *id, Permission::ChangeTicket, None).await?;
        move_to(tx, ticket, &Move::Close).await?;
    }
    Ok(due.len())
}

/// Puts back to work what was on hold until now; how many, at most `limit`. For the server's own timer.
pub async fn wake_held(tx: &mut Tx, limit: i64) -> Result<usize, Error> {
    let now = tx.now;
    let due = store::to_wake(tx, now, limit).await?;
    for id in &due {
        let ticket = change(tx, *id, Permission::ChangeTicket, None).await?;
        move_to(tx, ticket, &Move::Start).await?;
    }
    Ok(due.len())
}

fn refuse_closed(ticket: &Current) -> Result<(), Error> {
    if ticket.status == Status::Closed {
        return Err(Error::Refused("This ticket is closed and stays as it is.".to_owned()));
    }
    Ok(())
}

/// A sentence of at most 500 characters that must not be empty.
fn sentence(field: &str, raw: &str, missing: &str) -> Result<String, Error> {
    let text = crate::core::text::one_line(raw);
    match text.chars().count() {
        0 => Err(Error::invalid(field, missing)),
        1..=500 => Ok(text),
        _ => Err(Error::invalid(field, "At most 500 characters.")),
    }
}
