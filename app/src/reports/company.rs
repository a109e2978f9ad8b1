//! `/executive`: the whole company on one page.
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::{
    days::{By, Sums, sums},
    model::{Alarm, Change, Company, Course, Figure, GroupLine, LeftOut, Mark, Period, Rated},
    ratings,
    say::{self, More},
    store::{self, Took, Unsolved},
};
use crate::{
    core::{Error, Permission, Tx},
    desk::{self, model::Line},
    settings,
    sla::model::Metric,
    tickets::{
        model::PersonRef,
        query::{Days as Span, Ended, Filter, ListQuery, View},
    },
    ui::figures::{decimal, thousands, worked},
};

/// How long the company's figures may be old: a dozen open dashboards cost what one does.
const FRESH: TimeDelta = TimeDelta::seconds(2);
/// The trend looks so many weeks back, whatever the period.
const WEEKS: u64 = 13;

/// The figures last worked out for each period.
#[derive(Default)]
struct Last(Mutex<HashMap<Period, (DateTime<Utc>, Company)>>);

/// The company over `period`, against the period before.
pub async fn company(tx: &mut Tx, period: Period) -> Result<Company, Error> {
    tx.actor.require(Permission::ReadCompanyFigures)?;
    let (cache, now) = (tx.app.room::<Last>(), tx.now);
    let known = cache.0.lock().unwrap_or_else(PoisonError::into_inner).get(&period).cloned();
    let mut company = match known {
        Some((at, company)) if now - at < FRESH => company,
        _ => {
            let fresh = work_out(tx, period).await?;
            cache.0.lock().unwrap_or_else(PoisonError::into_inner).insert(period, (now, fresh.clone()));
            fresh
        }
    };
    let counts = desk::service::counts(tx).await?;
    (company.act_title, company.act) = worth_a_call(tx, &Filter::default(), (counts.late, counts.at_risk), 6).await?;
    company.managers = managers(tx).await?;
    Ok(company)
}

/// The most urgent of what is late and at risk now and passes `filter`, and a title that says how many there
/// are: `counts`, the late ones first.
pub async fn worth_a_call(
    tx: &mut Tx,
    filter: &Filter,
    counts: (i64, i64),
    limit: usize,
) -> Result<(String, Vec<Line>), Error> {
    if counts == (0, 0) {
        return Ok(("Nothing is late or at risk".to_owned(), Vec::new()));
    }
    let rows = u32::try_from(limit).unwrap_or(u32::MAX);
    let of = |view| ListQuery { view, filter: filter.clone(), ..ListQuery::default() };
    let mut act = desk::service::listing(tx, &of(View::Late), rows).await?.rows;
    if act.len() < limit {
        act.extend(desk::service::listing(tx, &of(View::AtRisk), rows).await?.rows);
        act.truncate(limit);
    }
    let title = match counts {
        (late, 0) => format!("{} late now, none at risk", thousands(late.unsigned_abs())),
        (0, risk) => format!("{} at risk, none late", thousands(risk.unsigned_abs())),
        (late, risk) => {
            format!("{} at risk, {} late now", thousands(risk.unsigned_abs()), thousands(late.unsigned_abs()))
        }
    };
    Ok((title, act))
}

async fn managers(tx: &mut Tx) -> Result<Vec<Rated>, Error> {
    let mut all = Vec::new();
    for (id, name, _) in store::managers(tx).await? {
        let last = ratings::of(tx, id).await?.into_iter().next();
        all.push(Rated { person: PersonRef { id, name }, last });
    }
    Ok(all)
}

/// Two spans of the same length, the later ending today.
pub struct Spans {
    pub today: NaiveDate,
    pub from: NaiveDate,
    pub before: (NaiveDate, NaiveDate),
    pub days: i64,
}

impl Spans {
    pub fn of(now: DateTime<Utc>, days: i64) -> Self {
        let today = now.date_naive();
        let back = |n: i64| today.checked_sub_days(Days::new(n.unsigned_abs())).unwrap_or(today);
        Self { today, from: back(days - 1), before: (back(days * 2 - 1), back(days)), days }
    }

