//! Events as people tell them.
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{Mark, Word};
use crate::{
    core::Id,
    events::{Event, reader::Stored},
    tickets::{model::HoldReason, names::Names},
};

/// What somebody or something is called.
fn name<T>(names: &Names, id: Id<T>) -> Word {
    Word::strong(names.get(id.uuid()).unwrap_or("somebody"))
}

fn name_or<T>(names: &Names, id: Option<Id<T>>, nothing: &str) -> Word {
    id.map_or_else(|| Word::strong(nothing), |id| name(names, id))
}

/// The reader's wall clock.
pub(super) struct Zone {
    pub tz: Tz,
    pub now: DateTime<Utc>,
}

impl Zone {
    /// The date of `at`, and what a reader calls that day.
    pub(super) fn day(&self, at: DateTime<Utc>) -> (NaiveDate, String) {
        let (date, today) = (at.with_timezone(&self.tz).date_naive(), self.now.with_timezone(&self.tz).date_naive());
        let label = match (today - date).num_days() {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            2..300 => date.format("%A %-d %B").to_string(),
            _ => date.format("%A %-d %B %Y").to_string(),
        };
        (date, label)
    }

    /// `15:50` today, `Fri 20 Nov 15:50` else.
    fn words(&self, at: DateTime<Utc>) -> String {
        let (local, now) = (at.with_timezone(&self.tz), self.now.with_timezone(&self.tz));
        let format = if local.date_naive() == now.date_naive() { "%H:%M" } else { "%a %-d %b %H:%M" };
        local.format(format).to_string()
    }
}

/// The ids whose names the words need.
pub(super) fn mentioned(stored: &Stored) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = stored.actor.iter().map(|id| id.uuid()).collect();
    match &stored.event {
        Event::Assigned { to, .. } => ids.push(to.uuid()),
        Event::Transferred { from_team, to_team, from, to, .. } => {
            ids.extend([from_team.uuid(), to_team.uuid()]);
            ids.extend(from.iter().chain(to).map(|id| id.uuid()));
        }
        Event::CategoryChanged { from, to } => ids.extend(from.iter().chain(to).map(|id| id.uuid())),
        Event::Watched { user, .. } | Event::Unwatched { user } => ids.push(user.uuid()),
        Event::Unassigned { from, .. } => ids.push(from.uuid()),
        Event::Routed { .. } => ids.extend(stored.team.map(Id::uuid)),
        _ => {}
    }
    ids
}

