//! The timers: what time alone does to clocks, decided once each, on any number of servers.

use super::derive::Derived;
use super::library::Library;
use super::{service, store};
use crate::core::{Actor, App, Error, Tx};
use crate::events::follow::Left;

/// How many tickets one transaction handles: large enough that round trips do not matter, small
/// enough that an agent who wants one of them does not notice the wait.
const BATCH: i64 = 250;

/// Handles every timer that is due, in batches, each in a transaction of its own; returns how many
/// tickets had one.
///
/// Breaches and steps are stamped with the time at which they happened, however late this runs. A
/// crash between any two statements leaves a batch undone or done, never half.
///
/// # Errors
/// [`Error::Unavailable`] if the database is not there; what was done until then stays.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    let mut handled = 0;
    loop {
        let count = sweep_batch(app).await?;
        handled += count;
        if count == 0 {
            return Ok(handled);
        }
    }
}

/// One step of the server's job: a batch, and whether there may be more.
///
/// # Errors
/// As [`sweep`]; the step is tried again.
pub async fn step(app: &App) -> Result<Left, Error> {
    Ok(if sweep_batch(app).await? > 0 { Left::More } else { Left::Nothing })
}

async fn sweep_batch(app: &App) -> Result<usize, Error> {
    let mut tx = Tx::begin(app, Actor::System).await?;
    let count = handle_due(&mut tx).await?;
    tx.commit().await?;
    Ok(count)
}

/// Handles a batch of what is due at the instant of the act; how many tickets.
pub(super) async fn handle_due(tx: &mut Tx) -> Result<usize, Error> {
    let now = tx.now;
    let due = store::lock_due(tx, now, BATCH).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = due.iter().map(|ticket| ticket.id).collect();
    let mut histories = service::histories(tx, &ids).await?;
    let kept = store::clocks(tx, &ids).await?;
    let library = tx.app.room::<Library>();
    let calendars = library.calendars_of(tx, histories.values().flatten()).await?;
    let mut derived = Vec::with_capacity(due.len());
    for ticket in due {
        let events = histories.remove(&ticket.id).unwrap_or_default();
        let rows = kept.get(&ticket.id).map_or(&[][..], Vec::as_slice);
        let outcome = Derived::of(ticket.id, &events, rows, &calendars, now).map_err(Error::internal)?;
        derived.push((ticket.standing(), outcome));
    }
    let count = derived.len();
    service::keep(tx, Vec::new(), derived, now).await?;
    Ok(count)
}
