//! The private Postgres, for real: made, killed, recovered.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use super::*;

/// A data directory that Postgres's user can reach, also when root runs the tests.
fn data() -> TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    folder
}

async fn connect(cluster: &Cluster) -> PgConnection {
    PgConnection::connect_with(&cluster.options()).await.unwrap()
}

/// A table with one row, committed.
async fn remember(cluster: &Cluster, value: i32) {
    let mut db = connect(cluster).await;
    sqlx::raw_sql("create table if not exists kept (value int)").execute(&mut db).await.unwrap();
    sqlx::query("insert into kept values ($1)").bind(value).execute(&mut db).await.unwrap();
}

async fn remembered(cluster: &Cluster) -> Vec<i32> {
    let mut db = connect(cluster).await;
    sqlx::query_scalar("select value from kept order by value").fetch_all(&mut db).await.unwrap()
}

fn main_process(cluster: &Cluster) -> rustix::process::Pid {
    let note = std::fs::read_to_string(cluster.place.home.join("db/postmaster.pid")).unwrap();
    let number = note.lines().next().unwrap().parse().unwrap();
    rustix::process::Pid::from_raw(number).unwrap()
}

async fn become_state(cluster: &Cluster, wanted: State) {
    let mut state = cluster.state();
    let reached = state.wait_for(|state| *state == wanted);
    tokio::time::timeout(Duration::from_mins(1), reached)
        .await
        .unwrap_or_else(|_| panic!("not {wanted:?} within a minute"))
        .unwrap();
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_clean_stop_and_nobody_listens_on_the_network() {
    let data = data();
    let cluster = Cluster::start(data.path()).await.unwrap();
    remember(&cluster, 1).await;
    let mut db = connect(&cluster).await;
    let settings: (String, String, String) = sqlx::query_as(
        "select current_setting('listen_addresses'), current_setting('fsync'), current_setting('server_encoding')",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    assert_eq!(settings, (String::new(), "on".into(), "UTF8".into()));
    let state = cluster.state();
    cluster.stop().await;
    assert_eq!(*state.borrow(), State::Stopped);

    let again = Cluster::start(data.path()).await.unwrap();
    assert_eq!(remembered(&again).await, [1]);
    again.stop().await;
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_all_that_was_committed() {
    let data = data();
    let cluster = Cluster::start(data.path()).await.unwrap();
    remember(&cluster, 1).await;
    // A connection that sits there when the main process is killed, as a pool's do.
    let _idle = connect(&cluster).await;
    rustix::process::kill_process(main_process(&cluster), rustix::process::Signal::KILL).unwrap();
    become_state(&cluster, State::Restarting).await;
    become_state(&cluster, State::Ready).await;
    assert_eq!(remembered(&cluster).await, [1]);
    remember(&cluster, 2).await;
    assert_eq!(remembered(&cluster).await, [1, 2]);
    cluster.stop().await;
}

#[tokio::test]
async fn a_postgres_whose_kept_was_killed_is_stopped_and_started_anew() {
    let data = data();
    let place = Place::prepare(data.path()).unwrap();
    let binaries = Binaries::find(None, &place.db).unwrap();
    process::create_if_missing(&place, &binaries).await.unwrap();
    // What is left when Kept alone is gone: a running server and a lock that the kernel has released.
    let orphan = Postmaster::start(&place, &binaries).await.unwrap();
    create_database(&place).await.unwrap();

    let cluster = Cluster::start(data.path()).await.unwrap();
    remember(&cluster, 1).await;
    assert_eq!(remembered(&cluster).await, [1]);
    cluster.stop().await;
    drop(orphan);
}

#[tokio::test]
async fn a_stale_note_of_a_process_that_is_somebody_else_now_does_not_keep_it_from_starting() {
    let data = data();
    let cluster = Cluster::start(data.path()).await.unwrap();
    remember(&cluster, 1).await;
    let note = cluster.place.home.join("db/postmaster.pid");
    let text = std::fs::read_to_string(&note).unwrap();
    cluster.stop().await;
    let lines: Vec<_> = text.lines().skip(1).collect();
    std::fs::write(&note, format!("{}\n{}\n", std::process::id(), lines.join("\n"))).unwrap();
    let again = Cluster::start(data.path()).await.unwrap();
    assert_eq!(remembered(&again).await, [1]);
    again.stop().await;
}

#[tokio::test]
async fn a_second_server_is_refused_and_a_command_beside_the_first_finds_its_way() {
    let data = data();
    assert!(running(data.path()).unwrap().is_none());
    let cluster = Cluster::start(data.path()).await.unwrap();
    remember(&cluster, 1).await;
    let second = Cluster::start(data.path()).await;
    assert!(matches!(second, Err(Error::InUse { .. })));
    let options = running(data.path()).unwrap().unwrap();
    assert!(PgConnection::connect_with(&options).await.is_ok());
    assert_eq!(remembered(&cluster).await, [1]);
    cluster.stop().await;
    assert!(running(data.path()).unwrap().is_none());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_works_all_the_same() {
    let data = data();
    let deep = data.path().join("d".repeat(60)).join("e".repeat(60));
    let cluster = Cluster::start(&deep).await.unwrap();
    remember(&cluster, 1).await;
    assert_eq!(remembered(&cluster).await, [1]);
    let socket = cluster.place.socket.clone();
    assert!(!socket.starts_with(&deep));
    cluster.stop().await;
    std::fs::remove_dir_all(socket).unwrap();
}

#[tokio::test]
async fn a_start_that_was_cut_off_while_the_cluster_was_made_is_begun_anew() {
    let data = data();
    let place = Place::prepare(data.path()).unwrap();
    let half = place.home.join("db.unfinished");
    std::fs::create_dir(&half).unwrap();
    std::fs::write(half.join("PG_VERSION"), "15\n").unwrap();
    let cluster = Cluster::start(data.path()).await.unwrap();
    remember(&cluster, 1).await;
    cluster.stop().await;
    assert!(!half.exists());
}

#[tokio::test]
async fn what_postgres_said_is_in_the_error_when_it_does_not_start() {
    let data = data();
    let cluster = Cluster::start(data.path()).await.unwrap();
    let conf = cluster.place.home.join("db/postgresql.auto.conf");
    cluster.stop().await;
    std::fs::write(conf, "no_such_setting = 1\n").unwrap();
    let Err(error) = Cluster::start(data.path()).await else {
        panic!("it started");
    };
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}
