//! A hundred at once, over sockets to a server that runs: what is counted is exact.
use std::collections::BTreeSet;

use axum::http::StatusCode;
use kept_app::{
    conversations::files,
    core::{Actor, Error, Role, Tx, secret},
    settings::{self, model::Settings},
    tickets::api::TakeTicket,
};
use leptos::server_fn::ServerFn as _;
use sqlx::PgPool;

use crate::testing::{Server, canaries};

const AT_ONCE: usize = 100;

async fn count(server: &Server, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&server.app.db).await.expect("a count")
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_37_of_a_hundred_who_take_at_once_one_wins_and_the_others_are_told_who(db: PgPool) {
    let server = Server::start(db).await;
    server.sign_in("Root", Role::Superadmin, &[]).await;
    let team = server.team("Service desk").await;
    let mut agents = Vec::new();
    for n in 0..20 {
        agents.push(server.sign_in(&format!("Agent{n}"), Role::Agent, &[team]).await);
    }
    let ticket = server.ticket().await;
    let body = format!("id={}", ticket.id);
    let takes = (0..AT_ONCE).map(|n| {
        let (server, body, cookie) = (&server, &body, format!("Cookie: {}", agents[n % agents.len()].1));
        async move {
            let headers = [&cookie, "Accept: application/json", "Content-Type: application/x-www-form-urlencoded"];
            server.post(TakeTicket::PATH, &headers, body.as_bytes()).await
        }
    });
    let answers = futures::future::join_all(takes).await;
    let won: Vec<usize> = (0..AT_ONCE).filter(|n| answers[*n].0 == StatusCode::OK).collect();
    let [winner] = won[..] else { panic!("{} of them won", won.len()) };
    let holder = format!("Agent{}", winner % agents.len());
    for (n, (_, answer)) in answers.iter().enumerate().filter(|(n, _)| *n != winner) {
        let said = answer.rsplit("\r\n\r\n").next().unwrap_or_default();
        let error: Error = serde_json::from_str(said).unwrap_or_else(|_| panic!("{n}: {answer}"));
        assert_eq!(error, Error::AlreadyTaken { holder: holder.clone() }, "{n}");
    }
    let held: uuid::Uuid =
        sqlx::query_scalar("select assignee_id from tickets").fetch_one(&server.app.db).await.expect("a holder");
    assert_eq!(held, agents[winner % agents.len()].0.uuid());
    assert_eq!(count(&server, "select count(*) from events where kind = 'assigned'").await, 1);
    assert_eq!(count(&server, "select version::bigint from tickets").await, 2);
    server.workers.stop().await;
}

/// A guest's form, whose files wait under `uploads`.
fn form(n: usize, uploads: &str) -> Vec<u8> {
    let mut body = String::new();
    let (subject, uploads) = (format!("Probe {n} shows zero"), uploads.to_owned());
    let fields = [
        ("subject", subject.as_str()),
        ("description", "Both probes show 0.0 since Tuesday."),
        ("name", "Marta Oliveira"),
        ("email", "marta@customer.example"),
        ("uploads", &uploads),
    ];
    body.extend(
        fields
            .map(|(name, value)| format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")),
    );
    body.push_str("--X--\r\n");
    body.into_bytes()
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_37_a_hundred_requests_at_once_are_a_hundred_and_a_file_goes_with_one(db: PgPool) {
    let server = Server::start(db).await;
    server.sign_in("Root", Role::Superadmin, &[]).await;
    server.team("Service desk").await;
    let mut tx = Tx::begin(&server.app, Actor::System).await.expect("a transaction");
    let generous = Settings { spam_limit_per_minute: 1_000, ..Settings::default() };
    settings::service::change(&mut tx, generous).await.expect("changed");
    tx.commit().await.expect("committed");
    // One file waits for one form, which somebody sends a hundred times over.
    let token = secret::random_token();
    canaries::secret(&token);
    let mut intake = files::Intake::begin(&server.app, "display.txt");
    intake.push("0.0 mg/l".into()).await.expect("stored");
    let mut tx = Tx::begin(&server.app, Actor::Guest).await.expect("a transaction");
    files::keep(&mut tx, &token, &[intake.finish().await.expect("stored")]).await.expect("kept");
    tx.commit().await.expect("committed");

    let sends = (0..AT_ONCE).map(|n| {
        let (server, body) = (&server, form(n, &token));
        async move { server.post("/submit", &["Content-Type: multipart/form-data; boundary=X"], &body).await }
    });
    let answers = futures::future::join_all(sends).await;
    let mut opened = BTreeSet::new();
    for (status, answer) in &answers {
        assert_eq!(*status, StatusCode::SEE_OTHER, "{answer}");
        let place = answer.lines().find_map(|line| line.strip_prefix("location: ")).expect("a place");
        opened.insert(place.to_owned());
    }
    assert_eq!(opened.len(), AT_ONCE, "each was told of a request of its own");
    let hundred = i64::try_from(AT_ONCE).expect("small");
    for (what, is) in [
        ("requests", "select count(*) from tickets"),
        ("numbers, without a gap", "select max(number) - 1000 from tickets"),
        ("subjects", "select count(distinct subject) from tickets"),
        ("first messages", "select count(*) from ticket_messages"),
        ("events", "select count(*) from events where kind = 'ticket_created'"),
        ("facts for the promises", "select count(distinct ticket_id) from sla_events"),
    ] {
        assert_eq!(count(&server, is).await, hundred, "{what}");
    }
    assert_eq!(count(&server, "select count(*) from users where email like 'marta@%'").await, 1);
    assert_eq!(count(&server, "select count(*) from attachments where ticket_id is not null").await, 1);
    assert_eq!(count(&server, "select count(*) from attachments").await, 1);
    server.workers.stop().await;
}
