//! A change of policies or calendars, worked out before anything is written: the whole that would be published. What it
//! means for open tickets is told by [`super::dry_run`], and [`super::publish`] makes it last.

use std::sync::Arc;

use uuid::Uuid;

use super::calendar::Calendar;
use super::model::{CalendarVersionId, Policy, PolicyVersionId};
use super::policy::{Book, BookError, Published};
use super::shelf::{self, CalendarRow, Current, PolicyRow};
use super::spec::CalendarSpec;
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, FieldError, Permission, Tx};

/// What an administrator wants to change.
#[derive(Clone, Debug)]
pub enum Change {
    /// A policy; a new one takes the place before the catch-all.
    Policy { id: Option<PolicyId>, policy: Policy },
    /// The order in which policies are tried: all of them, the catch-all last.
    Order(Vec<PolicyId>),
    /// A policy is offered no more.
    RetirePolicy(PolicyId),
    /// A calendar.
    Calendar { id: Option<CalendarId>, name: String, spec: CalendarSpec },
    /// A calendar is offered no more.
    RetireCalendar(CalendarId),
}

/// A change that may be published as it is.
pub struct Plan {
    pub(super) next: Current,
    pub(super) book: Book,
    /// The calendar that is not stored yet.
    pub(super) calendar: Option<(CalendarVersionId, Arc<Calendar>)>,
    pub(super) write: Write,
    /// What the audit log says of it.
    pub(super) said: Said,
}

/// What is stored beside the publication.
pub(super) enum Write {
    Nothing,
    Policy { id: PolicyId, version: PolicyVersionId, policy: Policy },
    Calendar { id: CalendarId, version: CalendarVersionId, name: String, spec: CalendarSpec },
    RetirePolicy(PolicyId),
    RetireCalendar(CalendarId),
}

pub(super) struct Said {
    pub subject: Uuid,
    pub area: &'static str,
    pub name: String,
    pub change: String,
}

impl Said {
    const POLICY: &'static str = "SLA policy";
    const CALENDAR: &'static str = "SLA calendar";

    fn policy(id: PolicyId, name: &str, change: impl Into<String>) -> Self {
        Self { subject: id.uuid(), area: Self::POLICY, name: name.to_owned(), change: change.into() }
    }

    fn calendar(id: CalendarId, name: &str, change: impl Into<String>) -> Self {
        Self { subject: id.uuid(), area: Self::CALENDAR, name: name.to_owned(), change: change.into() }
    }
}

/// What is published now.
struct Now {
    current: Current,
    policies: Vec<PolicyRow>,
    calendars: Vec<CalendarRow>,
}

/// Works a change out that was decided on publication `seen`.
///
/// # Errors
/// [`Error::Invalid`] at the fields of its form; [`Error::Refused`] where it cannot be; [`Error::Changed`] if somebody
/// published since `seen`.
pub async fn plan(tx: &mut Tx, change: Change, seen: i32) -> Result<Plan, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let current = shelf::current(tx).await?.unwrap_or_default();
    if current.number != seen {
        return Err(changed(current));
    }
    let policies = shelf::policies(tx, &current.policy_versions).await?;
    let calendars = shelf::calendars(tx).await?;
    let now = Now { current, policies, calendars };
    let plan = match change {
        Change::Policy { id, policy } => now.with_policy(id, policy),
        Change::Order(order) => now.in_order(&order),
        Change::RetirePolicy(id) => now.without_policy(id),
        Change::Calendar { id, name, spec } => now.with_calendar(id, name.trim(), spec),
        Change::RetireCalendar(id) => now.without_calendar(id),
    }?;
    match plan.book.check() {
        // A calendar may be laid down before the first policy.
        Err(BookError::NoCatchAll) if plan.book.policies.is_empty() => Ok(plan),
        Err(problem) => Err(Error::Refused(problem.to_string())),
        Ok(()) => Ok(plan),
    }
}

/// Somebody was faster.
pub(super) fn changed(current: Current) -> Error {
    Error::Changed { by: current.by.unwrap_or_else(|| "Somebody".to_owned()) }
}

impl Plan {
    /// What would be published, in words: `Priority plan, changed`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}, {}", self.said.name, self.said.change)
    }
}

impl Now {
    fn place(&self, id: PolicyId) -> Result<usize, Error> {
        self.policies.iter().position(|row| row.id == id).ok_or(Error::NotFound)
    }

    fn published(&self) -> Vec<Published> {
        let published =
            |row: &PolicyRow| Published { id: row.id, version: row.version_id, policy: row.policy.0.clone() };
        self.policies.iter().map(published).collect()
    }

    /// The next publication with these policies, and these versions of calendars.
    fn next(self, policies: Vec<Published>, calendars: Vec<(CalendarId, CalendarVersionId)>, said: Said) -> Plan {
        let next = Current {
            number: self.current.number + 1,
            policy_versions: policies.iter().map(|published| published.version).collect(),
            calendar_versions: calendars.iter().map(|(_, version)| *version).collect(),
            by: None,
        };
        let book = Book { policies, calendars: calendars.into_iter().collect() };
        Plan { next, book, calendar: None, write: Write::Nothing, said }
    }

    fn calendar_versions(&self) -> Vec<(CalendarId, CalendarVersionId)> {
        let published = |row: &&CalendarRow| self.current.calendar_versions.contains(&row.version_id);
        self.calendars.iter().filter(published).map(|row| (row.id, row.version_id)).collect()
    }

