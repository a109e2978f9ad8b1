//! The lists that everybody knows by name, and the orders a list may have.
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A list that everybody knows by name. What it holds depends on who looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Unsolved and held by the person.
    Mine,
    /// Unsolved and held by nobody.
    Unassigned,
    /// Everything unsolved.
    Open,
    /// A promise has used 80 % of its time and is not yet late.
    AtRisk,
    /// A promise is past its due time and still waits.
    Late,
    /// Waiting for the customer or a third party.
    OnHold,
    /// Due before the next 24 hours are over, late ones left out.
    DueSoon,
    /// Solved ones too.
    #[default]
    All,
}

impl View {
    pub const ALL: [Self; 8] =
        [Self::Mine, Self::Unassigned, Self::Open, Self::AtRisk, Self::Late, Self::OnHold, Self::DueSoon, Self::All];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Open => "open",
            Self::AtRisk => "at-risk",
            Self::Late => "late",
            Self::OnHold => "on-hold",
            Self::DueSoon => "due-soon",
            Self::All => "all",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unassigned => "Unassigned",
            Self::Open => "All open",
            Self::AtRisk => "At risk",
            Self::Late => "Late",
            Self::OnHold => "On hold",
            Self::DueSoon => "Due in 24 h",
            Self::All => "All tickets",
        }
    }

    /// Only tickets that still need somebody.
    pub const fn is_unsolved(self) -> bool {
        !matches!(self, Self::All)
    }

    /// The order it has before the person chooses one.
    pub const fn natural_sort(self) -> Sort {
        if self.is_unsolved() { Sort::Due } else { Sort::Updated }
    }
}

impl FromStr for View {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        // The words the desk's addresses may also use.
        match s {
            "team" => Ok(Self::Open),
            "breached" => Ok(Self::Late),
            _ => Self::ALL.into_iter().find(|v| v.as_str() == s).ok_or(()),
        }
    }
}

/// The order of a list. Ties are broken by id, so that no ticket is on two pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Next due first; what has no running promise last.
    Due,
    /// The most urgent first, next due among equals. Only of unsolved tickets.
    Priority,
    /// What changed last first.
    Updated,
    /// The newest first.
    Created,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Due, Self::Priority, Self::Updated, Self::Created];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Priority => "priority",
            Self::Updated => "updated",
            Self::Created => "created",
        }
    }

    /// The words people read, after a count: "128, next due first".
    pub const fn label(self) -> &'static str {
        match self {
            Self::Due => "next due first",
            Self::Priority => "most urgent first",
            Self::Updated => "last changed first",
            Self::Created => "newest first",
        }
    }
}

impl FromStr for Sort {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|x| x.as_str() == s).ok_or(())
    }
}
