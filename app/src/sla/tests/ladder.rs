//! A promise that is not kept, from its first step to the executive: whom it reaches, how, and how often.
use super::*;
use crate::audit;
use crate::events::follow::{Left, until_nothing};
use crate::notifications::{reader, service as notifications};

/// Lets timers run as of an instant, as one server does; with `dies`, it is killed after it wrote everything.
pub(super) async fn sweep_at(desk: &Desk, at: DateTime<Utc>, dies: bool) -> usize {
    let mut tx = desk.act(&Actor::System).await;
    tx.now = at;
    let handled = sweep::handle_due(&mut tx).await.unwrap();
    if !dies {
        tx.commit().await.unwrap();
    }
    handled
}

/// Lets two servers tell what happened until there is nothing left to tell or to seal.
pub(super) async fn tell(desk: &Desk) {
    until_nothing(async || {
        let (a, b) = tokio::join!(reader::step(&desk.app), reader::step(&desk.app));
        let all = [a?, b?, audit::link::step(&desk.app).await?];
        Ok(all.into_iter().find(|left| *left != Left::Nothing).unwrap_or(Left::Nothing))
    })
    .await;
}

/// Everything that people were told of promises: who, how, of what.
pub(super) async fn heard(desk: &Desk) -> Vec<String> {
    let rows = sqlx::query_scalar!(
        r#"select u.name || ' ' || told.how || ' ' || told.kind as "line!" from (
               select user_id, 'bell' as how, kind from notifications
               union all
               select user_id, 'mail', template from deliveries) told
           join users u on u.id = told.user_id where told.kind like 'promise%' order by 1"#
    );
    rows.fetch_all(&desk.app.db).await.unwrap()
}

/// The steps and misses in the audit log, each under its seal.
async fn sealed(desk: &Desk) -> Vec<String> {
    let rows = sqlx::query_scalar!(
        r#"select e.kind || coalesce(' ' || (e.payload->>'percent'), '') as "line!"
           from events e join audit_logs l on l.event_seq = e.seq where e.kind like 'sla%' order by l.position"#
    );
    rows.fetch_all(&desk.app.db).await.unwrap()
}

/// A desk whose policy promises a hundred seconds, with somebody on each step of the ladder, and others who
/// shall hear nothing.
pub(super) struct Stairs {
    pub(super) desk: Desk,
    pub(super) ada: Actor,
}

impl Stairs {
    pub(super) async fn build(db: PgPool) -> Self {
        let desk = super::desk(db).await;
        promise_seconds(&desk, 100).await;
        let elsewhere = desk.team_named("Field support").await;
        let ada = desk.agent("Ada").await;
        let lena = desk.agent("Lena").await;
        let mia = desk.person("Mia", Role::Manager, &[desk.team]).await;
        desk.person("Cleo", Role::Ceo, &[]).await;
        desk.agent("Otto").await;
        desk.person("Max", Role::Manager, &[elsewhere]).await;
        desk.person("Root", Role::Superadmin, &[desk.team]).await;
        let db = &desk.app.db;
        sqlx::query!("update users set password_hash = 'x'").execute(db).await.unwrap();
        sqlx::query!("update team_members set is_lead = true where user_id = $1", lena.user_id() as _)
            .execute(db)
            .await
            .unwrap();
        // Lena wants no mail, Mia nothing but one.
        for (who, in_app, email) in
            [(&lena, &["promise_at_risk", "promise_late"][..], &[][..]), (&mia, &[][..], &["promise_late"][..])]
        {
            let words = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
            let mut tx = desk.act(who).await;
            notifications::set_preferences(&mut tx, &words(in_app), &words(email)).await.unwrap();
            tx.commit().await.unwrap();
        }
        Self { desk, ada }
    }

