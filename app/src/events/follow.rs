//! The loop body of every durable reader of events: claim, read, handle, advance, in one transaction.
use super::{reader, store::Stored};
use crate::core::{Actor, App, Error, Tx};

/// What a reader leaves behind after one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    Nothing,
    /// Committed events that a running transaction holds back, or that another server is reading and may die before it
    /// commits: look again in a moment.
    Held,
    /// The batch was full: there is more.
    More,
}

/// Hands the next events, at most `batch`, to `handle` and remembers that the reader `name` has had them.
/// Whatever `handle` writes, and that memory, are one transaction: killed at any moment, it happens once.
pub async fn step<H>(app: &App, name: &str, batch: i64, handle: H) -> Result<Left, Error>
where
    H: AsyncFnOnce(&mut Tx, Vec<Stored>) -> Result<(), Error>,
{
    if !reader::has_news(&mut *app.db.acquire().await?, name).await? {
        return Ok(Left::Nothing);
    }
    let mut tx = Tx::begin(app, Actor::System).await?;
    let Some(cursor) = reader::claim(&mut tx, name).await? else { return Ok(Left::Held) };
    let events = reader::after(&mut tx, cursor, batch).await?;
    let Some(last) = events.last().map(Stored::cursor) else {
        return Ok(Left::Held);
    };
    let is_full = i64::try_from(events.len()).is_ok_and(|n| n >= batch);
    handle(&mut tx, events).await?;
    reader::advance(&mut tx, name, last).await?;
    tx.commit().await?;
    Ok(if is_full { Left::More } else { Left::Held })
}

/// Takes a step of some reader again and again until it leaves nothing behind: what happened so far has been told.
///
/// # Panics
/// If a step fails, or a thousand of them come to no end.
#[cfg(any(test, feature = "testing"))]
#[allow(clippy::expect_used, clippy::panic)] // tests fail loudly
pub async fn until_nothing(mut step: impl AsyncFnMut() -> Result<Left, Error>) {
    for _ in 0..1_000 {
        if step().await.expect("a step") == Left::Nothing {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a reader does not come to an end");
}
