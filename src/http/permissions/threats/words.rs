//! What people type, and what becomes of it.
use axum::http::{Method, StatusCode};
use kept_app::tickets::query::ListQuery;
use sqlx::PgPool;

use super::{
    super::{
        calls::{self, Body},
        seed,
        world::{Answer, Case},
    },
    SUPERADMIN, works_with,
};

/// Values that no list knows.
const NASTY: [&str; 9] = [
    "'; drop table tickets; --",
    "\"><script>alert(1)</script>",
    "1 or 1=1",
    "a\0b",
    "%",
    "\\",
    "99999999999999999999999999999999999999999",
    "+262142-12-31T23:30:00Z",
    "-9999-01-01..",
];

impl Answer {
    /// Whether something typed became a part of the page.
    fn breaks_out(&self) -> bool {
        self.is_page() && self.text.contains("<script>alert")
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

#[sqlx::test]
async fn threat_08_words_of_an_address_reach_neither_sql_nor_the_page(db: PgPool) {
    let world = seed::desk(db).await;
    let of_lists = ListQuery::names();
    let lists: [(&str, &[&str]); 13] = [
        ("/desk/all", &of_lists),
        ("/tickets", &of_lists),
        ("/tickets", &["view"]),
        ("/my/tickets", &["view", "whose", "q", "after"]),
        ("/my/notifications", &["after", "show"]),
        ("/system/users", &["q", "role", "off", "after"]),
        ("/system/audit", &["area", "person", "ticket", "day", "after"]),
        ("/executive", &["period"]),
        ("/team", &["team"]),
        ("/team/live", &["team"]),
        ("/reports/sla", &["period", "from", "to", "team", "metric", "priority", "policy"]),
        ("/reports/sla.csv", &["period", "from", "to", "team", "metric", "priority", "policy"]),
        ("/admin/routing", &["edit"]),
    ];
    let mut wrong = Vec::new();
    for value in NASTY {
        let mut addresses = vec![format!("/desk/{}", escaped(value)), format!("/tickets/{}", escaped(value))];
        for (page, names) in lists {
            addresses.extend(names.iter().map(|name| format!("{page}?{name}={}", escaped(value))));
        }
        for address in addresses {
            let answer = world.send(SUPERADMIN, Method::GET, &address, &Body::Nothing).await;
            let known =
                [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY].contains(&answer.status);
            if !known || answer.breaks_out() {
                wrong.push(format!("{address}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(world.what_changed().await, [""; 0]);
}

#[sqlx::test]
async fn threat_08_nothing_in_a_call_breaks_the_server_or_gets_out_of_the_page(db: PgPool) {
    let mut world = seed::desk(db).await;
    let mut wrong = Vec::new();
    for call in calls::all() {
        let Some(who) = works_with(&call).filter(|_| call.method == Method::POST) else { continue };
        let body = world.fill(call.body, who, Case::Own);
        let address = world.fill(&call.address, who, Case::Own);
        for value in NASTY {
            for sent in with_each_value(&body, value) {
                let answer = world.send(who, Method::POST, &address, &sent).await;
                if answer.status.is_server_error() || answer.breaks_out() {
                    wrong.push(format!("{} {sent:?}: {}", call.name, answer.status));
                }
            }
        }
        if !world.what_changed().await.is_empty() {
            world.reset().await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `body` with `value` in place of each of its values in turn.
fn with_each_value(body: &str, value: &str) -> Vec<Body> {
    let (multipart, fields) = match body.strip_prefix("multipart ") {
        Some(fields) => (true, fields),
        None => (false, body),
    };
    if body.starts_with('{') {
        let json: serde_json::Value = serde_json::from_str(body).expect("JSON");
        let replaced = |place: &String| {
            let mut json = json.clone();
            *json.pointer_mut(place).expect("a place") = value.into();
            Body::Json(json.to_string())
        };
        return places(&json, "").iter().map(replaced).collect();
    }
    let pairs: Vec<(&str, &str)> = fields.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let replaced = |at: usize| {
        let with = |(n, &(name, old)): (usize, &(&str, &str))| {
            let text = if n == at { value } else { old };
            (name.to_string(), None, text.to_owned())
        };
        let fields: Vec<_> = pairs.iter().enumerate().map(with).collect();
        if multipart {
            return Body::Multipart(fields);
        }
        let pair = |(name, _, text): &(String, Option<String>, String)| format!("{name}={}", escaped(text));
        Body::Form(fields.iter().map(pair).collect::<Vec<_>>().join("&"))
    };
    (0..pairs.len()).map(replaced).collect()
}

/// Where something stands in `json`, at any depth, as JSON pointers (RFC 6901).
fn places(json: &serde_json::Value, at: &str) -> Vec<String> {
    let fields = json.as_object().into_iter().flatten();
    let within = |(name, value): (&String, &serde_json::Value)| {
        let place = format!("{at}/{name}");
        let mut all = places(value, &place);
        all.push(place);
        all
    };
    fields.flat_map(within).collect()
}
