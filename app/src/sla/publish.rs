//! Use cases: calendars and policies. Each change is saved as a new version and published
//! for the tickets that are filed from then on.
//!
//! A change names the publication it was decided on. Of two administrators at once, the
//! second is told who was faster and sees the new state first.

use super::calendar::Calendar;
use super::first::{FirstCalendar, publish_first, simple_policy};
use super::model::{Condition, Policy};
use super::policy::{Book, BookError, Published};
use super::shelf::{self, Current};
use super::spec::{CalendarSpec, Shift, WallTime, Week};
use super::views::{CalendarDraft, CalendarLine, Named, Overview, PolicyDraft, PolicyLine};
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, FieldError, Permission, Tx};
use crate::events::{self, About, Event};

/// All policies in their order and all calendars.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not configure the desk.
pub async fn overview(tx: &mut Tx) -> Result<Overview, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let current = shelf::current(tx).await?.unwrap_or_default();
    let rows = shelf::policies(tx, &current.policy_versions).await?;
    let names = shelf::named(tx).await?;
    let calendars = shelf::calendars(tx).await?;
    let uses = |calendar: CalendarId| {
        let users = rows.iter().filter(|row| row.policy.calendars().contains(&calendar));
        users.map(|row| row.policy.name.clone()).collect()
    };
    Ok(Overview {
        number: current.number,
        calendars: calendars
            .iter()
            .map(|row| CalendarLine {
                id: row.id,
                name: row.name.clone(),
                version: row.version,
                since: row.since,
                spec: row.spec.0.clone(),
                used_by: uses(row.id),
            })
            .collect(),
        policies: rows
            .iter()
            .map(|row| PolicyLine {
                id: row.id,
                name: row.policy.name.clone(),
                version: row.version,
                since: row.since,
                applies: sentence(&row.policy.conditions, &names),
                catch_all: row.policy.conditions.is_empty(),
                open: row.open,
            })
            .collect(),
        named: names.into_iter().map(|n| Named { field: n.field, id: n.id, name: n.name }).collect(),
    })
}

/// A condition list as people say it.
fn sentence(conditions: &[Condition], names: &[shelf::Named]) -> String {
    let value = |text: &String| {
        let named = names.iter().find(|named| named.id.to_string() == *text);
        named.map_or_else(|| text.clone(), |named| named.name.clone())
    };
    let said: Vec<_> = conditions
        .iter()
        .map(|condition| {
            let values: Vec<_> = condition.values.iter().map(value).collect();
            let verb = if condition.not { "is not" } else { "is" };
            format!("{} {verb} {}", condition.field.as_str(), values.join(" or "))
        })
        .collect();
    if said.is_empty() { "Always matches".to_owned() } else { said.join(" and ") }
}

/// A policy as it is published now, to be changed.
///
/// # Errors
/// [`Error::NotFound`] if there is none of that id.
pub async fn policy(tx: &mut Tx, id: PolicyId) -> Result<PolicyDraft, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let current = shelf::current(tx).await?.unwrap_or_default();
    let rows = shelf::policies(tx, &current.policy_versions).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    Ok(PolicyDraft { number: current.number, id, version: row.version, since: row.since, policy: row.policy.0 })
}

/// A calendar as it is published now, to be changed.
///
/// # Errors
/// [`Error::NotFound`] if there is none of that id.
pub async fn calendar(tx: &mut Tx, id: CalendarId) -> Result<CalendarDraft, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let number = shelf::current(tx).await?.unwrap_or_default().number;
    let rows = shelf::calendars(tx).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    Ok(CalendarDraft { number, id, version: row.version, since: row.since, name: row.name, spec: row.spec.0 })
}

