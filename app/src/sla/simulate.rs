//! A history told in a file, replayed by the engine that keeps the promises: `kept sla simulate`.
//!
//! Pure: what is in the scenario is all there is. Things have the names that the file gives them; the ids that the engine
//! works with are made of their places in it, so that the same file yields the same answer, byte for byte. The form is
//! documented in `docs/sla/README.md`.
mod report;
mod scenario;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::calendar::Calendar;
use super::engine::replay;
use super::facts::{Calendars, Event, Fact};
use super::model::{CalendarVersionId, Cause, Terms};
use super::policy::{Book, Published};
use crate::core::{FieldError, id::Id};

use report::Called;
pub use report::Report;
pub use scenario::Scenario;
use scenario::{Happening, Names};

/// What follows from `scenario` until `until`; without one, until its last event.
///
/// # Errors
/// Every problem found, each with its place in the scenario (`events.3.at`).
pub fn simulate(scenario: &Scenario, until: Option<DateTime<Utc>>) -> Result<Report, Vec<FieldError>> {
    let mut names = Names::default();
    let World { calendars, called, book } = World::of(scenario, &mut names)?;
    let events = history(scenario, &book, &mut names)?;
    let last = events.last().map(|event| event.at).ok_or_else(|| vec![FieldError::new("events", BEGINNING)])?;
    let until = until.unwrap_or(last);
    let outcome =
        replay(&events, &calendars, until).map_err(|error| vec![FieldError::new("events", error.to_string())])?;
    Ok(Report::of(&events, outcome, &Called { calendars: &called, names: &names }, until))
}

const BEGINNING: &str = "A history begins with “opened”, and has that once";

/// What a scenario takes place in.
struct World {
    calendars: Calendars,
    /// What the versions of calendars are called.
    called: BTreeMap<CalendarVersionId, String>,
    book: Book,
}

impl World {
    fn of(scenario: &Scenario, names: &mut Names) -> Result<Self, Vec<FieldError>> {
        let mut problems = Vec::new();
        let mut world = Self { calendars: Calendars::new(), called: BTreeMap::new(), book: Book::default() };
        for (index, (name, spec)) in scenario.calendars.iter().enumerate() {
            match Calendar::new(spec.clone()) {
                Ok(calendar) => {
                    let version = numbered(index);
                    world.book.calendars.insert(numbered(index), version);
                    world.calendars.insert(version, Arc::new(calendar));
                    world.called.insert(version, name.clone());
                }
                Err(found) => problems.extend(found.into_iter().map(|p| below(&format!("calendars.{name}"), p))),
            }
        }
        let calendar = |name: &str| scenario.calendars.keys().position(|known| known == name).map(numbered);
        for (index, told) in scenario.policies.iter().enumerate() {
            let place = format!("policies.{index}");
            match told.policy(names, calendar) {
                Ok(policy) => {
                    problems.extend(policy.problems().into_iter().map(|p| below(&place, p)));
                    world.book.policies.push(Published { id: numbered(index), version: numbered(index), policy });
                }
                Err(found) => problems.extend(found.into_iter().map(|p| below(&place, p))),
            }
        }
        if problems.is_empty()
            && let Err(error) = world.book.check()
        {
            problems.push(FieldError::new("policies", error.to_string()));
        }
        if problems.is_empty() { Ok(world) } else { Err(problems) }
    }
}

/// The events as the engine takes them: those of the scenario, with what is promised after each that decides it.
fn history(scenario: &Scenario, book: &Book, names: &mut Names) -> Result<Vec<Event>, Vec<FieldError>> {
    let mut ticket = scenario.ticket.facts(names);
    let mut events: Vec<Event> = Vec::new();
    let mut problems = Vec::new();
    let mut last: Option<Terms> = None;
    for (index, told) in scenario.events.iter().enumerate() {
        let place = |field: &str| format!("events.{index}.{field}");
        if events.last().is_some_and(|before| told.at < before.at) {
            problems.push(FieldError::new(&place("at"), "Tell what happened in the order in which it did"));
        }
        if (index == 0) != matches!(told.what, Happening::Opened { .. }) {
            problems.push(FieldError::new(&place("kind"), BEGINNING));
        }
        let mut then = |fact| {
            let n = i32::try_from(events.len() + 1).unwrap_or(i32::MAX);
            events.push(Event { n, at: told.at.to_utc(), actor: None, fact });
        };
        // What happened, and why it is asked anew which policy decides.
        let (fact, cause) = match &told.what {
            Happening::Opened { imported } => {
                let fact = Fact::Opened { team: ticket.team, imported: *imported };
                (Some(fact), (!imported).then_some(Cause::Created))
            }
            Happening::Changed(change) => {
                let (priority, team) = (ticket.priority, ticket.team);
                change.apply(&mut ticket, names);
                let fact = (ticket.team != team).then_some(Fact::Team { team: ticket.team });
                (fact, Some(if ticket.priority == priority { Cause::Fields } else { Cause::Priority }))
            }
            Happening::CustomerMessage { message } => {
                (Some(Fact::CustomerMessage { message: names.id(message) }), None)
            }
            Happening::Reply { message, automatic } => {
                (Some(Fact::Reply { message: names.id(message), automatic: *automatic }), None)
            }
            Happening::Bounced { message } => (Some(Fact::Bounced { message: names.id(message) }), None),
            Happening::NoReplyNeeded {} => (Some(Fact::NoReplyNeeded), None),
            Happening::Held { waits, reason } => (Some(Fact::Held { waits: *waits, reason: reason.clone() }), None),
            Happening::Resumed {} => (Some(Fact::Resumed), None),
            Happening::Solved {} => (Some(Fact::Solved), None),
            Happening::Closed {} => (Some(Fact::Closed), None),
        };
        if let Some(fact) = fact {
            then(fact);
        }
        let Some(cause) = cause else { continue };
        match book.terms(&ticket, cause) {
            // As on a desk: what is matched again and promises the same changes nothing.
            Ok(terms) if last.as_ref().is_some_and(|last| last.promises_as(&terms)) => {}
            Ok(terms) => {
                last = Some(terms.clone());
                then(Fact::Terms(Box::new(terms)));
            }
            Err(error) => problems.push(FieldError::new("policies", error.to_string())),
        }
    }
    if problems.is_empty() { Ok(events) } else { Err(problems) }
}

/// The id of what has this place in the file.
fn numbered<T>(index: usize) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(index as u128 + 1))
}

fn below(place: &str, problem: FieldError) -> FieldError {
    FieldError { field: format!("{place}.{}", problem.field), ..problem }
}

#[cfg(test)]
mod tests;
