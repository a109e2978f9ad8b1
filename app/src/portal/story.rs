//! A request told to its customer: how it stands in words, what was promised, what was said.
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    line::{self, Course},
    model::{EventMark, PromiseMark, PromiseStep, RefusedAnswer, RequestPage, StoryEntry, StoryFile},
    picture::pictures,
    when::{When, stretch},
};
use crate::{
    conversations::{
        files, media,
        model::{Attachment, Message, Side},
    },
    core::{App, Error, Permission, Tx, id::TicketId, secret},
    settings,
    sla::{
        self,
        clock::{Clock, SegmentKind},
        explain,
        model::{ClockState, Metric},
    },
    tickets::{
        model::{HoldReason, Status},
        own::{self, Moved, OwnTicket},
    },
    ui::figures::worked,
};

/// Who reads, and where.
pub struct Reader {
    pub zone: Tz,
    /// By the signed link, without a session: files need links of their own.
    pub by_link: bool,
    /// The address that the page's forms are posted under.
    pub base: String,
}

/// Tells the story of `ticket` to `reader`.
pub async fn tell(
    tx: &mut Tx,
    ticket: TicketId,
    reader: &Reader,
    mut refused: RefusedAnswer,
) -> Result<RequestPage, Error> {
    refused.uploads.get_or_insert_with(secret::random_token);
    let standing = crate::tickets::service::standing(tx, ticket).await?;
    let may_write = tx.actor.may_on(Permission::WriteAsCustomer, &standing);
    let own::Story { ticket, messages, moves, confirmed } = own::story(tx, ticket).await?;
    let course = sla::course::course(tx, ticket.id).await?;
    let desk = settings::service::in_force(tx).await?.organisation_name.clone();
    let now = tx.now;
    let when = |at: DateTime<Utc>| When::new(at, now, reader.zone);
    let clocks = course.clocks.as_slice();
    let (headline, next, next_by) = headline(&ticket, clocks, confirmed);
    let reader_id = tx.actor.user_id();
    let mut entries: Vec<(DateTime<Utc>, StoryEntry)> = Vec::new();
    for message in messages {
        let own = message.author.is_some() && message.author == reader_id;
        entries.push((message.at, said(&tx.app, message, own, clocks, reader, &when)));
    }
    entries.extend(moves.iter().filter_map(|moved| happened(moved, &when)));
    // Of one instant: first what was said, then what that changed.
    entries.sort_by_key(|(at, entry)| (*at, matches!(entry, StoryEntry::Happened { .. })));

    Ok(RequestPage {
        desk,
        ticket: ticket.id,
        number: ticket.number,
        subject: ticket.subject.clone(),
        status: ticket.status,
        hold: ticket.hold,
        category: ticket.category.clone(),
        sent: when(ticket.created_at),
        headline,
        next,
        next_by: next_by.map(when),
        line: line::draw(&ticket, &Course { clocks, open: &course.open, now }, &when)
            .map(|line| pictures(&line).into_string()),
        promises: promises(clocks, now, &when),
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        assignee: ticket.assignee.as_deref().map(first_name),
        may_write,
        confirmed,
        rating: ticket.csat.map(|score| (score, ticket.csat_comment.clone().unwrap_or_default())),
        base: reader.base.clone(),
        link: None,
        refused,
    })
}

fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or(name).to_owned()
}

/// How it stands: a sentence, what comes next, and by when.
fn headline(ticket: &OwnTicket, clocks: &[Clock], confirmed: bool) -> (String, String, Option<DateTime<Utc>>) {
    let answer = live(clocks, Metric::NextReply).or_else(|| live(clocks, Metric::FirstReply));
    let answer_by = answer.filter(|c| !c.is_late()).and_then(|c| c.due_at);
    let who = ticket.assignee.as_deref().unwrap_or("A person");
    let (headline, next) = match (ticket.status, ticket.hold) {
        (Status::Open, _) if ticket.last_public_reply_at.is_none() => {
            ("We have it.", awaited(who, "answers you", answer_by))
        }
        (Status::Open, _) => ("We are looking at it again.", awaited(who, "answers you next", answer_by)),
        (Status::InProgress, _) if answer.is_some() => {
            ("We are working on it.", awaited(who, "answers you next", answer_by))
        }
        (Status::InProgress, _) => ("We are working on it.", format!("{who} has it in hand.")),
        (Status::OnHold, Some(HoldReason::ThirdParty)) => {
            ("We are waiting for somebody else.", "We go on as soon as they have answered.".to_owned())
        }
        (Status::OnHold, _) => ("We are waiting for you.", "Answer below, and we go on at once.".to_owned()),
        (Status::Resolved, _) if confirmed => ("This is solved.", "You told us that it helped. Thank you.".to_owned()),
        (Status::Resolved, _) => ("We think this is solved.", "Tell us below whether it helped.".to_owned()),
        (Status::Closed, _) => {
            ("This request is closed.", "A new message below opens a new request, linked to this one.".to_owned())
        }
    };
    let by = answer_by.filter(|_| matches!(ticket.status, Status::Open | Status::InProgress));
    (headline.to_owned(), next, by)
}

/// "Priya Nair answers you next, by" before a time, or a whole sentence where there is none.
fn awaited(who: &str, does: &str, by: Option<DateTime<Utc>>) -> String {
    if by.is_some() { format!("{who} {does}, by") } else { format!("{who} {does}.") }
}

/// The running or paused clock of `metric`, the newest if there are several.
fn live(clocks: &[Clock], metric: Metric) -> Option<&Clock> {
    clocks.iter().rev().find(|c| c.metric == metric && c.state.is_live())
}

