//! The unit of work: connection, who acts and one `now` for the whole act.
//!
//! The door (server function, handler, channel, job, CLI) opens it and commits it, so use cases compose
//! in one transaction. Dropped without a commit, it leaves nothing behind.
use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, Transaction, pool::PoolConnection};
use tokio::sync::watch;

use super::{
    actor::{Actor, Standing},
    app::App,
    error::Error,
    permission::Permission,
};

/// Changes when an act that appended events has been committed. Not by the transaction itself: Postgres lets no two that
/// notify commit together.
#[derive(Default)]
pub struct Committed(pub watch::Sender<u64>);

/// Says so when it is dropped: also where whoever asked for the act is gone before the answer to the commit is there.
struct Announcement(App);

impl Drop for Announcement {
    fn drop(&mut self) {
        self.0.room::<Committed>().0.send_modify(|n| *n = n.wrapping_add(1));
    }
}

/// See the [module](self).
pub struct Tx {
    conn: Conn,
    has_events: bool,
    pub app: App,
    pub actor: Actor,
    /// The instant of the act, UTC, to the microsecond.
    pub now: DateTime<Utc>,
}

enum Conn {
    /// Reads only: every statement by itself, without the two round trips of a transaction.
    Reading(PoolConnection<Postgres>),
    Writing(Transaction<'static, Postgres>),
}

impl Tx {
    /// Begins an act of `actor` that writes.
    pub async fn begin(app: &App, actor: Actor) -> Result<Self, Error> {
        let conn = Conn::Writing(app.db.begin().await?);
        Ok(Self { conn, has_events: false, app: app.clone(), actor, now: app.now() })
    }

    /// Opens a look by `actor` that writes nothing.
    pub async fn read(app: &App, actor: Actor) -> Result<Self, Error> {
        let conn = Conn::Reading(app.db.acquire().await?);
        Ok(Self { conn, has_events: false, app: app.clone(), actor, now: app.now() })
    }

    /// Does `work` as `actor`, in one act: all of it lasts, or where it fails nothing.
    ///
    /// # Errors
    /// Those of `work`, and what keeps the database from making it last.
    pub async fn act<T>(
        app: &App,
        actor: Actor,
        work: impl AsyncFnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut tx = Self::begin(app, actor).await?;
        let done = work(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Begins the act of the current request: for server functions and pages that write.
    pub async fn of_request() -> Result<Self, Error> {
        let (app, actor) = request()?;
        Self::begin(&app, actor).await
    }

    /// Opens the look of the current request: for server functions and pages that only read.
    pub async fn read_request() -> Result<Self, Error> {
        let (app, actor) = request()?;
        Self::read(&app, actor).await
    }

    /// Makes everything done so far last.
    pub async fn commit(self) -> Result<(), Error> {
        match self.conn {
            Conn::Reading(_) => Ok(()),
            Conn::Writing(transaction) => {
                let _said = self.has_events.then(|| Announcement(self.app));
                Ok(transaction.commit().await?)
            }
        }
    }

    /// Has whoever reads events told of this act, once it is committed.
    pub const fn announce(&mut self) {
        self.has_events = true;
    }

    /// Refuses what the actor may not do with the ticket of `standing`: "not found" where they may not
    /// even see it, so that nobody learns which tickets exist.
    pub fn require(&self, permission: Permission, standing: &Standing) -> Result<(), Error> {
        if self.actor.may_on(permission, standing) {
            return Ok(());
        }
        let sees = self.actor.may_on(Permission::ReadTicketAsStaff, standing)
            || self.actor.may_on(Permission::ReadTicketAsCustomer, standing);
        Err(if sees { Error::Forbidden } else { Error::NotFound })
    }
}

/// The server and the actor of the current request, as the router's middleware left them.
///
/// # Errors
/// [`Error::Unavailable`] outside a request.
pub fn request() -> Result<(App, Actor), Error> {
    let app = leptos::prelude::use_context::<App>().ok_or(Error::Unavailable)?;
    let actor = leptos::prelude::use_context::<axum::http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Actor>().cloned())
        .unwrap_or(Actor::Guest);
    Ok((app, actor))
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        match &self.conn {
            Conn::Reading(conn) => conn,
            Conn::Writing(transaction) => transaction,
        }
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match &mut self.conn {
            Conn::Reading(conn) => conn,
            Conn::Writing(transaction) => transaction,
        }
    }
}
