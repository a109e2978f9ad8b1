//! Every page, as everybody gets it.
use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use axum_test::TestResponse;
use kept_app::{
    core::{Role, secret::digest},
    notifications::api::{ListMailbox, ReadMailbox},
};
use leptos::server_fn::ServerFn as _;
use sqlx::PgPool;

use super::{GOT_THROUGH, House, call, done, said};

/// A guest, and one of each role.
fn everybody() -> impl Iterator<Item = Option<Role>> {
    std::iter::once(None).chain(Role::ALL.map(Some))
}

/// All pages as somebody of `role` gets them.
async fn seen_by(house: &House, role: Option<Role>) -> Vec<(String, TestResponse)> {
    let browser = house.visitor(role).await;
    let mut seen = Vec::new();
    for path in house.pages().await {
        let answer = browser.get(&path).await;
        assert!(!answer.status_code().is_server_error(), "{role:?} {path}: {}", answer.text());
        seen.push((path, answer));
    }
    seen
}

#[sqlx::test]
async fn threat_17_what_people_type_stays_text_on_every_page(db: PgPool) {
    let house = House::open(db).await;
    let mut shown = BTreeSet::new();
    for role in everybody() {
        for (path, answer) in seen_by(&house, role).await {
            let page = answer.text();
            for attack in GOT_THROUGH {
                let around = page.find(attack).map(|at| page[..at].chars().rev().take(120).collect::<String>());
                let around = around.map(|text| text.chars().rev().collect::<String>());
                assert_eq!(around, None, "{attack} on {path} for {role:?}");
            }
            if page.contains("&lt;script&gt;alert(1)") {
                shown.insert(path.clone());
            }
            // And if something got through, the browser would not run it.
            let policy = said(&answer, header::CONTENT_SECURITY_POLICY);
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            // A mail brings its styles with it, into a frame of the demo's mailbox in which nothing runs.
            let strict = match path.starts_with("/dev/mail/") {
                true => policy.replacen("style-src 'self' 'unsafe-inline'", "", 1),
                false => policy,
            };
            assert!(!strict.contains("unsafe-inline") && !strict.contains("'unsafe-eval'"), "{path}: {strict}");
        }
    }
    // Had nothing been there to escape, this would prove nothing.
    assert!(shown.len() > 20, "{shown:?}");
}

#[sqlx::test]
async fn threat_07_no_page_holds_a_secret_of_the_house(db: PgPool) {
    let house = House::open(db).await;
    let agent = house.visitor(Some(Role::Agent)).await;
    let email = house.person(Role::Agent).email.clone();
    agent.post("/forgot").form(&[("email", &email)]).await.assert_status(StatusCode::SEE_OTHER);
    let reset = house.site.token(&email).await;
    sqlx::query("insert into settings (key, value, updated_at) values ('signing_key', $1, now())")
        .bind(serde_json::json!("canary-signing-key"))
        .execute(house.db())
        .await
        .unwrap();
    let hash: String = sqlx::query_scalar("select password_hash from users where email = $1")
        .bind(&email)
        .fetch_one(house.db())
        .await
        .unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let secrets = ["canary".to_owned(), "$argon2".to_owned(), hash, hex(&digest(&reset)), reset];
    for role in everybody() {
        let browser = house.visitor(role).await;
        let session = browser.get("/login").await.maybe_header(header::SET_COOKIE);
        assert!(session.is_none(), "a cookie is set when signing in and not again");
        for (path, answer) in seen_by(&house, role).await {
            let page = answer.text();
            for secret in &secrets {
                assert!(!page.contains(secret.as_str()), "{secret} on {path} for {role:?}");
            }
        }
    }
}

#[sqlx::test]
async fn threat_40_the_pages_of_developers_are_shut(db: PgPool) {
    let house = House::open(db).await;
    let dev: Vec<String> = house.pages().await.into_iter().filter(|path| path.starts_with("/dev")).collect();
    assert_eq!(dev.len(), 4, "{dev:?}");
    for role in everybody() {
        let browser = house.visitor(role).await;
        for path in &dev {
            assert_eq!(browser.get(path).await.status_code(), StatusCode::NOT_FOUND, "{path} for {role:?}");
        }
        for (path, fields) in [(ListMailbox::PATH, &[][..]), (ReadMailbox::PATH, &[("id", "none")][..])] {
            let answer = call(&browser, path, fields).await;
            assert_eq!(answer.json::<kept_app::core::Error>(), kept_app::core::Error::NotFound, "{path}");
        }
    }
    // The same are open where a desk is only played.
    let demo = super::Site::new(house.db().clone(), true);
    let browser = demo.browser("192.0.2.3");
    for path in ["/dev/components", "/dev/countdown"] {
        browser.get(path).await.assert_status_ok();
    }
    done(&call(&browser, ListMailbox::PATH, &[]).await);
}