    /// A ticket of Ada's that was answered at once, so that only its solution is waited for; and when it was filed.
    pub(super) async fn answered(&self) -> (TicketId, DateTime<Utc>) {
        let filed = self.desk.app.now();
        let ticket = file_at(&self.desk, filed).await;
        self.desk.take(&self.ada, ticket).await.unwrap();
        self.desk.say(&self.ada, ticket, MessageKind::Public, "We are on it.").await.unwrap();
        (ticket, filed)
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn each_step_reaches_its_people_once_as_they_chose_and_is_sealed(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let (ticket, filed) = stairs.answered().await;
    tell(desk).await;

    let told: [(i64, &[&str], &[&str]); 4] = [
        (50, &["Ada bell promise_half"], &["sla_step 50"]),
        (80, &["Ada bell promise_at_risk", "Ada mail promise_at_risk", "Lena bell promise_at_risk"], &["sla_step 80"]),
        (
            100,
            &["Ada bell promise_late", "Ada mail promise_late", "Lena bell promise_late", "Mia mail promise_late"],
            &["sla_missed", "sla_step 100"],
        ),
        (120, &["Cleo bell promise_escalated", "Cleo mail promise_escalated"], &["sla_step 120"]),
    ];
    let (mut everything, mut log) = (Vec::<String>::new(), Vec::<String>::new());
    for (second, people, entries) in told {
        let at = filed + TimeDelta::seconds(second);
        let after = at + TimeDelta::milliseconds(1);
        assert_eq!(sweep_at(desk, at, false).await, 0, "{second} % are not over before they are over");
        assert_eq!(sweep_at(desk, after, true).await, 1, "{second} %");
        tell(desk).await;
        assert_eq!((heard(desk).await, sealed(desk).await), (everything.clone(), log.clone()), "{second} %, died");
        let (a, b) = tokio::join!(sweep_at(desk, after, false), sweep_at(desk, after, false));
        assert_eq!(a + b + sweep_at(desk, after, false).await, 1, "{second} %");
        tell(desk).await;
        everything.extend(people.iter().map(|line| (*line).to_owned()));
        everything.sort_unstable();
        log.extend(entries.iter().map(|line| (*line).to_owned()));
        assert_eq!((heard(desk).await, sealed(desk).await), (everything.clone(), log.clone()), "{second} %");
    }
    // Nothing more comes, whoever looks again, and a reader that forgot how far it was repeats nothing.
    sqlx::query!("update event_readers set xid = 0, seq = 0 where name = 'notifications'")
        .execute(&desk.app.db)
        .await
        .unwrap();
    assert_eq!(sweep_at(desk, filed + TimeDelta::hours(1), false).await, 0);
    tell(desk).await;
    assert_eq!((heard(desk).await, sealed(desk).await), (everything, log));

    let reached = sqlx::query_scalar!("select at from sla_firings where ticket_id = $1 order by percent", ticket as _)
        .fetch_all(&desk.app.db)
        .await
        .unwrap();
    assert_eq!(reached, [50, 80, 100, 120].map(|second| filed + TimeDelta::seconds(second)));
    assert!(audit::verify::run(&mut desk.app.db.acquire().await.unwrap()).await.unwrap().broken.is_none());
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_step_of_a_held_ticket_waits_until_it_goes_on(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let (ticket, filed) = stairs.answered().await;
    let seconds = TimeDelta::seconds;
    let step = async |at: i64, step: Move| {
        let seen = version(desk, ticket).await;
        let mut tx = desk.act(&stairs.ada).await;
        tx.now = filed + seconds(at);
        tickets::set_status(&mut tx, ticket, &step, seen).await.unwrap();
        tx.commit().await.unwrap();
    };
    step(40, Move::Hold { waits_for: HoldReason::Customer, wake_at: None, reason: None }).await;
    assert_eq!(sweep_at(desk, filed + seconds(5_000), false).await, 0);
    step(6_000, Move::Start).await;
    assert_eq!(sweep_at(desk, filed + seconds(6_010), false).await, 0, "ten seconds are left of the first half");
    assert_eq!(sweep_at(desk, filed + seconds(6_011), false).await, 1);
    tell(desk).await;
    assert_eq!(heard(desk).await, ["Ada bell promise_half"]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn where_the_holder_was_switched_off_the_lead_hears_every_step(db: PgPool) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let (_, filed) = stairs.answered().await;
    sqlx::query!("update users set active = false where id = $1", stairs.ada.user_id() as _)
        .execute(&desk.app.db)
        .await
        .unwrap();
    sqlx::query!("delete from notification_preferences").execute(&desk.app.db).await.unwrap();
    for second in [50, 80] {
        sweep_at(desk, filed + TimeDelta::seconds(second + 1), false).await;
    }
    tell(desk).await;
    let lena = ["Lena bell promise_at_risk", "Lena bell promise_half", "Lena mail promise_at_risk"];
    assert_eq!(heard(desk).await, lena);
}
