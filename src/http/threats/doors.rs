//! Every door that changes something.
use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use axum_test::TestServer;
use kept_app::core::Role;
use leptos::server_fn::axum::server_fn_paths;
use sqlx::PgPool;

use super::{House, tell};

/// Where forms are sent to: what takes a POST, as the sample calls have it, and an address that nothing answers.
fn forms() -> Vec<String> {
    let calls = include_str!("../permissions/calls.txt").lines();
    let paths = calls.filter_map(|line| line.strip_prefix("POST ")?.split([' ', '#']).next());
    let filled = paths.map(|path| {
        let parts = path.split('/').map(|part| match part {
            "{number}" => "1001",
            "{token}" | "{id}" => "none",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    });
    let forms: BTreeSet<String> = filled.chain(["/somewhere/else".to_owned()]).collect();
    assert!(forms.len() > 20, "{forms:?}");
    forms.into_iter().collect()
}

/// What a browser says of a request that a page elsewhere caused.
const ELSEWHERE: [(&str, &str); 4] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example"),
    ("origin", "null"),
];

fn doors() -> Vec<String> {
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let doors: Vec<String> = forms().into_iter().chain(functions).collect();
    assert!(doors.len() > 70, "{doors:?}");
    doors
}

/// All that a request might have changed.
async fn state(house: &House) -> String {
    sqlx::query_scalar(
        "select concat_ws(' ',
             (select count(*) from events), (select count(*) from deliveries), (select count(*) from attachments),
             (select sum(version) from tickets), (select count(*) from ticket_messages),
             (select count(*) from notifications where read_at is not null),
             (select count(*) from one_time_tokens), (select count(*) from users),
             (select count(*) from user_sessions), (select count(*) from sla_publications))",
    )
    .fetch_one(house.db())
    .await
    .unwrap()
}

#[sqlx::test]
async fn threat_32_no_door_opens_to_a_page_elsewhere(db: PgPool) {
    let house = House::open(db).await;
    let browser = house.visitor(Some(Role::Superadmin)).await;
    let before = state(&house).await;
    let methods = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    for door in doors() {
        for (name, value) in ELSEWHERE {
            for method in &methods {
                let answer = browser.method(method.clone(), &door).add_header(name, value).await;
                assert_eq!(answer.status_code(), StatusCode::FORBIDDEN, "{method} {door} {name}: {value}");
            }
        }
    }
    assert_eq!(state(&house).await, before);
}

#[sqlx::test]
async fn threat_32_following_a_link_changes_nothing(db: PgPool) {
    let house = House::open(db).await;
    tell(&house.site).await;
    let visitors = {
        let mut visitors: Vec<TestServer> = vec![house.visitor(None).await];
        for role in Role::ALL {
            visitors.push(house.visitor(Some(role)).await);
        }
        visitors
    };
    let before = state(&house).await;
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
    }
    for browser in &visitors {
        for path in house.pages().await {
            browser.get(&path).await;
        }
        for door in doors() {
            let answer = browser.get(&door).await;
            assert!(!door.starts_with("/api/") || !answer.status_code().is_success(), "{door}: {}", answer.text());
        }
    }
    assert_eq!(state(&house).await, before);
}
