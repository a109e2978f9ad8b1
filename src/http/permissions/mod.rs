//! Everything that the server answers against everybody who may ask, by the public door.
//!
//! `permissions.txt` is the committed answer, so that a change of who may do what is a diff of it.
//! `KEPT_UPDATE_PERMISSIONS=1 cargo test --workspace -- permissions` writes it anew, to be read before it is
//! committed. A sample call stands in `calls.txt`, what the product wants in `rules.rs`.
mod calls;
mod rules;
mod seed;
mod snapshot;
mod threats;
mod world;

use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf};

use axum::http::{Method, StatusCode};
use kept_app::{
    core::{Error, Role},
    functions,
};
use leptos::server_fn;
use sqlx::PgPool;

use calls::{Body, Call};
use world::{Answer, Case, Who, World, cases};

/// The width of a name in the table.
const NAME: usize = 46;

/// The words for what was done.
const DONE: [&str; 2] = ["wrote", "yes"];

/// What an answer comes to, as a word of the table:
///
/// - `wrote`, `yes`: it was done, and something or nothing was written;
/// - `rules`: the permission was there, and a rule of the desk said no to this sample;
/// - `no`, `hidden`, `sign-in`: refused for the role, as if there were nothing, until one signs in;
/// - `broken`: anything else, and no sample may come to that.
fn word(call: &Call, answer: &Answer, changed: bool) -> &'static str {
    let done = if changed { "wrote" } else { "yes" };
    let error = call.is_function.then(|| serde_json::from_str(&answer.text).ok()).flatten();
    match (answer.status, error) {
        (status, _) if status.is_success() => done,
        (status, _) if status.is_redirection() => {
            if answer.location().starts_with("/login?next=") {
                "sign-in"
            } else {
                done
            }
        }
        (_, Some(Error::SignIn)) | (StatusCode::UNAUTHORIZED, None) => "sign-in",
        (_, Some(Error::Forbidden)) | (StatusCode::FORBIDDEN, None) => "no",
        (_, Some(Error::NotFound)) | (StatusCode::NOT_FOUND, None) => "hidden",
        (_, Some(Error::Invalid(_) | Error::Refused(_))) | (StatusCode::UNPROCESSABLE_ENTITY, None) => "rules",
        (status, error) => {
            println!("{} answers {status} {error:?}: {}", call.name, answer.text);
            "broken"
        }
    }
}

impl World {
    async fn make(&self, call: &Call, who: Who, case: Case) -> Answer {
        let body = if call.body.is_empty() && call.method == Method::GET {
            Body::Nothing
        } else {
            Body::of(&self.fill(call.body, who, case))
        };
        self.send(who, call.method.clone(), &self.fill(&call.address, who, case), &body).await
    }
}

fn row(name: &str, case: &str, words: &[&str]) -> String {
    assert!(name.len() <= NAME, "{name} is too long for the table");
    let mut line = format!("{name:<NAME$} {case:<8}");
    for word in words {
        // Writing to a String cannot fail.
        let _ = write!(line, " {word:<10}");
    }
    line.trim_end().to_owned()
}

/// A file of this folder.
fn beside(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/http/permissions").join(name)
}

fn committed() -> String {
    fs::read_to_string(beside("permissions.txt")).unwrap_or_default()
}

