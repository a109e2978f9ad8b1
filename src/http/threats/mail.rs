//! What strangers make us mail, and to whom.
use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum_test::TestServer;
use kept_app::{
    core::Role,
    events::follow::until_nothing,
    notifications::outbox::{self, Carrier},
    people::api::{InviteUser, InviteUserAgain},
    tickets::api::{TakeTicket, WriteMessage},
};
use leptos::server_fn::ServerFn as _;
use mail_parser::MessageParser;
use sqlx::PgPool;

use super::{GOT_THROUGH, House, PASSWORD, call, done, file, request_of, said, tell};
use crate::channels::mail::{carrier, sink::Sink};

/// Everything decided so far, as a mail server of ours receives it.
async fn received(house: &House) -> Vec<Vec<u8>> {
    let sink = Sink::open().await;
    let url = sink.url();
    let carrier: Arc<dyn Carrier> = carrier(Some(&url), "Kept <desk@kept.example>", std::path::Path::new("")).unwrap();
    tell(&house.site).await;
    let waiting: i64 = sqlx::query_scalar("select count(*) from deliveries where state = 'pending'")
        .fetch_one(house.db())
        .await
        .unwrap();
    until_nothing(|| outbox::step(&house.site.app, &carrier)).await;
    let mails = sink.mails();
    assert_eq!(i64::try_from(mails.len()).unwrap(), waiting);
    mails
}

/// Recipient, subject and both texts of all mails decided so far, oldest first.
async fn decided(house: &House) -> Vec<(String, String)> {
    tell(&house.site).await;
    sqlx::query_as("select recipient, concat_ws(E'\\n', subject, body_text, body_html) from deliveries order by id")
        .fetch_all(house.db())
        .await
        .unwrap()
}

/// A ticket that the agent takes and answers and its customer writes on again: mails to both, all of `subject`.
async fn conversation(house: &House, subject: &str) {
    let customer = house.visitor(Some(Role::User)).await;
    file(&customer, request_of("", subject)).await;
    let (id, number): (uuid::Uuid, i64) = sqlx::query_as("select id, number from tickets order by number desc limit 1")
        .fetch_one(house.db())
        .await
        .unwrap();
    let agent = house.visitor(Some(Role::Agent)).await;
    let (id, answer) = (id.to_string(), format!("{subject} And this."));
    done(&call(&agent, TakeTicket::PATH, &[("id", &id)]).await);
    done(&call(&agent, WriteMessage::PATH, &[("id", &id), ("kind", "public"), ("body", &answer)]).await);
    let reply = axum_test::multipart::MultipartForm::new().add_text("text", format!("{subject} And more."));
    let sent = customer.post(&format!("/my/tickets/{number}/reply")).multipart(reply).await;
    assert_eq!(sent.status_code(), StatusCode::SEE_OTHER, "{}", sent.text());
}

#[sqlx::test]
async fn threat_13_nothing_typed_becomes_a_header_of_a_mail(db: PgPool) {
    let house = House::open(db).await;
    conversation(&house, "Hello\r\nBcc: victim@evil.example\r\nX-Evil: 1\r\n\r\nbody\0 \u{2028}Bcc: x@evil.example")
        .await;
    let mails = received(&house).await;
    let mut about = 0;
    for bytes in &mails {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an end of the headers");
        let head = String::from_utf8(bytes[..head].to_vec()).expect("ASCII");
        assert!(!head.contains('\0'), "{head}");
        for line in head.split("\r\n") {
            assert!(!line.contains(['\r', '\n']), "{line:?}");
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            assert!(name != "bcc" && name != "x-evil", "{head}");
        }
        let mail = MessageParser::default().parse(bytes).expect("a mail");
        assert_eq!((mail.to().map(|to| to.iter().count()), mail.bcc().is_none()), (Some(1), true));
        about += usize::from(mail.subject().is_some_and(|subject| subject.contains("Bcc: victim")));
    }
    assert!(about >= 2, "the subject is in the mails to both: {about} of {}", mails.len());
}

#[sqlx::test]
async fn threat_17_what_people_type_stays_text_in_every_mail(db: PgPool) {
    let house = House::open(db).await;
    conversation(&house, super::ATTACK).await;
    let (mut html, mut text) = (0, 0);
    for bytes in received(&house).await {
        let mail = MessageParser::default().parse(&bytes).expect("a mail");
        let body = mail.body_html(0).expect("HTML");
        for attack in GOT_THROUGH {
            assert!(!body.contains(attack), "{attack} in {body}");
        }
        html += usize::from(body.contains("script") && body.contains("alert(1)"));
        text += usize::from(mail.subject().is_some_and(|subject| subject.contains("<script>alert(1)")));
    }
    assert!(html >= 2 && text >= 2, "had nothing been there to escape, this would prove nothing: {html} {text}");
}

#[sqlx::test]
async fn threat_21_what_people_type_is_never_a_template(db: PgPool) {
    let house = House::open(db).await;
    let attack = "{{7*7}} ${7*7} #{7*7} {% raw %}{{ desk }} {letter.subject} <%= 7*7 %> %s%n {0} [[link]]";
    conversation(&house, attack).await;
    let mails = decided(&house).await;
    let mut quoted = 0;
    for (_, mail) in &mails {
        let of_attack = mail.contains("{{7*7}}");
        quoted += usize::from(of_attack && mail.contains("${7*7} #{7*7} {% raw %}{{ desk }} {letter.subject}"));
        assert!(!of_attack || !mail.contains("49 "), "{mail}");
    }
    assert!(quoted >= 2, "{mails:#?}");
    // Nor on a page.
    let agent = house.visitor(Some(Role::Agent)).await;
    let page = agent.get("/tickets/1003").await.text();
    assert!(page.contains("{{7*7}} ${7*7} #{7*7} {% raw %}{{ desk }}"));
}

