//! What hurt the users of other help desks, each under the number that their tracker gave it.
use std::collections::BTreeMap;

use super::ladder::{Stairs, heard, sweep_at, tell};
use super::*;
use crate::core::id::OrganisationId;
use crate::core::{Person, Tx};
use crate::sla::model::{Step, Whom};
use crate::tickets::own;

/// What `actor` does at an instant.
async fn act_at<T>(
    desk: &Desk,
    actor: &Actor,
    at: DateTime<Utc>,
    act: impl AsyncFnOnce(&mut Tx) -> Result<T, Error>,
) -> T {
    let mut tx = desk.act(actor).await;
    tx.now = at;
    let done = act(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn take_at(desk: &Desk, agent: &Actor, ticket: TicketId, at: DateTime<Utc>) {
    act_at(desk, agent, at, async |tx| tickets::take(tx, ticket).await).await;
}

async fn answer_at(desk: &Desk, agent: &Actor, ticket: TicketId, at: DateTime<Utc>) {
    let message = tickets::StaffMessage { kind: MessageKind::Public, body: body("Try again."), uploads: None };
    act_at(desk, agent, at, async |tx| tickets::write_as_staff(tx, ticket, &message).await).await;
}

async fn write_at(desk: &Desk, customer: &Actor, ticket: TicketId, channel: Channel, at: DateTime<Utc>) {
    let said = body("In Porto.");
    act_at(desk, customer, at, async |tx| tickets::write_as_customer(tx, ticket, &said, channel, None).await).await;
}

async fn move_at(desk: &Desk, agent: &Actor, ticket: TicketId, step: &Move, at: DateTime<Utc>) {
    let seen = version(desk, ticket).await;
    act_at(desk, agent, at, async |tx| tickets::set_status(tx, ticket, step, seen).await).await;
}

async fn prioritise(desk: &Desk, agent: &Actor, ticket: TicketId, priority: Priority) {
    let (seen, now) = (version(desk, ticket).await, desk.app.now());
    act_at(desk, agent, now, async |tx| tickets::set_priority(tx, ticket, priority, seen).await).await;
}

/// When the newest clock of a metric is due; none without a promise.
async fn due(desk: &Desk, ticket: TicketId, metric: &str) -> Option<DateTime<Utc>> {
    let due = sqlx::query_scalar::<_, Option<DateTime<Utc>>>(
        "select due_at from sla_clocks where ticket_id = $1 and metric = $2 order by cycle desc limit 1",
    );
    due.bind(ticket.uuid()).bind(metric).fetch_optional(&desk.app.db).await.unwrap().flatten()
}

/// Saves a policy that is tried before the one for everyone, and says the same but for what `edit` changes.
async fn add_policy(
    desk: &Desk,
    admin: &Actor,
    name: &str,
    (field, value): (Field, String),
    at: DateTime<Utc>,
    edit: impl Fn(&mut BTreeMap<Metric, Cell>),
) -> PolicyId {
    let seen = overview(desk, admin).await;
    let everyone = seen.policies.last().unwrap().id;
    let mut policy = publishing::policy(&mut desk.look(admin).await, everyone).await.unwrap().policy;
    policy.name = name.to_owned();
    policy.conditions = vec![Condition { field, not: false, values: vec![value] }];
    policy.rows.values_mut().for_each(|row| edit(&mut row.cells));
    let change = Change::Policy { id: None, policy };
    let publish = async |tx: &mut Tx| publishing::publish(tx, change.clone(), seen.number, Concerns::New).await;
    act_at(desk, admin, at, publish).await.to_string().parse().unwrap()
}

const fn cell(seconds: u32) -> Cell {
    Cell { allowance: Allowance::Seconds(seconds), calendar: None }
}

fn shown(state: SlaState, metric: &str, due: Option<DateTime<Utc>>) -> Badge {
    Badge { state, metric: Some(metric.to_owned()), due, breached: false }
}

/// There, the deadline of the first reply stayed on the ticket until an agent had replied twice.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_2082_the_first_reply_takes_its_due_time_off_the_ticket_at_once(db: PgPool) {
    let desk = desk(db).await;
    let (admin, ada) = (admin(&desk).await, desk.agent("Ada").await);
    let everyone = overview(&desk, &admin).await.policies.last().unwrap().id;
    change(&desk, &admin, everyone, |policy| {
        policy.rows.values_mut().for_each(|row| row.cells.retain(|metric, _| *metric == Metric::FirstReply));
    })
    .await;
    let filed = desk.app.now();
    let ticket = file_at(&desk, filed).await;
    let promised = shown(SlaState::Running, "first_reply", Some(filed + TimeDelta::hours(4)));
    assert_eq!(badge(&desk, ticket).await, promised);
    answer_at(&desk, &ada, ticket, filed + TimeDelta::hours(1)).await;
    assert_eq!(badge(&desk, ticket).await, shown(SlaState::Met, "first_reply", None));
    assert_eq!(sweep_at(&desk, filed + TimeDelta::hours(5), false).await, 0);
    assert_eq!((told(&desk, "sla_step").await, told(&desk, "sla_missed").await), (0, 0));
}

/// There, nobody could tell how long solutions took: what was to be written down at closing never was.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_2579_solving_writes_down_how_long_it_took_and_whether_that_was_in_time(db: PgPool) {
    let desk = desk(db).await;
    let ada = desk.agent("Ada").await;
    let filed = desk.app.now() - TimeDelta::hours(60);
    for (hours, outcome) in [(3, "met in 10800"), (50, "missed in 180000")] {
        let solved = filed + TimeDelta::hours(hours);
        let ticket = file_at(&desk, filed).await;
        take_at(&desk, &ada, ticket, filed).await;
        move_at(&desk, &ada, ticket, &Move::Resolve, solved).await;
        let written = sqlx::query_scalar::<_, String>(
            "select state || ' in ' || used from sla_clocks where ticket_id = $1 and metric = 'resolution'",
        );
        assert_eq!(written.bind(ticket.uuid()).fetch_one(&desk.app.db).await.unwrap(), outcome);
        let ended = sqlx::query_scalar::<_, Option<DateTime<Utc>>>(
            "select ended_at from sla_clocks where ticket_id = $1 and metric = 'resolution'",
        );
        assert_eq!(ended.bind(ticket.uuid()).fetch_one(&desk.app.db).await.unwrap(), Some(solved), "{outcome}");
    }
}

