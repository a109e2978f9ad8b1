//! `user_sessions`, under the SHA-256 of the id in the cookie.
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::core::{
    Person, Role,
    id::{OrganisationId, TeamId, UserId},
};

/// A session to be written.
pub struct Row<'a> {
    pub hash: &'a [u8],
    pub data: &'a Value,
    pub user: Option<UserId>,
    pub generation: i32,
    pub ip: Option<&'a str>,
    pub user_agent: Option<&'a str>,
    pub expires: DateTime<Utc>,
}

/// Writes a new session. `false`: the id is taken.
pub async fn insert(db: &mut PgConnection, row: &Row<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into user_sessions
             (id_hash, user_id, generation, data, ip, user_agent, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8) on conflict do nothing",
        row.hash,
        row.user as _,
        row.generation,
        row.data,
        row.ip,
        row.user_agent,
        now,
        row.expires
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes what is in a session that exists; one that was ended meanwhile stays ended.
pub async fn update(db: &mut PgConnection, row: &Row<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update user_sessions set user_id = $2, generation = $3, data = $4, last_seen_at = $5, expires_at = $6
         where id_hash = $1",
        row.hash,
        row.user as _,
        row.generation,
        row.data,
        now,
        row.expires
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A session that still holds, and whose it is.
pub struct Held {
    pub data: Value,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub person: Person,
}

/// The session under `hash`, if it is not over: neither expired nor of a person who was switched off or
/// whose role or password changed since.
pub async fn find(db: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query!(
        r#"select s.data, s.last_seen_at, s.expires_at, u.id as "id: UserId", u.name, u.email, u.role as "role: Role",
                  u.organisation_id as "organisation: OrganisationId", u.time_zone,
                  array(select m.team_id from team_members m where m.user_id = u.id order by m.team_id)
                      as "teams!: Vec<TeamId>"
           from user_sessions s
           join users u on u.id = s.user_id and u.active and u.generation = s.generation
           where s.id_hash = $1 and s.expires_at > $2"#,
        hash,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Held {
        data: r.data,
        last_seen_at: r.last_seen_at,
        expires_at: r.expires_at,
        person: Person {
            id: r.id,
            name: r.name,
            email: r.email,
            role: r.role,
            organisation: r.organisation,
            teams: r.teams,
            time_zone: r.time_zone,
        },
    }))
}

/// Notes that the session is in use.
pub async fn touch(db: &mut PgConnection, hash: &[u8], now: DateTime<Utc>, expires: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with seen as (
             update user_sessions set last_seen_at = $2, expires_at = $3 where id_hash = $1 returning user_id
         )
         update users set last_seen_at = $2 from seen where users.id = seen.user_id",
        hash,
        now,
        expires
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn delete(db: &mut PgConnection, hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("delete from user_sessions where id_hash = $1", hash).execute(db).await?;
    Ok(())
}

/// Ends one session of `user`. `false`: they hold no such one.
pub async fn end(db: &mut PgConnection, user: UserId, hash: &[u8]) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from user_sessions where id_hash = $1 and user_id = $2", hash, user as _)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of `user` but `kept`; how many.
pub async fn end_all(db: &mut PgConnection, user: UserId, kept: Option<&[u8]>) -> sqlx::Result<i64> {
    let done = sqlx::query!(
        "delete from user_sessions where user_id = $1 and ($2::bytea is null or id_hash <> $2)",
        user as _,
        kept
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

/// A session in a list of devices.
pub struct Listed {
    pub id_hash: Vec<u8>,
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// The sessions that hold, latest used first: of `user`, or of everybody; at most `limit`.
pub async fn list(
    db: &mut PgConnection,
    user: Option<UserId>,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select s.id_hash, u.id as "user: UserId", u.name, u.email, u.role as "role: Role",
                  s.ip, s.user_agent, s.created_at, s.last_seen_at
           from user_sessions s
           join users u on u.id = s.user_id and u.active and u.generation = s.generation
           where s.expires_at > $2 and ($1::uuid is null or s.user_id = $1)
           order by s.last_seen_at desc, s.id_hash
           limit $3"#,
        user as _,
        now,
        limit
    )
    .fetch_all(db)
    .await
}

/// Drops what is over.
pub async fn sweep(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!("delete from user_sessions where expires_at <= $1", now).execute(db).await?;
    Ok(done.rows_affected())
}
