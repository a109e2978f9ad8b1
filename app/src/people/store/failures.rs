//! `sign_in_failures`.
use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;

/// Counts one try for the address before it is checked, so that a hundred at once are a hundred.
/// The number of tries since the last success, or when the lock ends that refuses this one.
pub async fn count_try(
    db: &mut PgConnection,
    address: &[u8],
    now: DateTime<Utc>,
    forgiven_after: Duration,
) -> sqlx::Result<Result<i32, DateTime<Utc>>> {
    let counted = sqlx::query_scalar!(
        r#"insert into sign_in_failures as f (address_hash, failures, last_at) values ($1, 1, $2)
           on conflict (address_hash) do update
           set failures = case when f.last_at < $3 then 1 else f.failures + 1 end, last_at = $2, locked_until = null
           where f.locked_until is null or f.locked_until <= $2
           returning failures"#,
        address,
        now,
        now - forgiven_after
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(failures) = counted {
        return Ok(Ok(failures));
    }
    let until = sqlx::query_scalar!("select locked_until from sign_in_failures where address_hash = $1", address)
        .fetch_optional(db)
        .await?
        .flatten();
    Ok(Err(until.unwrap_or(now)))
}

/// Refuses further tries for the address until `until`.
pub async fn lock(db: &mut PgConnection, address: &[u8], until: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update sign_in_failures set locked_until = $2 where address_hash = $1", address, until)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets the failures of an address whose owner proved to be themselves.
pub async fn forget(db: &mut PgConnection, address: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("delete from sign_in_failures where address_hash = $1", address).execute(db).await?;
    Ok(())
}

/// Forgets what is too old to count.
pub async fn sweep(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!("delete from sign_in_failures where last_at < $1", before).execute(db).await?;
    Ok(done.rows_affected())
}
