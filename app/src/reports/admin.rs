//! `/admin`: what waits for somebody, how tickets flow, and what is set up.
use chrono::{Days, NaiveDate};

use super::{
    days::{By, Sums, sums},
    model::{Alarm, Area, Course, DeskState, Figure, Mark, Waiting},
    say::{self, More},
    spans::{Spans, list, view},
    store::{self, Unsolved},
};
use crate::{
    categories,
    core::{Error, Permission, Tx, id::TicketId},
    desk, routing, teams,
    tickets::{
        model::PersonRef,
        query::{Days as Span, Filter, ListQuery, View},
    },
    ui::figures::thousands,
};

/// How many waiting tickets are shown; the figure leads to all of them.
const SHOWN: u32 = 8;
const FLOW_DAYS: i64 = 14;

/// The state of the desk for those who set it up.
pub async fn desk_state(tx: &mut Tx) -> Result<DeskState, Error> {
    tx.actor.require(Permission::OpenAdmin)?;
    let now = tx.now;
    let unsolved = Unsolved::total(&store::unsolved(tx, now, None).await?);
    let spans = Spans::of(now, FLOW_DAYS);
    let by_day = sums(tx, By::Day, spans.before.0, spans.today, None).await?;
    Ok(DeskState {
        figures: figures(&unsolved, &by_day, &spans),
        flow: flow(&by_day, spans.from, spans.today),
        previous: on_days(&by_day, spans.from, spans.today, |s| s.solved),
        waiting: waiting(tx).await?,
        areas: areas(tx).await?,
    })
}

async fn waiting(tx: &mut Tx) -> Result<Vec<Waiting>, Error> {
    let lines = desk::service::listing(tx, &ListQuery::of(View::Unassigned), SHOWN).await?.rows;
    let ids: Vec<TicketId> = lines.iter().map(|line| line.id).collect();
    let teams = store::team_of_each(tx, &ids).await?;
    let candidates = store::candidates(tx, &teams.iter().map(|(_, team)| team.id).collect::<Vec<_>>()).await?;
    Ok(lines
        .into_iter()
        .filter_map(|line| {
            let (_, team) = teams.iter().find(|(id, _)| *id == line.id)?;
            let of_team = candidates.iter().filter(|(of, ..)| *of == team.id);
            let candidates =
                of_team.map(|(_, id, name, open)| (PersonRef { id: *id, name: name.clone() }, *open)).collect();
            Some(Waiting { line, team: team.clone(), candidates })
        })
        .collect())
}

fn figures(open: &Unsolved, by_day: &[Sums], spans: &Spans) -> Vec<Figure> {
    let total = |from: NaiveDate, to: NaiveDate| {
        let mut sum = Sums::default();
        by_day.iter().filter(|s| s.day.is_some_and(|d| (from..=to).contains(&d))).for_each(|s| sum.add(s));
        sum
    };
    let today = total(spans.today, spans.today);
    let week_ago = spans.today.checked_sub_days(Days::new(7)).unwrap_or(spans.today);
    let same_day = total(week_ago, week_ago);
    let n = |n: i64| thousands(n.unsigned_abs());
    let course =
        |of: fn(&Sums) -> i64| on_days(by_day, spans.from, spans.today, of).into_iter().flatten().collect::<Vec<_>>();
    let only_today = Span { from: Some(spans.today), to: Some(spans.today) };
    vec![
        Figure {
            label: "Unassigned".into(),
            value: n(open.unassigned),
            how: "Unsolved tickets that nobody holds.".into(),
            href: view(View::Unassigned, Filter::default()),
            note: format!("of {} open", n(open.open)),
            ..Figure::default()
        },
        Figure {
            label: "Late".into(),
            value: n(open.late),
            how: "Unsolved tickets with a promise past its due time.".into(),
            href: view(View::Late, Filter::default()),
            note: if open.late == 0 { "nothing is late".into() } else { "past their due time".into() },
            alarm: (open.late > 0).then_some(Alarm::Late),
            ..Figure::default()
        },
        Figure {
            label: "At risk".into(),
            value: n(open.at_risk),
            how: "Unsolved tickets whose next promise has used 80 % of its time.".into(),
            href: view(View::AtRisk, Filter::default()),
            note: "80 % of the time used".into(),
            alarm: (open.at_risk > 0).then_some(Alarm::Risk),
            ..Figure::default()
        },
        Figure {
            label: "New today".into(),
            value: n(today.created),
            how: "Tickets filed since midnight UTC, against all of the same day last week.".into(),
            href: list(Filter { created: Some(only_today), ..Filter::default() }),
            change: Some(say::count(today.created, same_day.created, More::Neither)),
            note: "than this day last week".into(),
            points: course(|s| s.created),
            ..Figure::default()
        },
        Figure {
            label: "Solved today".into(),
            value: n(today.solved),
            how: "Tickets solved since midnight UTC, against all of the same day last week.".into(),
            href: list(Filter { resolved: Some(only_today), ..Filter::default() }),
            change: Some(say::count(today.solved, same_day.solved, More::Better)),
            note: "than this day last week".into(),
            points: course(|s| s.solved),
            ..Figure::default()
        },
        Figure {
            label: "On hold".into(),
            value: n(open.on_hold),
            how: "Tickets that wait for the customer or a third party.".into(),
            href: view(View::OnHold, Filter::default()),
            note: format!("{} untouched for 5 days", n(open.long_on_hold)),
            ..Figure::default()
        },
    ]
}

