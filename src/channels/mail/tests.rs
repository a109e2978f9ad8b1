//! Mails on their way, over a real socket to a server that speaks SMTP.
use std::sync::Arc;

use kept_app::{
    core::{Actor, App, Tx, id::DeliveryId},
    notifications::{
        letter::Letter,
        outbox::{self, Carrier, Outgoing, Refusal},
        service::{Recipient, send_mail},
    },
};
use mail_parser::{HeaderValue, MessageParser};
use sqlx::PgPool;

use super::sink::Sink;
use crate::testing;

const FROM: &str = "Kept <desk@kept.example>";

struct Post {
    app: App,
    sink: Sink,
    carrier: Arc<dyn Carrier>,
    _data: tempfile::TempDir,
}

impl Post {
    async fn open(db: PgPool) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let sink = Sink::open().await;
        let carrier = super::carrier(Some(&sink.url()), FROM, data.path()).expect("a carrier");
        Self { app: testing::app(db, data.path()), sink, carrier, _data: data }
    }

    async fn decide(&self, email: &str, key: &str, letter: Letter) {
        let mut tx = Tx::begin(&self.app, Actor::System).await.expect("a transaction");
        send_mail(&mut tx, Recipient { user: None, email, ticket: None }, key, letter).await.expect("decided");
        tx.commit().await.expect("committed");
    }

    async fn carry(&self) {
        outbox::step(&self.app, &self.carrier).await.expect("carried");
    }

    /// State, attempts, error and text of the only delivery.
    async fn state(&self) -> (String, i32, Option<String>, String) {
        let row = sqlx::query!(r#"select state::text as "state!", attempts, last_error, body_text from deliveries"#)
            .fetch_one(&self.app.db)
            .await
            .expect("one delivery");
        (row.state, row.attempts, row.last_error, row.body_text)
    }

    async fn make_due(&self) {
        sqlx::query!("update deliveries set next_attempt_at = now() - interval '1 second' where state <> 'sent'")
            .execute(&self.app.db)
            .await
            .expect("due");
    }
}

fn hello() -> Letter {
    Letter::new("test", "Hello").say("First line.\nSecond line.").action("Open", "https://desk.example/x")
}

