//! Use case: how promises stand at this instant.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{
    model::{ClockLine, Counts, Load, Monitor, StandList},
    shared::Shared,
    store::{self, Held, Row},
};
use crate::{
    core::{
        Error, Permission, Tx,
        id::{TeamId, TicketId, UserId},
    },
    reports::{
        model::{Alarm, Figure},
        reach::Reach,
        say,
        spans::view,
    },
    sla::{clock::Clock, course, explain, facts::Calendars, model::Stand},
    tickets::query::{Filter, Holder, View},
    ui::{figures::thousands, promise::ClockView},
};

/// So many lines of each list are shown.
const LINES: i64 = 25;
/// So many people.
const PEOPLE: usize = 40;

/// What everybody has, as of an instant: the same for all who may see everything, and the dearest part of the page.
#[derive(Default)]
struct Everything(Shared<(DateTime<Utc>, Arc<[Held]>)>);

/// How the promises of the actor's teams stand, or those of the one of them that they chose.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`] for a team that they do not answer for.
pub async fn monitor(tx: &mut Tx, chosen: Option<TeamId>) -> Result<Monitor, Error> {
    let reach = Reach::of(tx, Permission::ReadPromises, chosen).await?;
    let teams = reach.teams();
    let held = held(tx, teams).await?;
    let now = tx.now;
    let late = store::late(tx, now, teams, LINES).await?;
    let at_risk = store::at_risk(tx, now, teams, LINES).await?;
    let paused = store::paused(tx, teams, LINES).await?;
    let all = held.iter().fold(Counts::default(), |sum, held| sum.plus(counts(held)));
    let turns_at = held.iter().filter_map(|held| held.turns_at).min();
    let clocks = Clocks::of(tx, late.iter().chain(&at_risk).chain(&paused)).await?;
    let list = |stand: Stand, rows: Vec<Row>| StandList {
        stand,
        title: title(stand, all.of(stand)),
        rows: rows.into_iter().filter_map(|row| clocks.line(row)).collect(),
        all: all.of(stand),
        href: reach.filter().and_then(|about| tickets(stand, about)),
    };
    let lists = vec![list(Stand::Late, late), list(Stand::AtRisk, at_risk), list(Stand::Paused, paused)];
    let notes = Notes::of(&held, &lists);
    let (by_person, more_people) = by_person(&held, &reach);
    Ok(Monitor {
        teams: reach.choices(),
        figures: Stand::ALL.map(|stand| figure(stand, &all, &notes, &reach)).into(),
        lists,
        by_team: by_team(&held, &reach),
        by_person,
        more_people,
        // A second later, so that it has turned when the browser asks.
        turns_in: turns_at.map(|at| u32::try_from((at - now).num_seconds() + 1).unwrap_or(u32::MAX)),
    })
}

/// What of `teams` or of all is held by whom. Where somebody else's answer is shared, the act goes on at its instant, so
/// that counts and lists are of the same.
async fn held(tx: &mut Tx, teams: Option<&[TeamId]>) -> Result<Arc<[Held]>, Error> {
    let now = tx.now;
    if teams.is_some() {
        return Ok(store::held(tx, now, teams).await?.into());
    }
    let (app, asked) = (tx.app.clone(), tx.app.now());
    let work = async {
        // Whoever works it out may have waited for their turn. Less than a second of it nobody sees.
        let now = now + TimeDelta::seconds((app.now() - asked).num_seconds());
        Ok((now, store::held(tx, now, None).await?.into()))
    };
    let (at, held) = app.room::<Everything>().0.get(work).await?;
    tx.now = at;
    Ok(held)
}

const fn counts(held: &Held) -> Counts {
    Counts { late: held.late, at_risk: held.at_risk, paused: held.paused, in_time: held.in_time }
}

/// The unsolved tickets that have a promise which stands so.
fn tickets(stand: Stand, about: Filter) -> Option<String> {
    view(View::Open, Filter { promise: Some(stand), ..about })
}

fn title(stand: Stand, n: i64) -> String {
    let (one, many, none) = match stand {
        Stand::Late => ("promise is late", "promises are late", "Nothing is late"),
        Stand::AtRisk => ("promise is at risk", "promises are at risk", "Nothing is at risk"),
        Stand::Paused => ("promise is paused", "promises are paused", "Nothing is paused"),
        Stand::InTime => ("promise is in time", "promises are in time", "Nothing else is being timed"),
    };
    match n {
        0 => none.to_owned(),
        1 => format!("One {one}"),
        n => say::counted(n, one, many),
    }
}

/// What is told under the numbers, besides of how many they are.
struct Notes {
    /// Late ones on tickets that nobody holds.
    late_with_nobody: i64,
    /// When the first of those at risk is due, on the reader's wall.
    next_due: Option<String>,
}

impl Notes {
    fn of(held: &[Held], lists: &[StandList]) -> Self {
        let at_risk = lists.iter().find(|list| list.stand == Stand::AtRisk);
        let next_due = at_risk.and_then(|list| list.rows.first()).and_then(|line| match &line.promise.clock {
            ClockView::Running { due, .. } => Some(due.clone()),
            _ => None,
        });
        let late_with_nobody = held.iter().filter(|held| held.assignee.is_none()).map(|held| held.late).sum();
        Self { late_with_nobody, next_due }
    }

