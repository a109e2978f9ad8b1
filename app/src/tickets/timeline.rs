//! Everything that happened on a ticket, in one line of time: messages, notes, status, routing, promises
//! and what became of the mails.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::{Channel, Status};
use crate::conversations::model::Message;

#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod words;
#[cfg(feature = "ssr")]
pub use load::find;

/// One stretch of a ticket's story, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    pub entries: Vec<Entry>,
    /// Give this as `before` for the stretch before this one. `None`: it begins here.
    pub earlier: Option<DateTime<Utc>>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Tells entries apart in the page; stays the same when the timeline is loaded again.
    pub key: String,
    pub at: DateTime<Utc>,
    /// On the first entry of a day: the day, on the reader's calendar.
    pub day: Option<String>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// Somebody wrote. `delivery`: how far the mail that carries it has come.
    Message { message: Message, channel: Channel, delivery: Option<Delivery> },
    /// Something changed, told in words.
    Line { mark: Mark, words: Vec<Word> },
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Delivered,
    Waiting,
    Failed,
    Bounced,
}

impl Delivery {
    /// As it stands under a message.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Delivered => "Delivered",
            Self::Waiting => "Waiting to be sent",
            Self::Failed => "Could not be sent",
            Self::Bounced => "Came back undelivered",
        }
    }
}

/// What sort of thing a line tells of; it decides the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Routed,
    Assigned,
    Transferred,
    Status(Status),
    Field,
    Watched,
    Rated,
    AtRisk,
    Late,
    Promise,
    Mail,
}

/// A piece of a line; the strong ones are what to look for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strong: bool,
}

impl Word {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), strong: false }
    }

    pub fn strong(text: impl Into<String>) -> Self {
        Self { text: text.into(), strong: true }
    }
}
