//! What the administrator's pages show, shared by server and browser.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Deed, Policy};
use super::spec::CalendarSpec;
use crate::core::Error;
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
    /// What conditions may name by id: all teams and categories, the first organisations, and whomever a policy or a form
    /// names already.
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
    /// The field of the condition: `category`, `team`, `organisation`, `customer`.
    pub field: String,
    /// What the condition holds.
    pub id: Uuid,
    /// What people read; of a customer the address.
    pub name: String,
}

/// What a step of a ladder does to the ticket, as short as it gets.
#[must_use]
pub fn in_short(deed: Deed, named: &[Named]) -> String {
    match deed {
        Deed::RaisePriority { to: None } => "priority up".to_owned(),
        Deed::RaisePriority { to: Some(to) } => format!("priority {}", to.label().to_lowercase()),
        Deed::MoveToTeam { team } => match named.iter().find(|named| named.id == team.uuid()) {
            Some(team) => format!("to {}", team.name),
            None => "to another team".to_owned(),
        },
        Deed::Unassign => "taken away".to_owned(),
    }
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

/// The field that says what a calendar was called when its form was filled in: its versions do not know.
pub const NAMED: &str = "named";

/// A form as it was typed: field names and their text.
pub type Typed = BTreeMap<String, String>;

/// A form that comes back instead of being carried out, as the door hands it to the page that shows it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Returned {
    /// Everything that was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub error: Option<Error>,
    /// What it would change is to be shown.
    pub look: bool,
    /// What to know of it, where nothing is wrong: what an import brought.
    pub notes: Vec<String>,
}

/// A thing that a form says otherwise than what is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is about: `First reply, urgent`.
    pub what: String,
    /// What is published; of a list what goes.
    pub was: String,
    /// What the form says; of a list what is new.
    pub becomes: String,
    /// A part of the list stays.
    pub stays: bool,
}

/// A form to be filled in, with what it needs to offer and what was wrong with it the last time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// What the fields hold.
    pub typed: Typed,
    /// What is wrong.
    pub error: Option<Error>,
    /// It came back: it holds what somebody typed.
    pub returned: bool,
    /// What others published meanwhile was taken over into it.
    pub merged: bool,
    /// What it says otherwise than what is published, once it was sent.
    pub changes: Vec<Difference>,
}

impl Sheet {
    /// What a field holds.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        self.typed.get(field).cloned().unwrap_or_default()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn wrong(&self, field: &str) -> Option<String> {
        self.error.as_ref().and_then(|error| error.at(field))
    }

    /// Every field that is wrong, with the sentence shown there.
    #[must_use]
    pub fn wrongs(&self) -> Vec<(String, String)> {
        match &self.error {
            Some(Error::Invalid(all)) => all.iter().map(|e| (e.field.clone(), e.message.clone())).collect(),
            _ => Vec::new(),
        }
    }

    /// Why the whole form was refused, where no field is to blame.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        self.error.as_ref().filter(|error| !matches!(error, Error::Invalid(_))).map(ToString::to_string)
    }
}

/// An earlier or the present state of a policy or calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct VersionLine {
    pub version: i32,
    pub at: DateTime<Utc>,
    /// Who saved it; nobody if the system did.
    pub by: Option<String>,
}

/// Which tickets a publication concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concerns {
    /// Those that are filed from then on.
    #[default]
    New,
    /// Those that are open as well.
    Open,
}

impl Concerns {
    /// The word in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
        }
    }
}

/// What a publication would do to a ticket that is open, by what weighs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The new due time is over already. It counts against nobody as long as the old one is kept.
    LateAtOnce,
    /// Something is due earlier.
    Earlier,
    /// Something is due later.
    Later,
    /// Something is promised that was not, and its time is over already. It counts against nobody.
    GainedLate,
    /// Something is promised that was not.
    Gained,
    /// Something is not promised any more.
    Lost,
}

