//! What the portal's pages show and what its forms hold; shared by server and browser.
use serde::{Deserialize, Serialize};

use super::when::When;
use crate::{
    conversations::model::Attachment,
    core::{Error, FieldError, id::TicketId},
    tickets::{
        model::{Category, HoldReason, Status},
        own::{OwnFigures, OwnMonth, OwnRow},
    },
};

/// The public form as somebody filled it in, word for word; nothing of it is checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Typed {
    pub subject: String,
    pub description: String,
    pub category: String,
    pub name: String,
    pub email: String,
    /// ISO 3166-1 code, chosen before the number.
    pub country: String,
    pub phone: String,
    /// A field that no person sees: what fills it in is a machine.
    pub website: String,
}

impl Typed {
    /// Everything in it, in the order of the form.
    pub fn words(&self) -> [&str; 8] {
        let Self { subject, description, category, name, email, country, phone, website } = self;
        [subject, description, category, name, email, country, phone, website].map(String::as_str)
    }
}

/// A form that was not accepted, or that came back for another reason, with everything that was in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub typed: Typed,
    pub error: Option<Error>,
    /// The token under which the files wait.
    pub uploads: Option<String>,
    pub files: Vec<Attachment>,
}

impl Refused {
    /// What to say on top and at the fields, as (field, sentence).
    pub fn errors(&self) -> Vec<FieldError> {
        match &self.error {
            Some(Error::Invalid(all)) => all.clone(),
            Some(other) => vec![FieldError::new("send", other.to_string())],
            None => Vec::new(),
        }
    }
}

/// A reply, a rating or a word on the solution that was not accepted, with what was typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RefusedAnswer {
    /// Which of the page's forms it was.
    pub form: AnswerForm,
    pub text: String,
    pub score: Option<i16>,
    pub error: Option<Error>,
    pub uploads: Option<String>,
    pub files: Vec<Attachment>,
}

/// The forms of the tracking page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerForm {
    #[default]
    Reply,
    Solution,
    Rating,
}

/// A valid phone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub e164: String,
    /// The name of the country it belongs to, where it belongs to one.
    pub country: Option<String>,
}

/// Who is signed in, as the form greets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub name: String,
    pub email: String,
}

/// What the form says before it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    /// A person answers by then; none where nothing is promised.
    pub answer: Option<When>,
    /// It should be solved by then.
    pub solve: Option<When>,
    /// When we work, in words: "Monday to Friday 08:00 to 18:00, Leeds time".
    pub hours: Option<String>,
    /// How such promises were kept lately.
    pub record: Option<Record>,
}

/// So many of so many promises were kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub kept: i64,
    pub of: i64,
}

/// Everything that the page with the public form needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormPage {
    /// Whose desk it is.
    pub desk: String,
    pub categories: Vec<Category>,
    pub me: Option<Me>,
    pub pledge: Pledge,
    pub refused: Refused,
}

/// The page after filing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentPage {
    pub desk: String,
    pub number: i64,
    pub subject: String,
    /// The whole address of the tracking page.
    pub link: String,
    /// The same without the host.
    pub path: String,
    pub answer: Option<When>,
    pub solve: Option<When>,
    pub signed_in: bool,
}

/// A request with its story, as its customer reads it: the tracking page and /my/tickets/NUMBER.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestPage {
    pub desk: String,
    /// For the live line of somebody signed in.
    pub ticket: TicketId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub category: Option<String>,
    pub sent: When,
    /// "We are working on it."
    pub headline: String,
    /// "Priya Nair answers you next, by" and the time, if one is promised.
    pub next: String,
    pub next_by: Option<When>,
    /// From sending to the solution, drawn: markup, which no browser has to work out.
    pub line: Option<String>,
    pub promises: Vec<PromiseStep>,
    pub entries: Vec<StoryEntry>,
    /// Who gets the next message, by first name.
    pub assignee: Option<String>,
    pub may_write: bool,
    /// The customer said that the solution works.
    pub confirmed: bool,
    pub rating: Option<(i16, String)>,
    /// Relative to which the forms of the page are posted.
    pub base: String,
    /// The whole address to copy; only where the page was opened by it.
    pub link: Option<String>,
    pub refused: RefusedAnswer,
}

impl RequestPage {
    /// Whether the customer is asked if the solution helped.
    pub fn asks_for_word(&self) -> bool {
        self.status == Status::Resolved && !self.confirmed && self.may_write
    }

    /// Whether the customer may rate.
    pub fn asks_for_rating(&self) -> bool {
        !self.status.is_unsolved() && self.may_write
    }
}

/// One promise and how it stands, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseStep {
    pub mark: PromiseMark,
    /// "First answer", "Next answer by".
    pub name: String,
    /// Follows the name.
    pub by: Option<When>,
    /// "Kept, in 38 minutes".
    pub detail: String,
}

/// The shape before a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromiseMark {
    Run,
    Risk,
    Late,
    Paused,
    Kept,
    Missed,
}

/// One thing in the story of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StoryEntry {
    Said {
        who: String,
        /// The reader wrote it.
        own: bool,
        staff: bool,
        at: When,
        /// Sanitised HTML.
        html: String,
        files: Vec<StoryFile>,
        /// A promise that this answer kept or was late for.
        promise: Option<(PromiseMark, String)>,
    },
    Happened {
        mark: EventMark,
        words: String,
        at: When,
    },
}

/// The shape before an event of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventMark {
    Paused,
    Resumed,
    Solved,
    Closed,
}

/// A file in the story, with an address that its reader may open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryFile {
    pub name: String,
    pub size: u64,
    pub picture: bool,
    pub href: String,
}

/// The dashboard of whoever is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MyPage {
    pub desk: String,
    pub name: String,
    pub figures: OwnFigures,
    pub months: Vec<OwnMonth>,
    pub to_act_on: Vec<MyRow>,
    pub recent: Vec<MyRow>,
}

/// A row of a list with its times in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MyRow {
    pub row: OwnRow,
    pub updated: When,
    pub due: Option<When>,
}

/// A page of the person's tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MyList {
    pub desk: String,
    pub rows: Vec<MyRow>,
    pub next: Option<String>,
    /// The organisation shares its tickets, so there is a second list.
    pub shares: bool,
}
