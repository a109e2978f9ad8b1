//! The scenario as the file has it.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::core::{
    FieldError,
    id::{CalendarId, Id},
};
use crate::sla::model::{Allowance, Cell, Condition, Deed, Field, Metric, Policy, Row, Step, Whom, default_ladder};
use crate::sla::policy::TicketFacts;
use crate::sla::spec::CalendarSpec;
use crate::tickets::model::{Channel, HoldReason, Priority};

/// What happens to a ticket, and under which promises.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// By the names that policies call them.
    pub(super) calendars: BTreeMap<String, CalendarSpec>,
    /// In the order in which they are tried; the last one matches every ticket.
    pub(super) policies: Vec<PolicyTold>,
    /// The ticket as it is filed.
    #[serde(default)]
    pub(super) ticket: TicketTold,
    /// In the order in which they happen; the first is `opened`.
    pub(super) events: Vec<Told>,
}

/// A policy whose calendars have names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyTold {
    name: String,
    #[serde(default)]
    conditions: Vec<Condition>,
    rows: BTreeMap<Priority, RowTold>,
    /// Without it, the usual one.
    #[serde(default)]
    ladder: Option<Vec<StepTold>>,
    #[serde(default)]
    pauses: BTreeMap<Metric, Vec<HoldReason>>,
}

/// A step whose team has a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTold {
    percent: u16,
    notify: BTreeSet<Whom>,
    #[serde(default)]
    also: Option<DeedTold>,
}

/// What a step does, as files have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum DeedTold {
    RaisePriority {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Priority>,
    },
    MoveToTeam {
        team: String,
    },
    Unassign {},
}

impl DeedTold {
    /// As a report says it.
    pub(super) fn of(deed: Deed, names: &Names) -> Self {
        match deed {
            Deed::RaisePriority { to } => Self::RaisePriority { to },
            Deed::MoveToTeam { team } => Self::MoveToTeam { team: names.name(&team.to_string()).to_owned() },
            Deed::Unassign => Self::Unassign {},
        }
    }

