//! What the customer says of the solution.
use super::{change, write_as_customer};
use crate::{
    conversations::model::Body,
    core::{Error, Permission, Tx, id::TicketId, text::many_lines},
    events::{self, About, Event},
    tickets::{
        model::{Channel, Status},
        store,
    },
};

/// How satisfied the customer is, 1 to 5, with a comment of at most 2,000 characters. May be changed
/// until the ticket is a month closed.
///
/// # Errors
/// [`Error::Refused`] before the ticket is solved; [`Error::Invalid`] at `score` or `comment`.
pub async fn rate(tx: &mut Tx, id: TicketId, score: i16, comment: &str) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::RateTicket, None).await?;
    if ticket.status.is_unsolved() {
        return Err(Error::Refused("You can rate the answer once the ticket is solved.".to_owned()));
    }
    if !(1..=5).contains(&score) {
        return Err(Error::invalid("score", "Choose 1 to 5."));
    }
    let comment = many_lines(comment);
    if comment.chars().count() > 2_000 {
        return Err(Error::invalid("comment", "At most 2,000 characters."));
    }
    let now = tx.now;
    store::rate(tx, id, score, &comment, now).await?;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::Rated { score }]).await
}

/// The customer says that the solution works. The ticket closes by itself later; nothing else moves.
///
/// # Errors
/// [`Error::Refused`] unless the ticket is resolved.
pub async fn confirm_solution(tx: &mut Tx, id: TicketId) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::RateTicket, None).await?;
    if ticket.status != Status::Resolved {
        return Err(Error::Refused("There is no solution to confirm at the moment.".to_owned()));
    }
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::SolutionConfirmed]).await
}

/// The customer says that the solution did not help, and why: the ticket is worked on again.
///
/// # Errors
/// [`Error::Refused`] unless the ticket is resolved.
pub async fn refuse_solution(tx: &mut Tx, id: TicketId, body: &Body, channel: Channel) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::RateTicket, None).await?;
    if ticket.status != Status::Resolved {
        return Err(Error::Refused(
            "There is no solution to refuse at the moment. Write a message instead.".to_owned(),
        ));
    }
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::SolutionRefused]).await?;
    write_as_customer(tx, id, body, channel, None).await.map(drop)
}
