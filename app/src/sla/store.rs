//! The tables of facts, clocks and firings. One function, one statement.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::clock::Firing;
use super::model::{Metric, Terms};
use super::rows::{Badge, ClockRow, EventRow};
use crate::core::actor::Standing;
use crate::core::id::{CategoryId, OrganisationId, TeamId, TicketId, UserId};
use crate::tickets::model::{Channel, Priority};

/// What policies ask of a ticket, what it is promised, and the publication that concerns it.
pub struct TicketRow {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub priority: Priority,
    pub channel: Channel,
    pub category: Option<CategoryId>,
    pub team: TeamId,
    pub requester: UserId,
    pub organisation: Option<OrganisationId>,
    pub plan: Option<String>,
    pub tags: Vec<String>,
    /// The terms in force.
    pub terms: Option<Json<Terms>>,
    /// What [`publication_for`] would find, in the same round trip.
    pub publication: Option<Uuid>,
    /// Somebody still has to do something about it.
    pub unsolved: bool,
}

/// What policies ask of some tickets, by id.
pub async fn tickets(db: &mut PgConnection, tickets: &[TicketId]) -> sqlx::Result<Vec<TicketRow>> {
    sqlx::query_as!(
        TicketRow,
        r#"select t.id as "id: _", t.number, t.subject, t.priority as "priority: _", t.channel as "channel: _",
                  t.category_id as "category: _", t.team_id as "team: _", t.requester_id as "requester: _",
                  t.organisation_id as "organisation: _",
                  (select o.support_plan from organisations o where o.id = t.organisation_id) as plan, t.tags,
                  (select e.payload from sla_events e where e.ticket_id = t.id and e.kind = 'terms'
                   order by e.n desc limit 1) as "terms: _",
                  (select p.id from sla_publications p where p.for_open or p.at <= t.created_at
                   order by p.number desc limit 1) as publication,
                  t.status in ('open', 'in_progress', 'on_hold') as "unsolved!"
           from tickets t where t.id = any($1) order by t.id"#,
        tickets as _
    )
    .fetch_all(db)
    .await
}

/// The next `limit` tickets that are not closed, by id.
pub async fn open_after(db: &mut PgConnection, after: Option<TicketId>, limit: i64) -> sqlx::Result<Vec<TicketId>> {
    sqlx::query_scalar!(
        r#"select id as "id: _" from tickets where ($1::uuid is null or id > $1) and status <> 'closed'
           order by id limit $2"#,
        after as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// The publication that is in force for a ticket filed at `at`.
pub async fn publication_for(db: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("select id from sla_publications where for_open or at <= $1 order by number desc limit 1", at)
        .fetch_optional(db)
        .await
}

/// The newest publication.
pub async fn newest_publication(db: &mut PgConnection) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("select id from sla_publications order by number desc limit 1").fetch_optional(db).await
}

/// The events of one ticket, by number. Apart from [`events`], whose plan Postgres makes anew each time: it depends on
/// how many tickets are asked for.
pub async fn events_of(db: &mut PgConnection, ticket: TicketId) -> sqlx::Result<Vec<EventRow>> {
    sqlx::query_as!(
        EventRow,
        r#"select ticket_id as "ticket_id: _", n, at, kind, actor_id as "actor_id: _", cause, payload
           from sla_events where ticket_id = $1 order by n"#,
        ticket as _
    )
    .fetch_all(db)
    .await
}

/// The events of some tickets, by ticket and number.
pub async fn events(db: &mut PgConnection, tickets: &[TicketId]) -> sqlx::Result<Vec<EventRow>> {
    sqlx::query_as!(
        EventRow,
        r#"select ticket_id as "ticket_id: _", n, at, kind, actor_id as "actor_id: _", cause, payload
           from sla_events where ticket_id = any($1) order by ticket_id, n"#,
        tickets as _
    )
    .fetch_all(db)
    .await
}

/// The clocks of some tickets.
pub async fn clocks(db: &mut PgConnection, tickets: &[TicketId]) -> sqlx::Result<HashMap<TicketId, Vec<ClockRow>>> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(c) as "row!: Json<ClockRow>" from sla_clocks c where ticket_id = any($1)"#,
        tickets as _
    )
    .fetch_all(db)
    .await?;
    let mut found: HashMap<TicketId, Vec<ClockRow>> = HashMap::new();
    for Json(row) in rows {
        found.entry(row.ticket_id).or_default().push(row);
    }
    Ok(found)
}

/// What changes in the database when tickets are replayed.
#[derive(Default)]
pub struct Changes {
    pub events: Vec<EventRow>,
    pub clocks: Vec<ClockRow>,
    /// Clocks that a corrected history does not have any more.
    pub gone: Vec<(TicketId, Metric, i32)>,
    pub badges: Vec<(TicketId, Badge)>,
}

