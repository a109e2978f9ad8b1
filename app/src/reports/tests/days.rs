//! `report_days` and `report_deltas` against a recomputation from tickets, clocks and events.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use futures::future::join_all;

use super::*;
use crate::{
    core::id::{CategoryId, TeamId, TicketId},
    events::follow::Left,
    reports::days::fold,
    sla::publish,
    tickets::service::{self, Move, Requester},
};

type Place = (NaiveDate, TeamId, Option<CategoryId>);

/// Created, solved, backlog, met, missed, rated, stars.
type Worth = [i64; 7];

/// Both tables added up, places of no worth left out.
async fn kept_sums(desk: &Desk) -> BTreeMap<Place, Worth> {
    let rows = sqlx::query!(
        r#"select day as "day!", team_id as "team!: TeamId", category_id as "category: CategoryId",
                  array[sum(created), sum(solved), sum(backlog), sum(met), sum(missed), sum(rated), sum(stars)]::bigint[] as "worth!"
           from (select * from report_days union all select * from report_deltas) x group by 1, 2, 3"#
    )
    .fetch_all(&desk.app.db)
    .await
    .expect("sums");
    let worth = rows.into_iter().map(|r| ((r.day, r.team, r.category), r.worth.try_into().expect("seven")));
    worth.filter(|(_, worth)| *worth != [0; 7]).collect()
}

fn recomputed(ledger: &Ledger) -> BTreeMap<Place, Worth> {
    let mut sums: BTreeMap<Place, Worth> = BTreeMap::new();
    let mut add = |at: DateTime<Utc>, team, category, which: usize, n: i64| {
        sums.entry((at.date_naive(), team, category)).or_default()[which] += n;
    };
    for t in &ledger.tickets {
        add(t.created_at, t.team, t.category, 0, 1);
        if let Some(at) = t.resolved_at {
            add(at, t.team, t.category, 1, 1);
        }
        if let Some((at, stars)) = t.rated_at.zip(t.csat) {
            add(at, t.team, t.category, 5, 1);
            add(at, t.team, t.category, 6, stars.into());
        }
        for clock in ledger.clocks_of(t.id) {
            if let Some(at) = clock.met_at() {
                add(at, t.team, t.category, 3, 1);
            }
            if let Some(at) = clock.missed_at() {
                add(at, t.team, t.category, 4, 1);
            }
        }
        // What is unsolved was where it was then.
        let life = ledger.life(t);
        add(life[0].since, life[0].team, life[0].category, 2, 1);
        for step in life.windows(2) {
            let (before, after) = (step[0], step[1]);
            add(after.since, before.team, before.category, 2, -i64::from(before.open));
            add(after.since, after.team, after.category, 2, i64::from(after.open));
        }
    }
    sums.retain(|_, worth| *worth != [0; 7]);
    sums
}

/// That kept and missed promises are added up right by team, metric, priority and policy.
async fn assert_promises_right(desk: &Desk) {
    let wrong = sqlx::query_scalar!(
        r#"with kept as (
               select day, team_id, metric, priority, policy_id, sum(met)::bigint as met, sum(missed)::bigint as missed
               from (select * from report_promise_days union all select * from report_promise_deltas) x
               group by 1, 2, 3, 4, 5 having sum(met) <> 0 or sum(missed) <> 0
           ), counted as (
               select (case when c.counts_since is null then c.ended_at else c.due_at end at time zone 'UTC')::date as day,
                      t.team_id, c.metric, t.priority, c.policy_id,
                      count(*) filter (where c.counts_since is null) as met,
                      count(*) filter (where c.counts_since is not null) as missed
               from sla_clocks c join tickets t on t.id = c.ticket_id
               where c.state = 'met' or c.counts_since is not null group by 1, 2, 3, 4, 5
           )
           select count(*) as "n!" from (
               (select * from kept except select * from counted) union all (select * from counted except select * from kept)
           ) wrong"#
    )
    .fetch_one(&desk.app.db)
    .await
    .expect("a count");
    assert_eq!(wrong, 0, "sums that are not those of the clocks");
}

async fn assert_right(desk: &Desk) {
    assert_promises_right(desk).await;
    let (kept, right) = (kept_sums(desk).await, recomputed(&Ledger::of(&desk.app.db).await));
    for place in kept.keys().chain(right.keys()) {
        assert_eq!(kept.get(place), right.get(place), "{place:?}");
    }
}

