//! `/reports/sla`: hand-computed figures, one ticket for each rule; and every share and list of desks whose past chance
//! made, counted clock by clock.
use chrono::{Datelike as _, NaiveDate};

use super::{attainment::Told, *};
use crate::{
    core::{
        Error, Role,
        id::{PolicyId, TeamId, TicketId},
    },
    reports::attainment::{
        csv,
        model::{By, LeftOutBy, Reason, SlaReport, Tally},
        query::{SlaQuery, Stretch},
        report,
    },
    sla::model::Metric,
    tickets::{model::Priority, query},
};

/// The lines of one table: name, kept, missed.
fn lines(report: &SlaReport, by: By) -> Vec<(&str, i64, i64)> {
    let group = report.groups.iter().find(|group| group.by == by).expect("a table");
    group.lines.iter().map(|line| (line.name.as_str(), line.tally.met, line.tally.missed)).collect()
}

fn between(from: NaiveDate, to: NaiveDate) -> SlaQuery {
    SlaQuery { between: Some(query::Days { from: Some(from), to: Some(to) }), ..SlaQuery::default() }
}

impl Told {
    async fn report(&self, query: &SlaQuery) -> SlaReport {
        let mut tx = self.desk.restarted().look(&self.cleo).await;
        report(&mut tx, query).await.expect("the report")
    }

