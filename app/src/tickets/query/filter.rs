//! What narrows a list.
use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    core::id::{CategoryId, TeamId, UserId},
    tickets::model::{Channel, Priority, Status},
};

/// What of a view is shown. Empty: all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub status: Vec<Status>,
    pub priority: Vec<Priority>,
    pub team: Option<TeamId>,
    pub category: Option<CategoryId>,
    pub assignee: Option<Holder>,
    pub channel: Option<Channel>,
    pub requester: Option<UserId>,
    pub tag: Option<String>,
    /// Words of the subject (each may be the beginning of one), or a number.
    pub text: Option<String>,
    /// Whether some promise of it was missed.
    pub missed: Option<bool>,
    /// Rated at most so many stars.
    pub rated: Option<i16>,
    pub created: Option<Days>,
    pub resolved: Option<Days>,
    /// Some promise of it came due in these days and was missed.
    pub missed_in: Option<Days>,
    /// Its customer rated it in these days.
    pub rated_in: Option<Days>,
}

/// Whose tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    Me,
    Nobody,
    Person(UserId),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("none"),
            Self::Person(id) => id.fmt(f),
        }
    }
}

impl FromStr for Holder {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        match s {
            "me" => Ok(Self::Me),
            "none" => Ok(Self::Nobody),
            _ => s.parse().map(Self::Person).map_err(|_| ()),
        }
    }
}

/// A span of days, both ends in it; written `2026-01-01..2026-03-31`, either end may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Days {
    /// The instant at which the first day begins, UTC.
    pub fn start(self) -> Option<DateTime<Utc>> {
        self.from.and_then(|d| d.and_hms_opt(0, 0, 0)).map(|t| t.and_utc())
    }

    /// The instant at which the last day is over, UTC.
    pub fn end(self) -> Option<DateTime<Utc>> {
        self.to.and_then(|d| d.succ_opt()).and_then(|d| d.and_hms_opt(0, 0, 0)).map(|t| t.and_utc())
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = self.from {
            write!(f, "{from}")?;
        }
        f.write_str("..")?;
        self.to.map_or(Ok(()), |to| write!(f, "{to}"))
    }
}

impl FromStr for Days {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let (from, to) = s.split_once("..").ok_or(())?;
        let day = |s: &str| if s.is_empty() { Ok(None) } else { s.parse().map(Some).map_err(|_| ()) };
        let days = Self { from: day(from)?, to: day(to)? };
        if days == Self::default() { Err(()) } else { Ok(days) }
    }
}
