//! The `tickets` and `ticket_watchers` tables. One function, one statement.
mod create;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub use create::{NewRow, insert};

use super::model::{HoldReason, Priority, Status};
use crate::core::{
    actor::Standing,
    id::{CategoryId, OrganisationId, TeamId, TicketId, UserId},
};

/// A ticket as a use case needs it to decide.
#[derive(Clone, Debug)]
pub struct Current {
    pub id: TicketId,
    pub number: i64,
    pub version: i32,
    pub subject: String,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub priority: Priority,
    pub category: Option<CategoryId>,
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    pub organisation: Option<OrganisationId>,
    pub shared: bool,
    pub watched: bool,
    pub tags: Vec<String>,
    pub csat: Option<i16>,
    pub last_customer_message_at: Option<DateTime<Utc>>,
    pub last_public_reply_at: Option<DateTime<Utc>>,
}

impl Current {
    pub const fn standing(&self) -> Standing {
        Standing {
            ticket: self.id,
            team: self.team,
            requester: self.requester,
            shared_with: if self.shared { self.organisation } else { None },
            watched: self.watched,
        }
    }
}

/// The ticket, locked until the transaction ends, as `viewer` stands to it.
pub async fn lock(db: &mut PgConnection, id: TicketId, viewer: Option<UserId>) -> sqlx::Result<Option<Current>> {
    sqlx::query_as!(
        Current,
        r#"select t.id as "id: _", t.number, t.version, t.subject, t.status as "status: _", t.hold_reason as "hold: _",
                  t.priority as "priority: _", t.category_id as "category: _", t.team_id as "team: _",
                  t.assignee_id as "assignee: _", t.requester_id as "requester: _", t.organisation_id as "organisation: _",
                  coalesce((select o.tickets_shared from organisations o where o.id = t.organisation_id), false) as "shared!",
                  exists (select from ticket_watchers w where w.ticket_id = t.id and w.user_id = $2) as "watched!",
                  t.tags, t.csat, t.last_customer_message_at, t.last_public_reply_at
           from tickets t where t.id = $1 for update of t"#,
        id as _,
        viewer as _
    )
    .fetch_optional(db)
    .await
}

/// How `viewer` stands to the ticket, without locking it.
pub async fn standing(db: &mut PgConnection, id: TicketId, viewer: Option<UserId>) -> sqlx::Result<Option<Standing>> {
    let row = sqlx::query!(
        r#"select t.team_id as "team: TeamId", t.requester_id as "requester: UserId",
                  (select o.id from organisations o where o.id = t.organisation_id and o.tickets_shared)
                      as "shared_with: OrganisationId",
                  exists (select from ticket_watchers w where w.ticket_id = t.id and w.user_id = $2) as "watched!"
           from tickets t where t.id = $1"#,
        id as _,
        viewer as _
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Standing {
        ticket: id,
        team: r.team,
        requester: r.requester,
        shared_with: r.shared_with,
        watched: r.watched,
    }))
}

