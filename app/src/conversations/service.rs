//! Adding to a conversation. Called by the tickets room, which decides who may and what follows from it.
use super::{
    markdown,
    model::{Body, MessageKind, Side},
    store::{self, NewMessage},
};
use crate::{
    core::{
        Error, Tx,
        id::{MessageId, TicketId},
        secret,
    },
    tickets::model::Channel,
};

/// What somebody says on a ticket.
#[derive(Clone, Debug)]
pub struct Draft {
    pub kind: MessageKind,
    pub side: Side,
    pub body: Body,
    pub channel: Channel,
    /// The token under which its files wait, if files came along.
    pub uploads: Option<String>,
}

/// Stores `draft` on `ticket` with its files, under the actor's name. Authorised by the caller.
pub(crate) async fn add(tx: &mut Tx, ticket: TicketId, draft: &Draft) -> Result<MessageId, Error> {
    let (id, now, author) = (MessageId::new(), tx.now, tx.actor.user_id());
    add_as(tx, ticket, id, author, draft, now).await
}

/// [`add`] under another author's name: a guest's contact on a ticket just filed.
pub(crate) async fn add_as(
    tx: &mut Tx,
    ticket: TicketId,
    id: MessageId,
    author: Option<crate::core::id::UserId>,
    draft: &Draft,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<MessageId, Error> {
    let html = match draft.side {
        Side::Customer => markdown::plain_to_safe_html(draft.body.as_str()),
        Side::Staff | Side::Automatic => markdown::to_safe_html(draft.body.as_str()),
    };
    let message = NewMessage {
        id,
        ticket,
        kind: draft.kind,
        side: draft.side,
        author,
        body: draft.body.as_str(),
        html: &html,
        channel: draft.channel,
    };
    store::insert(tx, &message, at).await?;
    if let Some(token) = &draft.uploads {
        store::bind_uploads(tx, &secret::digest(token), ticket, id).await?;
    }
    Ok(id)
}
