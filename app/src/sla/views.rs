//! What the administrator's pages show, shared by server and browser.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::Policy;
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
    /// What conditions may name by id.
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
    /// The field of the condition: `category`, `team`, `organisation`.
    pub field: String,
    /// What the condition holds.
    pub id: Uuid,
    /// What people read.
    pub name: String,
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

/// A calendar to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CalendarDraft {
    /// The publication it is changed on.
    pub number: i32,
    pub id: CalendarId,
    pub version: i32,
    pub since: DateTime<Utc>,
    pub name: String,
    pub spec: CalendarSpec,
}

/// A form as it was typed: field names and their text.
pub type Typed = std::collections::BTreeMap<String, String>;

/// A form that was refused, as the door hands it to the page that shows it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    /// Everything that was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub error: Option<Error>,
    /// What to know of it, where nothing is wrong: what an import brought.
    pub notes: Vec<String>,
}

impl Refused {
    /// What was typed, unless it was a button alone, and what is wrong.
    #[must_use]
    pub fn parts(self) -> (Option<Typed>, Option<Error>) {
        (Some(self.typed).filter(|typed| !typed.is_empty()), self.error)
    }
}

/// A form to be filled in, with what it needs to offer and what was wrong with it the last time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// What the fields hold.
    pub typed: Typed,
    /// What is wrong.
    pub error: Option<Error>,
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

/// The policies' page: the list, and the policy that is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyPage {
    /// All policies and calendars.
    pub overview: Overview,
    /// The open policy; none for a new one.
    pub open: Option<PolicyLine>,
    /// Its form.
    pub sheet: Sheet,
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