impl Effect {
    /// Whether the ticket is late by the change.
    #[must_use]
    pub const fn is_late(self) -> bool {
        matches!(self, Self::LateAtOnce | Self::GainedLate)
    }
}

/// What a publication would mean for the tickets that are open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// Tickets that are open, as far as they were looked at.
    pub open: u64,
    /// There are more than one look takes: those that were filed last were not looked at.
    pub is_part: bool,
    /// Of them, by what it does to them; those that are not here stay as they are.
    pub effects: BTreeMap<Effect, u64>,
    /// On how many of them a step of the ladder is reached at once.
    pub stepped: u64,
    /// What such steps do to their ticket, in short, and how often.
    pub deeds: BTreeMap<String, u64>,
    /// The first of them, what weighs most at the top.
    pub moves: Vec<Moved>,
}

impl DryRun {
    /// How many tickets it does something to.
    #[must_use]
    pub fn touched(&self) -> u64 {
        self.effects.values().sum()
    }

    /// How many tickets are late by it.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.effects.iter().filter(|(effect, _)| effect.is_late()).map(|(_, n)| n).sum()
    }

    /// How many tickets it has this effect on.
    #[must_use]
    pub fn count(&self, effect: Effect) -> u64 {
        self.effects.get(&effect).copied().unwrap_or_default()
    }
}

/// What would happen to one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Moved {
    pub number: i64,
    pub subject: String,
    pub effect: Effect,
    /// Of which promise: `first reply`.
    pub promise: String,
    /// When it was due, or how it stood, in words.
    pub before: String,
    pub after: String,
    /// By how much, in seconds: less than nothing is earlier.
    pub by: Option<i64>,
}

/// What is about to be published, and what it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What is published: `Priority plan, changed`.
    pub title: String,
    pub run: DryRun,
    /// How much was published for new tickets only that open ones get with it, and since when.
    pub along: Option<(i64, DateTime<Utc>)>,
    /// A mark of what was looked at: what was typed since is looked at first.
    pub mark: String,
    /// Which tickets were chosen.
    pub concerns: Concerns,
    /// The field that asks for it and what it says, where it is not the form of the page but a button beside.
    pub apart: Option<(String, String)>,
}

/// The policies' page: the list, and the policy that is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyPage {
    /// All policies and calendars.
    pub overview: Overview,
    /// The open policy; none for a new one.
    pub open: Option<PolicyLine>,
    /// Its form.
    pub sheet: Sheet,
    /// What it holds as it is published: what differs from it is marked.
    pub published: Typed,
    /// What it was, newest first.
    pub versions: Vec<VersionLine>,
    /// What publishing would do.
    pub review: Option<Review>,
}

/// The calendars' page: the list, and the calendar that is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalendarPage {
    /// All calendars.
    pub overview: Overview,
    /// The open calendar; none for a new one.
    pub open: Option<CalendarLine>,
    /// Its form.
    pub sheet: Sheet,
    /// What its hours mean, as far as they can be read.
    pub meaning: Option<Meaning>,
    /// What came of an import.
    pub notes: Vec<String>,
    /// What it was, newest first.
    pub versions: Vec<VersionLine>,
    /// What publishing would do.
    pub review: Option<Review>,
}

/// What the hours of a calendar mean, as they are typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// The coming week, today first.
    pub days: Vec<DayPicture>,
    /// How many minutes of today are over.
    pub now: u16,
    /// Whether it is open now.
    pub state: String,
    /// When the hours that were asked about are over.
    pub answer: String,
    /// What is counted otherwise than whoever wrote it may have meant.
    pub notes: Vec<String>,
}

/// A date in the picture of a week. Spans are minutes from its midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPicture {
    /// `Mon 30 Nov`
    pub name: String,
    /// When it is worked, in words.
    pub hours: String,
    /// The same.
    pub open: Vec<(u16, u16)>,
    /// What would be worked in an ordinary week, and is not.
    pub off: Vec<(u16, u16)>,
    /// Why, and what else is special.
    pub notes: Vec<String>,
}