    /// As the lists have it.
    pub const fn span(&self) -> Span {
        Span { from: Some(self.from), to: Some(self.today) }
    }

    pub fn instants(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(self.from), midnight(self.today) + TimeDelta::days(1))
    }

    pub fn instants_before(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(self.before.0), midnight(self.from))
    }
}

pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc()
}

/// The list of all tickets that `filter` leaves.
pub fn list(filter: Filter) -> Option<String> {
    Some(ListQuery { filter, ..ListQuery::default() }.href("/tickets", false, &[]))
}

/// The list of a view, of some team.
pub fn view(view: View, filter: Filter) -> Option<String> {
    Some(ListQuery { view, filter, ..ListQuery::default() }.href("/tickets", false, &[]))
}

async fn work_out(tx: &mut Tx, period: Period) -> Result<Company, Error> {
    let settings = settings::service::in_force(tx).await?;
    let spans = Spans::of(tx.now, period.days());
    let trend_from = spans.today.checked_sub_days(Days::new(WEEKS * 7 - 1)).unwrap_or(spans.from);
    let by_day = sums(tx, By::Day, spans.before.0.min(trend_from), spans.today, None).await?;
    let by_team = sums(tx, By::Team, spans.from, spans.today, None).await?;
    let by_category = sums(tx, By::Category, spans.from, spans.today, None).await?;
    let now = tx.now;
    let unsolved = store::unsolved(tx, now, None).await?;
    let (from, to) = spans.instants();
    let (before_from, before_to) = spans.instants_before();
    let mut took = HashMap::new();
    for metric in [Metric::FirstReply, Metric::Resolution] {
        let now = store::took(tx, metric, from, to).await?;
        let before = store::took(tx, metric, before_from, before_to).await?;
        let course = store::took_by_day(tx, metric, from, to).await?;
        took.insert(metric, (now, before, course));
    }
    let times = |metric: Metric| took.get(&metric).cloned().unwrap_or_default();
    let figures = figures(
        &spans,
        &by_day,
        &Unsolved::total(unsolved.iter()),
        &times(Metric::FirstReply),
        &times(Metric::Resolution),
    );
    let left_out = store::left_out(tx, from, to).await?;
    let teams = store::team_names(tx, None).await?;
    let categories = store::category_names(tx).await?;
    let target = settings.attainment_target;
    Ok(Company {
        span: format!(
            "{} to {}, against the {} days before. All teams, live.",
            say::day(spans.from, spans.today),
            say::day(spans.today, spans.today),
            spans.days
        ),
        figures,
        trend: trend(&by_day, trend_from, spans.today, target),
        volume: volume(&by_day, trend_from, spans.today),
        target,
        left_out: (left_out > 0).then(|| LeftOut {
            words: say::counted(left_out, "promise was left out", "promises were left out"),
            href: list(Filter { left_out: Some(spans.span()), ..Filter::default() }).unwrap_or_default(),
        }),
        teams: teams
            .into_iter()
            .map(|(id, name)| {
                let done = by_team.iter().find(|s| s.team == Some(id)).cloned().unwrap_or_default();
                let here = Unsolved::total(unsolved.iter().filter(|u| u.team == Some(id)));
                group(name, view(View::Open, Filter { team: vec![id], ..Filter::default() }), &done, &here)
            })
            .collect(),
        categories: categories
            .into_iter()
            .map(|(id, name)| {
                let done = by_category.iter().find(|s| s.category == Some(id)).cloned().unwrap_or_default();
                let here = Unsolved::total(unsolved.iter().filter(|u| u.category == Some(id)));
                group(name, view(View::Open, Filter { category: Some(id), ..Filter::default() }), &done, &here)
            })
            .collect(),
        ..Company::default()
    })
}