#[derive(Serialize)]
struct Gone {
    ticket_id: TicketId,
    metric: Metric,
    cycle: i32,
}

#[derive(Serialize)]
struct BadgeRow<'a> {
    ticket_id: TicketId,
    #[serde(flatten)]
    badge: &'a Badge,
}

/// Writes what changed: facts, clocks and what lists show of them, in one round trip.
pub async fn save(db: &mut PgConnection, changes: &Changes) -> sqlx::Result<()> {
    let gone: Vec<_> =
        changes.gone.iter().map(|&(ticket_id, metric, cycle)| Gone { ticket_id, metric, cycle }).collect();
    let badges: Vec<_> =
        changes.badges.iter().map(|(ticket_id, badge)| BadgeRow { ticket_id: *ticket_id, badge }).collect();
    sqlx::query!(
        "with facts as (
             insert into sla_events (ticket_id, n, at, kind, actor_id, cause, payload)
             select ticket_id, n, at, kind, actor_id, cause, payload
             from jsonb_populate_recordset(null::sla_events, $1)
         ), clocks as (
             insert into sla_clocks as c select * from jsonb_populate_recordset(null::sla_clocks, $2)
             on conflict (ticket_id, metric, cycle) do update set
                 state = excluded.state, started_at = excluded.started_at, ended_at = excluded.ended_at,
                 due_at = excluded.due_at, risk_at = excluded.risk_at, policy_id = excluded.policy_id,
                 policy_version_id = excluded.policy_version_id, calendar_version_id = excluded.calendar_version_id,
                 allowance = excluded.allowance, used = excluded.used, breached_at = excluded.breached_at,
                 breach_cause = excluded.breach_cause, counts_since = excluded.counts_since,
                 next_fire_at = excluded.next_fire_at
         ), gone as (
             delete from sla_clocks c using jsonb_to_recordset($3) as g (ticket_id uuid, metric text, cycle integer)
             where (c.ticket_id, c.metric, c.cycle) = (g.ticket_id, g.metric, g.cycle)
         )
         update tickets t set sla_state = b.state, sla_metric = b.metric, sla_started_at = b.started_at,
             sla_risk_at = b.risk_at, sla_due_at = b.due_at, sla_remaining = b.remaining, sla_breached = b.breached
         from jsonb_to_recordset($4) as b (ticket_id uuid, state sla_state, metric text, started_at timestamptz,
             risk_at timestamptz, due_at timestamptz, remaining integer, breached boolean)
         where t.id = b.ticket_id",
        Json(&changes.events) as _,
        Json(&changes.clocks) as _,
        Json(&gone) as _,
        Json(&badges) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes how the promises of a ticket begin that was filed in this transaction: nothing of it is there yet, and its
/// badge was stored with it.
pub async fn insert_opened(db: &mut PgConnection, events: &[EventRow], clocks: &[ClockRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "with facts as (
             insert into sla_events (ticket_id, n, at, kind, actor_id, cause, payload)
             select ticket_id, n, at, kind, actor_id, cause, payload
             from jsonb_populate_recordset(null::sla_events, $1)
         )
         insert into sla_clocks select * from jsonb_populate_recordset(null::sla_clocks, $2)",
        Json(events) as _,
        Json(clocks) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[derive(Serialize)]
struct FiringRow {
    ticket_id: TicketId,
    metric: Metric,
    cycle: i32,
    percent: i32,
    at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
}

/// Notes that ladder steps were decided; returns those that nobody had decided before.
pub async fn decide<'a>(
    db: &mut PgConnection,
    firings: &'a [(TicketId, Firing)],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<&'a (TicketId, Firing)>> {
    let rows: Vec<_> = firings
        .iter()
        .map(|(ticket_id, firing)| FiringRow {
            ticket_id: *ticket_id,
            metric: firing.metric,
            cycle: firing.cycle.cast_signed(),
            percent: firing.step.percent.into(),
            at: firing.at,
            due_at: firing.due_at,
        })
        .collect();
    let new = sqlx::query!(
        r#"insert into sla_firings (ticket_id, metric, cycle, percent, at, due_at, decided_at)
           select ticket_id, metric, cycle, percent, at, due_at, $2
           from jsonb_populate_recordset(null::sla_firings, $1)
           on conflict do nothing returning ticket_id as "ticket: TicketId", metric, cycle, percent"#,
        Json(&rows) as _,
        now
    )
    .fetch_all(db)
    .await?;
    let new: HashSet<_> = new.iter().map(|row| (row.ticket, row.metric.as_str(), row.cycle, row.percent)).collect();
    let key = |ticket: TicketId, firing: &'a Firing| {
        (ticket, firing.metric.as_str(), firing.cycle.cast_signed(), i32::from(firing.step.percent))
    };
    Ok(firings.iter().filter(|(ticket, firing)| new.contains(&key(*ticket, firing))).collect())
}

/// A locked ticket, and what decides who hears of it.
pub struct Locked {
    pub id: TicketId,
    pub team: TeamId,
    pub requester: UserId,
}

impl Locked {
    /// How the system, which acts here, stands to it.
    pub const fn standing(&self) -> Standing {
        Standing { ticket: self.id, team: self.team, requester: self.requester, shared_with: None, watched: false }
    }
}

/// Locks the next `limit` tickets by id.
pub async fn lock_after(db: &mut PgConnection, after: Option<TicketId>, limit: i64) -> sqlx::Result<Vec<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"select id as "id: _", team_id as "team: _", requester_id as "requester: _"
           from tickets where $1::uuid is null or id > $1 order by id limit $2 for no key update"#,
        after as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// Locks the next `limit` tickets that are not closed, by id.
pub async fn lock_open_after(db: &mut PgConnection, after: Option<TicketId>, limit: i64) -> sqlx::Result<Vec<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"select id as "id: _", team_id as "team: _", requester_id as "requester: _"
           from tickets where ($1::uuid is null or id > $1) and status <> 'closed' order by id limit $2
           for no key update"#,
        after as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// A publication that is being applied to open tickets.
pub struct Applying {
    pub number: i32,
    pub publication: Uuid,
    pub at: DateTime<Utc>,
    pub by: Option<UserId>,
    /// The last ticket that was looked at.
    pub until: Option<TicketId>,
    /// All were looked at once, and the newest are looked at again.
    pub is_second: bool,
}

/// Locks the newest publication for open tickets where it is still to be applied, unless another server is at it. Those
/// before it are not applied any more: what they said is old. One that was gone through after `swept_before` waits.
pub async fn lock_applying(db: &mut PgConnection, swept_before: DateTime<Utc>) -> sqlx::Result<Option<Applying>> {
    sqlx::query_as!(
        Applying,
        r#"select number, id as publication, at, by_id as "by: _", applied_until as "until: _",
                  swept_at is not null as "is_second!"
           from sla_publications
           where number = (select max(number) from sla_publications where for_open) and applied_at is null
                 and (swept_at is null or swept_at <= $1)
           for no key update skip locked"#,
        swept_before
    )
    .fetch_optional(db)
    .await
}

/// Remembers how far a publication was applied.
pub async fn applied_until(db: &mut PgConnection, number: i32, ticket: TicketId) -> sqlx::Result<()> {
    sqlx::query!("update sla_publications set applied_until = $2 where number = $1", number, ticket as _)
        .execute(db)
        .await?;
    Ok(())
}

/// All tickets were looked at once; those after `from` are looked at again.
pub async fn swept(db: &mut PgConnection, number: i32, from: TicketId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update sla_publications set swept_at = $3, applied_until = $2 where number = $1",
        number,
        from as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A publication was applied to all open tickets, and with it those before it that were not.
pub async fn applied(db: &mut PgConnection, number: i32, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update sla_publications set applied_at = $2 where number <= $1 and for_open and applied_at is null",
        number,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Locks up to `limit` tickets that have a timer before `now`, those that wait longest first. Tickets that
/// somebody works on are left for later: whoever changes a ticket runs its timers too.
///
/// Tickets are locked before their clocks are read, in the same order in which a change of a ticket does it,
/// so that the two never wait for each other.
pub async fn lock_due(db: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"select t.id as "id: _", t.team_id as "team: _", t.requester_id as "requester: _"
           from tickets t where t.id in (
               select ticket_id from sla_clocks where next_fire_at < $1 order by next_fire_at limit $2::bigint * 4)
           limit $2::bigint for no key update of t skip locked"#,
        now,
        limit
    )
    .fetch_all(db)
    .await
}

/// How often first replies were in time between two instants: (kept, missed).
pub async fn replies_kept(db: &mut PgConnection, from: DateTime<Utc>, to: DateTime<Utc>) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from sla_clocks
                   where state = 'met' and metric = 'first_reply' and ended_at >= $1 and ended_at < $2) as "met!",
                  (select count(*) from sla_clocks
                   where counts_since is not null and metric = 'first_reply' and due_at >= $1 and due_at < $2) as "missed!""#,
        from,
        to
    )
    .fetch_one(db)
    .await?;
    Ok((row.met, row.missed))
}