/// There, what a customer answered on the web, instead of by mail, restarted nothing: the ticket waited for ever.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_1322_an_answer_of_the_customer_starts_the_clock_by_whatever_channel(db: PgPool) {
    let desk = desk(db).await;
    let ada = desk.agent("Ada").await;
    let filed = desk.app.now() - TimeDelta::hours(6);
    let hour = |n| filed + TimeDelta::hours(n);
    for channel in [Channel::Email, Channel::Portal, Channel::Form] {
        let ticket = file_at(&desk, filed).await;
        take_at(&desk, &ada, ticket, hour(1)).await;
        answer_at(&desk, &ada, ticket, hour(1)).await;
        let hold = Move::Hold { waits_for: HoldReason::Customer, wake_at: None, reason: None };
        move_at(&desk, &ada, ticket, &hold, hour(1)).await;
        assert_eq!(badge(&desk, ticket).await, shown(SlaState::Paused, "resolution", None), "{channel}");
        let marta = tickets_requester(&desk, ticket).await;
        write_at(&desk, &marta, ticket, channel, hour(5)).await;
        let waits = shown(SlaState::Running, "next_reply", Some(hour(5 + 8)));
        assert_eq!(badge(&desk, ticket).await, waits, "{channel}");
        // Four hours on hold are added to the 48 of the solution.
        assert_eq!(due(&desk, ticket, "resolution").await, Some(hour(48 + 4)), "{channel}");
    }
}

