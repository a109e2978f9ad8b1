//! The stream as a browser meets it: the whole router on a socket, jobs running.
use std::time::Duration;

use axum::http::StatusCode;
use kept_app::{
    core::{Actor, App, Role, Tx, id::UserId},
    live::{hub::Hub, model::LiveEvent},
    people::{admin, model::UserChange},
    portal::link,
};
use sqlx::PgPool;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};

use super::SIGN_OF_LIFE;
use crate::testing::Server;

/// Longer than anything here takes on a busy machine; nothing waits so long when all is well.
const LONG: Duration = Duration::from_secs(20);

/// A server with somebody to run it, so that no page leads to the set-up.
async fn desk(db: PgPool) -> Server {
    let server = Server::start(db).await;
    server.sign_in("Root", Role::Superadmin, &[]).await;
    until_reading(&server).await;
    server
}

async fn until_reading(server: &Server) {
    while server.app.room::<Hub>().head().is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The next line that starts with `prefix`, without it; `None` at the end of the stream.
async fn line(stream: &mut BufReader<TcpStream>, prefix: &str) -> Option<String> {
    let read = async {
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
            if let Some(rest) = line.trim_end().strip_prefix(prefix) {
                return Some(rest.trim().to_owned());
            }
            line.clear();
        }
        None
    };
    timeout(LONG, read).await.expect("in time")
}