/// Saves a policy and publishes it; a new one takes the place before the catch-all.
///
/// # Errors
/// [`Error::Invalid`] at the fields of the form; [`Error::Changed`] if somebody published since `seen`.
pub async fn save_policy(tx: &mut Tx, id: Option<PolicyId>, policy: &Policy, seen: i32) -> Result<PolicyId, Error> {
    let (mut next, rows) = begin(tx, seen).await?;
    let problems = policy.problems();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let place = id.map(|id| rows.iter().position(|row| row.id == id).ok_or(Error::NotFound)).transpose()?;
    let last = rows.len().saturating_sub(1);
    let is_last = place == Some(last) || rows.is_empty();
    if policy.conditions.is_empty() != is_last {
        let message = if is_last {
            "The last policy matches every ticket: take its conditions away"
        } else {
            "Say whom it concerns; only the last policy matches every ticket"
        };
        return Err(Error::invalid("conditions", message));
    }
    let (by, now) = (tx.actor.user_id(), tx.now);
    let saved = id.unwrap_or_else(PolicyId::new);
    if !shelf::name_policy(tx, saved, policy.name.trim(), now).await? {
        return Err(Error::invalid("name", "Another policy has this name"));
    }
    let version = shelf::add_policy_version(tx, saved, policy, by, now).await?;
    match place {
        Some(place) => next.policy_versions[place] = version,
        None => next.policy_versions.insert(last, version),
    }
    let change = if place.is_some() { "changed" } else { "added" };
    publish(tx, next, saved.uuid(), "SLA policy", &policy.name, change).await?;
    Ok(saved)
}

/// Moves a policy one place up or down. The catch-all stays last.
///
/// # Errors
/// [`Error::Refused`] where it cannot go; [`Error::Changed`] if somebody published since `seen`.
pub async fn move_policy(tx: &mut Tx, id: PolicyId, up: bool, seen: i32) -> Result<(), Error> {
    let (mut next, rows) = begin(tx, seen).await?;
    let place = rows.iter().position(|row| row.id == id).ok_or(Error::NotFound)?;
    let other = if up { place.checked_sub(1) } else { Some(place + 1) };
    let movable = rows.len().saturating_sub(1);
    match other.filter(|other| place < movable && *other < movable) {
        None => Err(Error::Refused("It cannot go further; the policy for everyone else stays last.".to_owned())),
        Some(other) => {
            next.policy_versions.swap(place, other);
            let change = format!("moved to place {}", other + 1);
            publish(tx, next, id.uuid(), "SLA policy", &rows[place].policy.name, &change).await
        }
    }
}

/// Offers a policy no more. Tickets that run under it keep its promises.
///
/// # Errors
/// [`Error::Refused`] for the catch-all; [`Error::Changed`] if somebody published since `seen`.
pub async fn retire_policy(tx: &mut Tx, id: PolicyId, seen: i32) -> Result<(), Error> {
    let (mut next, rows) = begin(tx, seen).await?;
    let place = rows.iter().position(|row| row.id == id).ok_or(Error::NotFound)?;
    if place + 1 == rows.len() {
        return Err(Error::Refused("The policy for everyone else stays: every ticket needs one.".to_owned()));
    }
    let now = tx.now;
    shelf::retire_policy(tx, id, now).await?;
    next.policy_versions.remove(place);
    publish(tx, next, id.uuid(), "SLA policy", &rows[place].policy.name, "retired").await
}

/// Saves a calendar and publishes it.
///
/// # Errors
/// [`Error::Invalid`] at the fields of the form; [`Error::Changed`] if somebody published since `seen`.
pub async fn save_calendar(
    tx: &mut Tx,
    id: Option<CalendarId>,
    name: &str,
    spec: &CalendarSpec,
    seen: i32,
) -> Result<CalendarId, Error> {
    let (mut next, _) = begin(tx, seen).await?;
    let name = name.trim();
    let mut problems = Vec::new();
    if !(1..=80).contains(&name.chars().count()) {
        problems.push(FieldError::new("name", "Give the calendar a name of at most 80 characters"));
    }
    if let Err(found) = Calendar::new(spec.clone()) {
        problems.extend(found);
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let known = shelf::calendars(tx).await?;
    let old = id.map(|id| known.iter().find(|row| row.id == id).ok_or(Error::NotFound)).transpose()?;
    let (by, now) = (tx.actor.user_id(), tx.now);
    let saved = id.unwrap_or_else(CalendarId::new);
    if !shelf::name_calendar(tx, saved, name, now).await? {
        return Err(Error::invalid("name", "Another calendar has this name"));
    }
    let version = shelf::add_calendar_version(tx, saved, spec, by, now).await?;
    next.calendar_versions.retain(|other| old.is_none_or(|old| *other != old.version_id));
    next.calendar_versions.push(version);
    let change = if old.is_some() { "changed" } else { "added" };
    publish(tx, next, saved.uuid(), "SLA calendar", name, change).await?;
    Ok(saved)
}

/// Offers a calendar no more.
///
/// # Errors
/// [`Error::Refused`] with the policies that count in it; [`Error::Changed`] if somebody published since `seen`.
pub async fn retire_calendar(tx: &mut Tx, id: CalendarId, seen: i32) -> Result<(), Error> {
    let (mut next, rows) = begin(tx, seen).await?;
    let users: Vec<_> =
        rows.iter().filter(|row| row.policy.calendars().contains(&id)).map(|row| row.policy.name.as_str()).collect();
    if !users.is_empty() {
        return Err(Error::Refused(format!(
            "It is in use by {}. Choose another calendar there first.",
            users.join(", ")
        )));
    }
    let known = shelf::calendars(tx).await?;
    let row = known.iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    let now = tx.now;
    shelf::retire_calendar(tx, id, now).await?;
    next.calendar_versions.retain(|version| *version != row.version_id);
    publish(tx, next, id.uuid(), "SLA calendar", &row.name, "retired").await
}

/// What is published now, if it is still what the person saw.
async fn begin(tx: &mut Tx, seen: i32) -> Result<(Current, Vec<shelf::PolicyRow>), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let current = shelf::current(tx).await?.unwrap_or_default();
    if current.number != seen {
        return Err(changed(current));
    }
    let rows = shelf::policies(tx, &current.policy_versions).await?;
    Ok((current, rows))
}