#[sqlx::test]
async fn who_may_do_what_is_as_committed(db: PgPool) {
    let mut world = seed::desk(db).await;
    let mut lines = vec![row("#", "whose", &Who::ALL.map(Who::word))];
    let mut wrong = Vec::new();
    for call in calls::all() {
        let cases = cases(call.placeholders());
        for case in cases {
            let mut words = Vec::new();
            for who in Who::ALL {
                let answer = world.make(&call, who, *case).await;
                let changed = world.what_changed().await;
                let word = word(&call, &answer, !changed.is_empty());
                if word == "broken" || (!DONE.contains(&word) && !changed.is_empty()) {
                    wrong.push(format!("{} {} as {}: {word}, {changed:?}", call.name, case.word(), who.word()));
                }
                if !changed.is_empty() {
                    world.reset().await;
                }
                words.push(word);
            }
            lines.push(row(call.name, if cases.len() == 1 { "" } else { case.word() }, &words));
        }
    }
    let table = format!("{}\n", lines.join("\n"));
    if std::env::var_os("KEPT_UPDATE_PERMISSIONS").is_some() {
        fs::write(beside("permissions.txt"), &table).expect("written");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let committed = committed();
    let only_in = |these: &str, those: &str| {
        let known: BTreeSet<&str> = those.lines().collect();
        these.lines().filter(|line| !known.contains(line)).collect::<Vec<_>>().join("\n")
    };
    let (new, gone) = (only_in(&table, &committed), only_in(&committed, &table));
    assert!(table == committed, "these lines are new:\n{new}\nthese are gone:\n{gone}");
}

/// The rows of the committed table: name, case, and the word for each of [`Who::ALL`].
fn table() -> Vec<(String, Case, Vec<String>)> {
    let case = |text: &str| Case::ALL.into_iter().find(|case| case.word() == text.trim());
    let read = |line: &str| {
        let (name, rest) = line.split_at(NAME);
        let (whose, words) = rest[1..].split_at(8);
        let words = words.split_whitespace().map(str::to_owned).collect();
        (name.trim().to_owned(), case(whose).unwrap_or(Case::Own), words)
    };
    committed().lines().skip(1).map(read).collect()
}

#[test]
fn the_table_agrees_with_the_rules_of_the_product() {
    let calls = calls::all();
    let mut wrong = Vec::new();
    for (name, case, words) in table() {
        let audience = calls.iter().find(|call| call.name == name).expect("a call").audience;
        for (who, word) in Who::ALL.into_iter().zip(&words) {
            let expected = rules::expected(audience, case, who);
            if !expected.contains(&word.as_str()) {
                wrong.push(format!("{name} {} as {}: {word} instead of {expected:?}", case.word(), who.word()));
            }
        }
        // A sample that nobody succeeds with proves nothing by being refused.
        let proves = words.iter().any(|word| DONE.contains(&word.as_str()));
        if case == Case::Own && !audience.starts_with("nobody") && !proves {
            wrong.push(format!("{name}: the sample call never works"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[sqlx::test]
async fn a_colleagues_ticket_is_seen_only_while_the_organisation_shares(db: PgPool) {
    let mut world = seed::desk(db).await;
    sqlx::query("update organisations set tickets_shared = false").execute(&world.db).await.expect("shared no more");
    world.remember().await;
    for call in calls::all().iter().filter(|call| ["asker", "file"].contains(&call.audience)) {
        let answer = world.make(call, Who::As(Role::User), Case::Shared).await;
        assert_eq!(word(call, &answer, false), "hidden", "{}", call.name);
    }
    assert_eq!(world.what_changed().await, [""; 0]);
}

#[sqlx::test]
async fn nothing_is_answered_that_has_no_sample_call(db: PgPool) {
    let mut world = World::empty(db).await;
    seed::set_up(&mut world).await;
    let sampled: BTreeSet<String> = calls::all().iter().map(|call| call.operation().to_owned()).collect();
    let registered: BTreeSet<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let listed: BTreeSet<&str> = functions::all().iter().map(|function| function.path).collect();
    assert_eq!(registered, listed, "app/src/functions.rs has every server function");

    let mut answered: BTreeSet<String> = functions::all().iter().map(calls::name).collect();
    let routes = world.routes();
    let paths = routes.split('"').filter(|text| text.starts_with('/') && !text.starts_with("/api/"));
    // What answers everything else says that there is nothing.
    let paths: BTreeSet<&str> = paths.filter(|path| !path.contains("fallback")).collect();
    assert!(paths.len() > 50, "{paths:?}");
    for path in paths {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            // Whether there is anybody behind the door does not depend on what is asked for.
            let address = path.replace(['{', '}', '*'], "");
            let answer = world.send(Who::Guest, method.clone(), &address, &Body::Nothing).await;
            if answer.status != StatusCode::METHOD_NOT_ALLOWED {
                answered.insert(format!("{method} {path}"));
            }
        }
    }
    assert_eq!(answered, sampled);
}
