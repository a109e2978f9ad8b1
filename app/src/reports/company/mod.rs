//! `/executive`: the whole company on one page.
mod course;
mod figure;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use self::{
    course::{trend, volume},
    figure::figures,
};
use super::{
    days::{By, Sums, sums},
    model::{Company, GroupLine, GroupLists, LeftOut, Period},
    say,
    spans::{Spans, list, view},
    store::{self, Unsolved},
};
use crate::{
    core::{Error, Permission, Tx},
    desk::{self, model::Line},
    settings,
    sla::model::Metric,
    tickets::query::{Days, Filter, ListQuery, View},
    ui::figures::thousands,
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
    (company.act_title, company.act) =
        worth_a_call(tx, &Filter::default(), Pressing { late: counts.late, at_risk: counts.at_risk }, 6).await?;
    company.managers = store::managers(tx).await?;
    Ok(company)
}

/// How many unsolved tickets press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressing {
    pub late: i64,
    pub at_risk: i64,
}

impl Pressing {
    fn title(self) -> String {
        let number = |n: i64| thousands(n.unsigned_abs());
        match self {
            Self { late: 0, at_risk: 0 } => "Nothing is late or at risk".to_owned(),
            Self { late, at_risk: 0 } => format!("{} late now, none at risk", number(late)),
            Self { late: 0, at_risk } => format!("{} at risk, none late", number(at_risk)),
            Self { late, at_risk } => format!("{} at risk, {} late now", number(at_risk), number(late)),
        }
    }
}

/// The most urgent of what is late and at risk now and passes `filter`, and a title that says how many there are.
///
/// # Errors
/// [`Error::Forbidden`] for those who list no tickets.
pub async fn worth_a_call(
    tx: &mut Tx,
    filter: &Filter,
    pressing: Pressing,
    limit: usize,
) -> Result<(String, Vec<Line>), Error> {
    if pressing == (Pressing { late: 0, at_risk: 0 }) {
        return Ok((pressing.title(), Vec::new()));
    }
    let rows = u32::try_from(limit).unwrap_or(u32::MAX);
    let of = |view| ListQuery { view, filter: filter.clone(), ..ListQuery::default() };
    let mut act = desk::service::listing(tx, &of(View::Late), rows).await?.rows;
    if act.len() < limit {
        act.extend(desk::service::listing(tx, &of(View::AtRisk), rows).await?.rows);
        act.truncate(limit);
    }
    Ok((pressing.title(), act))
}

async fn work_out(tx: &mut Tx, period: Period) -> Result<Company, Error> {
    let settings = settings::service::in_force(tx).await?;
    let spans = Spans::of(tx.now, period.days());
    let trend_from = spans.today.checked_sub_days(chrono::Days::new(WEEKS * 7 - 1)).unwrap_or(spans.from);
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
                group(name, &Filter { team: vec![id], ..Filter::default() }, spans.span(), &done, &here)
            })
            .collect(),
        categories: categories
            .into_iter()
            .map(|(id, name)| {
                let done = by_category.iter().find(|s| s.category == Some(id)).cloned().unwrap_or_default();
                let here = Unsolved::total(unsolved.iter().filter(|u| u.category == Some(id)));
                group(name, &Filter { category: Some(id), ..Filter::default() }, spans.span(), &done, &here)
            })
            .collect(),
        ..Company::default()
    })
}

fn group(name: String, about: &Filter, days: Days, done: &Sums, now: &Unsolved) -> GroupLine {
    let within = || about.clone();
    let view = |of| view(of, within()).unwrap_or_default();
    let list = |filter| list(filter).unwrap_or_default();
    GroupLine {
        name,
        kept: done.kept(),
        promises: done.met + done.missed,
        created: done.created,
        late: now.late,
        at_risk: now.at_risk,
        open: now.open,
        stars: done.mean_stars(),
        lists: GroupLists {
            missed: list(Filter { missed_in: Some(days), ..within() }),
            created: list(Filter { created: Some(days), ..within() }),
            late: view(View::Late),
            at_risk: view(View::AtRisk),
            open: view(View::Open),
            rated: list(Filter { rated_in: Some(days), ..within() }),
        },
    }
}
