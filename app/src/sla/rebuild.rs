//! Replays every ticket and compares with what is kept: the proof that clocks are derived.

use super::derive::Derived;
use super::library::Library;
use super::model::Metric;
use super::rows::ClockRow;
use super::{service, store};
use crate::core::id::TicketId;
use crate::core::{Actor, App, Error, Tx};

/// How many tickets one transaction looks at.
const BATCH: i64 = 500;

/// What a rebuild found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Tickets that were replayed.
    pub tickets: u64,
    /// Their events.
    pub events: u64,
    /// Clocks whose row is not what the events say, or should not be there.
    pub different: Vec<(TicketId, Metric, i32)>,
}

/// Replays every ticket as of its last sweep. With `mend`, rows that differ are written anew;
/// without, nothing is changed.
///
/// # Errors
/// [`Error::Unavailable`] if the database is not there.
pub async fn rebuild(app: &App, mend: bool) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut after = None;
    loop {
        let mut tx = Tx::begin(app, Actor::System).await?;
        let tickets = store::lock_after(&mut tx, after, BATCH).await?;
        let Some(last) = tickets.last() else { return Ok(report) };
        after = Some(last.id);
        rebuild_batch(&mut tx, &tickets, mend, &mut report).await?;
        tx.commit().await?;
    }
}

/// Replays `tickets`, which are locked, as of their last sweep before the instant of the act.
pub(super) async fn rebuild_batch(
    tx: &mut Tx,
    tickets: &[store::Locked],
    mend: bool,
    report: &mut Report,
) -> Result<(), Error> {
    let ids: Vec<_> = tickets.iter().map(|ticket| ticket.id).collect();
    let histories = service::histories(tx, &ids).await?;
    let kept = store::clocks(tx, &ids).await?;
    let library = tx.app.room::<Library>();
    let calendars = library.calendars_of(tx, histories.values().flatten()).await?;
    let mut mended = Vec::new();
    for ticket in tickets {
        let events = histories.get(&ticket.id).map_or(&[][..], Vec::as_slice);
        let rows = kept.get(&ticket.id).map_or(&[][..], Vec::as_slice);
        let as_of = as_of_sweep(rows, tx.now);
        let derived = Derived::of(ticket.id, events, rows, &calendars, as_of).map_err(Error::internal)?;
        report.tickets += 1;
        report.events += events.len() as u64;
        report.different.extend(derived.changed.iter().map(|row| (row.ticket_id, row.metric, row.cycle)));
        report.different.extend(derived.gone.iter().copied());
        if mend && !(derived.changed.is_empty() && derived.gone.is_empty()) {
            mended.push((ticket.standing(), derived));
        }
    }
    if mended.is_empty() { Ok(()) } else { service::keep(tx, Vec::new(), mended, tx.now).await }
}

/// The rows of a ticket stand as of its last sweep: a timer that is due but was not handled
/// yet is not a difference.
fn as_of_sweep(rows: &[ClockRow], now: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    let waiting = rows.iter().filter_map(|row| row.next_fire_at).min().filter(|at| *at <= now);
    waiting.map_or(now, |at| at - chrono::TimeDelta::microseconds(1))
}
