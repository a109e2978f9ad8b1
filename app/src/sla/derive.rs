//! From a ticket's events to the rows that are kept of them, and what must be told.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::{Clock, Firing};
use super::engine::{UnknownCalendar, replay};
use super::facts::{Calendars, Event};
use super::rows::{Badge, ClockRow};
use crate::core::id::TicketId;
use crate::sla::model::Metric;

/// A step or miss noticed later than this after it happened was caught up with, not lived through.
const CATCH_UP_AFTER: TimeDelta = TimeDelta::minutes(2);

/// Whether what happened at an instant and is noticed `now` was caught up with.
#[must_use]
pub fn is_caught_up(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - at > CATCH_UP_AFTER
}

/// What follows from a ticket's events as of an instant, compared with what was kept of them.
#[derive(Debug)]
pub struct Derived {
    /// The ticket.
    pub ticket: TicketId,
    /// All clocks, those without a target too.
    pub clocks: Vec<Clock>,
    /// Rows that are new or differ from what was kept.
    pub changed: Vec<ClockRow>,
    /// Rows that were kept and are no more.
    pub gone: Vec<(TicketId, Metric, i32)>,
    /// What lists show.
    pub badge: Badge,
    /// Steps that were reached, decided before or not.
    pub firings: Vec<Firing>,
    /// Clocks that were not known to be late before: metric, cycle, due time.
    pub missed: Vec<(Metric, u32, DateTime<Utc>)>,
}

impl Derived {
    /// Replays a ticket until `now` and compares with the rows that were kept.
    ///
    /// Where another server noticed a breach later than `now`, its instant is taken instead:
    /// what is known is never forgotten because two clocks disagree.
    ///
    /// # Errors
    /// [`UnknownCalendar`] if the events name one that is not given.
    pub fn of(
        ticket: TicketId,
        events: &[Event],
        kept: &[ClockRow],
        calendars: &Calendars,
        now: DateTime<Utc>,
    ) -> Result<Self, UnknownCalendar> {
        let known = kept.iter().filter_map(|row| row.breached_at.max(row.counts_since)).max();
        let outcome = replay(events, calendars, known.map_or(now, |known| known.max(now)))?;
        let rows: Vec<_> = outcome.clocks.iter().filter_map(|clock| ClockRow::of(ticket, clock)).collect();
        let before: HashMap<_, _> = kept.iter().map(|row| (row.key(), row)).collect();
        let was_late = |row: &ClockRow| before.get(&row.key()).is_some_and(|old| old.breached_at.is_some());
        let missed = rows
            .iter()
            .filter(|row| row.breached_at.is_some() && !was_late(row))
            .filter_map(|row| Some((row.metric, row.cycle.cast_unsigned(), row.due_at?)))
            .collect();
        let gone = kept
            .iter()
            .filter(|old| rows.iter().all(|row| row.key() != old.key()))
            .map(|old| (ticket, old.metric, old.cycle))
            .collect();
        let badge = Badge::of(&rows);
        let changed = rows.into_iter().filter(|row| before.get(&row.key()) != Some(&row)).collect();
        Ok(Self { ticket, clocks: outcome.clocks, changed, gone, badge, firings: outcome.firings, missed })
    }
}
