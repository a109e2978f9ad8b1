//! Recomputes the chain.
use super::{
    chain::{self, GENESIS, Hash},
    model::{Broken, Verdict},
    store,
};
use crate::core::{App, Error};

const BATCH: i64 = 5_000;

/// Walks the whole chain and says where it breaks first, if it does.
pub async fn run(app: &App) -> Result<Verdict, Error> {
    let mut db = app.db.acquire().await?;
    let (mut position, mut previous) = (0, GENESIS);
    loop {
        let links = store::links(&mut db, position, BATCH).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            let expected = position + 1;
            if link.position != expected {
                return verdict(&mut db, position, &previous, Some(Broken::Missing { position: expected })).await;
            }
            let Some(event) = link.event else {
                let broken = Broken::EventGone { position: expected, event: link.event_seq };
                return verdict(&mut db, position, &previous, Some(broken)).await;
            };
            let hash = chain::link(&previous, &event);
            if hash[..] != link.hash[..] {
                let broken = Broken::Changed { position: expected, event: link.event_seq };
                return verdict(&mut db, position, &previous, Some(broken)).await;
            }
            (position, previous) = (expected, hash);
        }
    }
    verdict(&mut db, position, &previous, None).await
}

async fn verdict(
    db: &mut sqlx::PgConnection,
    sound: i64,
    head: &Hash,
    broken: Option<Broken>,
) -> Result<Verdict, Error> {
    let tail = store::tail(db).await?;
    Ok(Verdict { sound, head: hex(head), broken, tail })
}

fn hex(hash: &Hash) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