pub async fn id_of_number(db: &mut PgConnection, number: i64) -> sqlx::Result<Option<TicketId>> {
    sqlx::query_scalar!(r#"select id as "id: TicketId" from tickets where number = $1"#, number)
        .fetch_optional(db)
        .await
}

/// Gives the ticket to `agent` if nobody holds it; an open one is in progress from now on if `start`.
/// `false`: somebody was faster.
pub async fn assign_if_free(
    db: &mut PgConnection,
    id: TicketId,
    agent: UserId,
    start: bool,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update tickets set assignee_id = $2, updated_at = $3, version = version + 1,
                status = case when $4 and status = 'open' then 'in_progress' else status end
         where id = $1 and assignee_id is null and status in ('open', 'in_progress', 'on_hold')",
        id as _,
        agent as _,
        at,
        start
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The name of whoever holds the ticket.
pub async fn holder(db: &mut PgConnection, id: TicketId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select u.name from tickets t join users u on u.id = t.assignee_id where t.id = $1", id as _)
        .fetch_optional(db)
        .await
}

pub async fn set_holder(
    db: &mut PgConnection,
    id: TicketId,
    team: TeamId,
    assignee: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set team_id = $2, assignee_id = $3, updated_at = $4, version = version + 1 where id = $1",
        id as _,
        team as _,
        assignee as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn set_status(
    db: &mut PgConnection,
    id: TicketId,
    status: Status,
    hold: Option<HoldReason>,
    wake_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set status = $2::ticket_status, hold_reason = $3, wake_at = $4, updated_at = $5, version = version + 1,
                resolved_at = case when $2::ticket_status = 'resolved' then $5 when $2::ticket_status = 'closed' then resolved_at end,
                closed_at = case when $2::ticket_status = 'closed' then $5 end
         where id = $1",
        id as _,
        status as Status,
        hold as _,
        wake_at,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn set_priority(
    db: &mut PgConnection,
    id: TicketId,
    priority: Priority,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set priority = $2, updated_at = $3, version = version + 1 where id = $1",
        id as _,
        priority as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn set_category(
    db: &mut PgConnection,
    id: TicketId,
    category: Option<CategoryId>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set category_id = $2, updated_at = $3, version = version + 1 where id = $1",
        id as _,
        category as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn set_tags(db: &mut PgConnection, id: TicketId, tags: &[String], at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set tags = $2, updated_at = $3, version = version + 1 where id = $1",
        id as _,
        tags,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that a message arrived: which side wrote last decides what is waiting for whom.
pub async fn touch(
    db: &mut PgConnection,
    id: TicketId,
    customer: bool,
    public: bool,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set updated_at = $2, version = version + 1,
                last_customer_message_at = case when $3 then $2 else last_customer_message_at end,
                last_public_reply_at = case when $4 and not $3 then $2 else last_public_reply_at end
         where id = $1",
        id as _,
        at,
        customer,
        public
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores the rating of a solved ticket; a later one replaces it.
pub async fn rate(
    db: &mut PgConnection,
    id: TicketId,
    score: i16,
    comment: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets set csat = $2, csat_comment = nullif($3, ''), rated_at = $4, updated_at = $4, version = version + 1
         where id = $1",
        id as _,
        score,
        comment,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `true`: they were not watching before.
pub async fn watch(
    db: &mut PgConnection,
    id: TicketId,
    user: UserId,
    mentioned: bool,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into ticket_watchers (ticket_id, user_id, mentioned, created_at) values ($1, $2, $3, $4)
         on conflict (ticket_id, user_id) do update set mentioned = ticket_watchers.mentioned or excluded.mentioned
         where not ticket_watchers.mentioned and excluded.mentioned",
        id as _,
        user as _,
        mentioned,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn unwatch(db: &mut PgConnection, id: TicketId, user: UserId) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from ticket_watchers where ticket_id = $1 and user_id = $2", id as _, user as _)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Who last changed the ticket, by name; for telling the second of two people who the first was. `None`: nobody, but the
/// system.
pub async fn last_actor(db: &mut PgConnection, id: TicketId) -> sqlx::Result<Option<String>> {
    let name = sqlx::query_scalar!(
        r#"select u.name as "name?" from events e left join users u on u.id = e.actor_id
           where e.ticket_id = $1 and e.kind not in ('sla_step', 'sla_missed', 'promises_changed', 'escalated',
               'escalation_acknowledged', 'watched', 'unwatched', 'routed')
           order by e.seq desc limit 1"#,
        id as _
    )
    .fetch_optional(db)
    .await?;
    Ok(name.flatten())
}

/// Tickets resolved before `before` that nobody came back to, at most `limit`, skipping what others work on.
pub async fn resolved_before(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<TicketId>> {
    sqlx::query_scalar!(
        r#"select id as "id: TicketId" from tickets where status = 'resolved' and resolved_at < $1
           order by resolved_at limit $2 for update skip locked"#,
        before,
        limit
    )
    .fetch_all(db)
    .await
}

/// Tickets on hold whose date to wake up has come, at most `limit`, skipping what others work on.
pub async fn to_wake(db: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<TicketId>> {
    sqlx::query_scalar!(
        r#"select id as "id: TicketId" from tickets where wake_at <= $1 order by wake_at limit $2 for update skip locked"#,
        now,
        limit
    )
    .fetch_all(db)
    .await
}

/// Whether `user` may hold tickets of `team`: an active agent or admin, and a member of it.
pub async fn can_hold(db: &mut PgConnection, team: TeamId, user: UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from users u where u.id = $2 and u.active
               and (u.role in ('admin', 'superadmin')
                    or u.role = 'agent' and exists (select from team_members m where m.team_id = $1 and m.user_id = u.id)))
           as "can!""#,
        team as _,
        user as _
    )
    .fetch_one(db)
    .await
}

/// Whether `category` may be chosen.
pub async fn category_is_active(db: &mut PgConnection, category: CategoryId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from categories where id = $1 and active) as "is!""#, category as _)
        .fetch_one(db)
        .await
}

/// Whether `team` may be given tickets.
pub async fn team_is_active(db: &mut PgConnection, team: TeamId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from teams where id = $1 and active) as "is!""#, team as _)
        .fetch_one(db)
        .await
}