fn changed(current: Current) -> Error {
    Error::Changed { by: current.by.unwrap_or_else(|| "Somebody".to_owned()) }
}

/// Publishes what was put together, if it makes sense and nobody was faster.
async fn publish(
    tx: &mut Tx,
    mut next: Current,
    subject: uuid::Uuid,
    area: &str,
    name: &str,
    change: &str,
) -> Result<(), Error> {
    check(tx, &next).await?;
    next.number += 1;
    let (by, now) = (tx.actor.user_id(), tx.now);
    if !shelf::publish(tx, &next, by, now).await? {
        return Err(changed(shelf::current(tx).await?.unwrap_or_default()));
    }
    let event = Event::Configured { area: area.to_owned(), name: name.to_owned(), change: change.to_owned() };
    events::append(tx, About::Subject(subject), &[event]).await
}

/// The whole that would be published is one that can be worked with.
async fn check(tx: &mut Tx, next: &Current) -> Result<(), Error> {
    let rows = shelf::policies(tx, &next.policy_versions).await?;
    let calendars = shelf::calendars(tx).await?;
    let book = Book {
        policies: rows
            .into_iter()
            .map(|row| Published { id: row.id, version: row.version_id, policy: row.policy.0 })
            .collect(),
        calendars: calendars
            .into_iter()
            .filter(|row| next.calendar_versions.contains(&row.version_id))
            .map(|row| (row.id, row.version_id))
            .collect(),
    };
    match book.check() {
        // A calendar may be laid down before the first policy.
        Err(BookError::NoCatchAll) if book.policies.is_empty() => Ok(()),
        Err(problem) => Err(Error::Refused(problem.to_string())),
        Ok(()) => Ok(()),
    }
}

/// Lays down what a working desk needs, unless something is there already: a calendar that
/// always runs, office hours in `zone`, and the policy for everyone, counted around the clock.
/// Only the system may.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
pub async fn lay_down(tx: &mut Tx, zone: &str) -> Result<(), Error> {
    let hour = |hour: u16| WallTime::from_minutes(hour * 60).unwrap_or(WallTime::END);
    let office = CalendarSpec {
        zone: zone.to_owned(),
        weekly: Week::weekdays(&[Shift { from: hour(9), to: hour(17) }]),
        ..CalendarSpec::always()
    };
    let always = CalendarId::new();
    let calendars = [
        FirstCalendar { id: always, name: "Around the clock", spec: CalendarSpec::always() },
        FirstCalendar { id: CalendarId::new(), name: "Office hours", spec: office },
    ];
    // Minutes for first reply, next reply and solution, from low priority to urgent.
    let promised =
        [[24 * 60, 24 * 60, 120 * 60], [4 * 60, 8 * 60, 48 * 60], [2 * 60, 4 * 60, 16 * 60], [30, 60, 4 * 60]];
    let everyone = simple_policy("Everyone", Vec::new(), promised.map(|minutes| (always, minutes)));
    let now = tx.now;
    publish_first(tx, now, &calendars, &[(PolicyId::new(), everyone)]).await
}
