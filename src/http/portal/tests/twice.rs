//! The same form, sent twice.
use super::*;

#[sqlx::test]
async fn a_form_sent_twice_files_one_request(db: PgPool) {
    let desk = Desk::open(db).await;
    let token = token(&desk.get("/submit").await.text);
    let form = Form::request().with("uploads", &token).file("display.txt", b"0.0 mg/l");
    // A second click, before the answer to the first is there.
    let (first, second) = tokio::join!(desk.post("/submit", &form), desk.post("/submit", &form));
    assert_eq!([first.status, second.status], [StatusCode::SEE_OTHER; 2], "{} {}", first.text, second.text);
    // A reload of what came of it.
    let third = desk.post("/submit", &form).await;
    assert_eq!(desk.tickets().await, 1);
    let files = sqlx::query_scalar::<_, i64>("select count(*) from attachments where message_id is not null");
    assert_eq!(files.fetch_one(&desk.app.db).await.expect("a count"), 1);
    for again in [&second, &third] {
        let page = desk.get(&again.location).await;
        assert!(page.text.contains("#1001"), "{}", page.text);
    }
}

#[sqlx::test]
async fn other_words_in_the_same_form_are_another_request(db: PgPool) {
    let desk = Desk::open(db).await;
    let form = Form::request().with("uploads", &token(&desk.get("/submit").await.text));
    desk.file(&form).await;
    // Back, and something else typed into the page that the browser kept.
    desk.file(&form.clone().with("subject", "The other probe, too")).await;
    assert_eq!(desk.tickets().await, 2);
}

#[sqlx::test]
async fn a_file_added_to_a_form_that_was_sent_is_not_lost(db: PgPool) {
    let desk = Desk::open(db).await;
    let token = token(&desk.get("/submit").await.text);
    let form = Form::request().with("uploads", &token);
    desk.file(&form).await;
    // With JavaScript a file travels ahead of its form …
    let ahead = desk.post("/uploads", &Form::default().with("uploads", &token).file("log.txt", b"0.0")).await;
    assert_eq!(ahead.status, StatusCode::OK, "{}", ahead.text);
    let again = desk.post("/submit", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("were sent already") && again.text.contains("log.txt"), "{}", again.text);
    desk.file(&form.clone().with("description", "Here is the log of it.")).await;
    // … and without it in the same request.
    desk.file(&form.file("other.txt", b"1.0")).await;
    assert_eq!(desk.tickets().await, 3);
}

#[sqlx::test]
async fn a_refused_form_can_be_sent_again(db: PgPool) {
    let desk = Desk::open(db).await;
    let category: uuid::Uuid =
        sqlx::query_scalar("select id from categories").fetch_one(&desk.app.db).await.expect("a category");
    let form = Form::request().with("uploads", &token(&desk.get("/submit").await.text));
    let form = form.with("category", &category.to_string());
    let switch = async |on: bool| {
        sqlx::query("update categories set active = $1").bind(on).execute(&desk.app.db).await.expect("switched");
    };
    switch(false).await;
    let refused = desk.post("/submit", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    switch(true).await;
    desk.file(&form).await;
    assert_eq!(desk.tickets().await, 1);
}

#[sqlx::test]
async fn an_answer_sent_twice_is_written_once(db: PgPool) {
    let desk = Desk::open(db).await;
    let track = desk.file(&Form::request()).await;
    let form = Form::default().with("text", "Still zero.").with("uploads", &token(&desk.get(&track).await.text));
    for _ in 0..2 {
        let sent = desk.post(&format!("{track}/reply"), &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        assert!(sent.location.ends_with("#reply"), "{}", sent.location);
    }
    let written = sqlx::query_scalar::<_, i64>("select count(*) from ticket_messages where body = 'Still zero.'");
    assert_eq!(written.fetch_one(&desk.app.db).await.expect("a count"), 1);
}

#[sqlx::test]
async fn a_sent_form_is_forgotten_after_a_day(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.file(&Form::request().with("uploads", &token(&desk.get("/submit").await.text))).await;
    let known = async || sqlx::query_scalar::<_, i64>("select count(*) from sent_forms").fetch_one(&desk.app.db).await;
    kept_app::portal::sent::step(&desk.app).await.expect("a step");
    assert_eq!(known().await.expect("a count"), 1);
    sqlx::query("update sent_forms set at = at - interval '25 hours'").execute(&desk.app.db).await.expect("older");
    kept_app::portal::sent::step(&desk.app).await.expect("a step");
    assert_eq!(known().await.expect("a count"), 0);
}