/// There, a ticket handed to a team without an update promise kept the deadline of the team before.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_5624_a_team_without_an_update_promise_takes_a_ticket_over_without_one(db: PgPool) {
    let desk = desk(db).await;
    let (admin, ada) = (admin(&desk).await, desk.agent("Ada").await);
    let sales = desk.team_named("Sales").await;
    let ours = (Field::Team, desk.team.to_string());
    let hourly = |cells: &mut BTreeMap<Metric, Cell>| _ = cells.insert(Metric::PeriodicUpdate, cell(3_600));
    add_policy(&desk, &admin, "Support", ours, desk.app.now(), hourly).await;

    let filed = desk.app.now();
    let minute = |n| filed + TimeDelta::minutes(n);
    let ticket = file_at(&desk, filed).await;
    take_at(&desk, &ada, ticket, minute(1)).await;
    answer_at(&desk, &ada, ticket, minute(60)).await;
    assert_eq!(badge(&desk, ticket).await, shown(SlaState::Running, "periodic_update", Some(minute(120))));

    let seen = version(&desk, ticket).await;
    let hand_over = async |tx: &mut Tx| tickets::transfer(tx, ticket, sales, None, "They want an offer.", seen).await;
    act_at(&desk, &ada, minute(80), hand_over).await;
    assert_eq!(told(&desk, "transferred").await, 1);
    assert_eq!(badge(&desk, ticket).await, shown(SlaState::Running, "resolution", Some(minute(48 * 60))));
    assert_eq!(due(&desk, ticket, "periodic_update").await, None);
    assert_eq!(sweep_at(&desk, minute(180), false).await, 0);
    assert_eq!((told(&desk, "sla_step").await, told(&desk, "sla_missed").await), (0, 0));
}

/// There, an SLA could be deleted under its tickets: what was late stayed so, and was warned of, whatever anybody did.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_4353_a_policy_in_use_is_retired_and_an_answer_still_ends_what_was_late_under_it(db: PgPool) {
    let desk = desk(db).await;
    let (admin, ada) = (admin(&desk).await, desk.agent("Ada").await);
    let now = desk.app.now();
    let by_form = (Field::Channel, Channel::Form.to_string());
    let quick = |cells: &mut BTreeMap<Metric, Cell>| _ = cells.insert(Metric::FirstReply, cell(3_600));
    let quick = add_policy(&desk, &admin, "Quick", by_form, now - TimeDelta::days(1), quick).await;

    let filed = now - TimeDelta::minutes(65);
    let ticket = file_at(&desk, filed).await;
    assert_eq!((told(&desk, "sla_step").await, told(&desk, "sla_missed").await), (3, 1));
    let seen = overview(&desk, &admin).await.number;
    let retire = async |tx: &mut Tx| publishing::publish(tx, Change::RetirePolicy(quick), seen, Concerns::New).await;
    act_at(&desk, &admin, now, retire).await;

    // What was promised stays promised, and can still be explained.
    let due_at = Some(filed + TimeDelta::hours(1));
    let late = Badge { breached: true, ..shown(SlaState::Running, "first_reply", due_at) };
    assert_eq!(badge(&desk, ticket).await, late);
    let why = service::explain(&mut desk.look(&ada).await, ticket).await.unwrap();
    assert_eq!(why.terms.as_deref(), Some("Quick, Normal"));

    answer_at(&desk, &ada, ticket, now).await;
    let solution = Some(filed + TimeDelta::hours(48));
    let answered = Badge { breached: true, ..shown(SlaState::Running, "resolution", solution) };
    assert_eq!(badge(&desk, ticket).await, answered);
    assert_eq!(sweep_at(&desk, filed + TimeDelta::hours(3), false).await, 0);
    assert_eq!((told(&desk, "sla_step").await, told(&desk, "sla_missed").await), (3, 1));

    let filed = desk.app.now();
    let next = file_at(&desk, filed).await;
    assert_eq!(due(&desk, next, "first_reply").await, Some(filed + TimeDelta::hours(4)), "by the policy for everyone");
}

