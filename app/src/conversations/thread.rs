//! Reading what was said on a ticket. Called by rooms that have found out who may.
use std::collections::HashMap;

use super::{
    files_store,
    model::{Attachment, Message, MessageKind},
    thread_store as store,
};
use crate::core::{
    Error, Tx,
    id::{MessageId, TicketId},
};

/// What customers may read of the ticket, oldest first.
pub(crate) async fn public(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Message>, Error> {
    let mut messages = store::of_ticket(tx, ticket, MessageKind::Public).await?;
    let ids: Vec<_> = messages.iter().map(|m| m.id).collect();
    let mut files: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for (message, file) in files_store::of_messages(tx, &ids).await? {
        files.entry(message).or_default().push(file);
    }
    for message in &mut messages {
        message.attachments = files.remove(&message.id).unwrap_or_default();
    }
    Ok(messages)
}
