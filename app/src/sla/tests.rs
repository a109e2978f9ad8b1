//! The room on a real database: promises kept with tickets, timers, publications.
mod deeds;
mod field;
mod forms;
mod kill;
mod ladder;
mod publish;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::model::{Allowance, Cell, Condition, Field, Metric, Policy};
use super::plan::Change;
use super::policy::TicketFacts;
use super::publish::Mentioned;
use super::rebuild::{Report, rebuild};
use super::spec::CalendarSpec;
use super::views::{Concerns, Overview};
use super::{publish as publishing, service, sweep};
use crate::conversations::model::MessageKind;
use crate::core::id::{PolicyId, TicketId};
use crate::core::{Actor, Error, Role};
use crate::testing::{Desk, body, new_ticket};
use crate::tickets::model::{Channel, HoldReason, Priority, SlaState};
use crate::tickets::service::{self as tickets, Move, NewTicket};

async fn desk(db: PgPool) -> Desk {
    let desk = Desk::open(db).await;
    let mut tx = desk.act(&Actor::System).await;
    // In force for tickets that a test files in the past, too.
    tx.now -= TimeDelta::days(30);
    publishing::lay_down(&mut tx, "Europe/Madrid").await.unwrap();
    tx.commit().await.unwrap();
    desk
}

async fn admin(desk: &Desk) -> Actor {
    desk.person("Jonas", Role::Admin, &[]).await
}

async fn overview(desk: &Desk, admin: &Actor) -> Overview {
    publishing::overview(&mut desk.look(admin).await, Mentioned::default()).await.unwrap()
}

/// Lets the policy for everyone promise so many seconds of everything it promises.
async fn promise_seconds(desk: &Desk, seconds: u32) {
    let admin = admin(desk).await;
    let everyone = overview(desk, &admin).await.policies.last().unwrap().id;
    change(desk, &admin, everyone, |policy| {
        for row in policy.rows.values_mut() {
            let cell = Cell { allowance: Allowance::Seconds(seconds), calendar: None };
            row.cells.values_mut().for_each(|old| *old = cell);
        }
    })
    .await;
}

async fn change(desk: &Desk, admin: &Actor, id: PolicyId, edit: impl FnOnce(&mut Policy)) {
    let mut draft = publishing::policy(&mut desk.look(admin).await, id).await.unwrap();
    edit(&mut draft.policy);
    publish_now(desk, admin, Change::Policy { id: Some(id), policy: draft.policy }, Concerns::New).await.unwrap();
}

/// Publishes a change of what is published now; the id of what was changed.
async fn publish_now(desk: &Desk, admin: &Actor, change: Change, concerns: Concerns) -> Result<Uuid, Error> {
    let seen = overview(desk, admin).await.number;
    let mut tx = desk.act(admin).await;
    let id = publishing::publish(&mut tx, change, seen, concerns).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

#[derive(Debug, PartialEq)]
struct Badge {
    state: SlaState,
    metric: Option<String>,
    due: Option<DateTime<Utc>>,
    breached: bool,
}

async fn badge(desk: &Desk, ticket: TicketId) -> Badge {
    sqlx::query_as!(
        Badge,
        r#"select sla_state as "state: _", sla_metric as metric, sla_due_at as due, sla_breached as breached
           from tickets where id = $1"#,
        ticket as _
    )
    .fetch_one(&desk.app.db)
    .await
    .unwrap()
}

async fn version(desk: &Desk, ticket: TicketId) -> i32 {
    sqlx::query_scalar!("select version from tickets where id = $1", ticket as _).fetch_one(&desk.app.db).await.unwrap()
}

/// How often anybody was told of a kind of thing.
async fn told(desk: &Desk, kind: &str) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from events where kind = $1"#, kind)
        .fetch_one(&desk.app.db)
        .await
        .unwrap()
}

async fn file_at(desk: &Desk, at: DateTime<Utc>) -> TicketId {
    let mut tx = desk.act(&Actor::Guest).await;
    tx.now = at;
    let created = tickets::create(&mut tx, &new_ticket("VPN is down", "Since this morning.")).await.unwrap();
    tx.commit().await.unwrap();
    created.id
}

