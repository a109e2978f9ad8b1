//! Applies a publication that concerns open tickets to them: batch after batch, by whichever server comes by, going on
//! where a crash left it.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::derive::Derived;
use super::facts::{Event, Fact};
use super::library::Library;
use super::rows::EventRow;
use super::service;
use super::store::{self, Applying};
use crate::core::id::TicketId;
use crate::core::{Actor, App, Error, Tx};
use crate::events::{self, follow::Left};

/// How many tickets one transaction looks at: whoever wants to change one of them waits for it.
const BATCH: i64 = 200;
/// Far longer than it takes to file a ticket. One that was being filed when something was published appears within this
/// time, promised what was in force before.
const IN_FLIGHT: TimeDelta = TimeDelta::minutes(1);

/// One step of the server's job: a batch, and whether there may be more.
///
/// Tickets get their new terms at the instant at which this comes to them, by whoever published. What they are promised
/// already, by an earlier run or because something else about them was changed meanwhile, they are not promised again. A
/// minute after all were gone through the newest are once more, for those that were being filed meanwhile.
///
/// # Errors
/// [`Error::Unavailable`] if the database is not there; the step is tried again.
pub async fn step(app: &App) -> Result<Left, Error> {
    let mut tx = Tx::begin(app, Actor::System).await?;
    let now = tx.now;
    let Some(applying) = store::lock_applying(&mut tx, now - IN_FLIGHT).await? else { return Ok(Left::Nothing) };
    let tickets = store::lock_open_after(&mut tx, applying.until, BATCH).await?;
    let left = match tickets.last() {
        Some(last) => {
            let last = last.id;
            batch(&mut tx, &applying, tickets).await?;
            store::applied_until(&mut tx, applying.number, last).await?;
            Left::More
        }
        None if applying.is_second => {
            store::applied(&mut tx, applying.number, now).await?;
            Left::Nothing
        }
        None => {
            let newest = TicketId::first_at(applying.at - IN_FLIGHT);
            store::swept(&mut tx, applying.number, newest, now).await?;
            Left::Nothing
        }
    };
    tx.commit().await?;
    Ok(left)
}

async fn batch(tx: &mut Tx, applying: &Applying, tickets: Vec<store::Locked>) -> Result<(), Error> {
    let ids: Vec<_> = tickets.iter().map(|ticket| ticket.id).collect();
    let library = tx.app.room::<Library>();
    let book = library.book(tx, applying.publication).await?;
    let (mut new, mut otherwise) = (HashMap::new(), HashMap::new());
    for row in store::tickets(tx, &ids).await? {
        // Filed under a newer publication that does not concern open tickets: that one is its own.
        if row.publication != Some(applying.publication) {
            continue;
        }
        if let Some(terms) = row.published_terms(&book).map_err(Error::internal)? {
            // A policy that is only called otherwise changes nothing that anybody has to be told.
            if row.terms.as_deref().is_none_or(|last| !last.promises_the_same(&terms)) {
                otherwise.insert(row.id, terms.policy.name.clone());
            }
            new.insert(row.id, terms);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = new.keys().copied().collect();
    let mut histories = service::histories(tx, &ids).await?;
    let kept = store::clocks(tx, &ids).await?;
    let (at, now) = (tx.now, tx.app.now().max(tx.now));
    let mut added = Vec::with_capacity(ids.len());
    for (id, terms) in &new {
        let history = histories.entry(*id).or_default();
        let n = Event::next_place(history);
        let event = Event { n, at, actor: applying.by, fact: Fact::Terms(Box::new(terms.clone())) };
        added.push(EventRow::of(*id, &event).map_err(Error::internal)?);
        history.push(event);
    }
    let calendars = library.calendars_of(tx, histories.values().flatten()).await?;
    let standings: Vec<_> =
        tickets.iter().filter(|ticket| new.contains_key(&ticket.id)).map(store::Locked::standing).collect();
    let mut derived = Vec::with_capacity(ids.len());
    for standing in &standings {
        let events = histories.get(&standing.ticket).map_or(&[][..], Vec::as_slice);
        let rows = kept.get(&standing.ticket).map_or(&[][..], Vec::as_slice);
        let outcome = Derived::of(standing.ticket, events, rows, &calendars, now).map_err(Error::internal)?;
        derived.push((standing.clone(), outcome));
    }
    let told: Vec<_> = standings
        .iter()
        .filter_map(|standing| {
            let policy = otherwise.remove(&standing.ticket)?;
            Some((standing, vec![events::Event::PromisesChanged { policy }]))
        })
        .collect();
    // What it brings is told after it.
    if !told.is_empty() {
        events::append_to_many(tx, applying.by, &told).await?;
    }
    service::keep(tx, added, derived, now).await
}
