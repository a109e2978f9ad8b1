//! When something breaks: what people are told, what the log keeps, and what neither may hold.
use std::time::Duration;

use axum::http::{HeaderName, StatusCode};
use axum_test::{TestRequest, TestResponse, TestServer};
use kept_app::{
    core::{Error, Role},
    people::api::MyAccount,
};
use leptos::server_fn::ServerFn as _;
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};

use super::{House, PASSWORD, Site, call, file, said, tell};
use crate::{
    http::accounts::site::{post, sign_in},
    testing::canaries::{Log, secret},
};

/// The id that the header of the answer names.
fn id(answer: &TestResponse) -> String {
    said(answer, HeaderName::from_static("x-request-id"))
}

/// What the log says under the id of the answer.
fn logged(log: &Log, answer: &TestResponse) -> String {
    let id = id(answer);
    let lines: Vec<String> = log.text().lines().filter(|line| line.contains(&id)).map(str::to_owned).collect();
    lines.join("\n")
}

#[sqlx::test]
async fn what_a_person_is_told_the_log_and_the_header_name_one_request(db: PgPool) {
    let house = House::open(db).await;
    let agent = house.visitor(Some(Role::Agent)).await;
    let guest = house.visitor(None).await;
    // Broken: the sign-in form, what a page loads, and a server function.
    for table in ["sign_in_failures", "ticket_messages", "one_time_tokens"] {
        let drop = format!("alter table {table} rename to gone_{table}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(house.db()).await.unwrap();
    }
    let (log, guard) = Log::keep();
    let form = sign_in(&guest, "ada@desk.example", PASSWORD).await;
    let link = guest.get("/reset/none").await;
    let page = agent.get("/tickets/1001").await;
    drop(guard);
    for (answer, table) in [(form, "sign_in_failures"), (link, "one_time_tokens"), (page, "ticket_messages")] {
        answer.assert_status_internal_server_error();
        let told = answer.text();
        assert!(told.contains(&format!("tell us {}", id(&answer))), "{table}: {} in {told}", id(&answer));
        assert!(!told.contains(table), "the cause is not for people: {told}");
        assert!(logged(&log, &answer).contains(table), "{table}: {}", logged(&log, &answer));
    }
}

#[sqlx::test]
async fn a_call_of_the_browsers_code_is_told_the_id_of_its_request(db: PgPool) {
    let house = House::open(db).await;
    let agent = house.visitor(Some(Role::Agent)).await;
    agent.get("/desk").await.assert_status_ok();
    sqlx::raw_sql("alter table settings rename to gone_settings").execute(house.db()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let (log, guard) = Log::keep();
    let answer = call(&agent, MyAccount::PATH, &[]).await;
    drop(guard);
    let Error::Internal { request } = answer.json::<Error>() else { panic!("{}", answer.text()) };
    assert_eq!(request.to_string(), id(&answer));
    assert!(logged(&log, &answer).contains("settings"), "{}", logged(&log, &answer));
}

/// Ends the connection that waits for a lock, as a database does that is stopped. `looking` is in no transaction:
/// there it would see again and again what it saw first.
async fn stop_waiting(looking: &mut PgConnection) {
    let stop = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'";
    for _ in 0..500 {
        let stopped: i64 = sqlx::query_scalar(stop).fetch_one(&mut *looking).await.unwrap();
        if stopped > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody waits");
}

/// The answer to `asked`, whose connection to the database is cut off as it reads `table`.
async fn cut_off(db: &PgPool, table: &str, asked: TestRequest) -> TestResponse {
    let mut own = PgConnection::connect_with(&db.connect_options()).await.unwrap();
    let mut looking = PgConnection::connect_with(&db.connect_options()).await.unwrap();
    let mut lock = own.begin().await.unwrap();
    let take = format!("lock table {table} in access exclusive mode");
    sqlx::raw_sql(sqlx::AssertSqlSafe(take)).execute(&mut *lock).await.unwrap();
    let (answer, ()) = tokio::join!(asked.into_future(), stop_waiting(&mut looking));
    answer
}

#[sqlx::test]
async fn a_database_that_stops_in_the_middle_is_said_to_be_back_soon(db: PgPool) {
    let house = House::open(db).await;
    let agent = house.visitor(Some(Role::Agent)).await;
    let guest = house.visitor(None).await;
    let form = [("email", "ada@desk.example"), ("password", PASSWORD)];
    let asked: [(&str, TestRequest); 4] = [
        ("sign_in_failures", guest.post("/login").form(&form)),
        ("ticket_messages", agent.get("/tickets/1001")),
        ("user_sessions", agent.get("/desk")),
        ("users", call_of(&agent, MyAccount::PATH)),
    ];
    for (table, asked) in asked {
        // What is known of the session is asked for anew.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let answer = cut_off(house.db(), table, asked).await;
        let told = answer.text();
        if let Ok(error) = serde_json::from_str::<Error>(&told) {
            assert_eq!(error, Error::Unavailable, "{table}");
        } else {
            assert_eq!(answer.status_code(), StatusCode::SERVICE_UNAVAILABLE, "{table}: {told}");
            assert!(told.contains("Nothing is lost; please try again in a moment."), "{table}: {told}");
        }
    }
    // And back it is.
    agent.get("/tickets/1001").await.assert_status_ok();
}

fn call_of(browser: &TestServer, path: &str) -> TestRequest {
    browser.post(path).add_header("accept", "application/json").form(&[("", ""); 0])
}

#[sqlx::test]
async fn whoever_waits_in_vain_for_a_connection_is_asked_to_come_back(db: PgPool) {
    Site::open(db.clone()).await;
    let few = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(100));
    let pool = few.connect_with((*db.connect_options()).clone()).await.unwrap();
    let site = Site::new(pool.clone(), false);
    let browser = site.browser("192.0.2.1");
    browser.get("/login").await.assert_status_ok();
    let _held = pool.acquire().await.unwrap();
    let answer = sign_in(&browser, "ada@desk.example", PASSWORD).await;
    assert_eq!(answer.status_code(), StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
    assert!(answer.text().contains("Nothing is lost; please try again in a moment."));
}

#[sqlx::test]
async fn threat_38_what_people_send_is_in_no_log_even_where_it_breaks(db: PgPool) {
    let house = House::open(db).await;
    for canary in ["canary-typed-password", "canary-typed-text", "canary@customer.example", "canary-user-agent"] {
        secret(canary);
    }
    let agent = house.visitor(Some(Role::Agent)).await;
    let mut guest = house.visitor(None).await;
    guest.add_header("user-agent", "canary-user-agent");
    let text = super::request_of("canary@customer.example", "canary-typed-text");
    let token =
        file(&guest, text.add_part("files", super::attached("canary-typed-text.txt", "canary-typed-text"))).await;
    let requests = async || {
        sign_in(&guest, "canary@customer.example", "canary-typed-password").await;
        post(&guest, "/register", &[("name", "canary-typed-text"), ("email", "canary@customer.example")]).await;
        post(&guest, "/forgot", &[("email", "canary@customer.example")]).await;
        post(&guest, "/login", &[("emial", "canary@customer.example"), ("password", "canary-typed-password")]).await;
        guest.get(&format!("/track/{token}")).await;
        guest.get("/reset/canary-typed-text?next=canary-typed-text").await;
        let reply = axum_test::multipart::MultipartForm::new().add_text("text", "canary-typed-text");
        guest.post(&format!("/track/{token}/reply")).multipart(reply).await;
        guest.post("/submit").multipart(super::request_of("canary@customer", "canary-typed-text")).await;
        guest.post("/submit").text("canary-typed-text").await;
        agent.get("/tickets?q=canary-typed-text").await;
        call(&agent, MyAccount::PATH, &[("id", "canary-typed-text")]).await;
        agent.get("/live?since=canary-typed-text&track=canary-typed-text").await;
        agent.get("/canary-typed-text").await;
    };
    requests().await;
    tell(&house.site).await;
    // The same once more, with what the requests need out of order.
    for table in ["sign_in_failures", "ticket_messages", "one_time_tokens", "ticket_numbers", "events"] {
        let what = if table == "ticket_numbers" { "sequence" } else { "table" };
        let rename = format!("alter {what} {table} rename to gone_{table}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(rename)).execute(house.db()).await.unwrap();
    }
    requests().await;
    // The house itself fails the test if one of them is in the log.
}
