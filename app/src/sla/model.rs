//! The words of the room, shared by server and browser.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::core::id::{CalendarId, Id, PolicyId};
use crate::tickets::model::{HoldReason, Priority};

/// What the ids of versions are of; names for the type checker, never built.
#[derive(Clone, Copy, Debug)]
pub enum CalendarVersion {}
/// See [`CalendarVersion`].
#[derive(Clone, Copy, Debug)]
pub enum PolicyVersion {}

/// One published state of a calendar; what ran under it names it for ever.
pub type CalendarVersionId = Id<CalendarVersion>;
/// One saved state of a policy.
pub type PolicyVersionId = Id<PolicyVersion>;

/// One promise being timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From the customer's first message to the first reply by a person.
    FirstReply,
    /// From the oldest unanswered message to the reply.
    NextReply,
    /// From one reply to the next, whoever waits.
    PeriodicUpdate,
    /// The same, standing still while we wait for the customer.
    PausableUpdate,
    /// How long the customer waits for us or for others.
    RequesterWait,
    /// How long we work on it.
    AgentWork,
    /// From creation to the solution.
    Resolution,
    /// How long one team holds it.
    Ownership,
}

impl Metric {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 8] = [
        Self::FirstReply,
        Self::NextReply,
        Self::PeriodicUpdate,
        Self::PausableUpdate,
        Self::RequesterWait,
        Self::AgentWork,
        Self::Resolution,
        Self::Ownership,
    ];

    /// The word in the database, in JSON and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstReply => "first_reply",
            Self::NextReply => "next_reply",
            Self::PeriodicUpdate => "periodic_update",
            Self::PausableUpdate => "pausable_update",
            Self::RequesterWait => "requester_wait",
            Self::AgentWork => "agent_work",
            Self::Resolution => "resolution",
            Self::Ownership => "ownership",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FirstReply => "First reply",
            Self::NextReply => "Next reply",
            Self::PeriodicUpdate => "Update every",
            Self::PausableUpdate => "Update while we work",
            Self::RequesterWait => "Customer waits",
            Self::AgentWork => "Our work",
            Self::Resolution => "Solve",
            Self::Ownership => "Team holds it",
        }
    }

    /// Fulfilled by solving, resumed by reopening; the others are about answers.
    pub const fn is_standing(self) -> bool {
        matches!(self, Self::RequesterWait | Self::AgentWork | Self::Resolution | Self::Ownership)
    }

    /// Whether it stands still on hold, unless its policy says otherwise.
    ///
    /// The reply clocks run only while a customer waits for an answer, so they never pause.
    pub const fn pauses_on(self, hold: HoldReason) -> bool {
        match hold {
            HoldReason::Customer => {
                matches!(self, Self::PausableUpdate | Self::RequesterWait | Self::AgentWork | Self::Resolution)
            }
            HoldReason::ThirdParty => matches!(self, Self::AgentWork),
        }
    }

    /// Whether a policy may change when it pauses.
    pub const fn may_pause(self) -> bool {
        !matches!(self, Self::FirstReply | Self::NextReply)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Metric {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == word).ok_or(())
    }
}

/// How much time a promise allows, in the working time of its calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Allowance {
    /// So many seconds, at least one.
    Seconds(u32),
    /// By the end of the n-th working day after the day of the start, at least the first.
    WorkingDay(u16),
}

impl Allowance {
    /// The longest that can be promised: ten years.
    pub const MOST_SECONDS: u32 = 10 * 366 * 86_400;
    /// As many working days as can be promised.
    pub const MOST_DAYS: u16 = 3_660;
}

impl TryFrom<String> for Allowance {
    type Error = String;

    /// As people say it: `30 min`, `4 h`, `1 h 30 min`, `2 days`, `end of 5th day`.
    fn try_from(text: String) -> Result<Self, String> {
        let words = text.trim().to_lowercase();
        let refusal =
            || format!("“{}” is not a length of time, such as 30 min, 4 h, 3 days or end of 5th day", text.trim());
        if let Some(day) = words.strip_prefix("end of") {
            let day = day.trim().trim_end_matches("working day").trim_end_matches("day").trim();
            let n = match day {
                "next" => 1,
                _ => day.trim_end_matches(char::is_alphabetic).parse().map_err(|_| refusal())?,
            };
            return match n {
                1..=Self::MOST_DAYS => Ok(Self::WorkingDay(n)),
                0 => Err("Days are counted from 1, the day after the start".to_owned()),
                _ => Err(format!("At most {} days can be promised", Self::MOST_DAYS)),
            };
        }
        let mut seconds = 0_u64;
        let mut rest = words.as_str();
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let number: u64 = rest[..digits].parse().map_err(|_| refusal())?;
            rest = rest[digits..].trim_start();
            let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let unit = match &rest[..letters] {
                "s" | "sec" | "second" | "seconds" => 1,
                "m" | "min" | "minute" | "minutes" => 60,
                "h" | "hour" | "hours" => 3_600,
                "d" | "day" | "days" => 86_400,
                _ => return Err(refusal()),
            };
            seconds = seconds.saturating_add(number.saturating_mul(unit));
            rest = rest[letters..].trim_start();
        }
        match u32::try_from(seconds) {
            _ if words.is_empty() => Err(refusal()),
            Ok(0) => Err("A promise of no time cannot be kept; leave it empty for none".to_owned()),
            Ok(n) if n <= Self::MOST_SECONDS => Ok(Self::Seconds(n)),
            _ => Err("At most ten years can be promised".to_owned()),
        }
    }
}