/// The next event that is no sign of life.
async fn event(stream: &mut BufReader<TcpStream>) -> LiveEvent {
    loop {
        let data = line(stream, "data:").await.expect("an event");
        if data != SIGN_OF_LIFE {
            return serde_json::from_str(&data).expect("an event");
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_34_a_page_elsewhere_gets_no_stream(db: PgPool) {
    let server = desk(db).await;
    let (_, cookie) = server.sign_in("Ada", Role::Agent, &[]).await;
    let cookie = format!("Cookie: {cookie}");
    for foreign in
        ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"]
    {
        for path in ["/live", "/live/poll"] {
            assert_eq!(server.text(path, &[&cookie, foreign]).await.0, StatusCode::FORBIDDEN, "{path} {foreign}");
        }
    }
    // Nor does whoever holds the link of a ticket, from a page that is not ours.
    server.team("Service desk").await;
    let token = link::token(&server.app.secret, server.ticket().await.id);
    let foreign = server.text(&format!("/live/poll?track={token}"), &["Origin: https://evil.example"]).await;
    assert_eq!(foreign.0, StatusCode::FORBIDDEN);
    for ours in ["Origin: http://kept.example", "Sec-Fetch-Site: same-origin"] {
        assert_eq!(server.text("/live/poll", &[&cookie, ours]).await.0, StatusCode::OK, "{ours}");
        assert_eq!(server.get("/live", &[&cookie, ours]).await.0, StatusCode::OK, "{ours}");
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_guest_and_a_forged_link_get_no_stream(db: PgPool) {
    let server = desk(db).await;
    server.team("Service desk").await;
    let ticket = server.ticket().await;
    let token = link::token(&server.app.secret, ticket.id);
    let mut forged = token.clone();
    forged.replace_range(0..1, if token.starts_with('A') { "B" } else { "A" });
    for path in ["/live", "/live/poll"] {
        assert_eq!(server.text(path, &[]).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(server.text(&format!("{path}?track={forged}"), &[]).await.0, StatusCode::NOT_FOUND);
        assert_eq!(server.text(&format!("{path}?role=superadmin"), &[]).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(server.get(&format!("{path}?track={token}"), &[]).await.0, StatusCode::OK);
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_is_committed_on_one_server_arrives_from_another(db: PgPool) {
    let (here, there) = (desk(db.clone()).await, Server::start(db).await);
    until_reading(&there).await;
    let team = here.team("Service desk").await;
    let (_, cookie) = here.sign_in("Ada", Role::Agent, &[team]).await;
    let (status, mut stream) = there.get("/live", &[&format!("Cookie: {cookie}")]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(line(&mut stream, "event:").await.as_deref(), Some("hello"));
    // Without data a browser keeps it to itself, and never learns that the line is open.
    assert_eq!(line(&mut stream, "data:").await.as_deref(), Some(SIGN_OF_LIFE));
    let ticket = here.ticket().await;
    assert_eq!(event(&mut stream).await.number, Some(ticket.number));
    // And whoever comes back later asks for the rest, by the id of what they saw last.
    let reached = line(&mut stream, "id:").await.expect("an id");
    drop(stream);
    let missed = here.ticket().await;
    let headers = [format!("Cookie: {cookie}"), format!("Last-Event-ID: {reached}")];
    loop {
        let (_, mut stream) = here.get("/live", &[&headers[0], &headers[1]]).await;
        if event(&mut stream).await.number == Some(missed.number) {
            break;
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_35_the_holder_of_a_link_hears_of_that_ticket_and_only_its_number(db: PgPool) {
    let server = desk(db).await;
    server.team("Service desk").await;
    let (own, _other) = (server.ticket().await, server.ticket().await);
    let token = link::token(&server.app.secret, own.id);
    let start = server.app.room::<Hub>();
    let from = start.head().expect("reading");
    let third = server.ticket().await;
    while start.head().is_none_or(|head| head == from) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (status, text) = server.text(&format!("/live/poll?since=0-0&track={token}"), &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains(&format!("\"number\":{}", own.number)), "{text}");
    assert!(!text.contains("\"ticket\"") && !text.contains(&format!(":{}", third.number)), "{text}");
}

/// What ends the streams of somebody.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Session,
    Role,
    Account,
    Team,
    /// Nobody said so: another program, or a session that was opened while the account changed.
    Generation,
}

/// Brings the loss about as another server does, which shares nothing with the one that holds the stream.
async fn lose(elsewhere: &App, person: UserId, loss: Loss) {
    let standing = |role, active| UserChange { id: person, name: "Ada".to_owned(), role, teams: Vec::new(), active };
    let change = match loss {
        Loss::Role => Some(standing(Role::User, true)),
        Loss::Account => Some(standing(Role::Agent, false)),
        Loss::Team => Some(standing(Role::Agent, true)),
        Loss::Session | Loss::Generation => None,
    };
    let mut tx = Tx::begin(elsewhere, Actor::System).await.expect("a transaction");
    match (loss, change) {
        (_, Some(change)) => admin::change(&mut tx, change).await.expect("changed"),
        (Loss::Session, _) => {
            admin::end_sessions(&mut tx, person, None).await.expect("ended");
        }
        _ => {
            let change = sqlx::query("update users set generation = generation + 1 where id = $1").bind(person);
            change.execute(&mut *tx).await.expect("changed");
        }
    }
    tx.commit().await.expect("committed");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_06_the_stream_ends_within_a_second_and_further_calls_are_refused(db: PgPool) {
    const SECOND: Duration = Duration::from_secs(1);
    let (server, elsewhere) = (desk(db.clone()).await, Server::start(db).await);
    let team = server.team("Service desk").await;
    for loss in [Loss::Session, Loss::Role, Loss::Account, Loss::Team, Loss::Generation] {
        let (id, cookie) = server.sign_in(&format!("{loss:?}"), Role::Agent, &[team]).await;
        let cookie = format!("Cookie: {cookie}");
        let (status, mut stream) = server.get("/live", &[&cookie]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(line(&mut stream, "event:").await.as_deref(), Some("hello"));
        lose(&elsewhere.app, id, loss).await;
        let lost = Instant::now();
        while line(&mut stream, "data:").await.is_some() {}
        assert!(lost.elapsed() < SECOND, "{loss:?}: the stream ended after {:?}", lost.elapsed());
        sleep_until(lost + SECOND).await;
        for path in ["/live", "/live/poll"] {
            let (status, _) = server.get(path, &[&cookie]).await;
            // Who only left a team comes back as who they are now.
            let due = if matches!(loss, Loss::Team) { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
            assert_eq!(status, due, "{loss:?} {path}");
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn stopping_ends_every_stream(db: PgPool) {
    let server = desk(db).await;
    let (_, cookie) = server.sign_in("Ada", Role::Agent, &[]).await;
    let (_, mut stream) = server.get("/live", &[&format!("Cookie: {cookie}")]).await;
    assert_eq!(line(&mut stream, "event:").await.as_deref(), Some("hello"));
    server.workers.stop().await;
    while line(&mut stream, "data:").await.is_some() {}
}