/// There, the warning became an entry on the ticket: its customer read it, with the addresses of all agents.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_1121_no_warning_and_no_address_of_the_staff_reaches_the_customer(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let (ticket, filed) = stairs.answered().await;
    let marta = tickets_requester(desk, ticket).await;
    // With an account, so that she has a bell as well.
    sqlx::query_scalar::<_, String>("update users set password_hash = 'x' where id = $1 returning name")
        .bind(marta.user_id())
        .fetch_one(&desk.app.db)
        .await
        .unwrap();
    for second in [51, 81, 101, 121] {
        sweep_at(desk, filed + TimeDelta::seconds(second), false).await;
    }
    tell(desk).await;

    let heard = heard(desk).await;
    assert_eq!(heard.len(), 10, "{heard:?}");
    assert!(heard.iter().all(|line| !line.starts_with("Marta")), "{heard:?}");
    let mails = sqlx::query_scalar::<_, String>(
        "select template || E'\n' || subject || E'\n' || body_text || E'\n' || body_html
         from deliveries where user_id = $1 order by id",
    );
    let mails = mails.bind(marta.user_id()).fetch_all(&desk.app.db).await.unwrap();
    let templates: Vec<_> = mails.iter().filter_map(|mail| mail.lines().next()).collect();
    assert_eq!(templates, ["received", "replied"]);
    assert!(mails.iter().all(|mail| !mail.contains("@kept.example")), "{mails:?}");

    // Her own message, the answer, and that somebody began to work on it.
    let story = own::story(&mut desk.look(&marta).await, ticket).await.unwrap();
    assert_eq!((story.messages.len(), story.moves.len()), (2, 1));
    assert_eq!(told(desk, "sla_step").await, 4);
    let public = sqlx::query_scalar::<_, i64>("select count(*) from events where kind like 'sla%' and public");
    assert_eq!(public.fetch_one(&desk.app.db).await.unwrap(), 0);
}

/// There, all agents get the same mail at one point in time: levels that reach different people could not be set up.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_2532_three_levels_reach_three_people(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let nora = desk.person("Nora", Role::Admin, &[]).await;
    let everyone = overview(desk, &nora).await.policies.last().unwrap().id;
    change(desk, &nora, everyone, |policy| {
        let level = |percent, whom| Step { percent, notify: [whom].into(), also: None };
        policy.ladder = vec![level(50, Whom::Assignee), level(80, Whom::TeamLead), level(100, Whom::Manager)];
    })
    .await;
    let (_, filed) = stairs.answered().await;
    let levels = ["Ada bell promise_half", "Lena bell promise_at_risk", "Mia mail promise_late"];
    for (second, reached) in [(51, 1), (81, 2), (101, 3), (121, 3)] {
        sweep_at(desk, filed + TimeDelta::seconds(second), false).await;
        tell(desk).await;
        assert_eq!(heard(desk).await, &levels[..reached], "{second} %");
    }
}

/// There, an administrator looked in vain for the place where escalation is switched on.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zammad_551_a_desk_that_nobody_configured_escalates(db: PgPool) {
    let desk = desk(db).await;
    let filed = desk.app.now() - TimeDelta::hours(10);
    let ticket = file_at(&desk, filed).await;
    let reached = sqlx::query_scalar::<_, DateTime<Utc>>(
        "select at from sla_firings where ticket_id = $1 and metric = 'first_reply' order by percent",
    );
    let reached = reached.bind(ticket.uuid()).fetch_all(&desk.app.db).await.unwrap();
    // Half, four fifths, all and six fifths of four hours.
    assert_eq!(reached, [120, 192, 240, 288].map(|minute| filed + TimeDelta::minutes(minute)));
}

