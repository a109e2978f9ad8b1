//! The tables of calendars, policies and what was published of them. One function, one statement.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{CalendarVersionId, Policy, PolicyVersionId};
use super::spec::CalendarSpec;
use crate::core::id::{CalendarId, PolicyId, UserId, fresh};

/// The newest publication with all that the next one carries over.
#[derive(Clone, Debug, Default)]
pub struct Current {
    pub number: i32,
    pub policy_versions: Vec<PolicyVersionId>,
    pub calendar_versions: Vec<CalendarVersionId>,
    /// Who published it; nobody if the system did.
    pub by: Option<String>,
}

/// The newest publication; `None` before the first.
pub async fn current(db: &mut PgConnection) -> sqlx::Result<Option<Current>> {
    sqlx::query_as!(
        Current,
        r#"select p.number, p.policy_versions as "policy_versions: _", p.calendar_versions as "calendar_versions: _",
                  (select u.name from users u where u.id = p.by_id) as by
           from sla_publications p order by p.number desc limit 1"#
    )
    .fetch_optional(db)
    .await
}

/// Publishes, with `for_open` for the tickets too that are open; `false` if somebody else published this number a
/// moment ago.
pub async fn publish(
    db: &mut PgConnection,
    next: &Current,
    for_open: bool,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into sla_publications (id, number, at, by_id, policy_versions, calendar_versions, for_open)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (number) do nothing",
        fresh(),
        next.number,
        at,
        by as _,
        &next.policy_versions as _,
        &next.calendar_versions as _,
        for_open,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many publications since the last one for open tickets were for new ones only, and when the first of them was. What
/// a desk began with concerns all its tickets.
pub async fn not_for_open(db: &mut PgConnection) -> sqlx::Result<Option<(i64, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"select count(*) as "n!", min(at) as since from sla_publications
           where number > (select coalesce(max(number) filter (where for_open), min(number)) from sla_publications)"#
    )
    .fetch_one(db)
    .await?;
    Ok(row.since.map(|since| (row.n, since)))
}

/// A calendar's newest version.
#[derive(Clone, Debug)]
pub struct CalendarRow {
    pub id: CalendarId,
    pub name: String,
    pub version_id: CalendarVersionId,
    pub version: i32,
    pub spec: Json<CalendarSpec>,
    pub since: DateTime<Utc>,
}

/// The calendars that are not retired, by name.
pub async fn calendars(db: &mut PgConnection) -> sqlx::Result<Vec<CalendarRow>> {
    sqlx::query_as!(
        CalendarRow,
        r#"select distinct on (lower(c.name), c.id) c.id as "id: _", c.name, v.id as "version_id: _", v.version,
                  v.spec as "spec: _", v.created_at as since
           from sla_calendars c join sla_calendar_versions v on v.calendar_id = c.id
           where c.retired_at is null order by lower(c.name), c.id, v.version desc"#
    )
    .fetch_all(db)
    .await
}

