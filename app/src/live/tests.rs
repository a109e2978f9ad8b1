//! Streams on a real database.
use std::{sync::Arc, time::Duration};

use sqlx::{Connection as _, PgConnection, PgPool};

use super::{
    hub::{Full, Hub, KEPT, PER_OWNER, Reader},
    model::{LiveEvent, LiveKind},
    pump,
};
use crate::{
    conversations::model::MessageKind,
    core::{Actor, App, Role, id::fresh},
    events::{
        follow::{Left, until_nothing},
        reader::Cursor,
    },
    testing::{Desk, new_ticket},
};

/// A second server on the same database.
fn another(app: &App) -> App {
    App::new(app.db.clone(), app.config.clone(), app.secret.clone(), app.files.clone(), app.leptos.clone())
}

async fn pump_all(app: &App) {
    until_nothing(|| pump::step(app)).await;
}

fn open(app: &App, actor: &Actor, since: Option<Cursor>) -> Reader {
    app.room::<Hub>().open(actor.clone(), None, since).expect("a stream")
}

/// Everything the stream has to say by now.
async fn heard(reader: &mut Reader) -> Vec<LiveEvent> {
    let mut all = Vec::new();
    while let Ok(Some(told)) = tokio::time::timeout(Duration::from_millis(50), reader.next()).await {
        all.extend(told.events);
    }
    all
}

