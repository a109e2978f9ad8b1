//! The database that every command works on: the server of `DATABASE_URL`, or the private one.
use std::{sync::LazyLock, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool,
    migrate::{MigrateError, Migration, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{sync::watch, time::sleep};

use crate::{
    config::Data,
    postgres::{self, Cluster, State},
};

/// Longer than any query of ours takes; what takes longer is ended by the database.
const LONGEST_STATEMENT: &str = "set statement_timeout = '20s'";
/// How long a request waits for a connection, which is also how long a restart of the database goes unnoticed.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A connection that rested so long is asked whether it still lives. One that did not is used as it is: a round trip
/// less for each request on a busy desk, and an error for the few that come in the instant of a restart.
const LONG_IDLE: Duration = Duration::from_millis(200);
/// The name, to other servers on the same database, of the right to migrate. Any number will do.
const MIGRATION_LOCK: i64 = 0x6b65_7074;

/// Locks nothing itself: waiting for the lock that sqlx takes would deadlock with an index that is created
/// concurrently. [`migrate`] asks for its own again and again instead.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrations = sqlx::migrate!();
    migrations.set_locking(false);
    migrations
});

/// Why there is no database to work on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the private Postgres cannot be used")]
    Private(#[from] postgres::Error),
    #[error("DATABASE_URL is no address of a Postgres, such as postgres://user:password@host/name")]
    Address(#[source] sqlx::Error),
    #[error("the database cannot be reached; look at DATABASE_URL and whether the server runs")]
    Connect(#[source] sqlx::Error),
    #[error("the database could not be brought up to date")]
    Migrate(#[from] MigrateError),
}

/// Connections to an up-to-date database, and the server behind it where that is ours.
pub struct Database {
    pub pool: PgPool,
    cluster: Option<Cluster>,
}

impl Database {
    /// For the server: the private Postgres, if it is to be that, is started and belongs to this process alone.
    pub async fn open(data: &Data) -> Result<Self, Error> {
        if let Some(url) = &data.database_url {
            return Self::with(url.parse().map_err(Error::Address)?, None).await;
        }
        let cluster = Cluster::start(&data.data).await?;
        Self::with(cluster.options(), Some(cluster)).await
    }

    /// For commands that work beside a server, too: joins the private Postgres if it runs already.
    pub async fn join(data: &Data) -> Result<Self, Error> {
        if data.database_url.is_none()
            && let Some(options) = postgres::running(&data.data)?
        {
            return Self::with(options, None).await;
        }
        Self::open(data).await
    }

    async fn with(options: PgConnectOptions, cluster: Option<Cluster>) -> Result<Self, Error> {
        let ready = async {
            migrate(&options).await?;
            let pool = PgPoolOptions::new()
                .max_connections(20)
                .acquire_timeout(LONGEST_WAIT)
                .test_before_acquire(false)
                .before_acquire(|db, known| {
                    Box::pin(async move {
                        if known.idle_for >= LONG_IDLE {
                            db.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .after_connect(|db, _| Box::pin(async move { db.execute(LONGEST_STATEMENT).await.map(drop) }))
                .connect_with(options)
                .await;
            pool.map_err(Error::Connect)
        };
        match ready.await {
            Ok(pool) => Ok(Self { pool, cluster }),
            Err(error) => {
                if let Some(cluster) = cluster {
                    cluster.stop().await;
                }
                Err(error)
            }
        }
    }

    /// How the private Postgres is, now and from now on; `None` if it is not ours.
    pub fn state(&self) -> Option<watch::Receiver<State>> {
        self.cluster.as_ref().map(Cluster::state)
    }

    /// Ends all connections, then the private Postgres.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// What the schema of this version is made by.
pub fn migrations() -> impl Iterator<Item = &'static Migration> {
    MIGRATIONS.iter()
}

/// Brings the schema up to date; of several servers that start together one does, the others wait.
async fn migrate(options: &PgConnectOptions) -> Result<(), Error> {
    let mut db = PgConnection::connect_with(options).await.map_err(Error::Connect)?;
    let lock = "select pg_try_advisory_lock($1)";
    while !sqlx::query_scalar(lock).bind(MIGRATION_LOCK).fetch_one(&mut db).await.map_err(Error::Connect)? {
        sleep(Duration::from_millis(200)).await;
    }
    MIGRATIONS.run(&mut db).await?;
    // Closing the session gives the lock back.
    db.close().await.map_err(Error::Connect)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database of its own without any table, beside the one that the test was given.
    #[sqlx::test(migrations = false)]
    async fn servers_that_start_together_all_find_an_up_to_date_database(db: PgPool) {
        let options = PgConnectOptions::clone(&db.connect_options());
        let starts = (0..4).map(|_| Database::with(options.clone(), None));
        for started in futures::future::join_all(starts).await {
            let database = started.unwrap();
            let done: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
                .fetch_one(&database.pool)
                .await
                .unwrap();
            assert_eq!(usize::try_from(done).unwrap(), MIGRATIONS.iter().count());
            database.close().await;
        }
    }

    #[sqlx::test(migrations = false)]
    async fn threat_39_an_endless_statement_is_ended(db: PgPool) {
        let options = PgConnectOptions::clone(&db.connect_options());
        let database = Database::with(options, None).await.unwrap();
        let limit: String = sqlx::query_scalar("show statement_timeout").fetch_one(&database.pool).await.unwrap();
        assert_eq!(limit, "20s");
        database.close().await;
    }
}
