//! What happened week by week, and the sentence about it.
use chrono::NaiveDate;

use crate::{
    reports::{
        days::Sums,
        model::{Course, Mark},
        say,
        spans::{buckets, list},
    },
    tickets::query::{Days as Span, Filter},
    ui::figures::decimal,
};

fn weeks(by_day: &[Sums], from: NaiveDate, today: NaiveDate) -> Vec<(NaiveDate, NaiveDate, Sums)> {
    buckets(from, today, 7)
        .map(|(a, b)| {
            let mut sum = Sums::default();
            by_day.iter().filter(|s| s.day.is_some_and(|day| (a..=b).contains(&day))).for_each(|s| sum.add(s));
            (a, b, sum)
        })
        .collect()
}

/// Promises kept, week by week.
pub(super) fn trend(by_day: &[Sums], from: NaiveDate, today: NaiveDate, target: f64) -> Course {
    let weeks = weeks(by_day, from, today);
    let marks: Vec<Mark> = weeks
        .iter()
        .map(|(a, b, sum)| Mark {
            label: say::short_day(*a),
            value: sum.kept(),
            n: u64::try_from(sum.met + sum.missed).ok(),
            href: list(Filter { missed_in: Some(Span { from: Some(*a), to: Some(*b) }), ..Filter::default() }),
        })
        .collect();
    let measured: Vec<(&NaiveDate, f64)> = weeks.iter().filter_map(|(a, _, sum)| Some((a, sum.kept()?))).collect();
    let worst = measured.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let this_week = weeks.last().and_then(|(_, _, sum)| sum.kept());
    let title = match (this_week, worst) {
        (_, None) => "No promise has come due yet".to_owned(),
        (None, Some(_)) => "No promise has come due this week".to_owned(),
        (Some(now), _) if now < target => format!(
            "{} % of promises kept this week, {} points below target",
            decimal(now, 1),
            decimal(target - now, 1)
        ),
        (Some(now), Some((week, low))) if *low < target => format!(
            "Back above target: {} % kept this week, after {} % in the week of {}",
            decimal(now, 1),
            decimal(*low, 1),
            say::day(**week, today)
        ),
        _ => format!("Above target for {}", say::counted(i64::try_from(measured.len()).unwrap_or(0), "week", "weeks")),
    };
    Course { title, note: "Promises kept, percent by week, all metrics, 90 days".into(), marks }
}

/// Tickets filed, week by week.
#[allow(clippy::cast_precision_loss)] // counts
pub(super) fn volume(by_day: &[Sums], from: NaiveDate, today: NaiveDate) -> Course {
    let weeks = weeks(by_day, from, today);
    let (created, solved) = weeks.iter().fold((0, 0), |(c, s), (_, _, sum)| (c + sum.created, s + sum.solved));
    let marks = weeks
        .iter()
        .map(|(a, b, sum)| Mark {
            label: say::short_day(*a),
            value: Some(sum.created as f64),
            n: None,
            href: list(Filter { created: Some(Span { from: Some(*a), to: Some(*b) }), ..Filter::default() }),
        })
        .collect();
    let title = match created - solved {
        0 => format!("As many solved as came in: {}", say::number(created)),
        more if more > 0 => format!("{} more came in than were solved", say::number(more)),
        less => format!("{} more were solved than came in", say::number(-less)),
    };
    Course {
        title,
        note: format!("Tickets filed by week; {} in 13 weeks, {} solved", say::number(created), say::number(solved)),
        marks,
    }
}
