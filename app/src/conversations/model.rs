//! Messages and files as server and browser know them.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::core::{
    id::{AttachmentId, MessageId, UserId},
    text,
};

/// Who may read a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "message_kind", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Public,
    Internal,
}

/// On whose side the author stood when writing. Staff with a request of their own are its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "message_side", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Customer,
    Staff,
    /// Written by the server: fulfils no promise.
    Automatic,
}

/// Markdown of 1 to 50,000 characters, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Body(String);

impl Body {
    pub const MAX: usize = 50_000;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Body {
    type Error = String;

    fn try_from(raw: String) -> Result<Self, String> {
        let body = text::many_lines(&raw);
        match body.chars().count() {
            0 => Err("Write what it is about.".to_owned()),
            1..=Self::MAX => Ok(Self(body)),
            n => Err(format!("This is {n} characters long; at most 50,000 fit. Put the rest into a file.")),
        }
    }
}

impl From<Body> for String {
    fn from(body: Body) -> Self {
        body.0
    }
}

/// The most one file may weigh.
pub const MAX_FILE: u64 = 25 * 1024 * 1024;
/// The most files one message may bring.
pub const MAX_FILES: usize = 10;

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: String,
    /// IANA media type, found by content.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
}

/// A message as somebody who may read it sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub kind: MessageKind,
    pub side: Side,
    pub author: Option<UserId>,
    pub author_name: String,
    /// Sanitised HTML.
    pub html: String,
    pub at: DateTime<Utc>,
    pub attachments: Vec<Attachment>,
}
