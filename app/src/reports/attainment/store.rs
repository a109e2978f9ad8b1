//! Kept and missed promises, added up by day; and the clocks behind what was missed and what is left out.
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    core::id::{PolicyId, TeamId},
    sla::model::Metric,
    tickets::model::Priority,
};

/// What promises are looked at.
pub struct Narrow<'a> {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The same as instants: from the first on and before the second.
    pub instants: (DateTime<Utc>, DateTime<Utc>),
    pub teams: Option<&'a [TeamId]>,
    pub metric: Option<Metric>,
    pub priority: Option<Priority>,
    pub policy: Option<PolicyId>,
}

/// Sums over one week, one team, one metric, one priority or one policy, or, where all are empty, over everything.
pub struct Sum {
    pub week: Option<NaiveDate>,
    pub team: Option<TeamId>,
    pub metric: Option<String>,
    pub priority: Option<Priority>,
    pub policy: Option<PolicyId>,
    pub met: i64,
    pub missed: i64,
}

/// By week (its Monday), team, metric, priority and policy, each by itself, and altogether.
pub async fn sums(db: &mut PgConnection, narrow: &Narrow<'_>) -> sqlx::Result<Vec<Sum>> {
    sqlx::query_as!(
        Sum,
        r#"select week as "week?", team_id as "team?: _", metric as "metric?", priority as "priority?: _",
                  policy_id as "policy?: _", coalesce(sum(met), 0)::bigint as "met!",
                  coalesce(sum(missed), 0)::bigint as "missed!"
           from (
               select day - (day - date '1970-01-05') % 7 as week, team_id, metric, priority, policy_id, met, missed
               from (
                   select * from report_promise_days where day between $1 and $2
                   union all
                   select * from report_promise_deltas where day between $1 and $2
               ) worth
               where ($3::uuid[] is null or team_id = any($3)) and ($4::text is null or metric = $4)
                 and ($5::ticket_priority is null or priority = $5) and ($6::uuid is null or policy_id = $6)
           ) worth
           group by grouping sets ((week), (team_id), (metric), (priority), (policy_id), ())"#,
        narrow.from,
        narrow.to,
        narrow.teams as _,
        narrow.metric.map(Metric::as_str),
        narrow.priority as _,
        narrow.policy as _
    )
    .fetch_all(db)
    .await
}

/// Kept and missed ones altogether.
pub async fn total(db: &mut PgConnection, narrow: &Narrow<'_>) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select coalesce(sum(met), 0)::bigint as "met!", coalesce(sum(missed), 0)::bigint as "missed!"
           from (
               select * from report_promise_days where day between $1 and $2
               union all
               select * from report_promise_deltas where day between $1 and $2
           ) worth
           where ($3::uuid[] is null or team_id = any($3)) and ($4::text is null or metric = $4)
             and ($5::ticket_priority is null or priority = $5) and ($6::uuid is null or policy_id = $6)"#,
        narrow.from,
        narrow.to,
        narrow.teams as _,
        narrow.metric.map(Metric::as_str),
        narrow.priority as _,
        narrow.policy as _
    )
    .fetch_one(db)
    .await?;
    Ok((row.met, row.missed))
}

/// All policies that ever were, by name; and whether each is still offered.
pub async fn policies(db: &mut PgConnection) -> sqlx::Result<Vec<(PolicyId, String, bool)>> {
    let rows = sqlx::query!(
        r#"select id as "id: PolicyId", name, retired_at is null as "offered!" from sla_policies
           order by name, created_at limit 500"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name, r.offered)).collect())
}

/// One clock with its ticket.
pub struct Row {
    pub number: i64,
    pub subject: String,
    pub metric: String,
    pub team: String,
    pub priority: Priority,
    pub policy: String,
    pub at: DateTime<Utc>,
    /// When it was done all the same, or not needed any more.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The newest misses that count.
pub async fn missed(db: &mut PgConnection, narrow: &Narrow<'_>, limit: i64) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select t.number, t.subject, c.metric, m.name as team, t.priority as "priority: _", p.name as policy,
                  c.due_at as "at!", c.ended_at
           from sla_clocks c join tickets t on t.id = c.ticket_id join teams m on m.id = t.team_id
           join sla_policies p on p.id = c.policy_id
           where c.counts_since is not null and c.due_at >= $1 and c.due_at < $2
             and ($3::uuid[] is null or t.team_id = any($3)) and ($4::text is null or c.metric = $4)
             and ($5::ticket_priority is null or t.priority = $5) and ($6::uuid is null or c.policy_id = $6)
           order by c.due_at desc, c.ticket_id, c.metric, c.cycle limit $7"#,
        narrow.instants.0,
        narrow.instants.1,
        narrow.teams as _,
        narrow.metric.map(Metric::as_str),
        narrow.priority as _,
        narrow.policy as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// One clock that is left out, with its ticket.
pub struct LeftOut {
    pub reason: String,
    /// How many there are for this reason.
    pub all: i64,
    pub number: i64,
    pub subject: String,
    pub metric: String,
    pub team: String,
    pub priority: Priority,
    pub policy: String,
    pub at: DateTime<Utc>,
}

/// What is left out, cancelled clocks and misses that only a change of target brought: of each reason how many there are,
/// and the newest. Clocks are cancelled by what needs no reply and by a solution, and only the next reply by either. Which
/// these are also say `left_out` in `reports/store.rs`, `LEFT_OUT` in `tickets/list/statement.rs`, and the index of
/// migration 0061.
pub async fn left_out(db: &mut PgConnection, narrow: &Narrow<'_>, limit: i64) -> sqlx::Result<Vec<LeftOut>> {
    sqlx::query_as!(
        LeftOut,
        r#"select x.reason as "reason!", x.all as "all!", t.number, t.subject, x.metric, m.name as team,
                  t.priority as "priority: _", p.name as policy, x.at as "at!"
           from (
               select c.*, count(*) over (partition by c.reason) as all, row_number() over (
                          partition by c.reason order by c.at desc, c.ticket_id desc, c.metric, c.cycle) as place
               from (
                   select c.ticket_id, c.metric, c.cycle, c.policy_id, coalesce(c.ended_at, c.breached_at) as at,
                          case when c.state <> 'cancelled' then 'policy_change'
                               when c.metric = 'next_reply' and exists (
                                   select from sla_events e where e.ticket_id = c.ticket_id and e.at = c.ended_at
                                   and e.kind = 'no_reply_needed') then 'no_reply_needed'
                               else 'solved' end as reason
                   from sla_clocks c join tickets t on t.id = c.ticket_id
                   where (c.state = 'cancelled' or (c.breached_at is not null and c.counts_since is null))
                     and coalesce(c.ended_at, c.breached_at) >= $1 and coalesce(c.ended_at, c.breached_at) < $2
                     and ($3::uuid[] is null or t.team_id = any($3)) and ($4::text is null or c.metric = $4)
                     and ($5::ticket_priority is null or t.priority = $5) and ($6::uuid is null or c.policy_id = $6)
               ) c
           ) x
           join tickets t on t.id = x.ticket_id join teams m on m.id = t.team_id
           join sla_policies p on p.id = x.policy_id
           where x.place <= $7
           order by x.reason, x.place"#,
        narrow.instants.0,
        narrow.instants.1,
        narrow.teams as _,
        narrow.metric.map(Metric::as_str),
        narrow.priority as _,
        narrow.policy as _,
        limit
    )
    .fetch_all(db)
    .await
}
