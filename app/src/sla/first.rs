//! The first publication: what a new desk promises before anybody has edited anything.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::model::{Allowance, CalendarVersion, Cell, Condition, Metric, Policy, PolicyVersion, Row, default_ladder};
use super::spec::CalendarSpec;
use crate::core::id::{CalendarId, Id, PolicyId, fresh};
use crate::core::{Actor, Error, Tx};
use crate::tickets::model::Priority;

/// A calendar to begin with.
pub struct FirstCalendar {
    /// Its id.
    pub id: CalendarId,
    /// What people call it.
    pub name: &'static str,
    /// Its hours.
    pub spec: CalendarSpec,
}

/// One row of promises: the calendar, and minutes of it for first reply, next reply and solution.
pub type Minutes = (CalendarId, [u32; 3]);

/// A policy with the default ladder that promises replies and a solution for each priority, from low to urgent.
#[must_use]
pub fn simple_policy(name: &str, conditions: Vec<Condition>, rows: [Minutes; 4]) -> Policy {
    let row = |(calendar, minutes): Minutes| {
        let metrics = [Metric::FirstReply, Metric::NextReply, Metric::Resolution];
        let cell = |minutes: u32| Cell { allowance: Allowance::Seconds(minutes * 60), calendar: None };
        Row { calendar, cells: metrics.into_iter().zip(minutes.map(cell)).collect() }
    };
    Policy {
        name: name.to_owned(),
        conditions,
        rows: Priority::ALL.into_iter().zip(rows.map(row)).collect(),
        ladder: default_ladder(),
        pauses: std::collections::BTreeMap::default(),
    }
}

/// Publishes the first calendars and policies of a desk, in force since `at`. Only the system may, and only
/// where nothing was published yet: otherwise nothing happens.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
pub async fn publish_first(
    tx: &mut Tx,
    at: DateTime<Utc>,
    calendars: &[FirstCalendar],
    policies: &[(PolicyId, Policy)],
) -> Result<(), Error> {
    if tx.actor != Actor::System {
        return Err(Error::Forbidden);
    }
    if super::store::newest_publication(tx).await?.is_some() {
        return Ok(());
    }
    let mut calendar_versions = Vec::new();
    for calendar in calendars {
        let version = Id::<CalendarVersion>::new();
        sqlx::query!(
            "with calendar as (insert into sla_calendars (id, name, created_at) values ($1, $2, $5))
             insert into sla_calendar_versions (id, calendar_id, version, spec, created_at) values ($3, $1, 1, $4, $5)",
            calendar.id as _,
            calendar.name,
            version as _,
            Json(&calendar.spec) as _,
            at
        )
        .execute(&mut **tx)
        .await?;
        calendar_versions.push(version.uuid());
    }
    let mut policy_versions = Vec::new();
    for (id, policy) in policies {
        let version = Id::<PolicyVersion>::new();
        sqlx::query!(
            "with policy as (insert into sla_policies (id, name, created_at) values ($1, $2, $5))
             insert into sla_policy_versions (id, policy_id, version, body, created_at) values ($3, $1, 1, $4, $5)",
            *id as _,
            policy.name,
            version as _,
            Json(policy) as _,
            at
        )
        .execute(&mut **tx)
        .await?;
        policy_versions.push(version.uuid());
    }
    sqlx::query!(
        "insert into sla_publications (id, number, at, policy_versions, calendar_versions, for_open)
         values ($1, 1, $2, $3, $4, false)",
        fresh(),
        at,
        &policy_versions,
        &calendar_versions
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
