//! The `audit_logs` table, and the events behind it. One function, one statement.
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::{
    chain::{Hash, Sealed},
    model::AuditFilter,
};
use crate::events::reader::Cursor;

/// A row of `events` with what sealing needs.
pub struct EventRow {
    pub seq: i64,
    pub xid: i64,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor: Option<Uuid>,
    pub ticket: Option<Uuid>,
    pub team: Option<Uuid>,
    pub requester: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub public: bool,
    pub payload: Value,
}

impl EventRow {
    pub const fn cursor(&self) -> Cursor {
        Cursor { xid: self.xid, seq: self.seq }
    }
}

impl From<EventRow> for Sealed {
    fn from(row: EventRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            kind: row.kind,
            actor: row.actor,
            ticket: row.ticket,
            team: row.team,
            requester: row.requester,
            subject: row.subject,
            public: row.public,
            payload: row.payload,
        }
    }
}

/// The next events after `cursor` that no running transaction can still precede.
pub async fn unsealed(db: &mut PgConnection, cursor: Cursor, limit: i64) -> sqlx::Result<Vec<EventRow>> {
    sqlx::query_as!(
        EventRow,
        r#"select seq, xid, at, kind, actor_id as actor, ticket_id as ticket, team_id as team, requester_id as requester,
                  subject_id as subject, public, payload
           from events
           where (xid, seq) > ($1, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
           order by xid, seq limit $3"#,
        cursor.xid,
        cursor.seq,
        limit
    )
    .fetch_all(db)
    .await
}

/// The last link: its position and hash.
pub async fn last(db: &mut PgConnection) -> sqlx::Result<Option<(i64, Vec<u8>)>> {
    let row = sqlx::query!("select position, hash from audit_logs order by position desc limit 1");
    Ok(row.fetch_optional(db).await?.map(|r| (r.position, r.hash)))
}

/// Appends links from position `first` on.
pub async fn append(db: &mut PgConnection, first: i64, links: &[(i64, Hash)]) -> sqlx::Result<()> {
    let seqs: Vec<i64> = links.iter().map(|l| l.0).collect();
    let hashes: Vec<Vec<u8>> = links.iter().map(|l| l.1.to_vec()).collect();
    sqlx::query!(
        "insert into audit_logs (position, event_seq, hash)
         select $1 + l.n - 1, l.seq, l.hash from unnest($2::bigint[], $3::bytea[]) with ordinality as l (seq, hash, n)",
        first,
        &seqs,
        &hashes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A link with its event; the event is missing where somebody took it away.
pub struct LinkRow {
    pub position: i64,
    pub event_seq: i64,
    pub hash: Vec<u8>,
    pub event: Option<Sealed>,
}

/// Links after `position` in order, each with its event.
pub async fn links(db: &mut PgConnection, position: i64, limit: i64) -> sqlx::Result<Vec<LinkRow>> {
    let rows = sqlx::query!(
        r#"select l.position as "position!", l.event_seq as "event_seq!", l.hash as "hash!", e.seq as "seq?", e.at as "at?", e.kind as "kind?", e.actor_id as "actor?",
                  e.ticket_id as "ticket?", e.team_id as "team?", e.requester_id as "requester?", e.subject_id as "subject?",
                  e.public as "public?", e.payload as "payload?"
           from (select * from audit_logs where position > $1 order by position limit $2) l
           left join events e on e.seq = l.event_seq
           order by l.position"#,
        position,
        limit
    )
    .fetch_all(db)
    .await?;
    let links = rows
        .into_iter()
        .map(|r| {
            let whole = (r.seq, r.at, r.kind, r.public, r.payload);
            let event = if let (Some(seq), Some(at), Some(kind), Some(public), Some(payload)) = whole {
                let (actor, ticket, team, requester, subject) = (r.actor, r.ticket, r.team, r.requester, r.subject);
                Some(Sealed { seq, at, kind, actor, ticket, team, requester, subject, public, payload })
            } else {
                None
            };
            LinkRow { position: r.position, event_seq: r.event_seq, hash: r.hash, event }
        })
        .collect();
    Ok(links)
}

/// How many events have no link yet.
pub async fn tail(db: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from events e where not exists (select from audit_logs l where l.event_seq = e.seq)"#
    )
    .fetch_one(db)
    .await
}

/// A row of the log as its page shows it.
#[derive(sqlx::FromRow)]
pub struct Listed {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub payload: Value,
    pub actor_name: Option<String>,
    pub actor_email: Option<String>,
    pub ticket_number: Option<i64>,
    pub subject_name: Option<String>,
    pub position: Option<i64>,
}

/// The newest rows that `filter` lets through, before the position it names; at most `limit`.
pub async fn list(
    db: &mut PgConnection,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    let mut query = QueryBuilder::<Postgres>::new(
        "select e.seq, e.at, e.kind, e.payload, a.name as actor_name, a.email as actor_email, t.number as ticket_number,
                s.name as subject_name, l.position
         from events e
         left join users a on a.id = e.actor_id
         left join users s on s.id = e.subject_id
         left join tickets t on t.id = e.ticket_id
         left join audit_logs l on l.event_seq = e.seq
         where true",
    );
    if let Some(before) = before {
        query.push(" and e.seq < ").push_bind(before);
    }
    if let Some(area) = filter.area {
        query.push(" and e.kind = any(").push_bind(area.kinds()).push(")");
    }
    if let Some(number) = filter.ticket {
        query.push(" and e.ticket_id = (select id from tickets where number = ").push_bind(number).push(")");
    }
    if let Some(day) = filter.day {
        let start = day.and_time(chrono::NaiveTime::MIN).and_utc();
        query.push(" and e.at >= ").push_bind(start).push(" and e.at < ").push_bind(start + chrono::Duration::days(1));
    }
    if !filter.person.is_empty() {
        // One person at a time: who acted, or whom it was about.
        query.push(" and exists (select from users p where p.email = ").push_bind(filter.person.to_lowercase());
        query.push(" and p.id in (e.actor_id, e.subject_id))");
    }
    query.push(" order by e.seq desc limit ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}
