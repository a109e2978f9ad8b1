//! What a publication would mean for open tickets, told before it is made: the engine itself, with the new terms at the end
//! of each history. Nothing is written.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::clock::{Clock, Firing};
use super::engine::{Outcome, replay};
use super::explain::time;
use super::facts::{Calendars, Event, Fact};
use super::library::Library;
use super::model::{CalendarVersionId, ClockState, Step, Terms};
use super::plan::Plan;
use super::service;
use super::store::{self, TicketRow};
use super::views::{DryRun, Effect, Moved, in_short};
use crate::core::{Error, Permission, Tx};
use crate::ui::figures::worked;

/// How many tickets one look takes.
const BATCH: i64 = 1_000;
/// How many tickets are told by name.
const TOLD: usize = 200;
/// How many open tickets are looked at: somebody waits for the answer.
const MOST: usize = 20_000;

/// Tries a plan on every ticket that is open, up to [`MOST`], in the order in which they were filed.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not configure the desk; [`Error::Internal`] if what is stored cannot be read.
pub async fn dry_run(tx: &mut Tx, plan: &Plan) -> Result<DryRun, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let mut run = DryRun::default();
    let (mut after, mut looked_at) = (None, 0);
    loop {
        let ids = store::open_after(tx, after, BATCH).await?;
        let Some(last) = ids.last() else { break };
        if looked_at >= MOST {
            run.is_part = true;
            break;
        }
        (after, looked_at) = (Some(*last), looked_at + ids.len());
        let rows = store::tickets(tx, &ids).await?;
        run.open += rows.iter().filter(|row| row.unsolved).count() as u64;
        for (ticket, tried) in try_on(tx, plan, rows).await? {
            run.stepped += u64::from(!tried.steps.is_empty());
            for deed in tried.steps.iter().filter_map(|step| step.also) {
                *run.deeds.entry(in_short(deed, &[])).or_default() += 1;
            }
            if let Some(found) = tried.found {
                *run.effects.entry(found.effect).or_default() += 1;
                run.moves.push(moved(&ticket, found, tx.actor.zone(), tx.now));
            }
        }
        run.moves.sort_by_key(|moved| (moved.effect, Reverse(moved.by.map(i64::abs)), moved.number));
        run.moves.truncate(TOLD);
    }
    Ok(run)
}

/// What the plan does to the tickets of a batch that it promises something else.
async fn try_on(tx: &mut Tx, plan: &Plan, rows: Vec<TicketRow>) -> Result<Vec<(TicketRow, Tried)>, Error> {
    let mut new = Vec::new();
    for row in rows {
        if let Some(terms) = row.published_terms(&plan.book).map_err(Error::internal)? {
            new.push((row, terms));
        }
    }
    let ids: Vec<_> = new.iter().map(|(row, _)| row.id).collect();
    let mut histories = service::histories(tx, &ids).await?;
    let calendars = calendars(tx, plan, histories.values().flatten(), &new).await?;
    let now = tx.now;
    let replayed = move || {
        let tried = new.into_iter().map(|(row, terms)| {
            let events = histories.remove(&row.id).unwrap_or_default();
            Ok((row, before_and_after(events, terms, &calendars, now)?))
        });
        tried.collect()
    };
    // A thousand histories take their time, and others wait for this thread.
    tokio::task::spawn_blocking(replayed).await.map_err(Error::internal)?
}

