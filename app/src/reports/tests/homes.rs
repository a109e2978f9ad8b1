//! `/desk` and `/my`: the start pages of agents and customers.
use std::collections::BTreeMap;

use chrono::Datelike as _;

use super::*;
use crate::{
    core::id::UserId,
    desk::{self, model::Home},
    tickets::{
        model::{HoldReason, Status},
        own::{self, Filter, View as OwnView},
        query::View,
    },
};

impl Past {
    /// The start page of somebody who sees the tickets that `seen` lets through.
    async fn assert_home(&self, actor: &Actor, seen: impl Fn(&Ticket) -> bool) {
        let (ledger, now) = (&self.ledger, self.now);
        let me = actor.user_id().expect("a person");
        // On one server: the page and its lists are of the same instant.
        let home: Home = desk::service::home(&mut self.look(actor).await).await.expect("a home");
        let views: [(View, &dyn Fn(&Ticket) -> bool); 7] = [
            (View::Mine, &|t| t.is_open() && t.assignee == Some(me)),
            (View::Unassigned, &|t| t.is_open() && t.assignee.is_none()),
            (View::Open, &Ticket::is_open),
            (View::AtRisk, &|t| ledger.is_at_risk(t, now)),
            (View::Late, &|t| ledger.is_late(t, now)),
            (View::OnHold, &|t| t.hold.is_some()),
            (View::DueSoon, &|t| ledger.is_due_soon(t, now)),
        ];
        for (view, which) in views {
            let href = format!("/desk/{}", view.as_str());
            let n = self.assert_list(actor, Some(&href), view.label(), |t| seen(t) && which(t)).await;
            assert_eq!(home.counts.of(view), Some(signed(n)), "{}", view.label());
        }

        let week = Days::until(now.date_naive(), 7);
        let solved = |t: &Ticket| seen(t) && t.assignee == Some(me) && week.has(t.resolved_at);
        let n = self.assert_list(actor, Some(&home.solved_list), "solved", solved).await;
        let in_time = ledger.numbers(|t| solved(t) && !ledger.is_breached(t)).len();
        assert_eq!((home.solved, home.solved_in_time), (signed(n), signed(in_time)));

        assert_eq!(home.due.len(), 12);
        let this_hour = now - TimeDelta::microseconds(now.timestamp_micros().rem_euclid(3_600_000_000));
        for (hour, bar) in (0..).zip(&home.due) {
            let (from, to) = (this_hour + TimeDelta::hours(hour), this_hour + TimeDelta::hours(hour + 1));
            let due =
                |t: &Ticket| seen(t) && ledger.next_due(t).is_some_and(|(_, due)| due > now && due >= from && due < to);
            let n = self.assert_list(actor, Some(&bar.list), &bar.label, due).await;
            assert_eq!((bar.count, &bar.label), (signed(n), &from.format("%H:%M").to_string()));
        }
        let (mine, free) = (
            ledger.numbers(|t| seen(t) && t.is_open() && t.assignee == Some(me)),
            ledger.numbers(|t| seen(t) && t.is_open() && t.assignee.is_none()),
        );
        let act = on_lines(&home.act);
        assert_eq!(act.len(), 5.min(mine.len() + free.len()));
        assert_eq!(act.intersection(&mine).count(), 5.min(mine.len()), "their own first");
        assert!(act.iter().all(|n| mine.contains(n) || free.contains(n)));
    }

