//! `/team`: who needs a hand before a promise breaks, and how everybody does.
use chrono::{DateTime, DurationRound as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::{
    company::{Pressing, worth_a_call},
    days::{By, Sums, sums},
    model::{Alarm, Due, Figure, LaneOf, PersonLine, PersonReport, TeamToday},
    ratings,
    reach::Reach,
    say::{self, More},
    spans::{Spans, list, view},
    store::{self, DueMark, Load, Performance, Unsolved},
};
use crate::{
    core::{
        Error, Permission, Role, Tx,
        id::{TeamId, UserId},
    },
    escalations,
    sla::model::Metric,
    tickets::{
        model::PersonRef,
        query::{Ended, Filter, Holder, View},
    },
    ui::figures::{decimal, passed, thousands, worked},
};

/// How far ahead the board looks.
const AHEAD: TimeDelta = TimeDelta::hours(3);
/// People's own figures look so many days back.
const PERFORMANCE_DAYS: i64 = 30;

/// The teams of the actor, or the one of them that they chose.
///
/// # Errors
/// [`Error::NotFound`] for a team that they do not answer for.
pub async fn today(tx: &mut Tx, chosen: Option<TeamId>) -> Result<TeamToday, Error> {
    tx.actor.require(Permission::OpenTeam)?;
    let reach = Reach::of(tx, Permission::ReadTeamFigures, chosen).await?;
    let teams = reach.teams();
    let (now, zone) = (tx.now, tx.actor.zone());
    let unsolved = store::unsolved(tx, now, teams).await?;
    let open = Unsolved::total(&unsolved);
    let spans = Spans::of(now, 7);
    let by_day = sums(tx, By::Day, spans.before.0, spans.today, teams).await?;
    let due = store::due_before(tx, now, now + AHEAD, teams).await?;
    let loads = store::loads(tx, now, teams).await?;
    let people: Vec<UserId> = loads.iter().map(|l| l.id).collect();
    let (from, to) = Spans::of(now, PERFORMANCE_DAYS).instants();
    let done = store::performance(tx, from, to, &people, teams).await?;
    let (act_title, act) = worth_a_call(tx, &of(teams), Pressing { late: open.late, at_risk: open.at_risk }, 5).await?;
    let shown: Vec<_> = reach
        .shown()
        .map(|(id, name)| (*id, name.as_str(), Unsolved::total(unsolved.iter().filter(|u| u.team == Some(*id)))))
        .collect();
    let escalated = escalations::service::count(tx, teams).await?;
    let lanes: Vec<LaneOf> = shown.iter().map(|(id, name, open)| lane(*id, name, &due, open, now)).collect();
    Ok(TeamToday {
        sub: local(now, zone).format("%A %-d %B, %H:%M").to_string(),
        escalated,
        figures: figures(&open, &by_day, &spans, teams, now),
        board_title: finding(&shown, due.is_empty()),
        now: local(now, zone).format("%H:%M").to_string(),
        hours: hours(now, zone),
        lanes,
        people: loads.into_iter().map(|load| person_line(load, &done, now)).collect(),
        about: teams.map(<[_]>::to_vec),
        teams: reach.choices(),
        act_title,
        act,
    })
}

/// Leaves the tickets of `teams`; `None`: all.
fn of(teams: Option<&[TeamId]>) -> Filter {
    Filter { team: teams.map(<[_]>::to_vec).unwrap_or_default(), ..Filter::default() }
}

fn local(at: DateTime<Utc>, zone: Tz) -> DateTime<Tz> {
    zone.from_utc_datetime(&at.naive_utc())
}

/// The full hours that the board looks over: minutes from now and their label.
fn hours(now: DateTime<Utc>, zone: Tz) -> Vec<(i32, String)> {
    let from = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    (1..=3)
        .map(|n| from + TimeDelta::hours(n))
        .filter_map(|at| {
            Some((i32::try_from((at - now).num_minutes()).ok()?, local(at, zone).format("%H:%M").to_string()))
        })
        .collect()
}

fn figures(
    open: &Unsolved,
    by_day: &[Sums],
    spans: &Spans,
    teams: Option<&[TeamId]>,
    now: DateTime<Utc>,
) -> Vec<Figure> {
    let sum = |from, to| {
        let mut all = Sums::default();
        by_day.iter().filter(|s| s.day.is_some_and(|d| (from..=to).contains(&d))).for_each(|s| all.add(s));
        all
    };
    let (week, before) = (sum(spans.from, spans.today), sum(spans.before.0, spans.before.1));
    // Who leads no team has nothing to list, and a list without a team would be everybody's.
    let led = teams.is_none_or(|teams| !teams.is_empty());
    let n = |n: i64| thousands(n.unsigned_abs());
    let count = |label: &str, value: i64, which: View, how: &str, note: String| Figure {
        label: label.into(),
        value: n(value),
        how: how.into(),
        href: view(which, of(teams)).filter(|_| led),
        note,
        ..Figure::default()
    };
    let in_words = |at: Option<DateTime<Utc>>, lead: &str, none: &str| match at {
        Some(at) => format!("{lead} {}", passed((at - now).num_seconds().abs())),
        None => none.to_owned(),
    };
    vec![
        Figure {
            alarm: (open.late > 0).then_some(Alarm::Late),
            ..count("Late", open.late, View::Late, "Unsolved tickets with a promise past its due time.", if open.late == 0 { "nothing is late".into() } else { "call or reassign".into() })
        },
        Figure {
            alarm: (open.at_risk > 0).then_some(Alarm::Risk),
            ..count("At risk", open.at_risk, View::AtRisk, "Unsolved tickets whose next promise has used 80 % of its time.", in_words(open.next_at_risk, "next in", "none"))
        },
        count("Unassigned", open.unassigned, View::Unassigned, "Unsolved tickets that nobody holds.", in_words(open.oldest_unassigned, "oldest", "none")),
        count("Due in 24 h", open.due_soon, View::DueSoon, "Unsolved tickets whose next promise falls due within 24 hours, late ones left out.", format!("of {} open", n(open.open))),
        count("On hold", open.on_hold, View::OnHold, "Tickets that wait for the customer or a third party.", format!("{} untouched for 5 days", n(open.long_on_hold))),
        Figure {
            label: "Kept, 7 days".into(),
            value: week.kept().map_or_else(|| "–".into(), |p| decimal(p, 1)),
            unit: "%".into(),
            how: "Met divided by met plus missed in the last seven days, against the seven before. The number leads to the tickets with a missed promise.".into(),
            href: list(Filter { missed_in: Some(spans.span()), ..of(teams) }).filter(|_| led),
            change: say::points(week.kept(), before.kept()),
            note: format!("{} of {}", n(week.met), n(week.met + week.missed)),
            points: by_day.iter().filter(|s| s.day >= Some(spans.from)).filter_map(Sums::kept).collect(),
            alarm: None,
        },
    ]
}

/// The promises of one team on the board; how many are late or at risk, whether or not the board shows them.
fn lane(team: TeamId, name: &str, due: &[DueMark], open: &Unsolved, now: DateTime<Utc>) -> LaneOf {
    let marks: Vec<Due> = due
        .iter()
        .filter(|mark| mark.team == team)
        .map(|mark| Due {
            minutes: i32::try_from((mark.due_at - now).num_seconds().div_euclid(60)).unwrap_or(i32::MAX),
            at_risk: mark.at_risk,
            number: mark.number,
        })
        .collect();
    let note = match (open.late, open.at_risk) {
        (0, 0) if marks.is_empty() => "nothing due".to_owned(),
        (0, 0) => "none at risk".to_owned(),
        (late, 0) => format!("{late} late"),
        (0, risk) => format!("{risk} at risk"),
        (late, risk) => format!("{late} late, {risk} at risk"),
    };
    LaneOf { name: name.to_owned(), note, marks }
}

/// Which team needs a hand first, in one sentence. `quiet`: nothing falls due in the hours that the board shows.
fn finding(teams: &[(TeamId, &str, Unsolved)], quiet: bool) -> String {
    let pressing = |open: &Unsolved| open.late + open.at_risk;
    match teams.iter().max_by_key(|(_, _, open)| (pressing(open), open.alone)) {
        Some((_, name, open)) if pressing(open) > 0 => {
            let nobody = match open.alone {
                0 => String::new(),
                1 => ", one with nobody on it".to_owned(),
                alone => format!(", {} with nobody on them", thousands(alone.unsigned_abs())),
            };
            format!(
                "{name} needs a hand: {} late or at risk{nobody}",
                say::counted(pressing(open), "ticket", "tickets")
            )
        }
        _ if quiet => "Nothing falls due in the next three hours".to_owned(),
        _ => "Everything that falls due in the next three hours is on its way".to_owned(),
    }
}

#[allow(clippy::cast_precision_loss)] // counts
fn share(met: i64, missed: i64) -> Option<f64> {
    (met + missed > 0).then(|| met as f64 * 100.0 / (met + missed) as f64)
}

#[allow(clippy::cast_precision_loss)] // counts
fn person_line(load: Load, done: &[Performance], now: DateTime<Utc>) -> PersonLine {
    let done = done.iter().find(|p| p.person == Some(load.id)).cloned().unwrap_or_default();
    PersonLine {
        id: load.id,
        name: load.name,
        team: load.team,
        here: load.last_seen_at.is_some_and(|at| now - at < TimeDelta::minutes(5)),
        out_of_office: load.out_of_office,
        open: load.open,
        capacity: load.capacity,
        late: load.late,
        at_risk: load.at_risk,
        due_today: load.due_soon,
        first_reply: done.first_reply,
        kept: share(done.met, done.missed),
        promises: done.met + done.missed,
        stars: (done.rated > 0).then(|| done.stars as f64 / done.rated as f64),
        ratings: done.rated,
        solved: done.solved,
        rated: load.rated,
    }
}

/// One person: what they hold, how they did in the last 30 days against the 30 before, and their ratings.
///
/// # Errors
/// [`Error::NotFound`] for somebody whom the actor does not lead.
pub async fn person(tx: &mut Tx, id: UserId) -> Result<PersonReport, Error> {
    tx.actor.require(Permission::ReadTeamFigures)?;
    let may_rate = ratings::may_rate(tx, id).await?;
    let history = ratings::of(tx, id).await?;
    let (name, role) = store::person(tx, id).await?.ok_or(Error::NotFound)?;
    let now = tx.now;
    let figures = match role {
        Role::Manager => lead_figures(tx, id).await?,
        _ => own_figures(tx, id).await?,
    };
    let months = ratings::months(now.date_naive()).into_iter().map(|m| (m, say::month_of(m))).collect();
    Ok(PersonReport {
        person: PersonRef { id, name },
        role: role.label().to_owned(),
        figures,
        history,
        months,
        may_rate,
    })
}

#[allow(clippy::cast_precision_loss)] // counts
async fn own_figures(tx: &mut Tx, id: UserId) -> Result<Vec<Figure>, Error> {
    // A manager sees what happened in their own teams, whatever else the person does elsewhere.
    let teams = tx.actor.teams_of(Permission::ReadTeamFigures)?;
    let teams = teams.as_deref();
    let spans = Spans::of(tx.now, PERFORMANCE_DAYS);
    let one = |all: Vec<Performance>| all.into_iter().next().unwrap_or_default();
    let ((from, to), (before_from, before_to)) = (spans.instants(), spans.instants_before());
    let done = one(store::performance(tx, from, to, &[id], teams).await?);
    let before = one(store::performance(tx, before_from, before_to, &[id], teams).await?);
    let theirs = Filter { assignee: Some(Holder::Person(id)), ..of(teams) };
    let days = spans.span();
    let stars = |p: &Performance| (p.rated > 0).then(|| p.stars as f64 / p.rated as f64);
    let n = |n: i64| thousands(n.unsigned_abs());
    Ok(vec![
        Figure {
            label: "Solved".into(),
            value: n(done.solved),
            how: "Tickets that they hold and that were solved in the last 30 days, against the 30 before.".into(),
            href: list(Filter { resolved: Some(days), ..theirs.clone() }),
            change: say::share(done.solved, before.solved, More::Neither),
            note: "in 30 days".into(),
            ..Figure::default()
        },
        Figure {
            label: "Promises kept".into(),
            value: share(done.met, done.missed).map_or_else(|| "–".into(), |p| decimal(p, 1)),
            unit: "%".into(),
            how: "Of the promises on tickets that they hold: met divided by met plus missed. The number leads to the tickets with a missed promise.".into(),
            href: list(Filter { missed_in: Some(days), ..theirs.clone() }),
            change: say::points(share(done.met, done.missed), share(before.met, before.missed)),
            note: format!("{} of {}", n(done.met), n(done.met + done.missed)),
            ..Figure::default()
        },
        Figure {
            label: "First reply".into(),
            value: done.first_reply.map_or_else(|| "–".into(), worked),
            how: "Median working time to the first reply on tickets that they hold, of those given in the last 30 days.".into(),
            href: list(Filter { ended: Some(Ended { metric: Metric::FirstReply, days }), ..theirs.clone() }),
            change: say::time(done.first_reply, before.first_reply),
            note: "median, working time".into(),
            ..Figure::default()
        },
        Figure {
            label: "Satisfaction".into(),
            value: stars(&done).map_or_else(|| "–".into(), |m| decimal(m, 1)),
            unit: "of 5".into(),
            how: "Mean rating by customers of tickets that they hold, of those given in the last 30 days.".into(),
            href: list(Filter { rated_in: Some(days), ..theirs }),
            change: say::marks(stars(&done), stars(&before)),
            note: say::counted(done.rated, "rating", "ratings"),
            ..Figure::default()
        },
    ])
}

/// What a manager's teams did.
async fn lead_figures(tx: &mut Tx, id: UserId) -> Result<Vec<Figure>, Error> {
    let teams = store::teams_of(tx, id).await?;
    let now = tx.now;
    let spans = Spans::of(now, PERFORMANCE_DAYS);
    let unsolved = Unsolved::total(&store::unsolved(tx, now, Some(&teams)).await?);
    let by_day = sums(tx, By::Day, spans.before.0, spans.today, Some(&teams)).await?;
    let mut all = figures(&unsolved, &by_day, &spans, Some(&teams), now);
    for figure in &mut all {
        if figure.label == "Kept, 7 days" {
            figure.label = "Kept, 30 days".into();
            figure.how =
                "Met divided by met plus missed in the teams they answer for, last 30 days against the 30 before."
                    .into();
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_says_which_team_needs_a_hand() {
        let now = DateTime::UNIX_EPOCH;
        let (a, b) = (TeamId::new(), TeamId::new());
        let mark =
            |team, minutes, at_risk| DueMark { team, number: 1, due_at: now + TimeDelta::minutes(minutes), at_risk };
        let pressed = Unsolved { late: 1, at_risk: 1, alone: 1, ..Unsolved::default() };
        let teams = [(a, "Cloud", Unsolved::default()), (b, "Field", pressed.clone())];
        let due = [mark(a, 20, false), mark(b, -5, true), mark(b, 9, true)];
        assert_eq!(finding(&teams, false), "Field needs a hand: 2 tickets late or at risk, one with nobody on it");
        assert_eq!(finding(&teams[..1], false), "Everything that falls due in the next three hours is on its way");
        assert_eq!(finding(&teams[..1], true), "Nothing falls due in the next three hours");
        assert_eq!(lane(b, "Field", &due, &pressed, now).note, "1 late, 1 at risk");
    }

    #[test]
    fn hours_ahead_are_full_ones_on_the_persons_clock() {
        let now = "2026-11-19T15:08:00Z".parse().unwrap();
        assert_eq!(hours(now, Tz::Asia__Kolkata)[0], (52, "21:30".to_owned()));
    }
}
