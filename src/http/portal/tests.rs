//! The portal's doors as a browser without JavaScript meets them: the real router on a real database.
mod twice;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt as _;
use kept_app::{
    core::{App, app::Config, id::TicketId, secret::Secret},
    portal::link,
};
use leptos::config::LeptosOptions;
use object_store::memory::InMemory;
use sqlx::PgPool;
use tower::ServiceExt as _;

use crate::{http, testing::canaries};

const BASE: &str = "http://kept.example";

/// A desk with one team, one category and somebody who set it up.
struct Desk {
    app: App,
    router: Router,
    _log: canaries::Listening,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    location: String,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Desk {
    async fn open(db: PgPool) -> Self {
        let config = Config {
            base_url: BASE.to_owned(),
            demo: false,
            trusted_proxies: Vec::new(),
            data_dir: std::env::temp_dir(),
        };
        let leptos = LeptosOptions::builder().output_name("kept").build();
        let app = App::new(db, config, Secret::from_bytes([3; 32]), Arc::new(InMemory::new()), leptos);
        sqlx::raw_sql(
            "insert into teams (id, name, created_at) values (gen_random_uuid(), 'Service desk', now());
             insert into categories (id, name, position, created_at) values (gen_random_uuid(), 'Probes', 1, now());
             insert into users (id, email, name, role, created_at, updated_at)
                 values (gen_random_uuid(), 'root@kept.example', 'Root', 'superadmin', now(), now());",
        )
        .execute(&app.db)
        .await
        .expect("a desk");
        let router = http::router(app.clone());
        Self { app, router, _log: canaries::listen() }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let location = parts.headers.get(header::LOCATION).and_then(|l| l.to_str().ok()).unwrap_or_default();
        Answer {
            status: parts.status,
            location: location.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            headers: parts.headers.clone(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    async fn post(&self, path: &str, form: &Form) -> Answer {
        let request = Request::post(path)
            .header(header::ORIGIN, BASE)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=X")
            .body(Body::from(form.body()))
            .expect("a request");
        self.send(request).await
    }

    async fn post_plain(&self, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header(header::ORIGIN, BASE)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        self.send(request).await
    }

    async fn tickets(&self) -> i64 {
        sqlx::query_scalar("select count(*) from tickets").fetch_one(&self.app.db).await.expect("a count")
    }

    /// Files a request as a guest; the path of its tracking page.
    async fn file(&self, form: &Form) -> String {
        let sent = self.post("/submit", form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        canaries::secret(sent.location.trim_start_matches("/sent/"));
        sent.location.replace("/sent/", "/track/")
    }

    /// Solves the newest ticket, as an agent would have.
    async fn solve(&self) {
        sqlx::query(
            "update tickets set status = 'resolved', resolved_at = now(), assignee_id = (select id from users limit 1)",
        )
        .execute(&self.app.db)
        .await
        .expect("solved");
    }
}

/// A multipart form.
#[derive(Clone, Default)]
struct Form(Vec<(String, Option<String>, Vec<u8>)>);

impl Form {
    /// A request that is in order.
    fn request() -> Self {
        Self::default()
            .with("subject", "Probe shows zero")
            .with("description", "Both probes show 0.0 since Tuesday.")
            .with("name", "Marta Oliveira")
            .with("email", "marta@customer.example")
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, file, _)| known != name || file.is_some());
        self.0.push((name.to_owned(), None, value.as_bytes().to_vec()));
        self
    }

    fn file(mut self, name: &str, bytes: &[u8]) -> Self {
        self.0.push(("files".to_owned(), Some(name.to_owned()), bytes.to_vec()));
        self
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, file, bytes) in &self.0 {
            let file = file.as_ref().map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
            body.extend(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--X--\r\n");
        body
    }
}

/// The value of the hidden field `uploads`.
fn token(page: &str) -> String {
    let at = page.find("name=\"uploads\"").expect("the hidden field");
    let tag = &page[at..at + page[at..].find('>').expect("its end")];
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its value").to_owned()
}

#[sqlx::test]
async fn a_guest_files_a_request_and_follows_it(db: PgPool) {
    let desk = Desk::open(db).await;
    let form = desk.get("/submit").await;
    assert_eq!(form.status, StatusCode::OK);
    for name in ["subject", "description", "category", "name", "email", "country", "phone", "files"] {
        assert!(form.text.contains(&format!("name=\"{name}\"")), "no field {name}");
    }
    let sent = desk.post("/submit", &Form::request().file("display.txt", b"0.0 mg/l")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = desk.get(&sent.location).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("#1001") && page.text.contains("/track/"), "{}", page.text);
    let story = desk.get(&sent.location.replace("/sent/", "/track/")).await;
    assert!(story.text.contains("Probe shows zero") && story.text.contains("display.txt"));
}

#[sqlx::test]
async fn a_refused_form_comes_back_with_everything_typed_and_every_file(db: PgPool) {
    let desk = Desk::open(db).await;
    let wrong = Form::request().with("email", "marta@").with("phone", "912 345 67").with("country", "PT");
    let refused = desk.post("/submit", &wrong.clone().file("display.txt", b"0.0 mg/l")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["Probe shows zero", "Both probes show 0.0", "Marta Oliveira", "marta@", "912 345 67", "display.txt"] {
        assert!(refused.text.contains(kept), "{kept} is lost");
    }
    assert!(refused.text.contains("Two things need a look"));
    assert!(refused.text.contains("id=\"email-error\"") && refused.text.contains("too short"));
    assert_eq!(desk.tickets().await, 0);

    // Sent again with the token, the file goes along without being sent again.
    let track = desk.file(&Form::request().with("uploads", &token(&refused.text))).await;
    assert!(desk.get(&track).await.text.contains("display.txt"));
}

#[sqlx::test]
async fn a_file_taken_back_stays_away(db: PgPool) {
    let desk = Desk::open(db).await;
    let refused = desk.post("/submit", &Form::request().with("email", "").file("wrong.txt", b"x")).await;
    let form = Form::request().with("uploads", &token(&refused.text));
    let back = desk.post("/submit", &form.clone().with("remove", &taken_back(&refused.text))).await;
    assert_eq!(back.status, StatusCode::OK, "taking back a file is no mistake");
    assert!(!back.text.contains("wrong.txt") && back.text.contains("Both probes show 0.0"));
    let track = desk.file(&form).await;
    assert!(!desk.get(&track).await.text.contains("wrong.txt"));

    // On an answer, too, where one file goes and the other stays.
    let reply = format!("{track}/reply");
    let files = Form::default().with("text", " ").file("wrong.txt", &vec![b'x'; 25 * 1024 * 1024 + 1]);
    let refused = desk.post(&reply, &files.file("wrong.txt", b"x").file("right.txt", b"x")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = Form::default().with("text", "Here it is.").with("uploads", &token(&refused.text));
    let back = desk.post(&reply, &form.clone().with("remove", &taken_back(&refused.text))).await;
    assert_eq!(back.status, StatusCode::OK);
    assert!(!back.text.contains("wrong.txt") && back.text.contains("right.txt") && back.text.contains("Here it is."));
    desk.post(&reply, &form).await;
    let story = desk.get(&track).await.text;
    assert!(!story.contains("wrong.txt") && story.contains("right.txt"));
}

/// What the first button beside a file sends.
fn taken_back(page: &str) -> String {
    let button = page.split("name=\"remove\"").nth(1).expect("a button to remove it");
    button.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its value").to_owned()
}

#[sqlx::test]
async fn whoever_files_too_fast_keeps_what_was_typed(db: PgPool) {
    let desk = Desk::open(db).await;
    for n in 0..30 {
        let sent = desk.post("/submit", &Form::request()).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "ticket {n}");
    }
    let held = desk.post("/submit", &Form::request().file("display.txt", b"0.0")).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(held.text.contains("Both probes show 0.0") && held.text.contains("display.txt"));
    assert_eq!(desk.tickets().await, 30);
}

#[sqlx::test]
async fn what_fills_in_the_hidden_field_files_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let refused = desk.post("/submit", &Form::request().with("website", "https://spam.example")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Both probes show 0.0"));
    assert_eq!(desk.tickets().await, 0);
}

#[sqlx::test]
async fn threat_01_owner_and_role_never_come_from_a_form(db: PgPool) {
    let desk = Desk::open(db).await;
    let root: uuid::Uuid = sqlx::query_scalar("select id from users").fetch_one(&desk.app.db).await.expect("somebody");
    for name in ["requester_id", "assignee_id", "author_id", "priority", "internal", "role"] {
        let refused = desk.post("/submit", &Form::request().with(name, &root.to_string())).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.text.contains("Both probes show 0.0"), "{name}: what was typed is lost");
    }
    assert_eq!(desk.tickets().await, 0);
}

#[sqlx::test]
async fn threat_04_a_number_a_guess_or_another_tickets_link_opens_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let track = desk.file(&Form::request().file("secret.txt", b"canary")).await;
    let other = desk.file(&Form::request()).await;
    let file: uuid::Uuid =
        sqlx::query_scalar("select id from attachments").fetch_one(&desk.app.db).await.expect("a file");
    let mut changed = track.clone();
    changed.replace_range(track.len() - 2.., if track.ends_with("AA") { "BB" } else { "AA" });
    let shut = [
        "/track/1001".to_owned(),
        "/sent/1001".to_owned(),
        changed,
        format!("/track/{}", link::token(&desk.app.secret, TicketId::from_uuid(file))),
        format!("/files/{file}"),
        format!("/files/{file}?key={}", other.trim_start_matches("/track/")),
        "/files/1001".to_owned(),
    ];
    for path in shut {
        assert_eq!(desk.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // The page of its own ticket has a link that does open it.
    let page = desk.get(&track).await.text;
    let link = page.split(&format!("/files/{file}?key=")).nth(1).and_then(|r| r.split('"').next()).expect("a link");
    let open = desk.get(&format!("/files/{file}?key={link}")).await;
    assert_eq!((open.status, open.text.as_str()), (StatusCode::OK, "canary"));
}

#[sqlx::test]
async fn threat_19_what_runs_is_only_ever_a_download(db: PgPool) {
    let desk = Desk::open(db).await;
    let attack = b"<!DOCTYPE html><script>alert(1)</script>";
    let track = desk.file(&Form::request().file("innocent.png", attack)).await;
    let page = desk.get(&track).await.text;
    let link = page.split("href=\"/files/").nth(1).and_then(|r| r.split('"').next()).expect("a link");
    let file = desk.get(&format!("/files/{link}")).await;
    let said = |name: &str| file.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert!(said("content-disposition").starts_with("attachment"));
    assert_eq!(said("content-type"), "application/octet-stream");
    assert_eq!(said("x-content-type-options"), "nosniff");
    assert!(said("content-security-policy").contains("sandbox"));
}

#[sqlx::test]
async fn threat_17_script_in_every_field_stays_text(db: PgPool) {
    let desk = Desk::open(db).await;
    let attack = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let form = Form::request().with("subject", attack).with("description", attack).with("name", attack);
    let track = desk.file(&form.clone().file("<img src=x onerror=alert(3)>.txt", b"x")).await;
    let pages = [desk.get(&track).await.text, desk.post("/submit", &form.with("email", attack)).await.text];
    for page in pages {
        for attack in ["<script>alert", "<img src=x"] {
            let around =
                page.find(attack).map(|at| page[at.saturating_sub(120)..].chars().take(200).collect::<String>());
            assert_eq!(around, None, "unescaped");
        }
    }
}

#[sqlx::test]
async fn threat_22_a_file_is_stored_by_its_id_whatever_it_is_called(db: PgPool) {
    let desk = Desk::open(db).await;
    for name in ["../../etc/passwd", "/etc/shadow", "..\\\\..\\\\boot.ini", &"x".repeat(4096)] {
        desk.file(&Form::request().file(name, b"canary")).await;
    }
    let names: Vec<String> =
        sqlx::query_scalar("select name from attachments order by id").fetch_all(&desk.app.db).await.expect("names");
    assert_eq!(&names[..3], ["passwd", "shadow", "boot.ini"]);
    assert!(names[3].chars().count() <= 150);
    use futures::TryStreamExt as _;
    let stored: Vec<_> = desk.app.files.list(None).try_collect().await.expect("the store");
    assert_eq!(stored.len(), 4);
    for object in stored {
        let name = object.location.filename().unwrap_or_default().to_owned();
        assert!(name.parse::<uuid::Uuid>().is_ok(), "{}", object.location);
    }
}

#[sqlx::test]
async fn threat_39_too_many_and_too_large_files_are_left_out_and_the_rest_stays(db: PgPool) {
    let desk = Desk::open(db).await;
    let many = (0..11).fold(Form::request(), |form, n| form.file(&format!("{n}.txt"), b"x"));
    let refused = desk.post("/submit", &many).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("At most 10 files") && refused.text.contains("9.txt"));

    let large = vec![b'x'; 25 * 1024 * 1024 + 1];
    let refused = desk.post("/submit", &Form::request().file("large.txt", &large)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("larger than 25 MB") && refused.text.contains("Both probes show 0.0"));
    assert_eq!(desk.tickets().await, 0);
}

#[sqlx::test]
async fn the_holder_of_the_link_answers_with_a_file(db: PgPool) {
    let desk = Desk::open(db).await;
    let track = desk.file(&Form::request()).await;
    let empty = desk.post(&format!("{track}/reply"), &Form::default().with("text", " ")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("Write your message"));
    let answer = Form::default().with("text", "It is back to normal.").file("log.txt", b"ok");
    let sent = desk.post(&format!("{track}/reply"), &answer).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page = desk.get(&track).await.text;
    assert!(page.contains("It is back to normal.") && page.contains("log.txt"));
}

#[sqlx::test]
async fn a_solution_is_confirmed_or_refused_and_rated(db: PgPool) {
    let desk = Desk::open(db).await;
    let track = desk.file(&Form::request()).await;
    let early = desk.post_plain(&format!("{track}/rate"), "score=5").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing to rate yet");
    desk.solve().await;
    assert!(desk.get(&track).await.text.contains("Did this solve it?"));

    let rated = desk.post_plain(&format!("{track}/rate"), "score=4&comment=Quick").await;
    assert_eq!(rated.status, StatusCode::SEE_OTHER);
    let none = desk.post_plain(&format!("{track}/rate"), "comment=Quick").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text.contains("Choose 1 to 5") && none.text.contains("Quick"));

    let silent = desk.post_plain(&format!("{track}/solution"), "helped=no&still=").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let yes = desk.post_plain(&format!("{track}/solution"), "helped=yes").await;
    assert_eq!(yes.status, StatusCode::SEE_OTHER);
    assert!(desk.get(&track).await.text.contains("You told us that it helped"));
    let no = desk.post_plain(&format!("{track}/solution"), "helped=no&still=Still+zero").await;
    assert_eq!(no.status, StatusCode::SEE_OTHER);
    let page = desk.get(&track).await.text;
    assert!(page.contains("Still zero") && page.contains("We are working on it"));
}

#[sqlx::test]
async fn an_answer_on_a_closed_request_opens_a_new_one(db: PgPool) {
    let desk = Desk::open(db).await;
    let track = desk.file(&Form::request()).await;
    desk.solve().await;
    sqlx::query("update tickets set status = 'closed', closed_at = now()").execute(&desk.app.db).await.expect("closed");
    let sent = desk.post(&format!("{track}/reply"), &Form::default().with("text", "It is back.")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.location.starts_with("/sent/"));
    assert!(desk.get(&sent.location).await.text.contains("#1002"));

    // A month after closing the link is dead, for reading and for writing.
    sqlx::query("update tickets set closed_at = now() - interval '31 days' where number = 1001")
        .execute(&desk.app.db)
        .await
        .expect("long ago");
    assert_eq!(desk.get(&track).await.status, StatusCode::NOT_FOUND);
    let late = desk.post(&format!("{track}/reply"), &Form::default().with("text", "Hello?")).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn threat_05_a_note_and_its_file_never_reach_the_customer(db: PgPool) {
    let desk = Desk::open(db).await;
    let track = desk.file(&Form::request().file("display.txt", b"x")).await;
    sqlx::raw_sql(
        "insert into ticket_messages (id, ticket_id, kind, side, author_id, body, body_html, channel, created_at)
             select gen_random_uuid(), t.id, 'internal', 'staff', u.id, 'CANARY', '<p>CANARY</p>', 'desk', now()
             from tickets t, users u where u.role = 'superadmin';
         update attachments set message_id = (select id from ticket_messages where kind = 'internal'), name = 'CANARY.txt';",
    )
    .execute(&desk.app.db)
    .await
    .expect("a note");
    assert!(!desk.get(&track).await.text.contains("CANARY"));
    assert!(!desk.get(&track.replace("/track/", "/sent/")).await.text.contains("CANARY"));
}

#[sqlx::test]
async fn the_pages_of_a_person_ask_a_guest_to_sign_in(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.file(&Form::request()).await;
    for path in ["/my", "/my/tickets", "/my/tickets/1001"] {
        let answer = desk.get(path).await;
        assert!(answer.location.starts_with("/login"), "{path}: {} {}", answer.status, answer.location);
    }
    let posted = desk.post("/my/tickets/1001/reply", &Form::default().with("text", "Hello")).await;
    assert!(posted.location.starts_with("/login"));
}
