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
        model::{By, SlaReport, Tally},
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

    assert_eq!((report.left_out.cancelled, report.left_out.excused, report.left_out.list.all), (2, 1, 3));
    let mut said = Vec::new();
    for promise in &report.left_out.list.rows {
        said.push((promise.number, promise.metric.as_str(), promise.says.as_str()));
    }
    let expected = [
        (told.number(excused).await, "Solve", "late only by a change of what was promised"),
        (told.number(waved_off).await, "Next reply", "no reply was needed"),
        (told.number(unanswered).await, "First reply", "the ticket was solved first"),
    ];
    assert_eq!(said, expected, "the newest first");
    let number = told.number(late).await;
    let missed: Vec<_> = report.missed.rows.iter().map(|p| (p.number, p.metric.as_str(), p.says.as_str())).collect();
    assert_eq!(missed, [(number, "Solve", "32 h late"), (number, "First reply", "2 h late")]);

    // Narrowed to one promise, the others are gone from every table and list.
    let replies = told.report(&SlaQuery { metric: Some(Metric::FirstReply), ..SlaQuery::default() }).await;
    assert_eq!((replies.all, replies.left_out.list.all), (Tally { met: 3, missed: 1 }, 1));
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
async fn the_file_has_the_numbers_of_the_page(db: PgPool) {
    let told = Told::begin(db).await;
    let ticket = told.filed().await;
    told.replied(ticket, 1.0).await;
    let other = told.filed().await;
    told.replied(other, 5.0).await;
    sqlx::query!("update teams set name = '=Desk, first'").execute(&told.desk.app.db).await.expect("renamed");
    let day = told.start.date_naive();
    let report = told.report(&between(day, day)).await;
    let file = csv(&report);
    let rows: Vec<_> = file.lines().collect();
    assert_eq!(rows[0], "by,name,from,to,kept,missed,of,percent");
    assert_eq!(rows[1], format!("All,,{day},{day},1,1,2,50"));
    for row in [
        format!("Promise,First reply,{day},{day},1,1,2,50"),
        format!("Team,\"'=Desk, first\",{day},{day},1,1,2,50"),
        format!("Priority,Urgent,{day},{day},0,0,0,"),
    ] {
        assert!(rows.contains(&row.as_str()), "{row} is not in\n{file}");
    }
    let shown: usize = report.groups.iter().map(|group| group.lines.len()).sum();
    assert_eq!(rows.len(), shown + 2);
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
    let in_reach = |t: &Ticket| teams.contains(&t.team) && query.team.is_none_or(|team| team == t.team);
    if query.metric.is_none() && query.policy.is_none() && query.priority.is_none() {
        let left_out = |t: &Ticket| past.ledger.clocks_of(t.id).filter(|c| days.has(c.left_out_at())).count();
        let n: usize = past.ledger.tickets.iter().filter(|t| in_reach(t)).map(left_out).sum();
        assert_eq!(report.left_out.list.all, signed(n), "{what}");
        if let Some(href) = report.left_out.list.href.as_deref() {
            past.assert_list(actor, Some(href), "left out", |t| in_reach(t) && left_out(t) > 0).await;
        }
    }
    assert_eq!(report.left_out.list.rows.len(), usize::try_from(report.left_out.list.all).expect("few").min(50));
}

async fn assert_reports_are_right(db: PgPool, seed: u64) {
    let past = Past::of(db, seed, 60, 420).await;
    past.history.assert_full();
    let clocks = counted(&past).await;
    let teams = past.history.teams;
    let ceo = &past.history.ceo;
    let policy = clocks.iter().map(|c| c.policy).min().expect("a policy");
    let all = SlaQuery::default();
    let today = past.now.date_naive();
    for query in [
        all,
        SlaQuery { stretch: Stretch::Week, ..all },
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
