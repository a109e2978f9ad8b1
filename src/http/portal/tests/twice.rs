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
async fn a_refused_form_can_be_sent_again(db: PgPool) {
    let desk = Desk::open(db).await;
    let form = Form::request().with("uploads", &token(&desk.get("/submit").await.text));
    let refused = desk.post("/submit", &form.clone().with("email", "nobody")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
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
