//! The `ticket_messages` table; files are in `files`.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::{MessageKind, Side};
use crate::{
    core::id::{MessageId, TicketId, UserId},
    tickets::model::Channel,
};

/// What [`insert`] stores.
pub struct NewMessage<'a> {
    pub id: MessageId,
    pub ticket: TicketId,
    pub kind: MessageKind,
    pub side: Side,
    pub author: Option<UserId>,
    pub body: &'a str,
    pub html: &'a str,
    pub channel: Channel,
}

pub async fn insert(db: &mut PgConnection, message: &NewMessage<'_>, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into ticket_messages (id, ticket_id, kind, side, author_id, body, body_html, channel, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        message.id as _,
        message.ticket as _,
        message.kind as _,
        message.side as _,
        message.author as _,
        message.body,
        message.html,
        message.channel as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Binds the files waiting under an upload token to a message; how many there were.
pub async fn bind_uploads(
    db: &mut PgConnection,
    token_hash: &[u8],
    ticket: TicketId,
    message: MessageId,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update attachments set ticket_id = $2, message_id = $3, upload_token_hash = null
         where id in (select distinct on (name, sha256) id from attachments where upload_token_hash = $1
                      order by name, sha256, created_at)",
        token_hash,
        ticket as _,
        message as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
