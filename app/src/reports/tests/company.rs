//! `/executive`, and the pages of the managers that it leads to.
use super::*;
use crate::{
    core::{
        Error,
        id::{CategoryId, TeamId},
    },
    reports::{
        company::company,
        model::{Company, GroupLine, Period},
        say::{self, More},
        team,
    },
    sla::model::Metric,
    tickets::query::{Filter, ListQuery, View},
    ui::figures::worked,
};

impl Past {
    async fn company(&self, period: Period) -> Company {
        company(&mut self.look(&self.history.ceo).await, period).await.expect("the company")
    }

    async fn assert_company(&self, period: Period) {
        let company = self.company(period).await;
        let (ceo, ledger, now) = (&self.history.ceo, &self.ledger, self.now);
        let days = Days::until(now.date_naive(), period.days().unsigned_abs());
        let before = days.before();
        let figures = &company.figures;

        let promises = figure(figures, "Promises kept");
        let (is, was) = (self.promises(days, |_| true), self.promises(before, |_| true));
        assert_eq!((&promises.value, &promises.note), (&shown(kept(is)), &format!("{} of {}", is.0, is.0 + is.1)));
        assert_eq!(promises.change, say::points(kept(is), kept(was)));
        self.assert_list(ceo, promises.href.as_deref(), "promises missed", |t| self.missed_in(t, days)).await;

        let new = figure(figures, "New tickets");
        self.assert_count(ceo, new, |t| days.has(Some(t.created_at))).await;
        let created = |days: &Days| signed(ledger.numbers(|t| days.has(Some(t.created_at))).len());
        assert_eq!(new.change, say::share(created(&days), created(&before), More::Neither));

        for (label, metric) in [("First reply", Metric::FirstReply), ("Solved in", Metric::Resolution)] {
            let took = |days: &Days| ledger.clocks.iter().filter_map(|c| c.took(metric, days)).collect::<Vec<_>>();
            let (is, was) = (took(&days), took(&before));
            let time = figure(figures, label);
            let median = quantile(is.clone(), 50);
            let shown = median.map_or_else(|| "–".into(), |s| if s < 3_600 { (s / 60).to_string() } else { worked(s) });
            assert_eq!(time.value, shown, "{label}");
            assert_eq!(time.change, say::time(median, quantile(was, 50)), "{label}");
            let ended = |t: &Ticket| ledger.clocks_of(t.id).any(|c| c.took(metric, &days).is_some());
            let n = self.assert_list(ceo, time.href.as_deref(), label, ended).await;
            match quantile(is, 90) {
                Some(slow) => assert_eq!(time.note, format!("median of {n}; 90 % within {}", worked(slow)), "{label}"),
                None => assert_eq!((n, time.note.as_str()), (0, "none in the period"), "{label}"),
            }
        }

        let stars = figure(figures, "Satisfaction");
        let (is, was) = (self.ratings(days, |_| true), self.ratings(before, |_| true));
        assert_eq!(stars.value, shown(mean(is)));
        assert_eq!(stars.change, say::marks(mean(is), mean(was)));
        let n = self.assert_list(ceo, stars.href.as_deref(), "ratings", |t| days.has(t.rated_at)).await;
        assert_eq!((n, &stars.note), (is.0, &say::counted(signed(n), "rating", "ratings")));

        let open = figure(figures, "Open now");
        self.assert_count(ceo, open, Ticket::is_open).await;
        let midnight = |day: chrono::NaiveDate| day.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        let at_start = ledger.open_at(midnight(days.from));
        assert_eq!(open.change, Some(say::count(signed(ledger.open_at(now)), signed(at_start), More::Worse)));
        let old = ledger.numbers(|t| t.is_open() && t.created_at < now - TimeDelta::days(7)).len();
        assert_eq!(open.note, format!("{old} older than 7 days"));
        let ends =
            days.from.iter_days().take_while(|day| *day <= days.to).map(|day| midnight(day) + TimeDelta::days(1));
        let course: Vec<f64> = ends.map(|end| float(ledger.open_at(end))).collect();
        assert_eq!(open.points, course);

        let left_out = |t: &Ticket| ledger.clocks_of(t.id).filter(|c| days.has(c.left_out_at())).count();
        let n: usize = ledger.tickets.iter().map(left_out).sum();
        assert_eq!(company.left_out.is_some(), n > 0);
        if let Some(told) = &company.left_out {
            assert_eq!(told.words, say::counted(signed(n), "promise was left out", "promises were left out"));
            self.assert_list(ceo, Some(&told.href), "left out", |t| left_out(t) > 0).await;
        }

        self.assert_groups(&company, days).await;
        self.assert_weeks(&company).await;
        let late = ledger.numbers(|t| ledger.is_late(t, now));
        let at_risk = ledger.numbers(|t| ledger.is_at_risk(t, now));
        assert_act(&company.act_title, &on_lines(&company.act), 6, &late, &at_risk);
    }

