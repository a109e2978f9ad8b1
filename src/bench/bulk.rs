//! Indexes and foreign keys stay away while millions of rows come in, and are made whole afterwards: sorting
//! once is several times faster than finding a place for each row. For a database that nobody else is on.
use kept_app::core::App;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::Outcome;

/// Where most rows go.
const LARGE: [&str; 6] = ["tickets", "ticket_messages", "sla_events", "sla_clocks", "sla_firings", "events"];

/// What was taken away, as the statements that bring it back.
pub struct Away(Vec<String>);

impl Away {
    /// Takes away what costs time with every row: indexes that are no constraints, and foreign keys.
    pub async fn take(app: &App) -> Outcome<Self> {
        let large: Vec<String> = LARGE.map(str::to_owned).into();
        let indexes = sqlx::query!(
            r#"select i.indexrelid::regclass::text as "name!", pg_get_indexdef(i.indexrelid) as "definition!"
               from pg_index i
               where i.indrelid::regclass::text = any($1)
                 and not exists (select from pg_constraint c where c.conindid = i.indexrelid)"#,
            &large
        )
        .fetch_all(&app.db)
        .await?;
        let keys = sqlx::query!(
            r#"select c.conname as "name!", c.conrelid::regclass::text as "table!", pg_get_constraintdef(c.oid) as "definition!"
               from pg_constraint c where c.contype = 'f' and c.conrelid::regclass::text = any($1)"#,
            &large
        )
        .fetch_all(&app.db)
        .await?;
        let drops = indexes.iter().map(|index| format!("drop index {}", index.name));
        let drops =
            drops.chain(keys.iter().map(|key| format!("alter table {} drop constraint {}", key.table, key.name)));
        run(app, drops).await?;
        let indexes = indexes.into_iter().map(|index| index.definition);
        let keys =
            keys.into_iter().map(|k| format!("alter table {} add constraint {} {}", k.table, k.name, k.definition));
        Ok(Self(indexes.chain(keys).collect()))
    }

    /// Brings all of it back.
    pub async fn bring_back(self, app: &App) -> Outcome<()> {
        run(app, self.0.into_iter()).await
    }
}

/// On a connection of its own, without the limits that requests have.
async fn run(app: &App, statements: impl Iterator<Item = String>) -> Outcome<()> {
    let mut db = app.db.acquire().await?.detach();
    db.execute("set statement_timeout = 0").await?;
    db.execute("set maintenance_work_mem = '256MB'").await?;
    for statement in statements {
        // Names and definitions are the database's own words.
        db.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(db.close().await?)
}
