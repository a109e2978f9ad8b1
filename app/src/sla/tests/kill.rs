//! `kill -9` between any two statements, from the timer of a ladder's step to the mail about it.
//!
//! The server that is killed is a process of its own: this program again, with [`server`] as its only test. It reaches
//! Postgres through a [`gate`], which lets so many statements pass and then has it killed, either before the next one is
//! sent or before the answer to it is heard. What it left is picked up by a server that has just started, and has to be
//! what an undisturbed one leaves. The first point is the first statement, the last one that which is never reached.
mod gate;

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::{collections::BTreeMap, env, fs};

use async_trait::async_trait;
use sqlx::postgres::PgPoolOptions;
use tokio::process::Command;

use super::ladder::Stairs;
use super::*;
use crate::audit;
use crate::core::{App, Tx};
use crate::events::follow::until_nothing;
use crate::notifications::outbox::{self, Carrier, Outgoing, Refusal};
use crate::notifications::reader;
use crate::sla::rebuild::rebuild_batch;
use crate::sla::store;
use crate::testing;
use gate::{Gate, Side};

/// What a server that is to be killed is told: its database, the instant that its sweep takes for now, and the file in
/// which its mails are noted.
const TOLD: [&str; 3] = ["KEPT_KILLED_DATABASE", "KEPT_KILLED_NOW", "KEPT_KILLED_MAILS"];
/// The name of its connections.
const NAME: &str = "killed";
/// Fewer statements than any step of a ladder takes on its way, and more than all of them.
const POINTS: std::ops::Range<usize> = 30..300;

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn killed_before_any_statement_each_step_is_decided_and_told_once(db: PgPool) {
    killed_at_each(db, Side::Before).await;
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn killed_before_the_answer_to_any_statement_each_step_is_decided_and_told_once(db: PgPool) {
    killed_at_each(db, Side::After).await;
}

async fn killed_at_each(db: PgPool, side: Side) {
    let stairs = Stairs::build(db).await;
    let desk = &stairs.desk;
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");

    let (ticket, at) = all_steps_due(&stairs, &mails).await;
    live(&desk.app, at, &mails).await;
    let undisturbed = known(desk, ticket).await;
    for part in ["decided 120", "sla_missed", "bell: Cleo", "mail: Cleo"] {
        assert!(undisturbed.iter().any(|line| line.starts_with(part)), "{part} in {undisturbed:#?}");
    }

    let mut last = at;
    for point in 1..POINTS.end {
        let (ticket, at) = all_steps_due(&stairs, &mails).await;
        let gate = Gate::open(&desk.app.db, NAME, side, point).await;
        let killed = dies(&gate, at, &mails).await;
        drop(gate);
        nobody_left(desk).await;
        // The lease of what it carried runs out.
        sqlx::query!("update deliveries set next_attempt_at = created_at where state = 'sending'")
            .execute(&desk.app.db)
            .await
            .unwrap();
        live(&desk.restarted().app, at, &mails).await;
        assert_eq!(known(desk, ticket).await, undisturbed, "killed {side:?} statement {point}");
        carried_once(desk, ticket, &mails).await;
        last = at;
        if !killed {
            assert!(POINTS.contains(&point), "{point} statements were all");
            break;
        }
        assert!(point + 1 < POINTS.end, "it does not come to an end");
    }
    clocks_are_what_the_events_say(desk, last).await;
    let chain = audit::verify::run(&mut desk.app.db.acquire().await.unwrap()).await.unwrap();
    assert!(chain.broken.is_none(), "{chain}");
}

/// A ticket whose whole ladder is due at the instant that comes with it, with everything told that came before.
async fn all_steps_due(stairs: &Stairs, mails: &Path) -> (TicketId, DateTime<Utc>) {
    let (ticket, filed) = stairs.answered().await;
    live(&stairs.desk.app, filed, mails).await;
    (ticket, filed + TimeDelta::seconds(121))
}

/// Every job that a step of a ladder passes through, until all is done.
async fn live(app: &App, at: DateTime<Utc>, mails: &Path) {
    let mut handled = 1;
    while handled > 0 {
        let mut tx = Tx::begin(app, Actor::System).await.unwrap();
        tx.now = at;
        handled = sweep::handle_due(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    until_nothing(|| reader::step(app)).await;
    until_nothing(|| audit::link::step(app)).await;
    let carrier: Arc<dyn Carrier> = Arc::new(Notebook(mails.to_owned()));
    until_nothing(|| outbox::step(app, &carrier)).await;
}

/// Notes the Message-ID of each mail that it is handed.
struct Notebook(PathBuf);

#[async_trait]
impl Carrier for Notebook {
    async fn carry(&self, mail: &Outgoing) -> Result<(), Refusal> {
        let file = fs::OpenOptions::new().create(true).append(true).open(&self.0);
        file.and_then(|mut file| writeln!(file, "{}", mail.message_id)).map_err(|e| Refusal::Later(e.to_string()))
    }
}

/// The server that is killed, in a process that was told what to do; otherwise sees that one which falls over by itself
/// would be noticed.
#[test]
fn server() {
    let told = TOLD.map(|name| env::var(name).ok());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let [Some(database), Some(at), Some(mails)] = told else {
            let ended = process(["", "never", ""]).stderr(Stdio::null()).spawn().unwrap().wait().await.unwrap();
            assert!(!ended.success());
            return;
        };
        let at = at.parse().unwrap();
        let db = PgPoolOptions::new().max_connections(2).connect(&database).await.unwrap();
        live(&testing::server(db), at, Path::new(&mails)).await;
    });
}

/// This program again, with [`server`] as its only test.
fn process(told: [&str; 3]) -> Command {
    let module = module_path!().split_once("::").unwrap().1;
    let mut process = Command::new(env::current_exe().unwrap());
    process
        .args([&format!("{module}::server"), "--exact", "--nocapture"])
        .envs(TOLD.into_iter().zip(told))
        .stdout(Stdio::null())
        .kill_on_drop(true);
    process
}

/// Starts a server behind `gate` and kills it there; `false` if it was through before.
async fn dies(gate: &Gate, at: DateTime<Utc>, mails: &Path) -> bool {
    let mut server = process([&gate.url, &at.to_rfc3339(), mails.to_str().unwrap()]).spawn().unwrap();
    tokio::select! {
        ended = server.wait() => {
            assert!(ended.unwrap().success(), "the server fell over by itself");
            false
        }
        () = gate.reached() => {
            server.start_kill().unwrap();
            assert_eq!(server.wait().await.unwrap().signal(), Some(9));
            true
        }
        () = tokio::time::sleep(Duration::from_secs(60)) => panic!("the server does not come to an end"),
    }
}

/// Waits until Postgres has noticed the death of all killed servers, and dropped what they had begun.
async fn nobody_left(desk: &Desk) {
    for _ in 0..1_000 {
        let left = sqlx::query_scalar!(
            r#"select count(*) as "n!" from pg_stat_activity where datname = current_database() and application_name = $1"#,
            NAME
        );
        if left.fetch_one(&desk.app.db).await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("a killed server’s connection stays");
}

/// Everything that is known of the promises of a ticket: what was decided, told, sealed, and how it was sent.
async fn known(desk: &Desk, ticket: TicketId) -> Vec<String> {
    let lines = sqlx::query_scalar!(
        r#"select line as "line!" from (
               select 'decided ' || percent as line from sla_firings where ticket_id = $1
               union all
               select concat_ws(' ', e.kind, e.payload->>'percent', 'sealed',
                                (select count(*) from audit_logs l where l.event_seq = e.seq))
               from events e where e.ticket_id = $1 and e.kind like 'sla%'
               union all
               select concat_ws(' ', 'bell:', u.name, n.kind)
               from notifications n join users u on u.id = n.user_id where n.ticket_id = $1
               union all
               select concat_ws(' ', 'mail:', u.name, d.template, d.state)
               from deliveries d join users u on u.id = d.user_id where d.ticket_id = $1 and d.template like 'promise%'
               union all
               select concat_ws(' ', 'clock:', c.metric, c.state) from sla_clocks c where c.ticket_id = $1) told
           order by line"#,
        ticket as _
    );
    lines.fetch_all(&desk.app.db).await.unwrap()
}

/// Every mail that was decided was handed over, and only one that was in flight at the crash a second time.
async fn carried_once(desk: &Desk, ticket: TicketId, mails: &Path) {
    let decided = sqlx::query!("select message_id, attempts from deliveries where ticket_id = $1", ticket as _);
    let decided = decided.fetch_all(&desk.app.db).await.unwrap();
    let noted = fs::read_to_string(mails).unwrap();
    let mut carried: BTreeMap<&str, i32> = BTreeMap::new();
    noted.lines().for_each(|id| *carried.entry(id).or_default() += 1);
    for mail in decided {
        let times = carried.get(mail.message_id.as_str()).copied().unwrap_or_default();
        assert!((1..=mail.attempts).contains(&times) && mail.attempts <= 2, "{times} of {} attempts", mail.attempts);
    }
}

/// What `kept sla rebuild --check` looks at, as of an instant.
async fn clocks_are_what_the_events_say(desk: &Desk, at: DateTime<Utc>) {
    let mut tx = desk.act(&Actor::System).await;
    tx.now = at;
    let (mut report, mut after) = (Report::default(), None);
    loop {
        let tickets = store::lock_after(&mut tx, after, 100).await.unwrap();
        let Some(last) = tickets.last() else { break };
        after = Some(last.id);
        rebuild_batch(&mut tx, &tickets, false, &mut report).await.unwrap();
    }
    assert!(report.tickets > 0);
    assert_eq!(report.different, []);
}
