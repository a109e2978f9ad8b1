//! Accounts, by the front door.
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use axum::http::{StatusCode, header};
use axum_test::{TestRequest, TestResponse, TestServer};
use kept_app::{
    core::Role,
    people::{api::ListSessions, password},
};
use leptos::server_fn::ServerFn as _;
use sqlx::PgPool;

use super::{ATTACK, PASSWORD, Site, call, done, location, said};
use crate::http::accounts::site::{post, sign_in};

#[sqlx::test]
async fn threat_18_only_a_trusted_proxy_says_where_somebody_signed_in(db: PgPool) {
    let site = Site::open(db).await;
    let root = site.person("Ruth", Role::Superadmin).await;
    // No proxy of ours stands between: whatever it forwards, it made up.
    let mut browser = site.peer([203, 0, 113, 9]);
    for (name, value) in [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-real-ip", "6.6.6.6"),
        ("forwarded", "for=6.6.6.6"),
        ("cf-connecting-ip", "6.6.6.6"),
        ("user-agent", "<script>alert(1)</script>\"><img src=x onerror=alert(2)> Firefox/1.0 (Windows)"),
    ] {
        browser.add_header(name, value);
    }
    sign_in(&browser, &root.email, PASSWORD).await.assert_status(StatusCode::SEE_OTHER);
    for path in ["/my/profile", "/system/sessions", "/system/audit"] {
        let page = browser.get(path).await;
        page.assert_status_ok();
        let page = page.text();
        assert!(!page.contains("6.6.6.6") && !page.contains("<script>alert") && !page.contains("<img src=x"), "{path}");
        assert!(page.contains("203.0.113.9"), "{path}");
    }
    let sessions = call(&browser, ListSessions::PATH, &[]).await;
    done(&sessions);
    assert!(sessions.text().contains("203.0.113.9") && !sessions.text().contains("6.6.6.6"));
}

#[sqlx::test]
async fn threat_18_another_forwarded_address_each_time_passes_no_limit(db: PgPool) {
    let site = Site::open(db).await;
    let browser = site.peer([203, 0, 113, 9]);
    let mut statuses = Vec::new();
    for n in 0..70 {
        let form = [("email", format!("nobody{n}@desk.example")), ("password", "not-the-password".to_owned())];
        let answer = browser.post("/login").add_header("x-forwarded-for", format!("198.51.100.{n}")).form(&form).await;
        statuses.push(answer.status_code());
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses[69], StatusCode::TOO_MANY_REQUESTS);
    // Each of them counts for itself where a proxy of ours says so.
    let proxied = site.browser("198.51.100.200");
    sign_in(&proxied, "nobody@desk.example", "not-the-password").await.assert_status_unauthorized();
}

