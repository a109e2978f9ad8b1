//! Every server function against every role, on an own and on a foreign ticket, through the real router.
//!
//! `permissions.txt` beside this file is the committed answer: a change of who may do what is a diff of it.
//! `KEPT_UPDATE_PERMISSIONS=1 cargo test permissions` writes it anew, to be read before it is committed.
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, sync::Arc};

use axum_test::TestServer;
use kept_app::core::{App, Error, Role, app::Config, secret::Secret};
use leptos::{config::LeptosOptions, server_fn};
use sqlx::PgPool;

use crate::serve::MIGRATIONS;

/// A sample call of each function, form-encoded. `{ticket}` and `{number}` are of the ticket at hand,
/// `{version}` its version; the other names are ids of the demo company.
const CALLS: &str = include_str!("calls.txt");

/// Who asks: a guest, and one of each role.
const COLUMNS: [Option<Role>; 7] = [
    None,
    Some(Role::User),
    Some(Role::Agent),
    Some(Role::Admin),
    Some(Role::Manager),
    Some(Role::Ceo),
    Some(Role::Superadmin),
];

async fn server(db: PgPool, demo: bool) -> (TestServer, App) {
    let config = Config {
        base_url: "http://kept.example".to_owned(),
        demo,
        trusted_proxies: Vec::new(),
        data_dir: std::env::temp_dir(),
    };
    let files = Arc::new(object_store::memory::InMemory::new());
    let leptos = LeptosOptions::builder().output_name("kept").build();
    let app = App::new(db, config, Secret::from_bytes([1; 32]), files, leptos);
    (TestServer::new(super::router(app.clone())), app)
}

/// The registered functions by their plain names: the path without `/api/` and the hash behind the name.
fn registered() -> BTreeMap<String, String> {
    server_fn::axum::server_fn_paths()
        .map(|(path, _)| {
            let name = path.trim_start_matches("/api/").trim_end_matches(|c: char| c.is_ascii_digit());
            (name.to_owned(), path.to_owned())
        })
        .collect()
}

fn calls() -> BTreeMap<&'static str, &'static str> {
    CALLS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap_or((line, "")))
        .collect()
}

#[test]
fn every_server_function_has_a_sample_call_and_every_call_a_function() {
    let (registered, calls) = (registered(), calls());
    let missing: Vec<_> = registered.keys().filter(|name| !calls.contains_key(name.as_str())).collect();
    let stale: Vec<_> = calls.keys().filter(|name| !registered.contains_key(**name)).collect();
    assert!(missing.is_empty() && stale.is_empty(), "calls.txt lacks {missing:?} and still has {stale:?}");
}

struct Sample {
    ticket: String,
    number: i64,
}

/// A ticket of the agent's team by the demo customer, and one of another team by another customer.
async fn samples(db: &PgPool) -> [Sample; 2] {
    let mut found = Vec::new();
    for own in [true, false] {
        let row: (uuid::Uuid, i64) = sqlx::query_as(
            "with me as (select id from users where email = $1), agent as (select id from users where email = $2)
             select t.id, t.number from tickets t
             where (t.requester_id = (select id from me)) = $3
               and exists (select from team_members m where m.team_id = t.team_id and m.user_id = (select id from agent)) = $3
             order by t.number limit 1",
        )
        .bind(kept_app::demo::logins::of(Role::User).email)
        .bind(kept_app::demo::logins::of(Role::Agent).email)
        .bind(own)
        .fetch_one(db)
        .await
        .expect("the demo has such a ticket");
        found.push(Sample { ticket: row.0.to_string(), number: row.1 });
    }
    found.try_into().ok().expect("two")
}

/// What a call came to, as one word of the table.
fn verdict(name: &str, status: u16, body: &str) -> &'static str {
    if status < 400 {
        return "yes";
    }
    match serde_json::from_str::<Error>(body) {
        Ok(Error::SignIn) => "sign-in",
        Ok(Error::Forbidden) => "no",
        Ok(Error::NotFound) => "hidden",
        // Beyond the door: the rules or the form had something to say.
        Ok(Error::Invalid(_) | Error::Refused(_) | Error::Changed { .. } | Error::AlreadyTaken { .. } | Error::TooMany { .. }) => {
            "yes"
        }
        other => panic!("{name} answered {status} {other:?}: {body}"),
    }
}

#[sqlx::test(migrator = "MIGRATIONS")]
async fn who_may_call_what_is_as_committed(db: PgPool) {
    let (_, app) = server(db.clone(), true).await;
    seed(&app).await;
    let [own, foreign] = samples(&db).await;
    let ids = ids(&db).await;
    let mut table = String::from("# function | guest user agent admin manager ceo superadmin\n");
    let calls = calls();
    for (name, path) in registered() {
        let call = calls[name.as_str()];
        let about_ticket = call.contains("{ticket}") || call.contains("{number}");
        let cases: &[(&str, &Sample)] =
            if about_ticket { &[(" own", &own), (" foreign", &foreign)] } else { &[("", &own)] };
        for (which, ticket) in cases {
            let mut line = format!("{name}{which} |");
            for column in COLUMNS {
                let mut server = server(db.clone(), true).await.0;
                server.save_cookies();
                if let Some(role) = column {
                    let entered = server
                        .post("/login/demo")
                        .add_header("origin", "http://kept.example")
                        .form(&[("role", role.as_str())])
                        .await;
                    assert!(entered.status_code().is_redirection(), "{role} cannot sign in: {}", entered.text());
                }
                let mut body = call.replace("{ticket}", &ticket.ticket).replace("{number}", &ticket.number.to_string());
                for (key, id) in &ids {
                    body = body.replace(&format!("{{{key}}}"), id);
                }
                let answer = server
                    .post(&path)
                    .add_header("origin", "http://kept.example")
                    .add_header("accept", "application/json")
                    .text(body.clone())
                    .content_type("application/x-www-form-urlencoded")
                    .await;
                let word = verdict(&name, answer.status_code().as_u16(), &answer.text());
                write!(line, " {word}").expect("a string takes everything");
            }
            table.push_str(&line);
            table.push('\n');
        }
    }
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/permissions.txt");
    if std::env::var_os("KEPT_UPDATE_PERMISSIONS").is_some() {
        fs::write(&committed, &table).expect("written");
    }
    let expected = fs::read_to_string(&committed).expect("permissions.txt is there");
    for (is, should) in table.lines().zip(expected.lines()) {
        assert_eq!(is, should);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}

async fn seed(app: &App) {
    kept_app::demo::fill(app, 120, 7).await.expect("a demo company");
}

/// Ids that calls name: one of each kind.
async fn ids(db: &PgPool) -> Vec<(&'static str, String)> {
    let mut ids = Vec::new();
    for (key, sql) in [
        ("team", "select id from teams order by created_at, id limit 1"),
        ("category", "select id from categories order by position limit 1"),
        ("agent", "select id from users where role = 'agent' order by id limit 1"),
        ("customer", "select id from users where role = 'user' order by id desc limit 1"),
        ("rule", "select id from routing_rules order by position limit 1"),
    ] {
        let id: Option<uuid::Uuid> = sqlx::query_scalar(sql).fetch_optional(db).await.expect("answered");
        ids.push((key, id.unwrap_or_default().to_string()));
    }
    ids
}