    fn deed(&self, names: &mut Names) -> Deed {
        match self {
            Self::RaisePriority { to } => Deed::RaisePriority { to: *to },
            Self::MoveToTeam { team } => Deed::MoveToTeam { team: names.id(team) },
            Self::Unassign {} => Deed::Unassign,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowTold {
    calendar: String,
    cells: BTreeMap<Metric, CellTold>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CellTold {
    allowance: Allowance,
    #[serde(default)]
    calendar: Option<String>,
}

impl PolicyTold {
    /// The same with the ids of what it names. `calendar` knows those of the calendars.
    pub(super) fn policy(
        &self,
        names: &mut Names,
        calendar: impl Fn(&str) -> Option<CalendarId>,
    ) -> Result<Policy, Vec<FieldError>> {
        let mut problems = Vec::new();
        let mut find = |name: &str, place: String| {
            let found = calendar(name);
            if found.is_none() {
                problems.push(FieldError::new(&place, format!("There is no calendar “{name}” in this scenario")));
            }
            found
        };
        let mut rows = BTreeMap::new();
        for (priority, told) in &self.rows {
            let place = format!("rows.{}", priority.as_str());
            let mut cells = BTreeMap::new();
            for (metric, cell) in &told.cells {
                let own =
                    cell.calendar.as_ref().and_then(|name| find(name, format!("{place}.cells.{metric}.calendar")));
                cells.insert(*metric, Cell { allowance: cell.allowance, calendar: own });
            }
            if let Some(calendar) = find(&told.calendar, format!("{place}.calendar")) {
                rows.insert(*priority, Row { calendar, cells });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let conditions = self.conditions.iter().map(|condition| names.in_ids(condition)).collect();
        let step = |told: &StepTold| Step {
            percent: told.percent,
            notify: told.notify.clone(),
            also: told.also.as_ref().map(|deed| deed.deed(names)),
        };
        let ladder = self.ladder.as_ref().map_or_else(default_ladder, |steps| steps.iter().map(step).collect());
        let (name, pauses) = (self.name.clone(), self.pauses.clone());
        Ok(Policy { name, conditions, rows, ladder, pauses })
    }
}

/// What policies may ask of the ticket, as it is filed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TicketTold {
    priority: Priority,
    channel: Option<Channel>,
    category: Option<String>,
    service: Option<String>,
    team: Option<String>,
    location: Option<String>,
    customer: Option<String>,
    organisation: Option<String>,
    plan: Option<String>,
    tags: Vec<String>,
}

impl TicketTold {
    pub(super) fn facts(&self, names: &mut Names) -> TicketFacts {
        TicketFacts {
            priority: self.priority,
            channel: self.channel.unwrap_or(Channel::Form),
            category: names.known(self.category.as_ref()),
            service: self.service.clone(),
            team: names.known(self.team.as_ref()),
            location: self.location.clone(),
            customer: names.known(self.customer.as_ref()),
            organisation: names.known(self.organisation.as_ref()),
            plan: self.plan.clone(),
            tags: self.tags.clone(),
        }
    }
}

/// One thing that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(super) struct Told {
    pub at: DateTime<FixedOffset>,
    pub what: Happening,
}

/// What happens; in the file it says so as `kind`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Happening {
    Opened {
        #[serde(default)]
        imported: bool,
    },
    CustomerMessage {
        message: String,
    },
    Reply {
        message: String,
        #[serde(default)]
        automatic: bool,
    },
    Bounced {
        message: String,
    },
    NoReplyNeeded {},
    Held {
        waits: HoldReason,
        #[serde(default)]
        reason: Option<String>,
    },
    Resumed {},
    Solved {},
    Closed {},
    Changed(Box<ChangeTold>),
}

/// What of the ticket is another from now on; `null` takes a value away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ChangeTold {
    priority: Option<Priority>,
    #[serde(deserialize_with = "given")]
    category: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    service: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    team: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    location: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    organisation: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    plan: Option<Option<String>>,
    tags: Option<Vec<String>>,
}

impl ChangeTold {
    pub(super) fn apply(&self, ticket: &mut TicketFacts, names: &mut Names) {
        fn set<T: Clone>(old: &mut T, new: Option<&T>) {
            if let Some(new) = new {
                old.clone_from(new);
            }
        }
        set(&mut ticket.priority, self.priority.as_ref());
        set(&mut ticket.service, self.service.as_ref());
        set(&mut ticket.location, self.location.as_ref());
        set(&mut ticket.plan, self.plan.as_ref());
        set(&mut ticket.tags, self.tags.as_ref());
        set(&mut ticket.category, self.category.as_ref().map(|name| names.known(name.as_ref())).as_ref());
        set(&mut ticket.team, self.team.as_ref().map(|name| names.known(name.as_ref())).as_ref());
        set(&mut ticket.organisation, self.organisation.as_ref().map(|name| names.known(name.as_ref())).as_ref());
    }
}

/// Tells a value that is `null` from one that is not there.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl TryFrom<Map<String, Value>> for Told {
    type Error = String;

    fn try_from(mut told: Map<String, Value>) -> Result<Self, String> {
        let at = told.remove("at").ok_or("an event without its instant (“at”)")?;
        let at = serde_json::from_value(at.clone()).map_err(|error| format!("at {at}: {error}"))?;
        let what =
            serde_json::from_value(Value::Object(told)).map_err(|error| format!("the event at {at}: {error}"))?;
        Ok(Self { at, what })
    }
}

/// The ids of what the file calls by names: teams, categories, people, messages.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<String>);

/// Behind the ids of calendars and policies, which are those of their places.
const FIRST: u128 = 1 << 32;

impl Names {
    /// The id of what is called `name`, the same each time.
    pub(super) fn id<T>(&mut self, name: &str) -> Id<T> {
        let place = self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        Id::from_uuid(Uuid::from_u128(FIRST + place as u128))
    }

    fn known<T>(&mut self, name: Option<&String>) -> Option<Id<T>> {
        name.map(|name| self.id(name))
    }

    /// The same condition on the ids of what it names.
    fn in_ids(&mut self, condition: &Condition) -> Condition {
        let named = matches!(condition.field, Field::Category | Field::Team | Field::Customer | Field::Organisation);
        let id = |value: &String| if named { self.id::<()>(value).to_string() } else { value.clone() };
        Condition { values: condition.values.iter().map(id).collect(), ..condition.clone() }
    }

    /// What the file calls `value`, if it is the id of something.
    pub(super) fn name<'a>(&'a self, value: &'a str) -> &'a str {
        let place = value.parse::<Uuid>().ok().and_then(|id| id.as_u128().checked_sub(FIRST));
        place.and_then(|place| self.0.get(usize::try_from(place).ok()?)).map_or(value, String::as_str)
    }
}
