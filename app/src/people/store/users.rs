//! `users` and `team_members`.
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder};

use crate::core::{
    Role,
    id::{TeamId, UserId},
};

/// What signing in needs of an account.
pub struct Credentials {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub password_hash: Option<String>,
    pub active: bool,
    pub generation: i32,
}

pub async fn credentials_by_email(db: &mut PgConnection, email: &str) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select id as "id: _", name, email, role as "role: _", password_hash, active, generation
           from users where email = $1"#,
        email
    )
    .fetch_optional(db)
    .await
}

pub async fn credentials(db: &mut PgConnection, id: UserId) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select id as "id: _", name, email, role as "role: _", password_hash, active, generation
           from users where id = $1"#,
        id as _
    )
    .fetch_optional(db)
    .await
}

/// The account, held against other changes until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: UserId) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select id as "id: _", name, email, role as "role: _", password_hash, active, generation
           from users where id = $1 for update"#,
        id as _
    )
    .fetch_optional(db)
    .await
}

/// A new account.
pub struct New<'a> {
    pub id: UserId,
    pub name: &'a str,
    pub email: &'a str,
    pub role: Role,
    pub password_hash: Option<&'a str>,
    pub verified: bool,
    pub time_zone: &'a str,
}

/// Opens an account. `false`: the address has one.
pub async fn insert(db: &mut PgConnection, new: &New<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into users (id, email, name, role, password_hash, email_verified_at, time_zone, created_at, updated_at)
         values ($1, $2, $3, $4, $5, case when $6 then $7::timestamptz end, $8, $7, $7) on conflict (email) do nothing",
        new.id as _,
        new.email,
        new.name,
        new.role as Role,
        new.password_hash,
        new.verified,
        now,
        new.time_zone
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the password, shows the address to be the person's own and ends what rested on the old password.
/// The new generation.
pub async fn set_password(db: &mut PgConnection, id: UserId, hash: &str, now: DateTime<Utc>) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        "update users set password_hash = $2, generation = generation + 1, updated_at = $3,
             email_verified_at = coalesce(email_verified_at, $3)
         where id = $1 returning generation",
        id as _,
        hash,
        now
    )
    .fetch_one(db)
    .await
}

/// Notes that somebody is here.
pub async fn seen(db: &mut PgConnection, id: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update users set last_seen_at = $2 where id = $1", id as _, now).execute(db).await?;
    Ok(())
}

/// Gives the account another, proven address. `false`: somebody has it.
pub async fn set_email(db: &mut PgConnection, id: UserId, email: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update users set email = $2, email_verified_at = $3, updated_at = $3
         where id = $1 and not exists (select from users where email = $2)",
        id as _,
        email,
        now
    )
    .execute(db)
    .await;
    match done {
        Ok(done) => Ok(done.rows_affected() == 1),
        // Somebody took it between our look and our write.
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// What the person says of themselves.
pub struct Profile {
    pub name: String,
    pub phone: Option<String>,
    pub locale: String,
    pub time_zone: String,
}

pub async fn profile(db: &mut PgConnection, id: UserId) -> sqlx::Result<Option<Profile>> {
    sqlx::query_as!(Profile, "select name, phone, locale, time_zone from users where id = $1", id as _)
        .fetch_optional(db)
        .await
}

pub async fn set_profile(db: &mut PgConnection, id: UserId, p: &Profile, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set name = $2, phone = $3, locale = $4, time_zone = $5, updated_at = $6 where id = $1",
        id as _,
        p.name,
        p.phone.as_deref(),
        p.locale,
        p.time_zone,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a superadmin decides; with `end`, everything the person holds open is over.
pub async fn set_standing(
    db: &mut PgConnection,
    id: UserId,
    name: &str,
    role: Role,
    active: bool,
    end: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set name = $2, role = $3, active = $4, generation = generation + $5::int, updated_at = $6
         where id = $1",
        id as _,
        name,
        role as Role,
        active,
        i32::from(end),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Holds every active superadmin against changes and names them, so that two who switch each other off
/// at the same moment come one after the other.
pub async fn lock_superadmins(db: &mut PgConnection) -> sqlx::Result<Vec<UserId>> {
    sqlx::query_scalar!(
        r#"select id as "id: UserId" from users where role = 'superadmin' and active order by id for update"#
    )
    .fetch_all(db)
    .await
}

/// Whether anybody may run this installation.
pub async fn superadmin_exists(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from users where role = 'superadmin') as "exists!""#)
        .fetch_one(db)
        .await
}

/// Waits for everybody else who sets the installation up.
pub async fn lock_setup(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('kept/setup'))").fetch_one(db).await?;
    Ok(())
}

/// An active person of each role: one of `preferred` (addresses), else the first there was.
pub async fn one_of_each_role(db: &mut PgConnection, preferred: &[String]) -> sqlx::Result<Vec<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select distinct on (role) id as "id: _", name, email, role as "role: _", password_hash, active, generation
           from users where active order by role, email = any($1) desc, created_at, id"#,
        preferred
    )
    .fetch_all(db)
    .await
}