    async fn number(&self, ticket: TicketId) -> i64 {
        Ledger::of(&self.desk.app.db).await.ticket(ticket).number
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_is_cancelled_or_excused_is_left_out_and_listed_with_its_reason(db: PgPool) {
    let told = Told::begin(db).await;
    // Promised: a reply in 4 hours, the solution in 48; of urgent ones in 4.
    let kept = told.filed().await;
    told.replied(kept, 1.0).await;
    told.solved(kept, 30.0).await;
    let late = told.filed().await;
    told.replied(late, 6.0).await;
    told.solved(late, 80.0).await;
    let waved_off = told.filed().await;
    told.replied(waved_off, 1.0).await;
    told.wrote(waved_off, 2.0).await;
    told.waved_off(waved_off, 3.0).await;
    told.solved(waved_off, 4.0).await;
    let unanswered = told.filed().await;
    told.solved(unanswered, 2.0).await;
    let excused = told.filed().await;
    told.replied(excused, 0.2).await;
    told.hastened(excused, 5.0).await;
    told.solved(excused, 47.0).await;

    let report = told.report(&SlaQuery::default()).await;
    // Kept: two of `kept`, two of `waved_off`, the solution of `unanswered`, the reply of `excused`. Missed: both of `late`.
    assert_eq!(report.all, Tally { met: 6, missed: 2 });
    let promises = figure(&report.figures, "Promises kept");
    assert_eq!((promises.value.as_str(), promises.note.as_str()), ("75", "of 8"));
    assert_eq!(lines(&report, By::Metric), [("First reply", 3, 1), ("Solve", 3, 1)]);
    assert_eq!(lines(&report, By::Team), [("Service desk", 6, 2)]);
    // By the priority that a ticket has now.
    assert_eq!(lines(&report, By::Priority), [("Urgent", 1, 0), ("High", 0, 0), ("Normal", 5, 2), ("Low", 0, 0)]);
    assert_eq!(report.weeks.title, "75 % of 8 promises kept, 20 points below the target of 95 %");

    // One clock each; all is what its reasons have.
    let mut left_out = Vec::new();
    for by in &report.left_out.reasons {
        let rows: Vec<_> = by.rows.iter().map(|promise| (promise.number, promise.metric.as_str())).collect();
        left_out.push((by.reason, by.all, rows));
    }
    let expected = [
        (Reason::NoReplyNeeded, 1, vec![(told.number(waved_off).await, "Next reply")]),
        (Reason::Solved, 1, vec![(told.number(unanswered).await, "First reply")]),
        (Reason::PolicyChange, 1, vec![(told.number(excused).await, "Solve")]),
    ];
    assert_eq!(left_out, expected);
    let figure_of = |label| figure(&report.figures, label);
    assert_eq!((report.left_out.all, figure_of("Left out").value.as_str()), (3, "3"));
    // The numbers lead to the promises themselves, of which a ticket may have several.
    assert_eq!(figure_of("Left out").href.as_deref(), Some("/reports/sla#left-out"));
    assert_eq!(figure_of("Missed").href.as_deref(), Some("/reports/sla#missed"));
    let number = told.number(late).await;
    let missed: Vec<_> = report.missed.rows.iter().map(|p| (p.number, p.metric.as_str(), p.says.as_deref())).collect();
    assert_eq!(missed, [(number, "Solve", Some("32 h late")), (number, "First reply", Some("2 h late"))]);

    // Narrowed to one promise, the others are gone from every table and list.
    let replies = told.report(&SlaQuery { metric: Some(Metric::FirstReply), ..SlaQuery::default() }).await;
    assert_eq!((replies.all, replies.left_out.all), (Tally { met: 3, missed: 1 }, 1));
    assert_eq!(lines(&replies, By::Metric), [("First reply", 3, 1)]);
    assert_eq!((replies.missed.rows.len(), replies.missed.href.as_deref()), (1, None));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_missed_promise_counts_in_the_week_of_its_due_time_and_a_kept_one_in_that_of_its_end(db: PgPool) {
    let mut told = Told::begin(db).await;
    // At noon of a Sunday, so that its reply is due on Sunday and everything after midnight is in the next week.
    let back = i64::from(told.start.weekday().num_days_from_sunday());
    told.start -= TimeDelta::days(back);
    let sunday = told.start.date_naive();
    let ticket = told.filed().await;
    told.replied(ticket, 20.0).await;
    told.solved(ticket, 24.0).await;
    let (from, to) = (sunday - TimeDelta::days(6), sunday + TimeDelta::days(7));
    let report = told.report(&between(from, to)).await;
    let weeks = lines(&report, By::Week);
    assert_eq!(weeks.iter().map(|(_, met, missed)| (*met, *missed)).collect::<Vec<_>>(), [(1, 0), (0, 1)]);
    assert_eq!(report.weeks.marks.iter().map(|mark| mark.value).collect::<Vec<_>>(), [Some(0.0), Some(100.0)]);
    assert_eq!(report.weeks.marks.iter().map(|mark| mark.n).collect::<Vec<_>>(), [Some(1), Some(1)]);
    // Sunday alone has the missed one, Monday alone the kept one, Tuesday nothing and no share.
    for (day, tally) in [(sunday, (0, 1)), (sunday + TimeDelta::days(1), (1, 0)), (sunday + TimeDelta::days(2), (0, 0))]
    {
        let report = told.report(&between(day, day)).await;
        assert_eq!((report.all.met, report.all.missed), tally, "{day}");
    }
    let nothing = told.report(&between(sunday + TimeDelta::days(2), sunday + TimeDelta::days(2))).await;
    assert_eq!(figure(&nothing.figures, "Promises kept").value, "–");
    assert_eq!(nothing.weeks.title, "No promise came due in these days");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_file_has_the_numbers_of_the_page_as_programs_read_them(db: PgPool) {
    let told = Told::begin(db).await;
    for hour in [1.0, 2.0, 5.0] {
        let ticket = told.filed().await;
        told.replied(ticket, hour).await;
    }
    sqlx::query!("update teams set name = '=Desk, first'").execute(&told.desk.app.db).await.expect("renamed");
    let (day, team) = (told.start.date_naive(), told.desk.team);
    let report = told.report(&between(day, day)).await;
    let file = csv(&report);
    let rows: Vec<_> = file.lines().collect();
    assert_eq!(rows[0], "by,key,name,from,to,kept,missed,n,percent_kept");
    assert_eq!(rows[1], format!("all,,,{day},{day},2,1,3,66.7"));
    let monday = day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday()));
    for row in [
        format!("metric,first_reply,First reply,{day},{day},2,1,3,66.7"),
        format!("team,{team},\"'=Desk, first\",{day},{day},2,1,3,66.7"),
        format!("priority,urgent,Urgent,{day},{day},0,0,0,"),
        // Of the week only the day that is in the report.
        format!("week,{monday},{monday},{day},{day},2,1,3,66.7"),
    ] {
        assert!(rows.contains(&row.as_str()), "{row} is not in\n{file}");
    }
    let shown: usize = report.groups.iter().map(|group| group.lines.len()).sum();
    assert_eq!(rows.len(), shown + 2);
}

/// Reads `file` as a program does that knows nothing of the page, and holds it against the page.
fn assert_file(report: &SlaReport) {
    let file = csv(report);
    let tallies = report.groups.iter().flat_map(|group| group.lines.iter().map(|line| line.tally));
    let mut tallies = std::iter::once(report.all).chain(tallies);
    for row in file.lines().skip(1) {
        // No name in these desks has a comma.
        let columns: Vec<_> = row.split(',').collect();
        let [by, key, _, from, to, met, missed, n, percent] = columns[..] else { panic!("nine columns: {row}") };
        let days: [NaiveDate; 2] = [from, to].map(|day| day.parse().expect("a date"));
        assert!(report.from <= days[0] && days[0] <= days[1] && days[1] <= report.to, "{row}");
        if by == "week" {
            let monday: NaiveDate = key.parse().expect("a date");
            assert_eq!(monday.weekday(), chrono::Weekday::Mon, "{row}");
        }
        let [met, missed, n]: [i64; 3] = [met, missed, n].map(|n| n.parse().expect("an integer"));
        let tally = tallies.next().expect("a line of the page");
        assert_eq!((tally, n), (Tally { met, missed }, met + missed), "{row}");
        let percent = (!percent.is_empty()).then(|| percent.parse::<f64>().expect("a decimal number"));
        assert_eq!(shown(percent), shown(tally.kept()), "{row}");
    }
    assert_eq!(tallies.next(), None);
}

/// A clock that counts, with all that the report tells promises apart by.
struct Counted {
    ticket: TicketId,
    team: TeamId,
    metric: String,
    priority: Priority,
    policy: PolicyId,
    day: NaiveDate,
    met: bool,
}

async fn counted(past: &Past) -> Vec<Counted> {
    let rows = sqlx::query!(
        r#"select t.id as "ticket: TicketId", t.team_id as "team: TeamId", c.metric, t.priority as "priority: Priority",
                  c.policy_id as "policy: PolicyId", c.state, c.ended_at, c.due_at, c.counts_since
           from sla_clocks c join tickets t on t.id = c.ticket_id"#
    )
    .fetch_all(&past.history.desk.app.db)
    .await
    .expect("clocks");
    let mut all = Vec::new();
    for row in rows {
        let met = row.state == "met";
        let at = if row.counts_since.is_some() { row.due_at } else { row.ended_at.filter(|_| met) };
        all.extend(at.map(|at| Counted {
            ticket: row.ticket,
            team: row.team,
            metric: row.metric,
            priority: row.priority,
            policy: row.policy,
            day: at.date_naive(),
            met,
        }));
    }
    all
}

fn tally<'a>(clocks: impl Iterator<Item = &'a &'a Counted> + Clone) -> Tally {
    let met = clocks.clone().filter(|c| c.met).count();
    Tally { met: signed(met), missed: signed(clocks.count() - met) }
}

async fn assert_report(past: &Past, clocks: &[Counted], actor: &Actor, teams: &[TeamId], query: &SlaQuery) {
    let report = report(&mut past.look(actor).await, query).await.expect("the report");
    let days = Days { from: report.from, to: report.to };
    let asked = |c: &&Counted| {
        teams.contains(&c.team)
            && query.team.is_none_or(|team| team == c.team)
            && query.metric.is_none_or(|metric| metric.as_str() == c.metric)
            && query.priority.is_none_or(|priority| priority == c.priority)
            && query.policy.is_none_or(|policy| policy == c.policy)
    };
    let clocks: Vec<&Counted> =
        clocks.iter().filter(asked).filter(|c| (days.from..=days.to).contains(&c.day)).collect();
    let what = format!("{query:?}");
    assert_eq!(report.all, tally(clocks.iter()), "{what}");
    let promises = figure(&report.figures, "Promises kept");
    assert_eq!(promises.value, shown(report.all.kept()), "{what}");

    let teams_by_name = |name: &str| report.teams.iter().find(|team| team.name == name).map(|team| team.id);
    let policy_by_name = |name: &str| report.policies.iter().find(|(_, n)| n == name).map(|(id, _)| *id);
    let mondays: Vec<NaiveDate> = {
        let first = report.from - TimeDelta::days(i64::from(report.from.weekday().num_days_from_monday()));
        let mut mondays: Vec<_> = first.iter_weeks().take_while(|monday| *monday <= report.to).collect();
        mondays.reverse();
        mondays
    };
    for group in &report.groups {
        let mut sum = Tally::default();
        for (place, line) in group.lines.iter().enumerate() {
            let name = line.name.as_str();
            let of = |c: &&&Counted| match group.by {
                By::Policy => Some(c.policy) == policy_by_name(name),
                By::Metric => c.metric.parse::<Metric>().is_ok_and(|metric| metric.label() == name),
                By::Team => Some(c.team) == teams_by_name(name),
                By::Priority => c.priority.label() == name,
                By::Week => (0..7).contains(&(c.day - mondays[place]).num_days()),
            };
            let expected = tally(clocks.iter().filter(of).collect::<Vec<_>>().into_iter());
            assert_eq!(line.tally, expected, "{what}, {:?} {name}", group.by);
            sum = Tally { met: sum.met + expected.met, missed: sum.missed + expected.missed };
            if let Some(href) = &line.missed {
                let missed = |t: &Ticket| clocks.iter().filter(of).any(|c| !c.met && c.ticket == t.id);
                past.assert_list(actor, Some(href), &format!("{what}, {name}"), missed).await;
            }
        }
        assert_eq!(sum, report.all, "{what}: each promise is in one line by {:?}", group.by);
    }

    assert_eq!(report.missed.all, report.all.missed);
    assert_eq!(report.missed.rows.len(), usize::try_from(report.all.missed).expect("few").min(50), "{what}");
    assert_file(&report);
    assert_left_out(past, actor, teams, query, &report).await;
}

/// That each clock that counts neither way is in the list of its reason, and is counted there.
async fn assert_left_out(past: &Past, actor: &Actor, teams: &[TeamId], query: &SlaQuery, report: &SlaReport) {
    let what = format!("{query:?}");
    let rows = sqlx::query!(
        r#"select t.id as "ticket: TicketId", t.number, t.team_id as "team: TeamId", c.metric,
                  t.priority as "priority: Priority", c.policy_id as "policy: PolicyId", c.state, c.ended_at, c.breached_at,
                  coalesce((select array_agg(e.kind) from sla_events e where e.ticket_id = t.id and e.at = c.ended_at),
                           '{}') as "kinds!"
           from sla_clocks c join tickets t on t.id = c.ticket_id
           where c.state = 'cancelled' or (c.breached_at is not null and c.counts_since is null)"#
    )
    .fetch_all(&past.history.desk.app.db)
    .await
    .expect("clocks");
    let days = Days { from: report.from, to: report.to };
    let mut expected: Vec<(Reason, Vec<(i64, String)>)> = Vec::new();
    let mut tickets = BTreeSet::new();
    for reason in Reason::ALL {
        let mut of_it = Vec::new();
        for row in &rows {
            let asked = teams.contains(&row.team)
                && query.team.is_none_or(|team| team == row.team)
                && query.metric.is_none_or(|metric| metric.as_str() == row.metric)
                && query.priority.is_none_or(|priority| priority == row.priority)
                && query.policy.is_none_or(|policy| policy == row.policy);
            let ended_by = |kind: &str| row.kinds.iter().any(|other| other == kind);
            let why = match row.state.as_str() {
                "cancelled" if ended_by("no_reply_needed") => Reason::NoReplyNeeded,
                "cancelled" => {
                    assert!(ended_by("solved"), "#{} was cancelled by something else: {:?}", row.number, row.kinds);
                    Reason::Solved
                }
                _ => Reason::PolicyChange,
            };
            if asked && why == reason && days.has(row.ended_at.or(row.breached_at)) {
                tickets.insert(row.ticket);
                of_it.push((row.number, row.metric.parse::<Metric>().expect("a metric").label().to_owned()));
            }
        }
        of_it.sort_unstable();
        expected.extend((!of_it.is_empty()).then_some((reason, of_it)));
    }
    let listed = |by: &LeftOutBy| {
        let mut rows: Vec<_> = by.rows.iter().map(|row| (row.number, row.metric.clone())).collect();
        rows.sort_unstable();
        assert_eq!(by.all, signed(rows.len()), "{what}: chance left out more than fit a list");
        assert!(by.rows.is_sorted_by(|a, b| a.at >= b.at), "the newest first");
        (by.reason, rows)
    };
    assert_eq!(report.left_out.reasons.iter().map(listed).collect::<Vec<_>>(), expected, "{what}");
    let all: usize = expected.iter().map(|(_, rows)| rows.len()).sum();
    assert_eq!(report.left_out.all, signed(all), "{what}");
    assert_eq!(figure(&report.figures, "Left out").value, number(all), "{what}");
    if let Some(href) = report.left_out.href.as_deref() {
        past.assert_list(actor, Some(href), "left out", |t| tickets.contains(&t.id)).await;
    }
}

async fn assert_reports_are_right(db: PgPool, seed: u64) {
    let past = Past::of(db, seed, 60, 420).await;
    past.history.assert_full();
    let clocks = counted(&past).await;
    let teams = past.history.teams;
    let quarter = SlaQuery { stretch: Stretch::Quarter, ..SlaQuery::default() };
    let quarter = report(&mut past.look(&past.history.ceo).await, &quarter).await.expect("the report");
    assert!(quarter.left_out.all > 0, "chance left nothing out");
    let ceo = &past.history.ceo;
    let policy = clocks.iter().map(|c| c.policy).min().expect("a policy");
    let all = SlaQuery::default();
    let today = past.now.date_naive();
    for query in [
        all,
        SlaQuery { stretch: Stretch::Week, ..all },
        SlaQuery { stretch: Stretch::ThisMonth, ..all },
        SlaQuery { stretch: Stretch::ThisYear, ..all },
        between(today - TimeDelta::days(20), today - TimeDelta::days(6)),
        SlaQuery { team: Some(teams[1]), ..all },
        SlaQuery { metric: Some(Metric::Ownership), ..all },
        SlaQuery { priority: Some(Priority::High), ..all },
        SlaQuery { policy: Some(policy), ..all },
        SlaQuery { team: Some(teams[0]), priority: Some(Priority::Low), stretch: Stretch::Quarter, ..all },
    ] {
        assert_report(&past, &clocks, ceo, &teams, &query).await;
    }
    let [mia, max, noa] = &past.history.managers;
    for (manager, led) in [(mia, &teams[..2]), (max, &teams[2..3]), (noa, &[][..])] {
        assert_report(&past, &clocks, manager, led, &all).await;
        for team in teams {
            let one = SlaQuery { team: Some(team), ..all };
            if led.contains(&team) {
                assert_report(&past, &clocks, manager, led, &one).await;
            } else {
                let foreign = report(&mut past.look(manager).await, &one).await;
                assert_eq!(foreign.err(), Some(Error::NotFound));
            }
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_share_is_what_counting_clock_by_clock_gives(db: PgPool) {
    Box::pin(assert_reports_are_right(db, 11)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_share_is_right_in_another_past(db: PgPool) {
    Box::pin(assert_reports_are_right(db, 4_242)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_report_is_for_those_who_lead_and_those_who_set_promises(db: PgPool) {
    let told = Told::begin(db).await;
    let ticket = told.filed().await;
    told.replied(ticket, 1.0).await;
    let elsewhere = told.desk.team_named("Elsewhere").await;
    for role in Role::ALL {
        let somebody = told.desk.person(role.as_str(), role, &[elsewhere]).await;
        let opened = report(&mut told.desk.look(&somebody).await, &SlaQuery::default()).await;
        let seen = opened.map(|report| report.all.met);
        match role {
            Role::Manager => assert_eq!(seen, Ok(0)),
            Role::Admin | Role::Ceo | Role::Superadmin => assert_eq!(seen, Ok(1)),
            Role::User | Role::Agent => assert_eq!(seen, Err(Error::Forbidden), "{role}"),
        }
    }
}