    /// Each team and each category by itself.
    async fn assert_groups(&self, company: &Company, days: Days) {
        let names = sqlx::query!(
            r#"select name, id as "team?: TeamId", null::uuid as "category?: CategoryId" from teams
               union all select name, null::uuid, id from categories"#
        )
        .fetch_all(&self.history.desk.app.db)
        .await
        .expect("names");
        let (teams, categories) = (company.teams.iter(), company.categories.iter());
        assert_eq!((teams.len(), categories.len()), (4, 3));
        for line in teams.chain(categories) {
            let named = names.iter().find(|n| n.name.as_ref() == Some(&line.name)).expect("a name");
            let within =
                |t: &Ticket| Some(t.team) == named.team || named.category.is_some() && t.category == named.category;
            self.assert_group(line, days, within).await;
        }
    }

    async fn assert_group(&self, line: &GroupLine, days: Days, within: impl Fn(&Ticket) -> bool) {
        let (ledger, now) = (&self.ledger, self.now);
        let is = self.promises(days, &within);
        let n = |which: &dyn Fn(&Ticket) -> bool| signed(ledger.numbers(|t| within(t) && which(t)).len());
        assert_eq!((line.kept, line.promises), (kept(is), signed(is.0 + is.1)), "{}", line.name);
        assert_eq!(line.created, n(&|t| days.has(Some(t.created_at))), "{}", line.name);
        assert_eq!(line.late, n(&|t| ledger.is_late(t, now)), "{}", line.name);
        assert_eq!(line.at_risk, n(&|t| ledger.is_at_risk(t, now)), "{}", line.name);
        assert_eq!(line.open, n(&Ticket::is_open), "{}", line.name);
        assert_eq!(line.stars, mean(self.ratings(days, &within)), "{}", line.name);
        let lists = &line.lists;
        let behind: [(&str, &dyn Fn(&Ticket) -> bool); 6] = [
            (&lists.missed, &|t| self.missed_in(t, days)),
            (&lists.created, &|t| days.has(Some(t.created_at))),
            (&lists.late, &|t| ledger.is_late(t, now)),
            (&lists.at_risk, &|t| ledger.is_at_risk(t, now)),
            (&lists.open, &Ticket::is_open),
            (&lists.rated, &|t| days.has(t.rated_at)),
        ];
        for (href, which) in behind {
            self.assert_list(&self.history.ceo, Some(href), &line.name, |t| within(t) && which(t)).await;
        }
    }

    /// The thirteen weeks of both charts.
    async fn assert_weeks(&self, company: &Company) {
        let today = self.now.date_naive();
        let weeks: Vec<Days> = (0..13).rev().map(|back| Days::until(today - chrono::Days::new(back * 7), 7)).collect();
        let ceo = &self.history.ceo;
        self.assert_course(ceo, &company.volume.marks, &weeks, |t| Some(t.created_at)).await;
        assert_eq!(company.trend.marks.len(), weeks.len());
        for (mark, week) in company.trend.marks.iter().zip(weeks) {
            let is = self.promises(week, |_| true);
            assert_eq!((mark.value, mark.n), (kept(is), Some((is.0 + is.1) as u64)), "{}", mark.label);
            self.assert_list(ceo, mark.href.as_deref(), &mark.label, |t| self.missed_in(t, week)).await;
        }
        let quarter = Days::until(today, 91);
        let within = |at: fn(&Ticket) -> Option<DateTime<Utc>>| self.ledger.numbers(|t| quarter.has(at(t))).len();
        let (created, solved) = (within(|t| Some(t.created_at)), within(|t| t.resolved_at));
        assert_eq!(company.volume.note, format!("Tickets filed by week; {created} in 13 weeks, {solved} solved"));
        assert!(created > solved, "chance files more than it solves");
        assert_eq!(company.volume.title, format!("{} more came in than were solved", created - solved));
    }
}

