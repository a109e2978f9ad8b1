//! Who escalates, who sees it, who acknowledges, and what becomes of it.
use sqlx::PgPool;

use super::{
    model::{End, Inbox},
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
        model::Channel,
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
        service::inbox(&mut self.desk.look(reader).await).await
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
async fn managers_see_their_teams_executives_everything_and_only_who_leads_acknowledges(db: PgPool) {
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
    let all = scene.inbox(&cleo).await.unwrap();
    assert!(all.waiting.len() == 1 && !all.may_acknowledge);
    for other in [&cleo, &scene.ada] {
        assert_eq!(scene.acknowledge(other, 1, "").await, Err(Error::Forbidden));
    }
    assert_eq!(scene.inbox(&scene.ada).await, Err(Error::Forbidden));
    assert_eq!(scene.inbox(&ida).await.unwrap().waiting.len(), 1);
    scene.acknowledge(&ida, 1, "").await.unwrap();
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
async fn where_nobody_manages_the_team_the_executives_hear_of_it(db: PgPool) {
    let scene = Scene::build(db).await;
    scene.desk.person("Cleo", Role::Ceo, &[]).await;
    sqlx::query!("update users set password_hash = 'x', active = name <> 'Mia'")
        .execute(&scene.desk.app.db)
        .await
        .unwrap();
    scene.escalate(&scene.ada, "Angry.").await.unwrap();
    assert_eq!(scene.heard().await, ["Cleo: Angry."]);
}
