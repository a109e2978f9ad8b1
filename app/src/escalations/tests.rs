//! Who escalates, who sees it, who acknowledges, and what becomes of it.
use std::collections::BTreeSet;

use chrono::TimeDelta;
use sqlx::PgPool;

use super::{
    model::{End, Inbox, Pages},
    service::{self, Reached},
};
use crate::{
    conversations::model::MessageKind,
    core::{Actor, Error, Role, id::TicketId},
    events::follow::until_nothing,
    notifications::reader,
    sla::model::Metric,
    testing::{Desk, body},
    tickets::{
        model::{Channel, Priority},
        service::{self as tickets, Move},
    },
};

/// A desk with an agent and a manager, and a ticket that the agent holds.
struct Scene {
    desk: Desk,
    ada: Actor,
    mia: Actor,
    ticket: TicketId,
}

impl Scene {
    async fn build(db: PgPool) -> Self {
        let desk = Desk::open(db).await;
        let (ada, mia) = (desk.agent("Ada").await, desk.person("Mia", Role::Manager, &[desk.team]).await);
        let ticket = desk.ticket().await.id;
        desk.take(&ada, ticket).await.unwrap();
        Self { desk, ada, mia, ticket }
    }

    async fn version(&self) -> i32 {
        sqlx::query_scalar!("select version from tickets where id = $1", self.ticket as _)
            .fetch_one(&self.desk.app.db)
            .await
            .unwrap()
    }

    async fn escalate(&self, by: &Actor, reason: &str) -> Result<(), Error> {
        let seen = self.version().await;
        let mut tx = self.desk.act(by).await;
        tickets::escalate(&mut tx, self.ticket, reason, seen).await?;
        tx.commit().await
    }