/// An account in the superadmin's list.
#[derive(sqlx::FromRow)]
pub struct Listed {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub active: bool,
    pub has_password: bool,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub teams: Vec<String>,
}

const LISTED: &str = "select u.id, u.name, u.email, u.role, u.active, u.password_hash is not null as has_password,
        u.created_at, u.last_seen_at,
        array(select t.name from team_members m join teams t on t.id = m.team_id
              where m.user_id = u.id order by lower(t.name)) as teams
    from users u where ";

/// Accounts by name: those with `q` in name or address, of one role, active or not, after the keyset.
pub async fn list(
    db: &mut PgConnection,
    q: &str,
    role: Option<Role>,
    active: bool,
    after: Option<(&str, UserId)>,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    let mut sql = QueryBuilder::<Postgres>::new(LISTED);
    sql.push("u.active = ").push_bind(active);
    if !q.is_empty() {
        let like = format!("%{}%", q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        sql.push(" and (u.name ilike ").push_bind(like.clone());
        sql.push(" or u.email ilike ").push_bind(like).push(")");
    }
    if let Some(role) = role {
        sql.push(" and u.role = ").push_bind(role);
    }
    if let Some((name, id)) = after {
        sql.push(" and (u.name, u.id) > (").push_bind(name.to_owned());
        sql.push(", ").push_bind(id).push(")");
    }
    sql.push(" order by u.name, u.id limit ").push_bind(limit);
    sql.build_query_as().fetch_all(db).await
}

pub async fn listed(db: &mut PgConnection, id: UserId) -> sqlx::Result<Option<Listed>> {
    let mut sql = QueryBuilder::<Postgres>::new(LISTED);
    sql.push("u.id = ").push_bind(id);
    sql.build_query_as().fetch_optional(db).await
}

/// How many active people each role has.
pub async fn count_by_role(db: &mut PgConnection) -> sqlx::Result<Vec<(Role, i64)>> {
    let rows = sqlx::query!(
        r#"select role as "role: Role", count(*) as "people!" from users where active group by role order by role"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.role, r.people)).collect())
}

/// The active teams, and whether the person works in them.
pub async fn memberships(db: &mut PgConnection, id: Option<UserId>) -> sqlx::Result<Vec<(TeamId, String, bool)>> {
    let rows = sqlx::query!(
        r#"select t.id as "id: TeamId", t.name,
                  exists (select from team_members m where m.team_id = t.id and m.user_id = $1) as "member!"
           from teams t where t.active order by lower(t.name)"#,
        id as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name, r.member)).collect())
}

/// Puts the person into exactly `teams`; who leads one they stay in goes on leading it.
pub async fn set_teams(db: &mut PgConnection, id: UserId, teams: &[TeamId]) -> sqlx::Result<()> {
    sqlx::query!("delete from team_members where user_id = $1 and team_id <> all($2)", id as _, teams as _)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into team_members (team_id, user_id)
         select id, $1 from teams where id = any($2) and active on conflict do nothing",
        id as _,
        teams as _
    )
    .execute(db)
    .await?;
    Ok(())
}
