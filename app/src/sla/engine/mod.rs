//! The engine: events in, clocks out.
//!
//! [`replay`] is the only way in which a clock ever changes. After each event the few
//! events of the ticket are replayed, so that what is stored step by step and what a
//! rebuild yields are the same by construction. No clock of its own, no I/O.

mod desk;
mod goal;
mod track;

#[cfg(test)]
pub(super) mod tests;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::clock::{Clock, Firing};
use super::facts::{Calendars, Event, Fact};
use super::model::{CalendarVersionId, Metric};
use crate::core::id::MessageId;
use desk::Desk;

/// Everything that follows from a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// All clocks, by metric and cycle.
    pub clocks: Vec<Clock>,
    /// All ladder steps that were reached, in order.
    pub firings: Vec<Firing>,
}

/// The history names a calendar version that was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The history runs under calendar version {0}, which is not known here.")]
pub struct UnknownCalendar(pub CalendarVersionId);

/// Ladder steps that are decided for each clock: fired ones and those jumped over.
type Decided = HashMap<(Metric, u32), Vec<u16>>;

/// Replays what happened until an instant, that instant included.
///
/// Events of one instant are taken in the order of their numbers and come before the
/// timers of that instant: a reply exactly at the due time keeps it.
///
/// # Errors
/// [`UnknownCalendar`] if a target names a calendar that is not among `calendars`.
pub fn replay(events: &[Event], calendars: &Calendars, until: DateTime<Utc>) -> Result<Outcome, UnknownCalendar> {
    let mut ordered: Vec<&Event> = events.iter().filter(|event| event.at <= until).collect();
    ordered.sort_by_key(|event| (event.at, event.n));

    let mut desk = Desk::new(calendars);
    let mut returned: Vec<MessageId> = Vec::new();
    let mut next = 0;
    while let Some(event) = ordered.get(next) {
        desk.timers_before(event.at);
        match event.fact {
            // A reply that came back never was one. So all begins again without it; what
            // was decided until now stays decided, and what should have been is decided now.
            Fact::Bounced { message } if desk.took_back(message) => {
                returned.push(message);
                desk = desk.again(calendars, &returned, event.at);
                next = 0;
            }
            _ => {
                desk.take(event)?;
                next += 1;
            }
        }
    }
    desk.timers_until(until);
    Ok(desk.outcome(until))
}
