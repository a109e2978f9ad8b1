//! Use cases of tickets on a real database.
use sqlx::PgPool;

use super::{
    model::{Channel, HoldReason, Priority, Status},
    service::{self, Move, Written},
};
use crate::{
    conversations::model::MessageKind,
    core::{Actor, Error, Role},
    testing::{Desk, body},
};

async fn status(desk: &Desk, number: i64) -> Status {
    sqlx::query_scalar!(r#"select status as "status: Status" from tickets where number = $1"#, number)
        .fetch_one(&desk.app.db)
        .await
        .expect("the ticket")
}

async fn version(desk: &Desk, number: i64) -> i32 {
    sqlx::query_scalar!("select version from tickets where number = $1", number)
        .fetch_one(&desk.app.db)
        .await
        .expect("the ticket")
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn of_two_agents_one_wins_and_the_other_is_told_who(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    let ticket = desk.ticket().await.id;
    let (a, b) = tokio::join!(desk.take(&ada, ticket), desk.take(&bo, ticket));
    let told = |holder: &str| Err(Error::AlreadyTaken { holder: holder.into() });
    assert!((a == Ok(()) && b == told("Ada")) || (b == Ok(()) && a == told("Bo")), "{a:?} {b:?}");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_37_of_a_hundred_parallel_takes_one_wins(db: PgPool) {
    let desk = Desk::open(db).await;
    let ticket = desk.ticket().await.id;
    let agents = {
        let mut all = Vec::new();
        for i in 0..20 {
            all.push(desk.agent(&format!("Agent {i}")).await);
        }
        all
    };
    let takes = (0..100).map(|i| desk.take(&agents[i % agents.len()], ticket));
    let won = futures_join(takes).await.into_iter().flatten().count();
    assert_eq!(won, 1);
}

async fn futures_join<F: Future>(all: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    // Ten connections serve them all; what matters is that they overlap.
    let mut done = Vec::new();
    let mut running: Vec<_> = all.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        running.retain_mut(|f| match f.as_mut().poll(cx) {
            std::task::Poll::Ready(out) => {
                done.push(out);
                false
            }
            std::task::Poll::Pending => true,
        });
        if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_change_made_on_an_old_version_is_refused_and_names_who_was_first(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    let ticket = desk.ticket().await;
    desk.take(&ada, ticket.id).await.expect("free");
    let seen = version(&desk, ticket.number).await;

    let mut tx = desk.act(&ada).await;
    service::set_priority(&mut tx, ticket.id, Priority::High, seen).await.expect("first");
    tx.commit().await.expect("committed");

    let mut tx = desk.act(&bo).await;
    let second = service::set_priority(&mut tx, ticket.id, Priority::Low, seen).await;
    assert_eq!(second, Err(Error::Changed { by: "Ada".to_owned() }));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_ticket_lives_from_open_to_closed_and_a_reply_then_opens_a_follow_up(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let ticket = desk.ticket().await;
    let step = async |step: Move| {
        let mut tx = desk.act(&ada).await;
        let seen = version(&desk, ticket.number).await;
        let done = service::set_status(&mut tx, ticket.id, &step, seen).await;
        tx.commit().await.expect("committed");
        done
    };

    assert!(matches!(step(Move::Resolve).await, Err(Error::Refused(_))), "nobody holds it yet");
    desk.take(&ada, ticket.id).await.expect("free");
    assert_eq!(status(&desk, ticket.number).await, Status::InProgress);

    let hold = |reason: Option<&str>| Move::Hold {
        waits_for: HoldReason::Customer,
        wake_at: None,
        reason: reason.map(str::to_owned),
    };
    assert_eq!(
        step(hold(None)).await.unwrap_err().at("reason").as_deref(),
        Some("The customer wrote last and waits for an answer. Reply first, or say why this can wait.")
    );
    desk.say(&ada, ticket.id, MessageKind::Public, "Which version do you use?").await.expect("sent");
    step(hold(None)).await.expect("on hold");
    assert!(matches!(step(Move::Close).await, Err(Error::Refused(_))), "on hold does not close");
    step(Move::Resolve).await.expect("resolved");
    step(Move::Close).await.expect("closed");
    for refused in [Move::Start, Move::Resolve, hold(None)] {
        assert!(matches!(step(refused).await, Err(Error::Refused(_))), "nothing leaves closed");
    }

    let requester = sqlx::query_scalar!("select requester_id from tickets where number = $1", ticket.number)
        .fetch_one(&desk.app.db)
        .await
        .expect("a requester");
    let marta = Actor::LinkHolder { ticket: ticket.id, requester: requester.into() };
    let mut tx = desk.act(&marta).await;
    let written = service::write_as_customer(&mut tx, ticket.id, &body("It is back."), Channel::Form, None)
        .await
        .expect("a follow-up");
    tx.commit().await.expect("committed");
    let Written::FollowUp(follow_up) = written else { panic!("{written:?}") };
    assert_eq!(status(&desk, ticket.number).await, Status::Closed);
    assert_eq!(status(&desk, follow_up.number).await, Status::Open);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_customers_message_wakes_a_resolved_ticket(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, kim) = (desk.agent("Ada").await, desk.customer("Kim").await);
    let mut new = crate::testing::new_ticket("Printer on fire", "Help");
    new.requester = service::Requester::Myself;
    let ticket = desk.file(&kim, &new).await;
    desk.take(&ada, ticket.id).await.expect("free");
    let mut tx = desk.act(&ada).await;
    service::set_status(&mut tx, ticket.id, &Move::Resolve, version(&desk, ticket.number).await).await.expect("solved");
    tx.commit().await.expect("committed");

    let mut tx = desk.act(&kim).await;
    service::write_as_customer(&mut tx, ticket.id, &body("No, still burning."), Channel::Portal, None)
        .await
        .expect("said");
    tx.commit().await.expect("committed");
    assert_eq!(status(&desk, ticket.number).await, Status::InProgress);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_02_a_foreign_ticket_is_answered_like_one_that_does_not_exist(db: PgPool) {
    let desk = Desk::open(db).await;
    let elsewhere = desk.team_named("Elsewhere").await;
    let stranger = desk.person("Stan", Role::Agent, &[elsewhere]).await;
    let (customer, ceo) = (desk.customer("Kim").await, desk.person("Cleo", Role::Ceo, &[]).await);
    let ticket = desk.ticket().await.id;
    // An agent learns nothing about it; a customer, who may do this to no ticket, learns no more.
    for (actor, refusal) in [(&stranger, Error::NotFound), (&customer, Error::Forbidden)] {
        for id in [ticket, crate::core::id::TicketId::new()] {
            let mut tx = desk.act(actor).await;
            let user = actor.user_id().expect("signed in");
            assert_eq!(service::take(&mut tx, id).await, Err(refusal.clone()));
            assert_eq!(service::set_priority(&mut tx, id, Priority::Low, 1).await, Err(refusal.clone()));
            assert_eq!(service::watch(&mut tx, id, user, false).await, Err(refusal.clone()));
        }
    }
    // Who may read but not write is told so.
    let mut tx = desk.act(&ceo).await;
    assert_eq!(service::take(&mut tx, ticket).await, Err(Error::Forbidden));
}
