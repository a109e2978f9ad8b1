//! Use case: the report.
use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::{
    lists,
    model::{By, Group, GroupLine, SlaReport, Tally},
    query::{REPORT, SlaQuery},
    store::{self, Narrow, Sum},
};
use crate::{
    core::{
        Error, Permission, Tx,
        id::{PolicyId, TeamId},
    },
    reports::{
        model::{Course, Figure, Mark},
        reach::Reach,
        say::{self, More},
        spans::{list, midnight},
    },
    settings,
    sla::model::Metric,
    tickets::{
        model::Priority,
        query::{Days as Span, Filter},
    },
    ui::figures::{decimal, thousands},
};

/// How promises were kept that the actor may look at and `query` asks for.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`] for a team that they do not answer for.
pub async fn report(tx: &mut Tx, query: &SlaQuery) -> Result<SlaReport, Error> {
    let reach = Reach::of(tx, Permission::ReadPromises, query.team).await?;
    let target = settings::service::in_force(tx).await?.attainment_target;
    let today = tx.now.date_naive();
    let (from, to) = query.days(today);
    let narrow = Narrow {
        from,
        to,
        instants: (midnight(from), midnight(to.checked_add_days(Days::new(1)).unwrap_or(to))),
        teams: reach.teams(),
        metric: query.metric,
        priority: query.priority,
        policy: query.policy,
    };
    let sums = store::sums(tx, &narrow).await?;
    let before = {
        let days = Days::new((to - from).num_days().unsigned_abs() + 1);
        let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(day);
        let (met, missed) = store::total(tx, &Narrow { from: back(from), to: back(to), ..narrow }).await?;
        Tally { met, missed }
    };
    let policies = store::policies(tx).await?;
    let told = Told { query, reach: &reach, from, to, today };
    let left_out = lists::left_out(tx, &narrow, told.left_out()).await?;
    let all = total(&sums);
    let missed = lists::missed(tx, &narrow, all.missed, told.list(None)).await?;
    let weeks = told.weeks(&sums);
    Ok(SlaReport {
        query: *query,
        span: format!("{} to {}, days of UTC", say::day(from, today), say::day(to, today)),
        from,
        to,
        all,
        figures: told.figures(all, before, left_out.all),
        weeks: told.course(all, &weeks, target),
        target,
        groups: vec![
            Group { by: By::Policy, lines: told.policies(&sums, &policies) },
            Group { by: By::Metric, lines: told.metrics(&sums) },
            Group { by: By::Team, lines: told.teams(&sums) },
            Group { by: By::Priority, lines: told.priorities(&sums) },
            Group { by: By::Week, lines: weeks.into_iter().map(|(_, line)| line).rev().collect() },
        ],
        teams: reach.choices(),
        policies: policies.into_iter().map(|(id, name, _)| (id, name)).collect(),
        missed,
        left_out,
    })
}

const fn tally(sum: &Sum) -> Tally {
    Tally { met: sum.met, missed: sum.missed }
}

/// Of everything; nothing where there is no row at all.
fn total(sums: &[Sum]) -> Tally {
    let whole = |sum: &&Sum| {
        sum.week.is_none()
            && sum.team.is_none()
            && sum.metric.is_none()
            && sum.priority.is_none()
            && sum.policy.is_none()
    };
    sums.iter().find(whole).map(tally).unwrap_or_default()
}

/// Monday of the week of `day`.
fn monday(day: NaiveDate) -> NaiveDate {
    day.week(chrono::Weekday::Mon).first_day()
}

/// What the report is about, to be told.
struct Told<'a> {
    query: &'a SlaQuery,
    reach: &'a Reach,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
}

