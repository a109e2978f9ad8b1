//! What is promised to whom: policies, ladders, and the terms of one ticket.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Allowance, Metric, PolicyVersionId, Target};
use crate::core::id::{CalendarId, PolicyId, TeamId};
use crate::tickets::model::{HoldReason, Priority};

/// Who is told when a step of a ladder is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Who holds the ticket; the team's lead while nobody does.
    Assignee,
    /// Who leads the team.
    TeamLead,
    /// The managers of the team; the executives while it has none.
    Manager,
    /// The executives; the managers while there is none.
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

/// What a step of a ladder does to the ticket, beside telling people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Deed {
    /// Makes it matter more: to the next priority up, or to the one named. Never less.
    RaisePriority {
        /// Without it, the next one up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Priority>,
    },
    /// Puts it into the queue of another team.
    MoveToTeam {
        /// Which one.
        team: TeamId,
    },
    /// Takes it from whoever holds it, back into the queue of its team.
    Unassign,
}

impl Deed {
    /// The priority to which it raises one of `now`; nothing where that is as high already, or where it does something
    /// else.
    #[must_use]
    pub fn raised(self, now: Priority) -> Option<Priority> {
        let Self::RaisePriority { to } = self else { return None };
        let next = Priority::ALL.into_iter().find(|priority| *priority > now)?;
        Some(to.unwrap_or(next)).filter(|to| *to > now)
    }
}

impl fmt::Display for Deed {
    /// The word in forms: `raise_priority`, `raise_priority:urgent`, `move_to_team:` and its id, `unassign`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RaisePriority { to: None } => f.write_str("raise_priority"),
            Self::RaisePriority { to: Some(to) } => write!(f, "raise_priority:{to}"),
            Self::MoveToTeam { team } => write!(f, "move_to_team:{team}"),
            Self::Unassign => f.write_str("unassign"),
        }
    }
}

impl FromStr for Deed {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word.split_once(':') {
            None if word == "raise_priority" => Ok(Self::RaisePriority { to: None }),
            None if word == "unassign" => Ok(Self::Unassign),
            Some(("raise_priority", to)) => Ok(Self::RaisePriority { to: Some(to.parse()?) }),
            Some(("move_to_team", team)) => Ok(Self::MoveToTeam { team: team.parse().map_err(drop)? }),
            _ => Err(()),
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
    /// What else is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Deed>,
}

/// The ladder of a policy that says nothing else.
#[must_use]
pub fn default_ladder() -> Vec<Step> {
    use Whom::{Assignee, Executive, Manager, TeamLead};
    let step = |percent, whom: &[Whom]| Step { percent, notify: whom.iter().copied().collect(), also: None };
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
    /// In the order in which the editor offers them.
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

    /// Whether tickets have it. The engine knows more than the desk does: a scenario may ask about a service.
    #[must_use]
    pub const fn is_on_tickets(self) -> bool {
        !matches!(self, Self::Service | Self::Location)
    }

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
    /// Whether they promise the same under the same policy, however it was found.
    #[must_use]
    pub fn promises_as(&self, other: &Self) -> bool {
        (&self.policy, self.priority) == (&other.policy, other.priority) && self.promises_the_same(other)
    }

    /// Whether they promise the same, whatever policy says so.
    #[must_use]
    pub fn promises_the_same(&self, other: &Self) -> bool {
        (&self.targets, &self.ladder, &self.pauses) == (&other.targets, &other.ladder, &other.pauses)
    }

    /// Whether a metric stands still on a hold.
    #[must_use]
    pub fn pauses(&self, metric: Metric, hold: HoldReason) -> bool {
        let said = self.pauses.get(&metric).filter(|_| metric.may_pause());
        said.map_or_else(|| metric.pauses_on(hold), |holds| holds.contains(&hold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_from_before_there_were_deeds_is_read_and_written_as_it_was() {
        let old = r#"{"percent":50,"notify":["assignee"]}"#;
        let step: Step = serde_json::from_str(old).unwrap();
        assert_eq!(step.also, None);
        assert_eq!(serde_json::to_string(&step).unwrap(), old);
    }

    #[test]
    fn a_deed_is_found_by_its_word_and_by_its_json() {
        let team = TeamId::from_uuid(uuid::Uuid::from_u128(7));
        for deed in [
            Deed::RaisePriority { to: None },
            Deed::RaisePriority { to: Some(Priority::Urgent) },
            Deed::MoveToTeam { team },
            Deed::Unassign,
        ] {
            assert_eq!(deed.to_string().parse(), Ok(deed));
            assert_eq!(serde_json::from_str::<Deed>(&serde_json::to_string(&deed).unwrap()).unwrap(), deed);
        }
        for wrong in ["", "explode", "raise_priority:mars", "move_to_team", "move_to_team:7", "unassign:me"] {
            assert_eq!(wrong.parse::<Deed>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_priority_is_raised_and_never_lowered() {
        let (by_one, to_high) = (Deed::RaisePriority { to: None }, Deed::RaisePriority { to: Some(Priority::High) });
        assert_eq!(by_one.raised(Priority::Low), Some(Priority::Normal));
        assert_eq!(by_one.raised(Priority::Urgent), None);
        assert_eq!(to_high.raised(Priority::Low), Some(Priority::High));
        for is_as_high in [Priority::High, Priority::Urgent] {
            assert_eq!(to_high.raised(is_as_high), None, "{is_as_high}");
        }
    }
}
