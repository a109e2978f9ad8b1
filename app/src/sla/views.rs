//! What the administrator's pages show, shared by server and browser.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::Policy;
use super::spec::CalendarSpec;
use crate::core::id::{CalendarId, PolicyId};

/// All policies in their order and all calendars.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The publication that is seen; a change names it.
    pub number: i32,
    /// In the order in which they are tried.
    pub policies: Vec<PolicyLine>,
    /// By name.
    pub calendars: Vec<CalendarLine>,
    /// What conditions may name by id.
    pub named: Vec<Named>,
}

/// A policy in its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PolicyLine {
    pub id: PolicyId,
    pub name: String,
    pub version: i32,
    pub since: DateTime<Utc>,
    /// Whom it concerns, in words.
    pub applies: String,
    /// It matches every ticket, and so it is the last.
    pub catch_all: bool,
    /// Tickets that run under it.
    pub open: i64,
}

/// A calendar in its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CalendarLine {
    pub id: CalendarId,
    pub name: String,
    pub version: i32,
    pub since: DateTime<Utc>,
    pub spec: CalendarSpec,
    /// The policies that count in it.
    pub used_by: Vec<String>,
}

/// Something that a condition may name by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The field of the condition: `category`, `team`, `organisation`.
    pub field: String,
    /// What the condition holds.
    pub id: Uuid,
    /// What people read.
    pub name: String,
}

/// A policy to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PolicyDraft {
    /// The publication it is changed on.
    pub number: i32,
    pub id: PolicyId,
    pub version: i32,
    pub since: DateTime<Utc>,
    pub policy: Policy,
}

/// A calendar to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CalendarDraft {
    /// The publication it is changed on.
    pub number: i32,
    pub id: CalendarId,
    pub version: i32,
    pub since: DateTime<Utc>,
    pub name: String,
    pub spec: CalendarSpec,
}
