//! `/team` and `/team/people`: a manager's own teams, and nothing else.
use super::{company::assert_act, *};
use crate::{
    core::{
        Error, Role,
        id::{TeamId, UserId},
    },
    reports::{
        model::{PersonLine, TeamToday},
        say,
        team::{person, today},
    },
    sla::model::Metric,
    tickets::query::{Filter, Holder, ListQuery, View},
    ui::figures::worked,
};

impl Past {
    /// The figures of this moment of some teams.
    pub(super) async fn assert_now(&self, actor: &Actor, figures: &[Figure], teams: &[TeamId]) {
        let (ledger, now) = (&self.ledger, self.now);
        let of = |t: &Ticket| teams.contains(&t.team);
        let which: [(&str, &dyn Fn(&Ticket) -> bool); 5] = [
            ("Late", &|t| of(t) && ledger.is_late(t, now)),
            ("At risk", &|t| of(t) && ledger.is_at_risk(t, now)),
            ("Unassigned", &|t| of(t) && t.is_open() && t.assignee.is_none()),
            ("Due in 24 h", &|t| of(t) && ledger.is_due_soon(t, now)),
            ("On hold", &|t| of(t) && t.hold.is_some()),
        ];
        for (label, which) in which {
            let figure = figure(figures, label);
            if teams.is_empty() {
                assert_eq!((figure.value.as_str(), &figure.href), ("0", &None), "{label}");
            } else {
                self.assert_count(actor, figure, which).await;
            }
        }
        let open = ledger.numbers(|t| of(t) && t.is_open()).len();
        assert_eq!(figure(figures, "Due in 24 h").note, format!("of {open} open"));
        let untouched = |t: &Ticket| of(t) && t.hold.is_some() && t.updated_at < now - TimeDelta::days(5);
        let untouched = ledger.numbers(untouched).len();
        assert_eq!(figure(figures, "On hold").note, format!("{untouched} untouched for 5 days"));
    }

    /// The whole page of some teams.
    async fn assert_today(&self, actor: &Actor, chosen: Option<TeamId>, teams: &[TeamId]) -> TeamToday {
        let (ledger, now) = (&self.ledger, self.now);
        let page = today(&mut self.look(actor).await, chosen).await.expect("the teams");
        let of = |t: &Ticket| teams.contains(&t.team);
        self.assert_now(actor, &page.figures, teams).await;

        let week = Days::until(now.date_naive(), 7);
        let (is, was) = (self.promises(week, of), self.promises(week.before(), of));
        let promises = figure(&page.figures, "Kept, 7 days");
        assert_eq!((&promises.value, &promises.note), (&shown(kept(is)), &format!("{} of {}", is.0, is.0 + is.1)));
        assert_eq!(promises.change, say::points(kept(is), kept(was)));
        if !teams.is_empty() {
            let missed = |t: &Ticket| of(t) && self.missed_in(t, week);
            self.assert_list(actor, promises.href.as_deref(), "missed", missed).await;
        }

        // The board: what is late or due in three hours, in the lane of its team.
        let marks: BTreeSet<i64> = page.lanes.iter().flat_map(|lane| lane.marks.iter().map(|m| m.number)).collect();
        let due = |t: &Ticket| of(t) && ledger.next_due(t).is_some_and(|(_, due)| due < now + TimeDelta::hours(3));
        assert_eq!(marks, ledger.numbers(due));
        assert_eq!(page.lanes.len(), teams.len());

        let late = ledger.numbers(|t| of(t) && ledger.is_late(t, now));
        let at_risk = ledger.numbers(|t| of(t) && ledger.is_at_risk(t, now));
        assert_act(&page.act_title, &on_lines(&page.act), 5, &late, &at_risk);
        self.assert_people(actor, &page, teams).await;
        page
    }

