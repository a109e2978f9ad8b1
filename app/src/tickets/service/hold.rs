//! Who holds a ticket: taking, assigning, handing on.
use super::{change, status_event};
use crate::{
    core::{
        Error, Permission, Tx,
        id::{TeamId, TicketId, UserId},
        text::one_line,
    },
    events::{self, About, Event},
    tickets::{
        model::Status,
        promises::{self, Fact},
        store,
    },
};

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
    let event =
        Event::Transferred { from_team: ticket.team, to_team, from: ticket.assignee, to: to_agent, reason, step: None };
    let moved = ticket.team != to_team;
    ticket.team = to_team;
    ticket.assignee = to_agent;
    // Of the team that got it; the one that lost it is named in the event, and hears of it by that.
    events::append(tx, About::Ticket(&ticket.standing()), &[event]).await?;
    if moved {
        promises::record(tx, &ticket, &[Fact::TeamChanged]).await?;
    }
    Ok(())
}

/// A sentence of at most 500 characters that must not be empty.
pub(super) fn sentence(field: &str, raw: &str, missing: &str) -> Result<String, Error> {
    let text = one_line(raw);
    match text.chars().count() {
        0 => Err(Error::invalid(field, missing)),
        1..=500 => Ok(text),
        _ => Err(Error::invalid(field, "At most 500 characters.")),
    }
}
