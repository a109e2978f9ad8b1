//! Files on a real database and a store in memory.
use chrono::Duration;
use sqlx::PgPool;

use super::*;
use crate::{
    conversations::model::MessageKind,
    core::{Actor, id::TicketId},
    testing::{Desk, body, new_ticket},
    tickets::service::{self, StaffMessage},
};

async fn received(desk: &Desk, name: &str, bytes: &'static [u8]) -> Received {
    let mut intake = Intake::begin(&desk.app, name);
    intake.push(Bytes::from_static(bytes)).await.expect("stored");
    intake.finish().await.expect("whole")
}

/// A file waits under `token`.
async fn wait(desk: &Desk, actor: &Actor, token: &str, name: &str) -> AttachmentId {
    let file = received(desk, name, b"0.0 mg/l").await;
    let mut tx = desk.act(actor).await;
    keep(&mut tx, token, std::slice::from_ref(&file)).await.expect("kept");
    tx.commit().await.expect("committed");
    file.id
}

/// Marta's ticket with a file of hers, and one of a note.
async fn ticket_with_files(desk: &Desk, agent: &Actor) -> (TicketId, AttachmentId, AttachmentId) {
    let public = wait(desk, &Actor::Guest, "hers", "display.txt").await;
    let mut new = new_ticket("Probe shows zero", "See the file.");
    new.uploads = Some("hers".to_owned());
    let ticket = desk.file(&Actor::Guest, &new).await.id;
    let internal = wait(desk, agent, "ours", "canary.txt").await;
    let mut tx = desk.act(agent).await;
    let note = StaffMessage { kind: MessageKind::Internal, body: body("A note."), uploads: Some("ours".to_owned()) };
    service::write_as_staff(&mut tx, ticket, &note).await.expect("a note");
    tx.commit().await.expect("committed");
    (ticket, public, internal)
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_file_comes_out_as_it_went_in(db: PgPool) {
    let desk = Desk::open(db).await;
    let agent = desk.agent("Ada").await;
    let (_, file, _) = ticket_with_files(&desk, &agent).await;
    let known = open(&mut desk.look(&agent).await, file).await.expect("seen");
    assert_eq!((known.name.as_str(), known.content_type.as_str(), known.size), ("display.txt", "text/plain", 8));
    let bytes = read(&desk.app, file).await.expect("there").bytes().await.expect("bytes");
    assert_eq!(&bytes[..], b"0.0 mg/l");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_04_a_file_is_seen_by_those_who_see_its_message(db: PgPool) {
    let desk = Desk::open(db).await;
    let agent = desk.agent("Ada").await;
    let stranger = desk.customer("Bo").await;
    let other_team = desk.team_named("Elsewhere").await;
    let outsider = desk.person("Cy", crate::core::Role::Agent, &[other_team]).await;
    let (ticket, public, internal) = ticket_with_files(&desk, &agent).await;
    let requester = service::standing(&mut desk.look(&agent).await, ticket).await.expect("seen").requester;
    let holder = Actor::LinkHolder { ticket, requester };
    for (who, file, seen) in [
        (&agent, public, true),
        (&agent, internal, true),
        (&holder, public, true),
        (&holder, internal, false),
        (&stranger, public, false),
        (&stranger, internal, false),
        (&outsider, public, false),
        (&Actor::Guest, public, false),
    ] {
        let found = open(&mut desk.look(who).await, file).await;
        assert_eq!(found.is_ok(), seen, "{who:?}");
        assert!(seen || found == Err(Error::NotFound));
    }
    // What still waits for its form is nobody's to open, not even its sender's.
    let waiting = wait(&desk, &agent, "later", "later.txt").await;
    assert_eq!(open(&mut desk.look(&agent).await, waiting).await, Err(Error::NotFound));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_04_a_link_opens_its_own_file_until_it_expires(db: PgPool) {
    let desk = Desk::open(db).await;
    let agent = desk.agent("Ada").await;
    let (_, public, internal) = ticket_with_files(&desk, &agent).await;
    let key = |now| link(&desk.app, public, now).split("?key=").nth(1).expect("a key").to_owned();
    let mut tx = desk.look(&Actor::Guest).await;
    let fresh = key(tx.now);
    assert!(open_link(&mut tx, public, &fresh).await.is_ok());
    assert_eq!(open_link(&mut tx, internal, &fresh).await, Err(Error::NotFound));
    let track = desk.app.secret.sign(Purpose::Track, public.uuid().as_bytes());
    assert_eq!(open_link(&mut tx, public, &track).await, Err(Error::NotFound));
    let old = key(tx.now - Duration::days(3));
    assert_eq!(open_link(&mut tx, public, &old).await, Err(Error::NotFound));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn of_two_requests_with_one_token_only_ten_files_stay(db: PgPool) {
    let desk = Desk::open(db).await;
    for n in 0..8 {
        wait(&desk, &Actor::Guest, "token", &format!("{n}.txt")).await;
    }
    let more = [received(&desk, "a.txt", b"a").await, received(&desk, "b.txt", b"b").await];
    let three = [more.as_slice(), &[received(&desk, "c.txt", b"c").await]].concat();
    let mut tx = desk.act(&Actor::Guest).await;
    assert!(keep(&mut tx, "token", &three).await.is_err());
    drop(tx);
    let (mut one, mut two) = (desk.act(&Actor::Guest).await, desk.act(&Actor::Guest).await);
    let first = async {
        let kept = keep(&mut one, "token", &more).await;
        one.commit().await.expect("committed");
        kept
    };
    let second = async {
        let kept = keep(&mut two, "token", &three[2..]).await;
        two.commit().await.expect("committed");
        kept
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok() != second.is_ok() || second.is_ok(), "{first:?} {second:?}");
    let waiting = waiting(&mut desk.look(&Actor::Guest).await, "token").await.expect("a list");
    assert!(waiting.len() <= MAX_FILES);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_nobody_sent_is_gone_after_a_day(db: PgPool) {
    let desk = Desk::open(db).await;
    let file = wait(&desk, &Actor::Guest, "token", "display.txt").await;
    sqlx::query!("update attachments set created_at = created_at - interval '25 hours'")
        .execute(&desk.app.db)
        .await
        .expect("older");
    let mut tx = desk.act(&Actor::System).await;
    assert_eq!(waiting(&mut tx, "token").await.expect("a list"), []);
    assert_eq!(forget_stale(&mut tx, 100).await, Ok(1));
    tx.commit().await.expect("committed");
    assert_eq!(read(&desk.app, file).await.err(), Some(Error::NotFound));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn only_who_has_the_token_takes_a_file_back(db: PgPool) {
    let desk = Desk::open(db).await;
    let file = wait(&desk, &Actor::Guest, "token", "display.txt").await;
    let mut tx = desk.act(&Actor::Guest).await;
    remove_waiting(&mut tx, "guess", file).await.expect("nothing to do");
    assert_eq!(waiting(&mut tx, "token").await.expect("a list").len(), 1);
    remove_waiting(&mut tx, "token", file).await.expect("removed");
    assert_eq!(waiting(&mut tx, "token").await.expect("a list"), []);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_file_over_the_limit_leaves_nothing_behind(db: PgPool) {
    use futures::TryStreamExt as _;
    let desk = Desk::open(db).await;
    let mut intake = Intake::begin(&desk.app, "large.bin");
    let chunk = Bytes::from(vec![0_u8; 1024 * 1024]);
    let mut refused = None;
    for _ in 0..26 {
        if let Err(error) = intake.push(chunk.clone()).await {
            refused = Some(error);
            break;
        }
    }
    drop(intake);
    let said = refused.and_then(|e| e.at("files")).expect("refused at the field");
    assert!(said.contains("large.bin is larger than 25 MB"));
    assert!(desk.app.files.list(None).try_collect::<Vec<_>>().await.expect("the store").is_empty());
}
