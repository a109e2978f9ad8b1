//! `one_time_tokens`: only hashes, never a token.
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{core::id::UserId, people::model::TokenPurpose};

/// A token that still opens something.
pub struct Row {
    pub purpose: TokenPurpose,
    pub user: Option<UserId>,
    pub payload: Value,
}

pub async fn insert(
    db: &mut PgConnection,
    hash: &[u8],
    row: &Row,
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into one_time_tokens (hash, purpose, user_id, payload, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        hash,
        row.purpose as TokenPurpose,
        row.user as _,
        row.payload,
        now,
        expires
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Looks without using it up: mail scanners follow links, too.
pub async fn look(db: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> sqlx::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"select purpose as "purpose: _", user_id as "user: _", payload
           from one_time_tokens where hash = $1 and used_at is null and expires_at > $2"#,
        hash,
        now
    )
    .fetch_optional(db)
    .await
}

/// Uses the token up. Of two at once, one gets it.
pub async fn take(
    db: &mut PgConnection,
    hash: &[u8],
    purposes: &[TokenPurpose],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"update one_time_tokens set used_at = $3
           where hash = $1 and purpose = any($2) and used_at is null and expires_at > $3
           returning purpose as "purpose: _", user_id as "user: _", payload"#,
        hash,
        purposes as _,
        now
    )
    .fetch_optional(db)
    .await
}

/// Makes every link mailed to `user` useless.
pub async fn void(db: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update one_time_tokens set used_at = $2 where user_id = $1 and used_at is null", user as _, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Drops what expired before `before`.
pub async fn sweep(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!("delete from one_time_tokens where expires_at < $1", before).execute(db).await?;
    Ok(done.rows_affected())
}
