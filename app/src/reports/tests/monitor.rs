//! `/team/live`: each clock in the list of how it stands, told by hand and counted over desks whose past chance made.
use super::{attainment::Told, *};
use crate::{
    core::{
        Error, Role,
        id::{TeamId, TicketId, UserId},
    },
    reports::monitor::{
        model::{Counts, Load, Monitor, StandList},
        monitor,
    },
    sla::model::Stand,
    testing::new_ticket,
    tickets::{
        model::HoldReason,
        service::{self, Move},
    },
    ui::promise::PromiseState,
};

/// How a clock stands; `None` once it has ended.
fn stand(clock: &Clock, now: DateTime<Utc>) -> Option<Stand> {
    match clock.state.as_str() {
        "paused" => Some(Stand::Paused),
        "running" if clock.due_at.is_some_and(|due| due <= now) => Some(Stand::Late),
        "running" if clock.due_at.is_some() && clock.risk_at.is_some_and(|risk| risk <= now) => Some(Stand::AtRisk),
        "running" => Some(Stand::InTime),
        _ => None,
    }
}

fn list(page: &Monitor, stand: Stand) -> &StandList {
    page.lists.iter().find(|list| list.stand == stand).expect("a list")
}

impl Past {
    /// That `counts` are those of the clocks whose tickets `which` lets through, and that each list has their tickets.
    async fn assert_stands(
        &self,
        actor: &Actor,
        what: &str,
        (counts, lists): (Counts, &[String]),
        which: impl Fn(&Ticket) -> bool,
    ) {
        for (stand_now, href) in Stand::ALL.into_iter().zip(lists) {
            let stands = |clock: &&Clock| stand(clock, self.now) == Some(stand_now);
            let clocks = self.ledger.clocks.iter().filter(stands).filter(|c| which(self.ledger.ticket(c.ticket)));
            assert_eq!(counts.of(stand_now), signed(clocks.count()), "{what}: {stand_now}");
            let has = |t: &Ticket| which(t) && self.ledger.clocks_of(t.id).any(|clock| stands(&clock));
            self.assert_list(actor, Some(href), &format!("{what}: {stand_now}"), has).await;
        }
    }

