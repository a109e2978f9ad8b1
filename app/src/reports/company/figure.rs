//! The figures on top of the page: six, each against the period before.
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{
    reports::{
        days::Sums,
        model::{Alarm, Change, Figure},
        say::{self, More},
        spans::{Spans, buckets, list, view},
        store::{Took, Unsolved},
    },
    sla::model::Metric,
    tickets::query::{Days as Span, Ended, Filter, View},
    ui::figures::{decimal, worked},
};

pub(super) type Times = (Took, Took, Vec<(NaiveDate, i64)>);

#[allow(clippy::cast_precision_loss)] // counts and seconds
pub(super) fn figures(spans: &Spans, by_day: &[Sums], open: &Unsolved, first: &Times, solved: &Times) -> Vec<Figure> {
    let total = |from: NaiveDate, to: NaiveDate| {
        let mut sum = Sums::default();
        by_day.iter().filter(|s| s.day.is_some_and(|day| (from..=to).contains(&day))).for_each(|s| sum.add(s));
        sum
    };
    let (now, before) = (total(spans.from, spans.today), total(spans.before.0, spans.before.1));
    // A point for each day of a month, for each week of a quarter.
    let step = u64::try_from((spans.days / 15).max(1)).unwrap_or(1);
    let course = |value: &dyn Fn(&Sums) -> Option<f64>| -> Vec<f64> {
        buckets(spans.from, spans.today, step).filter_map(|(a, b)| value(&total(a, b))).collect()
    };
    let times = |times: &Times| times.2.iter().map(|(_, median)| *median as f64).collect::<Vec<_>>();
    let span = spans.span();
    let backlog: i64 = now.backlog;
    vec![
        Figure {
            label: "Promises kept".into(),
            value: now.kept().map_or_else(|| "–".into(), |p| decimal(p, 1)),
            unit: "%".into(),
            how: "Met divided by met plus missed. Kept ones count on the day of fulfilment, missed ones on the day they were due; cancelled, merged and excused ones are left out. The number leads to the tickets with a missed promise.".into(),
            href: list(Filter { missed_in: Some(span), ..Filter::default() }),
            change: say::points(now.kept(), before.kept()),
            note: format!("{} of {}", say::number(now.met), say::number(now.met + now.missed)),
            points: course(&Sums::kept),
            alarm: None,
        },
        Figure {
            label: "New tickets".into(),
            value: say::number(now.created),
            how: "Tickets filed in the period, by any channel.".into(),
            href: list(Filter { created: Some(span), ..Filter::default() }),
            change: say::share(now.created, before.created, More::Neither),
            note: format!("{} a day", decimal(now.created as f64 / spans.days as f64, usize::from(now.created < spans.days * 10))),
            points: course(&|s| Some(s.created as f64)),
            ..Figure::default()
        },
        time_figure("First reply", "Median working time from the customer’s first message to the first reply by a person, of those that were given in the period.", first, ended(Metric::FirstReply, span), times(first)),
        time_figure("Solved in", "Median working time from filing to the solution, time on hold for the customer left out, of tickets solved in the period. The ninth decile says what the slowest tenth took at least.", solved, ended(Metric::Resolution, span), times(solved)),
        Figure {
            label: "Satisfaction".into(),
            value: now.mean_stars().map_or_else(|| "–".into(), |m| decimal(m, 1)),
            unit: "of 5".into(),
            how: "Mean of the ratings given in the period, one to five.".into(),
            href: list(Filter { rated_in: Some(span), ..Filter::default() }),
            change: say::marks(now.mean_stars(), before.mean_stars()),
            note: say::counted(now.rated, "rating", "ratings"),
            points: course(&Sums::mean_stars),
            alarm: None,
        },
        Figure {
            label: "Open now".into(),
            value: say::number(open.open),
            how: "Tickets that are not solved, this moment, against the start of the period.".into(),
            href: view(View::Open, Filter::default()),
            change: Some(say::count(open.open, open.open - backlog, More::Worse)),
            note: format!("{} older than 7 days", say::number(open.old)),
            points: open_course(open.open, by_day, spans.from, spans.today),
            ..Figure::default()
        },
    ]
}

/// The tickets with a promise of `metric` that ended in `days`.
fn ended(metric: Metric, days: Span) -> Option<String> {
    list(Filter { ended: Some(Ended { metric, days }), ..Filter::default() })
}

fn time_figure(label: &str, how: &str, times: &Times, href: Option<String>, points: Vec<f64>) -> Figure {
    let (now, before, _) = times;
    let (value, unit) = match now.median {
        None => ("–".to_owned(), ""),
        Some(seconds) if seconds < 3_600 => ((seconds / 60).to_string(), "min"),
        Some(seconds) => (worked(seconds), ""),
    };
    let note = match now.p90 {
        Some(p90) => format!("median of {}; 90 % within {}", say::number(now.n), worked(p90)),
        None => "none in the period".to_owned(),
    };
    let change: Option<Change> = say::time(now.median, before.median);
    Figure {
        label: label.into(),
        value,
        unit: unit.into(),
        how: how.into(),
        href,
        change,
        note,
        points,
        alarm: None::<Alarm>,
    }
}

/// How many were open at the end of each day: what is open now, less what came since.
#[allow(clippy::cast_precision_loss)] // counts
fn open_course(now: i64, by_day: &[Sums], from: NaiveDate, today: NaiveDate) -> Vec<f64> {
    let changes: HashMap<NaiveDate, i64> = by_day.iter().filter_map(|s| Some((s.day?, s.backlog))).collect();
    let mut open = now;
    let mut course: Vec<f64> = from
        .iter_days()
        .take_while(|day| *day <= today)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .map(|day| {
            let at_end = open;
            open -= changes.get(&day).copied().unwrap_or(0);
            at_end as f64
        })
        .collect();
    course.reverse();
    course
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_open_follows_from_what_is_open_and_what_came_since() {
        let day = |s: &str| s.parse::<NaiveDate>().unwrap();
        let sum = |d: &str, backlog| Sums { day: Some(day(d)), backlog, ..Sums::default() };
        let course =
            open_course(10, &[sum("2026-11-02", 3), sum("2026-11-03", -1)], day("2026-11-01"), day("2026-11-03"));
        assert_eq!(course, [8.0, 11.0, 10.0]);
    }
}
