//! Seals committed events: one writer at a time, behind everybody else.
use super::{
    chain::{self, GENESIS, Hash},
    store,
};
use crate::{
    core::{Actor, App, Error, Tx},
    events::{follow::Left, reader},
};

/// The reader's name in `event_readers`. Its locked row is what makes the writer one.
pub const NAME: &str = "audit";
const BATCH: i64 = 2_000;

/// Seals the next batch of events.
pub async fn step(app: &App) -> Result<Left, Error> {
    if !reader::has_news(&mut *app.db.acquire().await?, NAME).await? {
        return Ok(Left::Nothing);
    }
    let mut tx = Tx::begin(app, Actor::System).await?;
    let Some(cursor) = reader::claim(&mut tx, NAME).await? else { return Ok(Left::Held) };
    let events = store::unsealed(&mut tx, cursor, BATCH).await?;
    let Some(reached) = events.last().map(store::EventRow::cursor) else { return Ok(Left::Held) };
    let is_full = i64::try_from(events.len()).is_ok_and(|n| n >= BATCH);
    let (position, mut previous) = match store::last(&mut tx).await? {
        Some((position, hash)) => (position, Hash::try_from(hash).unwrap_or(GENESIS)),
        None => (0, GENESIS),
    };
    let links: Vec<(i64, Hash)> = events
        .into_iter()
        .map(|event| {
            let seq = event.seq;
            previous = chain::link(&previous, &event.into());
            (seq, previous)
        })
        .collect();
    store::append(&mut tx, position + 1, &links).await?;
    reader::advance(&mut tx, NAME, reached).await?;
    tx.commit().await?;
    Ok(if is_full { Left::More } else { Left::Held })
}
