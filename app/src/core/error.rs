//! What can go wrong, in words for people. It crosses the wire, so it never holds a database error.
use leptos::{prelude::FromServerFnError, server_fn::codec::JsonEncoding, server_fn::error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is wrong with one field of a form, in the words shown at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's `name` in the form.
    pub field: String,
    pub message: String,
}

impl FieldError {
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

/// The variant is for code, the sentence for people.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    #[error("Please sign in first.")]
    SignIn,
    #[error("Your role does not include this. Ask an administrator if you need it.")]
    Forbidden,
    /// Also what one may not see.
    #[error("We could not find that. It may have moved, or it is not yours to see.")]
    NotFound,
    /// Errors at fields of the form; at least one.
    #[error("{}", .0.first().map_or("Please check the form.", |e| e.message.as_str()))]
    Invalid(Vec<FieldError>),
    /// A rule of the desk says no; the sentence says what to do instead.
    #[error("{0}")]
    Refused(String),
    #[error("{holder} took this ticket a moment ago.")]
    AlreadyTaken { holder: String },
    /// The ticket changed since the page was loaded.
    #[error("{by} changed this a moment ago. Look at the new state and decide again.")]
    Changed { by: String },
    /// `wait` in seconds.
    #[error("That was a lot at once. Please try again in {wait} seconds.")]
    TooMany { wait: u32 },
    #[error("We are starting up or recovering. Nothing is lost; please try again in a moment.")]
    Unavailable,
    /// The call did not arrive, or not whole: offline, or a page older than the server.
    #[error("The server could not be reached ({0}). Your text is still here; please try again.")]
    Transport(String),
    /// Our fault; the cause is in the log under `request`.
    #[error("Something broke on our side. Try again, or tell us {request}.")]
    Internal { request: Uuid },
}

impl Error {
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// The errors at `field`, to be shown there.
    pub fn at(&self, field: &str) -> Option<String> {
        match self {
            Self::Invalid(all) => all.iter().find(|e| e.field == field).map(|e| e.message.clone()),
            _ => None,
        }
    }

    /// The HTTP status (RFC 9110) of a whole answer that is this error.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Invalid(_) | Self::Refused(_) => 422,
            Self::AlreadyTaken { .. } | Self::Changed { .. } => 409,
            Self::TooMany { .. } => 429,
            Self::Unavailable => 503,
            Self::Transport(_) => 400,
            Self::Internal { .. } => 500,
        }
    }

    /// Logs the cause under a fresh id and hides it from the person.
    #[cfg(feature = "ssr")]
    pub fn internal(cause: impl std::error::Error) -> Self {
        use std::fmt::Write as _;
        let request = super::id::fresh();
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            // Writing to a String cannot fail.
            let _ = write!(chain, ": {inner}");
            source = inner.source();
        }
        tracing::error!(%request, cause = %chain, "request {request} failed");
        Self::Internal { request }
    }
}

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        Self::Transport(value.to_string())
    }
}

#[cfg(feature = "ssr")]
impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        match cause {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::warn!(%cause, "the database could not be reached");
                Self::Unavailable
            }
            other => Self::internal(other),
        }
    }
}