async fn set_status(desk: &Desk, agent: &Actor, ticket: TicketId, step: &Move) {
    let seen = version(desk, ticket).await;
    let mut tx = desk.act(agent).await;
    tickets::set_status(&mut tx, ticket, step, seen).await.unwrap();
    tx.commit().await.unwrap();
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_the_form_promises_is_what_the_ticket_gets(db: PgPool) {
    let desk = desk(db).await;
    let facts = TicketFacts::new(Priority::Normal, Channel::Form);
    let mut tx = desk.act(&Actor::Guest).await;
    let book = service::in_force(&mut tx).await.unwrap();
    let due = service::due(&mut tx, book.as_deref(), &facts).await.unwrap();
    let new = NewTicket { promise_shown: true, ..new_ticket("VPN is down", "Since this morning.") };
    let created = tickets::create(&mut tx, &new).await.unwrap();
    let now = tx.now;
    tx.commit().await.unwrap();
    assert_eq!(due.reply_by, Some(now + TimeDelta::hours(4)));
    let badge = badge(&desk, created.id).await;
    assert_eq!((badge.state, badge.due, badge.breached), (SlaState::Running, due.reply_by, false));
    let told = sqlx::query_scalar::<_, Option<DateTime<Utc>>>("select promised_reply_by from tickets where id = $1")
        .bind(created.id.uuid());
    assert_eq!(told.fetch_one(&desk.app.db).await.unwrap(), due.reply_by, "what was shown is kept");
    assert_eq!(badge.metric.as_deref(), Some("first_reply"));
}

/// Else whoever is to be told of it would be taken for who did it, and not be told.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_time_brings_is_nobodys_doing_whoever_notices(db: PgPool) {
    let desk = desk(db).await;
    promise_seconds(&desk, 1).await;
    let ada = desk.agent("Ada").await;
    let ticket = desk.ticket().await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    desk.say(&ada, ticket.id, MessageKind::Public, "Please try again.").await.unwrap();
    assert!(told(&desk, "sla_missed").await > 0, "who answers too late is the first to notice");
    let by_somebody = sqlx::query_scalar!(
        r#"select count(*) as "n!" from events where kind in ('sla_missed', 'sla_step') and actor_id is not null"#
    );
    assert_eq!(by_somebody.fetch_one(&desk.app.db).await.unwrap(), 0);
}

