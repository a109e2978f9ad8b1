//! What steps of a promise's ladder do to tickets. Server only.
//!
//! Nobody acts here, so nobody is asked for leave: it is what an administrator published, carried out by the SLA room in
//! the transaction that decides the steps. Many tickets at once, because a sweep decides for many. Their rows are locked.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::Priority;
use crate::{
    core::{
        Error, Tx,
        actor::Standing,
        id::{TeamId, TicketId, UserId},
    },
    events::{self, Event, model::LadderStep},
    sla::model::Deed,
};

/// What a step says is to be done.
#[derive(Clone, Debug)]
pub struct Order {
    pub ticket: TicketId,
    pub deed: Deed,
    pub step: LadderStep,
}

/// A ticket of which something was changed.
#[derive(Debug)]
pub struct Changed {
    /// How it stands after all of it.
    pub standing: Standing,
    /// What was done, in order. What had nothing to do is not in it.
    pub done: Vec<Done>,
}

/// One order that was carried out, and what of the ticket policies ask about after it.
#[derive(Clone, Debug)]
pub struct Done {
    pub order: Order,
    pub priority: Priority,
    pub team: TeamId,
}

/// What of a ticket a step may change.
struct State {
    id: TicketId,
    priority: Priority,
    team: TeamId,
    assignee: Option<UserId>,
    requester: UserId,
}

impl State {
    /// Does what is ordered, if there is anything to do, and says what happened.
    fn obey(&mut self, order: &Order, active: &HashSet<TeamId>) -> Option<Event> {
        let step = order.step.clone();
        match order.deed {
            Deed::RaisePriority { .. } => {
                let from = self.priority;
                self.priority = order.deed.raised(from)?;
                Some(Event::PriorityChanged { from, to: self.priority, step: Some(step) })
            }
            Deed::MoveToTeam { team } => {
                // A team that was switched off since the policy was published gets nothing more.
                if team == self.team || !active.contains(&team) {
                    return None;
                }
                let (from_team, from) = (std::mem::replace(&mut self.team, team), self.assignee.take());
                let reason = step.to_string();
                Some(Event::Transferred { from_team, to_team: team, from, to: None, reason, step: Some(step) })
            }
            Deed::Unassign => Some(Event::Unassigned { from: self.assignee.take()?, step }),
        }
    }

    const fn standing(&self) -> Standing {
        Standing { ticket: self.id, team: self.team, requester: self.requester, shared_with: None, watched: false }
    }
}

/// Carries out `orders`, those of one ticket one after the other. Tickets that are solved or closed stay as they are.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn carry_out(tx: &mut Tx, orders: &[Order]) -> Result<Vec<Changed>, Error> {
    let mut of_ticket: HashMap<TicketId, Vec<&Order>> = HashMap::new();
    for order in orders {
        of_ticket.entry(order.ticket).or_default().push(order);
    }
    let tickets: Vec<TicketId> = of_ticket.keys().copied().collect();
    let active = active_teams(tx).await?;
    let (mut states, mut changed, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for mut state in unsolved(tx, &tickets).await? {
        let (mut done, mut happened) = (Vec::new(), Vec::new());
        for order in of_ticket.remove(&state.id).unwrap_or_default() {
            if let Some(event) = state.obey(order, &active) {
                happened.push(event);
                done.push(Done { order: order.clone(), priority: state.priority, team: state.team });
            }
        }
        if !done.is_empty() {
            changed.push(Changed { standing: state.standing(), done });
            told.push(happened);
            states.push(state);
        }
    }
    if changed.is_empty() {
        return Ok(changed);
    }
    let now = tx.now;
    store(tx, &states, now).await?;
    let told: Vec<_> = changed.iter().map(|ticket| &ticket.standing).zip(told).collect();
    events::append_to_many(tx, None, &told).await?;
    Ok(changed)
}

/// Those of `tickets` that somebody still has to do something about.
async fn unsolved(db: &mut PgConnection, tickets: &[TicketId]) -> sqlx::Result<Vec<State>> {
    sqlx::query_as!(
        State,
        r#"select id as "id: _", priority as "priority: _", team_id as "team: _", assignee_id as "assignee: _",
                  requester_id as "requester: _"
           from tickets where id = any($1) and status in ('open', 'in_progress', 'on_hold') order by id"#,
        tickets as _
    )
    .fetch_all(db)
    .await
}

/// Teams that may be given tickets.
async fn active_teams(db: &mut PgConnection) -> sqlx::Result<HashSet<TeamId>> {
    let ids = sqlx::query_scalar!(r#"select id as "id: TeamId" from teams where active"#).fetch_all(db).await?;
    Ok(ids.into_iter().collect())
}

async fn store(db: &mut PgConnection, states: &[State], at: DateTime<Utc>) -> sqlx::Result<()> {
    let ids: Vec<TicketId> = states.iter().map(|state| state.id).collect();
    let priorities: Vec<&str> = states.iter().map(|state| state.priority.as_str()).collect();
    let teams: Vec<TeamId> = states.iter().map(|state| state.team).collect();
    let assignees: Vec<Option<UserId>> = states.iter().map(|state| state.assignee).collect();
    sqlx::query!(
        "update tickets t set priority = s.priority::ticket_priority, team_id = s.team, assignee_id = s.assignee,
                updated_at = $5, version = t.version + 1
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) as s (id, priority, team, assignee)
         where t.id = s.id",
        ids as _,
        priorities as _,
        teams as _,
        assignees as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}
