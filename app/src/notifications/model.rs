//! Notifications as server and browser know them.
use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::core::{
    Role,
    id::{DeliveryId, NotificationId},
    page::Page,
};

/// What a person is told about. Each can be switched per person and way, but for receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To the customer: we have your request, here is its number.
    Received,
    /// To the customer: somebody answered.
    Replied,
    /// To the customer: solved; did it help?
    Resolved,
    Assigned,
    /// The customer wrote on a ticket that the person holds.
    CustomerReplied,
    Mentioned,
    /// Something was said on a ticket that the person watches.
    Watched,
    /// Steps of the promise ladder, by how much of the time was used.
    PromiseHalf,
    PromiseAtRisk,
    PromiseLate,
    PromiseEscalated,
    /// Promises that passed a step while no server ran, told at once.
    PromiseDigest,
    /// Somebody asks those who lead to look at a ticket.
    Escalated,
    /// A step of the promise ladder took a ticket from the person.
    TakenAway,
    /// A manager or executive rated the person's work.
    Rated,
}

impl Kind {
    pub const ALL: [Self; 15] = [
        Self::Received,
        Self::Replied,
        Self::Resolved,
        Self::Assigned,
        Self::CustomerReplied,
        Self::Mentioned,
        Self::Watched,
        Self::PromiseHalf,
        Self::PromiseAtRisk,
        Self::PromiseLate,
        Self::PromiseEscalated,
        Self::PromiseDigest,
        Self::Escalated,
        Self::TakenAway,
        Self::Rated,
    ];

    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Replied => "replied",
            Self::Resolved => "resolved",
            Self::Assigned => "assigned",
            Self::CustomerReplied => "customer_replied",
            Self::Mentioned => "mentioned",
            Self::Watched => "watched",
            Self::PromiseHalf => "promise_half",
            Self::PromiseAtRisk => "promise_at_risk",
            Self::PromiseLate => "promise_late",
            Self::PromiseEscalated => "promise_escalated",
            Self::PromiseDigest => "promise_digest",
            Self::Escalated => "escalated",
            Self::TakenAway => "taken_away",
            Self::Rated => "rated",
        }
    }

    /// What the preferences page calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Received => "We received your request",
            Self::Replied => "Somebody answers your request",
            Self::Resolved => "Your request is solved",
            Self::Assigned => "A ticket becomes yours",
            Self::CustomerReplied => "A customer writes on your ticket",
            Self::Mentioned => "Somebody mentions you",
            Self::Watched => "Something is said on a ticket you watch",
            Self::PromiseHalf => "Half the time of a promise is used",
            Self::PromiseAtRisk => "A promise is at risk",
            Self::PromiseLate => "A promise is late",
            Self::PromiseEscalated => "A late promise is escalated to you",
            Self::PromiseDigest => "What came due while the desk was down",
            Self::Escalated => "A colleague escalates a ticket to you",
            Self::TakenAway => "A late ticket is taken from you",
            Self::Rated => "Your work is rated",
        }
    }

    /// Where it is told unless the person chose otherwise.
    pub const fn default_choice(self) -> Choice {
        match self {
            // A receipt holds the only link a guest has; it is not a thing to switch off.
            Self::Received => Choice { in_app: false, email: true },
            Self::Watched | Self::PromiseHalf | Self::Rated => Choice { in_app: true, email: false },
            _ => Choice { in_app: true, email: true },
        }
    }

    /// Whether people may choose.
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::Received)
    }

    /// Whether the person is told as the customer of the ticket.
    pub const fn is_for_customers(self) -> bool {
        matches!(self, Self::Received | Self::Replied | Self::Resolved)
    }

    /// Whether somebody of `role` is ever told about it.
    pub const fn concerns(self, role: Role) -> bool {
        match self {
            Self::Received | Self::Replied | Self::Resolved => true,
            // Managers stand in where there is no executive, executives where there is no manager, and administrators
            // for both.
            Self::PromiseEscalated | Self::Escalated => {
                matches!(role, Role::Manager | Role::Ceo | Role::Admin | Role::Superadmin)
            }
            Self::Rated => matches!(role, Role::Agent | Role::Manager),
            Self::Assigned | Self::CustomerReplied | Self::TakenAway => {
                matches!(role, Role::Agent | Role::Admin | Role::Superadmin)
            }
            _ => role.is_staff(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|k| k.as_str() == s).ok_or(())
    }
}

/// Ways in which a kind is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub in_app: bool,
    pub email: bool,
}

/// One row of the preferences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    pub kind: Kind,
    pub choice: Choice,
}

/// One line under the bell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    pub id: NotificationId,
    pub kind: Kind,
    pub title: String,
    pub body: String,
    /// The page it is about.
    pub link: Option<String>,
    pub read: bool,
    pub at: DateTime<Utc>,
}

/// A page of somebody's notifications, and whose desk it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticePage {
    pub desk: String,
    pub page: Page<Notice>,
}

/// What hangs on the bell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bell {
    /// Unread, counted up to [`Bell::MANY`].
    pub unread: i64,
    pub newest: Vec<Notice>,
}

impl Bell {
    /// Beyond it nobody counts: the bell says "99+".
    pub const MANY: i64 = 99;

    /// The figure on the bell; empty when there is none.
    pub fn figure(&self) -> String {
        match self.unread {
            0 => String::new(),
            n if n > Self::MANY => format!("{}+", Self::MANY),
            n => n.to_string(),
        }
    }
}

/// How the handing over of a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "delivery_state", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Pending,
    Sending,
    Sent,
    Failed,
    Bounced,
}

impl DeliveryState {
    /// The word people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Waiting to be sent",
            Self::Sending => "Being sent",
            Self::Sent => "Sent",
            Self::Failed => "Not delivered",
            Self::Bounced => "Came back",
        }
    }
}

/// A mail about a ticket, as its timeline shows it to staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub id: DeliveryId,
    pub recipient: String,
    pub subject: String,
    /// `replied`, `received`, ...
    pub template: String,
    pub state: DeliveryState,
    pub attempts: i32,
    /// What the mail server said, when it refused.
    pub error: Option<String>,
    /// The message that it carries, where it carries one.
    pub message: Option<crate::core::id::MessageId>,
    pub at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// A mail in the development mailbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailboxRow {
    /// Its file's name without the ending.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub at: Option<DateTime<Utc>>,
}

/// One mail of the development mailbox, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailboxMail {
    pub row: MailboxRow,
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub html: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
    }

    #[test]
    fn a_receipt_cannot_be_switched_off() {
        assert!(!Kind::Received.is_optional());
        assert_eq!(Kind::ALL.iter().filter(|k| !k.is_optional()).count(), 1);
    }

    #[test]
    fn customers_are_told_of_nothing_that_staff_do_among_themselves() {
        for kind in Kind::ALL {
            assert_eq!(kind.concerns(Role::User), kind.is_for_customers(), "{kind}");
        }
    }

    #[test]
    fn the_bell_stops_counting_at_99() {
        let bell = |unread| Bell { unread, newest: Vec::new() }.figure();
        assert_eq!((bell(0).as_str(), bell(3).as_str(), bell(99).as_str(), bell(100).as_str()), ("", "3", "99", "99+"));
    }
}
