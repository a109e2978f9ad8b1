//! The `ticket_reads` table, and counts over tickets.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::Counts;
use crate::core::id::{TeamId, TicketId, UserId};

/// How many tickets each view holds for `person`. `teams`: `None` for who sees every ticket.
pub async fn counts(
    db: &mut PgConnection,
    person: UserId,
    teams: Option<&[TeamId]>,
    now: DateTime<Utc>,
) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"select count(*) filter (where assignee_id = $1) as "mine!",
                  count(*) filter (where assignee_id is null) as "unassigned!",
                  count(*) as "open!",
                  count(*) filter (where sla_state = 'running' and sla_risk_at <= $3 and sla_due_at > $3) as "at_risk!",
                  count(*) filter (where sla_state = 'running' and sla_due_at <= $3) as "late!",
                  count(*) filter (where status = 'on_hold') as "on_hold!",
                  count(*) filter (where sla_state = 'running' and sla_due_at > $3
                                   and sla_due_at <= $3 + interval '24 hours') as "due_soon!"
           from (select assignee_id, status, sla_state, sla_risk_at, sla_due_at from tickets
                 where status in ('open', 'in_progress', 'on_hold') and team_id = any(coalesce($2, (select array_agg(id) from teams)))
                 union all
                 select t.assignee_id, t.status, t.sla_state, t.sla_risk_at, t.sla_due_at
                 from ticket_watchers w join tickets t on t.id = w.ticket_id
                 where w.user_id = $1 and t.team_id <> all($2) and t.status in ('open', 'in_progress', 'on_hold')) seen"#,
        person as _,
        teams as _,
        now
    )
    .fetch_one(db)
    .await
}

/// Running promises of unsolved tickets that are due from `now` on and before `to`, of those teams and of what
/// `person` watches: in which hour after `from`, and how many.
pub async fn due_by_hour(
    db: &mut PgConnection,
    person: UserId,
    teams: Option<&[TeamId]>,
    now: DateTime<Utc>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<Vec<(i32, i64)>> {
    let rows = sqlx::query!(
        r#"select floor(extract(epoch from sla_due_at - $3) / 3600)::int as "hour!", count(*) as "count!"
           from (select sla_due_at from tickets
                 where status in ('open', 'in_progress', 'on_hold') and sla_state = 'running'
                   and coalesce(sla_due_at, 'infinity') > $2 and coalesce(sla_due_at, 'infinity') < $4
                   and ($1::uuid[] is null or team_id = any($1))
                 union all
                 select t.sla_due_at from ticket_watchers w join tickets t on t.id = w.ticket_id
                 where w.user_id = $5 and t.team_id <> all($1) and t.status in ('open', 'in_progress', 'on_hold')
                   and t.sla_state = 'running' and t.sla_due_at > $2 and t.sla_due_at < $4) due
           group by 1 order by 1"#,
        teams as _,
        now,
        from,
        to,
        person as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.hour, r.count)).collect())
}

/// What `person` holds and was solved since, as far as they see it: how many, and how many of them missed no
/// promise.
pub async fn solved(
    db: &mut PgConnection,
    person: UserId,
    teams: Option<&[TeamId]>,
    since: DateTime<Utc>,
) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "all!", count(*) filter (where not sla_breached) as "in_time!"
           from tickets t where assignee_id = $1 and resolved_at >= $2
             and ($3::uuid[] is null or team_id = any($3)
                  or exists (select from ticket_watchers w where w.ticket_id = t.id and w.user_id = $1))"#,
        person as _,
        since,
        teams as _
    )
    .fetch_one(db)
    .await?;
    Ok((row.all, row.in_time))
}

/// Remembers that `person` has read the ticket up to `at`; an earlier time changes nothing.
pub async fn mark_read(db: &mut PgConnection, ticket: TicketId, person: UserId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into ticket_reads (ticket_id, user_id, read_at) values ($1, $2, $3)
         on conflict (user_id, ticket_id) do update set read_at = greatest(ticket_reads.read_at, excluded.read_at)",
        ticket as _,
        person as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A team and one of those who may hold its tickets; teams without anybody come once, without a person.
pub struct Member {
    pub team: TeamId,
    pub team_name: String,
    pub person: Option<UserId>,
    pub person_name: Option<String>,
}

pub async fn members(db: &mut PgConnection) -> sqlx::Result<Vec<Member>> {
    sqlx::query_as!(
        Member,
        r#"select t.id as "team: _", t.name as team_name, u.id as "person?: _", u.name as "person_name?"
           from teams t
           left join team_members m on m.team_id = t.id
           left join users u on u.id = m.user_id and u.active and u.role in ('agent', 'admin', 'superadmin')
           where t.active order by t.name, t.id, u.name, u.id"#
    )
    .fetch_all(db)
    .await
}

pub async fn categories(db: &mut PgConnection) -> sqlx::Result<Vec<crate::tickets::model::Category>> {
    sqlx::query_as!(
        crate::tickets::model::Category,
        r#"select id as "id: _", name, help from categories where active order by position, name"#
    )
    .fetch_all(db)
    .await
}