/// Whoever types an address must not learn that its owner has a better contract.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_guest_is_promised_what_anybody_would_be_and_gets_what_the_contract_says(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let seen = overview(&desk, &admin).await;
    let everyone = publishing::policy(&mut desk.look(&admin).await, seen.policies.last().unwrap().id).await.unwrap();
    let gold = Condition { field: Field::Plan, not: false, values: vec!["gold".into()] };
    let mut policy = Policy { name: "Gold".into(), conditions: vec![gold], ..everyone.policy };
    for row in policy.rows.values_mut() {
        row.cells.values_mut().for_each(|cell| cell.allowance = Allowance::Seconds(600));
    }
    let mut tx = desk.act(&admin).await;
    let change = Change::Policy { id: None, policy };
    publishing::publish(&mut tx, change, seen.number, Concerns::New).await.unwrap();
    tx.commit().await.unwrap();
    // Marta is known from now on.
    desk.ticket().await;
    sqlx::query!(
        "with company as (
             insert into organisations (id, name, tickets_shared, support_plan, created_at)
             values (gen_random_uuid(), 'Larkfield', false, 'gold', now()) returning id
         )
         update users set organisation_id = company.id from company where email = 'marta@customer.example'"
    )
    .execute(&desk.app.db)
    .await
    .unwrap();

    let mut tx = desk.act(&Actor::Guest).await;
    let new = NewTicket { promise_shown: true, ..new_ticket("VPN is down", "Again.") };
    let (created, now) = (tickets::create(&mut tx, &new).await.unwrap(), tx.now);
    tx.commit().await.unwrap();
    assert_eq!(badge(&desk, created.id).await.due, Some(now + TimeDelta::minutes(10)));
    let told = sqlx::query_scalar!("select promised_reply_by from tickets where id = $1", created.id as _);
    assert_eq!(told.fetch_one(&desk.app.db).await.unwrap(), Some(now + TimeDelta::hours(4)));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_ticket_goes_through_its_life_and_a_rebuild_finds_the_same(db: PgPool) {
    let desk = desk(db).await;
    let agent = desk.agent("Ada").await;
    let ticket = desk.ticket().await.id;
    desk.take(&agent, ticket).await.unwrap();
    desk.say(&agent, ticket, MessageKind::Internal, "Looking at it.").await.unwrap();
    assert_eq!(badge(&desk, ticket).await.metric.as_deref(), Some("first_reply"), "a note fulfils nothing");
    desk.say(&agent, ticket, MessageKind::Public, "Which city are you in?").await.unwrap();
    assert_eq!(badge(&desk, ticket).await.metric.as_deref(), Some("resolution"));

    let hold = Move::Hold { waits_for: HoldReason::Customer, wake_at: None, reason: None };
    set_status(&desk, &agent, ticket, &hold).await;
    let held = badge(&desk, ticket).await;
    assert_eq!((held.state, held.due), (SlaState::Paused, None));

    let marta = tickets_requester(&desk, ticket).await;
    let mut tx = desk.act(&marta).await;
    tickets::write_as_customer(&mut tx, ticket, &body("In Porto."), Channel::Portal, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(badge(&desk, ticket).await.metric.as_deref(), Some("next_reply"));

    desk.say(&agent, ticket, MessageKind::Public, "It works again.").await.unwrap();
    set_status(&desk, &agent, ticket, &Move::Resolve).await;
    assert_eq!(badge(&desk, ticket).await.state, SlaState::Met);

    let why = service::explain(&mut desk.look(&agent).await, ticket).await.unwrap();
    assert_eq!(why.terms.as_deref(), Some("Everyone, Normal"));
    assert_eq!(why.promises.len(), 3);
    assert_eq!(rebuild(&desk.app, false).await.unwrap().different, []);
}

/// The holder of a ticket's tracking link.
async fn tickets_requester(desk: &Desk, ticket: TicketId) -> Actor {
    let requester = sqlx::query_scalar!(r#"select requester_id as "id: _" from tickets where id = $1"#, ticket as _)
        .fetch_one(&desk.app.db)
        .await
        .unwrap();
    Actor::LinkHolder { ticket, requester }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_breach_has_its_true_time_and_is_told_once_as_caught_up(db: PgPool) {
    let desk = desk(db).await;
    let filed = desk.app.now() - TimeDelta::hours(10);
    let ticket = file_at(&desk, filed).await;
    assert_eq!(sweep::sweep(&desk.app).await.unwrap(), 0, "filing looked at its timers too");
    let breached = sqlx::query_scalar!(
        "select breached_at from sla_clocks where ticket_id = $1 and metric = 'first_reply'",
        ticket as _
    )
    .fetch_one(&desk.app.db)
    .await
    .unwrap();
    assert_eq!(breached, Some(filed + TimeDelta::hours(4)));
    assert!(badge(&desk, ticket).await.breached);
    assert_eq!((told(&desk, "sla_missed").await, told(&desk, "sla_step").await), (1, 4));
    let live = sqlx::query_scalar!(
        r#"select count(*) as "n!" from events where kind = 'sla_step' and not (payload->>'catch_up')::bool"#
    );
    assert_eq!(live.fetch_one(&desk.app.db).await.unwrap(), 0);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn each_step_is_decided_once_by_any_number_of_servers_and_through_crashes(db: PgPool) {
    let desk = desk(db).await;
    promise_seconds(&desk, 1).await;
    for _ in 0..30 {
        desk.ticket().await;
    }
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    // One server dies after it wrote everything and before it said so: nothing of it stays.
    sweep::handle_due(&mut desk.act(&Actor::System).await).await.unwrap();
    assert_eq!(told(&desk, "sla_step").await, 0);
    let (a, b, c) = tokio::join!(sweep::sweep(&desk.app), sweep::sweep(&desk.app), sweep::sweep(&desk.app));
    assert!(a.unwrap() + b.unwrap() + c.unwrap() >= 30);
    sweep::sweep(&desk.app).await.unwrap();
    // 30 tickets, two promises each, four steps; both promises are late.
    assert_eq!((told(&desk, "sla_step").await, told(&desk, "sla_missed").await), (240, 60));
    assert_eq!(rebuild(&desk.app, false).await.unwrap().different, []);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_rebuild_finds_what_was_tampered_with_and_mends_it(db: PgPool) {
    let desk = desk(db).await;
    let ticket = desk.ticket().await.id;
    sqlx::query!("update sla_clocks set due_at = due_at + interval '1 day' where metric = 'resolution'")
        .execute(&desk.app.db)
        .await
        .unwrap();
    let found = vec![(ticket, Metric::Resolution, 1)];
    assert_eq!(rebuild(&desk.app, false).await.unwrap().different, found);
    assert_eq!(rebuild(&desk.app, true).await.unwrap().different, found);
    assert_eq!(rebuild(&desk.app, false).await.unwrap(), Report { tickets: 1, events: 3, different: vec![] });
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn facts_cannot_be_rewritten(db: PgPool) {
    let desk = desk(db).await;
    desk.ticket().await;
    let pool = &desk.app.db;
    assert!(sqlx::query!("update sla_events set at = at + interval '1 hour'").execute(pool).await.is_err());
    assert!(sqlx::query!("delete from sla_events").execute(pool).await.is_err());
    assert!(
        sqlx::query!("update sla_events set payload = null where kind = 'customer_message'")
            .execute(pool)
            .await
            .is_ok()
    );
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_changed_policy_concerns_new_tickets_and_old_ones_keep_their_promise(db: PgPool) {
    let desk = desk(db).await;
    let old = desk.ticket().await.id;
    let due = badge(&desk, old).await.due;
    promise_seconds(&desk, 600).await;
    let new = desk.ticket().await.id;
    assert!(badge(&desk, new).await.due < due);
    let agent = desk.agent("Ada").await;
    desk.take(&agent, old).await.unwrap();
    assert_eq!(badge(&desk, old).await.due, due);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_change_of_priority_swaps_the_target(db: PgPool) {
    let desk = desk(db).await;
    let agent = desk.agent("Ada").await;
    let created = desk.ticket().await;
    let seen = version(&desk, created.id).await;
    let mut tx = desk.act(&agent).await;
    tickets::set_priority(&mut tx, created.id, Priority::Urgent, seen).await.unwrap();
    tx.commit().await.unwrap();
    let filed: DateTime<Utc> = sqlx::query_scalar!("select created_at from tickets where id = $1", created.id as _)
        .fetch_one(&desk.app.db)
        .await
        .unwrap();
    assert_eq!(badge(&desk, created.id).await.due, Some(filed + TimeDelta::minutes(30)));
}
