//! Which promises a ticket gets when it is matched again: after something that policies ask about was changed, or under
//! a publication that concerns open tickets.

use super::model::{Cause, Terms};
use super::policy::{Book, BookError, TicketFacts};
use super::store::TicketRow;

impl TicketRow {
    /// The ticket as policies see it.
    pub(super) fn facts(&self) -> TicketFacts {
        TicketFacts {
            priority: self.priority,
            channel: self.channel,
            category: self.category,
            service: None,
            team: Some(self.team),
            location: None,
            customer: Some(self.requester),
            organisation: self.organisation,
            plan: self.plan.clone(),
            tags: self.tags.clone(),
        }
    }

    /// What `book` promises on it, if that differs from what it is promised already.
    ///
    /// # Errors
    /// [`BookError`] if the book should never have been published.
    pub(super) fn new_terms(&self, book: &Book) -> Result<Option<Terms>, BookError> {
        new_terms(book, &self.facts(), self.terms.as_deref())
    }

    /// The same where `book` was published for open tickets too.
    ///
    /// # Errors
    /// [`BookError`] if the book should never have been published.
    pub(super) fn published_terms(&self, book: &Book) -> Result<Option<Terms>, BookError> {
        let cause = |terms: &Terms| match self.terms.as_deref() {
            Some(last) if last.policy == terms.policy => Cause::Calendar,
            _ => Cause::Policy,
        };
        Ok(self.new_terms(book)?.map(|terms| Terms { cause: cause(&terms), ..terms }))
    }
}

/// What `book` promises on a ticket that is promised `last`, if that differs. Matched by another way, but the same
/// promises under the same policy: nothing changes.
///
/// # Errors
/// [`BookError`] if the book should never have been published.
pub(super) fn new_terms(book: &Book, ticket: &TicketFacts, last: Option<&Terms>) -> Result<Option<Terms>, BookError> {
    let terms = book.terms(ticket, Cause::Created)?;
    Ok(last.is_none_or(|last| !last.promises_as(&terms)).then_some(terms))
}

/// Why the terms of a ticket are new: something about it was changed.
pub(super) fn by_fields(last: Option<&Terms>, new: &Terms) -> Cause {
    match last {
        None => Cause::Created,
        Some(last) if last.priority != new.priority => Cause::Priority,
        Some(_) => Cause::Fields,
    }
}
