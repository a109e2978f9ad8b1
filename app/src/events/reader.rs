//! Reading events in commit order.
//!
//! Sequence numbers are taken before a transaction commits, so a lower one may appear after a higher.
//! A reader therefore goes by (transaction id, seq) and stops before the oldest transaction still
//! running: what it has passed can no longer gain rows.
use sqlx::PgConnection;

use super::store::Row;
pub use super::store::Stored;
use crate::core::Error;

/// How far somebody has read. Ordered; as text `xid-seq`, which is the id of a live event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub xid: i64,
    pub seq: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.xid, self.seq)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let (xid, seq) = s.split_once('-').ok_or(())?;
        Ok(Self { xid: xid.parse().map_err(|_| ())?, seq: seq.parse().map_err(|_| ())? })
    }
}

impl Stored {
    pub const fn cursor(&self) -> Cursor {
        Cursor { xid: self.xid, seq: self.seq }
    }
}

/// The next events after `cursor` that no running transaction can still precede, at most `limit`.
pub async fn after(db: &mut PgConnection, cursor: Cursor, limit: i64) -> Result<Vec<Stored>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select seq, xid, at, kind, actor_id as "actor_id: _", ticket_id as "ticket_id: _", team_id as "team_id: _",
                  requester_id as "requester_id: _", subject_id, public, payload
           from events
           where (xid, seq) > ($1, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
           order by xid, seq
           limit $3"#,
        cursor.xid,
        cursor.seq,
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| row.try_into().map_err(Error::internal)).collect()
}

/// The newest `limit` events that [`after`] would reach now, oldest first.
pub async fn newest(db: &mut PgConnection, limit: i64) -> Result<Vec<Stored>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select seq, xid, at, kind, actor_id as "actor_id: _", ticket_id as "ticket_id: _", team_id as "team_id: _",
                  requester_id as "requester_id: _", subject_id, public, payload
           from (select * from events where xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 order by xid desc, seq desc limit $1) newest
           order by xid, seq"#,
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| row.try_into().map_err(Error::internal)).collect()
}

/// Whether something is committed after `cursor` that [`after`] still holds back. The oldest such event is asked for,
/// not whether there is any: for that the planner reads the table from its start, hoping to meet one soon.
pub async fn is_pending(db: &mut PgConnection, cursor: Cursor) -> Result<bool, Error> {
    let pending = sqlx::query_scalar!(
        r#"select (
               select seq from events where (xid, seq) > ($1, $2) order by xid, seq limit 1
           ) is not null as "pending!""#,
        cursor.xid,
        cursor.seq
    )
    .fetch_one(db)
    .await?;
    Ok(pending)
}

/// The newest position that [`after`] would reach now.
pub async fn head(db: &mut PgConnection) -> Result<Cursor, Error> {
    let row = sqlx::query!(
        "select xid, seq from events where xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         order by xid desc, seq desc limit 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map_or_else(Cursor::default, |r| Cursor { xid: r.xid, seq: r.seq }))
}

/// Whether the reader `name` has anything to read; asked without taking anything, so that an idle reader
/// costs nobody a transaction id.
pub async fn has_news(db: &mut PgConnection, name: &str) -> Result<bool, Error> {
    let news = sqlx::query_scalar!(
        r#"select (
               select seq from events
               where (xid, seq) > (coalesce((select xid from event_readers where name = $1), 0),
                                   coalesce((select seq from event_readers where name = $1), 0))
               order by xid, seq limit 1
           ) is not null as "news!""#,
        name
    )
    .fetch_one(db)
    .await?;
    Ok(news)
}

/// Lets the reader `name` pass over everything up to the end of this transaction: for events put down in
/// bulk (a demo, an import) that nobody shall be told of.
pub async fn skip_own(db: &mut PgConnection, name: &str) -> Result<(), Error> {
    sqlx::query!(
        "insert into event_readers (name, xid, seq) values ($1, pg_current_xact_id()::text::bigint, $2)
         on conflict (name) do update set xid = excluded.xid, seq = excluded.seq",
        name,
        i64::MAX
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the reader `name` for this transaction: its position, or `None` while another server holds it.
pub async fn claim(db: &mut PgConnection, name: &str) -> Result<Option<Cursor>, Error> {
    sqlx::query!("insert into event_readers (name, xid, seq) values ($1, 0, 0) on conflict do nothing", name)
        .execute(&mut *db)
        .await?;
    let row = sqlx::query!("select xid, seq from event_readers where name = $1 for update skip locked", name)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|r| Cursor { xid: r.xid, seq: r.seq }))
}

/// Remembers that the reader `name` has handled everything up to `cursor`.
pub async fn advance(db: &mut PgConnection, name: &str, cursor: Cursor) -> Result<(), Error> {
    sqlx::query!("update event_readers set xid = $2, seq = $3 where name = $1", name, cursor.xid, cursor.seq)
        .execute(db)
        .await?;
    Ok(())
}
