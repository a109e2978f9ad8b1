//! The calendars' form as a browser without JavaScript meets it: asked, filled from a file, refused.
use axum::http::StatusCode;
use axum_test::{
    TestServer,
    multipart::{MultipartForm, Part},
};
use kept_app::core::Role;
use sqlx::PgPool;

use crate::http::accounts::site::Site;

const NEW: &str = "/admin/sla/calendars/new";

async fn browser(site: &Site, role: Role) -> TestServer {
    let person = site.person("Jonas", role).await;
    site.signed_in(&person, "192.0.2.1").await
}

/// The form, with `file` in it.
fn form(file: impl Into<Vec<u8>>) -> MultipartForm {
    let fields = [("seen", "0"), ("name", "Branch <office>"), ("zone", "Europe/Madrid"), ("weekly.mon", "09:00-17:00")];
    let form = fields.into_iter().fold(MultipartForm::new(), |form, (name, text)| form.add_text(name, text));
    let form = form.add_text("holidays", "12-26 Boxing Day");
    let file = Part::bytes(file.into()).file_name("holidays.ics").mime_type("text/calendar");
    form.add_part("ics", file).add_text("overrides", "2026-11-28 closed")
}

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

async fn calendars(db: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from sla_calendars").fetch_one(db).await.unwrap()
}

#[sqlx::test]
async fn a_file_fills_the_form_and_saves_nothing(db: PgPool) {
    let site = Site::open(db).await;
    let admin = browser(&site, Role::Admin).await;
    let before = calendars(&site.db).await;
    let file = event("DTSTART;VALUE=DATE:20270101\r\nSUMMARY:New </textarea><script>alert(1)</script>");
    let answer = admin.post(&format!("{NEW}/import")).multipart(form(file)).await;
    answer.assert_status_ok();
    let page = answer.text();
    for part in [
        "1 holiday was added below",
        "12-26 Boxing Day\n2027-01-01 New &lt;",
        "Branch &lt;office&gt;",
        "2026-11-28 closed",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script>alert(1)"), "what a file says is text");
    assert_eq!(calendars(&site.db).await, before);
}

#[sqlx::test]
async fn a_file_that_cannot_be_read_is_refused_at_its_field_with_all_that_was_typed(db: PgPool) {
    let site = Site::open(db).await;
    let admin = browser(&site, Role::Admin).await;
    let megabytes = |n: usize| vec![b'x'; n * 1024 * 1024];
    for (file, said, is_whole) in [
        (b"no calendar".to_vec(), "it cannot be read from line 1 on", true),
        (Vec::new(), "Choose a calendar file (.ics) first", true),
        (megabytes(2), "This file is larger than 1 MB", true),
        // So large that the form is not read at all where it comes at once, as here.
        (megabytes(17), "This file is larger than we can take", false),
    ] {
        let answer = admin.post(&format!("{NEW}/import")).multipart(form(file)).await;
        answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        assert!(page.contains(said), "{said}");
        for part in ["Branch &lt;office&gt;", "12-26 Boxing Day", "2026-11-28 closed"] {
            assert_eq!(page.contains(part), is_whole, "{said}: {part}");
        }
    }
    let unknown = form(event("DTSTART;VALUE=DATE:20270101")).add_text("role", "admin");
    let answer = admin.post(&format!("{NEW}/import")).multipart(unknown).await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let forgotten =
        [("seen", "0"), ("name", "Branch"), ("zone", "UTC"), ("weekly.mon", "09:00-17:00"), ("ics", "a.ics")];
    let answer = admin.post(NEW).form(&forgotten).await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Add this file’s holidays first"));
}

#[sqlx::test]
async fn hours_are_probed_as_they_are_typed_by_administrators_alone(db: PgPool) {
    let site = Site::open(db).await;
    let admin = browser(&site, Role::Admin).await;
    let fields = [
        ("name", ""),
        ("zone", "Europe/Madrid"),
        ("weekly.mon", "09:00-13:00, 12:00-18:00"),
        ("probe.from", "2026-11-30T10:00"),
        ("probe.hours", "8"),
        ("seen", "0"),
    ];
    let answer = admin.post(&format!("{NEW}/probe")).form(&fields).await;
    answer.assert_status_ok();
    let page = answer.text();
    for part in [
        "Monday 30 November 2026, 10:00 are over on Monday 30 November 2026, 18:00",
        "overlap: counted once",
        "12:00-18:00",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let wrong = [("zone", "Mars"), ("weekly.mon", "9 to 5"), ("holidays", "2026-12-28 Bridge day")];
    let answer = admin.post(&format!("{NEW}/probe")).form(&wrong).await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("is not a span of hours") && answer.text().contains("2026-12-28 Bridge day"));

    let agent = site.person("Ada", Role::Agent).await;
    let agent = site.signed_in(&agent, "192.0.2.2").await;
    agent.post(&format!("{NEW}/probe")).form(&fields).await.assert_status(StatusCode::FORBIDDEN);
    let file = form(event("DTSTART;VALUE=DATE:20270101"));
    agent.post(&format!("{NEW}/import")).multipart(file).await.assert_status(StatusCode::FORBIDDEN);
    site.browser("192.0.2.3").post(&format!("{NEW}/probe")).form(&fields).await.assert_status_unauthorized();
}
