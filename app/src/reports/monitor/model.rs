//! What the live monitor shows.
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    reports::model::Figure,
    sla::model::Stand,
    tickets::model::{HoldReason, Priority, TeamRef},
    ui::promise::PromiseView,
};

/// `/team/live`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Monitor {
    /// The teams that may be chosen.
    pub teams: Vec<TeamRef>,
    pub figures: Vec<Figure>,
    /// What is late, at risk and paused.
    pub lists: Vec<StandList>,
    pub by_team: Vec<Load>,
    /// Those with the most to worry about; and how many more have promises that are being timed.
    pub by_person: Vec<Load>,
    pub more_people: usize,
    /// In so many seconds the next promise becomes at risk or late.
    pub turns_in: Option<u32>,
}

/// Promises that stand alike, those to look at first at its start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandList {
    pub stand: Stand,
    pub title: String,
    pub rows: Vec<ClockLine>,
    /// How many there are in all.
    pub all: i64,
    /// Their tickets; `None` for who lists none.
    pub href: Option<String>,
}

/// One clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockLine {
    pub number: i64,
    /// Which of its kind on the ticket.
    pub cycle: i32,
    pub subject: String,
    pub priority: Priority,
    pub team: String,
    pub assignee: Option<String>,
    /// Who asked: an organisation, or where there is none somebody.
    pub customer: String,
    /// Whom it waits for.
    pub waits: Option<HoldReason>,
    pub promise: PromiseView,
}

impl ClockLine {
    /// What it stays, however it stands.
    pub fn key(&self) -> (i64, String, i32) {
        (self.number, self.promise.metric.clone(), self.cycle)
    }
}

/// The promises of a team or of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The team or the person; `None`: nobody.
    pub id: Option<Uuid>,
    pub name: String,
    pub counts: Counts,
    /// The tickets behind each count, in the order of [`Stand::ALL`].
    pub lists: Vec<String>,
}

/// How many promises stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub late: i64,
    pub at_risk: i64,
    pub paused: i64,
    pub in_time: i64,
}

impl Counts {
    pub const fn of(&self, stand: Stand) -> i64 {
        match stand {
            Stand::Late => self.late,
            Stand::AtRisk => self.at_risk,
            Stand::Paused => self.paused,
            Stand::InTime => self.in_time,
        }
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            late: self.late + other.late,
            at_risk: self.at_risk + other.at_risk,
            paused: self.paused + other.paused,
            in_time: self.in_time + other.in_time,
        }
    }
}
