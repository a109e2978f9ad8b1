//! Hands decided mails to whoever carries them: claim, carry, remember how it went.
//!
//! A claim is a lease. A server that dies while it carries leaves its mails to be claimed again when the
//! lease ends: one that was already handed over goes a second time under the same Message-ID, none is lost
//! and none is decided twice.
use std::{iter, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use tokio::task::JoinSet;

use crate::{
    core::{App, Error, id::DeliveryId},
    events::follow::Left,
};

/// Mails carried at the same time by one server.
const AT_ONCE: usize = 16;
/// Longer than any hand-over takes: a carrier gives up after a minute.
const LEASE: Duration = Duration::minutes(3);
/// After that many attempts, two days after the first, a mail has failed.
const ATTEMPTS: i32 = 12;

/// A mail on its way out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub id: DeliveryId,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// With its angle brackets, like all of its kind here.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Option<String>,
    pub is_personal: bool,
    /// When it was decided: the mail's date, the same at each attempt.
    pub at: DateTime<Utc>,
}

/// Why a mail did not go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Worth another attempt.
    #[error("{0}")]
    Later(String),
    /// No attempt will change it.
    #[error("{0}")]
    Never(String),
}

/// Whoever takes mails to their readers.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Hands `mail` over. `Ok` means that somebody else answers for it now.
    async fn carry(&self, mail: &Outgoing) -> Result<(), Refusal>;
}

/// Carries what is due, at most [`AT_ONCE`].
pub async fn step(app: &App, carrier: &Arc<dyn Carrier>) -> Result<Left, Error> {
    let mut db = app.db.acquire().await?;
    let claimed = claim(&mut db, app.now()).await?;
    drop(db);
    let is_full = claimed.len() >= AT_ONCE;
    let mut carried = JoinSet::new();
    for (mail, attempt) in claimed {
        let (app, carrier) = (app.clone(), carrier.clone());
        carried.spawn(async move {
            let outcome = carrier.carry(&mail).await;
            Settled::of(mail.id, attempt, outcome, app.now())
        });
    }
    while let Some(done) = carried.join_next().await {
        // With all others that are done by now: one commit for them. A carrier that panicked leaves its lease to run out.
        let done = iter::once(done).chain(iter::from_fn(|| carried.try_join_next()));
        let settled: Vec<Settled> = done.filter_map(Result::ok).collect();
        if settled.is_empty() {
            continue;
        }
        let mut db = app.db.acquire().await?;
        settle(&mut db, &settled, app.now()).await?;
    }
    Ok(if is_full { Left::More } else { Left::Nothing })
}

async fn claim(db: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<(Outgoing, i32)>, Error> {
    let rows = sqlx::query!(
        r#"update deliveries set state = 'sending', attempts = attempts + 1, next_attempt_at = $1::timestamptz + $2::float8 * interval '1 second'
           where id in (select id from deliveries
                        where state in ('pending', 'sending') and next_attempt_at <= $1
                        order by next_attempt_at, id limit $3 for update skip locked)
           returning id as "id: DeliveryId", recipient, subject, body_text, body_html, message_id, in_reply_to, thread,
                     is_personal, attempts, created_at"#,
        now,
        LEASE.num_seconds() as f64,
        i64::try_from(AT_ONCE).map_err(Error::internal)?
    )
    .fetch_all(db)
    .await?;
    let outgoing = rows.into_iter().map(|r| {
        let mail = Outgoing {
            id: r.id,
            recipient: r.recipient,
            subject: r.subject,
            text: r.body_text,
            html: r.body_html,
            message_id: r.message_id,
            in_reply_to: r.in_reply_to,
            references: r.thread,
            is_personal: r.is_personal,
            at: r.created_at,
        };
        (mail, r.attempts)
    });
    Ok(outgoing.collect())
}

/// How an attempt went.
struct Settled {
    id: DeliveryId,
    attempt: i32,
    state: &'static str,
    error: Option<String>,
    /// When to try again; `None`: it is over.
    next: Option<DateTime<Utc>>,
}

impl Settled {
    fn of(id: DeliveryId, attempt: i32, outcome: Result<(), Refusal>, now: DateTime<Utc>) -> Self {
        let (state, error, next) = match outcome {
            Ok(()) => ("sent", None, None),
            Err(Refusal::Never(why)) => ("failed", Some(why), None),
            Err(Refusal::Later(why)) if attempt >= ATTEMPTS => ("failed", Some(why), None),
            Err(Refusal::Later(why)) => ("pending", Some(why), Some(now + pause_after(attempt))),
        };
        metrics::counter!("kept_mails_total", "outcome" => state).increment(1);
        // Postgres refuses such text, and with it all that is settled together.
        let error = error.map(|why| why.replace('\0', ""));
        if let Some(why) = &error {
            tracing::warn!(delivery = %id, attempt, state, cause = %why, "mail {id} was not taken");
        }
        Self { id, attempt, state, error, next }
    }
}

/// Remembers how attempts went; those that another server took over meanwhile are not ours.
async fn settle(db: &mut PgConnection, settled: &[Settled], now: DateTime<Utc>) -> Result<(), Error> {
    let ids: Vec<_> = settled.iter().map(|s| s.id.uuid()).collect();
    let attempts: Vec<_> = settled.iter().map(|s| s.attempt).collect();
    let states: Vec<_> = settled.iter().map(|s| s.state.to_owned()).collect();
    let errors: Vec<_> = settled.iter().map(|s| s.error.clone()).collect();
    let next: Vec<_> = settled.iter().map(|s| s.next).collect();
    sqlx::query!(
        "update deliveries d
         set state = s.state::delivery_state, last_error = left(s.error, 500), next_attempt_at = s.next,
             sent_at = case when s.state = 'sent' then $6::timestamptz end,
             body_text = case when d.is_secret and s.next is null then '' else d.body_text end,
             body_html = case when d.is_secret and s.next is null then '' else d.body_html end
         from unnest($1::uuid[], $2::int4[], $3::text[], $4::text[], $5::timestamptz[])
              as s (id, attempt, state, error, next)
         where d.id = s.id and d.attempts = s.attempt and d.state = 'sending'",
        &ids,
        &attempts,
        &states,
        &errors as _,
        &next as _,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How long to wait after attempt number `attempt` (from 1): soon at first, then ever longer, 6 hours at most.
fn pause_after(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(10);
    (Duration::seconds(30) * 2_i32.pow(doublings)).min(Duration::hours(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_go_on_for_about_two_days() {
        assert_eq!(pause_after(1), Duration::seconds(30));
        assert_eq!(pause_after(2), Duration::minutes(1));
        let whole = (1..ATTEMPTS).map(pause_after).fold(Duration::zero(), |sum, pause| sum + pause);
        assert!(whole > Duration::hours(12) && whole < Duration::days(3), "{whole}");
        assert_eq!(pause_after(i32::MAX), Duration::hours(6));
    }
}
