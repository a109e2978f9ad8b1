//! The account forms, by the public door: the real router over a real database.
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum_test::TestServer;
use kept_app::{
    core::{Error, Person, Role},
    people::{
        admin,
        api::{ListSessions, MyAccount, WhoAmI},
        model::UserChange,
    },
};
use leptos::server_fn::ServerFn;
use sqlx::PgPool;

use super::site::{PASSWORD, Site, call, location, post, session_cookie, sign_in};
use crate::testing::canaries::{Log, secret};

/// Who the server takes this browser for.
async fn who(browser: &TestServer) -> Option<Person> {
    let answer = call(browser, WhoAmI::PATH, &[]).await;
    answer.assert_status_ok();
    answer.json()
}

fn change(person: &Person, role: Role, active: bool) -> UserChange {
    UserChange { id: person.id, name: person.name.clone(), role, teams: Vec::new(), active }
}

#[sqlx::test]
async fn somebody_signs_in_lands_at_home_and_signs_out(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::Agent).await;
    let browser = site.browser("192.0.2.1");
    let answer = sign_in(&browser, &ada.email, PASSWORD).await;
    answer.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), "/desk");
    let cookie = session_cookie(&answer).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));
    // On http the browser would drop a secure cookie; without "stay" it ends with the browser.
    assert!(!cookie.contains("Secure") && !cookie.contains("Max-Age"));
    assert_eq!(who(&browser).await.map(|p| p.id), Some(ada.id));
    post(&browser, "/logout", &[]).await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(who(&browser).await, None);
    assert_eq!(site.count("select count(*) from user_sessions").await, 0);
}

#[sqlx::test]
async fn whoever_stays_signed_in_keeps_the_cookie_and_goes_where_they_wanted(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::Agent).await;
    let browser = site.browser("192.0.2.1");
    let fields = [("email", ada.email.as_str()), ("password", PASSWORD), ("stay", "on"), ("next", "/tickets/1001?x=1")];
    let answer = post(&browser, "/login", &fields).await;
    assert_eq!(location(&answer), "/tickets/1001?x=1");
    assert!(session_cookie(&answer).unwrap().contains("Max-Age=2592000"));
}

#[sqlx::test]
async fn a_refused_form_comes_back_with_what_was_typed_but_the_password(db: PgPool) {
    let site = Site::open(db).await;
    let browser = site.browser("192.0.2.1");
    let fields = [("email", "ada@desk.example"), ("password", "canary-wrong-horse"), ("next", "/desk")];
    let answer = post(&browser, "/login", &fields).await;
    answer.assert_status(StatusCode::UNAUTHORIZED);
    let page = answer.text();
    assert!(page.contains("ada@desk.example") && page.contains("do not belong together") && page.contains("/desk"));
    assert!(!page.contains("canary"));
    let answer = post(&browser, "/register", &[("name", "Ada"), ("email", "not an address")]).await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    assert!(page.contains("not an address") && page.contains("name@example.org"));
}

