//! Tickets as server and browser know them.
use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    core::{
        id::{CategoryId, TeamId, TicketId, UserId},
        text,
    },
    ui::{PrioKind, StatusKind},
};

/// Where a ticket stands in its life; see [`lifecycle`](super::lifecycle) for the moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "ticket_status", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    InProgress,
    OnHold,
    Resolved,
    Closed,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "ticket_priority", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

/// What sort of thing it is, in ITIL's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "ticket_type", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TicketType {
    Incident,
    #[default]
    Request,
    Question,
    Problem,
}

/// How it reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "ticket_channel", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Form,
    Portal,
    Desk,
    Email,
    Chat,
    Whatsapp,
    Sms,
    Phone,
    Api,
    Import,
}

/// Whom a ticket on hold waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "hold_reason", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    Customer,
    ThirdParty,
}

/// The word in URLs, forms and JSON, and the word people read.
macro_rules! words {
    ($type:ty: $($variant:ident = $word:literal, $label:literal;)+) => {
        impl $type {
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = ();
            fn from_str(s: &str) -> Result<Self, ()> {
                Self::ALL.into_iter().find(|x| x.as_str() == s).ok_or(())
            }
        }
    };
}

words!(Status:
    Open = "open", "Open";
    InProgress = "in_progress", "In progress";
    OnHold = "on_hold", "On hold";
    Resolved = "resolved", "Resolved";
    Closed = "closed", "Closed";
);
words!(Priority:
    Low = "low", "Low";
    Normal = "normal", "Normal";
    High = "high", "High";
    Urgent = "urgent", "Urgent";
);
words!(TicketType:
    Incident = "incident", "Incident";
    Request = "request", "Request";
    Question = "question", "Question";
    Problem = "problem", "Problem";
);
words!(Channel:
    Form = "form", "Form";
    Portal = "portal", "Portal";
    Desk = "desk", "Desk";
    Email = "email", "E-mail";
    Chat = "chat", "Chat";
    Whatsapp = "whatsapp", "WhatsApp";
    Sms = "sms", "SMS";
    Phone = "phone", "Phone";
    Api = "api", "API";
    Import = "import", "Import";
);
words!(HoldReason:
    Customer = "customer", "Waiting for the customer";
    ThirdParty = "third_party", "Waiting for a third party";
);

/// One line, trimmed, 3 to 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(String);

impl Subject {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Subject {
    type Error = String;

    fn try_from(raw: String) -> Result<Self, String> {
        let subject = text::one_line(&raw);
        match subject.chars().count() {
            0 => Err("Say in one line what it is about.".to_owned()),
            1..=2 => Err("Use at least 3 characters.".to_owned()),
            3..=200 => Ok(Self(subject)),
            n => Err(format!("This is {n} characters long; at most 200 fit. Put the rest into the description.")),
        }
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0
    }
}

/// The nearest promise of a ticket, as a list needs it to count down. Which promise it is and why it is
/// due when it is: the SLA room.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlaBadge {
    pub state: SlaState,
    /// `first_reply`, `next_reply`, `resolution`, ...
    pub metric: Option<String>,
    pub started_at: Option<DateTime<Utc>>,
    /// From when on it is at risk: 80 % of its time used.
    pub risk_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    /// Seconds of working time left while it is paused.
    pub remaining: Option<i32>,
    /// Some promise of this ticket was missed.
    pub breached: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "sla_state", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum SlaState {
    #[default]
    None,
    Running,
    Paused,
    Met,
    Missed,
}

/// A person as others see them in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    pub id: UserId,
    pub name: String,
}

/// A team as others see it in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRef {
    pub id: TeamId,
    pub name: String,
}

/// A category as forms and tickets show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: String,
    pub help: String,
}

/// A ticket without its conversation. `version` goes back with every change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub number: i64,
    pub version: i32,
    pub subject: String,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub wake_at: Option<DateTime<Utc>>,
    pub priority: Priority,
    pub kind: TicketType,
    pub channel: Channel,
    pub category: Option<Category>,
    pub team: TeamRef,
    pub assignee: Option<PersonRef>,
    pub requester: PersonRef,
    pub requester_email: String,
    pub requester_phone: Option<String>,
    pub organisation: Option<String>,
    pub tags: Vec<String>,
    pub follow_up_of: Option<i64>,
    pub promised_reply_by: Option<DateTime<Utc>>,
    pub promised_solve_by: Option<DateTime<Utc>>,
    pub csat: Option<i16>,
    pub csat_comment: Option<String>,
    pub sla: SlaBadge,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl From<Status> for StatusKind {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::InProgress => Self::Progress,
            Status::OnHold => Self::Hold,
            Status::Resolved => Self::Resolved,
            Status::Closed => Self::Closed,
        }
    }
}

impl From<Priority> for PrioKind {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Low => Self::Low,
            Priority::Normal => Self::Normal,
            Priority::High => Self::High,
            Priority::Urgent => Self::Urgent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_of_3_to_200_characters() {
        let subject = |s: &str| Subject::try_from(s.to_owned()).map(String::from);
        assert_eq!(subject("  VPN\r\n is down "), Ok("VPN is down".to_owned()));
        assert!(subject("ab").is_err());
        assert!(subject(&"x".repeat(200)).is_ok());
        assert!(subject(&"x".repeat(201)).is_err());
    }
}