/// A value for each day; days without any are zero.
#[allow(clippy::cast_precision_loss)] // counts
fn on_days(by_day: &[Sums], from: NaiveDate, to: NaiveDate, of: fn(&Sums) -> i64) -> Vec<Option<f64>> {
    let value = |day| by_day.iter().find(|s| s.day == Some(day)).map_or(0, of) as f64;
    from.iter_days().take_while(|day| *day <= to).map(|day| Some(value(day))).collect()
}

fn flow(by_day: &[Sums], from: NaiveDate, to: NaiveDate) -> Course {
    let created = on_days(by_day, from, to, |s| s.created);
    let marks = from
        .iter_days()
        .zip(created)
        .map(|(day, value)| Mark {
            label: say::short_day(day),
            value,
            n: None,
            href: list(Filter { created: Some(Span { from: Some(day), to: Some(day) }), ..Filter::default() }),
        })
        .collect();
    let backlog: i64 = by_day.iter().filter(|s| s.day >= Some(from)).map(|s| s.backlog).sum();
    let title = match backlog {
        0 => "The backlog is as it was two weeks ago".to_owned(),
        more if more > 0 => format!("The backlog grew by {} in two weeks", say::counted(more, "ticket", "tickets")),
        less => format!("The backlog shrank by {} in two weeks", say::counted(-less, "ticket", "tickets")),
    };
    Course { title, note: "Tickets filed a day; the pale line is those solved".into(), marks }
}

async fn areas(tx: &mut Tx) -> Result<Vec<Area>, Error> {
    let rules = routing::service::list(tx).await?;
    let categories = categories::service::list(tx).await?;
    let teams = teams::service::list(tx).await?;
    let count = |n: usize, one: &str, many: &str| say::counted(i64::try_from(n).unwrap_or(i64::MAX), one, many);
    let area = |href: &str, name: &str, note: String| Area { href: href.into(), name: name.into(), note };
    let members = teams.iter().flat_map(|t| &t.members).filter(|m| m.active);
    let people = members.map(|m| m.user).collect::<std::collections::HashSet<_>>().len();
    Ok(vec![
        area(
            "/admin/routing",
            "Routing",
            format!("{} in use", count(rules.iter().filter(|r| r.active).count(), "rule", "rules")),
        ),
        area(
            "/admin/categories",
            "Categories",
            format!("{} offered", count(categories.iter().filter(|c| c.active).count(), "category", "categories")),
        ),
        area(
            "/admin/teams",
            "Teams",
            format!(
                "{}, {}",
                count(teams.iter().filter(|t| t.active).count(), "team", "teams"),
                count(people, "person", "people")
            ),
        ),
        area("/admin/sla", "Promises", "Policies: who is promised what".into()),
        area("/admin/sla/calendars", "Calendars", "Working hours and holidays".into()),
    ])
}
