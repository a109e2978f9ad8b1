//! The words of the mails about tickets. All in one place, so that they sound like one desk.
use super::{letter::Letter, model::Kind};
use crate::{conversations::extract::Extract, tickets::digest::Digest};

/// What a letter about a ticket may need to say.
pub struct Subject<'a> {
    pub ticket: &'a Digest,
    /// Where its reader finds the ticket.
    pub link: &'a str,
    pub message: Option<&'a Extract>,
    /// Which promise it is about: "first reply".
    pub promise: Option<&'a str>,
    /// Who asks to look at it, and why.
    pub escalation: Option<Escalation<'a>>,
}

/// What a colleague says who escalates a ticket.
#[derive(Clone, Copy)]
pub struct Escalation<'a> {
    pub by: &'a str,
    pub reason: &'a str,
}

/// The mail for a notice of `kind`.
pub fn letter(kind: Kind, about: &Subject<'_>) -> Letter {
    let Subject { ticket, link, message, promise, escalation } = about;
    let number = ticket.number;
    let promise = promise.unwrap_or("promise");
    match kind {
        // Whoever fills in the form may have typed somebody else's address: not a word of theirs goes out.
        Kind::Received => Letter::new(kind.as_str(), format!("We have your request #{number}"))
            .say(format!("Your request reached us. Its number is #{number}."))
            .action("Follow your request", *link)
            .say("You can read our answers there, add to it, and see by when we answer. Keep this mail: the link is yours.")
            .say("You did not ask us anything? Then somebody typed your address by mistake, and you can ignore this mail."),
        Kind::Replied => quoting(
            Letter::new(kind.as_str(), format!("Re: {} (#{number})", ticket.subject)).personal(),
            *message,
            |author| format!("{author} answered your request #{number}:"),
        )
        .action("Read and answer", *link),
        Kind::Resolved => Letter::new(kind.as_str(), format!("Solved: {} (#{number})", ticket.subject))
            .say(format!("We believe your request #{number} is solved."))
            .action("Tell us whether it helped", *link)
            .say("Say there that it helped and rate us, or that it did not: then we go on with it. Without a word from you it is closed in a few days."),
        Kind::Assigned => staff(kind, ticket, format!("#{number} is yours now: {}", ticket.subject), link),
        Kind::CustomerReplied => {
            let letter = Letter::new(kind.as_str(), staff_subject(ticket));
            quoting(letter, *message, |author| format!("{author} wrote on #{number}:")).action("Open the ticket", *link)
        }
        Kind::Mentioned => staff(kind, ticket, format!("You are mentioned on #{number}: {}", ticket.subject), link),
        Kind::Watched => {
            let letter = Letter::new(kind.as_str(), staff_subject(ticket));
            quoting(letter, *message, |author| format!("{author} wrote on #{number}, which you watch:"))
                .action("Open the ticket", *link)
        }
        Kind::PromiseHalf => staff(kind, ticket, format!("Half the time for the {promise} on #{number} is used."), link),
        Kind::PromiseAtRisk => staff(kind, ticket, format!("The {promise} on #{number} is at risk: 80 % of its time is used."), link),
        Kind::PromiseLate => staff(kind, ticket, format!("The {promise} on #{number} is late."), link),
        Kind::PromiseEscalated => {
            staff(kind, ticket, format!("The {promise} on #{number} is late by more than a fifth of its time."), link)
        }
        Kind::Escalated => {
            let by = escalation.map_or("A colleague", |said| said.by);
            let letter = Letter::new(kind.as_str(), staff_subject(ticket))
                .say(format!("{by} asks you to look at #{number}: {}", ticket.subject));
            let letter = match escalation {
                Some(said) => letter.say(format!("Why: {}", said.reason)),
                None => letter,
            };
            letter.action("Open the ticket", *link)
        }
        Kind::TakenAway => {
            staff(kind, ticket, format!("#{number} was taken from you, because a promise on it was in danger or late."), link)
        }
        Kind::PromiseDigest | Kind::Rated => staff(kind, ticket, kind.label().to_owned(), link),
    }
}