impl From<Allowance> for String {
    fn from(allowance: Allowance) -> Self {
        allowance.to_string()
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WorkingDay(1) => f.write_str("end of next day"),
            Self::WorkingDay(n) => {
                let ending = match (n % 10, n % 100) {
                    (_, 11..=13) => "th",
                    (1, _) => "st",
                    (2, _) => "nd",
                    (3, _) => "rd",
                    _ => "th",
                };
                write!(f, "end of {n}{ending} day")
            }
            Self::Seconds(seconds) => {
                let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
                let said: Vec<_> =
                    parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
                f.write_str(&said.join(" "))
            }
        }
    }
}

/// An allowance and the calendar version whose working time it is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// How much.
    pub allowance: Allowance,
    /// Counted in this.
    pub calendar: CalendarVersionId,
}

/// Who is told when a step of a ladder is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Who holds the ticket; the team's lead while nobody does.
    Assignee,
    /// Who leads the team.
    TeamLead,
    /// The managers of the team.
    Manager,
    /// The executives.
    Executive,
}

impl Whom {
    /// From near to far.
    pub const ALL: [Self; 4] = [Self::Assignee, Self::TeamLead, Self::Manager, Self::Executive];

    /// What people call them.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::TeamLead => "team lead",
            Self::Manager => "manager",
            Self::Executive => "executive",
        }
    }

    /// The word in forms and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::TeamLead => "team_lead",
            Self::Manager => "manager",
            Self::Executive => "executive",
        }
    }
}

/// A point of a promise's time at which people are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Share of the allowance in percent; a ladder has each at most once.
    pub percent: u16,
    /// Who is told, each in the way they prefer.
    pub notify: BTreeSet<Whom>,
}

/// The ladder of a policy that says nothing else.
#[must_use]
pub fn default_ladder() -> Vec<Step> {
    use Whom::{Assignee, Executive, Manager, TeamLead};
    let step = |percent, whom: &[Whom]| Step { percent, notify: whom.iter().copied().collect() };
    vec![
        step(50, &[Assignee]),
        step(80, &[Assignee, TeamLead]),
        step(100, &[Assignee, TeamLead, Manager]),
        step(120, &[Executive]),
    ]
}

/// What of a ticket a policy may ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Field {
    Priority,
    Category,
    Service,
    Channel,
    Team,
    Location,
    Customer,
    Organisation,
    Plan,
    Tag,
}

impl Field {
    /// All of them, as the editor offers them.
    pub const ALL: [Self; 10] = [
        Self::Priority,
        Self::Category,
        Self::Service,
        Self::Channel,
        Self::Team,
        Self::Location,
        Self::Customer,
        Self::Organisation,
        Self::Plan,
        Self::Tag,
    ];

    /// The word in forms and JSON, and the one people read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Category => "category",
            Self::Service => "service",
            Self::Channel => "channel",
            Self::Team => "team",
            Self::Location => "location",
            Self::Customer => "customer",
            Self::Organisation => "organisation",
            Self::Plan => "plan",
            Self::Tag => "tag",
        }
    }
}

impl FromStr for Field {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|field| field.as_str() == word).ok_or(())
    }
}

/// "The category is Invoices or Orders", "the tag is not spam".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What is asked about.
    pub field: Field,
    /// Whether it must be none of the values instead of one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not: bool,
    /// Ids for what has an id, words for the rest; at least one.
    pub values: Vec<String>,
}

/// What a policy promises for one priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Counted in this calendar, where a cell names no other.
    pub calendar: CalendarId,
    /// What is promised; a metric that is missing here is timed without a promise.
    pub cells: BTreeMap<Metric, Cell>,
}

/// One promise of a [`Row`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// How much time.
    pub allowance: Allowance,
    /// A calendar of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
}

