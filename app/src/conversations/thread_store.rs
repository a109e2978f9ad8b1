//! Reads of `ticket_messages`.
use sqlx::PgConnection;

use super::model::{Message, MessageKind};
use crate::core::id::TicketId;

/// The messages of `ticket` that are of one `kind`, oldest first; without their files.
pub async fn of_ticket(db: &mut PgConnection, ticket: TicketId, kind: MessageKind) -> sqlx::Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: crate::core::id::MessageId", m.kind as "kind: MessageKind", m.side as "side: super::model::Side",
                  m.author_id as "author: crate::core::id::UserId", u.name as "author_name?", m.body_html as html, m.created_at as at
           from ticket_messages m left join users u on u.id = m.author_id
           where m.ticket_id = $1 and m.kind = $2
           order by m.created_at, m.id"#,
        ticket as _,
        kind as MessageKind
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Message {
            id: r.id,
            kind: r.kind,
            side: r.side,
            author: r.author,
            author_name: r.author_name.unwrap_or_else(|| "Kept".to_owned()),
            html: r.html,
            at: r.at,
            attachments: Vec::new(),
        })
        .collect())
}