/// What new terms do to a ticket with these events.
fn before_and_after(
    mut events: Vec<Event>,
    terms: Terms,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<Tried, Error> {
    let before = replay(&events, calendars, now).map_err(Error::internal)?;
    let n = Event::next_place(&events);
    events.push(Event { n, at: now, actor: None, fact: Fact::Terms(Box::new(terms)) });
    let after = replay(&events, calendars, now).map_err(Error::internal)?;
    let key = |firing: &Firing| (firing.metric, firing.cycle, firing.step.percent);
    let known: HashSet<_> = before.firings.iter().map(key).collect();
    let steps = after.firings.iter().filter(|firing| !known.contains(&key(firing))).map(|firing| firing.step.clone());
    Ok(Tried { found: weightiest(&before, &after), steps: steps.collect() })
}

/// What other terms do to one ticket.
struct Tried {
    found: Option<Found>,
    /// Steps of its ladders that are reached at once.
    steps: Vec<Step>,
}

/// The calendars of histories and of new terms, that of the plan among them, which nobody has stored yet.
async fn calendars(
    tx: &mut Tx,
    plan: &Plan,
    events: impl Iterator<Item = &Event>,
    new: &[(TicketRow, Terms)],
) -> Result<Calendars, Error> {
    let is_stored = |id: &CalendarVersionId| plan.calendar.as_ref().is_none_or(|(unsaved, _)| unsaved != id);
    let library = tx.app.room::<Library>();
    let mut calendars = library.calendars_of(tx, events).await?;
    let named = new.iter().flat_map(|(_, terms)| terms.targets.values().map(|target| target.calendar));
    let named: HashSet<_> = named.filter(is_stored).collect();
    calendars.extend(library.calendars(tx, named.into_iter()).await?);
    calendars.extend(plan.calendar.iter().map(|(id, calendar)| (*id, Arc::clone(calendar))));
    Ok(calendars)
}

/// What happens to a ticket, told by the promise to which most happens.
struct Found {
    effect: Effect,
    before: Option<Clock>,
    after: Clock,
}

fn weightiest(before: &Outcome, after: &Outcome) -> Option<Found> {
    let found = after.clocks.iter().filter(|clock| clock.state.is_live()).filter_map(|clock| {
        let old = before.clocks.iter().find(|old| (old.metric, old.cycle) == (clock.metric, clock.cycle));
        let effect = effect(old, clock)?;
        Some(Found { effect, before: old.cloned(), after: clock.clone() })
    });
    found.min_by_key(|found| found.effect)
}

/// What the change does to one promise.
fn effect(before: Option<&Clock>, after: &Clock) -> Option<Effect> {
    let promised = |clock: &&Clock| clock.target.is_some();
    let (before, after) = match (before.filter(promised), Some(after).filter(promised)) {
        (None, None) => return None,
        (None, Some(after)) if after.is_late() => return Some(Effect::GainedLate),
        (None, Some(_)) => return Some(Effect::Gained),
        (Some(_), None) => return Some(Effect::Lost),
        (Some(before), Some(after)) => (before, after),
    };
    if after.is_late() && !before.is_late() {
        return Some(Effect::LateAtOnce);
    }
    // On hold there is no due time, but something left.
    let order = match (before.due_at, after.due_at) {
        (Some(was), Some(becomes)) => becomes.cmp(&was),
        _ => after.left().cmp(&before.left()),
    };
    match order {
        std::cmp::Ordering::Less => Some(Effect::Earlier),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Effect::Later),
    }
}

fn moved(ticket: &TicketRow, found: Found, zone: Tz, now: DateTime<Utc>) -> Moved {
    let Found { effect, before, after } = found;
    let due = |clock: &Clock| match (clock.state, clock.due_at, clock.left()) {
        (ClockState::Paused, _, Some(left)) => format!("{} left", worked(left.max(0))),
        (_, Some(due), _) => time(due, now, zone),
        _ => "no promise".to_owned(),
    };
    let by = before.as_ref().and_then(|before| match (before.due_at, after.due_at) {
        (Some(was), Some(becomes)) => Some((becomes - was).num_seconds()),
        _ => Some(after.left()? - before.left()?),
    });
    Moved {
        number: ticket.number,
        subject: ticket.subject.clone(),
        effect,
        promise: after.metric.label().to_lowercase(),
        before: before.as_ref().map_or_else(|| "no promise".to_owned(), due),
        after: due(&after),
        by,
    }
}
