//! What steps of a ladder do beside telling people: once, with a reason, and what follows from it.
use super::ladder::{Stairs, sweep_at, tell};
use super::*;
use crate::core::id::TeamId;
use crate::sla::model::{Deed, Step, Whom};
use crate::sla::rebuild::rebuild_batch;
use crate::sla::store;
use crate::tickets::timeline::What;

const RAISE: Deed = Deed::RaisePriority { to: None };

fn step(percent: u16, also: Deed) -> Step {
    Step { percent, notify: [Whom::Assignee].into(), also: Some(also) }
}

/// Lets the policy for everyone have this ladder, and promise a first reply and a solution within so many seconds: for
/// what has normal priority, and for everything above.
async fn promise(desk: &Desk, ladder: Vec<Step>, normal: [u32; 2], above: [u32; 2]) {
    let nora = desk.person("Nora", Role::Admin, &[]).await;
    let everyone = overview(desk, &nora).await.policies.last().unwrap().id;
    let mut draft = publishing::policy(&mut desk.look(&nora).await, everyone).await.unwrap();
    draft.policy.ladder = ladder;
    for (priority, row) in &mut draft.policy.rows {
        let seconds = if *priority > Priority::Normal { above } else { normal };
        let cell = |seconds| Cell { allowance: Allowance::Seconds(seconds), calendar: None };
        row.cells = [Metric::FirstReply, Metric::Resolution].into_iter().zip(seconds.map(cell)).collect();
    }
    let mut tx = desk.act(&nora).await;
    // In force for tickets that a test files in the past, too.
    tx.now -= TimeDelta::days(1);
    let change = Change::Policy { id: Some(everyone), policy: draft.policy };
    publishing::publish(&mut tx, change, draft.number, Concerns::New).await.unwrap();
    tx.commit().await.unwrap();
}

#[derive(Debug, PartialEq)]
struct State {
    priority: Priority,
    team: TeamId,
    held: bool,
}

async fn state(desk: &Desk, ticket: TicketId) -> State {
    sqlx::query_as!(
        State,
        r#"select priority as "priority: _", team_id as "team: _", assignee_id is not null as "held!"
           from tickets where id = $1"#,
        ticket as _
    )
    .fetch_one(&desk.app.db)
    .await
    .unwrap()
}

async fn priority(desk: &Desk, ticket: TicketId) -> Priority {
    state(desk, ticket).await.priority
}

/// When a clock is due, in seconds after `filed`, and why it is late.
async fn due(desk: &Desk, ticket: TicketId, metric: Metric, filed: DateTime<Utc>) -> (i64, Option<String>) {
    let row = sqlx::query!(
        r#"select due_at as "due!", breach_cause from sla_clocks where ticket_id = $1 and metric = $2"#,
        ticket as _,
        metric.as_str()
    )
    .fetch_one(&desk.app.db)
    .await
    .unwrap();
    ((row.due - filed).num_seconds(), row.breach_cause)
}

/// The steps that were decided, in the order in which they were reached.
async fn decided(desk: &Desk, ticket: TicketId) -> Vec<String> {
    let rows = sqlx::query_scalar!(
        r#"select metric || ' ' || percent as "line!" from sla_firings where ticket_id = $1 order by at, metric, percent"#,
        ticket as _
    );
    rows.fetch_all(&desk.app.db).await.unwrap()
}

/// What is kept is what the facts say, as of an instant of the test.
async fn sound(desk: &Desk, at: DateTime<Utc>) {
    let mut tx = desk.act(&Actor::System).await;
    // What a step did counts a moment after it.
    tx.now = at + TimeDelta::milliseconds(1);
    let tickets = store::lock_after(&mut tx, None, 100).await.unwrap();
    let mut report = Report::default();
    rebuild_batch(&mut tx, &tickets, false, &mut report).await.unwrap();
    // A transaction that is dropped holds its locks a moment longer.
    tx.commit().await.unwrap();
    assert_eq!((report.different, report.tickets > 0), (vec![], true));
}