#[sqlx::test]
async fn threat_28_guessing_at_links_comes_to_an_end(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    post(&site.browser("192.0.2.1"), "/forgot", &[("email", &ada.email)]).await;
    let token = site.token(&ada.email).await;
    let thief = site.browser("203.0.113.1");
    let form = [("password", "a-brand-new-secret")];
    let mut guesses = Vec::new();
    for n in 0..70 {
        let guess = format!("{n:0>43}");
        guesses.push(post(&thief, &format!("/reset/{guess}"), &form).await.status_code());
        guesses.push(post(&thief, &format!("/email/{guess}"), &[]).await.status_code());
    }
    assert_eq!(guesses[0], StatusCode::NOT_FOUND);
    assert!(guesses[130..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{guesses:?}");
    // Not even the right one, while that lasts; its owner has it all the same.
    post(&thief, &format!("/reset/{token}"), &form).await.assert_status_too_many_requests();
    let owner = site.browser("192.0.2.1");
    post(&owner, &format!("/reset/{token}"), &form).await.assert_status(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn threat_28_a_link_to_change_an_address_opens_no_account(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let browser = site.signed_in(&ada, "192.0.2.1").await;
    let ask = [("form", "email"), ("email", "ada@new.example"), ("proof", PASSWORD)];
    post(&browser, "/my/profile", &ask).await.assert_status(StatusCode::SEE_OTHER);
    let token = site.token("ada@new.example").await;
    let thief = site.browser("203.0.113.1");
    let form = [("password", "a-brand-new-secret")];
    post(&thief, &format!("/reset/{token}"), &form).await.assert_status_not_found();
    sign_in(&thief, &ada.email, "a-brand-new-secret").await.assert_status_unauthorized();
    // The attempt did not use it up.
    post(&browser, &format!("/email/{token}"), &[]).await.assert_status(StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn threat_30_a_password_chosen_by_link_ends_every_session_before(db: PgPool) {
    let site = Site::open(db).await;
    let ada = site.person("Ada", Role::User).await;
    let thief = site.signed_in(&ada, "203.0.113.1").await;
    let owner = site.browser("192.0.2.1");
    post(&owner, "/forgot", &[("email", &ada.email)]).await;
    let token = site.token(&ada.email).await;
    let answer = post(&owner, &format!("/reset/{token}"), &[("password", "a-brand-new-secret")]).await;
    assert_eq!(location(&answer), "/my");
    owner.get("/my").await.assert_status_ok();
    let shut = thief.get("/my").await;
    assert!(said(&shut, header::LOCATION).starts_with("/login"), "{}", shut.status_code());
    assert_eq!(site.count("select count(*) from user_sessions").await, 1);
}

/// What the answers at one door were, and how long they took.
#[derive(Default)]
struct Heard {
    answers: BTreeSet<String>,
    known: Vec<Duration>,
    unknown: Vec<Duration>,
}

impl Heard {
    /// How much longer it takes where there is an account. By the quick tenth of each: what held up the others
    /// was other work of the machine.
    fn ratio(&self) -> f64 {
        let quick = |times: &[Duration]| {
            let mut times = times.to_vec();
            times.sort_unstable();
            times[times.len() / 10].as_secs_f64()
        };
        quick(&self.known) / quick(&self.unknown)
    }

    async fn hear(&mut self, try_: TestRequest, email: &str, is_known: bool) {
        let begun = Instant::now();
        let answer = try_.await;
        let took = begun.elapsed();
        self.answers.insert(seen(&answer, email));
        if is_known { self.known.push(took) } else { self.unknown.push(took) }
    }
}

/// All that an answer tells, without what differs each time by nature.
fn seen(answer: &TestResponse, email: &str) -> String {
    let mut page = answer.text().replace(email, "ADDRESS");
    if let Some(nonce) = page.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned) {
        page = page.replace(&nonce, "NONCE");
    }
    let headers = answer.headers().keys().map(ToString::to_string).collect::<BTreeSet<_>>();
    format!("{} {headers:?} {:?} {page}", answer.status_code(), answer.maybe_header(header::LOCATION))
}

/// A try at `path`, from an address of its own so that no limit answers instead.
fn knock(browser: &TestServer, path: &str, email: &str, n: usize) -> TestRequest {
    let mut fields = vec![("email", email)];
    match path {
        "/login" => fields.push(("password", "not-the-password")),
        "/register" => fields.push(("name", "Somebody")),
        _ => {}
    }
    let ip = format!("10.{}.{}.1", n / 250, n % 250);
    browser.post(path).add_header("x-forwarded-for", ip).form(&fields)
}

#[sqlx::test]
async fn threat_29_in_a_thousand_tries_nothing_tells_whether_an_address_has_an_account(db: PgPool) {
    const ADDRESSES: usize = 168;
    // Letters for a mailbox take a quarter of a second, whoever it belongs to: so many at a time.
    const AT_ONCE: usize = 12;
    let site = Site::open(db).await;
    password::warm_up(&site.app).await.unwrap();
    let mut addresses = [Vec::new(), Vec::new()];
    for n in 0..ADDRESSES {
        addresses[1].push(site.person(&format!("Known{n:03}"), Role::User).await.email);
        addresses[0].push(format!("other{n:03}@desk.example"));
    }
    let browser = site.peer([127, 0, 0, 1]);
    let mut heard: BTreeMap<&str, Heard> = BTreeMap::new();
    let mut tries = 0;
    for (n, (unknown, known)) in addresses[0].iter().zip(&addresses[1]).enumerate() {
        // Now one first, now the other, in no rhythm that the machine could have, too.
        let first = n.count_ones() % 2 == 0;
        for is_known in [first, !first] {
            let email = if is_known { known } else { unknown };
            let login = heard.entry("/login").or_default();
            login.hear(knock(&browser, "/login", email, tries), email, is_known).await;
            tries += 1;
        }
    }
    for path in ["/forgot", "/register"] {
        let door = heard.entry(path).or_default();
        for from in (0..ADDRESSES).step_by(AT_ONCE) {
            // All of one kind together, so that neither hides behind the work of the other.
            for is_known in [true, false] {
                let some = &addresses[usize::from(is_known)][from..from + AT_ONCE];
                let knocks = some.iter().enumerate().map(|(n, email)| {
                    let knock = knock(&browser, path, email, tries + n);
                    async move {
                        let mut heard = Heard::default();
                        heard.hear(knock, email, is_known).await;
                        heard
                    }
                });
                for one in futures::future::join_all(knocks).await {
                    door.answers.extend(one.answers);
                    door.known.extend(one.known);
                    door.unknown.extend(one.unknown);
                }
                tries += AT_ONCE;
            }
        }
    }
    assert!(tries >= 1_000, "{tries} tries");
    for (path, door) in heard {
        assert_eq!(door.answers.len(), 1, "{path} answers differently: {:#?}", door.answers);
        let ratio = door.ratio();
        // A door that hashes no password, or writes no letter, for one of the two is many times as quick for it;
        // beside other tests on two cores, equal work has been seen to differ by a quarter.
        assert!((0.6..1.67).contains(&ratio), "{path} takes {ratio:.2} times as long where there is an account");
    }
}

#[sqlx::test]
async fn threat_29_a_form_filled_in_with_anybodys_address_answers_alike(db: PgPool) {
    let house = super::House::open(db).await;
    let known = house.person(Role::Agent).email.clone();
    let mut answers = BTreeSet::new();
    for email in [known.as_str(), "nobody@elsewhere.example"] {
        let sent = house.visitor(None).await.post("/submit").multipart(super::request_of(email, ATTACK)).await;
        let token = location(&sent);
        let page = house.visitor(None).await.get(&token).await;
        let number: i64 = sqlx::query_scalar("select max(number) from tickets").fetch_one(house.db()).await.unwrap();
        let path = token.trim_start_matches("/sent/");
        let page = seen(&page, email).replace(path, "TOKEN").replace(&number.to_string(), "NUMBER");
        // What is promised is counted from the second in which it was filed.
        answers.insert(page.replace(|c: char| c.is_ascii_digit(), "0"));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
}
