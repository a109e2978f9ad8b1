//! Every figure against the same thing counted by hand, over desks whose past chance made; and every list that
//! a figure leads to.
mod admin;
mod attainment;
mod company;
mod days;
mod homes;
mod monitor;
mod promises_kept;
mod team;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::model::{Figure, Mark};
use crate::{
    core::{Actor, Tx},
    testing::{
        Desk,
        history::History,
        ledger::{Clock, Days, Ledger, Ticket, listed},
    },
    ui::figures::{decimal, thousands},
};

/// A desk with a past of `days`, the people who left it, its ledger, and the instant at which it is looked at.
struct Past {
    history: History,
    ledger: Ledger,
    now: DateTime<Utc>,
}

impl Past {
    async fn of(db: PgPool, seed: u64, days: i64, acts: usize) -> Self {
        let mut history = History::begin(db, seed, days).await;
        let now = history.desk.app.now();
        let middle = now - TimeDelta::days(days) / 3;
        history.live(now - TimeDelta::days(days), middle, acts / 2).await;
        history.part().await;
        history.live(middle, now, acts / 2).await;
        let now = history.desk.app.now();
        let ledger = Ledger::of(&history.desk.app.db).await;
        Self { history, ledger, now }
    }

    /// A look at the desk by somebody, on a server that remembers no figure.
    async fn look(&self, actor: &Actor) -> Tx {
        self.look_on(&self.history.desk.restarted(), actor).await
    }

    async fn look_on(&self, desk: &Desk, actor: &Actor) -> Tx {
        let mut tx = desk.look(actor).await;
        tx.now = self.now;
        tx
    }

    /// That `href` leads to exactly the tickets that `which` lets through.
    async fn assert_list(
        &self,
        actor: &Actor,
        href: Option<&str>,
        what: &str,
        which: impl Fn(&Ticket) -> bool,
    ) -> usize {
        let href = href.unwrap_or_else(|| panic!("{what} leads to no list"));
        let (found, counted) =
            (listed(&self.history.desk.app, actor, self.now, href).await, self.ledger.numbers(which));
        assert_eq!(found, counted, "{what}: {href}");
        counted.len()
    }

    /// That a figure is the number of tickets that `which` lets through, and leads to them.
    async fn assert_count(&self, actor: &Actor, figure: &Figure, which: impl Fn(&Ticket) -> bool) {
        let n = self.assert_list(actor, figure.href.as_deref(), &figure.label, which).await;
        assert_eq!(figure.value, number(n), "{}", figure.label);
    }

    /// That each point of a course is the number of tickets of its days, and leads to them.
    async fn assert_course(
        &self,
        actor: &Actor,
        marks: &[Mark],
        spans: &[Days],
        at: impl Fn(&Ticket) -> Option<DateTime<Utc>>,
    ) {
        assert_eq!(marks.len(), spans.len());
        for (mark, days) in marks.iter().zip(spans) {
            let n = self.assert_list(actor, mark.href.as_deref(), &mark.label, |t| days.has(at(t))).await;
            assert_eq!(mark.value, Some(float(n)), "{}", mark.label);
        }
    }

    /// Kept and missed promises of `days` on the tickets that `which` lets through.
    fn promises(&self, days: Days, which: impl Fn(&Ticket) -> bool) -> (usize, usize) {
        let of = |counts: fn(&Clock) -> Option<DateTime<Utc>>| {
            let counted = self.ledger.clocks.iter().filter(|c| days.has(counts(c)));
            counted.filter(|c| which(self.ledger.ticket(c.ticket))).count()
        };
        (of(Clock::met_at), of(Clock::missed_at))
    }

    /// Whether a ticket has a promise that was missed in `days`.
    fn missed_in(&self, ticket: &Ticket, days: Days) -> bool {
        self.ledger.clocks_of(ticket.id).any(|c| days.has(c.missed_at()))
    }

    /// How many ratings of `days`, and their sum.
    fn ratings(&self, days: Days, which: impl Fn(&Ticket) -> bool) -> (usize, i64) {
        let rated = self.ledger.tickets.iter().filter(|t| which(t) && days.has(t.rated_at));
        let stars: Vec<i64> = rated.filter_map(|t| t.csat.map(i64::from)).collect();
        (stars.len(), stars.iter().sum())
    }
}

fn figure<'a>(figures: &'a [Figure], label: &str) -> &'a Figure {
    figures.iter().find(|f| f.label == label).unwrap_or_else(|| panic!("no figure {label}"))
}

fn number(n: usize) -> String {
    thousands(n as u64)
}

fn float(n: usize) -> f64 {
    f64::from(u32::try_from(n).expect("few"))
}

fn signed(n: usize) -> i64 {
    i64::try_from(n).expect("few")
}

/// Percent of promises kept.
fn kept((met, missed): (usize, usize)) -> Option<f64> {
    (met + missed > 0).then(|| float(met) * 100.0 / float(met + missed))
}

fn mean((n, stars): (usize, i64)) -> Option<f64> {
    (n > 0).then(|| f64::from(i32::try_from(stars).expect("few")) / float(n))
}

/// As figures show a share or a mean.
fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| decimal(value, 1))
}

/// The smallest of `values` that at least `part` in a hundred of them do not exceed.
fn quantile(mut values: Vec<i64>, part: usize) -> Option<i64> {
    values.sort_unstable();
    let place = (values.len() * part).div_ceil(100);
    values.get(place.max(1) - 1).copied()
}

/// The numbers on some lines.
fn on_lines(lines: &[crate::desk::model::Line]) -> BTreeSet<i64> {
    lines.iter().map(|line| line.number).collect()
}
