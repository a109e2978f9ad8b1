//! What a ticket is about and how much it matters.
use super::{change, refuse_closed};
use crate::{
    core::{
        Error, Permission, Tx,
        id::{CategoryId, TicketId},
        text::one_line,
    },
    events::{self, About, Event},
    tickets::{
        model::Priority,
        promises::{self, Fact},
        store,
    },
};

/// Changes how much the ticket matters; its promises keep the time they have used.
pub async fn set_priority(tx: &mut Tx, id: TicketId, priority: Priority, version: i32) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    let (from, now) = (ticket.priority, tx.now);
    if from == priority {
        return Ok(());
    }
    refuse_closed(&ticket)?;
    store::set_priority(tx, id, priority, now).await?;
    ticket.priority = priority;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::PriorityChanged { from, to: priority, step: None }])
        .await?;
    promises::record(tx, &ticket, &[Fact::FieldsChanged]).await
}

/// Changes what the ticket is about. It stays with its team: moving it is [`transfer`].
pub async fn set_category(tx: &mut Tx, id: TicketId, category: Option<CategoryId>, version: i32) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    let (from, now) = (ticket.category, tx.now);
    if from == category {
        return Ok(());
    }
    refuse_closed(&ticket)?;
    if let Some(chosen) = category
        && !store::category_is_active(tx, chosen).await?
    {
        return Err(Error::invalid("category", "Choose one of the list."));
    }
    store::set_category(tx, id, category, now).await?;
    ticket.category = category;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::CategoryChanged { from, to: category }]).await?;
    promises::record(tx, &ticket, &[Fact::FieldsChanged]).await
}

/// The most tags a ticket carries, and how long one may be.
const MAX_TAGS: usize = 20;
const MAX_TAG_LEN: usize = 40;

/// Replaces the tags: lower case, each once.
///
/// # Errors
/// [`Error::Invalid`] at `tags` for too many or too long ones.
pub async fn set_tags(tx: &mut Tx, id: TicketId, tags: &[String], version: i32) -> Result<(), Error> {
    let mut ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    refuse_closed(&ticket)?;
    let mut clean: Vec<String> = tags.iter().map(|t| one_line(t).to_lowercase()).filter(|t| !t.is_empty()).collect();
    clean.sort_unstable();
    clean.dedup();
    if clean.len() > MAX_TAGS || clean.iter().any(|t| t.chars().count() > MAX_TAG_LEN) {
        return Err(Error::invalid("tags", "At most 20 tags of 40 characters each."));
    }
    if clean == ticket.tags {
        return Ok(());
    }
    let now = tx.now;
    store::set_tags(tx, id, &clean, now).await?;
    ticket.tags.clone_from(&clean);
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::TagsChanged { tags: clean }]).await?;
    promises::record(tx, &ticket, &[Fact::FieldsChanged]).await
}
