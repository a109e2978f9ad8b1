//! The `settings` table: one document under the key `desk`.
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::model::Settings;
use crate::core::{Error, id::UserId};

const KEY: &str = "desk";

pub async fn load(db: &mut PgConnection) -> Result<Settings, Error> {
    let found = sqlx::query_scalar!(r#"select value as "value: Json<Settings>" from settings where key = $1"#, KEY)
        .fetch_optional(db)
        .await?;
    Ok(found.map(|json| json.0).unwrap_or_default())
}

pub async fn save(
    db: &mut PgConnection,
    settings: &Settings,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into settings (key, value, updated_at, updated_by) values ($1, $2, $3, $4)
         on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        KEY,
        Json(settings) as _,
        at,
        by as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The document under another key than the settings proper.
pub async fn document(db: &mut PgConnection, key: &str) -> Result<Option<serde_json::Value>, Error> {
    Ok(sqlx::query_scalar!("select value from settings where key = $1", key).fetch_optional(db).await?)
}

pub async fn put_document(
    db: &mut PgConnection,
    key: &str,
    value: &serde_json::Value,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into settings (key, value, updated_at) values ($1, $2, $3)
         on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at",
        key,
        value,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}
