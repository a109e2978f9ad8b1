//! A ticket's clocks as they stand now, with all that is needed to tell about them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::clock::{Clock, Firing};
use super::engine::replay;
use super::facts::{Calendars, Event};
use super::library::Library;
use super::service;
use super::spec::{CalendarSpec, Shift};
use super::store;
use crate::core::id::TicketId;
use crate::core::{Error, Tx};
use crate::tickets::model::Priority;

/// What happened to a ticket's promises, replayed until now.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// What moved the clocks, in order.
    pub events: Vec<Event>,
    /// All clocks, by metric and cycle.
    pub clocks: Vec<Clock>,
    /// Ladder steps that were reached.
    pub firings: Vec<Firing>,
    /// The calendars it ran under.
    pub calendars: Calendars,
    /// When somebody works, from the first event until the last due time, by the hours of the
    /// solution or of whatever else is promised. Empty where nothing is.
    pub open: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// The course of a ticket. Whoever calls has made sure that the actor may see it.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn course(tx: &mut Tx, ticket: TicketId) -> Result<Course, Error> {
    let events = service::history(tx, ticket).await?;
    let library = tx.app.room::<Library>();
    let calendars = library.calendars_of(tx, events.iter()).await?;
    let outcome = replay(&events, &calendars, tx.now).map_err(Error::internal)?;
    let open = open(&events, &outcome.clocks, &calendars, tx.now);
    Ok(Course { events, clocks: outcome.clocks, firings: outcome.firings, calendars, open })
}

/// The clocks of some tickets as they stand now, and the calendars they run under. Whoever calls has made sure that the
/// actor may see them.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn clocks(tx: &mut Tx, tickets: &[TicketId]) -> Result<(HashMap<TicketId, Vec<Clock>>, Calendars), Error> {
    let histories = service::histories(tx, tickets).await?;
    let library = tx.app.room::<Library>();
    let calendars = library.calendars_of(tx, histories.values().flatten()).await?;
    let mut found = HashMap::with_capacity(histories.len());
    for (ticket, events) in histories {
        let outcome = replay(&events, &calendars, tx.now).map_err(Error::internal)?;
        found.insert(ticket, outcome.clocks);
    }
    Ok((found, calendars))
}

fn open(
    events: &[Event],
    clocks: &[Clock],
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    // The last metric with a target is the solution, where one is promised.
    let target = clocks.iter().rev().find_map(|clock| clock.target.as_ref());
    let calendar = target.and_then(|(target, _)| calendars.get(&target.calendar));
    let (Some(calendar), Some(first)) = (calendar, events.first()) else { return Vec::new() };
    let last = clocks.iter().filter_map(|clock| clock.due_at).max().map_or(now, |due| due.max(now));
    let hours = calendar.intervals(first.at, last);
    hours.intervals().iter().map(|interval| (interval.from, interval.to)).collect()
}

/// The hours in which the desk usually works: those that the policy for everyone counts in at
/// normal priority. None while nothing is published.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn usual_hours(tx: &mut Tx) -> Result<Option<CalendarSpec>, Error> {
    let Some(publication) = store::newest_publication(tx).await? else { return Ok(None) };
    let library = tx.app.room::<Library>();
    let book = library.book(tx, publication).await?;
    let everyone = book.policies.last().map(|published| &published.policy);
    let row = everyone.and_then(|policy| policy.rows.get(&Priority::Normal).or_else(|| policy.rows.values().next()));
    let Some(version) = row.and_then(|row| book.calendars.get(&row.calendar)) else { return Ok(None) };
    let calendars = library.calendars(tx, std::iter::once(*version)).await?;
    Ok(calendars.get(version).map(|calendar| calendar.spec().clone()))
}

/// The ordinary week as people say it: `Mon to Fri 08:00–18:00`, `around the clock`.
#[must_use]
pub fn in_words(spec: &CalendarSpec) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    if spec.is_always() {
        return "around the clock".to_owned();
    }
    let hours = |shifts: &[Shift]| {
        let said: Vec<_> = shifts.iter().map(|shift| format!("{}–{}", shift.from, shift.to)).collect();
        said.join(" and ")
    };
    // Days in a row with the same hours are said together.
    let mut runs: Vec<(usize, usize, String)> = Vec::new();
    for (day, (_, shifts)) in spec.weekly.days().into_iter().enumerate() {
        let hours = hours(shifts);
        match runs.last_mut() {
            Some((_, last, same)) if *same == hours && *last + 1 == day => *last = day,
            _ => runs.push((day, day, hours)),
        }
    }
    let said: Vec<_> = runs
        .into_iter()
        .filter(|(.., hours)| !hours.is_empty())
        .map(|(first, last, hours)| match last - first {
            0 => format!("{} {hours}", NAMES[first]),
            1 => format!("{} and {} {hours}", NAMES[first], NAMES[last]),
            _ => format!("{} to {} {hours}", NAMES[first], NAMES[last]),
        })
        .collect();
    said.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::spec::{WallTime, Week};

    fn shift(from: u16, to: u16) -> Shift {
        let hour = |hour: u16| WallTime::from_minutes(hour * 60).unwrap();
        Shift { from: hour(from), to: hour(to) }
    }

    fn spec(weekly: Week) -> CalendarSpec {
        CalendarSpec { weekly, ..CalendarSpec::always() }
    }

    #[test]
    fn the_week_is_said_as_people_say_it() {
        assert_eq!(in_words(&CalendarSpec::always()), "around the clock");
        assert_eq!(in_words(&spec(Week::weekdays(&[shift(8, 18)]))), "Mon to Fri 08:00–18:00");
        let mut week = Week::weekdays(&[shift(9, 13), shift(14, 18)]);
        week.fri = vec![shift(9, 15)];
        week.wed = Vec::new();
        week.sun = vec![shift(22, 6)];
        assert_eq!(
            in_words(&spec(week)),
            "Mon and Tue 09:00–13:00 and 14:00–18:00, Thu 09:00–13:00 and 14:00–18:00, Fri 09:00–15:00, Sun 22:00–06:00"
        );
    }
}
