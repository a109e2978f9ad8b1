//! Publishing: what it is said to do before it is done, what it then does, and to whom.
use std::collections::BTreeMap;

use super::*;
use crate::events::follow::Left;
use crate::sla::apply;
use crate::sla::dry_run::dry_run;
use crate::sla::model::BreachCause;
use crate::sla::pages::{self, Asked};
use crate::sla::plan::plan;
use crate::sla::spec::{Shift, WallTime, Week};
use crate::sla::submit::{self, Sent};
use crate::sla::views::{DryRun, Effect};

/// What a change would do.
async fn tried(desk: &Desk, admin: &Actor, change: &Change) -> DryRun {
    let seen = overview(desk, admin).await.number;
    let mut tx = desk.look(admin).await;
    let plan = plan(&mut tx, change.clone(), seen).await.unwrap();
    dry_run(&mut tx, &plan).await.unwrap()
}

/// Lets the server's job run until everything is applied.
pub(super) async fn apply_all(desk: &Desk) {
    while apply::step(&desk.app).await.unwrap() == Left::More {}
}

/// Lets the time go by in which a ticket may have been on its way.
async fn a_minute_later(desk: &Desk) {
    let earlier = sqlx::query!("update sla_publications set swept_at = swept_at - interval '1 minute'");
    assert!(earlier.execute(&desk.app.db).await.unwrap().rows_affected() > 0);
}

/// The policy for everyone, with another time for first replies.
async fn replies_within(desk: &Desk, admin: &Actor, seconds: u32) -> Change {
    let id = overview(desk, admin).await.policies.last().unwrap().id;
    let mut policy = publishing::policy(&mut desk.look(admin).await, id).await.unwrap().policy;
    for row in policy.rows.values_mut() {
        row.cells.insert(Metric::FirstReply, Cell { allowance: Allowance::Seconds(seconds), calendar: None });
    }
    Change::Policy { id: Some(id), policy }
}

async fn take(desk: &Desk, agent: &Actor, ticket: TicketId) {
    let mut tx = desk.act(agent).await;
    tickets::take(&mut tx, ticket).await.unwrap();
    tx.commit().await.unwrap();
}

#[derive(Debug, PartialEq)]
struct Reply {
    due_at: Option<DateTime<Utc>>,
    cause: Option<String>,
    counts: bool,
}

/// The promise of a first reply.
async fn reply(desk: &Desk, ticket: TicketId) -> Reply {
    sqlx::query_as!(
        Reply,
        r#"select due_at, breach_cause as cause, counts_since is not null as "counts!" from sla_clocks
           where ticket_id = $1 and metric = 'first_reply'"#,
        ticket as _
    )
    .fetch_one(&desk.app.db)
    .await
    .unwrap()
}

