//! What other rooms may know of many messages at once.
use std::collections::HashMap;

use sqlx::PgConnection;

use super::model::MessageKind;
use crate::core::{Error, id::MessageId};

/// A message as a notification quotes it.
#[derive(Clone, Debug)]
pub struct Extract {
    pub id: MessageId,
    pub kind: MessageKind,
    pub author: String,
    /// Markdown as typed.
    pub text: String,
    /// Sanitised.
    pub html: String,
}

/// The given messages, as far as they exist.
pub async fn of(db: &mut PgConnection, messages: &[MessageId]) -> Result<HashMap<MessageId, Extract>, Error> {
    if messages.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query_as!(
        Extract,
        r#"select m.id as "id: MessageId", m.kind as "kind: MessageKind", 
                  coalesce((select u.name from users u where u.id = m.author_id), 'Kept') as "author!",
                  m.body as text, m.body_html as html
           from ticket_messages m
           where m.id = any($1)"#,
        messages as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|m| (m.id, m)).collect())
}

/// Remembers which mail carries each message, so that an answer to it finds its thread.
pub async fn carried(db: &mut PgConnection, messages: &[MessageId], message_ids: &[String]) -> Result<(), Error> {
    sqlx::query!(
        "update ticket_messages m set message_id = c.message_id
         from unnest($1::uuid[], $2::text[]) as c (id, message_id)
         where m.id = c.id and m.message_id is null",
        messages as _,
        message_ids
    )
    .execute(db)
    .await?;
    Ok(())
}