    /// The agents of some teams who are not switched off, with what they hold and did there.
    async fn assert_people(&self, actor: &Actor, page: &TeamToday, teams: &[TeamId]) {
        let (ledger, now) = (&self.ledger, self.now);
        let agents = sqlx::query_scalar!(r#"select id as "id: UserId" from users where role = 'agent' and active"#)
            .fetch_all(&self.history.desk.app.db)
            .await
            .expect("agents");
        let in_teams = |id: &UserId| ledger.members.iter().any(|(team, user)| user == id && teams.contains(team));
        let expected: BTreeSet<UserId> = agents.into_iter().filter(in_teams).collect();
        assert_eq!(page.people.iter().map(|p| p.id).collect::<BTreeSet<_>>(), expected);
        let month = Days::until(now.date_naive(), 30);
        for line in &page.people {
            let theirs = |t: &Ticket| t.assignee == Some(line.id) && teams.contains(&t.team);
            let n = |which: &dyn Fn(&Ticket) -> bool| signed(ledger.numbers(|t| theirs(t) && which(t)).len());
            let name = &line.name;
            assert_eq!(line.open, n(&Ticket::is_open), "{name}");
            assert_eq!(line.late, n(&|t| ledger.is_late(t, now)), "{name}");
            assert_eq!(line.at_risk, n(&|t| ledger.is_at_risk(t, now)), "{name}");
            assert_eq!(line.due_today, n(&|t| ledger.is_due_soon(t, now)), "{name}");
            assert_eq!(line.solved, n(&|t| month.has(t.resolved_at)), "{name}");
            let is = self.promises(month, theirs);
            assert_eq!((line.kept, line.promises), (kept(is), signed(is.0 + is.1)), "{name}");
            let ratings = self.ratings(month, theirs);
            assert_eq!((line.stars, line.ratings), (mean(ratings), signed(ratings.0)), "{name}");
            assert_eq!(line.first_reply, self.median_reply(month, theirs), "{name}");
            self.assert_lists_of(actor, page, line, theirs).await;
        }
    }

    fn median_reply(&self, days: Days, which: impl Fn(&Ticket) -> bool) -> Option<i64> {
        let replies = self.ledger.clocks.iter().filter(|c| which(self.ledger.ticket(c.ticket)));
        quantile(replies.filter_map(|c| c.took(Metric::FirstReply, &days)).collect(), 50)
    }

    /// The lists that a person's line leads to.
    async fn assert_lists_of(
        &self,
        actor: &Actor,
        page: &TeamToday,
        line: &PersonLine,
        theirs: impl Fn(&Ticket) -> bool,
    ) {
        let (ledger, now) = (&self.ledger, self.now);
        let which: [(View, &dyn Fn(&Ticket) -> bool); 4] = [
            (View::Open, &|t| theirs(t) && t.is_open()),
            (View::Late, &|t| theirs(t) && ledger.is_late(t, now)),
            (View::AtRisk, &|t| theirs(t) && ledger.is_at_risk(t, now)),
            (View::DueSoon, &|t| theirs(t) && ledger.is_due_soon(t, now)),
        ];
        for (view, which) in which {
            let filter = Filter {
                assignee: Some(Holder::Person(line.id)),
                team: page.about.clone().unwrap_or_default(),
                ..Filter::default()
            };
            let href = ListQuery { view, filter, ..ListQuery::default() }.href("/tickets", false, &[]);
            self.assert_list(actor, Some(&href), &line.name, which).await;
        }
    }

    /// A person's own page, as somebody sees it who answers for `teams`.
    async fn assert_person(&self, actor: &Actor, id: UserId, teams: &[TeamId]) {
        let ledger = &self.ledger;
        let report = person(&mut self.look(actor).await, id).await.expect("a report");
        let name = &report.person.name;
        let theirs = |t: &Ticket| t.assignee == Some(id) && teams.contains(&t.team);
        let month = Days::until(self.now.date_naive(), 30);
        let before = month.before();
        self.assert_count(actor, figure(&report.figures, "Solved"), |t| theirs(t) && month.has(t.resolved_at)).await;

        let promises = figure(&report.figures, "Promises kept");
        let (is, was) = (self.promises(month, theirs), self.promises(before, theirs));
        assert_eq!(
            (&promises.value, &promises.note),
            (&shown(kept(is)), &format!("{} of {}", is.0, is.0 + is.1)),
            "{name}"
        );
        assert_eq!(promises.change, say::points(kept(is), kept(was)), "{name}");
        let missed = |t: &Ticket| theirs(t) && self.missed_in(t, month);
        self.assert_list(actor, promises.href.as_deref(), "missed", missed).await;

        let reply = figure(&report.figures, "First reply");
        let (is, was) = (self.median_reply(month, theirs), self.median_reply(before, theirs));
        assert_eq!(reply.value, is.map_or_else(|| "–".into(), worked), "{name}");
        assert_eq!(reply.change, say::time(is, was), "{name}");
        let replied = |c: &Clock| c.took(Metric::FirstReply, &month).is_some();
        let replied = |t: &Ticket| theirs(t) && ledger.clocks_of(t.id).any(replied);
        self.assert_list(actor, reply.href.as_deref(), "replied", replied).await;

        let stars = figure(&report.figures, "Satisfaction");
        let is = self.ratings(month, theirs);
        assert_eq!(
            (&stars.value, &stars.note),
            (&shown(mean(is)), &say::counted(signed(is.0), "rating", "ratings")),
            "{name}"
        );
        self.assert_list(actor, stars.href.as_deref(), "rated", |t| theirs(t) && month.has(t.rated_at)).await;
    }
}

async fn assert_teams_are_right(db: PgPool, seed: u64) {
    let past = Past::of(db, seed, 60, 420).await;
    past.history.assert_full();
    let teams = past.history.teams;
    let [mia, max, noa] = &past.history.managers;
    for (manager, led) in [(mia, &teams[..2]), (max, &teams[2..3]), (noa, &[][..])] {
        past.assert_today(manager, None, led).await;
        for team in teams {
            if led.contains(&team) {
                past.assert_today(manager, Some(team), &[team]).await;
            } else {
                let foreign = today(&mut past.look(manager).await, Some(team)).await;
                assert_eq!(foreign.err(), Some(Error::NotFound));
            }
        }
    }
    // Who leads nobody in particular sees all.
    let all = past.assert_today(&past.history.root, None, &teams).await;
    assert_eq!((all.teams.len(), all.about), (4, None));

    let id = |actor: &Actor| actor.user_id().expect("a person");
    let [ada, cy, dee, bo, otto] = past.history.agents.each_ref().map(id);
    for (manager, people) in [(mia, &[ada, cy, bo][..]), (max, &[dee][..])] {
        let led = manager.signed_in().expect("a manager").teams.clone();
        for agent in [ada, cy, dee, bo, otto, id(mia), id(max), id(&past.history.ceo), id(&past.history.customers[0])] {
            if people.contains(&agent) {
                past.assert_person(manager, agent, &led).await;
            } else {
                let refused = person(&mut past.look(manager).await, agent).await;
                assert_eq!(refused.err(), Some(Error::NotFound));
            }
        }
    }
    past.assert_person(&past.history.root, bo, &teams).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_manager_sees_right_figures_of_their_own_teams_and_nothing_of_others(db: PgPool) {
    Box::pin(assert_teams_are_right(db, 11)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_managers_figures_are_right_in_another_past(db: PgPool) {
    Box::pin(assert_teams_are_right(db, 4_242)).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn nobody_but_managers_and_superadmins_opens_the_team_page(db: PgPool) {
    let desk = Desk::open(db).await;
    for role in Role::ALL {
        let somebody = desk.person(role.as_str(), role, &[desk.team]).await;
        let opened = today(&mut desk.look(&somebody).await, None).await;
        match role {
            Role::Manager | Role::Superadmin => assert_eq!(opened.map(|page| page.people.len()), Ok(1)),
            _ => assert_eq!(opened.err(), Some(Error::Forbidden), "{role}"),
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_lane_counts_what_is_late_also_where_the_board_is_full(db: PgPool) {
    let desk = Desk::open(db).await;
    let mia = desk.person("Mia", Role::Manager, &[desk.team]).await;
    let first = desk.ticket().await;
    sqlx::query!(
        "insert into tickets (id, subject, channel, team_id, requester_id, created_at, updated_at, sla_state, sla_metric,
                              sla_started_at, sla_risk_at, sla_due_at)
         select gen_random_uuid(), subject, channel, team_id, requester_id, created_at, updated_at, 'running', 'first_reply',
                now() - interval '3 hours', now() - interval '2 hours', now() - interval '1 hour'
         from tickets, generate_series(1, 250) where id = $1",
        first.id as _
    )
    .execute(&desk.app.db)
    .await
    .expect("many");
    let page = today(&mut desk.look(&mia).await, None).await.expect("the team");
    assert_eq!(figure(&page.figures, "Late").value, "250");
    assert_eq!(page.lanes[0].note, "250 late");
    assert_eq!(page.board_title, "Service desk needs a hand: 250 tickets late or at risk, 250 with nobody on them");
}