#[sqlx::test]
async fn threat_15_a_receipt_holds_nothing_that_its_sender_typed(db: PgPool) {
    let house = House::open(db).await;
    let before = decided(&house).await.len();
    let form = request_of("victim@elsewhere.example", "CANARY cheap pills at https://evil.example");
    file(&house.visitor(None).await, form.add_part("files", super::attached("CANARY.txt", "CANARY"))).await;
    let register = [("name", "CANARY cheap pills at https://evil.example"), ("email", "victim@elsewhere.example")];
    house.visitor(None).await.post("/register").form(&register).await.assert_status(StatusCode::SEE_OTHER);
    let mails = decided(&house).await.split_off(before);
    assert_eq!(mails.len(), 2, "{mails:?}");
    for (to, mail) in mails {
        assert_eq!(to, "victim@elsewhere.example");
        assert!(!mail.contains("CANARY") && !mail.contains("evil.example"), "{mail}");
    }
}

/// Fills in every form that mails somebody, each time from another address of the internet.
async fn flood(house: &House, victim: &str) -> usize {
    for n in 1..=12 {
        let browser = house.site.browser(&format!("198.51.100.{n}"));
        file(&browser, request_of(victim, "Cheap pills")).await;
    }
    let doors = (1..=12).flat_map(|n| [("/forgot", n), ("/register", n)]);
    let floods = doors.map(|(path, n)| async move {
        let fields = [("email", victim), ("name", "Victim")];
        let fields = if path == "/forgot" { &fields[..1] } else { &fields[..] };
        let browser = house.site.browser(&format!("198.51.100.{n}"));
        browser.post(path).form(&fields).await.status_code()
    });
    let answers = futures::future::join_all(floods).await;
    assert!(answers.contains(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    decided(house).await.iter().filter(|(to, _)| to == victim).count()
}

#[sqlx::test]
async fn threat_15_no_mailbox_is_filled_through_our_forms(db: PgPool) {
    let house = House::open(db).await;
    // Five receipts and four links, whether or not the victim has an account.
    let stranger = flood(&house, "victim@elsewhere.example").await;
    assert!((5..=9).contains(&stranger), "{stranger} mails to a stranger");
    let known = house.person(Role::Manager).email.clone();
    let known = flood(&house, &known).await;
    assert!((5..=9).contains(&known), "{known} mails to somebody with an account");
    // Who asks as themselves gets a receipt each time.
    let customer = house.person(Role::User).email.clone();
    let before = decided(&house).await.iter().filter(|(to, _)| *to == customer).count();
    let browser = house.visitor(Some(Role::User)).await;
    for _ in 0..7 {
        file(&browser, request_of("", "Help, please")).await;
    }
    let after = decided(&house).await.iter().filter(|(to, _)| *to == customer).count();
    assert_eq!(after - before, 7);
}

/// A browser that lies about where it found us.
async fn astray(house: &House, role: Option<Role>) -> TestServer {
    let mut browser = house.visitor(role).await;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-server", "evil.example"),
        ("x-original-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
    ] {
        browser.add_header(name, value);
    }
    browser
}

#[sqlx::test]
async fn threat_27_every_mailed_link_leads_to_where_the_setting_says(db: PgPool) {
    let house = House::open(db).await;
    let before = decided(&house).await.len();
    let guest = astray(&house, None).await;
    let sent = guest.post("/submit").multipart(request_of("new@customer.example", "Hello there")).await;
    assert!(said(&sent, header::LOCATION).starts_with("/sent/"), "{}", sent.text());
    let page = guest.get(&said(&sent, header::LOCATION)).await.text();
    assert!(page.contains("http://desk.example/track/") && !page.contains("evil.example"));
    let register = [("name", "New"), ("email", "newer@customer.example")];
    guest.post("/register").form(&register).await.assert_status(StatusCode::SEE_OTHER);
    let email = house.person(Role::User).email.clone();
    guest.post("/forgot").form(&[("email", &email)]).await.assert_status(StatusCode::SEE_OTHER);

    let root = astray(&house, Some(Role::Superadmin)).await;
    let invite = [("new[name]", "Newest"), ("new[email]", "newest@desk.example"), ("new[role]", "agent")];
    let invited = call(&root, InviteUser::PATH, &invite).await;
    done(&invited);
    done(&call(&root, InviteUserAgain::PATH, &[("id", &invited.json::<String>())]).await);
    let change = [("form", "email"), ("email", "other@desk.example"), ("proof", PASSWORD)];
    let changed = root.post("/my/profile").form(&change).await;
    assert_eq!(said(&changed, header::LOCATION), "/my/profile?done=email_sent");

    let mails = decided(&house).await.split_off(before);
    assert_eq!(mails.len(), 6, "{mails:?}");
    for (to, mail) in mails {
        assert!(!mail.contains("evil"), "{to}: {mail}");
        for link in mail.split("http").skip(1) {
            let rest = link.strip_prefix("://desk.example").unwrap_or_else(|| panic!("{to}: http{link}"));
            // The end of the host's name, so that it is no other that only begins alike.
            assert!(!rest.starts_with(|c: char| c.is_alphanumeric() || "-.:@".contains(c)), "{to}: http{link}");
        }
    }
}