/// There, nobody above hears of what an agent forgets, who is ill or shuns it.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn chatwoot_6889_what_an_agent_forgets_reaches_the_manager_and_then_the_executive(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let (_, filed) = stairs.answered().await;
    let above = ["Cleo bell promise_escalated", "Cleo mail promise_escalated", "Mia mail promise_late"];
    for (second, expected) in [(51, &above[..0]), (81, &above[..0]), (101, &above[2..]), (121, &above[..])] {
        sweep_at(desk, filed + TimeDelta::seconds(second), false).await;
        tell(desk).await;
        let mut lines = heard(desk).await;
        lines.retain(|line| line.starts_with("Cleo") || line.starts_with("Mia"));
        assert_eq!(lines, expected, "{second} %");
    }
}

/// There, agents are neither reminded of a reply or a solution that is due soon nor told of one that is late.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn frappe_948_the_holder_is_reminded_of_each_promise_and_told_when_it_is_late(db: PgPool) {
    let desk = desk(db).await;
    let (admin, ada) = (admin(&desk).await, desk.agent("Ada").await);
    let everyone = overview(&desk, &admin).await.policies.last().unwrap().id;
    change(&desk, &admin, everyone, |policy| {
        for row in policy.rows.values_mut() {
            row.cells = [(Metric::FirstReply, cell(100)), (Metric::Resolution, cell(1_000))].into();
        }
    })
    .await;
    // Whoever never signed in has no bell.
    sqlx::query_scalar::<_, String>("update users set password_hash = 'x' where id = $1 returning name")
        .bind(ada.user_id())
        .fetch_one(&desk.app.db)
        .await
        .unwrap();
    let filed = desk.app.now();
    let second = |n| filed + TimeDelta::seconds(n);
    let ticket = file_at(&desk, filed).await;
    take_at(&desk, &ada, ticket, second(1)).await;
    for n in [51, 81, 101] {
        sweep_at(&desk, second(n), false).await;
    }
    answer_at(&desk, &ada, ticket, second(110)).await;
    for n in [501, 801, 1_001] {
        sweep_at(&desk, second(n), false).await;
    }
    tell(&desk).await;
    let bells = sqlx::query_scalar::<_, String>(
        "select replace(n.title, '#' || t.number, '#N') from notifications n join tickets t on t.id = n.ticket_id
         where n.user_id = $1 and n.kind like 'promise%' order by n.event_seq",
    );
    assert_eq!(
        bells.bind(ada.user_id()).fetch_all(&desk.app.db).await.unwrap(),
        [
            "Half the time for the first reply on #N is used",
            "The first reply on #N is at risk",
            "The first reply on #N is late",
            "Half the time for the resolution on #N is used",
            "The resolution on #N is at risk",
            "The resolution on #N is late",
        ]
    );
}

/// There, the times that a ticket got were not those that its SLA had for its priority.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn frappe_2405_every_priority_is_promised_what_its_row_says(db: PgPool) {
    let desk = desk(db).await;
    let ada = desk.agent("Ada").await;
    let filed = desk.app.now();
    let minute = |n| filed + TimeDelta::minutes(n);
    let ticket = file_at(&desk, filed).await;
    for (priority, reply, solution) in [
        (Priority::Low, 24 * 60, 120 * 60),
        (Priority::Normal, 4 * 60, 48 * 60),
        (Priority::High, 2 * 60, 16 * 60),
        (Priority::Urgent, 30, 4 * 60),
    ] {
        prioritise(&desk, &ada, ticket, priority).await;
        let promised = (due(&desk, ticket, "first_reply").await, due(&desk, ticket, "resolution").await);
        assert_eq!(promised, (Some(minute(reply)), Some(minute(solution))), "{priority}");
    }
}

