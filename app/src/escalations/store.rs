//! The `escalations` table. One function, one statement.
use std::fmt;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    model::{End, Past, Said, Step, Waiting, Why},
    service::Reached,
};
use crate::{
    core::id::{EscalationId, TeamId, TicketId, UserId},
    sla::model::Metric,
    tickets::model::{Priority, SlaBadge, SlaState, Status},
    ui::promise::PromiseView,
};

/// Notes the steps, one a ticket, for tickets that are not solved: as an escalation, or with the one that waits.
pub async fn add_steps(db: &mut PgConnection, steps: &[Reached]) -> sqlx::Result<()> {
    let ids: Vec<EscalationId> = steps.iter().map(|_| EscalationId::new()).collect();
    let tickets: Vec<TicketId> = steps.iter().map(|step| step.ticket).collect();
    let metrics: Vec<&str> = steps.iter().map(|step| step.metric.as_str()).collect();
    let cycles: Vec<i32> = steps.iter().map(|step| step.cycle).collect();
    let percents: Vec<i32> = steps.iter().map(|step| step.percent).collect();
    let reached: Vec<DateTime<Utc>> = steps.iter().map(|step| step.at).collect();
    let due: Vec<Option<DateTime<Utc>>> = steps.iter().map(|step| step.due_at).collect();
    sqlx::query!(
        "insert into escalations as e
             (id, ticket_id, at, last_at, metric, cycle, percent, reached_at, due_at)
         select s.id, s.ticket, s.reached, s.reached, s.metric, s.cycle, s.percent, s.reached, s.due
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::timestamptz[], $7::timestamptz[])
              as s (id, ticket, metric, cycle, percent, reached, due)
         join tickets t on t.id = s.ticket and t.status in ('open', 'in_progress', 'on_hold')
         on conflict (ticket_id) where acknowledged_at is null do update set
             metric = excluded.metric, cycle = excluded.cycle, percent = excluded.percent,
             reached_at = excluded.reached_at, due_at = excluded.due_at,
             last_at = greatest(e.last_at, excluded.last_at), version = e.version + 1",
        ids as _,
        tickets as _,
        metrics as _,
        &cycles,
        &percents,
        &reached,
        due as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes what somebody said, as an escalation or with the one that waits; the version of it, 1 if it is new.
pub async fn add_reason(
    db: &mut PgConnection,
    id: EscalationId,
    ticket: TicketId,
    by: UserId,
    reason: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        "insert into escalations as e (id, ticket_id, at, last_at, reason, by_id, escalated_at)
         values ($1, $2, $5, $5, $4, $3, $5)
         on conflict (ticket_id) where acknowledged_at is null do update set
             reason = excluded.reason, by_id = excluded.by_id, escalated_at = excluded.escalated_at,
             last_at = excluded.last_at, version = e.version + 1
         returning version",
        id as _,
        ticket as _,
        by as _,
        reason,
        at
    )
    .fetch_one(db)
    .await
}

/// Whether `by` gave this `reason` after `since` and since somebody last looked at the ticket, and it waits.
pub async fn is_said(
    db: &mut PgConnection,
    ticket: TicketId,
    by: UserId,
    reason: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from escalations e
                          where e.ticket_id = $1 and e.acknowledged_at is null and e.solved_at is null)
              and exists (select from events v
                          where v.ticket_id = $1 and v.kind = 'escalated' and v.actor_id = $2
                            and v.payload ->> 'reason' = $3 and v.at > $4
                            and v.at > coalesce((select max(acknowledged_at) from escalations where ticket_id = $1),
                                                '-infinity')) as "said!""#,
        ticket as _,
        by as _,
        reason,
        since
    )
    .fetch_one(db)
    .await
}