    /// The start page of somebody who asked.
    async fn assert_my(&self, actor: &Actor) {
        let (ledger, now) = (&self.ledger, self.now);
        let me = actor.user_id().expect("a person");
        let figures = own::figures(&mut self.look(actor).await).await.expect("figures");
        // Twelve months back, as the calendar has them.
        let year_ago = now.checked_sub_months(chrono::Months::new(12)).expect("a year");
        let in_year = |t: &Ticket| t.resolved_at.is_some_and(|at| at > year_ago);
        let views: [(OwnView, i64, &dyn Fn(&Ticket) -> bool); 6] = [
            (OwnView::Open, figures.open, &Ticket::is_open),
            (OwnView::Waiting, figures.waiting, &|t| t.hold == Some(HoldReason::Customer)),
            (OwnView::Unread, figures.unread, &|t| ledger.is_unread(t, me)),
            (OwnView::Solved, figures.solved, &|t| t.status == Status::Resolved),
            (OwnView::Late, figures.late, &|t| ledger.is_breached(t)),
            (OwnView::Year, figures.kept_of, &in_year),
        ];
        for (view, figure, which) in views {
            let counted = ledger.numbers(|t| t.requester == me && which(t));
            assert_eq!(self.own_list(actor, view).await, counted, "{}", view.label());
            assert_eq!(figure, signed(counted.len()), "{}", view.label());
        }
        let kept = ledger.numbers(|t| t.requester == me && in_year(t) && !ledger.is_breached(t));
        assert_eq!(figures.kept, signed(kept.len()));
        self.assert_months(actor, me).await;

        let waits = own::to_act_on(&mut self.look(actor).await, 100).await.expect("what waits");
        let waits: BTreeSet<i64> = waits.into_iter().map(|row| row.number).collect();
        let waiting = |t: &Ticket| {
            t.status == Status::Resolved || t.hold == Some(HoldReason::Customer) || ledger.is_unread(t, me)
        };
        assert_eq!(waits, ledger.numbers(|t| t.requester == me && waiting(t)));
    }

    async fn own_list(&self, actor: &Actor, view: OwnView) -> BTreeSet<i64> {
        let (mut after, mut all) = (None, BTreeSet::new());
        let filter = Filter { view, ..Filter::default() };
        loop {
            let page = own::list(&mut self.look(actor).await, &filter, after.as_deref(), 7).await.expect("a page");
            for row in page.rows {
                assert!(all.insert(row.number), "#{} is on two pages", row.number);
            }
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }

    async fn assert_months(&self, actor: &Actor, me: UserId) {
        let zone: chrono_tz::Tz = actor.signed_in().expect("a person").time_zone.parse().expect("a zone");
        let month = |at: DateTime<Utc>| {
            let local = at.with_timezone(&zone);
            format!("{}-{:02}", local.year(), local.month())
        };
        let months = own::months(&mut self.look(actor).await).await.expect("months");
        assert_eq!((months.len(), months[11].month.clone()), (12, month(self.now)));
        let mut counted: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for t in self.ledger.tickets.iter().filter(|t| t.requester == me) {
            counted.entry(month(t.created_at)).or_default().0 += 1;
            if let Some(at) = t.resolved_at {
                counted.entry(month(at)).or_default().1 += 1;
            }
        }
        for m in months {
            assert_eq!((m.filed, m.solved), counted.remove(&m.month).unwrap_or_default(), "{}", m.month);
        }
        assert!(counted.is_empty(), "nothing is older than the chart: {counted:?}");
    }
}

async fn assert_homes_are_right(db: PgPool, seed: u64) {
    let past = Past::of(db, seed, 60, 420).await;
    past.history.assert_full();
    for agent in &past.history.agents[..4] {
        let person = agent.signed_in().expect("an agent").clone();
        past.assert_home(agent, |t| past.ledger.is_seen(t, person.id, &person.teams)).await;
    }
    past.assert_home(&past.history.admin, |_| true).await;
    let mut far = past.history.customers[1].clone();
    if let Actor::Person(person) = &mut far {
        // Where the day, and now and then the month, is another one.
        "Pacific/Auckland".clone_into(&mut person.time_zone);
    }
    for customer in [&past.history.customers[0], &far, &past.history.customers[2], &past.history.agents[1]] {
        past.assert_my(customer).await;
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_start_pages_of_agents_and_customers_are_what_counting_gives(db: PgPool) {
    assert_homes_are_right(db, 8).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_start_pages_are_right_in_another_past(db: PgPool) {
    assert_homes_are_right(db, 1_001).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_start_pages_of_an_empty_desk_are_all_zero(db: PgPool) {
    let past = Past::of(db, 1, 2, 0).await;
    past.assert_home(&past.history.agents[0], |_| true).await;
    past.assert_my(&past.history.customers[0]).await;
}
