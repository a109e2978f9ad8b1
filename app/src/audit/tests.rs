//! The chain on a real database.
use sqlx::PgPool;

use super::{
    link,
    model::{AuditFilter, Broken, Verdict},
    service,
    verify::run,
};
use crate::{
    core::{App, Error, Role},
    events::follow::Left,
    testing::Desk,
};

async fn seal_all(app: &App) {
    for _ in 0..1_000 {
        // Other tests' transactions on the same Postgres hold events back for a moment.
        if link::step(app).await.expect("a step") == Left::Nothing && verify(app).await.expect("a verdict").tail == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("sealing does not come to an end");
}

async fn verify(app: &App) -> Result<Verdict, Error> {
    run(&mut *app.db.acquire().await?).await
}

async fn events(app: &App) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from events"#).fetch_one(&app.db).await.expect("a count")
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_chain_holds_and_its_tail_is_told(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.ticket().await;
    let unsealed = verify(&desk.app).await.expect("a verdict");
    assert_eq!((unsealed.sound, unsealed.tail), (0, events(&desk.app).await));
    seal_all(&desk.app).await;
    let sealed = verify(&desk.app).await.expect("a verdict");
    assert_eq!((sealed.sound, sealed.tail, sealed.broken), (events(&desk.app).await, 0, None));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn several_writers_make_one_chain(db: PgPool) {
    let desk = Desk::open(db).await;
    for _ in 0..5 {
        desk.ticket().await;
        let (a, b, c) = tokio::join!(link::step(&desk.app), link::step(&desk.app), link::step(&desk.app));
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
    }
    seal_all(&desk.app).await;
    let verdict = verify(&desk.app).await.expect("a verdict");
    assert_eq!((verdict.sound, verdict.tail, verdict.broken), (events(&desk.app).await, 0, None));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_changed_event_is_found_at_its_position(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.ticket().await;
    seal_all(&desk.app).await;
    let seq = sqlx::query_scalar!("select event_seq from audit_logs where position = 2").fetch_one(&desk.app.db).await;
    let seq = seq.expect("a second link");
    sqlx::query!("update events set at = at - interval '1 hour' where seq = $1", seq)
        .execute(&desk.app.db)
        .await
        .expect("forged");
    let verdict = verify(&desk.app).await.expect("a verdict");
    assert_eq!((verdict.sound, verdict.broken), (1, Some(Broken::Changed { position: 2, event: seq })));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_link_taken_out_is_found(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.ticket().await;
    seal_all(&desk.app).await;
    sqlx::query!("delete from audit_logs where position = 1").execute(&desk.app.db).await.expect("forged");
    let verdict = verify(&desk.app).await.expect("a verdict");
    assert_eq!((verdict.sound, verdict.broken), (0, Some(Broken::Missing { position: 1 })));
    assert_eq!(verdict.tail, 1);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn only_a_superadmin_reads_the_log(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.ticket().await;
    for role in Role::ALL {
        let actor = desk.person(role.as_str(), role, &[desk.team]).await;
        let read = service::list(&mut desk.look(&actor).await, &AuditFilter::default()).await;
        match role {
            Role::Superadmin => assert!(!read.expect("the log").rows.is_empty()),
            _ => assert_eq!(read, Err(Error::Forbidden), "{role}"),
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_log_is_filtered_by_ticket_and_person_and_paged(db: PgPool) {
    let desk = Desk::open(db).await;
    let root = desk.person("Root", Role::Superadmin, &[]).await;
    let ada = desk.agent("Ada").await;
    let first = desk.ticket().await;
    desk.take(&ada, first.id).await.ok();
    for _ in 0..30 {
        desk.ticket().await;
    }
    let list = async |filter: AuditFilter| service::list(&mut desk.look(&root).await, &filter).await.expect("a page");
    let of_first = list(AuditFilter { ticket: Some(first.number), ..AuditFilter::default() }).await;
    assert!(!of_first.rows.is_empty() && of_first.rows.iter().all(|row| row.ticket == Some(first.number)));
    let of_ada = list(AuditFilter { person: "Ada@kept.example".to_owned(), ..AuditFilter::default() }).await;
    assert!(of_ada.rows.iter().all(|row| row.who.starts_with("Ada")));
    let all = list(AuditFilter::default()).await;
    assert_eq!(all.rows.len(), 50);
    let rest = list(AuditFilter { after: all.next, ..AuditFilter::default() }).await;
    assert!(rest.rows.iter().all(|row| row.seq < all.rows[49].seq));
}