async fn terms_of(desk: &Desk, ticket: TicketId) -> Vec<(Option<String>, bool)> {
    let rows = sqlx::query!(
        "select cause, actor_id from sla_events where ticket_id = $1 and kind = 'terms' order by n",
        ticket as _
    );
    let rows = rows.fetch_all(&desk.app.db).await.unwrap();
    rows.into_iter().map(|row| (row.cause, row.actor_id.is_some())).collect()
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_dry_run_tells_what_publishing_for_open_tickets_then_does(db: PgPool) {
    let desk = desk(db).await;
    let (admin, ada) = (admin(&desk).await, desk.agent("Ada").await);
    let now = desk.app.now();
    let long_ago = file_at(&desk, now - TimeDelta::hours(2)).await;
    let fresh = file_at(&desk, now - TimeDelta::minutes(10)).await;
    let answered = file_at(&desk, now - TimeDelta::minutes(20)).await;
    desk.say(&ada, answered, MessageKind::Public, "Try again.").await.unwrap();
    let closed = file_at(&desk, now - TimeDelta::hours(1)).await;
    take(&desk, &ada, closed).await;
    set_status(&desk, &ada, closed, &Move::Resolve).await;
    set_status(&desk, &ada, closed, &Move::Close).await;

    let change = replies_within(&desk, &admin, 3_600).await;
    let run = tried(&desk, &admin, &change).await;
    assert_eq!(run.open, 3, "what is closed is closed for ever");
    assert_eq!(run.effects, BTreeMap::from([(Effect::LateAtOnce, 1), (Effect::Earlier, 1)]));
    let listed: Vec<_> = run.moves.iter().map(|moved| (moved.effect, moved.promise.as_str(), moved.by)).collect();
    assert_eq!(
        listed,
        [(Effect::LateAtOnce, "first reply", Some(-10_800)), (Effect::Earlier, "first reply", Some(-10_800))]
    );
    assert_eq!(reply(&desk, fresh).await.due_at, Some(now + TimeDelta::minutes(230)), "nothing was written");

    publish_now(&desk, &admin, change, Concerns::Open).await.unwrap();
    apply_all(&desk).await;
    let moved = Reply { due_at: Some(now + TimeDelta::minutes(50)), cause: None, counts: false };
    assert_eq!(reply(&desk, fresh).await, moved);
    let excused =
        Reply { due_at: Some(now - TimeDelta::hours(1)), cause: Some("policy_change".to_owned()), counts: false };
    assert_eq!(serde_json::to_value(BreachCause::PolicyChange).unwrap(), "policy_change");
    assert_eq!(reply(&desk, long_ago).await, excused, "late at once, and nobody is to blame");
    assert_eq!(terms_of(&desk, fresh).await, [(Some("created".into()), false), (Some("policy".into()), true)]);
    assert_eq!(terms_of(&desk, closed).await.len(), 1);
    assert_eq!(told(&desk, "promises_changed").await, 3, "the one that was answered has other promises still");
    let why = service::explain(&mut desk.look(&ada).await, fresh).await.unwrap();
    let first = why.promises.iter().find(|promise| promise.metric == Metric::FirstReply).unwrap();
    let step = first.steps.iter().find(|step| step.what == "From 4 h to 1 h").unwrap();
    assert!(step.detail.as_ref().unwrap().starts_with("Jonas published Everyone, "), "{step:?}");
    let report = rebuild(&desk.app, false).await.unwrap();
    assert_eq!(report.different, []);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn published_for_new_tickets_open_ones_keep_their_promise_until_an_old_version_is_published_again(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let old = file_at(&desk, desk.app.now()).await;
    let before = reply(&desk, old).await;
    let change = replies_within(&desk, &admin, 60).await;
    publish_now(&desk, &admin, change, Concerns::New).await.unwrap();
    apply_all(&desk).await;
    assert_eq!(reply(&desk, old).await, before);
    let new = file_at(&desk, desk.app.now()).await;
    assert_ne!(reply(&desk, new).await, before);

    // The form as it was in version 1, published again as version 3.
    let id = overview(&desk, &admin).await.policies.last().unwrap().id;
    let asked = Asked { id: Some(id), new: false, version: Some(1) };
    let page = pages::policies(&mut desk.look(&admin).await, asked, None).await.unwrap();
    assert_eq!(page.versions.iter().map(|line| line.version).collect::<Vec<_>>(), [2, 1]);
    let mut typed = page.sheet.typed;
    let mut tx = desk.act(&admin).await;
    assert!(matches!(submit::send_policy(&mut tx, Some(id), &typed).await, Ok(Sent::Look)), "it is looked at first");
    typed.extend([("do".to_owned(), "publish".to_owned()), ("concerns".to_owned(), "open".to_owned())]);
    let sent = submit::send_policy(&mut tx, Some(id), &typed).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(sent, Sent::Published(_, Concerns::Open)));
    apply_all(&desk).await;
    let four_hours = |reply: &Reply, filed: DateTime<Utc>| reply.due_at == Some(filed + TimeDelta::hours(4));
    let filed = sqlx::query_scalar!("select created_at from tickets where id = $1", new as _);
    assert!(four_hours(&reply(&desk, new).await, filed.fetch_one(&desk.app.db).await.unwrap()));
    assert_eq!(overview(&desk, &admin).await.policies.last().unwrap().version, 3);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_changed_calendar_moves_what_counts_in_it_and_says_so(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let ticket = file_at(&desk, desk.app.now()).await;
    let always = overview(&desk, &admin).await.calendars.iter().find(|c| c.name == "Around the clock").unwrap().id;
    let hour = |hour: u16| WallTime::from_minutes(hour * 60).unwrap();
    let day = [Shift { from: hour(6), to: hour(18) }];
    let spec = CalendarSpec { weekly: Week::weekdays(&day), ..CalendarSpec::always() };
    let change = Change::Calendar { id: Some(always), name: "Around the clock".into(), spec };
    let run = tried(&desk, &admin, &change).await;
    assert_eq!(run.effects, BTreeMap::from([(Effect::Later, 1)]));
    publish_now(&desk, &admin, change, Concerns::Open).await.unwrap();
    apply_all(&desk).await;
    assert_eq!(terms_of(&desk, ticket).await, [(Some("created".into()), false), (Some("calendar".into()), true)]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_ticket_filed_under_a_newer_publication_keeps_its_promise(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    for (seconds, concerns) in [(7_200, Concerns::Open), (1_800, Concerns::New)] {
        let change = replies_within(&desk, &admin, seconds).await;
        publish_now(&desk, &admin, change, concerns).await.unwrap();
    }
    let ticket = file_at(&desk, desk.app.now()).await;
    let promised = reply(&desk, ticket).await;
    apply_all(&desk).await;
    assert_eq!(reply(&desk, ticket).await, promised);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_policy_that_is_only_called_otherwise_is_nothing_to_tell(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let ticket = file_at(&desk, desk.app.now()).await;
    let id = overview(&desk, &admin).await.policies.last().unwrap().id;
    let policy = publishing::policy(&mut desk.look(&admin).await, id).await.unwrap().policy;
    let change = Change::Policy { id: Some(id), policy: Policy { name: "Everybody".into(), ..policy } };
    assert_eq!(tried(&desk, &admin, &change).await.effects, BTreeMap::new());
    publish_now(&desk, &admin, change, Concerns::Open).await.unwrap();
    apply_all(&desk).await;
    assert_eq!((terms_of(&desk, ticket).await.len(), told(&desk, "promises_changed").await), (2, 0));
}

/// Whatever dies in between: each ticket is promised anew once.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_publication_is_applied_once_by_two_servers_and_a_newer_one_overtakes_it(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let mut filed = Vec::new();
    for _ in 0..5 {
        filed.push(file_at(&desk, desk.app.now()).await);
    }
    for seconds in [7_200, 1_800] {
        let change = replies_within(&desk, &admin, seconds).await;
        publish_now(&desk, &admin, change, Concerns::Open).await.unwrap();
    }
    let (a, b) = tokio::join!(apply::step(&desk.app), apply::step(&desk.app));
    a.unwrap();
    b.unwrap();
    apply_all(&desk).await;
    a_minute_later(&desk).await;
    apply_all(&desk).await;
    for ticket in filed {
        assert_eq!(terms_of(&desk, ticket).await.len(), 2, "the one that was overtaken was never applied");
    }
    let open =
        sqlx::query_scalar!(r#"select count(*) as "n!" from sla_publications where for_open and applied_at is null"#);
    assert_eq!(open.fetch_one(&desk.app.db).await.unwrap(), 0);
}

/// It reads what is in force before the publication, and is there only after all open tickets were gone through.
#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_ticket_that_is_being_filed_meanwhile_is_promised_it_too(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let mut filing = desk.act(&Actor::Guest).await;
    let late = tickets::create(&mut filing, &new_ticket("VPN is down", "Since this morning.")).await.unwrap().id;
    let change = replies_within(&desk, &admin, 1_800).await;
    publish_now(&desk, &admin, change, Concerns::Open).await.unwrap();
    apply_all(&desk).await;
    filing.commit().await.unwrap();
    apply_all(&desk).await;
    assert_eq!(terms_of(&desk, late).await.len(), 1, "nobody has seen it yet");
    a_minute_later(&desk).await;
    apply_all(&desk).await;
    assert_eq!(terms_of(&desk, late).await.len(), 2);
    a_minute_later(&desk).await;
    apply_all(&desk).await;
    assert_eq!(terms_of(&desk, late).await.len(), 2);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn policies_are_ordered_saved_and_retired_and_the_catch_all_stays_last(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let seen = overview(&desk, &admin).await;
    let last = seen.policies[0].id;
    let everyone = publishing::policy(&mut desk.look(&admin).await, last).await.unwrap().policy;
    let vip = |name: &str| Policy {
        name: name.into(),
        conditions: vec![Condition { field: Field::Tag, not: false, values: vec!["vip".into()] }],
        ..everyone.clone()
    };
    let mut ids: Vec<PolicyId> = Vec::new();
    for name in ["Gold", "Silver"] {
        let change = Change::Policy { id: None, policy: vip(name) };
        let id = publish_now(&desk, &admin, change, Concerns::New).await.unwrap();
        ids.push(id.to_string().parse().unwrap());
    }
    let names = |seen: &Overview| seen.policies.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&overview(&desk, &admin).await), ["Gold", "Silver", "Everyone"]);
    let order = |order: &[PolicyId]| Change::Order(order.to_vec());
    publish_now(&desk, &admin, order(&[ids[1], ids[0], last]), Concerns::New).await.unwrap();
    assert_eq!(names(&overview(&desk, &admin).await), ["Silver", "Gold", "Everyone"]);

    for refused in [
        order(&[ids[1], last, ids[0]]),
        order(&[ids[1], ids[0]]),
        order(&[ids[1], ids[1], last]),
        order(&[ids[1], ids[0], last]),
        Change::RetirePolicy(last),
    ] {
        let answer = publish_now(&desk, &admin, refused.clone(), Concerns::New).await;
        assert!(matches!(answer, Err(Error::Refused(_))), "{refused:?} {answer:?}");
    }
    let twice = |name: &str, policy: &Policy| Change::Policy {
        id: None,
        policy: Policy { name: name.into(), ..policy.clone() },
    };
    let answer = publish_now(&desk, &admin, twice("Bronze", &everyone), Concerns::New).await;
    assert!(answer.unwrap_err().at("conditions").is_some());
    let answer = publish_now(&desk, &admin, twice(" gold", &vip("Gold")), Concerns::New).await;
    assert!(answer.unwrap_err().at("name").is_some());
    publish_now(&desk, &admin, Change::RetirePolicy(ids[0]), Concerns::New).await.unwrap();
    assert_eq!(names(&overview(&desk, &admin).await), ["Silver", "Everyone"]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn of_two_administrators_the_second_sees_first_what_the_first_published(db: PgPool) {
    let desk = desk(db).await;
    let (ada, bo) = (admin(&desk).await, desk.person("Bo", Role::Admin, &[]).await);
    let seen = overview(&desk, &ada).await.number;
    let calendar = |name: &str| Change::Calendar { id: None, name: name.into(), spec: CalendarSpec::always() };
    publish_now(&desk, &ada, calendar("Porto"), Concerns::New).await.unwrap();
    let mut tx = desk.act(&bo).await;
    let told = publishing::publish(&mut tx, calendar("Leeds"), seen, Concerns::New).await;
    assert_eq!(told, Err(Error::Changed { by: "Jonas".into() }));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_calendar_in_use_is_not_retired_and_only_administrators_configure(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let seen = overview(&desk, &admin).await;
    let of = |name: &str| seen.calendars.iter().find(|c| c.name == name).unwrap().id;
    let refused = publish_now(&desk, &admin, Change::RetireCalendar(of("Around the clock")), Concerns::New).await;
    assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("Everyone")), "{refused:?}");
    publish_now(&desk, &admin, Change::RetireCalendar(of("Office hours")), Concerns::New).await.unwrap();

    let wrong = CalendarSpec { zone: "Mars/Olympus".into(), ..CalendarSpec::always() };
    let change = Change::Calendar { id: None, name: " ".into(), spec: wrong };
    let refused = publish_now(&desk, &admin, change.clone(), Concerns::New).await.unwrap_err();
    assert!(refused.at("name").is_some() && refused.at("zone").is_some());

    for role in [Role::User, Role::Agent, Role::Manager, Role::Ceo] {
        let other = desk.person(&format!("Some {role}"), role, &[desk.team]).await;
        let refused = publishing::overview(&mut desk.look(&other).await, Mentioned::default()).await;
        assert_eq!(refused, Err(Error::Forbidden), "{role}");
        let refused = plan(&mut desk.look(&other).await, change.clone(), seen.number).await.err();
        assert_eq!(refused, Some(Error::Forbidden), "{role}");
    }
}