    async fn step(&self, percent: i32) {
        let mut tx = self.desk.act(&Actor::System).await;
        let at = tx.now;
        let (ticket, metric) = (self.ticket, Metric::Resolution);
        let step = Reached { ticket, metric, cycle: 1, percent, at, due_at: Some(at) };
        service::reached(&mut tx, vec![step]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn acknowledge(&self, by: &Actor, version: i32, words: &str) -> Result<(), Error> {
        let mut tx = self.desk.act(by).await;
        service::acknowledge(&mut tx, self.ticket, version, words).await?;
        tx.commit().await
    }

    async fn inbox(&self, reader: &Actor) -> Result<Inbox, Error> {
        self.page(reader, Pages::default()).await
    }

    async fn page(&self, reader: &Actor, pages: Pages) -> Result<Inbox, Error> {
        service::inbox(&mut self.desk.look(reader).await, pages).await
    }

    async fn move_to(&self, step: &Move) {
        let seen = self.version().await;
        let mut tx = self.desk.act(&self.ada).await;
        tickets::set_status(&mut tx, self.ticket, step, seen).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Who heard of an escalation under their bell, and as what.
    async fn heard(&self) -> Vec<String> {
        until_nothing(async || reader::step(&self.desk.app).await).await;
        sqlx::query_scalar!(
            r#"select u.name || ': ' || n.body as "line!" from notifications n join users u on u.id = n.user_id
               where n.kind = 'escalated' order by n.event_seq, u.name"#
        )
        .fetch_all(&self.desk.app.db)
        .await
        .unwrap()
    }

    async fn rows(&self) -> i64 {
        sqlx::query_scalar!(r#"select count(*) as "n!" from escalations"#).fetch_one(&self.desk.app.db).await.unwrap()
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn an_agent_escalates_the_manager_sees_why_and_acknowledges(db: PgPool) {
    let scene = Scene::build(db).await;
    scene.escalate(&scene.ada, "  The customer is\nangry. ").await.unwrap();
    let inbox = scene.inbox(&scene.mia).await.unwrap();
    assert!(inbox.may_acknowledge && inbox.past.is_empty());
    let it = &inbox.waiting[0];
    let said = it.why.said.as_ref().unwrap();
    assert_eq!((said.by.as_str(), said.reason.as_str(), it.version), ("Ada", "The customer is angry.", 1));
    assert_eq!((it.assignee.as_deref(), it.why.step.as_ref()), (Some("Ada"), None));
    let ours = [scene.desk.team];
    assert_eq!(service::count(&mut scene.desk.look(&scene.mia).await, Some(&ours)).await, Ok(1));

    scene.acknowledge(&scene.mia, 1, " I call them. ").await.unwrap();
    let inbox = scene.inbox(&scene.mia).await.unwrap();
    assert!(inbox.waiting.is_empty());
    let End::Acknowledged { by, words, .. } = &inbox.past[0].end else { panic!("{:?}", inbox.past) };
    assert_eq!((by.as_str(), words.as_deref()), ("Mia", Some("I call them.")));
    let events = sqlx::query_scalar!(
        r#"select kind || ' ' || u.name as "line!" from events e join users u on u.id = e.actor_id
           where kind like 'escalat%' order by e.seq"#
    );
    let events = events.fetch_all(&scene.desk.app.db).await.unwrap();
    assert_eq!(events, ["escalated Ada", "escalation_acknowledged Mia"]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn managers_see_and_acknowledge_in_their_teams_executives_and_administrators_everywhere(db: PgPool) {
    let scene = Scene::build(db).await;
    let elsewhere = scene.desk.team_named("Field support").await;
    let max = scene.desk.person("Max", Role::Manager, &[elsewhere]).await;
    let cleo = scene.desk.person("Cleo", Role::Ceo, &[]).await;
    let ida = scene.desk.person("Ida", Role::Admin, &[]).await;
    scene.escalate(&scene.ada, "Angry.").await.unwrap();
    // Watching a ticket makes nobody lead there.
    let mut tx = scene.desk.act(&Actor::System).await;
    sqlx::query!(
        "insert into ticket_watchers (ticket_id, user_id, created_at) values ($1, $2, now())",
        scene.ticket as _,
        max.user_id() as _
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(scene.inbox(&max).await.unwrap().waiting, []);
    let ours = [scene.desk.team];
    for (reader, chosen, waits) in [(&max, None, 0), (&max, Some(&ours[..]), 0), (&cleo, None, 1), (&ida, Some(&[]), 0)]
    {
        assert_eq!(service::count(&mut scene.desk.look(reader).await, chosen).await, Ok(waits));
    }
    assert_eq!(scene.acknowledge(&max, 1, "").await, Err(Error::NotFound));
    assert_eq!(scene.acknowledge(&scene.ada, 1, "").await, Err(Error::Forbidden));
    assert_eq!(scene.inbox(&scene.ada).await, Err(Error::Forbidden));
    for leader in [&cleo, &ida] {
        let all = scene.inbox(leader).await.unwrap();
        assert!(all.waiting.len() == 1 && all.may_acknowledge);
        scene.acknowledge(leader, 1, "").await.unwrap();
        scene.step(100).await;
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn one_escalation_waits_and_what_comes_meanwhile_is_added_to_it(db: PgPool) {
    let scene = Scene::build(db).await;
    sqlx::query!("update users set password_hash = 'x'").execute(&scene.desk.app.db).await.unwrap();
    let bo = scene.desk.agent("Bo").await;
    scene.escalate(&scene.ada, "Angry.").await.unwrap();
    scene.step(100).await;
    scene.escalate(&bo, "Now they shout.").await.unwrap();
    assert_eq!(scene.rows().await, 1);
    let it = scene.inbox(&scene.mia).await.unwrap().waiting.remove(0);
    let (step, said) = (it.why.step.unwrap(), it.why.said.unwrap());
    assert_eq!((step.metric.as_str(), step.percent, said.by.as_str(), it.version), ("Solve", 100, "Bo", 3));
    assert_eq!(scene.heard().await, ["Mia: Angry.", "Mia: Now they shout."]);

    // Nobody acknowledges what they have not seen, and nobody twice.
    assert_eq!(scene.acknowledge(&scene.mia, 2, "").await, Err(Error::Changed { by: "Bo".into() }));
    scene.step(120).await;
    assert_eq!(scene.acknowledge(&scene.mia, 3, "").await, Err(Error::Changed { by: "The system".into() }));
    let too_long = scene.acknowledge(&scene.mia, 4, &"x".repeat(501)).await.unwrap_err();
    assert!(too_long.at("words").is_some());
    scene.acknowledge(&scene.mia, 4, "").await.unwrap();
    assert_eq!(scene.acknowledge(&scene.mia, 4, "").await, Err(Error::Changed { by: "Mia".into() }));
    // What comes afterwards is another one.
    scene.step(150).await;
    assert_eq!((scene.rows().await, scene.inbox(&scene.mia).await.unwrap().waiting.len()), (2, 1));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_solved_ticket_leaves_the_inbox_by_itself_and_comes_back_with_the_customer(db: PgPool) {
    let scene = Scene::build(db).await;
    scene.escalate(&scene.ada, "Angry.").await.unwrap();
    scene.desk.say(&scene.ada, scene.ticket, MessageKind::Public, "It works again.").await.unwrap();
    scene.move_to(&Move::Resolve).await;
    let inbox = scene.inbox(&scene.mia).await.unwrap();
    assert!(inbox.waiting.is_empty());
    assert!(matches!(inbox.past[0].end, End::Solved { .. }), "{:?}", inbox.past);
    assert!(matches!(scene.acknowledge(&scene.mia, 1, "").await, Err(Error::Refused(_))));
    assert!(matches!(scene.escalate(&scene.ada, "Again.").await, Err(Error::Refused(_))));
    scene.step(120).await;
    assert_eq!((scene.rows().await, scene.inbox(&scene.mia).await.unwrap().waiting.len()), (1, 0));

    let requester =
        sqlx::query_scalar!(r#"select requester_id as "id: _" from tickets where id = $1"#, scene.ticket as _)
            .fetch_one(&scene.desk.app.db)
            .await
            .unwrap();
    let mut tx = scene.desk.act(&Actor::LinkHolder { ticket: scene.ticket, requester }).await;
    tickets::write_as_customer(&mut tx, scene.ticket, &body("It does not."), Channel::Portal, None).await.unwrap();
    tx.commit().await.unwrap();
    let inbox = scene.inbox(&scene.mia).await.unwrap();
    assert_eq!((inbox.waiting.len(), inbox.past.len()), (1, 0));
    scene.acknowledge(&scene.mia, 1, "").await.unwrap();
    scene.move_to(&Move::Resolve).await;
    let inbox = scene.inbox(&scene.mia).await.unwrap();
    assert!(matches!(inbox.past[0].end, End::Acknowledged { .. }), "what was looked at stays so");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_reason_is_needed_and_only_who_may_change_the_ticket_escalates_it(db: PgPool) {
    let scene = Scene::build(db).await;
    let elsewhere = scene.desk.team_named("Field support").await;
    let eve = scene.desk.person("Eve", Role::Agent, &[elsewhere]).await;
    for wrong in [" ", &"x".repeat(501)] {
        assert!(scene.escalate(&scene.ada, wrong).await.unwrap_err().at("reason").is_some());
    }
    assert_eq!(scene.escalate(&eve, "Mine.").await, Err(Error::NotFound));
    assert_eq!(scene.escalate(&scene.mia, "Mine.").await, Err(Error::Forbidden));
    assert_eq!(scene.escalate(&Actor::Guest, "Mine.").await, Err(Error::SignIn));
    let mut tx = scene.desk.act(&scene.ada).await;
    let old = tickets::escalate(&mut tx, scene.ticket, "Angry.", 1).await;
    assert!(matches!(old, Err(Error::Changed { .. })), "{old:?}");
    assert_eq!(scene.rows().await, 0);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn where_nobody_manages_the_team_those_above_hear_of_it_and_acknowledge(db: PgPool) {
    let scene = Scene::build(db).await;
    let cleo = scene.desk.person("Cleo", Role::Ceo, &[]).await;
    let (ida, sue) =
        (scene.desk.person("Ida", Role::Admin, &[]).await, scene.desk.person("Sue", Role::Superadmin, &[]).await);
    let mut told = Vec::new();
    for (gone, hear, looks) in [
        ("nobody", vec!["Mia"], &scene.mia),
        ("Mia", vec!["Cleo"], &cleo),
        ("Cleo", vec!["Ida", "Sue"], &ida),
        ("Ida", vec!["Sue"], &sue),
    ] {
        sqlx::query!("update users set password_hash = 'x', active = active and name <> $1", gone)
            .execute(&scene.desk.app.db)
            .await
            .unwrap();
        let reason = format!("Without {gone}.");
        scene.escalate(&scene.ada, &reason).await.unwrap();
        told.extend(hear.into_iter().map(|name| format!("{name}: {reason}")));
        assert_eq!(scene.heard().await, told);
        assert!(scene.inbox(looks).await.unwrap().may_acknowledge);
        scene.acknowledge(looks, 1, "").await.unwrap();
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_reason_that_is_sent_twice_is_said_and_told_once(db: PgPool) {
    let scene = Scene::build(db).await;
    sqlx::query!("update users set password_hash = 'x'").execute(&scene.desk.app.db).await.unwrap();
    let bo = scene.desk.agent("Bo").await;
    let clicks = tokio::join!(scene.escalate(&scene.ada, "Angry."), scene.escalate(&scene.ada, " Angry. "));
    assert_eq!(clicks, (Ok(()), Ok(())));
    assert_eq!(scene.heard().await, ["Mia: Angry."]);

    // The answer was lost, and meanwhile others went on.
    let seen = scene.version().await;
    scene.escalate(&bo, "Angry.").await.unwrap();
    scene.step(100).await;
    let mut tx = scene.desk.act(&bo).await;
    tickets::set_priority(&mut tx, scene.ticket, Priority::Urgent, seen).await.unwrap();
    tx.commit().await.unwrap();
    let retry = async |reason: &str| {
        let mut tx = scene.desk.act(&scene.ada).await;
        tickets::escalate(&mut tx, scene.ticket, reason, seen).await?;
        tx.commit().await
    };
    assert_eq!(retry("Angry.").await, Ok(()));
    assert_eq!(scene.heard().await, ["Mia: Angry.", "Mia: Angry."], "one of Ada, one of Bo");
    assert_eq!(scene.inbox(&scene.mia).await.unwrap().waiting[0].version, 3);
    assert_eq!(retry("Furious.").await, Err(Error::Changed { by: "Bo".into() }), "that is not what was sent");

    // Once somebody has looked, the same words are a new matter.
    scene.acknowledge(&scene.mia, 3, "").await.unwrap();
    scene.escalate(&scene.ada, "Angry.").await.unwrap();
    assert_eq!((scene.rows().await, scene.heard().await.len()), (2, 3));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn every_escalation_is_on_exactly_one_page(db: PgPool) {
    let scene = Scene::build(db).await;
    // 105 of them, two at a time.
    sqlx::query!(
        "insert into tickets
         select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'number', t.number + n))).*
         from tickets t, generate_series(1, 104) n"
    )
    .execute(&scene.desk.app.db)
    .await
    .unwrap();
    let tickets = sqlx::query_scalar!(r#"select id as "id: TicketId" from tickets"#);
    let tickets = tickets.fetch_all(&scene.desk.app.db).await.unwrap();
    let mut tx = scene.desk.act(&Actor::System).await;
    let now = tx.now;
    let reached = |(n, ticket): (usize, &TicketId)| {
        let at = now - TimeDelta::minutes(n as i64 / 2);
        Reached { ticket: *ticket, metric: Metric::Resolution, cycle: 1, percent: 100, at, due_at: Some(at) }
    };
    service::reached(&mut tx, tickets.iter().enumerate().map(reached).collect()).await.unwrap();
    tx.commit().await.unwrap();

    let first = scene.inbox(&scene.mia).await.unwrap();
    assert_eq!((first.waiting.len(), first.count), (100, 105));
    let pages = Pages { after: first.more.clone(), past: None };
    let second = scene.page(&scene.mia, pages.clone()).await.unwrap();
    assert_eq!((second.waiting.len(), second.count, second.more.clone(), second.pages), (5, 105, None, pages));
    let all: Vec<_> = first.waiting.iter().chain(&second.waiting).collect();
    assert!(all.is_sorted_by_key(|it| std::cmp::Reverse(it.at)));
    let all: BTreeSet<_> = all.into_iter().map(|it| it.number).collect();
    assert_eq!(all.len(), 105);
    for astray in ["x".to_owned(), "1~2".to_owned(), format!("-8000000000000000000~{}", scene.ticket)] {
        let pages = Pages { after: Some(astray.clone()), past: Some(astray) };
        assert_eq!(scene.page(&scene.mia, pages).await.unwrap().waiting.len(), 100);
    }

    sqlx::query!("update escalations set solved_at = last_at").execute(&scene.desk.app.db).await.unwrap();
    let (mut past, mut next) = (Vec::new(), Pages::default());
    let sizes = loop {
        let page = scene.page(&scene.mia, next).await.unwrap();
        assert!(page.waiting.is_empty());
        past.push(page.past.iter().map(|it| it.number).collect::<Vec<_>>());
        match page.more_past {
            Some(cursor) => next = Pages { after: None, past: Some(cursor) },
            None => break past.iter().map(Vec::len).collect::<Vec<_>>(),
        }
    };
    assert_eq!(sizes, [50, 50, 5]);
    assert_eq!(past.into_iter().flatten().collect::<BTreeSet<_>>(), all);
}
