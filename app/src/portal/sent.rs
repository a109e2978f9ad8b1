//! Forms that were sent: the same one a second time files nothing more.
//!
//! A page gives each of its forms a token. With it a browser sends the same words again when somebody clicks twice,
//! reloads, or loses the line before the answer; other words under that token (the form taken up again by the back
//! button) are something new.
use chrono::Duration;
use sha2::{Digest as _, Sha256};

use crate::core::{Actor, App, Error, Tx, id::TicketId};
use crate::events::follow::Left;

/// How long a form is remembered: as long as its files wait for it.
const KEPT: Duration = Duration::days(1);
/// Forms forgotten in one step.
const BATCH: i64 = 1_000;

/// What tells one sending from another.
#[derive(Clone, Debug)]
pub struct SentForm(Vec<u8>);

impl SentForm {
    /// `words` in an order of their own, each ended by what no text field holds.
    pub fn of(token: &str, words: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for word in std::iter::once(&token).chain(words) {
            digest.update(word.as_bytes());
            digest.update([0]);
        }
        Self(digest.finalize().to_vec())
    }

    /// Claims the form for this act: the ticket that came of it where it was sent before. Of two that arrive at once
    /// the second waits for what comes of the first.
    pub(super) async fn claim(&self, tx: &mut Tx) -> Result<Option<TicketId>, Error> {
        let now = tx.now;
        let first = sqlx::query!(
            "insert into sent_forms (digest, at) values ($1, $2) on conflict (digest) do nothing",
            &self.0,
            now
        )
        .execute(&mut **tx)
        .await?;
        if first.rows_affected() == 1 {
            return Ok(None);
        }
        let known =
            sqlx::query_scalar!(r#"select ticket_id as "ticket: TicketId" from sent_forms where digest = $1"#, &self.0);
        Ok(known.fetch_optional(&mut **tx).await?.flatten())
    }

    /// Remembers what came of it.
    pub(super) async fn became(&self, tx: &mut Tx, ticket: TicketId) -> Result<(), Error> {
        sqlx::query!("update sent_forms set ticket_id = $2 where digest = $1", &self.0, ticket as _)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}

/// One step of the housekeeping job.
pub async fn step(app: &App) -> Result<Left, Error> {
    let mut tx = Tx::begin(app, Actor::System).await?;
    let before = tx.now - KEPT;
    let gone = sqlx::query!(
        "delete from sent_forms where digest in (select digest from sent_forms where at < $1 order by at limit $2)",
        before,
        BATCH
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(if gone.rows_affected() < BATCH.unsigned_abs() { Left::Nothing } else { Left::More })
}
