//! How much may be asked for and sent.
use axum::http::{Method, StatusCode};
use kept_app::core::Role;
use sqlx::PgPool;

use super::{
    super::{
        calls::Body,
        seed,
        world::{Case, Who},
    },
    SUPERADMIN,
};

#[sqlx::test]
async fn threat_39_no_list_is_longer_than_a_page_whatever_is_asked_for(db: PgPool) {
    let world = seed::desk(db).await;
    let many = "insert into tickets select c.* from tickets t, generate_series(1, 8) n, jsonb_populate_record(t,
                    jsonb_build_object('id', gen_random_uuid(), 'number', 10000 * n + t.number)) c";
    sqlx::query(many).execute(&world.db).await.expect("many tickets");
    let more_users = "insert into users select c.* from users u, generate_series(1, 9) n,
                          jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'email', n || u.email)) c";
    sqlx::query(more_users).execute(&world.db).await.expect("many people");
    let all = r#"{"query":{"view":"all","filter":{"status":[],"priority":[],"team":[]},"sort":null,"after":null}}"#;
    for (function, body, most) in [
        ("list_tickets", all, 30),
        ("list_users", "filter[q]=&filter[off]=false", 50),
        ("list_audit", "", 50),
        ("load_my_tickets", "view=all&shared=false&text=&after=", 25),
        ("notification_page", "unread_only=false", 30),
    ] {
        let who = if function == "load_my_tickets" { Who::As(Role::User) } else { SUPERADMIN };
        let body = if body.is_empty() { "filter[person]=" } else { body };
        let answer = world.call(who, function, body).await;
        let page: serde_json::Value = serde_json::from_str(&answer.text).expect("a page");
        let page = page.get("page").unwrap_or(&page);
        let rows = page["rows"].as_array().unwrap_or_else(|| panic!("{function}: {page}")).len();
        let is_full = ["list_tickets", "list_users", "list_audit", "load_my_tickets"].contains(&function);
        assert!(rows == most || !is_full && rows <= most, "{function}: {rows}");
        for word in ["limit", "per_page", "page_size", "count"] {
            let more = Body::of(body).with("", word);
            let text = String::from_utf8(more.bytes()).expect("text").replace("=true", "=1000000000");
            assert_eq!(
                world.call(who, function, &text).await.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{function} {word}"
            );
        }
    }
}

#[sqlx::test]
async fn threat_39_a_body_without_end_or_bottom_is_refused(db: PgPool) {
    let world = seed::desk(db).await;
    let ticket = world.fill("id=<held.id>&version=<held.version>", SUPERADMIN, Case::Own);
    let endless = "x".repeat(3 * 1024 * 1024);
    let many = (0..50_000).map(|n| format!("tag{n},")).collect::<Vec<_>>().concat();
    let deep = format!("form{}=x", "[a]".repeat(10_000));
    let nested = format!("{{\"query\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for (function, body) in [
        ("write_message", format!("{ticket}&kind=public&body={endless}")),
        ("set_ticket_tags", format!("{ticket}&tags={endless}")),
        ("set_ticket_tags", format!("{ticket}&tags={many}")),
        ("save_team", deep),
        ("list_tickets", nested),
        ("set_notification_preferences", "in_app[]=x&".repeat(50_000)),
        ("take_ticket", endless.clone()),
    ] {
        let answer = world.call(SUPERADMIN, function, &body).await;
        assert!(answer.status.is_client_error(), "{function}: {} {}", answer.status, answer.text);
        // It did arrive, and nothing of it comes back.
        let is_too_large = body.len() > 2 * 1024 * 1024;
        assert_eq!(answer.status == StatusCode::PAYLOAD_TOO_LARGE, is_too_large, "{function}: {}", answer.text);
        assert!(answer.text.len() < 300, "{function}: {}", answer.text);
    }
    let parts = (0..10_000).map(|n| (format!("field{n}"), None, "x".to_owned())).collect();
    let answer = world.send(Who::Guest, Method::POST, "/submit", &Body::Multipart(parts)).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(world.what_changed().await, [""; 0]);
}