    async fn assert_monitor(&self, actor: &Actor, chosen: Option<TeamId>, teams: &[TeamId]) -> Monitor {
        let page = monitor(&mut self.look(actor).await, chosen).await.expect("the promises");
        let of = |t: &Ticket| teams.contains(&t.team);
        let sum = page.by_team.iter().fold(Counts::default(), |sum, load| sum.plus(load.counts));
        assert_eq!(page.by_team.len(), teams.len());
        assert_eq!(page.by_person.iter().fold(Counts::default(), |sum, load| sum.plus(load.counts)), sum);
        for (figure, stand) in page.figures.iter().zip(Stand::ALL) {
            assert_eq!(figure.value, thousands(sum.of(stand).unsigned_abs()), "{}", figure.label);
            assert_eq!(figure.href.is_some(), !teams.is_empty());
        }
        if !teams.is_empty() {
            let lists: Vec<_> = page.figures.iter().filter_map(|figure| figure.href.clone()).collect();
            self.assert_stands(actor, "all", (sum, &lists), of).await;
        }
        for (load, team) in page.by_team.iter().zip(teams) {
            self.assert_stands(actor, &load.name, (load.counts, &load.lists), |t| t.team == *team).await;
        }
        let names = sqlx::query!(r#"select id as "id: UserId", name from users"#)
            .fetch_all(&self.history.desk.app.db)
            .await
            .expect("names");
        for Load { name, counts, lists, .. } in &page.by_person {
            let person = names.iter().find(|row| row.name == *name).map(|row| row.id);
            self.assert_stands(actor, name, (*counts, lists), |t| of(t) && t.assignee == person).await;
        }
        self.assert_lines(&page, of);
        page
    }

    /// What is due first stands first, and no clock that stands otherwise is between.
    fn assert_lines(&self, page: &Monitor, of: impl Fn(&Ticket) -> bool) {
        for stand_now in [Stand::Late, Stand::AtRisk] {
            let clocks = self.ledger.clocks.iter().filter(|c| stand(c, self.now) == Some(stand_now));
            let mut clocks: Vec<_> = clocks.filter(|c| of(self.ledger.ticket(c.ticket))).collect();
            clocks.sort_by_key(|c| (c.due_at, c.ticket, c.metric.clone()));
            let first: Vec<i64> = clocks.iter().take(25).map(|c| self.ledger.ticket(c.ticket).number).collect();
            let list = list(page, stand_now);
            assert_eq!(list.rows.iter().map(|line| line.number).collect::<Vec<_>>(), first, "{stand_now}");
            assert_eq!(list.all, signed(clocks.len()));
            let face = if stand_now == Stand::Late { PromiseState::Late } else { PromiseState::Risk };
            for line in &list.rows {
                let shown = line.promise.at(line.promise.as_of).state;
                assert!(shown == face, "#{} is {shown:?} among {stand_now}: {:?}", line.number, line.promise);
            }
        }
        // Also below nothing: what was late before it was put on hold.
        let paused = list(page, Stand::Paused);
        let left: Vec<_> = paused.rows.iter().map(|line| line.promise.left(line.promise.as_of)).collect();
        assert!(left.is_sorted() && left.iter().all(Option::is_some), "{left:?}");
        assert!(paused.rows.iter().all(|line| line.waits.is_some()));
    }
}

async fn assert_monitor_is_right(db: PgPool, seed: u64) {
    let past = Past::of(db, seed, 60, 420).await;
    past.history.assert_full();
    let teams = past.history.teams;
    let [mia, max, noa] = &past.history.managers;
    for (manager, led) in [(mia, &teams[..2]), (max, &teams[2..3]), (noa, &[][..])] {
        past.assert_monitor(manager, None, led).await;
        for team in teams {
            if led.contains(&team) {
                past.assert_monitor(manager, Some(team), &[team]).await;
            } else {
                let foreign = monitor(&mut past.look(manager).await, Some(team)).await;
                assert_eq!(foreign.err(), Some(Error::NotFound));
            }
        }
    }
    let all = past.assert_monitor(&past.history.ceo, None, &teams).await;
    assert!(Stand::ALL.iter().all(|stand| all.figures.iter().any(|f| f.label.starts_with(stand.label()))));
    assert!(all.lists.iter().all(|list| !list.rows.is_empty()), "chance left a list empty");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_clock_is_where_counting_by_hand_puts_it(db: PgPool) {
    Box::pin(assert_monitor_is_right(db, 11)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_clock_is_where_it_belongs_in_another_past(db: PgPool) {
    Box::pin(assert_monitor_is_right(db, 4_242)).await;
}

/// The page at an hour of the story: the numbers and promises of each list, and in how many seconds it asks again.
async fn at(told: &Told, hour: f64) -> (Monitor, Vec<Vec<(TicketId, String)>>) {
    let mut tx = told.desk.look(&told.cleo).await;
    tx.now = told.instant(hour);
    let page = monitor(&mut tx, None).await.expect("the promises");
    let ids = sqlx::query!(r#"select id as "id: TicketId", number from tickets"#)
        .fetch_all(&told.desk.app.db)
        .await
        .expect("tickets");
    let id = |number| ids.iter().find(|row| row.number == number).expect("a ticket").id;
    let lines = |list: &StandList| {
        list.rows.iter().map(|line| (id(line.number), line.promise.to_the_second(line.promise.as_of).words)).collect()
    };
    let lists = page.lists.iter().map(lines).collect();
    (page, lists)
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_promise_goes_from_in_time_to_at_risk_to_late_by_time_alone(db: PgPool) {
    let told = Told::begin(db).await;
    let forgotten = told.filed().await;
    let held = told.filed().await;
    told.replied(held, 1.0).await;
    let seen = told.version(held).await;
    let hold = Move::Hold { waits_for: HoldReason::Customer, wake_at: None, reason: None };
    told.at(&told.ada, 2.0, async |tx| service::set_status(tx, held, &hold, seen).await).await;
    let paused = || vec![(held, "46:00:00 left".to_owned())];

    // A reply was promised within 4 hours, a solution within 48; both count day and night.
    let (page, lists) = at(&told, 3.0).await;
    assert_eq!(lists, [vec![], vec![], paused()]);
    assert_eq!(page.lists[2].rows[0].waits, Some(HoldReason::Customer));
    // At risk from 80 % on, which is 12 minutes later.
    assert_eq!(page.turns_in, Some(12 * 60 + 1));
    let (page, lists) = at(&told, 3.5).await;
    assert_eq!(lists, [vec![], vec![(forgotten, "30:00 left".to_owned())], paused()]);
    assert_eq!(page.turns_in, Some(30 * 60 + 1));
    assert_eq!(page.figures[1].note, "of 3, next due 16:00");
    let (page, lists) = at(&told, 4.5).await;
    assert_eq!(lists, [vec![(forgotten, "30:00 late".to_owned())], vec![], paused()]);
    let titles: Vec<_> = page.lists.iter().map(|list| list.title.as_str()).collect();
    assert_eq!(titles, ["One promise is late", "Nothing is at risk", "One promise is paused"]);
    // The solution of the forgotten one is in time.
    assert_eq!(page.by_team[0].counts, Counts { late: 1, at_risk: 0, paused: 1, in_time: 1 });
    assert_eq!(page.by_person.iter().map(|load| load.name.as_str()).collect::<Vec<_>>(), ["Ada"]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_list_is_bounded_and_says_how_many_there_are(db: PgPool) {
    let told = Told::begin(db).await;
    for _ in 0..27 {
        told.filed().await;
    }
    let (page, lists) = at(&told, 5.0).await;
    assert_eq!((lists[0].len(), page.lists[0].all), (25, 27));
    assert_eq!(page.figures[0].value, "27");
    assert_eq!(page.lists[0].title, "27 promises are late");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_late_promise_says_who_waits_for_it_and_whether_anybody_is_at_it(db: PgPool) {
    let told = Told::begin(db).await;
    told.filed().await;
    let (page, _) = at(&told, 5.0).await;
    assert_eq!(page.figures[0].note, "of 2 promises");
    let new = new_ticket("Probe shows zero", "Since this morning.");
    told.at(&Actor::Guest, 0.0, async |tx| service::create(tx, &new).await).await;
    let (page, _) = at(&told, 5.0).await;
    assert_eq!(page.figures[0].note, "of 4, 1 without an assignee");
    let rows: Vec<_> =
        page.lists[0].rows.iter().map(|line| (line.customer.as_str(), line.assignee.as_deref())).collect();
    assert_eq!(rows, [("Marta Oliveira", Some("Ada")), ("Marta Oliveira", None)]);
    let people: Vec<_> = page.by_person.iter().map(|load| (load.name.as_str(), load.id.is_some())).collect();
    assert_eq!(people, [("Ada", true), ("Nobody yet", false)]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn those_who_watch_over_promises_see_them_and_nobody_else(db: PgPool) {
    let told = Told::begin(db).await;
    told.filed().await;
    let desk = &told.desk;
    let elsewhere = desk.team_named("Elsewhere").await;
    for role in Role::ALL {
        let ours = desk.person(&format!("Our {role}"), role, &[desk.team]).await;
        let theirs = desk.person(&format!("Their {role}"), role, &[elsewhere]).await;
        let late = async |who: &Actor| {
            monitor(&mut desk.look(who).await, None).await.map(|page| page.figures[0].value.clone())
        };
        match role {
            Role::Manager => {
                assert_eq!((late(&ours).await, late(&theirs).await), (Ok("2".into()), Ok("0".into())));
            }
            Role::Admin | Role::Ceo | Role::Superadmin => {
                assert_eq!((late(&ours).await, late(&theirs).await), (Ok("2".into()), Ok("2".into())));
            }
            Role::User | Role::Agent => assert_eq!(late(&ours).await, Err(Error::Forbidden), "{role}"),
        }
    }
    let guest = monitor(&mut desk.look(&Actor::Guest).await, None).await;
    assert_eq!(guest.err(), Some(Error::SignIn));
}
