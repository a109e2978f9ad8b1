//! What is decided, on a real database.
use sqlx::PgPool;

use super::{
    letter::Letter,
    model::{Kind, Preference},
    reader,
    service::{self, Recipient, send_mail},
};
use crate::{
    conversations::model::MessageKind,
    core::{Actor, App, Role, id::TicketId},
    events::{About, Event, append, follow::until_nothing},
    testing::{Desk, new_ticket},
};

/// Lets the reader run until it has seen everything that is committed.
async fn read_all(app: &App) {
    until_nothing(|| reader::step(app)).await;
}

/// Recipient, template, key and text of all decided mails, oldest first.
async fn mails(app: &App) -> Vec<(String, String, String)> {
    sqlx::query!(
        "select recipient, template, subject || E'\\n' || body_text || body_html as text from deliveries order by id"
    )
    .fetch_all(&app.db)
    .await
    .expect("deliveries")
    .into_iter()
    .map(|r| (r.recipient, r.template, r.text.unwrap_or_default()))
    .collect()
}

async fn bells(app: &App) -> Vec<(String, String)> {
    sqlx::query!(
        "select u.name, n.kind from notifications n join users u on u.id = n.user_id order by n.created_at, n.id"
    )
    .fetch_all(&app.db)
    .await
    .expect("notifications")
    .into_iter()
    .map(|r| (r.name, r.kind))
    .collect()
}

/// Gives everybody a password: who never signed in has no bell.
async fn all_have_accounts(app: &App) {
    sqlx::query!("update users set password_hash = 'x'").execute(&app.db).await.expect("accounts");
}

async fn set_reader_back(app: &App) {
    sqlx::query!("update event_readers set xid = 0, seq = 0").execute(&app.db).await.expect("set back");
}

