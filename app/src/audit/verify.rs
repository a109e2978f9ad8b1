//! Recomputes the chain.
use sqlx::PgConnection;

use super::{
    chain::{self, GENESIS, Hash},
    model::{Broken, Verdict},
    store,
};
use crate::core::Error;

const BATCH: i64 = 5_000;

/// Walks the whole chain and says where it breaks first, if it does.
pub async fn run(db: &mut PgConnection) -> Result<Verdict, Error> {
    let (mut position, mut previous) = (0, GENESIS);
    loop {
        let links = store::links(db, position, BATCH).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            let expected = position + 1;
            if link.position != expected {
                return verdict(db, position, &previous, Some(Broken::Missing { position: expected })).await;
            }
            let Some(event) = link.event else {
                let broken = Broken::EventGone { position: expected, event: link.event_seq };
                return verdict(db, position, &previous, Some(broken)).await;
            };
            let hash = chain::link(&previous, &event);
            if hash[..] != link.hash[..] {
                let broken = Broken::Changed { position: expected, event: link.event_seq };
                return verdict(db, position, &previous, Some(broken)).await;
            }
            (position, previous) = (expected, hash);
        }
    }
    verdict(db, position, &previous, None).await
}

async fn verdict(db: &mut PgConnection, sound: i64, head: &Hash, broken: Option<Broken>) -> Result<Verdict, Error> {
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