fn seconds(n: i64) -> TimeDelta {
    TimeDelta::seconds(n)
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_step_raises_the_priority_once_its_clock_keeps_its_target_and_the_others_get_theirs(db: PgPool) {
    let desk = desk(db).await;
    promise(&desk, vec![step(80, RAISE), step(120, RAISE)], [100, 1_000], [40, 400]).await;
    let filed = desk.app.now();
    let ticket = file_at(&desk, filed).await;
    assert_eq!(sweep_at(&desk, filed + seconds(81), true).await, 1, "a server dies after it did everything");
    assert_eq!((priority(&desk, ticket).await, told(&desk, "priority_changed").await), (Priority::Normal, 0));
    // Until the lock of the one that died is gone.
    let freed = sqlx::query("select from tickets where id = $1 for update").bind(ticket.uuid());
    freed.execute(&desk.app.db).await.unwrap();
    let at = filed + seconds(82);
    let (a, b) = tokio::join!(sweep_at(&desk, at, false), sweep_at(&desk, at, false));
    assert_eq!(a + b, 1);
    sweep_at(&desk, filed + seconds(90), false).await;
    assert_eq!((priority(&desk, ticket).await, told(&desk, "priority_changed").await), (Priority::High, 1));
    assert_eq!(due(&desk, ticket, Metric::FirstReply, filed).await, (100, None), "its own clock");
    assert_eq!(due(&desk, ticket, Metric::Resolution, filed).await, (400, None), "the other");
    assert_eq!(decided(&desk, ticket).await, ["first_reply 80"]);
    sound(&desk, filed + seconds(90)).await;

    // Nobody did it, and the story says why it was done.
    let by_nobody = sqlx::query_scalar!(
        r#"select count(*) as "n!" from events where kind = 'priority_changed' and actor_id is null
           and payload->'step' = '{"metric": "first_reply", "cycle": 1, "percent": 80}'"#
    );
    assert_eq!(by_nobody.fetch_one(&desk.app.db).await.unwrap(), 1);
    let ada = desk.agent("Ada").await;
    let number = sqlx::query_scalar!("select number from tickets where id = $1", ticket as _)
        .fetch_one(&desk.app.db)
        .await
        .unwrap();
    let page = crate::desk::service::ticket(&mut desk.look(&ada).await, number, None).await.unwrap();
    let lines = page.timeline.entries.iter().filter_map(|entry| match &entry.what {
        What::Line { words, .. } => Some(words.iter().map(|word| word.text.as_str()).collect::<String>()),
        What::Message { .. } => None,
    });
    let story = lines.collect::<Vec<_>>().join("\n");
    assert!(story.contains("80 % of First reply reached: priority raised to high"), "{story}");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn after_an_outage_each_step_does_what_it_would_have_done(db: PgPool) {
    let desk = desk(db).await;
    let ladder = vec![step(50, RAISE), step(80, RAISE), step(100, Deed::Unassign)];
    promise(&desk, ladder, [100, 100_000], [100, 100_000]).await;
    let filed = desk.app.now() - TimeDelta::hours(2);
    let ticket = file_at(&desk, filed).await;
    assert_eq!(priority(&desk, ticket).await, Priority::Urgent);
    assert_eq!(decided(&desk, ticket).await, ["first_reply 50", "first_reply 80", "first_reply 100"]);
    assert_eq!((told(&desk, "priority_changed").await, told(&desk, "unassigned").await), (2, 0), "nobody held it");
    let waits = sqlx::query_scalar!("select percent from escalations where ticket_id = $1", ticket as _);
    assert_eq!(waits.fetch_all(&desk.app.db).await.unwrap(), [Some(100)]);
    sound(&desk, desk.app.now()).await;
}

/// Rule 6: of the steps that a change of target jumps over the highest alone is reached, and does what it says.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_a_step_does_may_bring_the_next_at_once_and_none_twice(db: PgPool) {
    let desk = desk(db).await;
    let night = desk.team_named("Night shift").await;
    let ladder = vec![step(80, RAISE), step(100, Deed::MoveToTeam { team: night })];
    promise(&desk, ladder, [100, 1_000], [100, 60]).await;
    let ada = desk.agent("Ada").await;
    let filed = desk.app.now();
    let ticket = file_at(&desk, filed).await;
    desk.take(&ada, ticket).await.unwrap();
    sweep_at(&desk, filed + seconds(81), false).await;
    assert_eq!(state(&desk, ticket).await, State { priority: Priority::High, team: night, held: false });
    assert_eq!(due(&desk, ticket, Metric::Resolution, filed).await, (60, Some("policy_change".into())));
    assert_eq!(decided(&desk, ticket).await, ["first_reply 80", "resolution 100"]);
    sweep_at(&desk, filed + seconds(101), false).await;
    assert_eq!(decided(&desk, ticket).await, ["first_reply 80", "resolution 100", "first_reply 100"]);
    assert_eq!(
        (told(&desk, "priority_changed").await, told(&desk, "transferred").await),
        (1, 1),
        "it is there already"
    );
    sound(&desk, filed + seconds(101)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn teams_that_hand_a_ticket_on_to_each_other_do_so_once_in_each_turn(db: PgPool) {
    let desk = desk(db).await;
    let night = desk.team_named("Night shift").await;
    let nora = desk.person("Nora", Role::Admin, &[]).await;
    let seen = overview(&desk, &nora).await;
    let mut everyone = publishing::policy(&mut desk.look(&nora).await, seen.policies[0].id).await.unwrap().policy;
    for row in everyone.rows.values_mut() {
        let cell = Cell { allowance: Allowance::Seconds(100), calendar: None };
        row.cells = [(Metric::Ownership, cell)].into();
    }
    everyone.ladder = vec![step(1, Deed::MoveToTeam { team: night })];
    let of_night = Condition { field: Field::Team, not: false, values: vec![night.to_string()] };
    let back = Policy {
        name: "Night".into(),
        conditions: vec![of_night],
        ladder: vec![step(1, Deed::MoveToTeam { team: desk.team })],
        ..everyone.clone()
    };
    let mut tx = desk.act(&nora).await;
    for (number, id, policy) in [(seen.number, Some(seen.policies[0].id), everyone), (seen.number + 1, None, back)] {
        publishing::publish(&mut tx, Change::Policy { id, policy }, number, Concerns::New).await.unwrap();
    }
    tx.commit().await.unwrap();
    let filed = desk.app.now();
    let ticket = file_at(&desk, filed).await;
    for (at, team, turns) in [(2, night, 1), (4, desk.team, 2), (6, night, 3)] {
        sweep_at(&desk, filed + seconds(at), false).await;
        assert_eq!((state(&desk, ticket).await.team, told(&desk, "transferred").await), (team, turns), "{at} s");
        sound(&desk, filed + seconds(at)).await;
    }
}

/// Events come before the timers of their instant: a team that loses a ticket in the microsecond in which its promise is
/// late would else have kept it, after everybody was told that it had not.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_miss_of_the_very_instant_at_which_a_step_ends_its_clock_stands(db: PgPool) {
    let desk = desk(db).await;
    let night = desk.team_named("Night shift").await;
    let nora = desk.person("Nora", Role::Admin, &[]).await;
    let everyone = overview(&desk, &nora).await.policies.last().unwrap().id;
    change(&desk, &nora, everyone, |policy| {
        policy.ladder = vec![step(80, Deed::MoveToTeam { team: night })];
        let cell = Cell { allowance: Allowance::Seconds(90), calendar: None };
        policy.rows.values_mut().for_each(|row| row.cells = [(Metric::Ownership, cell)].into());
    })
    .await;
    let filed = desk.app.now();
    let ticket = file_at(&desk, filed).await;
    let at = filed + seconds(90);
    assert_eq!(sweep_at(&desk, at, false).await, 1);
    assert_eq!((state(&desk, ticket).await.team, told(&desk, "sla_missed").await), (night, 1));
    let first = sqlx::query_as::<_, (String, Option<DateTime<Utc>>)>(
        "select state, breached_at from sla_clocks where ticket_id = $1 and metric = 'ownership' and cycle = 1",
    );
    let first = first.bind(ticket.uuid()).fetch_one(&desk.app.db).await.unwrap();
    assert_eq!(first, ("missed".to_owned(), Some(at)));
    sound(&desk, at).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn nothing_is_done_to_a_ticket_that_is_solved_or_with_a_team_that_is_switched_off(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let night = desk.team_named("Night shift").await;
    let ladder = vec![step(50, Deed::MoveToTeam { team: night }), step(80, RAISE), step(100, Deed::Unassign)];
    promise(desk, ladder, [100, 100], [100, 100]).await;
    sqlx::query!("update teams set active = false where id = $1", night as _).execute(&desk.app.db).await.unwrap();
    let (ticket, filed) = stairs.answered().await;
    sweep_at(desk, filed + seconds(51), false).await;
    let before = State { priority: Priority::Normal, team: desk.team, held: true };
    assert_eq!(state(desk, ticket).await, before);
    // Whoever solves it is the first to notice that the time was up.
    let seen = version(desk, ticket).await;
    let mut tx = desk.act(&stairs.ada).await;
    tx.now = filed + seconds(110);
    tickets::set_status(&mut tx, ticket, &Move::Resolve, seen).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(decided(desk, ticket).await, ["resolution 50", "resolution 80", "resolution 100"]);
    assert_eq!(state(desk, ticket).await, before);
    let waits = sqlx::query_scalar!(r#"select count(*) as "n!" from escalations"#);
    assert_eq!(waits.fetch_one(&desk.app.db).await.unwrap(), 0, "nobody has to look at it any more");
    sound(desk, filed + seconds(110)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn whoever_loses_a_ticket_to_a_step_hears_of_it_and_may_take_it_again(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    promise(desk, vec![step(80, Deed::Unassign)], [100, 100], [100, 100]).await;
    let (ticket, filed) = stairs.answered().await;
    sweep_at(desk, filed + seconds(81), false).await;
    assert!(!state(desk, ticket).await.held);
    tell(desk).await;
    let heard = sqlx::query_scalar!(
        r#"select u.name as "name!" from notifications n join users u on u.id = n.user_id where n.kind = 'taken_away'"#
    );
    assert_eq!(heard.fetch_all(&desk.app.db).await.unwrap(), ["Ada"]);
    desk.take(&stairs.ada, ticket).await.unwrap();
    sweep_at(desk, filed + seconds(95), false).await;
    assert!(state(desk, ticket).await.held, "a step is reached once");
}

/// Whoever decides on what they see is told when a step was faster.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_change_decided_before_a_step_did_something_is_refused(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    promise(desk, vec![step(80, RAISE)], [100, 100], [100, 100]).await;
    let (ticket, filed) = stairs.answered().await;
    let seen = version(desk, ticket).await;
    sweep_at(desk, filed + seconds(81), false).await;
    let mut tx = desk.act(&stairs.ada).await;
    let refused = tickets::set_priority(&mut tx, ticket, Priority::Low, seen).await;
    assert_eq!(refused, Err(Error::Changed { by: "The system".into() }));
}
