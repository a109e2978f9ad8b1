//! `/admin` and `/system`.
use super::*;
use crate::{
    audit,
    core::{Error, Role},
    people::{self, model::UserFilter, sessions},
    reports::{
        admin::desk_state,
        say::{self, More},
        system::system_state,
    },
    tickets::query::{Filter, ListQuery, View},
};

impl Past {
    async fn assert_admin(&self) {
        let (admin, ledger, now) = (&self.history.admin, &self.ledger, self.now);
        let state = desk_state(&mut self.look(admin).await).await.expect("a state");
        let today = Days::until(now.date_naive(), 1);
        let week_ago = Days::until(now.date_naive() - chrono::Days::new(7), 1);
        let figures: [(&str, &dyn Fn(&Ticket) -> bool); 6] = [
            ("Unassigned", &|t| t.is_open() && t.assignee.is_none()),
            ("Late", &|t| ledger.is_late(t, now)),
            ("At risk", &|t| ledger.is_at_risk(t, now)),
            ("New today", &|t| today.has(Some(t.created_at))),
            ("Solved today", &|t| today.has(t.resolved_at)),
            ("On hold", &|t| t.hold.is_some()),
        ];
        assert_eq!(state.figures.len(), figures.len());
        for (label, which) in figures {
            self.assert_count(admin, figure(&state.figures, label), which).await;
        }
        let n = |which: &dyn Fn(&Ticket) -> bool| signed(ledger.numbers(which).len());
        let note = |label| figure(&state.figures, label).note.clone();
        assert_eq!(note("Unassigned"), format!("of {} open", n(&Ticket::is_open)));
        let untouched = |t: &Ticket| t.hold.is_some() && t.updated_at < now - TimeDelta::days(5);
        assert_eq!(note("On hold"), format!("{} untouched for 5 days", n(&untouched)));
        let change = |label| figure(&state.figures, label).change.clone();
        let filed = |days: &Days| n(&|t| days.has(Some(t.created_at)));
        let solved = |days: &Days| n(&|t| days.has(t.resolved_at));
        assert_eq!(change("New today"), Some(say::count(filed(&today), filed(&week_ago), More::Neither)));
        assert_eq!(change("Solved today"), Some(say::count(solved(&today), solved(&week_ago), More::Better)));

        let days: Vec<Days> =
            (0..14).rev().map(|back| Days::until(now.date_naive() - chrono::Days::new(back), 1)).collect();
        self.assert_course(admin, &state.flow.marks, &days, |t| Some(t.created_at)).await;
        let by_day: Vec<_> =
            days.iter().map(|day| Some(float(ledger.numbers(|t| day.has(t.resolved_at)).len()))).collect();
        assert_eq!(state.previous, by_day);
        let start = days[0].from.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        let grew = signed(ledger.open_at(now)) - signed(ledger.open_at(start));
        assert!(grew > 0, "chance files more than it solves");
        assert_eq!(
            state.flow.title,
            format!("The backlog grew by {} in two weeks", say::counted(grew, "ticket", "tickets"))
        );

        let free = ledger.numbers(|t| t.is_open() && t.assignee.is_none());
        let shown: BTreeSet<i64> = state.waiting.iter().map(|w| w.line.number).collect();
        assert_eq!(shown.len(), free.len().min(8));
        assert!(shown.is_subset(&free));
        for waiting in &state.waiting {
            let ticket = ledger.tickets.iter().find(|t| t.number == waiting.line.number).expect("a ticket");
            assert_eq!(waiting.team.id, ticket.team);
            for (person, open) in &waiting.candidates {
                assert!(ledger.members.contains(&(ticket.team, person.id)), "{} is of the team", person.name);
                assert_ne!(person.name, "Otto", "who is switched off takes nothing");
                assert_eq!(*open, n(&|t| t.is_open() && t.assignee == Some(person.id)), "{}", person.name);
            }
        }
        let area = |name: &str| state.areas.iter().find(|a| a.name == name).expect("an area").note.clone();
        // Ada, Cy, Dee, Bo, Mia and Max; Otto is switched off, and the others are in no team.
        assert_eq!(area("Teams"), "4 teams, 6 people");
        assert_eq!(area("Categories"), "3 categories offered");

        for line in crate::teams::service::list(&mut self.look(admin).await).await.expect("teams") {
            let filter = Filter { team: vec![line.id], ..Filter::default() };
            let href = ListQuery { filter, ..ListQuery::of(View::Open) }.href("/tickets", false, &[]);
            let open = self.assert_list(admin, Some(&href), &line.name, |t| t.team == line.id && t.is_open()).await;
            assert_eq!(line.open, signed(open), "{}", line.name);
        }
        for line in crate::categories::service::list(&mut self.look(admin).await).await.expect("categories") {
            let filter = Filter { category: Some(line.id), ..Filter::default() };
            let href = ListQuery { filter, ..ListQuery::of(View::Open) }.href("/tickets", false, &[]);
            let of = |t: &Ticket| t.category == Some(line.id) && t.is_open();
            let open = self.assert_list(admin, Some(&href), &line.name, of).await;
            assert_eq!(line.open, signed(open), "{}", line.name);
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_figure_of_the_administrator_is_what_counting_gives(db: PgPool) {
    let past = Past::of(db, 21, 40, 420).await;
    past.history.assert_full();
    past.assert_admin().await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_figure_of_the_administrator_is_right_in_another_past(db: PgPool) {
    let past = Past::of(db, 2_121, 40, 420).await;
    past.assert_admin().await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn only_administrators_open_the_desks_state_and_only_superadmins_the_systems(db: PgPool) {
    let desk = Desk::open(db).await;
    for role in Role::ALL {
        let somebody = desk.person(role.as_str(), role, &[desk.team]).await;
        let state = desk_state(&mut desk.look(&somebody).await).await.map(drop);
        let may = matches!(role, Role::Admin | Role::Superadmin);
        assert_eq!(state, if may { Ok(()) } else { Err(Error::Forbidden) }, "{role}");
        let system = system_state(&mut desk.look(&somebody).await).await.map(drop);
        assert_eq!(system, if role == Role::Superadmin { Ok(()) } else { Err(Error::Forbidden) }, "{role}");
    }
}

/// A session of somebody: opened under which generation of the account, used and over how many minutes from now.
async fn session(desk: &Desk, of: &Actor, generation: i32, seen: i64, over: i64) {
    let now = desk.app.now();
    sqlx::query!(
        "insert into user_sessions (id_hash, user_id, generation, data, created_at, last_seen_at, expires_at)
         values (decode(md5(random()::text), 'hex'), $1, $2, '{}', $3, $3, $4)",
        of.user_id() as _,
        generation,
        now + TimeDelta::minutes(seen),
        now + TimeDelta::minutes(over)
    )
    .execute(&desk.app.db)
    .await
    .expect("a session");
}

/// A mail in some state, decided so many days ago.
async fn mail(desk: &Desk, state: &str, days: i32) {
    sqlx::query!(
        "insert into deliveries (id, idempotency_key, channel, template, recipient, subject, body_text, body_html,
                                 message_id, state, created_at)
         values (gen_random_uuid(), gen_random_uuid()::text, 'email', 'replied', 'kim@kept.example', 'Re: VPN', '', '',
                 gen_random_uuid()::text, $1::text::delivery_state, now() - make_interval(days => $2))",
        state,
        days
    )
    .execute(&desk.app.db)
    .await
    .expect("a mail");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_systems_figures_count_what_is_in_force_and_nothing_else(db: PgPool) {
    let past = Past::of(db, 31, 10, 120).await;
    let (desk, root, agents) = (&past.history.desk, &past.history.root, &past.history.agents);
    let generation = async |of: &Actor| {
        sqlx::query_scalar!("select generation from users where id = $1", of.user_id() as _)
            .fetch_one(&desk.app.db)
            .await
            .expect("somebody")
    };
    let (ada, otto) = (generation(&agents[0]).await, generation(&agents[4]).await);
    session(desk, root, 1, -1, 60).await;
    session(desk, &agents[0], ada, -5, 60).await;
    session(desk, &agents[0], ada, -100, 60).await;
    // Over, of an older password, and of somebody who is switched off: none of them opens anything.
    session(desk, &agents[1], 1, -5, -1).await;
    session(desk, &agents[0], ada - 1, -5, 60).await;
    session(desk, &agents[4], otto, -5, 60).await;
    for (state, days) in [("pending", 0), ("sending", 9), ("sent", 0), ("failed", 1), ("bounced", 6), ("failed", 8)] {
        mail(desk, state, days).await;
    }

    // Looked at now: time goes on for sessions.
    let mut tx = desk.restarted().look(root).await;
    let state = system_state(&mut tx).await.expect("a state");
    let of = |label| {
        let figure = figure(&state.figures, label);
        (figure.value.as_str(), figure.note.as_str())
    };
    // Everybody of the history but Otto and Lee, and Marta, who only ever wrote.
    assert_eq!(of("People"), ("13", "10 of them staff"));
    assert_eq!(of("Signed in"), ("3", "2 people in the last 15 min"));
    let (waiting, note) = of("Mail waiting");
    assert_eq!((waiting, note.ends_with("2 failed in 7 days")), ("2", true), "{note}");
    let held = sessions::of_everybody(&mut tx, None).await.expect("sessions");
    assert_eq!(held.len(), 3);
    let mut listed = 0;
    let mut filter = UserFilter::default();
    loop {
        let page = people::admin::list(&mut tx, &filter).await.expect("people");
        listed += page.rows.len();
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    assert_eq!(listed, 13);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_is_not_sealed_yet_is_counted_whatever_its_number(db: PgPool) {
    let desk = Desk::open(db).await;
    let root = desk.person("Root", Role::Superadmin, &[]).await;
    let note = async || {
        let state = system_state(&mut desk.look(&root).await).await.expect("a state");
        state.areas.into_iter().find(|area| area.name == "Audit log").expect("an area").note
    };
    // The second begins first and ends last: its event has the lower number and the higher transaction.
    let append = async |tx: &mut Tx| {
        crate::events::append(tx, crate::events::About::Nothing, &[crate::events::Event::SignedOut])
            .await
            .expect("an event");
    };
    let (mut first, mut second) = (desk.act(&root).await, desk.act(&root).await);
    sqlx::query!(r#"select pg_current_xact_id()::text as "id!""#).fetch_one(&mut *first).await.expect("a transaction");
    append(&mut second).await;
    append(&mut first).await;
    first.commit().await.expect("committed");
    let sealed = async || audit::verify::run(&mut *desk.look(&root).await).await.expect("a verdict");
    let seal_until = async |sound: i64| {
        while sealed().await.sound < sound {
            audit::link::step(&desk.app).await.expect("a step");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    seal_until(1).await;
    second.commit().await.expect("committed");
    assert_eq!(sealed().await.tail, 1);
    assert_eq!(note().await, "one entry, 1 not sealed yet");
    seal_until(2).await;
    assert_eq!(note().await, "2 entries, all sealed");
}