fn message_id(mail: &[u8]) -> String {
    MessageParser::default().parse(mail).and_then(|m| m.message_id().map(str::to_owned)).expect("a Message-ID")
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_mail_arrives_as_it_was_decided(db: PgPool) {
    let post = Post::open(db).await;
    post.decide("ada@customer.example", "k", hello()).await;
    post.carry().await;
    let mails = post.sink.mails();
    let [bytes] = &mails[..] else { panic!("{} mails", mails.len()) };
    let mail = MessageParser::default().parse(bytes).expect("a mail");
    assert_eq!(mail.subject(), Some("Hello"));
    assert_eq!(mail.to().and_then(|to| to.first()).and_then(|to| to.address()), Some("ada@customer.example"));
    assert_eq!(mail.from().and_then(|from| from.first()).and_then(|from| from.address()), Some("desk@kept.example"));
    assert_eq!(mail.header("Auto-Submitted").and_then(HeaderValue::as_text), Some("auto-generated"));
    assert!(mail.body_text(0).expect("text").contains("Second line."));
    assert!(mail.body_html(0).expect("HTML").contains("https://desk.example/x"));
    assert!(mail.message_id().expect("an id").ends_with("@kept.example"));
    assert_eq!(post.state().await.0, "sent");
    // Sent is sent: nothing goes again.
    post.carry().await;
    assert_eq!(post.sink.mails().len(), 1);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_14_every_line_ends_with_cr_lf_and_one_mail_stays_one(db: PgPool) {
    let post = Post::open(db).await;
    let smuggled = "a\n.\nMAIL FROM:<evil@x.example>\r\n.\r\nRCPT TO:<victim@x.example>\r.\r..";
    post.decide("ada@customer.example", "k", Letter::new("test", "Hello").say(smuggled)).await;
    post.carry().await;
    let mails = post.sink.mails();
    assert_eq!(mails.len(), 1);
    let bytes = &mails[0];
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => assert_eq!(bytes[i - 1], b'\r', "a bare LF"),
            b'\r' => assert_eq!(bytes.get(i + 1), Some(&b'\n'), "a bare CR"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn threat_13_nothing_in_a_value_becomes_a_header() {
    let sink = Sink::open().await;
    let carrier = super::carrier(Some(&sink.url()), FROM, std::path::Path::new("unused")).expect("a carrier");
    let attack = "x\r\nBcc: victim@x.example\r\n\r\nbody\0";
    let mail = Outgoing {
        id: DeliveryId::new(),
        recipient: "ada@customer.example".to_owned(),
        subject: attack.to_owned(),
        text: "text".to_owned(),
        html: "html".to_owned(),
        message_id: format!("<1@kept.example>{attack}"),
        in_reply_to: Some(attack.to_owned()),
        references: Some(attack.to_owned()),
        is_personal: true,
        at: chrono::DateTime::UNIX_EPOCH,
    };
    carrier.carry(&mail).await.expect("carried");
    let mails = sink.mails();
    let parsed = MessageParser::default().parse(&mails[0]).expect("a mail");
    assert!(parsed.bcc().is_none());
    assert!(parsed.headers_raw().all(|(name, _)| !name.eq_ignore_ascii_case("bcc")));
    for recipient in ["ada@customer.example\r\nRCPT TO:<victim@x.example>", "a@x.example, b@x.example", ""] {
        let refused = carrier.carry(&Outgoing { recipient: recipient.to_owned(), ..mail.clone() }).await;
        assert!(matches!(refused, Err(Refusal::Never(_))), "{recipient:?}: {refused:?}");
    }
    assert_eq!(sink.mails().len(), 1);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn refused_for_good_is_failed_and_says_why(db: PgPool) {
    let post = Post::open(db).await;
    post.decide("never@customer.example", "k", hello()).await;
    post.carry().await;
    let (state, attempts, error, _) = post.state().await;
    assert_eq!((state.as_str(), attempts), ("failed", 1));
    assert!(error.expect("a reason").contains("nobody of that name"));
    post.make_due().await;
    post.carry().await;
    assert_eq!(post.state().await.1, 1);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn refused_for_now_is_tried_again_later(db: PgPool) {
    let post = Post::open(db).await;
    post.decide("later@customer.example", "k", hello()).await;
    post.carry().await;
    let (state, attempts, error, _) = post.state().await;
    assert_eq!((state.as_str(), attempts), ("pending", 1));
    assert!(error.expect("a reason").contains("not now"));
    // Not before its time.
    post.carry().await;
    assert_eq!(post.state().await.1, 1);
    post.make_due().await;
    post.carry().await;
    assert_eq!(post.state().await.1, 2);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_mail_handed_over_in_a_crash_goes_again_under_the_same_message_id(db: PgPool) {
    let post = Post::open(db).await;
    post.decide("dies@customer.example", "k", hello()).await;
    post.carry().await;
    assert_eq!(post.state().await.0, "pending");
    post.make_due().await;
    post.carry().await;
    let mails = post.sink.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(message_id(&mails[0]), message_id(&mails[1]));
    assert_eq!(mails[0].len(), mails[1].len());
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_a_dead_server_was_sending_is_sent_when_its_lease_ends(db: PgPool) {
    let post = Post::open(db).await;
    post.decide("ada@customer.example", "k", hello()).await;
    // Killed between the claim and the hand-over.
    sqlx::query!(
        "update deliveries set state = 'sending', attempts = 1, next_attempt_at = now() + interval '1 minute'"
    )
    .execute(&post.app.db)
    .await
    .expect("claimed");
    post.carry().await;
    assert_eq!(post.sink.mails().len(), 0);
    post.make_due().await;
    post.carry().await;
    assert_eq!((post.sink.mails().len(), post.state().await.0.as_str()), (1, "sent"));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn several_servers_carry_each_mail_once(db: PgPool) {
    let post = Post::open(db).await;
    for i in 0..20 {
        post.decide("ada@customer.example", &format!("k{i}"), hello()).await;
    }
    let step = || outbox::step(&post.app, &post.carrier);
    let (a, b, c, d) = tokio::join!(step(), step(), step(), step());
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok());
    let mut ids: Vec<String> = post.sink.mails().iter().map(|mail| message_id(mail)).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), post.sink.mails().len()), (20, 20));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_28_a_mailed_link_does_not_stay_in_the_database(db: PgPool) {
    let post = Post::open(db).await;
    post.decide("ada@customer.example", "k", hello().secret()).await;
    assert!(post.state().await.3.contains("https://desk.example/x"));
    post.carry().await;
    let (state, _, _, text) = post.state().await;
    assert_eq!((state.as_str(), text.as_str()), ("sent", ""));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn without_a_mail_server_mails_lie_in_a_folder_that_the_demo_shows(db: PgPool) {
    let post = Post::open(db).await;
    let folder: Arc<dyn Carrier> = super::carrier(None, FROM, &post.app.config.data_dir).expect("a carrier");
    post.decide("ada@customer.example", "k", hello()).await;
    outbox::step(&post.app, &folder).await.expect("carried");
    let list = kept_app::notifications::mailbox::list(&post.app).await.expect("a list");
    assert_eq!(
        list.iter().map(|row| (row.to.as_str(), row.subject.as_str())).collect::<Vec<_>>(),
        [("ada@customer.example", "Hello")]
    );
    let mail = kept_app::notifications::mailbox::read(&post.app, &list[0].id).await.expect("the mail");
    assert!(mail.text.contains("Second line.") && mail.html.contains("https://desk.example/x"));
    for name in ["../../etc/passwd", "", "x"] {
        assert!(kept_app::notifications::mailbox::read(&post.app, name).await.is_err(), "{name}");
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_at_the_start() {
    let folder = std::path::Path::new("unused");
    assert!(super::carrier(None, "not an address", folder).is_err());
    assert!(super::carrier(Some("http://mail.example"), FROM, folder).is_err());
}