/// What the event says to colleagues. `None`: it is told elsewhere (a message) or not at all.
pub(super) fn of(stored: &Stored, names: &Names, zone: &Zone) -> Option<(Mark, Vec<Word>)> {
    let actor = name_or(names, stored.actor, "Kept");
    let plain = |text: &str| Word::plain(text);
    Some(match &stored.event {
        Event::Routed { trace } => {
            let why = trace.last().map(|t| format!(": {t}")).unwrap_or_default();
            (Mark::Routed, vec![plain("Sent to "), name_or(names, stored.team, "a team"), Word::plain(why)])
        }
        Event::Assigned { to, by_routing: true } => (Mark::Assigned, vec![plain("Given to "), name(names, *to)]),
        Event::Assigned { to, .. } if Some(*to) == stored.actor => (Mark::Assigned, vec![plain("Taken by "), actor]),
        Event::Assigned { to, .. } => {
            (Mark::Assigned, vec![plain("Assigned to "), name(names, *to), plain(" by "), actor])
        }
        Event::Transferred { from_team, to_team, from, to, reason, .. } => {
            let place = |team: &_, agent: &Option<_>| match agent {
                Some(agent) => vec![name(names, *agent), plain(", "), name(names, *team)],
                None => vec![name(names, *team)],
            };
            let mut words = vec![plain("Moved from ")];
            words.extend(place(from_team, from));
            words.push(plain(" to "));
            words.extend(place(to_team, to));
            words.extend([plain(" by "), actor, Word::plain(format!(": {reason}"))]);
            (Mark::Transferred, words)
        }
        Event::StatusChanged { to, hold, wake_at, reason, .. } => {
            let mut words = vec![Word::strong(to.label())];
            words.extend(hold.map(|hold| plain(waits(hold))));
            if let Some(at) = wake_at {
                words.push(Word::plain(format!(" until {}", zone.words(*at))));
            }
            words.extend([plain(" by "), actor]);
            words.extend(reason.as_ref().map(|r| Word::plain(format!(": {r}"))));
            (Mark::Status(*to), words)
        }
        Event::PriorityChanged { to, step: Some(step), .. } => (
            Mark::Field,
            vec![
                Word::plain(step.to_string()),
                plain(": priority raised to "),
                Word::strong(to.label().to_lowercase()),
            ],
        ),
        Event::PriorityChanged { from, to, step: None } => changed("Priority", from.label(), to.label(), actor),
        Event::Unassigned { from, step } => (
            Mark::Assigned,
            vec![
                Word::plain(step.to_string()),
                plain(": taken from "),
                name(names, *from),
                plain(", waits in the queue of its team"),
            ],
        ),
        Event::Escalated { reason, again } => {
            let verb = if *again { "Escalated again" } else { "Escalated" };
            (Mark::Escalated, vec![Word::strong(verb), plain(" by "), actor, Word::plain(format!(": {reason}"))])
        }
        Event::EscalationAcknowledged { words } => {
            let mut told = vec![plain("Escalation acknowledged by "), actor];
            told.extend(words.as_ref().map(|words| Word::plain(format!(": {words}"))));
            (Mark::Escalated, told)
        }
        Event::CategoryChanged { from, to } => (
            Mark::Field,
            vec![
                plain("Category "),
                name_or(names, *from, "none"),
                plain(" to "),
                name_or(names, *to, "none"),
                plain(" by "),
                actor,
            ],
        ),
        Event::TagsChanged { tags } if tags.is_empty() => (Mark::Field, vec![plain("Tags removed by "), actor]),
        Event::TagsChanged { tags } => {
            (Mark::Field, vec![plain("Tags now "), Word::strong(tags.join(", ")), plain(" by "), actor])
        }
        Event::Watched { user, mentioned } => {
            (Mark::Watched, vec![name(names, *user), plain(if *mentioned { " was mentioned" } else { " watches" })])
        }
        Event::Unwatched { user } => (Mark::Watched, vec![name(names, *user), plain(" watches no longer")]),
        Event::ReplyNotNeeded => (Mark::Promise, vec![plain("No reply needed, says "), actor]),
        Event::Rated { score } => (Mark::Rated, vec![plain("Rated "), Word::strong(format!("{score} of 5"))]),
        Event::SolutionConfirmed => (Mark::Rated, vec![Word::strong("The solution works"), plain(", says "), actor]),
        Event::SolutionRefused => (Mark::Rated, vec![Word::strong("It did not help"), plain(", says "), actor]),
        Event::SlaStep { metric, percent, .. } if *percent < 100 => {
            (Mark::AtRisk, vec![promise(metric), Word::plain(format!(" has used {percent} % of its time"))])
        }
        Event::SlaStep { metric, percent, .. } if *percent > 100 => {
            (Mark::Late, vec![promise(metric), Word::plain(format!(" is past {percent} % of its time"))])
        }
        Event::SlaMissed { metric, due_at, .. } => {
            (Mark::Late, vec![promise(metric), Word::plain(format!(" is late: it was due {}", zone.words(*due_at)))])
        }
        Event::PromisesChanged { policy } => (
            Mark::Promise,
            vec![plain("Promised anew by "), Word::strong(policy), plain(", published for open tickets by "), actor],
        ),
        // The messages tell what was written, and the miss that all of the time is used.
        Event::TicketCreated { .. } | Event::MessageAdded { .. } | Event::SlaStep { .. } => return None,
        // Not about tickets.
        Event::SignedIn { .. }
        | Event::SignInFailed { .. }
        | Event::LockedOut { .. }
        | Event::SignedOut
        | Event::PasswordChanged
        | Event::AccountCreated { .. }
        | Event::AccountChanged { .. }
        | Event::SessionsEnded { .. }
        | Event::Configured { .. }
        | Event::PerformanceRated { .. } => return None,
    })
}

fn changed(what: &str, from: &str, to: &str, actor: Word) -> (Mark, Vec<Word>) {
    let words = vec![
        Word::plain(format!("{what} ")),
        Word::strong(from),
        Word::plain(" to "),
        Word::strong(to),
        Word::plain(" by "),
        actor,
    ];
    (Mark::Field, words)
}

const fn waits(hold: HoldReason) -> &'static str {
    match hold {
        HoldReason::Customer => ", waiting for the customer",
        HoldReason::ThirdParty => ", waiting for a third party",
    }
}

/// `next_reply` as `Next reply`.
fn promise(metric: &str) -> Word {
    let spaced = match metric {
        "resolution" => "solve".to_owned(),
        other => other.replace('_', " "),
    };
    let mut chars = spaced.chars();
    Word::strong(chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default())
}
