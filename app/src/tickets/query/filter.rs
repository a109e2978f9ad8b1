//! What narrows a list.
use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};

use super::spans::{Days, Ended, Hour};
use crate::{
    core::id::{CategoryId, TeamId, UserId},
    sla::model::Stand,
    tickets::model::{Channel, Priority, Status},
};

/// What of a view is shown. Empty: all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub status: Vec<Status>,
    pub priority: Vec<Priority>,
    /// Of one of these teams.
    pub team: Vec<TeamId>,
    pub category: Option<CategoryId>,
    pub assignee: Option<Holder>,
    pub channel: Option<Channel>,
    pub requester: Option<UserId>,
    #[serde(default, deserialize_with = "sent_line")]
    pub tag: Option<String>,
    /// Words of the subject (each may be the beginning of one), or a number.
    #[serde(default, deserialize_with = "sent_line")]
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
    /// A promise of it ended so.
    pub ended: Option<Ended>,
    /// Some promise of it ended in these days, or was late in them, and attainment leaves it out.
    pub left_out: Option<Days>,
    /// Its next promise falls due in this hour.
    pub due: Option<Hour>,
    /// Some promise of it stands so now.
    pub promise: Option<Stand>,
}

/// The longest text that is searched for; the rest is cut.
const TEXT_MAX: usize = 200;

/// What somebody typed, on one line and without what Postgres cannot hold; `None` if nothing is left.
pub(super) fn line(typed: &str) -> Option<String> {
    let line: String = typed.trim().chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect();
    (!line.is_empty()).then_some(line)
}

fn sent_line<'de, D: Deserializer<'de>>(sent: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(sent)?.and_then(|typed| line(&typed)))
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
