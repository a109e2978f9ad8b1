//! The `events` table.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::model::Event;
use crate::core::{
    Error, Tx,
    actor::Standing,
    id::{TicketId, UserId},
};

/// What an event is about: it decides who hears of it.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    Ticket(&'a Standing),
    /// A person, policy, setting: for the audit log only.
    Subject(Uuid),
    Nothing,
}

/// Appends what the act of `tx` did. One statement for all of them.
pub async fn append(tx: &mut Tx, about: About<'_>, events: &[Event]) -> Result<(), Error> {
    let (standing, subject) = match about {
        About::Ticket(standing) => (Some(standing), None),
        About::Subject(id) => (None, Some(id)),
        About::Nothing => (None, None),
    };
    let mut kinds = Vec::with_capacity(events.len());
    let mut payloads = Vec::with_capacity(events.len());
    let mut publics = Vec::with_capacity(events.len());
    for event in events {
        let mut payload = serde_json::to_value(event).map_err(Error::internal)?;
        let kind = payload.as_object_mut().and_then(|map| map.remove("kind"));
        kinds.push(kind.and_then(|k| k.as_str().map(str::to_owned)).unwrap_or_default());
        payloads.push(payload);
        publics.push(event.is_public());
    }
    let (actor, at) = (tx.actor.user_id(), tx.now);
    sqlx::query!(
        "insert into events (at, kind, actor_id, ticket_id, team_id, requester_id, subject_id, public, payload)
         select $1, kind, $2, $3, $4, $5, $6, public, payload
         from unnest($7::text[], $8::bool[], $9::jsonb[]) as e (kind, public, payload)",
        at,
        actor as Option<UserId>,
        standing.map(|s| s.ticket) as _,
        standing.map(|s| s.team) as _,
        standing.map(|s| s.requester) as _,
        subject,
        &kinds,
        &publics,
        &payloads,
    )
    .execute(&mut **tx)
    .await?;
    tx.announce();
    Ok(())
}

/// An event as it was stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub seq: i64,
    pub xid: i64,
    pub at: DateTime<Utc>,
    pub actor: Option<UserId>,
    pub ticket: Option<TicketId>,
    pub team: Option<crate::core::id::TeamId>,
    pub requester: Option<UserId>,
    pub subject: Option<Uuid>,
    pub public: bool,
    pub event: Event,
}

/// A row of `events` as Postgres returns it.
pub(super) struct Row {
    pub seq: i64,
    pub xid: i64,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor_id: Option<UserId>,
    pub ticket_id: Option<TicketId>,
    pub team_id: Option<crate::core::id::TeamId>,
    pub requester_id: Option<UserId>,
    pub subject_id: Option<Uuid>,
    pub public: bool,
    pub payload: serde_json::Value,
}

impl TryFrom<Row> for Stored {
    type Error = serde_json::Error;

    fn try_from(mut row: Row) -> Result<Self, serde_json::Error> {
        if let Some(map) = row.payload.as_object_mut() {
            map.insert("kind".to_owned(), row.kind.into());
        }
        Ok(Self {
            seq: row.seq,
            xid: row.xid,
            at: row.at,
            actor: row.actor_id,
            ticket: row.ticket_id,
            team: row.team_id,
            requester: row.requester_id,
            subject: row.subject_id,
            public: row.public,
            event: serde_json::from_value(row.payload)?,
        })
    }
}

/// What happened on `ticket` besides what was written, which the messages tell themselves: oldest first, at most
/// `limit` of the newest.
pub async fn besides_messages(db: &mut PgConnection, ticket: TicketId, limit: i64) -> Result<Vec<Stored>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select seq, xid, at, kind, actor_id as "actor_id: _", ticket_id as "ticket_id: _", team_id as "team_id: _",
                  requester_id as "requester_id: _", subject_id, public, payload
           from (select * from events where ticket_id = $1 and kind <> 'message_added' order by seq desc limit $2) newest
           order by seq"#,
        ticket as _,
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| row.try_into().map_err(Error::internal)).collect()
}

/// Appends what `by` brought to many tickets, whoever acts here; nobody did what time alone brought. One statement for
/// all of them.
pub async fn append_to_many(tx: &mut Tx, by: Option<UserId>, tickets: &[(&Standing, Vec<Event>)]) -> Result<(), Error> {
    let mut rows = Vec::new();
    for (standing, events) in tickets {
        for event in events {
            let mut payload = serde_json::to_value(event).map_err(Error::internal)?;
            let kind = payload.as_object_mut().and_then(|map| map.remove("kind"));
            rows.push(serde_json::json!({
                "kind": kind,
                "ticket_id": standing.ticket,
                "team_id": standing.team,
                "requester_id": standing.requester,
                "public": event.is_public(),
                "payload": payload,
            }));
        }
    }
    let at = tx.now;
    sqlx::query!(
        "insert into events (at, kind, actor_id, ticket_id, team_id, requester_id, public, payload)
         select $1, kind, $2, ticket_id, team_id, requester_id, public, payload
         from jsonb_populate_recordset(null::events, $3)",
        at,
        by as Option<UserId>,
        serde_json::Value::Array(rows),
    )
    .execute(&mut **tx)
    .await?;
    tx.announce();
    Ok(())
}