async fn rows(desk: &Desk, folded: bool) -> i64 {
    sqlx::query_scalar!(
        r#"select case when $1 then (select count(*) from report_days) else (select count(*) from report_deltas)
                  + (select count(*) from report_promise_deltas) end as "n!""#,
        folded
    )
    .fetch_one(&desk.app.db)
    .await
    .expect("a count")
}

async fn assert_days_are_right_through(db: PgPool, seed: u64) {
    let mut history = History::begin(db, seed, 40).await;
    let now = history.desk.app.now();
    let at = |days: i64| now - TimeDelta::days(days);
    for (round, (from, to)) in [(40, 25), (25, 12), (12, 0)].into_iter().enumerate() {
        history.live(at(from), at(to), 220).await;
        assert_right(&history.desk).await;
        if round == 1 {
            history.part().await;
        }
        // Folded or not, it is the same.
        assert_eq!(fold(&history.desk.app).await, Ok(Left::Nothing));
        assert_eq!(rows(&history.desk, false).await, 0);
        assert_right(&history.desk).await;
    }
    history.assert_full();
    assert!(rows(&history.desk, true).await > 30);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn days_are_what_the_tables_say_whatever_happened(db: PgPool) {
    assert_days_are_right_through(db, 1).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn days_are_what_the_tables_say_in_another_past(db: PgPool) {
    assert_days_are_right_through(db, 20_261_119).await;
}

/// Kim files a ticket. No two transactions share anything but the day, team and category.
async fn filed(tx: &mut Tx) -> TicketId {
    let mut new = crate::testing::new_ticket("VPN is down", "Since this morning.");
    new.requester = Requester::Myself;
    service::create(tx, &new).await.expect("a ticket").id
}

async fn desk_with_promises(db: PgPool) -> Desk {
    let desk = Desk::open(db).await;
    let mut tx = desk.act(&Actor::System).await;
    publish::lay_down(&mut tx, "UTC").await.expect("promises");
    tx.commit().await.expect("committed");
    desk
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn an_act_that_is_still_open_keeps_nobody_waiting_and_is_counted_when_it_ends(db: PgPool) {
    let desk = desk_with_promises(db).await;
    let kim = desk.customer("Kim").await;
    let mut open = desk.act(&kim).await;
    filed(&mut open).await;
    let others = async {
        for _ in 0..5 {
            let mut tx = desk.act(&kim).await;
            filed(&mut tx).await;
            tx.commit().await.expect("committed");
            assert_eq!(fold(&desk.app).await, Ok(Left::Nothing));
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), others).await.expect("nobody waits for the open act");
    assert_right(&desk).await;
    open.commit().await.expect("committed");
    assert_eq!(rows(&desk, false).await, 1);
    assert_right(&desk).await;
    // An act that ends in nothing leaves nothing.
    let mut dropped = desk.act(&kim).await;
    filed(&mut dropped).await;
    drop(dropped);
    fold(&desk.app).await.expect("folded");
    assert_right(&desk).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn of_many_acts_on_one_day_at_once_none_is_lost_or_refused(db: PgPool) {
    let desk = desk_with_promises(db).await;
    let (kim, ada) = (desk.customer("Kim").await, desk.agent("Ada").await);
    let whole_life = async || {
        let mut tx = desk.act(&kim).await;
        let ticket = filed(&mut tx).await;
        tx.commit().await.expect("committed");
        desk.take(&ada, ticket).await.expect("taken");
        let mut tx = desk.act(&ada).await;
        service::set_status(&mut tx, ticket, &Move::Resolve, 2).await.expect("resolved");
        tx.commit().await.expect("committed");
        let mut tx = desk.act(&kim).await;
        service::rate(&mut tx, ticket, 4, "").await.expect("rated");
        tx.commit().await.expect("committed");
    };
    let folding = async || {
        for _ in 0..40 {
            fold(&desk.app).await.expect("folded");
            tokio::task::yield_now().await;
        }
    };
    let lives = join_all((0..24).map(|_| whole_life()));
    let folds = join_all((0..3).map(|_| folding()));
    tokio::join!(lives, folds);
    assert_right(&desk).await;
    fold(&desk.app).await.expect("folded");
    assert_right(&desk).await;
    let today =
        kept_sums(&desk).await.into_values().fold([0; 7], |sum, worth| std::array::from_fn(|n| sum[n] + worth[n]));
    assert_eq!((today[0], today[1], today[2], today[5], today[6]), (24, 24, 0, 24, 96));
}