/// That a list of what to act on holds the most urgent, late ones first, and says how many there are.
pub(super) fn assert_act(
    title: &str,
    shown: &BTreeSet<i64>,
    rows: usize,
    late: &BTreeSet<i64>,
    at_risk: &BTreeSet<i64>,
) {
    let expected = match (late.len(), at_risk.len()) {
        (0, 0) => "Nothing is late or at risk".to_owned(),
        (late, 0) => format!("{late} late now, none at risk"),
        (0, risk) => format!("{risk} at risk, none late"),
        (late, risk) => format!("{risk} at risk, {late} late now"),
    };
    assert_eq!(title, expected);
    assert_eq!(shown.len(), rows.min(late.len() + at_risk.len()));
    assert!(shown.iter().all(|n| late.contains(n) || at_risk.contains(n)));
    assert_eq!(shown.intersection(late).count(), rows.min(late.len()), "late ones first");
}

async fn assert_company_is_right(db: PgPool, seed: u64) {
    let past = Past::of(db, seed, 70, 520).await;
    past.history.assert_full();
    for period in Period::ALL {
        past.assert_company(period).await;
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_figure_of_the_company_is_what_counting_gives_and_leads_to_its_tickets(db: PgPool) {
    assert_company_is_right(db, 3).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_figure_of_the_company_is_right_in_another_past(db: PgPool) {
    assert_company_is_right(db, 77).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn an_empty_company_shows_no_figure_that_it_does_not_have(db: PgPool) {
    let past = Past::of(db, 1, 3, 0).await;
    let company = past.company(Period::Month).await;
    let values: Vec<_> = company.figures.iter().map(|f| f.value.as_str()).collect();
    assert_eq!(values, ["–", "0", "–", "–", "–", "0"]);
    assert!(company.trend.marks.iter().all(|mark| mark.value.is_none()));
    assert_eq!(company.trend.title, "No promise has come due yet");
    assert_eq!(
        (company.act_title.as_str(), company.act.len(), company.left_out),
        ("Nothing is late or at risk", 0, None)
    );
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_executive_sees_a_managers_teams_and_only_executives_see_the_company(db: PgPool) {
    let past = Past::of(db, 5, 30, 240).await;
    let (ceo, teams) = (&past.history.ceo, &past.history.teams);
    let days = Days::until(past.now.date_naive(), 30);
    for (manager, led) in past.history.managers.iter().zip([&teams[..2], &teams[2..3], &[]]) {
        let id = manager.user_id().expect("a person");
        let report = team::person(&mut past.look(ceo).await, id).await.expect("a report");
        past.assert_now(ceo, &report.figures, led).await;
        let promises = figure(&report.figures, "Kept, 30 days");
        let is = past.promises(days, |t| led.contains(&t.team));
        assert_eq!((&promises.value, &promises.note), (&shown(kept(is)), &format!("{} of {}", is.0, is.0 + is.1)));
        if !led.is_empty() {
            let missed = |t: &Ticket| led.contains(&t.team) && past.missed_in(t, days);
            past.assert_list(ceo, promises.href.as_deref(), "missed", missed).await;
        }
    }
    let names =
        |rated: &[crate::reports::model::Rated]| rated.iter().map(|r| r.person.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&past.company(Period::Week).await.managers), ["Max", "Mia", "Noa"]);
    // All of it is listed for them, too.
    let all = ListQuery { filter: Filter::default(), ..ListQuery::of(View::All) }.href("/tickets", false, &[]);
    past.assert_list(ceo, Some(&all), "everything", |_| true).await;
    let others = past.history.managers.iter().chain(&past.history.agents).chain(&past.history.customers);
    for other in others.chain([&past.history.admin]) {
        let refused = company(&mut past.look(other).await, Period::Week).await;
        assert_eq!(refused.err(), Some(Error::Forbidden));
    }
    let refused = company(&mut past.look(&Actor::Guest).await, Period::Week).await;
    assert_eq!(refused.err(), Some(Error::SignIn));
}