/// Notes since when the ticket of what waits is solved; `None`: it is not any more.
pub async fn set_solved(db: &mut PgConnection, ticket: TicketId, at: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query!(
        "update escalations set solved_at = case when $2::timestamptz is not null then coalesce(solved_at, $2) end
         where ticket_id = $1 and acknowledged_at is null",
        ticket as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `false`: it does not wait in that version.
pub async fn acknowledge(
    db: &mut PgConnection,
    ticket: TicketId,
    version: i32,
    by: UserId,
    words: Option<&str>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update escalations set acknowledged_at = $4, acknowledged_by = $3, words = $5
         where ticket_id = $1 and version = $2 and acknowledged_at is null and solved_at is null",
        ticket as _,
        version,
        by as _,
        at,
        words
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How the last escalation of a ticket stands, and who had to do with it.
pub struct Latest {
    pub acknowledged: bool,
    pub acknowledged_by: Option<String>,
    pub solved: bool,
    /// Who escalated it, if that was the last thing that was added.
    pub by: Option<String>,
}

pub async fn latest(db: &mut PgConnection, ticket: TicketId) -> sqlx::Result<Option<Latest>> {
    sqlx::query_as!(
        Latest,
        r#"select e.acknowledged_at is not null as "acknowledged!", e.solved_at is not null as "solved!",
                  a.name as "acknowledged_by?", b.name as "by?"
           from escalations e
           left join users a on a.id = e.acknowledged_by
           left join users b on b.id = e.by_id and e.escalated_at = e.last_at
           where e.ticket_id = $1 order by e.acknowledged_at desc nulls first limit 1"#,
        ticket as _
    )
    .fetch_optional(db)
    .await
}

/// How many wait in `teams`; `None`: in all.
pub async fn count(db: &mut PgConnection, teams: Option<&[TeamId]>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from escalations e join tickets t on t.id = e.ticket_id
           where e.acknowledged_at is null and e.solved_at is null and ($1::uuid[] is null or t.team_id = any($1))"#,
        teams as _
    )
    .fetch_one(db)
    .await
}

/// A place in a list: the last row of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: DateTime<Utc>,
    id: EscalationId,
}

impl Cursor {
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('~')?;
        // Instants before 1970 reach further back than those of the database.
        let at = at.parse::<u64>().ok()?.try_into().ok()?;
        Some(Self { at: DateTime::from_timestamp_micros(at)?, id: id.parse().ok()? })
    }
}

impl fmt::Display for Cursor {
    /// As it stands in the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at.timestamp_micros(), self.id)
    }
}

/// One that waits, as the database has it.
pub struct WaitingRow {
    id: EscalationId,
    last_at: DateTime<Utc>,
    ticket: TicketId,
    number: i64,
    version: i32,
    subject: String,
    status: Status,
    priority: Priority,
    team: String,
    assignee: Option<String>,
    sla_state: SlaState,
    sla_metric: Option<String>,
    sla_started_at: Option<DateTime<Utc>>,
    sla_risk_at: Option<DateTime<Utc>>,
    sla_due_at: Option<DateTime<Utc>>,
    sla_remaining: Option<i32>,
    sla_breached: bool,
    at: DateTime<Utc>,
    metric: Option<String>,
    percent: Option<i32>,
    due_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    by: Option<String>,
    escalated_at: Option<DateTime<Utc>>,
}

impl WaitingRow {
    pub const fn cursor(&self) -> Cursor {
        Cursor { at: self.last_at, id: self.id }
    }

    pub fn badge(&self) -> SlaBadge {
        SlaBadge {
            state: self.sla_state,
            metric: self.sla_metric.clone(),
            started_at: self.sla_started_at,
            risk_at: self.sla_risk_at,
            due_at: self.sla_due_at,
            remaining: self.sla_remaining,
            breached: self.sla_breached,
        }
    }
}

impl From<(WaitingRow, PromiseView)> for Waiting {
    fn from((row, promise): (WaitingRow, PromiseView)) -> Self {
        Self {
            why: why(row.metric.zip(row.percent), row.due_at, row.reason.zip(row.escalated_at), row.by),
            ticket: row.ticket,
            number: row.number,
            version: row.version,
            subject: row.subject,
            status: row.status,
            priority: row.priority,
            team: row.team,
            assignee: row.assignee,
            promise,
            at: row.at,
        }
    }
}

