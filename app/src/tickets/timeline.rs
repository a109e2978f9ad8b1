//! Everything that happened on a ticket, in one line of time: messages, notes, status, routing, promises
//! and what became of the mails.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::{Channel, Status};
use crate::conversations::model::{Attachment, MessageKind, Side};

#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod words;
#[cfg(feature = "ssr")]
pub use load::find;

/// One stretch of a ticket's story, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Shared with what shows them: long texts, and many of them.
    pub entries: Vec<Arc<Entry>>,
    /// Give this as `before` for the stretch before this one. `None`: it begins here.
    pub earlier: Option<DateTime<Utc>>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Tells entries apart in the page; stays the same when the timeline is loaded again.
    pub key: String,
    pub at: DateTime<Utc>,
    /// On the first entry of a day: the day, on the reader's calendar.
    pub day: Option<String>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// Somebody wrote. It goes to the browser with every page of a ticket, so it holds what is shown of it alone.
    Message {
        kind: MessageKind,
        side: Side,
        /// What its author is called.
        author: String,
        /// Sanitised HTML.
        html: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
        channel: Channel,
        /// How far the mail that carries it has come.
        delivery: Option<Delivery>,
    },
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
    Escalated,
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