    fn with_policy(self, id: Option<PolicyId>, policy: Policy) -> Result<Plan, Error> {
        let problems = policy.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let place = id.map(|id| self.place(id)).transpose()?;
        let last = self.policies.len().saturating_sub(1);
        let is_last = place == Some(last) || self.policies.is_empty();
        if policy.conditions.is_empty() != is_last {
            let message = if is_last {
                "The last policy matches every ticket: take its conditions away"
            } else {
                "Say whom it concerns; only the last policy matches every ticket"
            };
            return Err(Error::invalid("conditions", message));
        }
        let same_name = |row: &PolicyRow| {
            Some(row.id) != id && row.policy.name.trim().to_lowercase() == policy.name.trim().to_lowercase()
        };
        if self.policies.iter().any(same_name) {
            return Err(named_twice("policy"));
        }
        let (saved, version) = (id.unwrap_or_else(PolicyId::new), PolicyVersionId::new());
        let mut policies = self.published();
        let published = Published { id: saved, version, policy: policy.clone() };
        match place {
            Some(place) => policies[place] = published,
            None => policies.insert(last, published),
        }
        let said = Said::policy(saved, &policy.name, if place.is_some() { "changed" } else { "added" });
        let calendars = self.calendar_versions();
        let plan = self.next(policies, calendars, said);
        Ok(Plan { write: Write::Policy { id: saved, version, policy }, ..plan })
    }

    fn in_order(self, order: &[PolicyId]) -> Result<Plan, Error> {
        let before = self.published();
        let mut policies = Vec::with_capacity(before.len());
        for id in order {
            policies.push(before.iter().find(|published| published.id == *id).ok_or(Error::NotFound)?.clone());
        }
        let mut known: Vec<_> = before.iter().map(|published| published.id).collect();
        let mut given = order.to_vec();
        known.sort_unstable();
        given.sort_unstable();
        if known != given {
            return Err(Error::garbled());
        }
        let first = before.iter().zip(&policies).position(|(before, after)| before.id != after.id);
        let Some(first) = first else {
            return Err(Error::Refused("They are in this order already.".to_owned()));
        };
        // Either another came up to its place, or the one that was there went down past more than one.
        let at = |policies: &[Published], place: usize| policies.get(place).map(|published| published.id);
        let went_down =
            at(&before, first + 1) == at(&policies, first) && at(&before, first) != at(&policies, first + 1);
        let moved = if went_down { &before[first] } else { &policies[first] };
        if policies.last().is_none_or(|last| !last.policy.conditions.is_empty()) {
            return Err(Error::Refused("The policy for everyone else stays last.".to_owned()));
        }
        let said = Said::policy(moved.id, &moved.policy.name, "put in another place of the order");
        let calendars = self.calendar_versions();
        Ok(self.next(policies, calendars, said))
    }

    fn without_policy(self, id: PolicyId) -> Result<Plan, Error> {
        let place = self.place(id)?;
        if place + 1 == self.policies.len() {
            return Err(Error::Refused("The policy for everyone else stays: every ticket needs one.".to_owned()));
        }
        let mut policies = self.published();
        let gone = policies.remove(place);
        let said = Said::policy(id, &gone.policy.name, "retired");
        let calendars = self.calendar_versions();
        let plan = self.next(policies, calendars, said);
        Ok(Plan { write: Write::RetirePolicy(id), ..plan })
    }

    fn with_calendar(self, id: Option<CalendarId>, name: &str, spec: CalendarSpec) -> Result<Plan, Error> {
        let mut problems = Vec::new();
        if !(1..=80).contains(&name.chars().count()) {
            problems.push(FieldError::new("name", "Give the calendar a name of at most 80 characters"));
        }
        let calendar = match Calendar::new(spec.clone()) {
            Ok(calendar) if problems.is_empty() => calendar,
            other => {
                problems.extend(other.err().unwrap_or_default());
                return Err(Error::Invalid(problems));
            }
        };
        let old = id.map(|id| self.calendars.iter().find(|row| row.id == id).ok_or(Error::NotFound)).transpose()?;
        if self.calendars.iter().any(|row| Some(row.id) != id && row.name.to_lowercase() == name.to_lowercase()) {
            return Err(named_twice("calendar"));
        }
        let (saved, version) = (id.unwrap_or_else(CalendarId::new), CalendarVersionId::new());
        let said = Said::calendar(saved, name, if old.is_some() { "changed" } else { "added" });
        let mut calendars = self.calendar_versions();
        calendars.retain(|(other, _)| *other != saved);
        calendars.push((saved, version));
        let policies = self.published();
        let plan = self.next(policies, calendars, said);
        let write = Write::Calendar { id: saved, version, name: name.to_owned(), spec };
        Ok(Plan { calendar: Some((version, Arc::new(calendar))), write, ..plan })
    }

    fn without_calendar(self, id: CalendarId) -> Result<Plan, Error> {
        let counts_in_it = |row: &&PolicyRow| row.policy.calendars().contains(&id);
        let users: Vec<_> = self.policies.iter().filter(counts_in_it).map(|row| row.policy.name.as_str()).collect();
        if !users.is_empty() {
            return Err(Error::Refused(format!(
                "It is in use by {}. Choose another calendar there first.",
                users.join(", ")
            )));
        }
        let row = self.calendars.iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
        let said = Said::calendar(id, &row.name, "retired");
        let mut calendars = self.calendar_versions();
        calendars.retain(|(other, _)| *other != id);
        let policies = self.published();
        let plan = self.next(policies, calendars, said);
        Ok(Plan { write: Write::RetireCalendar(id), ..plan })
    }
}

/// Two of a kind would have one name.
pub(super) fn named_twice(kind: &str) -> Error {
    Error::invalid("name", format!("Another {kind} has this name"))
}