impl Told<'_> {
    /// The tickets of the report. `None` where a list of tickets cannot tell the promises apart that it is about.
    fn about(&self) -> Option<Filter> {
        let all = self.query.metric.is_none() && self.query.policy.is_none();
        let filter = self.reach.filter().filter(|_| all)?;
        Some(Filter { priority: self.query.priority.into_iter().collect(), ..filter })
    }

    const fn span(&self) -> Span {
        Span { from: Some(self.from), to: Some(self.to) }
    }

    /// Those with a promise that was missed, in `span` or in all of the report.
    fn list(&self, span: Option<Span>) -> Option<String> {
        list(Filter { missed_in: Some(span.unwrap_or(self.span())), ..self.about()? })
    }

    /// Where on the page promises are told one by one.
    #[allow(clippy::unnecessary_wraps)] // as figures have it, of which some lead nowhere
    fn below(&self, section: &str) -> Option<String> {
        Some(format!("{}#{section}", self.query.href(REPORT)))
    }

    fn left_out(&self) -> Option<String> {
        list(Filter { left_out: Some(self.span()), ..self.about()? })
    }

    fn figures(&self, all: Tally, before: Tally, left_out: i64) -> Vec<Figure> {
        let n = |n: i64| thousands(n.unsigned_abs());
        let count = |label: &str, value: i64, how: &str, href: Option<String>| Figure {
            label: label.into(),
            value: n(value),
            how: how.into(),
            href,
            ..Figure::default()
        };
        vec![
            Figure {
                label: "Promises kept".into(),
                value: all.kept().map_or_else(|| "–".into(), |kept| decimal(kept, 1)),
                unit: if all.n() > 0 { "%".into() } else { String::new() },
                how: "Kept divided by kept plus missed, against as many days before. The number leads to the tickets with a missed promise.".into(),
                href: self.list(None),
                change: say::points(all.kept(), before.kept()),
                note: format!("of {}", n(all.n())),
                ..Figure::default()
            },
            Figure {
                change: Some(say::count(all.met, before.met, More::Neither)),
                ..count("Kept", all.met, "Promises that were fulfilled in time, by the day on which they were.", None)
            },
            Figure {
                change: Some(say::count(all.missed, before.missed, More::Worse)),
                ..count("Missed", all.missed, "Promises that were not, by the day on which they were due, also while they still wait. The number leads to them, one by one.", self.below("missed"))
            },
            Figure {
                note: "neither kept nor missed".into(),
                ..count("Left out", left_out, "Promises that were cancelled, and those that were late only by a change of what was promised, by the day on which they ended. The number leads to them, one by one.", self.below("left-out"))
            },
        ]
    }

    /// What `key` and `name` stand for, which is what `narrowed` leaves.
    fn line(&self, key: String, name: String, tally: Tally, narrowed: SlaQuery, missed: Option<String>) -> GroupLine {
        let href = narrowed.href(REPORT);
        GroupLine { key, name, days: (self.from, self.to), tally, href, missed: missed.filter(|_| tally.missed > 0) }
    }

    fn policies(&self, sums: &[Sum], policies: &[(PolicyId, String, bool)]) -> Vec<GroupLine> {
        let came_due = sums.iter().filter(|sum| tally(sum).n() > 0);
        let sums: HashMap<_, _> = came_due.filter_map(|sum| Some((sum.policy?, tally(sum)))).collect();
        let shown = policies.iter().filter(|(id, _, offered)| {
            sums.contains_key(id) || (*offered && self.query.policy.is_none_or(|policy| policy == *id))
        });
        let line = |(id, name, _): &(PolicyId, String, bool)| {
            let narrowed = SlaQuery { policy: Some(*id), ..*self.query };
            self.line(id.to_string(), name.clone(), sums.get(id).copied().unwrap_or_default(), narrowed, None)
        };
        shown.map(line).collect()
    }

    /// Of the kinds of promises those that came due at all.
    fn metrics(&self, sums: &[Sum]) -> Vec<GroupLine> {
        let of = |metric: Metric| {
            let sum = sums.iter().find(|sum| sum.metric.as_deref() == Some(metric.as_str()));
            sum.map(tally).filter(|tally| tally.n() > 0)
        };
        let line = |metric: Metric| {
            let narrowed = SlaQuery { metric: Some(metric), ..*self.query };
            Some(self.line(metric.as_str().to_owned(), metric.label().to_owned(), of(metric)?, narrowed, None))
        };
        Metric::ALL.into_iter().filter_map(line).collect()
    }

    fn teams(&self, sums: &[Sum]) -> Vec<GroupLine> {
        let sums: HashMap<TeamId, _> = sums.iter().filter_map(|sum| Some((sum.team?, tally(sum)))).collect();
        let line = |(id, name): &(TeamId, String)| {
            let narrowed = SlaQuery { team: Some(*id), ..*self.query };
            let missed =
                self.about().and_then(|about| list(Filter { team: vec![*id], missed_in: Some(self.span()), ..about }));
            self.line(id.to_string(), name.clone(), sums.get(id).copied().unwrap_or_default(), narrowed, missed)
        };
        self.reach.shown().map(line).collect()
    }

    /// The most urgent first.
    fn priorities(&self, sums: &[Sum]) -> Vec<GroupLine> {
        let of = |priority| sums.iter().find(|sum| sum.priority == Some(priority)).map(tally).unwrap_or_default();
        let line = |priority: Priority| {
            let narrowed = SlaQuery { priority: Some(priority), ..*self.query };
            let missed = self
                .about()
                .and_then(|about| list(Filter { priority: vec![priority], missed_in: Some(self.span()), ..about }));
            self.line(priority.as_str().to_owned(), priority.label().to_owned(), of(priority), narrowed, missed)
        };
        let asked = |priority: &Priority| self.query.priority.is_none_or(|asked| asked == *priority);
        Priority::ALL.into_iter().rev().filter(asked).map(line).collect()
    }

    /// Every week that has a day in the report, the oldest first; of the first and the last only the days in it.
    fn weeks(&self, sums: &[Sum]) -> Vec<(NaiveDate, GroupLine)> {
        let sums: HashMap<_, _> = sums.iter().filter_map(|sum| Some((sum.week?, tally(sum)))).collect();
        let mondays = monday(self.from).iter_weeks().take_while(|monday| *monday <= self.to);
        let line = |monday: NaiveDate| {
            let sunday = monday.checked_add_days(Days::new(6)).unwrap_or(monday);
            let days = (monday.max(self.from), sunday.min(self.to));
            let span = Span { from: Some(days.0), to: Some(days.1) };
            let narrowed = SlaQuery { between: Some(span), ..*self.query };
            let tally = sums.get(&monday).copied().unwrap_or_default();
            let name = say::day(monday, self.today);
            (monday, GroupLine { days, ..self.line(monday.to_string(), name, tally, narrowed, self.list(Some(span))) })
        };
        mondays.map(line).collect()
    }

    fn course(&self, all: Tally, weeks: &[(NaiveDate, GroupLine)], target: f64) -> Course {
        let mark = |(monday, line): &(NaiveDate, GroupLine)| Mark {
            label: say::short_day(*monday),
            value: line.tally.kept(),
            n: u64::try_from(line.tally.n()).ok(),
            href: Some(line.href.clone()),
        };
        let goal = decimal(target, 1);
        let title = match all.kept() {
            None => "No promise came due in these days".to_owned(),
            Some(kept) => {
                let whole = format!("{} % of {} kept", decimal(kept, 1), say::counted(all.n(), "promise", "promises"));
                let off = decimal((target - kept).abs(), 1);
                match off.as_str() {
                    "0" => format!("{whole}, just the target"),
                    _ if kept < target => format!("{whole}, {off} points below the target of {goal} %"),
                    _ => format!("{whole}, {off} points above the target of {goal} %"),
                }
            }
        };
        let note = "Promises kept, percent by week from Monday to Sunday; the first and the last may have fewer days";
        Course { title, note: note.to_owned(), marks: weeks.iter().map(mark).collect() }
    }
}