/// There, a ticket with a priority of which the SLA knows nothing could not be saved at all.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn frappe_2405_a_priority_of_which_the_policy_says_nothing_breaks_nothing(db: PgPool) {
    let desk = desk(db).await;
    let (admin, ada) = (admin(&desk).await, desk.agent("Ada").await);
    let everyone = overview(&desk, &admin).await.policies.last().unwrap().id;
    change(&desk, &admin, everyone, |policy| _ = policy.rows.remove(&Priority::Urgent)).await;
    let filed = desk.app.now();
    let ticket = file_at(&desk, filed).await;

    prioritise(&desk, &ada, ticket, Priority::Urgent).await;
    assert_eq!(badge(&desk, ticket).await, Badge { state: SlaState::None, metric: None, due: None, breached: false });
    let why = service::explain(&mut desk.look(&ada).await, ticket).await.unwrap();
    assert_eq!(why.terms.as_deref(), Some("Everyone, Urgent"));
    assert_eq!(why.untimed, ["First reply", "Customer waits", "Our work", "Solve", "Team holds it"]);

    prioritise(&desk, &ada, ticket, Priority::Normal).await;
    let promised = shown(SlaState::Running, "first_reply", Some(filed + TimeDelta::hours(4)));
    assert_eq!(badge(&desk, ticket).await, promised, "from the beginning, not from the change");
}

/// Somebody of an organisation.
async fn member(desk: &Desk, name: &str, organisation: OrganisationId) -> Actor {
    let Actor::Person(person) = desk.customer(name).await else { unreachable!("customers are people") };
    sqlx::query_scalar::<_, String>("update users set organisation_id = $2 where id = $1 returning name")
        .bind(person.id.uuid())
        .bind(organisation.uuid())
        .fetch_one(&desk.app.db)
        .await
        .unwrap();
    Actor::Person(Person { organisation: Some(organisation), ..person })
}

/// There, the reply of somebody else than the requester was filed as a note among agents, and upset the clocks.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn zendesk_gitlab_1581_a_reply_of_the_requesters_colleague_is_public_and_waits_for_an_answer(db: PgPool) {
    let desk = desk(db).await;
    let ada = desk.agent("Ada").await;
    let porto = OrganisationId::new();
    sqlx::query_scalar::<_, String>(
        "insert into organisations (id, name, tickets_shared, created_at)
         values ($1, 'Porto', true, now()) returning name",
    )
    .bind(porto.uuid())
    .fetch_one(&desk.app.db)
    .await
    .unwrap();
    let (marta, rui) = (member(&desk, "Marta", porto).await, member(&desk, "Rui", porto).await);
    let filed = desk.app.now() - TimeDelta::hours(6);
    let hour = |n| filed + TimeDelta::hours(n);
    let new = NewTicket { requester: tickets::Requester::Myself, ..new_ticket("VPN is down", "Since this morning.") };
    let ticket = act_at(&desk, &marta, filed, async |tx| tickets::create(tx, &new).await).await.id;
    take_at(&desk, &ada, ticket, hour(1)).await;
    answer_at(&desk, &ada, ticket, hour(1)).await;
    let hold = Move::Hold { waits_for: HoldReason::Customer, wake_at: None, reason: None };
    move_at(&desk, &ada, ticket, &hold, hour(1)).await;

    // Who has nothing to do with it cannot write on it, and so moves nothing.
    let eve = desk.customer("Eve").await;
    let mut tx = desk.act(&eve).await;
    let refused = tickets::write_as_customer(&mut tx, ticket, &body("Me too."), Channel::Portal, None).await;
    assert_eq!(refused, Err(Error::NotFound));
    drop(tx);
    assert_eq!(badge(&desk, ticket).await, shown(SlaState::Paused, "resolution", None));

    write_at(&desk, &rui, ticket, Channel::Portal, hour(5)).await;
    let kind = sqlx::query_scalar::<_, String>("select kind::text from ticket_messages where author_id = $1");
    assert_eq!(kind.bind(rui.user_id()).fetch_one(&desk.app.db).await.unwrap(), "public");
    assert_eq!(badge(&desk, ticket).await, shown(SlaState::Running, "next_reply", Some(hour(5 + 8))));
    assert_eq!(due(&desk, ticket, "resolution").await, Some(hour(48 + 4)));
}
