//! Clocks that are running or paused, of unsolved tickets. What is late, at risk and in time is said once more by
//! `stands` in `tickets/list/statement.rs`, for the lists of tickets that the numbers lead to.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    core::id::{TeamId, TicketId, UserId},
    tickets::model::{HoldReason, Priority},
};

/// What somebody, or nobody, has of one team.
#[derive(Clone, Debug)]
pub struct Held {
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub name: Option<String>,
    pub late: i64,
    pub at_risk: i64,
    pub paused: i64,
    pub in_time: i64,
    /// When the next of them becomes at risk or late.
    pub turns_at: Option<DateTime<Utc>>,
}

/// By team and person; of some teams or of all.
pub async fn held(db: &mut PgConnection, now: DateTime<Utc>, teams: Option<&[TeamId]>) -> sqlx::Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        r#"select h.team_id as "team: _", h.assignee_id as "assignee?: _", u.name as "name?", h.late as "late!",
                  h.at_risk as "at_risk!", h.paused as "paused!", h.in_time as "in_time!", h.turns_at
           from (
               select t.team_id, t.assignee_id,
                      count(*) filter (where c.state = 'running' and c.due_at <= $1) as late,
                      count(*) filter (where c.state = 'running' and c.due_at > $1 and c.risk_at <= $1) as at_risk,
                      count(*) filter (where c.state = 'paused') as paused,
                      count(*) filter (where c.state = 'running' and (c.due_at is null
                          or c.due_at > $1 and coalesce(c.risk_at, 'infinity') > $1)) as in_time,
                      least(min(c.risk_at) filter (where c.state = 'running' and c.risk_at > $1),
                            min(c.due_at) filter (where c.state = 'running' and c.due_at > $1)) as turns_at
               from sla_clocks c join tickets t on t.id = c.ticket_id
               where c.state in ('running', 'paused') and t.status in ('open', 'in_progress', 'on_hold')
                 and ($2::uuid[] is null or t.team_id = any($2))
               group by t.team_id, t.assignee_id
           ) h
           left join users u on u.id = h.assignee_id"#,
        now,
        teams as _
    )
    .fetch_all(db)
    .await
}

/// A clock and its ticket.
pub struct Row {
    pub ticket: TicketId,
    pub number: i64,
    pub subject: String,
    pub priority: Priority,
    pub team: String,
    pub assignee: Option<String>,
    /// Who asked: an organisation, or where there is none somebody.
    pub customer: String,
    pub hold: Option<HoldReason>,
    pub metric: String,
    pub cycle: i32,
}

/// Past their due time, the longest first.
pub async fn late(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    teams: Option<&[TeamId]>,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select t.id as "ticket: _", t.number, t.subject, t.priority as "priority: _", m.name as team,
                  u.name as "assignee?", coalesce(o.name, r.name) as "customer!", t.hold_reason as "hold: _",
                  c.metric, c.cycle
           from sla_clocks c join tickets t on t.id = c.ticket_id join teams m on m.id = t.team_id
           join users r on r.id = t.requester_id left join organisations o on o.id = t.organisation_id
           left join users u on u.id = t.assignee_id
           where c.state = 'running' and c.due_at <= $1 and t.status in ('open', 'in_progress', 'on_hold')
             and ($2::uuid[] is null or t.team_id = any($2))
           order by c.due_at, c.ticket_id, c.metric, c.cycle limit $3"#,
        now,
        teams as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// At risk and not late, what is due soonest first.
pub async fn at_risk(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    teams: Option<&[TeamId]>,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select t.id as "ticket: _", t.number, t.subject, t.priority as "priority: _", m.name as team,
                  u.name as "assignee?", coalesce(o.name, r.name) as "customer!", t.hold_reason as "hold: _",
                  c.metric, c.cycle
           from sla_clocks c join tickets t on t.id = c.ticket_id join teams m on m.id = t.team_id
           join users r on r.id = t.requester_id left join organisations o on o.id = t.organisation_id
           left join users u on u.id = t.assignee_id
           where c.state = 'running' and c.due_at > $1 and c.risk_at <= $1
             and t.status in ('open', 'in_progress', 'on_hold') and ($2::uuid[] is null or t.team_id = any($2))
           order by c.due_at, c.ticket_id, c.metric, c.cycle limit $3"#,
        now,
        teams as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// Standing still, those with the least left first.
pub async fn paused(db: &mut PgConnection, teams: Option<&[TeamId]>, limit: i64) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select t.id as "ticket: _", t.number, t.subject, t.priority as "priority: _", m.name as team,
                  u.name as "assignee?", coalesce(o.name, r.name) as "customer!", t.hold_reason as "hold: _",
                  c.metric, c.cycle
           from sla_clocks c join tickets t on t.id = c.ticket_id join teams m on m.id = t.team_id
           join users r on r.id = t.requester_id left join organisations o on o.id = t.organisation_id
           left join users u on u.id = t.assignee_id
           where c.state = 'paused' and t.status in ('open', 'in_progress', 'on_hold')
             and ($1::uuid[] is null or t.team_id = any($1))
           order by c.allowance - c.used, c.ticket_id, c.metric, c.cycle limit $2"#,
        teams as _,
        limit
    )
    .fetch_all(db)
    .await
}