fn group(name: String, href: Option<String>, done: &Sums, now: &Unsolved) -> GroupLine {
    GroupLine {
        name,
        href: href.unwrap_or_default(),
        kept: done.kept(),
        promises: done.met + done.missed,
        created: done.created,
        solved: done.solved,
        at_risk_or_late: now.at_risk + now.late,
        open: now.open,
        stars: done.mean_stars(),
    }
}

type Times = (Took, Took, Vec<(NaiveDate, i64)>);

#[allow(clippy::cast_precision_loss)] // counts and seconds
fn figures(spans: &Spans, by_day: &[Sums], open: &Unsolved, first: &Times, solved: &Times) -> Vec<Figure> {
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
            note: format!("{} of {}", say_n(now.met), say_n(now.met + now.missed)),
            points: course(&Sums::kept),
            alarm: None,
        },
        Figure {
            label: "New tickets".into(),
            value: say_n(now.created),
            how: "Tickets filed in the period, by any channel.".into(),
            href: list(Filter { created: Some(span), ..Filter::default() }),
            change: say::share(now.created, before.created, More::Neither),
            note: format!("{} a day", decimal(now.created as f64 / spans.days as f64, if now.created < spans.days * 10 { 1 } else { 0 })),
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
            value: say_n(open.open),
            how: "Tickets that are not solved, this moment, against the start of the period.".into(),
            href: view(View::Open, Filter::default()),
            change: Some(say::count(open.open, open.open - backlog, More::Worse)),
            note: format!("{} older than 7 days", say_n(open.old)),
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
        Some(p90) => format!("median of {}; 90 % within {}", say_n(now.n), worked(p90)),
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

fn say_n(n: i64) -> String {
    if n < 0 { format!("−{}", thousands(n.unsigned_abs())) } else { thousands(n.unsigned_abs()) }
}

/// Spans of `step` days from `from` to `to`, the last one ending at `to`.
fn buckets(from: NaiveDate, to: NaiveDate, step: u64) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let all = u64::try_from((to - from).num_days() + 1).unwrap_or(1);
    let first = all % step;
    (0..all / step).filter_map(move |n| {
        let start = from.checked_add_days(Days::new(first + n * step))?;
        Some((start, start.checked_add_days(Days::new(step - 1))?))
    })
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
fn trend(by_day: &[Sums], from: NaiveDate, today: NaiveDate, target: f64) -> Course {
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
fn volume(by_day: &[Sums], from: NaiveDate, today: NaiveDate) -> Course {
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
        0 => format!("As many solved as came in: {}", say_n(created)),
        more if more > 0 => format!("{} more came in than were solved", say_n(more)),
        less => format!("{} more were solved than came in", say_n(-less)),
    };
    Course {
        title,
        note: format!("Tickets filed by week; {} in 13 weeks, {} solved", say_n(created), say_n(solved)),
        marks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn spans_are_of_the_same_length_and_touch() {
        let spans = Spans::of("2026-11-19T15:08:00Z".parse().unwrap(), 30);
        assert_eq!((spans.from, spans.today), (day("2026-10-21"), day("2026-11-19")));
        assert_eq!(spans.before, (day("2026-09-21"), day("2026-10-20")));
    }

    #[test]
    fn buckets_end_today_and_do_not_overlap() {
        let all: Vec<_> = buckets(day("2026-11-01"), day("2026-11-30"), 7).collect();
        assert_eq!(all.len(), 4);
        assert_eq!(all.last().unwrap().1, day("2026-11-30"));
        assert!(all.windows(2).all(|w| w[0].1.succ_opt() == Some(w[1].0)));
    }

    #[test]
    fn what_was_open_follows_from_what_is_open_and_what_came_since() {
        let sum = |d: &str, backlog| Sums { day: Some(day(d)), backlog, ..Sums::default() };
        let course =
            open_course(10, &[sum("2026-11-02", 3), sum("2026-11-03", -1)], day("2026-11-01"), day("2026-11-03"));
        assert_eq!(course, [8.0, 11.0, 10.0]);
    }
}