fn why(
    step: Option<(String, i32)>,
    due_at: Option<DateTime<Utc>>,
    said: Option<(String, DateTime<Utc>)>,
    by: Option<String>,
) -> Why {
    let step = step.map(|(metric, percent)| {
        let metric = metric.parse::<Metric>().map_or(metric, |metric| metric.label().to_owned());
        Step { metric, percent, due_at }
    });
    let by = by.unwrap_or_else(|| "Somebody".to_owned());
    Why { step, said: said.map(|(reason, at)| Said { by, reason, at }) }
}

/// What waits in `teams` (`None`: in all), what something was added to last first.
pub async fn waiting(
    db: &mut PgConnection,
    teams: Option<&[TeamId]>,
    after: Option<Cursor>,
    limit: i64,
) -> sqlx::Result<Vec<WaitingRow>> {
    sqlx::query_as!(
        WaitingRow,
        r#"select e.id as "id: _", e.last_at, t.id as "ticket: _", t.number, e.version, t.subject,
                  t.status as "status: _", t.priority as "priority: _",
                  g.name as team, a.name as "assignee?", t.sla_state as "sla_state: _", t.sla_metric, t.sla_started_at,
                  t.sla_risk_at, t.sla_due_at, t.sla_remaining, t.sla_breached, e.at, e.metric, e.percent, e.due_at,
                  e.reason, b.name as "by?", e.escalated_at
           from escalations e
           join tickets t on t.id = e.ticket_id
           join teams g on g.id = t.team_id
           left join users a on a.id = t.assignee_id
           left join users b on b.id = e.by_id
           where e.acknowledged_at is null and e.solved_at is null and ($1::uuid[] is null or t.team_id = any($1))
             and (e.last_at, e.id)
                 < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           order by e.last_at desc, e.id desc limit $4"#,
        teams as _,
        after.map(|after| after.at),
        after.map(|after| after.id) as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// One that is over, as the database has it.
pub struct PastRow {
    id: EscalationId,
    ended_at: DateTime<Utc>,
    number: i64,
    subject: String,
    team: String,
    metric: Option<String>,
    percent: Option<i32>,
    due_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    by: Option<String>,
    escalated_at: Option<DateTime<Utc>>,
    acknowledged: bool,
    acknowledged_by: Option<String>,
    words: Option<String>,
}

impl PastRow {
    pub const fn cursor(&self) -> Cursor {
        Cursor { at: self.ended_at, id: self.id }
    }

    pub fn told(self) -> Past {
        let at = self.ended_at;
        let end = if self.acknowledged {
            let by = self.acknowledged_by.unwrap_or_else(|| "Somebody".to_owned());
            End::Acknowledged { by, at, words: self.words }
        } else {
            End::Solved { at }
        };
        let why = why(self.metric.zip(self.percent), self.due_at, self.reason.zip(self.escalated_at), self.by);
        Past { number: self.number, subject: self.subject, team: self.team, why, end }
    }
}

/// What is over in `teams` (`None`: in all), newest first.
pub async fn past(
    db: &mut PgConnection,
    teams: Option<&[TeamId]>,
    after: Option<Cursor>,
    limit: i64,
) -> sqlx::Result<Vec<PastRow>> {
    sqlx::query_as!(
        PastRow,
        r#"select e.id as "id: _", coalesce(e.acknowledged_at, e.solved_at) as "ended_at!", t.number, t.subject,
                  g.name as team, e.metric, e.percent, e.due_at, e.reason, b.name as "by?", e.escalated_at,
                  e.acknowledged_at is not null as "acknowledged!", a.name as "acknowledged_by?", e.words
           from escalations e
           join tickets t on t.id = e.ticket_id
           join teams g on g.id = t.team_id
           left join users a on a.id = e.acknowledged_by
           left join users b on b.id = e.by_id
           where coalesce(e.acknowledged_at, e.solved_at) is not null and ($1::uuid[] is null or t.team_id = any($1))
             and (coalesce(e.acknowledged_at, e.solved_at), e.id)
                 < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           order by coalesce(e.acknowledged_at, e.solved_at) desc, e.id desc limit $4"#,
        teams as _,
        after.map(|after| after.at),
        after.map(|after| after.id) as _,
        limit
    )
    .fetch_all(db)
    .await
}
