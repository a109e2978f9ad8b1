//! Everything the rules and letters need to know of a batch of events, asked for at once.
use std::collections::HashMap;

use super::{
    model::{Choice, Kind},
    store,
};
use crate::{
    conversations::extract::{self, Extract},
    core::{
        Error, Tx,
        id::{MessageId, TeamId, TicketId, UserId},
    },
    events::{Event, reader::Stored},
    people::directory::{self, Above, Contact, Leadership},
    tickets::digest::{self, Digest},
};

/// See the [module](self).
pub struct Facts {
    pub tickets: HashMap<TicketId, Digest>,
    pub messages: HashMap<MessageId, Extract>,
    pub people: HashMap<UserId, Contact>,
    pub teams: HashMap<TeamId, Leadership>,
    pub above: Above,
    choices: HashMap<(UserId, Kind), Choice>,
}

impl Facts {
    /// What is known about `events`.
    pub async fn of(tx: &mut Tx, events: &[Stored]) -> Result<Self, Error> {
        let mut tickets = digest::of(tx, &distinct(events.iter().filter_map(|e| e.ticket))).await?;
        let messages = distinct(events.iter().filter_map(|e| match e.event {
            Event::MessageAdded { message, .. } => Some(message),
            _ => None,
        }));
        let messages = extract::of(tx, &messages).await?;
        let goes_up = events.iter().any(|e| matches!(e.event, Event::SlaStep { .. } | Event::Escalated { .. }));
        let (teams, above) = if goes_up {
            // Also those from which a step took the ticket: it is their promise that was missed.
            let teams = distinct(tickets.values().map(|t| t.team).chain(events.iter().filter_map(|e| e.team)));
            (directory::leadership(tx, &teams).await?, directory::above(tx).await?)
        } else {
            (HashMap::new(), Above::default())
        };
        let named = events.iter().filter_map(|e| match e.event {
            Event::Assigned { to, .. } | Event::Transferred { to: Some(to), .. } => Some(to),
            Event::Watched { user, .. } => Some(user),
            Event::PerformanceRated { rated, .. } => Some(rated),
            Event::Unassigned { from, .. } | Event::Transferred { from: Some(from), .. } => Some(from),
            // They are not told of it, but named.
            Event::Escalated { .. } => e.actor,
            _ => None,
        });
        let of_tickets = tickets
            .values()
            .flat_map(|t| t.assignee.into_iter().chain([t.requester]).chain(t.watchers.iter().copied()));
        let of_teams = teams.values().flat_map(|t: &Leadership| t.leads.iter().chain(&t.managers).copied());
        let of_above = above.executives.iter().chain(&above.administrators).copied();
        let people = distinct(named.chain(of_tickets).chain(of_teams).chain(of_above));
        let choices = store::choices(tx, &people).await?;
        let people = directory::contacts(tx, &people).await?;
        // A switched-off account hears nothing: on what it still holds somebody else has to stand in.
        for ticket in tickets.values_mut() {
            ticket.assignee = ticket.assignee.filter(|holder| people.get(holder).is_some_and(|p| p.active));
        }
        Ok(Self { tickets, messages, people, teams, above, choices })
    }

    /// How `user` wants to be told about `kind`.
    pub fn choice(&self, user: UserId, kind: Kind) -> Choice {
        let chosen = self.choices.get(&(user, kind)).copied().filter(|_| kind.is_optional());
        chosen.unwrap_or_else(|| kind.default_choice())
    }
}

fn distinct<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
