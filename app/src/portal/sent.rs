//! Forms that were sent: the same one a second time files nothing more.
//!
//! A page gives each of its forms a token. With it a browser sends the same again when somebody clicks twice, reloads, or
//! loses the line before the answer; other words or files under that token (the form taken up again by the back button)
//! are something new.
use chrono::Duration;
use sha2::{Digest as _, Sha256};

use crate::conversations::files::Received;
use crate::core::{Actor, App, Error, Tx, id::TicketId};
use crate::events::follow::Left;

/// How long a form is remembered: as long as its files wait for it.
const KEPT: Duration = Duration::days(1);
/// Forms forgotten in one step.
const BATCH: i64 = 1_000;

/// What tells one sending from another.
#[derive(Clone, Debug)]
pub struct SentForm {
    digest: Vec<u8>,
    brings_files: bool,
}

impl SentForm {
    /// The form that has `token`, with `words` in an order of their own and the files that came in the same request.
    pub fn of(token: &str, words: &[&str], files: &[Received]) -> Self {
        let mut digest = Sha256::new();
        let of_files = files.iter().flat_map(|file| [file.name.as_bytes(), file.sha256.as_slice()]);
        for part in std::iter::once(token.as_bytes()).chain(words.iter().map(|word| word.as_bytes())).chain(of_files) {
            // Its length first: so nothing typed can pass for the end of one field and the beginning of the next.
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Self { digest: digest.finalize().to_vec(), brings_files: !files.is_empty() }
    }

    /// Claims the form for this act: the ticket that came of it where it was sent before. Of two that arrive at once
    /// the second waits for what comes of the first. `files_wait` says whether some wait to go with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `files` where it was sent before and files were added since: they would go nowhere.
    pub(super) async fn claim(&self, tx: &mut Tx, files_wait: bool) -> Result<Option<TicketId>, Error> {
        let now = tx.now;
        let first = sqlx::query!(
            "insert into sent_forms (digest, at) values ($1, $2) on conflict (digest) do nothing",
            &self.digest,
            now
        )
        .execute(&mut **tx)
        .await?;
        if first.rows_affected() == 1 {
            return Ok(None);
        }
        // Those of the request itself are the ones that came before.
        if files_wait && !self.brings_files {
            let said =
                "These words were sent already, without this file. Write what the file shows and send it with that.";
            return Err(Error::invalid("files", said));
        }
        let known = sqlx::query_scalar!(
            r#"select ticket_id as "ticket: TicketId" from sent_forms where digest = $1"#,
            &self.digest
        );
        Ok(known.fetch_optional(&mut **tx).await?.flatten())
    }

    /// Remembers what came of it.
    pub(super) async fn became(&self, tx: &mut Tx, ticket: TicketId) -> Result<(), Error> {
        sqlx::query!("update sent_forms set ticket_id = $2 where digest = $1", &self.digest, ticket as _)
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