/// Puts down an event as a service does, on a connection of its own.
async fn put(db: &mut PgConnection, subject: uuid::Uuid) {
    sqlx::query!(
        "insert into events (at, kind, subject_id, public, payload)
         values (now(), 'configured', $1, false, '{\"area\": \"setting\", \"name\": \"x\", \"change\": \"y\"}')",
        subject
    )
    .execute(db)
    .await
    .expect("an event");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn no_reader_misses_a_lower_sequence_number_that_commits_after_a_higher(db: PgPool) {
    let desk = Desk::open(db.clone()).await;
    let servers = [desk.app.clone(), another(&desk.app)];
    let root = desk.person("Root", Role::Superadmin, &[]).await;
    let mut readers = Vec::new();
    for server in &servers {
        pump_all(server).await;
        let mut reader = open(server, &root, None);
        assert_eq!(heard(&mut reader).await, []);
        readers.push(reader);
    }
    let (mut slow, mut fast) = (db.acquire().await.expect("one"), db.acquire().await.expect("two"));
    let mut first = slow.begin().await.expect("a transaction");
    put(&mut first, fresh()).await;
    let mut second = fast.begin().await.expect("a transaction");
    put(&mut second, fresh()).await;
    second.commit().await.expect("the higher number first");
    for server in &servers {
        assert_eq!(pump::step(server).await.expect("a step"), Left::Held);
    }
    first.commit().await.expect("then the lower");
    for (server, reader) in servers.iter().zip(&mut readers) {
        pump_all(server).await;
        assert_eq!(heard(reader).await, [LiveEvent::of(LiveKind::Desk), LiveEvent::of(LiveKind::Desk)]);
    }
    let order: Vec<i64> = sqlx::query_scalar!("select seq from events where kind = 'configured' order by xid, seq")
        .fetch_all(&db)
        .await
        .expect("both");
    assert_eq!(order.len(), 2);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_stream_goes_on_where_it_broke_off_on_any_server(db: PgPool) {
    let desk = Desk::open(db).await;
    let (here, there) = (desk.app.clone(), another(&desk.app));
    let ada = desk.agent("Ada").await;
    pump_all(&here).await;
    let mut reader = open(&here, &ada, None);
    let broke_off = reader.next().await.expect("hello").cursor;
    drop(reader);
    let missed = desk.ticket().await;
    pump_all(&there).await;
    let mut reader = open(&there, &ada, Some(broke_off));
    let told = heard(&mut reader).await;
    assert!(told.iter().any(|e| e.kind == LiveKind::Created && e.number == Some(missed.number)), "{told:?}");
    // And nothing twice from there.
    let again = there.room::<Hub>().missed(&ada, there.room::<Hub>().head()).1;
    assert_eq!(again, []);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_bell_that_rings_while_the_stream_is_opening_is_heard(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    pump_all(&desk.app).await;
    let hub = desk.app.room::<Hub>();
    // The page was rendered, its bell rang, and only then the browser got to its stream.
    let rendered = hub.head();
    hub.ring(&[ada.user_id().expect("an id")]);
    assert_eq!(heard(&mut open(&desk.app, &ada, rendered)).await, [LiveEvent::of(LiveKind::Bell)]);
    assert_eq!(heard(&mut open(&desk.app, &bo, rendered)).await, []);
    // Rendered after something else happened, the page knew of the bell.
    desk.ticket().await;
    pump_all(&desk.app).await;
    assert_eq!(heard(&mut open(&desk.app, &ada, hub.head())).await, []);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn whoever_was_away_too_long_is_told_to_look_again(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    sqlx::query!(
        "insert into events (at, kind, subject_id, public, payload)
         select now(), 'signed_out', gen_random_uuid(), false, '{}' from generate_series(1, $1)",
        i32::try_from(KEPT).expect("small") + 10
    )
    .execute(&desk.app.db)
    .await
    .expect("many events");
    pump_all(&desk.app).await;
    let resync = vec![LiveEvent::of(LiveKind::Resync)];
    assert_eq!(heard(&mut open(&desk.app, &ada, Some(Cursor::default()))).await, resync);
    // A position that this database never had: a backup was restored.
    let future = Cursor { xid: i64::MAX, seq: 1 };
    assert_eq!(heard(&mut open(&desk.app, &ada, Some(future))).await, resync);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_reader_too_slow_is_told_to_look_again_and_costs_no_memory(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    pump_all(&desk.app).await;
    let mut reader = open(&desk.app, &ada, None);
    assert_eq!(heard(&mut reader).await, []);
    let hub = desk.app.room::<Hub>();
    for _ in 0..1_000 {
        hub.ring(&[ada.user_id().expect("an id")]);
    }
    assert_eq!(heard(&mut reader).await, [LiveEvent::of(LiveKind::Resync)]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_35_nobody_hears_of_what_they_may_not_see(db: PgPool) {
    let desk = Desk::open(db).await;
    let elsewhere = desk.team_named("Elsewhere").await;
    let ada = desk.agent("Ada").await;
    let marta = desk.customer("Marta").await;
    let outsiders = [
        desk.person("Eve", Role::Agent, &[elsewhere]).await,
        desk.person("Mallory", Role::Manager, &[elsewhere]).await,
        desk.customer("Trudy").await,
    ];
    pump_all(&desk.app).await;
    let mut own = open(&desk.app, &marta, None);
    let mut staff = open(&desk.app, &ada, None);
    let mut others: Vec<Reader> = outsiders.iter().map(|actor| open(&desk.app, actor, None)).collect();
    let mut new = new_ticket("VPN is down", "Since this morning.");
    new.requester = crate::tickets::service::Requester::Myself;
    let ticket = desk.file(&marta, &new).await;
    desk.take(&ada, ticket.id).await.ok();
    desk.say(&ada, ticket.id, MessageKind::Internal, "CANARY").await.expect("noted");
    desk.say(&ada, ticket.id, MessageKind::Public, "Hello.").await.expect("said");
    pump_all(&desk.app).await;

    let told = heard(&mut own).await;
    assert!(told.iter().any(|e| e.kind == LiveKind::Message));
    assert!(told.iter().all(|e| e.ticket.is_none() && e.number == Some(ticket.number)), "{told:?}");
    assert!(
        told.iter().all(|e| !matches!(e.kind, LiveKind::Note | LiveKind::Assigned | LiveKind::Changed)),
        "{told:?}"
    );
    let told = heard(&mut staff).await;
    assert!(told.iter().any(|e| e.kind == LiveKind::Note && e.ticket == Some(ticket.id)));
    for (reader, actor) in others.iter_mut().zip(&outsiders) {
        assert_eq!(heard(reader).await, [], "{actor:?}");
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_06_a_stream_ends_when_its_holder_is_somebody_else_now(db: PgPool) {
    let desk = Desk::open(db).await;
    pump_all(&desk.app).await;
    let changes = [
        "update users set role = 'user' where id = $1",
        "update users set active = false where id = $1",
        "delete from team_members where user_id = $1",
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let (ada, bo) = (desk.agent(&format!("Ada {i}")).await, desk.agent(&format!("Bo {i}")).await);
        let (mut taken, mut kept) = (open(&desk.app, &ada, None), open(&desk.app, &bo, None));
        assert!(taken.next().await.is_some() && kept.next().await.is_some());
        assert_eq!(pump::guard(&desk.app).await.expect("looked"), 0);
        sqlx::query(change).bind(ada.user_id()).execute(&desk.app.db).await.expect("changed");
        assert_eq!(pump::guard(&desk.app).await.expect("looked"), 1, "{change}");
        assert_eq!(taken.next().await, None, "{change}");
        assert_eq!(heard(&mut kept).await, []);
        drop((taken, kept));
    }
    assert_eq!(desk.app.room::<Hub>().count(), 0);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_06_a_stream_ends_with_its_session(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    pump_all(&desk.app).await;
    let session = vec![7; 32];
    sqlx::query!(
        "insert into user_sessions (id_hash, user_id, generation, data, created_at, last_seen_at, expires_at)
         select $1, id, generation, '{}', now(), now(), now() + interval '1 hour' from users where id = $2",
        session,
        ada.user_id() as _
    )
    .execute(&desk.app.db)
    .await
    .expect("a session");
    let mut reader = desk.app.room::<Hub>().open(ada, Some(session), None).expect("a stream");
    assert!(reader.next().await.is_some());
    assert_eq!(pump::guard(&desk.app).await.expect("looked"), 0);
    sqlx::query!("delete from user_sessions").execute(&desk.app.db).await.expect("ended");
    assert_eq!(pump::guard(&desk.app).await.expect("looked"), 1);
    assert_eq!(reader.next().await, None);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn one_person_holds_so_many_streams_and_no_more(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    pump_all(&desk.app).await;
    let hub: Arc<Hub> = desk.app.room();
    let mut held: Vec<Reader> = (0..PER_OWNER).map(|_| open(&desk.app, &ada, None)).collect();
    assert_eq!(hub.open(ada.clone(), None, None).err(), Some(Full::Owner));
    assert!(hub.open(bo, None, None).is_ok());
    held.pop();
    assert!(hub.open(ada, None, None).is_ok());
}