    fn about(&self, stand: Stand) -> Option<String> {
        match stand {
            Stand::Late => (self.late_with_nobody > 0)
                .then(|| format!("{} without an assignee", thousands(self.late_with_nobody.unsigned_abs()))),
            Stand::AtRisk => self.next_due.as_ref().map(|due| format!("next due {due}")),
            Stand::Paused | Stand::InTime => None,
        }
    }
}

fn figure(stand: Stand, all: &Counts, notes: &Notes, reach: &Reach) -> Figure {
    let n = all.of(stand);
    let timed: i64 = Stand::ALL.iter().map(|stand| all.of(*stand)).sum();
    let (label, how, alarm) = match stand {
        Stand::Late => ("Late now", "Promises past their due time that are not fulfilled.", Some(Alarm::Late)),
        Stand::AtRisk => {
            ("At risk now", "Promises that have used 80 % of their time and are not late.", Some(Alarm::Risk))
        }
        Stand::Paused => ("Paused", "Promises that stand still while we wait for somebody.", None),
        Stand::InTime => ("In time", "Promises that count and are neither late nor at risk.", None),
    };
    Figure {
        label: label.into(),
        value: thousands(n.unsigned_abs()),
        how: format!("{how} Each clock counts by itself; the number leads to their tickets."),
        href: reach.filter().and_then(|about| tickets(stand, about)),
        note: match notes.about(stand) {
            Some(more) => format!("of {}, {more}", thousands(timed.unsigned_abs())),
            None => format!("of {}", say::counted(timed, "promise", "promises")),
        },
        alarm: alarm.filter(|_| n > 0),
        ..Figure::default()
    }
}

/// Clocks as they stand for one reader, on whose wall due times are told.
struct Clocks {
    of: HashMap<TicketId, Vec<Clock>>,
    calendars: Calendars,
    now: DateTime<Utc>,
    zone: Tz,
}

impl Clocks {
    /// All clocks of the tickets of `rows`.
    async fn of(tx: &mut Tx, rows: impl Iterator<Item = &Row>) -> Result<Self, Error> {
        let tickets: Vec<TicketId> = rows.map(|row| row.ticket).collect::<BTreeSet<_>>().into_iter().collect();
        let (of, calendars) = course::clocks(tx, &tickets).await?;
        Ok(Self { of, calendars, now: tx.now, zone: tx.actor.zone() })
    }

    /// The clock of `row`, counted down as the page of its ticket does it.
    fn line(&self, row: Row) -> Option<ClockLine> {
        let is_it = |clock: &&Clock| clock.metric.as_str() == row.metric && clock.cycle.cast_signed() == row.cycle;
        let clock = self.of.get(&row.ticket)?.iter().find(is_it)?;
        let calendar = clock.target.as_ref().and_then(|(target, _)| self.calendars.get(&target.calendar));
        Some(ClockLine {
            number: row.number,
            cycle: row.cycle,
            subject: row.subject,
            priority: row.priority,
            team: row.team,
            assignee: row.assignee,
            customer: row.customer,
            waits: row.hold,
            promise: explain::view(clock, calendar.map(AsRef::as_ref), self.now, self.zone),
        })
    }
}

fn load(id: Option<Uuid>, name: String, counts: Counts, about: &Filter) -> Load {
    let lists = Stand::ALL.iter().map(|stand| tickets(*stand, about.clone()).unwrap_or_default()).collect();
    Load { id, name, counts, lists }
}

/// Every team that the monitor is about, also one that has nothing.
fn by_team(held: &[Held], reach: &Reach) -> Vec<Load> {
    let one = |(team, name): &(TeamId, String)| {
        let theirs = held.iter().filter(|held| held.team == *team);
        let sum = theirs.fold(Counts::default(), |sum, held| sum.plus(counts(held)));
        load(Some(team.uuid()), name.clone(), sum, &Filter { team: vec![*team], ..Filter::default() })
    };
    reach.shown().map(one).collect()
}

/// Who has the most late, then at risk; and how many are left out.
fn by_person(held: &[Held], reach: &Reach) -> (Vec<Load>, usize) {
    let Some(about) = reach.filter() else { return (Vec::new(), 0) };
    let mut sums: BTreeMap<Option<UserId>, (String, Counts)> = BTreeMap::new();
    for one in held {
        let name = || one.name.clone().unwrap_or_else(|| "Nobody yet".to_owned());
        let (_, sum) = sums.entry(one.assignee).or_insert_with(|| (name(), Counts::default()));
        *sum = sum.plus(counts(one));
    }
    let mut people: Vec<_> = sums.into_iter().collect();
    let rank = |counts: &Counts| std::cmp::Reverse((counts.late, counts.at_risk, counts.in_time, counts.paused));
    people.sort_by(|(_, (a, x)), (_, (b, y))| rank(x).cmp(&rank(y)).then_with(|| a.cmp(b)));
    let more = people.len().saturating_sub(PEOPLE);
    let one = |(person, (name, counts)): (Option<UserId>, (String, Counts))| {
        let holder = person.map_or(Holder::Nobody, Holder::Person);
        load(person.map(UserId::uuid), name, counts, &Filter { assignee: Some(holder), ..about.clone() })
    };
    (people.into_iter().take(PEOPLE).map(one).collect(), more)
}
