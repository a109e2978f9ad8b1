//! What the start pages show, as server and browser know it.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ratings::Rating;
use crate::{
    core::id::{TeamId, UserId},
    desk::model::Line,
    tickets::model::{PersonRef, TeamRef},
};

/// How far a report looks back. Always whole days, today among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Week,
    #[default]
    Month,
    Quarter,
    Year,
}

impl Period {
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];

    pub const fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "365d",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "Quarter",
            Self::Year => "Year",
        }
    }
}

impl std::str::FromStr for Period {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|p| p.as_str() == s).ok_or(())
    }
}

/// One tile: the figure in words, how it changed, how it is computed, and the tickets behind it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub label: String,
    pub value: String,
    /// Behind the number, small.
    pub unit: String,
    pub how: String,
    /// The list it counts; `None` where it counts no tickets.
    pub href: Option<String>,
    pub change: Option<Change>,
    /// Of how many, or what to know about it.
    pub note: String,
    /// Its course, oldest first.
    pub points: Vec<f64>,
    pub alarm: Option<Alarm>,
}

/// What a figure warns of while it is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alarm {
    Late,
    Risk,
}

/// The change against the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub words: String,
    /// `None`: as before.
    pub up: Option<bool>,
    /// `None`: neither good nor bad.
    pub good: Option<bool>,
}

/// A point of a course: its label, value, how many it is computed from, and the tickets behind it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub label: String,
    pub value: Option<f64>,
    pub n: Option<u64>,
    pub href: Option<String>,
}

/// A chart: its finding, what it shows, its course.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Course {
    pub title: String,
    pub note: String,
    pub marks: Vec<Mark>,
}

/// How a team or a category did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupLine {
    pub name: String,
    /// Percent of promises kept; `None` where none came due.
    pub kept: Option<f64>,
    pub promises: i64,
    pub created: i64,
    pub late: i64,
    pub at_risk: i64,
    pub open: i64,
    pub stars: Option<f64>,
    pub lists: GroupLists,
}

/// The tickets behind the figures of a [`GroupLine`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLists {
    pub missed: String,
    pub created: String,
    pub late: String,
    pub at_risk: String,
    pub open: String,
    pub rated: String,
}

/// Promises that count neither as kept nor as missed, and the tickets behind them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub words: String,
    pub href: String,
}

/// `/executive`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// `21 October to 19 November, against the 30 days before`.
    pub span: String,
    pub figures: Vec<Figure>,
    pub trend: Course,
    pub target: f64,
    pub left_out: Option<LeftOut>,
    pub volume: Course,
    pub teams: Vec<GroupLine>,
    pub categories: Vec<GroupLine>,
    pub act_title: String,
    pub act: Vec<Line>,
    pub managers: Vec<Rated>,
}

/// Somebody who is rated, with their newest rating.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rated {
    pub person: PersonRef,
    pub last: Option<Rating>,
}

/// `/team`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TeamToday {
    pub sub: String,
    pub teams: Vec<TeamRef>,
    /// The teams that everything here is about; `None`: all.
    pub about: Option<Vec<TeamId>>,
    /// Tickets of theirs that are escalated and wait for somebody to look.
    pub escalated: i64,
    pub figures: Vec<Figure>,
    pub board_title: String,
    pub now: String,
    /// Full hours ahead: minutes from now, and their label.
    pub hours: Vec<(i32, String)>,
    pub lanes: Vec<LaneOf>,
    pub people: Vec<PersonLine>,
    pub act_title: String,
    pub act: Vec<Line>,
}

/// The promises of one team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneOf {
    pub name: String,
    pub note: String,
    pub marks: Vec<Due>,
}

/// One promise on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub minutes: i32,
    pub at_risk: bool,
    pub number: i64,
}

/// Somebody of a team, now and in the last 30 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonLine {
    pub id: UserId,
    pub name: String,
    pub team: String,
    pub here: bool,
    pub out_of_office: bool,
    pub open: i64,
    pub capacity: Option<i32>,
    pub late: i64,
    pub at_risk: i64,
    pub due_today: i64,
    /// Median, seconds of working time.
    pub first_reply: Option<i64>,
    pub kept: Option<f64>,
    pub promises: i64,
    pub stars: Option<f64>,
    pub ratings: i64,
    pub solved: i64,
    /// The manager's newest rating.
    pub rated: Option<i16>,
}

/// `/admin`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeskState {
    pub figures: Vec<Figure>,
    pub flow: Course,
    pub previous: Vec<Option<f64>>,
    pub waiting: Vec<Waiting>,
    pub areas: Vec<Area>,
}

/// A ticket that waits for somebody, and who could take it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub line: Line,
    pub team: TeamRef,
    /// Active agents of its team, the least loaded first, with what they hold.
    pub candidates: Vec<(PersonRef, i64)>,
}

/// Something the administrator sets up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    pub href: String,
    pub name: String,
    pub note: String,
}

/// `/system`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SystemState {
    pub figures: Vec<Figure>,
    pub requests: Course,
    pub concerns: Vec<Concern>,
    pub areas: Vec<Area>,
}

/// Something that a superadmin should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    pub what: String,
    pub detail: String,
    pub href: Option<String>,
}

/// One person's page: figures beside the ratings, and the form for a new one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonReport {
    pub person: PersonRef,
    pub role: String,
    pub figures: Vec<Figure>,
    pub history: Vec<Rating>,
    /// Months that may be rated, newest first, with their words.
    pub months: Vec<(NaiveDate, String)>,
    pub may_rate: bool,
}
