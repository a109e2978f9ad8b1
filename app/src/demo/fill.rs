//! Fills the desk with its history, by COPY, in one transaction: all of it is there or nothing.
use chrono::{DateTime, Utc};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{
    arrivals::arrivals,
    chance::Chance,
    people,
    plot::{Stage, shape},
    promises, ratings,
    story::Story,
    write::{Batch, Tables},
};
use crate::{
    core::{Actor, App, Error, Tx},
    escalations, events, notifications, settings,
};

/// How much history, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub tickets: usize,
    pub seed: u64,
}

/// What [`fill`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Filled {
        tickets: usize,
        messages: usize,
        events: usize,
    },
    /// The desk already is a demo with tickets; nothing was done.
    AlreadyThere,
}

const FIRST_NUMBER: i64 = 1_001;

/// So many stories are told and copied at a time: bounds memory whatever is asked for.
const CHUNK: usize = 10_000;

/// Unsolved tickets for every desk, and further ones for each thousand tickets of history.
const BACKLOG: (usize, usize) = (56, 4);

/// Settles the company and fills in `plan.tickets` tickets until now.
///
/// # Errors
/// [`Error::Refused`] on a desk that is in real use.
pub async fn fill(app: &App, plan: Plan) -> Result<Outcome, Error> {
    let mut tx = Tx::begin(app, Actor::System).await?;
    if !is_free(&mut tx).await? {
        return Ok(Outcome::AlreadyThere);
    }
    // A million tickets take longer than any request may.
    sqlx::query!("set local statement_timeout = 0").execute(&mut *tx).await?;
    people::settle(&mut tx).await?;
    let now = tx.now;
    let (book, calendars, hours) = promises::book(&mut tx).await?;
    let stage = Stage::new(plan.seed, book, calendars, hours, now);

    // While one chunk is copied, the next is made up.
    let (hand_over, mut batches) = mpsc::channel(1);
    let teller = spawn_blocking(move || tell(&stage, plan, now, &hand_over));
    let (mut tickets, mut messages, mut events) = (0, 0, 0);
    while let Some(mut batch) = batches.recv().await {
        (tickets, messages, events) = (tickets + batch.tickets, messages + batch.messages, events + batch.events);
        let steps = std::mem::take(&mut batch.steps);
        batch.send(&mut tx).await?;
        escalations::service::reached(&mut tx, steps).await?;
    }
    teller.await.map_err(Error::internal)??;
    ratings::give(&mut tx, plan.seed).await?;
    let last = FIRST_NUMBER + i64::try_from(tickets).map_err(Error::internal)? - 1;
    sqlx::query!("select setval('ticket_numbers', $1)", last).fetch_one(&mut *tx).await?;
    // All of it is past; nobody gets a mail about it.
    events::reader::skip_own(&mut tx, notifications::reader::NAME).await?;
    let mark = serde_json::json!({ "tickets": plan.tickets, "seed": plan.seed });
    settings::service::set_demo_mark(&mut tx, &mark).await?;
    tx.commit().await?;
    // So that the planner knows what came in; a minute later it would find out by itself.
    let mut tx = app.db.begin().await?;
    sqlx::query!("set local statement_timeout = 0").execute(&mut *tx).await?;
    sqlx::query("analyze").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Outcome::Filled { tickets, messages, events })
}

/// Makes up all stories, chunk by chunk, for as long as somebody takes them.
fn tell(stage: &Stage, plan: Plan, now: DateTime<Utc>, to: &mpsc::Sender<Batch>) -> Result<(), Error> {
    let mut tables = Tables::new(stage, now);
    let mut numbers = FIRST_NUMBER..;
    for chunk in Cast::new(stage, plan, now).chunks() {
        let mut stories: Vec<Story<'_>> = chunk.iter().map(|entry| entry.tell(stage)).collect();
        for (story, number) in stories.iter_mut().zip(&mut numbers) {
            story.number = number;
        }
        let batch = tables.tell(&stories)?;
        if to.blocking_send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

/// Whether the desk may be filled: `false` where a demo did already.
async fn is_free(tx: &mut Tx) -> Result<bool, Error> {
    // Two servers that start together: the second waits and finds it done.
    sqlx::query!("select pg_advisory_xact_lock(hashtext('kept demo'))").execute(&mut **tx).await?;
    let held = sqlx::query!(
        r#"select exists (select from tickets) as "tickets!",
                  exists (select from users where role <> 'user' and email not like '%@larkfield.example') as "staff!""#
    )
    .fetch_one(&mut **tx)
    .await?;
    let marked = settings::service::demo_mark(tx).await?.is_some();
    match (marked, held.tickets, held.staff) {
        (true, true, _) => Ok(false),
        (false, true, _) => Err(Error::Refused(
            "This desk holds real tickets. The demo only goes into an empty database: create one and name it in DATABASE_URL.".into(),
        )),
        (false, false, true) => Err(Error::Refused(
            "This desk has people of its own. The demo only goes into an empty database: create one and name it in DATABASE_URL.".into(),
        )),
        _ => Ok(true),
    }
}

/// All tickets to come, oldest first.
struct Cast(Vec<Entry>);

#[derive(Clone, Copy)]
struct Entry {
    at: DateTime<Utc>,
    n: u64,
    shape: Option<super::plot::Shape>,
}

impl Entry {
    fn tell<'a>(&self, stage: &'a Stage) -> Story<'a> {
        match self.shape {
            Some(shape) => stage.tell_open(self.n, shape),
            None => stage.tell(self.n, self.at),
        }
    }
}

impl Cast {
    fn new(stage: &Stage, plan: Plan, now: DateTime<Utc>) -> Self {
        let mut chance = Chance::fork(plan.seed, u64::MAX - 1);
        let open = (BACKLOG.0 + plan.tickets * BACKLOG.1 / 1_000).min(plan.tickets / 3);
        let mut all: Vec<Entry> = arrivals(&mut chance, plan.tickets - open, now, now)
            .into_iter()
            .zip(1..)
            .map(|(at, n)| Entry { at, n, shape: None })
            .collect();
        for n in (u64::MAX / 2..).take(open) {
            let shape = Some(shape(&mut chance));
            let at = Entry { at: now, n, shape }.tell(stage).created;
            all.push(Entry { at, n, shape });
        }
        all.sort_by_key(|entry| (entry.at, entry.n));
        Self(all)
    }

    fn chunks(&self) -> impl Iterator<Item = &[Entry]> {
        self.0.chunks(CHUNK)
    }
}
