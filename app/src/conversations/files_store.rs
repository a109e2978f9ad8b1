//! The `attachments` table.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    files::Received,
    model::{Attachment, MessageKind},
};
use crate::core::id::{AttachmentId, MessageId, TicketId, UserId};

/// Makes others with the same token wait until this transaction ends.
pub async fn lock_token(db: &mut PgConnection, token_hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))", token_hash)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn insert_waiting(
    db: &mut PgConnection,
    file: &Received,
    token_hash: &[u8],
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into attachments (id, upload_token_hash, name, content_type, size, sha256, uploaded_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        file.id as _,
        token_hash,
        file.name,
        file.content_type,
        file.size.cast_signed(),
        file.sha256,
        by as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn waiting(db: &mut PgConnection, token_hash: &[u8], since: DateTime<Utc>) -> sqlx::Result<Vec<Attachment>> {
    sqlx::query_as!(
        Attachment,
        r#"select id as "id: _", name, content_type, size from attachments
           where upload_token_hash = $1 and created_at > $2 order by id"#,
        token_hash,
        since
    )
    .fetch_all(db)
    .await
}

/// `false`: no such file waits under the token.
pub async fn delete_waiting(db: &mut PgConnection, token_hash: &[u8], id: AttachmentId) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from attachments where id = $2 and upload_token_hash = $1", token_hash, id as _)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets files that have waited since before `before`, at most `limit`, leaving what others work on.
pub async fn delete_stale(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<AttachmentId>> {
    sqlx::query_scalar!(
        r#"delete from attachments where id in (
               select id from attachments where upload_token_hash is not null and created_at < $1
               order by created_at limit $2 for update skip locked)
           returning id as "id: AttachmentId""#,
        before,
        limit
    )
    .fetch_all(db)
    .await
}

/// A file that belongs to a message.
pub struct Bound {
    pub attachment: Attachment,
    pub ticket: TicketId,
    pub kind: MessageKind,
}

pub async fn find(db: &mut PgConnection, id: AttachmentId) -> sqlx::Result<Option<Bound>> {
    let row = sqlx::query!(
        r#"select a.id as "id: AttachmentId", a.name, a.content_type, a.size, m.ticket_id as "ticket: TicketId",
                  m.kind as "kind: MessageKind"
           from attachments a join ticket_messages m on m.id = a.message_id
           where a.id = $1"#,
        id as _
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Bound {
        attachment: Attachment { id: r.id, name: r.name, content_type: r.content_type, size: r.size },
        ticket: r.ticket,
        kind: r.kind,
    }))
}

/// The files of `messages`, in the order in which they came.
pub async fn of_messages(db: &mut PgConnection, messages: &[MessageId]) -> sqlx::Result<Vec<(MessageId, Attachment)>> {
    let ids: Vec<uuid::Uuid> = messages.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select message_id as "message!: MessageId", id as "id: AttachmentId", name, content_type, size
           from attachments where message_id = any($1) order by id"#,
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.message, Attachment { id: r.id, name: r.name, content_type: r.content_type, size: r.size }))
        .collect())
}