#[sqlx::test]
async fn a_customer_registers_by_mail_and_is_never_more_than_a_customer(db: PgPool) {
    let site = Site::open(db).await;
    let browser = site.browser("192.0.2.1");
    let answer = post(&browser, "/register", &[("name", "Marta"), ("email", "Marta@Customer.example")]).await;
    assert_eq!(location(&answer), "/register?sent=yes");
    assert_eq!(site.count("select count(*) from users where name = 'Marta'").await, 0, "not before the mail is read");
    let token = site.token("marta@customer.example").await;
    let page = browser.get(&format!("/reset/{token}")).await;
    page.assert_status_ok();
    assert!(page.text().contains("marta@customer.example"));
    let weak = post(&browser, &format!("/reset/{token}"), &[("password", "short")]).await;
    weak.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let answer = post(&browser, &format!("/reset/{token}"), &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/my");
    let marta = who(&browser).await.unwrap();
    assert_eq!((marta.name.as_str(), marta.role), ("Marta", Role::User));
}

#[sqlx::test]
async fn threat_01_fields_that_are_not_in_the_form_are_refused(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    let extra = [("role", "superadmin"), ("id", "00000000-0000-0000-0000-000000000000"), ("active", "true")];
    for (name, value) in extra {
        let forms: [(&str, Vec<(&str, &str)>); 4] = [
            ("/register", vec![("name", "Eve"), ("email", "eve@evil.example")]),
            ("/login", vec![("email", &ada.email), ("password", PASSWORD)]),
            ("/my/profile", vec![("form", "profile"), ("name", "Eve"), ("phone", ""), ("time_zone", "UTC")]),
            (
                "/setup",
                vec![
                    ("organisation", "E"),
                    ("name", "Eve"),
                    ("email", "eve@evil.example"),
                    ("password", PASSWORD),
                    ("time_zone", "UTC"),
                ],
            ),
        ];
        for (path, mut fields) in forms {
            fields.push((name, value));
            post(&browser, path, &fields).await.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    assert_eq!(site.count("select count(*) from users where name = 'Eve' or role = 'superadmin'").await, 1);
    assert_eq!(site.count("select count(*) from deliveries").await, 0);
}

#[sqlx::test]
async fn threat_07_answers_hold_no_hash_and_no_token(db: PgPool) {
    let site = Site::open(db).await;
    let root = site.person("Ruth", Role::Superadmin).await;
    let browser = site.browser("192.0.2.1");
    let answer = sign_in(&browser, &root.email, PASSWORD).await;
    let cookie = session_cookie(&answer).unwrap();
    let id = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    for path in [MyAccount::PATH, ListSessions::PATH] {
        let answer = call(&browser, path, &[]).await;
        answer.assert_status_ok();
        let text = answer.text();
        assert!(text.contains(&root.email));
        for secret in ["argon2", "password_hash", "token", id.as_str()] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[sqlx::test]
async fn threat_27_links_come_from_the_setting_and_never_from_the_request(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browser = site.browser("192.0.2.1");
    for (path, email) in [("/forgot", ada.email.as_str()), ("/register", "new@customer.example")] {
        let mut fields = vec![("email", email)];
        if path == "/register" {
            fields.push(("name", "New"));
        }
        let request = browser.post(path).add_header(header::HOST, "evil.example").form(&fields);
        let request =
            request.add_header("x-forwarded-host", "evil.example").add_header("forwarded", "host=evil.example");
        request.await.assert_status(StatusCode::SEE_OTHER);
        let mail = site.mail(email).await;
        assert!(mail.contains("http://desk.example/reset/") && !mail.contains("evil"), "{mail}");
    }
}

#[sqlx::test]
async fn threat_28_a_link_works_once_for_its_purpose_and_not_for_long(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browser = site.browser("192.0.2.1");
    let ask = async || {
        post(&browser, "/forgot", &[("email", &ada.email)]).await.assert_status(StatusCode::SEE_OTHER);
        site.token(&ada.email).await
    };
    let token = ask().await;
    assert_eq!(token.len(), 43, "256 bits in base64");
    let stored: Vec<u8> = sqlx::query_scalar("select hash from one_time_tokens").fetch_one(&site.db).await.unwrap();
    assert_ne!(stored, token.as_bytes(), "only its hash is kept");
    // For another purpose.
    post(&browser, &format!("/email/{token}"), &[]).await.assert_status_not_found();
    // Once, of many at the same moment too.
    let path = format!("/reset/{token}");
    let other = site.browser("192.0.2.2");
    let form = [("password", "a-brand-new-secret")];
    let (one, two) = tokio::join!(post(&browser, &path, &form), post(&other, &path, &form));
    let mut statuses = [one.status_code(), two.status_code()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND]);
    browser.get(&path).await.assert_status_not_found();
    // Not after an hour.
    let late = ask().await;
    sqlx::query("update one_time_tokens set expires_at = now() - interval '1 second'").execute(&site.db).await.unwrap();
    post(&browser, &format!("/reset/{late}"), &form).await.assert_status_not_found();
    // A newer one, once used, makes the others useless.
    let (first, second) = (ask().await, ask().await);
    post(&browser, &format!("/reset/{second}"), &form).await.assert_status(StatusCode::SEE_OTHER);
    post(&browser, &format!("/reset/{first}"), &form).await.assert_status_not_found();
    // And guesses are not for free.
    post(&browser, "/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &form).await.assert_status_not_found();
}

#[sqlx::test]
async fn threat_28_an_address_changes_by_a_link_and_the_old_one_is_told(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    let ask = [("form", "email"), ("email", "ada@new.example"), ("proof", "wrong-password")];
    post(&browser, "/my/profile", &ask).await.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let ask = [("form", "email"), ("email", "ada@new.example"), ("proof", PASSWORD)];
    post(&browser, "/my/profile", &ask).await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(who(&browser).await.unwrap().email, ada.email, "not before the link is followed");
    let token = site.token("ada@new.example").await;
    browser.get(&format!("/email/{token}")).await.assert_status_ok();
    post(&browser, &format!("/email/{token}"), &[]).await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(who(&browser).await.unwrap().email, "ada@new.example");
    assert!(site.mail(&ada.email).await.contains("uses another address"));
    // Somebody else's address: the same answer, and no link.
    let ask = [("form", "email"), ("email", "root@desk.example"), ("proof", PASSWORD)];
    post(&browser, "/my/profile", &ask).await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(site.count("select count(*) from deliveries where recipient = 'root@desk.example'").await, 0);
}

#[sqlx::test]
async fn threat_29_the_lock_tells_nothing_either(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let mut statuses = Vec::new();
    for email in [ada.email.as_str(), "nobody@desk.example"] {
        let browser = site.browser("192.0.2.7");
        let mut seen = Vec::new();
        for _ in 0..7 {
            seen.push(sign_in(&browser, email, "not-the-password").await.status_code().as_u16());
        }
        statuses.push(seen);
    }
    assert_eq!(statuses[0], [401, 401, 401, 401, 401, 429, 429]);
    assert_eq!(statuses[0], statuses[1]);
}

#[sqlx::test]
async fn a_lock_holds_off_guesses_and_ends_by_itself(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let thief = site.browser("203.0.113.1");
    for _ in 0..5 {
        sign_in(&thief, &ada.email, "not-the-password").await.assert_status_unauthorized();
    }
    let answer = sign_in(&thief, &ada.email, PASSWORD).await;
    answer.assert_status_too_many_requests();
    let wait: u32 = answer.header(header::RETRY_AFTER).to_str().unwrap().parse().unwrap();
    assert!((1..=16).contains(&wait), "{wait}");
    // On every server, and from everywhere.
    let elsewhere = site.twin().browser("203.0.113.2");
    sign_in(&elsewhere, &ada.email, PASSWORD).await.assert_status_too_many_requests();
    assert_eq!(site.count("select count(*) from events where kind = 'locked_out'").await, 1);
    sqlx::query("update sign_in_failures set locked_until = now()").execute(&site.db).await.unwrap();
    sign_in(&thief, &ada.email, PASSWORD).await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(site.count("select count(*) from sign_in_failures").await, 0, "a success forgives");
}

#[sqlx::test]
async fn a_hundred_guesses_at_once_are_a_hundred(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browsers: Vec<_> = (0..20).map(|n| site.browser(&format!("203.0.113.{n}"))).collect();
    let guesses = browsers.iter().map(|browser| sign_in(browser, &ada.email, "not-the-password"));
    let answers = futures::future::join_all(guesses).await;
    let checked = answers.iter().filter(|a| a.status_code() == StatusCode::UNAUTHORIZED).count();
    assert!(checked <= 5, "{checked} guesses were checked before the lock");
}

#[sqlx::test]
async fn threat_33_a_stranger_cannot_lock_the_owner_out(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let home = site.signed_in(&ada, "192.0.2.1").await;
    post(&home, "/logout", &[]).await;
    let thief = site.browser("203.0.113.1");
    for _ in 0..6 {
        sign_in(&thief, &ada.email, "not-the-password").await;
    }
    sign_in(&thief, &ada.email, PASSWORD).await.assert_status_too_many_requests();
    // The browser that signed in before passes the lock; and so does a link by mail.
    sign_in(&home, &ada.email, PASSWORD).await.assert_status(StatusCode::SEE_OTHER);
    let elsewhere = site.browser("192.0.2.9");
    post(&elsewhere, "/forgot", &[("email", &ada.email)]).await;
    let token = site.token(&ada.email).await;
    let answer = post(&elsewhere, &format!("/reset/{token}"), &[("password", "a-brand-new-secret")]).await;
    answer.assert_status(StatusCode::SEE_OTHER);
    // A known browser guesses no faster than others for long.
    post(&home, "/logout", &[]).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(sign_in(&home, &ada.email, "not-the-password").await.status_code());
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[sqlx::test]
async fn threat_30_a_session_id_does_not_survive_signing_in(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    // Planted by somebody who waits for it to become worth something.
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut browser = site.browser("192.0.2.1");
    browser.add_header(header::COOKIE, format!("kept_session={planted}"));
    let answer = sign_in(&browser, &ada.email, PASSWORD).await;
    let first = session_cookie(&answer).unwrap();
    assert!(!first.contains(planted));
    let thief = {
        let mut thief = site.browser("203.0.113.1");
        thief.add_header(header::COOKIE, format!("kept_session={planted}"));
        thief
    };
    assert_eq!(who(&thief).await, None);
    // Signing in again in the same browser ends the session before.
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    let before = site.count("select count(*) from user_sessions").await;
    let again = sign_in(&browser, &ada.email, PASSWORD).await;
    assert_ne!(session_cookie(&again), Some(first));
    assert_eq!(site.count("select count(*) from user_sessions").await, before);
}

#[sqlx::test]
async fn threat_30_a_new_password_rotates_here_and_ends_everywhere_else(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let here = site.signed_in(&ada, "192.0.2.1").await;
    let there = site.signed_in(&ada, "192.0.2.2").await;
    site.signed_in(&ada, "192.0.2.3").await;
    let other_server = site.twin();
    let before: Vec<Vec<u8>> =
        sqlx::query_scalar("select id_hash from user_sessions").fetch_all(&site.db).await.unwrap();
    let form = [("form", "password"), ("current", PASSWORD), ("password", "a-brand-new-secret")];
    post(&here, "/my/profile", &form).await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(who(&here).await.map(|p| p.id), Some(ada.id));
    assert_eq!(who(&there).await, None);
    let after: Vec<Vec<u8>> =
        sqlx::query_scalar("select id_hash from user_sessions").fetch_all(&site.db).await.unwrap();
    assert_eq!(after.len(), 1);
    assert!(!before.contains(&after[0]), "a new id");
    assert!(site.mail(&ada.email).await.contains("password of your account was just changed"));
    let browser = other_server.browser("192.0.2.4");
    sign_in(&browser, &ada.email, PASSWORD).await.assert_status_unauthorized();
    sign_in(&browser, &ada.email, "a-brand-new-secret").await.assert_status(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn threat_06_a_role_or_account_taken_away_is_refused_within_a_second_on_every_server(db: PgPool) {
    let site = Site::open(db).await;
    let root = site.person("Ruth", Role::Superadmin).await;
    let other = site.twin();
    for (name, role, active) in [("Ada", Role::User, true), ("Bo", Role::Agent, false)] {
        let agent = site.person(name, Role::Agent).await;
        let here = site.signed_in(&agent, "192.0.2.1").await;
        let there = other.signed_in(&agent, "192.0.2.2").await;
        assert!(who(&here).await.is_some() && who(&there).await.is_some());
        let mut tx = site.act(&root).await;
        admin::change(&mut tx, change(&agent, role, active)).await.unwrap();
        tx.commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(900)).await;
        assert_eq!((who(&here).await, who(&there).await), (None, None));
    }
    let twin = site.browser("192.0.2.5");
    sign_in(&twin, "bo@desk.example", PASSWORD).await.assert_status_unauthorized();
}

#[sqlx::test]
async fn the_last_superadmin_cannot_be_demoted_or_switched_off(db: PgPool) {
    let site = Site::new(db, false);
    let (ada, bo) = (site.person("Ada", Role::Superadmin).await, site.person("Bo", Role::Superadmin).await);
    let off = async |by: &Person, whom: &Person| {
        let mut tx = site.act(by).await;
        admin::change(&mut tx, change(whom, Role::Superadmin, false)).await?;
        tx.commit().await
    };
    let (one, two) = tokio::join!(off(&ada, &bo), off(&bo, &ada));
    let refused = |r: &Result<(), Error>| matches!(r, Err(Error::Refused(_)));
    assert!(one.is_ok() && refused(&two) || two.is_ok() && refused(&one), "{one:?} {two:?}");
    assert_eq!(site.count("select count(*) from users where role = 'superadmin' and active").await, 1);
    assert_eq!(site.count("select count(*) from events where kind = 'account_changed'").await, 1);
}

#[sqlx::test]
async fn threat_32_another_site_changes_nothing(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    for path in ["/logout", "/my/profile", "/login", "/login/demo", MyAccount::PATH] {
        for (name, value) in
            [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
        {
            let answer = browser.post(path).add_header(name, value).form(&[("form", "end_others")]).await;
            answer.assert_status_forbidden();
        }
    }
    assert!(who(&browser).await.is_some());
    let ours =
        browser.post("/logout").add_header("origin", "http://desk.example").add_header("sec-fetch-site", "same-origin");
    ours.await.assert_status(StatusCode::SEE_OTHER);
    assert_eq!(who(&browser).await, None);
    // Nothing is changed by following a link.
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    browser.get("/logout").await.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    assert!(who(&browser).await.is_some());
}

#[sqlx::test]
async fn threat_38_passwords_and_links_are_in_no_log_and_no_error(db: PgPool) {
    let site = Site::open(db).await;
    for canary in ["canary-wrong-horse", "short-cny", "canary-new-secret"] {
        secret(canary);
    }
    let (log, guard) = Log::keep();
    let ada = site.person("Ada", Role::User).await;
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    sign_in(&browser, &ada.email, "canary-wrong-horse").await;
    post(&browser, "/forgot", &[("email", &ada.email)]).await;
    let token = site.token(&ada.email).await;
    browser.get(&format!("/reset/{token}")).await;
    post(&browser, &format!("/reset/{token}"), &[("password", "short-cny")]).await;
    post(&browser, &format!("/reset/{token}"), &[("password", "canary-new-secret"), ("extra", "1")]).await;
    post(&browser, &format!("/reset/{token}"), &[("password", "canary-new-secret")]).await;
    sqlx::query("drop table one_time_tokens").execute(&site.db).await.unwrap();
    let broken = post(&browser, &format!("/reset/{token}"), &[("password", "canary-new-secret")]).await;
    broken.assert_status_internal_server_error();
    assert!(!broken.text().contains("one_time_tokens") && !broken.text().contains("canary"));
    drop(guard);
    let text = log.text();
    assert!(text.contains("one_time_tokens"), "the cause is in the log");
    for canary in ["canary", "short-cny", token.as_str()] {
        assert!(!text.contains(canary), "{canary} is in the log");
    }
    let events: String = sqlx::query_scalar("select coalesce(string_agg(payload::text, ' '), '') from events")
        .fetch_one(&site.db)
        .await
        .unwrap();
    assert!(!events.contains("canary") && !events.contains(&token));
}

#[sqlx::test]
async fn threat_40_demo_logins_exist_in_demo_mode_alone(db: PgPool) {
    let closed = Site::open(db.clone()).await;
    let browser = closed.browser("192.0.2.1");
    for role in Role::ALL {
        post(&browser, "/login/demo", &[("role", role.as_str())]).await.assert_status_not_found();
    }
    assert!(!browser.get("/login").await.text().contains("/login/demo"));
    assert_eq!(closed.count("select count(*) from user_sessions").await, 0);

    let demo = Site::new(db, true);
    for role in [Role::User, Role::Agent, Role::Admin, Role::Manager, Role::Ceo] {
        demo.person(&format!("Demo{role}"), role).await;
    }
    let page = demo.browser("192.0.2.2").get("/login").await.text();
    for role in Role::ALL {
        assert!(page.contains(&format!("value=\"{role}\"")), "a form for {role}");
        let browser = demo.browser("192.0.2.3");
        let answer = post(&browser, "/login/demo", &[("role", role.as_str())]).await;
        answer.assert_status(StatusCode::SEE_OTHER);
        assert_eq!(location(&answer), role.home());
        assert_eq!(who(&browser).await.map(|p| p.role), Some(role));
    }
}

#[sqlx::test]
async fn the_first_start_asks_once_for_the_first_superadmin(db: PgPool) {
    let site = Site::new(db, false);
    let (one, two) = (site.browser("192.0.2.1"), site.twin().browser("192.0.2.2"));
    for path in ["/", "/login", "/desk"] {
        assert_eq!(location(&one.get(path).await), "/setup", "{path}");
    }
    let page = one.get("/setup").await;
    page.assert_status_ok();
    let wrong = [
        ("organisation", ""),
        ("name", "Ruth"),
        ("email", "ruth@desk.example"),
        ("password", "short"),
        ("time_zone", "Mars/Base"),
    ];
    let answer = post(&one, "/setup", &wrong).await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("ruth@desk.example"));
    let form = |email: &'static str| {
        [
            ("organisation", "Larkfield"),
            ("name", "Ruth"),
            ("email", email),
            ("password", PASSWORD),
            ("time_zone", "Europe/Lisbon"),
        ]
    };
    let (first, second) = (form("ruth@desk.example"), form("mallory@desk.example"));
    let (first, second) = tokio::join!(post(&one, "/setup", &first), post(&two, "/setup", &second));
    let mut statuses = [first.status_code(), second.status_code()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND], "one is first");
    assert_eq!(site.count("select count(*) from users where role = 'superadmin'").await, 1);
    assert!(site.count("select count(*) from teams").await >= 1);
    assert!(site.count("select count(*) from categories").await >= 3);
    one.get("/setup").await.assert_status_not_found();
    one.get("/login").await.assert_status_ok();
}

#[sqlx::test]
async fn somebody_sees_their_devices_and_ends_any_of_them(db: PgPool) {
    let site = Site::open(db).await;
    let (ada, bo) = (site.person("Ada", Role::User).await, site.person("Bo", Role::User).await);
    let here = site.signed_in(&ada, "192.0.2.1").await;
    let there = site.signed_in(&ada, "192.0.2.2").await;
    let theirs = site.signed_in(&bo, "192.0.2.3").await;
    let page = here.get("/my/profile").await;
    page.assert_status_ok();
    let page = page.text();
    assert!(page.contains("192.0.2.1") && page.contains("192.0.2.2") && !page.contains("192.0.2.3"));
    // Nobody ends another person's session, even by its key.
    let key: String = sqlx::query_scalar("select encode(id_hash, 'hex') from user_sessions where user_id = $1")
        .bind(bo.id)
        .fetch_one(&site.db)
        .await
        .unwrap();
    post(&here, "/my/profile", &[("form", "end_session"), ("session", &key)]).await.assert_status_not_found();
    assert!(who(&theirs).await.is_some());
    post(&here, "/my/profile", &[("form", "end_others")]).await.assert_status(StatusCode::SEE_OTHER);
    assert!(who(&here).await.is_some() && who(&there).await.is_none());
}

#[sqlx::test]
async fn every_answer_carries_the_security_headers(db: PgPool) {
    let site = Site::open(db).await;
    let browser = site.browser("192.0.2.1");
    for path in ["/login", "/logout", "/nowhere"] {
        let answer = browser.get(path).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), HeaderValue::from_static("nosniff"));
        assert_eq!(answer.header(header::REFERRER_POLICY), HeaderValue::from_static("same-origin"));
        assert!(answer.maybe_header(header::STRICT_TRANSPORT_SECURITY).is_none(), "only behind https");
    }
    let page = browser.get("/login").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY).to_str().unwrap().to_owned();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
    assert!(page.text().contains(&format!("nonce=\"{nonce}\"")));
    assert!(!browser.get("/login").await.text().contains(&nonce), "a nonce is used once");
}