/// Adds a calendar or renames it; `false` if another one has the name.
pub async fn name_calendar(db: &mut PgConnection, id: CalendarId, name: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into sla_calendars (id, name, created_at)
         select $1, $2, $3 where not exists (
             select from sla_calendars where lower(name) = lower($2) and retired_at is null and id <> $1)
         on conflict (id) do update set name = excluded.name",
        id as _,
        name,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a calendar's next version.
pub async fn add_calendar_version(
    db: &mut PgConnection,
    calendar: CalendarId,
    id: CalendarVersionId,
    spec: &CalendarSpec,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into sla_calendar_versions (id, calendar_id, version, spec, created_by, created_at)
         select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5 from sla_calendar_versions where calendar_id = $2",
        id as _,
        calendar as _,
        Json(spec) as _,
        by as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Offers a calendar no more.
pub async fn retire_calendar(db: &mut PgConnection, id: CalendarId, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("update sla_calendars set retired_at = $2 where id = $1 and retired_at is null", id as _, at)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// A policy as it was published, in its place.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    pub id: PolicyId,
    pub version_id: PolicyVersionId,
    pub version: i32,
    pub policy: Json<Policy>,
    pub since: DateTime<Utc>,
}

/// Some versions of policies, in the order in which they are named.
pub async fn policies(db: &mut PgConnection, versions: &[PolicyVersionId]) -> sqlx::Result<Vec<PolicyRow>> {
    sqlx::query_as!(
        PolicyRow,
        r#"select v.policy_id as "id: _", v.id as "version_id: _", v.version, v.body as "policy: _",
                  v.created_at as since
           from unnest($1::uuid[]) with ordinality as n (id, place)
           join sla_policy_versions v on v.id = n.id
           order by n.place"#,
        versions as _
    )
    .fetch_all(db)
    .await
}

/// How many tickets have a clock running or paused under each policy.
pub async fn open_by_policy(db: &mut PgConnection) -> sqlx::Result<HashMap<PolicyId, i64>> {
    let rows = sqlx::query!(
        r#"select policy_id as "policy: PolicyId", count(distinct ticket_id) as "open!" from sla_clocks
           where state in ('running', 'paused') group by policy_id"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.policy, row.open)).collect())
}

/// Adds a policy or renames it; `false` if another one has the name.
pub async fn name_policy(db: &mut PgConnection, id: PolicyId, name: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into sla_policies (id, name, created_at)
         select $1, $2, $3 where not exists (
             select from sla_policies where lower(name) = lower($2) and retired_at is null and id <> $1)
         on conflict (id) do update set name = excluded.name",
        id as _,
        name,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a policy's next version.
pub async fn add_policy_version(
    db: &mut PgConnection,
    policy: PolicyId,
    id: PolicyVersionId,
    body: &Policy,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into sla_policy_versions (id, policy_id, version, body, created_by, created_at)
         select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5 from sla_policy_versions where policy_id = $2",
        id as _,
        policy as _,
        Json(body) as _,
        by as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Offers a policy no more.
pub async fn retire_policy(db: &mut PgConnection, id: PolicyId, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("update sla_policies set retired_at = $2 where id = $1 and retired_at is null", id as _, at)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// One saved state of a policy or calendar, as it is offered to be looked at and published again.
pub struct VersionRow {
    pub version: i32,
    pub at: DateTime<Utc>,
    /// Who saved it; nobody if the system did.
    pub by: Option<String>,
}

/// The newest `limit` versions of a policy, newest first.
pub async fn policy_versions(db: &mut PgConnection, id: PolicyId, limit: i64) -> sqlx::Result<Vec<VersionRow>> {
    sqlx::query_as!(
        VersionRow,
        r#"select v.version, v.created_at as at, u.name as "by?"
           from sla_policy_versions v left join users u on u.id = v.created_by
           where v.policy_id = $1 order by v.version desc limit $2"#,
        id as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// The newest `limit` versions of a calendar, newest first.
pub async fn calendar_versions(db: &mut PgConnection, id: CalendarId, limit: i64) -> sqlx::Result<Vec<VersionRow>> {
    sqlx::query_as!(
        VersionRow,
        r#"select v.version, v.created_at as at, u.name as "by?"
           from sla_calendar_versions v left join users u on u.id = v.created_by
           where v.calendar_id = $1 order by v.version desc limit $2"#,
        id as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// What one version of a policy said.
pub async fn policy_at(db: &mut PgConnection, id: PolicyId, version: i32) -> sqlx::Result<Option<Policy>> {
    let body = sqlx::query_scalar!(
        r#"select body as "body: Json<Policy>" from sla_policy_versions where policy_id = $1 and version = $2"#,
        id as _,
        version
    );
    Ok(body.fetch_optional(db).await?.map(|body| body.0))
}

/// What one version of a calendar said.
pub async fn calendar_at(db: &mut PgConnection, id: CalendarId, version: i32) -> sqlx::Result<Option<CalendarSpec>> {
    let spec = sqlx::query_scalar!(
        r#"select spec as "spec: Json<CalendarSpec>" from sla_calendar_versions where calendar_id = $1 and version = $2"#,
        id as _,
        version
    );
    Ok(spec.fetch_optional(db).await?.map(|spec| spec.0))
}

/// What a policy said in publication `number`.
pub async fn policy_in(db: &mut PgConnection, id: PolicyId, number: i32) -> sqlx::Result<Option<Policy>> {
    let body = sqlx::query_scalar!(
        r#"select v.body as "body: Json<Policy>" from sla_publications p
           join sla_policy_versions v on v.id = any(p.policy_versions) where p.number = $2 and v.policy_id = $1"#,
        id as _,
        number
    );
    Ok(body.fetch_optional(db).await?.map(|body| body.0))
}

/// What a calendar said in publication `number`.
pub async fn calendar_in(db: &mut PgConnection, id: CalendarId, number: i32) -> sqlx::Result<Option<CalendarSpec>> {
    let spec = sqlx::query_scalar!(
        r#"select v.spec as "spec: Json<CalendarSpec>" from sla_publications p
           join sla_calendar_versions v on v.id = any(p.calendar_versions) where p.number = $2 and v.calendar_id = $1"#,
        id as _,
        number
    );
    Ok(spec.fetch_optional(db).await?.map(|spec| spec.0))
}

/// Something that a condition may name by its id: which field it belongs to, id and name.
pub struct Named {
    pub field: String,
    pub id: Uuid,
    pub name: String,
}

/// What conditions may name, by field and name: what there are few of, and of organisations and customers the first
/// and those of these ids or names (in lower case; of a customer the address).
pub async fn named(db: &mut PgConnection, ids: &[Uuid], words: &[String]) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"select field as "field!", id as "id!", name as "name!" from (
               select 'category' as field, id, name from categories where active or id = any($1)
               union all select 'team', id, name from teams where active or id = any($1)
               union all select 'customer', id, email from users where id = any($1) or email = any($2)
               union select 'organisation', id, name from organisations where id = any($1) or lower(name) = any($2)
               union (select 'organisation', id, name from organisations order by lower(name) limit 200)) all_of_them
           order by field, lower(name)"#,
        ids,
        words
    )
    .fetch_all(db)
    .await
}
