//! Promises that all fall due in the same second, as after a bulk import or a long outage: each ticket has to be
//! replayed, its miss noted and told, once.
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kept_app::{
    core::{Actor, id::TicketId},
    tickets::service,
};
use tokio::time::sleep;

use super::{Bench, quiet};
use crate::bench::{
    Outcome,
    desk::{act, guest},
    table::{Line, Unit},
};

const TICKETS: usize = 10_000;
/// From now to the second in which they are due: the tickets are put down meanwhile.
const AHEAD: TimeDelta = TimeDelta::seconds(20);
/// What the demo promises anybody on an urgent ticket, day and night: an answer within the hour.
const PROMISED: TimeDelta = TimeDelta::minutes(60);
const PATIENCE: TimeDelta = TimeDelta::minutes(3);

pub async fn due_at_once(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let app = &bench.desk.app;
    let due = app.now() + AHEAD;
    let text = "The chlorine alarm of the waterworks is on and the water supply is in danger.";
    let new = guest("Somebody Urgent", "urgent@customer.example", "Chlorine alarm", text)?;
    // Filed an hour ago, less what is left.
    let filed = Some(due - PROMISED);
    let first = act(app, Actor::Guest, filed, async |tx| service::create(tx, &new).await).await?;
    let ids: Vec<uuid::Uuid> = (1..TICKETS).map(|_| TicketId::new().uuid()).collect();
    copies(bench, first.id, &ids).await?;
    let mut all = ids;
    all.push(first.id.uuid());
    if app.now() >= due {
        return Err("putting the tickets down took longer than until they were due".into());
    }
    sleep((due - app.now()).to_std().unwrap_or_default()).await;
    while left(bench, due).await? {
        if app.now() > due + PATIENCE {
            return Err("the timers were not handled within three minutes".into());
        }
        sleep(Duration::from_millis(20)).await;
    }
    let took = (app.now() - due).as_seconds_f64();
    once(bench, &all).await?;
    quiet(app).await?;
    Ok(vec![Line::new(format!("{TICKETS} promises due at once"), took, Unit::Seconds).at_most(5.0)])
}

/// The ticket again and again, under other ids, with all that its promises are made of.
async fn copies(bench: &Bench<'_>, ticket: TicketId, ids: &[uuid::Uuid]) -> Outcome<()> {
    let mut tx = bench.desk.app.db.begin().await?;
    sqlx::query!(
        "insert into tickets (id, subject, priority, type, channel, team_id, requester_id, sla_state, sla_metric,
             sla_started_at, sla_risk_at, sla_due_at, sla_breached, last_customer_message_at, created_at, updated_at)
         select c.id, t.subject, t.priority, t.type, t.channel, t.team_id, t.requester_id, t.sla_state, t.sla_metric,
             t.sla_started_at, t.sla_risk_at, t.sla_due_at, t.sla_breached, t.last_customer_message_at, t.created_at, t.updated_at
         from tickets t, unnest($2::uuid[]) as c (id) where t.id = $1",
        ticket as _,
        ids
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into sla_events select copy.* from sla_events t, unnest($2::uuid[]) as c (id),
             jsonb_populate_record(t, jsonb_build_object('ticket_id', c.id)) copy
         where t.ticket_id = $1",
        ticket as _,
        ids
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into sla_clocks select copy.* from sla_clocks t, unnest($2::uuid[]) as c (id),
             jsonb_populate_record(t, jsonb_build_object('ticket_id', c.id)) copy
         where t.ticket_id = $1",
        ticket as _,
        ids
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into sla_firings select copy.* from sla_firings t, unnest($2::uuid[]) as c (id),
             jsonb_populate_record(t, jsonb_build_object('ticket_id', c.id)) copy
         where t.ticket_id = $1",
        ticket as _,
        ids
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Whether a timer of that second or an earlier one still waits.
async fn left(bench: &Bench<'_>, due: DateTime<Utc>) -> Outcome<bool> {
    let left = sqlx::query_scalar!(r#"select exists (select from sla_clocks where next_fire_at <= $1) as "is!""#, due);
    Ok(left.fetch_one(&bench.desk.app.db).await?)
}

/// Every miss was told, and none twice.
async fn once(bench: &Bench<'_>, ids: &[uuid::Uuid]) -> Outcome<()> {
    let told = sqlx::query!(
        r#"select count(*) as "events!", count(distinct ticket_id) as "tickets!" from events
           where kind = 'sla_missed' and ticket_id = any($1)"#,
        ids
    )
    .fetch_one(&bench.desk.app.db)
    .await?;
    if (told.events, told.tickets) != (ids.len() as i64, ids.len() as i64) {
        return Err(format!("{} misses of {} tickets were told, not one of each", told.events, told.tickets).into());
    }
    Ok(())
}