async fn append_to(desk: &Desk, ticket: TicketId, event: Event) {
    let mut tx = desk.act(&Actor::System).await;
    let digest = crate::tickets::digest::of(&mut tx, &[ticket]).await.expect("a ticket").remove(&ticket).expect("one");
    append(&mut tx, About::Ticket(&digest.standing(None)), &[event]).await.expect("an event");
    tx.commit().await.expect("committed");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_15_a_guest_gets_one_receipt_with_nothing_of_their_own_in_it(db: PgPool) {
    let desk = Desk::open(db).await;
    let filed = desk.file(&Actor::Guest, &new_ticket("CANARY cheap pills", "CANARY at https://evil.example")).await;
    read_all(&desk.app).await;
    let mails = mails(&desk.app).await;
    assert_eq!(mails.len(), 1);
    let (to, template, text) = &mails[0];
    assert_eq!((to.as_str(), template.as_str()), ("marta@customer.example", "received"));
    assert!(text.contains(&format!("#{}", filed.number)) && text.contains("http://kept.example/track/"));
    assert!(!text.contains("CANARY") && !text.contains("evil.example") && !text.contains("Marta"), "{text}");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_15_a_strangers_mailbox_is_not_filled_through_the_form(db: PgPool) {
    let desk = Desk::open(db).await;
    for _ in 0..8 {
        desk.ticket().await;
    }
    read_all(&desk.app).await;
    assert_eq!(mails(&desk.app).await.len(), 5);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_decision_is_taken_once_however_often_the_reader_runs(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    all_have_accounts(&desk.app).await;
    let ticket = desk.ticket().await.id;
    desk.take(&ada, ticket).await.expect("taken");
    desk.say(&ada, ticket, MessageKind::Public, "It is back.").await.expect("said");
    // Several servers at once, and then one that forgot how far it was.
    let (a, b, c) = tokio::join!(reader::step(&desk.app), reader::step(&desk.app), reader::step(&desk.app));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    read_all(&desk.app).await;
    let once = (mails(&desk.app).await, bells(&desk.app).await);
    set_reader_back(&desk.app).await;
    read_all(&desk.app).await;
    assert_eq!((mails(&desk.app).await, bells(&desk.app).await), once);
    assert_eq!(once.0.iter().filter(|m| m.1 == "replied").count(), 1);
    drop(bo);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_reader_that_dies_halfway_leaves_nothing_and_the_next_decides_everything(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.ticket().await;
    desk.ticket().await;
    // Killed between its last statement and the commit.
    let mut tx = desk.act(&Actor::System).await;
    let cursor = crate::events::reader::claim(&mut tx, reader::NAME).await.expect("claimed").expect("free");
    let events = loop {
        let events = crate::events::reader::after(&mut tx, cursor, 100).await.expect("events");
        if events.iter().filter(|e| matches!(e.event, Event::TicketCreated { .. })).count() == 2 {
            break events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    reader::decide(&mut tx, &events).await.expect("decided");
    drop(tx);
    assert_eq!(mails(&desk.app).await.len(), 0);
    read_all(&desk.app).await;
    assert_eq!(mails(&desk.app).await.len(), 2);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_reply_reaches_the_requester_with_its_text_in_the_thread_of_the_receipt(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let ticket = desk.ticket().await.id;
    desk.take(&ada, ticket).await.expect("taken");
    desk.say(&ada, ticket, MessageKind::Public, "Please restart **the box**.").await.expect("said");
    read_all(&desk.app).await;
    let sent = sqlx::query!(
        "select template, message_id, in_reply_to, thread, body_text, body_html from deliveries where ticket_id = $1 order by id",
        ticket as _
    )
    .fetch_all(&desk.app.db)
    .await
    .expect("deliveries");
    let [receipt, reply] = &sent[..] else { panic!("{} mails", sent.len()) };
    assert_eq!((receipt.template.as_str(), reply.template.as_str()), ("received", "replied"));
    assert_eq!(reply.in_reply_to.as_ref(), Some(&receipt.message_id));
    assert_eq!(reply.thread.as_ref(), Some(&receipt.message_id));
    assert!(
        reply.body_text.contains("Ada answered your request")
            && reply.body_text.contains("Please restart **the box**.")
    );
    assert!(reply.body_html.contains("<strong>the box</strong>"));
    let carried = sqlx::query_scalar!("select message_id from ticket_messages where message_id is not null")
        .fetch_one(&desk.app.db)
        .await
        .expect("one carried");
    assert_eq!(carried.as_ref(), Some(&reply.message_id));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_05_a_note_reaches_no_customer(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let marta = desk.customer("Marta").await;
    all_have_accounts(&desk.app).await;
    let mut new = new_ticket("VPN is down", "Since this morning.");
    new.requester = crate::tickets::service::Requester::Myself;
    let ticket = desk.file(&marta, &new).await.id;
    desk.take(&ada, ticket).await.expect("taken");
    desk.say(&ada, ticket, MessageKind::Internal, "CANARY she always calls").await.expect("noted");
    read_all(&desk.app).await;
    assert!(mails(&desk.app).await.iter().all(|(_, _, text)| !text.contains("CANARY")));
    let mut look = desk.look(&marta).await;
    let bell = service::bell(&mut look).await.expect("a bell");
    assert!(!format!("{bell:?}").contains("CANARY"));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_switched_off_account_is_told_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    all_have_accounts(&desk.app).await;
    let ticket = desk.ticket().await.id;
    let to = ada.user_id().expect("an id");
    sqlx::query!("update users set active = false where id = $1", to as _).execute(&desk.app.db).await.expect("off");
    append_to(&desk, ticket, Event::Assigned { to, by_routing: true }).await;
    read_all(&desk.app).await;
    assert!(bells(&desk.app).await.iter().all(|(name, _)| name != "Ada"));
    assert!(mails(&desk.app).await.iter().all(|(to, ..)| !to.starts_with("ada")));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn everybody_is_told_as_they_chose(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    all_have_accounts(&desk.app).await;
    let mut tx = desk.act(&ada).await;
    service::set_preferences(&mut tx, &["assigned".to_owned()], &[]).await.expect("chosen");
    let chosen = service::preferences(&mut tx).await.expect("choices");
    tx.commit().await.expect("committed");
    let assigned = |p: &&Preference| p.kind == Kind::Assigned;
    let choice = chosen.iter().find(assigned).expect("offered").choice;
    assert!(choice.in_app && !choice.email);
    let ticket = desk.ticket().await.id;
    for agent in [&ada, &bo] {
        let to = agent.user_id().expect("an id");
        append_to(&desk, ticket, Event::Assigned { to, by_routing: true }).await;
    }
    read_all(&desk.app).await;
    let assigned: Vec<String> = mails(&desk.app).await.into_iter().filter(|m| m.1 == "assigned").map(|m| m.0).collect();
    assert_eq!(assigned, ["bo@kept.example"]);
    let rung: Vec<_> = bells(&desk.app).await.into_iter().filter(|b| b.1 == "assigned").map(|b| b.0).collect();
    assert_eq!(rung, ["Ada", "Bo"]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn nobody_chooses_what_is_not_theirs_to_choose(db: PgPool) {
    let desk = Desk::open(db).await;
    let marta = desk.customer("Marta").await;
    for kind in ["received", "assigned", "no such thing"] {
        let mut tx = desk.act(&marta).await;
        assert!(service::set_preferences(&mut tx, &[kind.to_owned()], &[]).await.is_err(), "{kind}");
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_came_due_during_an_outage_is_told_once(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    all_have_accounts(&desk.app).await;
    for _ in 0..3 {
        let ticket = desk.ticket().await.id;
        // Routing may have given it to Ada already.
        let _ = desk.take(&ada, ticket).await;
        for percent in [50, 80] {
            let step = Event::SlaStep {
                metric: "first_reply".to_owned(),
                cycle: 1,
                percent,
                due_at: None,
                reached_at: desk.app.now(),
                catch_up: true,
                notify: vec![crate::sla::model::Whom::Assignee],
            };
            append_to(&desk, ticket, step).await;
        }
    }
    read_all(&desk.app).await;
    let digests = |rows: Vec<String>| rows.into_iter().filter(|kind| kind == "promise_digest").count();
    assert_eq!(digests(mails(&desk.app).await.into_iter().map(|m| m.1).collect()), 1);
    assert_eq!(digests(bells(&desk.app).await.into_iter().map(|b| b.1).collect()), 1);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_mail_sent_twice_under_one_key_is_one_mail(db: PgPool) {
    let desk = Desk::open(db).await;
    for _ in 0..2 {
        let mut tx = desk.act(&Actor::System).await;
        let to = Recipient { user: None, email: "ada@kept.example", ticket: None };
        send_mail(&mut tx, to, "invitation:1", Letter::new("invitation", "Welcome").say("Hello."))
            .await
            .expect("decided");
        tx.commit().await.expect("committed");
    }
    assert_eq!(mails(&desk.app).await.len(), 1);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn reading_is_ones_own_and_the_mails_of_a_ticket_are_for_its_staff(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    all_have_accounts(&desk.app).await;
    let ticket = desk.ticket().await.id;
    append_to(&desk, ticket, Event::Assigned { to: ada.user_id().expect("an id"), by_routing: true }).await;
    read_all(&desk.app).await;
    let unread = async |actor: &Actor| service::bell(&mut desk.look(actor).await).await.expect("a bell").unread;
    let before = unread(&ada).await;
    assert!(before > 0);
    let mut tx = desk.act(&bo).await;
    service::mark_read(&mut tx, None).await.expect("marked");
    tx.commit().await.expect("committed");
    assert_eq!(unread(&ada).await, before);
    let mut tx = desk.act(&ada).await;
    service::mark_read(&mut tx, None).await.expect("marked");
    tx.commit().await.expect("committed");
    assert_eq!(unread(&ada).await, 0);

    let outsider = desk.person("Eve", Role::Agent, &[]).await;
    let mut look = desk.look(&ada).await;
    let standing = crate::tickets::digest::of(&mut look, &[ticket])
        .await
        .expect("one")
        .remove(&ticket)
        .expect("it")
        .standing(None);
    assert!(!service::deliveries_of(&mut look, &standing).await.expect("mails").is_empty());
    let mut look = desk.look(&outsider).await;
    assert!(service::deliveries_of(&mut look, &standing).await.is_err());
}
