//! What the things are called that a ticket's history knows by their ids alone. Server only.
//!
//! The one place that reads the names of other rooms' things in their tables: a look at each table from its own room
//! would be five where one does, on the page that is opened most.
use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

/// Names of people, teams, categories and companies, and of the calendars of promises by their versions.
#[derive(Debug, Default)]
pub struct Names(HashMap<Uuid, String>);

impl Names {
    /// The names of all of them, in one look; what is not there any more has none.
    pub async fn of(db: &mut PgConnection, mut ids: Vec<Uuid>) -> sqlx::Result<Self> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows = sqlx::query!(
            r#"select id as "id!", name as "name!" from users where id = any($1)
               union all select id, name from teams where id = any($1)
               union all select id, name from categories where id = any($1)
               union all select id, name from organisations where id = any($1)
               union all select v.id, c.name from sla_calendar_versions v join sla_calendars c on c.id = v.calendar_id
                         where v.id = any($1)"#,
            &ids
        )
        .fetch_all(db)
        .await?;
        Ok(Self(rows.into_iter().map(|row| (row.id, row.name)).collect()))
    }

    pub fn get(&self, id: Uuid) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }
}
