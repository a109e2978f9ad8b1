//! The audit log as server and browser know it.
use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What sort of events a person looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Tickets,
    Promises,
    Access,
    Accounts,
    Settings,
    Ratings,
}

impl Area {
    pub const ALL: [Self; 6] =
        [Self::Tickets, Self::Promises, Self::Access, Self::Accounts, Self::Settings, Self::Ratings];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Promises => "promises",
            Self::Access => "access",
            Self::Accounts => "accounts",
            Self::Settings => "settings",
            Self::Ratings => "ratings",
        }
    }

    /// The word people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tickets => "Tickets",
            Self::Promises => "Promises",
            Self::Access => "Signing in and out",
            Self::Accounts => "Accounts and roles",
            Self::Settings => "Rules and settings",
            Self::Ratings => "Performance ratings",
        }
    }

    /// The kinds of events in it, as `events.kind` has them.
    #[cfg(feature = "ssr")]
    pub fn kinds(self) -> Vec<&'static str> {
        match self {
            Self::Tickets => vec![
                "ticket_created",
                "message_added",
                "status_changed",
                "assigned",
                "transferred",
                "unassigned",
                "escalated",
                "escalation_acknowledged",
                "priority_changed",
                "category_changed",
                "tags_changed",
                "watched",
                "unwatched",
                "rated",
                "solution_confirmed",
                "solution_refused",
                "routed",
            ],
            Self::Promises => vec!["sla_step", "sla_missed", "reply_not_needed"],
            Self::Access => vec!["signed_in", "sign_in_failed", "locked_out", "signed_out", "sessions_ended"],
            Self::Accounts => vec!["password_changed", "account_created", "account_changed"],
            Self::Settings => vec!["configured"],
            Self::Ratings => vec!["performance_rated"],
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Area {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|a| a.as_str() == s).ok_or(())
    }
}

/// Which rows the page shows; everything comes from the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditFilter {
    pub area: Option<Area>,
    /// An address: who acted, or whom it was about.
    pub person: String,
    pub ticket: Option<i64>,
    /// In UTC.
    pub day: Option<NaiveDate>,
    /// Where the page starts: the `next` of the one before.
    pub after: Option<String>,
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRow {
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// Who acted; the server itself where it is nobody.
    pub who: String,
    /// What they did, in words.
    pub what: String,
    pub ticket: Option<i64>,
    /// The position of its link; not sealed yet without one.
    pub position: Option<i64>,
}

/// Where and how the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Broken {
    /// There is no link at this position, but there are later ones.
    Missing { position: i64 },
    /// The event that the link seals is not there any more.
    EventGone { position: i64, event: i64 },
    /// The event, or the link, is not what was sealed.
    Changed { position: i64, event: i64 },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { position } => write!(f, "position {position} is missing"),
            Self::EventGone { position, event } => write!(f, "position {position}: event {event} is gone"),
            Self::Changed { position, event } => write!(f, "position {position}: event {event} was changed"),
        }
    }
}

/// What a walk along the chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Links that hold, from the first on.
    pub sound: i64,
    /// The hash of the last of them: noted down elsewhere, it proves that nothing before it was changed.
    pub head: String,
    pub broken: Option<Broken>,
    /// Events that no link seals yet.
    pub tail: i64,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.broken {
            Some(broken) => {
                write!(f, "The audit log does NOT hold: {broken}. The {} entries before it hold.", self.sound)?;
            }
            None => write!(f, "The audit log holds: {} entries.", self.sound)?,
        }
        write!(f, " Not sealed yet: {}. Last hash: {}", self.tail, self.head)
    }
}