/// A policy: whom it concerns, what it promises, who hears about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What people call it.
    pub name: String,
    /// All must hold; none at all matches every ticket.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The promises; a priority without a row has none.
    pub rows: BTreeMap<Priority, Row>,
    /// Who is told, and when.
    #[serde(default = "default_ladder")]
    pub ladder: Vec<Step>,
    /// On which holds a metric stands still, where that differs from [`Metric::pauses_on`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pauses: BTreeMap<Metric, Vec<HoldReason>>,
}

/// Which policy, in which version, as it was called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// The policy.
    pub id: PolicyId,
    /// Its version.
    pub version: PolicyVersionId,
    /// Its name at that time.
    pub name: String,
}

/// One policy that was tried and did not match, and the condition that said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The policy's name at that time.
    pub policy: String,
    /// The first condition that did not hold.
    pub wanted: Condition,
    /// What the ticket had instead.
    pub found: Vec<String>,
}

/// Why the terms of a ticket are what they are since some event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The ticket came in.
    Created,
    /// Its priority was changed.
    Priority,
    /// Something else that policies ask about was changed.
    Fields,
    /// A policy was published for open tickets too.
    Policy,
    /// A calendar was published for open tickets too.
    Calendar,
    /// A step of a clock's own ladder raised the priority; that clock keeps its target.
    Ladder {
        /// The clock whose step it was.
        metric: Metric,
        /// Which of its kind.
        cycle: u32,
    },
}

/// What is promised on a ticket from some event on: all that the engine needs, so that
/// a replay matches nothing again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Why they are in force.
    pub cause: Cause,
    /// The policy that matched.
    pub policy: PolicyRef,
    /// Its place in the order, from one, and how many there were.
    pub place: (u16, u16),
    /// The priority whose row it is.
    pub priority: Priority,
    /// The promises.
    pub targets: BTreeMap<Metric, Target>,
    /// Who is told, and when; by rising percentage.
    pub ladder: Vec<Step>,
    /// See [`Policy::pauses`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pauses: BTreeMap<Metric, Vec<HoldReason>>,
    /// The policies before it, and why they did not match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Passed>,
}

impl Terms {
    /// Whether a metric stands still on a hold.
    #[must_use]
    pub fn pauses(&self, metric: Metric, hold: HoldReason) -> bool {
        let said = self.pauses.get(&metric).filter(|_| metric.may_pause());
        said.map_or_else(|| metric.pauses_on(hold), |holds| holds.contains(&hold))
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Counting, in time or late already.
    Running,
    /// Standing still while we wait for somebody.
    Paused,
    /// Fulfilled in time.
    Met,
    /// Fulfilled late, or ended when it was late already.
    Missed,
    /// Ended without having been fulfilled or late; left out of reports.
    Cancelled,
    /// Ended without ever having a target; left out of reports.
    Untimed,
}

impl ClockState {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Untimed => "untimed",
        }
    }

    /// Neither fulfilled nor ended.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// Why a clock was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreachCause {
    /// Its due time passed.
    Due,
    /// A change of the target put the due time into the past.
    PolicyChange,
}

/// That a clock was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The due time, or the later instant that put it in force.
    pub at: DateTime<Utc>,
    /// Why.
    pub cause: BreachCause,
    /// Since when it counts against anybody. A change of target excuses the miss until
    /// the due time from before the change has passed as well.
    pub counts_since: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Allowance, String> {
        Allowance::try_from(text.to_owned())
    }

    #[test]
    fn promises_are_read_as_people_say_them() {
        for (text, seconds) in [
            ("30 min", 1_800),
            ("4h", 14_400),
            ("1 h 30 min", 5_400),
            ("3 days", 259_200),
            ("45 s", 45),
            (" 2 Hours ", 7_200),
        ] {
            assert_eq!(read(text), Ok(Allowance::Seconds(seconds)), "{text}");
        }
        assert_eq!(read("end of 5th day"), Ok(Allowance::WorkingDay(5)));
        assert_eq!(read("End of next working day"), Ok(Allowance::WorkingDay(1)));
        for wrong in [
            "",
            "0 min",
            "soon",
            "5",
            "4 weeks",
            "end of 0th day",
            "end of day",
            "-3 h",
            "99999999999999999999 h",
            "12 years",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        for days in (1..130).chain([Allowance::MOST_DAYS]) {
            assert_eq!(read(&Allowance::WorkingDay(days).to_string()), Ok(Allowance::WorkingDay(days)));
        }
        for seconds in (1..4_000).chain([86_399, 86_401, Allowance::MOST_SECONDS]) {
            assert_eq!(read(&Allowance::Seconds(seconds).to_string()), Ok(Allowance::Seconds(seconds)));
        }
    }
}
