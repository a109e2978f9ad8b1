//! Use cases: calendars and policies. Each change is saved as a new version and published, for the tickets that are filed
//! from then on or for those that are open too.
//!
//! A change names the publication it was decided on. Of two administrators at once, the
//! second is told who was faster and sees the new state first.

use uuid::Uuid;

use super::first::{FirstCalendar, publish_first, simple_policy};
use super::forms::condition::{self, sentence};
use super::model::Policy;
use super::plan::{self, Change, Plan, Write, plan};
use super::shelf;
use super::spec::{CalendarSpec, Shift, WallTime, Week};
use super::views::{CalendarLine, Concerns, Named, Overview, PolicyDraft, PolicyLine, Typed};
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, Permission, Tx};
use crate::events::{self, About, Event};

/// What conditions may mention, by id or by name, that is too much to be all offered: organisations and customers.
#[derive(Default)]
pub struct Mentioned {
    ids: Vec<Uuid>,
    /// In lower case.
    words: Vec<String>,
}

impl Mentioned {
    /// What is typed in a form.
    #[must_use]
    pub fn of(typed: &Typed) -> Self {
        Self { ids: Vec::new(), words: condition::words(typed) }
    }

    /// What policies name besides.
    pub fn extend<'a>(&mut self, policies: impl IntoIterator<Item = &'a Policy>) {
        let conditions = policies.into_iter().flat_map(|policy| &policy.conditions);
        self.ids
            .extend(conditions.flat_map(|condition| &condition.values).filter_map(|value| value.parse::<Uuid>().ok()));
    }
}

/// All policies in their order and all calendars, with the names of what is `mentioned`.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not configure the desk.
pub async fn overview(tx: &mut Tx, mut mentioned: Mentioned) -> Result<Overview, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let current = shelf::current(tx).await?.unwrap_or_default();
    let rows = shelf::policies(tx, &current.policy_versions).await?;
    mentioned.extend(rows.iter().map(|row| &row.policy.0));
    let names = shelf::named(tx, &mentioned.ids, &mentioned.words).await?;
    let named: Vec<_> = names.into_iter().map(|n| Named { field: n.field, id: n.id, name: n.name }).collect();
    let calendars = shelf::calendars(tx).await?;
    let open = shelf::open_by_policy(tx).await?;
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
                applies: sentence(&row.policy.conditions, &named),
                catch_all: row.policy.conditions.is_empty(),
                open: open.get(&row.id).copied().unwrap_or_default(),
            })
            .collect(),
        named,
    })
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

/// Makes a change last and publishes it; the id of what was changed.
///
/// Where it concerns open tickets too, they follow a moment later ([`super::apply`]), however many they are.
///
/// # Errors
/// As [`plan`].
pub async fn publish(tx: &mut Tx, change: Change, seen: i32, concerns: Concerns) -> Result<Uuid, Error> {
    let Plan { next, write, said, .. } = plan(tx, change, seen).await?;
    store(tx, write).await?;
    let (by, now, for_open) = (tx.actor.user_id(), tx.now, concerns == Concerns::Open);
    if !shelf::publish(tx, &next, for_open, by, now).await? {
        return Err(plan::changed(shelf::current(tx).await?.unwrap_or_default()));
    }
    let too = if for_open { ", for open tickets too" } else { "" };
    let change = format!("{}{too}", said.change);
    let event = Event::Configured { area: said.area.to_owned(), name: said.name, change };
    events::append(tx, About::Subject(said.subject), &[event]).await?;
    Ok(said.subject)
}

async fn store(tx: &mut Tx, write: Write) -> Result<(), Error> {
    let (by, now) = (tx.actor.user_id(), tx.now);
    match write {
        Write::Nothing => {}
        Write::Policy { id, version, policy } => {
            if !shelf::name_policy(tx, id, policy.name.trim(), now).await? {
                return Err(plan::named_twice("policy"));
            }
            shelf::add_policy_version(tx, id, version, &policy, by, now).await?;
        }
        Write::Calendar { id, version, name, spec } => {
            if !shelf::name_calendar(tx, id, &name, now).await? {
                return Err(plan::named_twice("calendar"));
            }
            shelf::add_calendar_version(tx, id, version, &spec, by, now).await?;
        }
        Write::RetirePolicy(id) => _ = shelf::retire_policy(tx, id, now).await?,
        Write::RetireCalendar(id) => _ = shelf::retire_calendar(tx, id, now).await?,
    }
    Ok(())
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