/// What came due while no server ran, as one mail.
pub fn digest(tickets: usize, link: &str) -> Letter {
    Letter::new(Kind::PromiseDigest.as_str(), format!("{} came due while the desk was down", promises(tickets)))
        .say(format!(
            "While the desk was down, {} passed a step of their time. They are counted with their true times.",
            promises(tickets)
        ))
        .action("See what is late or at risk", link)
}

/// "3 promises"
pub fn promises(n: usize) -> String {
    if n == 1 { "1 promise".to_owned() } else { format!("{n} promises") }
}

fn staff(kind: Kind, ticket: &Digest, sentence: String, link: &str) -> Letter {
    Letter::new(kind.as_str(), staff_subject(ticket)).say(sentence).action("Open the ticket", link)
}

/// The same for all mails to staff about a ticket, so that mail programs show them as one thread.
fn staff_subject(ticket: &Digest) -> String {
    format!("[#{}] {}", ticket.number, ticket.subject)
}

fn quoting(letter: Letter, message: Option<&Extract>, lead: impl FnOnce(&str) -> String) -> Letter {
    match message {
        Some(m) => letter.say(lead(&m.author)).quote(&m.text, &m.html),
        None => letter.say(lead("Somebody")),
    }
}

/// The line under the bell: title and, below it, what it is about.
pub fn line(
    kind: Kind,
    ticket: &Digest,
    promise: Option<&str>,
    escalation: Option<Escalation<'_>>,
) -> (String, String) {
    let n = ticket.number;
    let promise = promise.unwrap_or("promise");
    let title = match kind {
        Kind::Received => format!("We have your request #{n}"),
        Kind::Replied => format!("An answer to #{n}"),
        Kind::Resolved => format!("#{n} is solved. Did it help?"),
        Kind::Assigned => format!("#{n} is yours now"),
        Kind::CustomerReplied => format!("The customer wrote on #{n}"),
        Kind::Mentioned => format!("You are mentioned on #{n}"),
        Kind::Watched => format!("News on #{n}, which you watch"),
        Kind::PromiseHalf => format!("Half the time for the {promise} on #{n} is used"),
        Kind::PromiseAtRisk => format!("The {promise} on #{n} is at risk"),
        Kind::PromiseLate => format!("The {promise} on #{n} is late"),
        Kind::PromiseEscalated => format!("The {promise} on #{n} is far over its time"),
        Kind::Escalated => {
            format!("{} escalated #{n} to you", escalation.map_or("A colleague", |said| said.by))
        }
        Kind::TakenAway => format!("#{n} was taken from you"),
        Kind::PromiseDigest | Kind::Rated => kind.label().to_owned(),
    };
    let body = escalation.map_or(ticket.subject.as_str(), |said| said.reason);
    (title, body.to_owned())
}

/// A metric as people call it.
pub fn promise_name(metric: &str) -> String {
    metric.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        core::id::{Id, TeamId, UserId},
        tickets::model::Status,
    };

    #[test]
    fn threat_15_a_receipt_holds_none_of_the_senders_text() {
        let ticket = Digest {
            id: Id::new(),
            number: 1042,
            subject: "CANARY buy now at evil.example".to_owned(),
            status: Status::Open,
            team: TeamId::new(),
            assignee: None,
            requester: UserId::new(),
            shared_with: None,
            watchers: Vec::new(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        };
        let about = Subject {
            ticket: &ticket,
            link: "https://desk.example/track/x",
            message: None,
            promise: None,
            escalation: None,
        };
        let letter = letter(Kind::Received, &about);
        let (text, html) = letter.render("Kept").unwrap();
        for part in [&letter.subject, &text, &html] {
            assert!(!part.contains("CANARY") && !part.contains("evil.example"), "{part}");
        }
        assert!(text.contains("#1042") && text.contains("https://desk.example/track/x"));
    }
}