/// The promises that a customer knows of: answers and the solution.
fn promises(clocks: &[Clock], now: DateTime<Utc>, when: &impl Fn(DateTime<Utc>) -> When) -> Vec<PromiseStep> {
    let first = clocks.iter().find(|c| c.metric == Metric::FirstReply);
    let next = live(clocks, Metric::NextReply);
    let solve = clocks.iter().rev().find(|c| c.metric == Metric::Resolution);
    [(first, "First answer"), (next, "Next answer"), (solve, "Solved")]
        .into_iter()
        .filter_map(|(clock, name)| step(clock?, name, now, when))
        .collect()
}

fn step(clock: &Clock, name: &str, now: DateTime<Utc>, when: &impl Fn(DateTime<Utc>) -> When) -> Option<PromiseStep> {
    let allowance = clock.allowance?;
    let plain = |mark, detail: String| PromiseStep { mark, name: name.to_owned(), by: None, detail };
    let late_by = late_by(clock, now);
    Some(match clock.state {
        ClockState::Met => plain(PromiseMark::Kept, format!("Kept, in {}", worked(clock.used))),
        ClockState::Missed => plain(PromiseMark::Missed, format!("{late_by} later than promised")),
        ClockState::Paused if clock.used > allowance => {
            plain(PromiseMark::Paused, "Paused while we wait; we are late".to_owned())
        }
        ClockState::Paused => plain(
            PromiseMark::Paused,
            format!("Paused while we wait; {} of our time left", worked(allowance - clock.used)),
        ),
        ClockState::Running => {
            let due = clock.due_at?;
            let (mark, name, detail) = if clock.is_late() {
                let detail = "We are late, and those who answer for it have been told".to_owned();
                (PromiseMark::Late, format!("{name} was due by"), detail)
            } else {
                let mark =
                    if clock.risk_at.is_some_and(|risk| risk <= now) { PromiseMark::Risk } else { PromiseMark::Run };
                let waited: i64 = paused(clock, now).map(|(from, to)| (to - from).num_seconds()).sum();
                let closes = (due - clock.started_at).num_seconds() - waited > allowance + 60;
                let detail = match (clock.metric, closes, waited >= 60) {
                    (Metric::Resolution, true, false) => "Only our working hours count".to_owned(),
                    (Metric::Resolution, true, true) => {
                        format!("Only our working hours count; we added the {} that we waited", stretch(waited))
                    }
                    (Metric::Resolution, false, true) => format!("We added the {} that we waited", stretch(waited)),
                    _ => format!("{} from now", stretch((due - now).num_seconds())),
                };
                (mark, format!("{name} by"), detail)
            };
            PromiseStep { mark, name, by: Some(when(due)), detail }
        }
        ClockState::Cancelled | ClockState::Untimed => return None,
    })
}

/// How late, on the wall of whoever waited.
fn late_by(clock: &Clock, now: DateTime<Utc>) -> String {
    worked(explain::late_for(clock, now).map_or(0, |late| late.num_seconds()))
}

/// When the clock stood still.
pub(super) fn paused(clock: &Clock, now: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
    clock
        .segments
        .iter()
        .filter(|s| matches!(s.kind, SegmentKind::Paused(_)))
        .map(move |s| (s.from, s.to.unwrap_or(now)))
}

fn said(
    app: &App,
    message: Message,
    own: bool,
    clocks: &[Clock],
    reader: &Reader,
    when: &impl Fn(DateTime<Utc>) -> When,
) -> StoryEntry {
    let staff = message.side != Side::Customer;
    let promise = if message.side == Side::Staff { promise_of(clocks, message.at) } else { None };
    StoryEntry::Said {
        who: message.author_name,
        own,
        staff,
        at: when(message.at),
        html: message.html,
        files: message.attachments.into_iter().map(|file| story_file(app, file, message.at, reader)).collect(),
        promise,
    }
}

fn story_file(app: &App, file: Attachment, now: DateTime<Utc>, reader: &Reader) -> StoryFile {
    let href =
        if reader.by_link { files::link(app, file.id, app.now().max(now)) } else { format!("/files/{}", file.id) };
    StoryFile { picture: media::is_picture(&file.content_type), size: file.size.unsigned_abs(), name: file.name, href }
}

/// What the answer given at `at` meant for the promise it fulfilled.
fn promise_of(clocks: &[Clock], at: DateTime<Utc>) -> Option<(PromiseMark, String)> {
    let clock =
        clocks.iter().find(|c| matches!(c.metric, Metric::FirstReply | Metric::NextReply) && c.ended_at == Some(at))?;
    let name = if clock.metric == Metric::FirstReply { "First answer" } else { "Answer" };
    let allowance = clock.allowance?;
    match clock.state {
        ClockState::Met => {
            Some((PromiseMark::Kept, format!("{name} kept: {}, promised {}", worked(clock.used), worked(allowance))))
        }
        ClockState::Missed => Some((PromiseMark::Missed, format!("{name} {} later than promised", late_by(clock, at)))),
        _ => None,
    }
}

fn happened(moved: &Moved, when: &impl Fn(DateTime<Utc>) -> When) -> Option<(DateTime<Utc>, StoryEntry)> {
    let (mark, words) = match (moved.to, moved.hold) {
        (Status::OnHold, Some(HoldReason::ThirdParty)) => (EventMark::Paused, "We began to wait for somebody else"),
        (Status::OnHold, _) => (EventMark::Paused, "We began to wait for your answer"),
        (Status::Resolved, _) => (EventMark::Solved, "We marked it as solved"),
        (Status::Closed, _) => (EventMark::Closed, "Closed"),
        // Beginning to work on it says nothing that the answers do not say.
        (Status::Open | Status::InProgress, _) => return None,
    };
    Some((moved.at, StoryEntry::Happened { mark, words: words.to_owned(), at: when(moved.at) }))
}
