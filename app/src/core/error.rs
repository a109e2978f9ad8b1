//! What can go wrong, in words for people. It crosses the wire, so it never holds a database error.
use leptos::{prelude::FromServerFnError, server_fn::codec::JsonEncoding, server_fn::error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use super::request::RequestId;

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
    #[error("That was a lot at once. Please try again in {wait} second{}.", if *wait == 1 { "" } else { "s" })]
    TooMany { wait: u32 },
    #[error("We are starting up or recovering. Nothing is lost; please try again in a moment.")]
    Unavailable,
    /// The call did not arrive, or not whole: offline, or a page older than the server.
    #[error("The server could not be reached. Your text is still here; please try again.")]
    Transport(String),
    /// Our fault; the cause is in the log under `request`.
    #[error("Something broke on our side. Try again, or tell us {request}.")]
    Internal { request: Uuid },
}

impl Error {
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// For a form that lacks fields of ours or has fields that are not.
    pub fn garbled() -> Self {
        Self::Refused("This form did not arrive as we sent it. Please fill it in again.".to_owned())
    }

    /// Whether it says nothing about what was asked for, only that it cannot be told now. What is on the page may stay.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::SignIn | Self::TooMany { .. } | Self::Unavailable | Self::Transport(_) | Self::Internal { .. }
        )
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

    /// Logs the cause under the id of the request (in a job: under a fresh one) and hides it from the person.
    #[cfg(feature = "ssr")]
    pub fn internal(cause: impl std::error::Error) -> Self {
        use std::fmt::Write as _;
        let RequestId(request) = RequestId::current().unwrap_or_else(RequestId::fresh);
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
        if is_away(&cause) {
            tracing::warn!(%cause, "the database could not be reached");
            Self::Unavailable
        } else {
            Self::internal(cause)
        }
    }
}

/// Whether the database is away (on its way out, or back), rather than unwilling to do what it was asked.
#[cfg(feature = "ssr")]
fn is_away(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
        // Class 08: the connection broke. 57P01, 57P02, 57P03: the server stops, crashed, or is not up yet.
        sqlx::Error::Database(said) => {
            said.code().is_some_and(|code| code.starts_with("08") || matches!(&*code, "57P01" | "57P02" | "57P03"))
        }
        _ => false,
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use sqlx::{PgPool, postgres::PgPoolOptions};

    use super::*;

    async fn said(db: &PgPool, code: &str) -> Error {
        let raise = format!("do $$ begin raise exception sqlstate '{code}'; end $$");
        sqlx::raw_sql(sqlx::AssertSqlSafe(raise)).execute(db).await.expect_err("raised").into()
    }

    #[sqlx::test(migrations = false)]
    async fn a_database_that_is_away_is_no_fault_of_ours_and_says_to_try_again(db: PgPool) {
        for code in ["57P01", "57P02", "57P03", "08000", "08003", "08006", "08P01"] {
            assert_eq!(said(&db, code).await, Error::Unavailable, "{code}");
        }
        assert_eq!(Error::Unavailable.status(), 503);
        // What it answers while it is there is ours to look into.
        for code in ["42P01", "23505", "57014", "XX000"] {
            assert!(matches!(said(&db, code).await, Error::Internal { .. }), "{code}");
        }
    }

    #[sqlx::test(migrations = false)]
    async fn a_connection_cut_off_in_the_middle_is_a_database_that_is_away(db: PgPool) {
        let cut: Error = sqlx::query("select pg_terminate_backend(pg_backend_pid())")
            .execute(&db)
            .await
            .expect_err("the connection is gone")
            .into();
        assert_eq!(cut, Error::Unavailable);
    }

    #[sqlx::test(migrations = false)]
    async fn waiting_in_vain_for_a_connection_is_a_database_that_is_away(db: PgPool) {
        let few = PgPoolOptions::new().max_connections(1).acquire_timeout(std::time::Duration::from_millis(50));
        let pool = few.connect_with((*db.connect_options()).clone()).await.expect("a connection");
        let _held = pool.acquire().await.expect("the only one");
        let waited: Error = pool.acquire().await.expect_err("none is left").into();
        assert_eq!(waited, Error::Unavailable);
    }
}
