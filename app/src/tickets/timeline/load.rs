//! Reads a ticket's story from the tables that hold its parts, and tells it to staff. Customers have a story of their
//! own ([`crate::tickets::own`]).
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Delivery, Entry, Mark, Timeline, What, Word, words};
use crate::{
    conversations::model::{Attachment, MessageKind, Side},
    core::{
        Error, Permission, Tx,
        actor::Standing,
        id::{MessageId, TicketId, UserId},
    },
    events::{self, reader::Stored},
    tickets::{model::Channel, names::Names},
};

/// The most messages of one stretch, and the most of anything else.
const MESSAGES: i64 = 100;
const LINES: i64 = 500;

/// A stretch of a ticket's story as the tables hold it.
pub struct Found {
    messages: Vec<MessageRow>,
    mails: Vec<Mail>,
    events: Vec<Stored>,
    /// Where it begins, if there is more before.
    earlier: Option<DateTime<Utc>>,
}

/// The newest stretch of the ticket's story, or the one that ends `before`. For staff: it holds what colleagues say
/// among themselves.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Forbidden`] for who may not read the ticket as staff.
pub async fn find(tx: &mut Tx, standing: &Standing, before: Option<DateTime<Utc>>) -> Result<Found, Error> {
    tx.require(Permission::ReadTicketAsStaff, standing)?;
    let ticket = standing.ticket;
    let until = before.unwrap_or(DateTime::<Utc>::MAX_UTC);

    let mut messages = messages(tx, ticket, before).await?;
    let cut = messages.len() > usize::try_from(MESSAGES).unwrap_or(usize::MAX);
    if cut {
        messages.remove(0);
    }
    // Lines older than the oldest message shown belong to the stretch before.
    let since = if cut { messages.first().map_or(until, |row| row.created_at) } else { DateTime::<Utc>::MIN_UTC };
    let is_of_it = |at: DateTime<Utc>| at >= since && at < until;
    let mut mails = mails(tx, ticket).await?;
    mails.retain(|mail| mail.message.is_some() || is_of_it(mail.at));
    let mut events = events::besides_messages(tx, ticket, LINES).await?;
    events.retain(|event| is_of_it(event.at));
    Ok(Found { messages, mails, events, earlier: cut.then_some(since) })
}

impl Found {
    /// Whether it holds a message from after `instant`.
    pub fn written_after(&self, instant: DateTime<Utc>) -> bool {
        self.messages.last().is_some_and(|message| message.created_at > instant)
    }

    /// Whose names telling it takes.
    pub fn mentioned(&self) -> Vec<Uuid> {
        self.events.iter().flat_map(words::mentioned).collect()
    }

    /// Tells it on the clock of a reader in `zone`, who reads it `now`.
    pub fn told(self, names: &Names, zone: Tz, now: DateTime<Utc>) -> Timeline {
        let Self { messages, mails, events, earlier } = self;
        let zone = words::Zone { tz: zone, now };
        let mut entries: Vec<Entry> = messages.into_iter().map(|row| row.entry(&mails)).collect();
        entries.extend(lines(&events, names, &zone));
        entries.extend(mails.iter().filter(|mail| mail.message.is_none()).map(Mail::entry));
        // Stable: what happened in one act stays in the order in which it was told.
        entries.sort_by_key(|entry| entry.at);
        let mut day = None;
        for entry in &mut entries {
            let (date, label) = zone.day(entry.at);
            if day.replace(date) != Some(date) {
                entry.day = Some(label);
            }
        }
        Timeline { earlier, entries: entries.into_iter().map(Arc::new).collect() }
    }
}

struct MessageRow {
    id: MessageId,
    kind: MessageKind,
    side: Side,
    author: Option<String>,
    html: String,
    channel: Channel,
    created_at: DateTime<Utc>,
    attachments: Option<Json<Vec<Attachment>>>,
}

impl MessageRow {
    fn entry(self, mails: &[Mail]) -> Entry {
        let delivery = mails.iter().filter(|m| m.message == Some(self.id)).map(|m| m.state).max();
        let what = What::Message {
            kind: self.kind,
            side: self.side,
            author: self.author.unwrap_or_else(|| "Kept".to_owned()),
            html: self.html,
            attachments: self.attachments.map(|files| files.0).unwrap_or_default(),
            channel: self.channel,
            delivery,
        };
        Entry { key: format!("m{}", self.id), at: self.created_at, day: None, what }
    }
}

/// Oldest first; one more than [`MESSAGES`] if there are more.
async fn messages(tx: &mut Tx, ticket: TicketId, before: Option<DateTime<Utc>>) -> Result<Vec<MessageRow>, Error> {
    let rows = sqlx::query_as!(
        MessageRow,
        r#"select m.id as "id: _", m.kind as "kind: _", m.side as "side: _", u.name as "author?", m.body_html as html,
                  m.channel as "channel: _", m.created_at, a.files as "attachments?: Json<Vec<Attachment>>"
           from (select * from ticket_messages
                 where ticket_id = $1 and ($2::timestamptz is null or created_at < $2)
                 order by created_at desc, id desc limit $3) m
           left join users u on u.id = m.author_id
           left join (select message_id, jsonb_agg(jsonb_build_object('id', id, 'name', name,
                                 'content_type', content_type, 'size', size) order by created_at, id) as files
                      from attachments where ticket_id = $1 group by message_id) a on a.message_id = m.id
           order by m.created_at, m.id"#,
        ticket as _,
        before,
        MESSAGES + 1
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

struct Mail {
    id: Uuid,
    message: Option<MessageId>,
    recipient: String,
    subject: String,
    at: DateTime<Utc>,
    state: Delivery,
}

impl Mail {
    /// A mail that carries no message: a confirmation, a notice.
    fn entry(&self) -> Entry {
        let words = vec![
            Word::plain("Mail “"),
            Word::strong(self.subject.clone()),
            Word::plain(format!("” to {}: {}", self.recipient, self.state.label().to_lowercase())),
        ];
        Entry { key: format!("d{}", self.id), at: self.at, day: None, what: What::Line { mark: Mark::Mail, words } }
    }
}

async fn mails(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Mail>, Error> {
    let rows = sqlx::query!(
        r#"select id, ticket_message_id as "message: MessageId", recipient, subject, created_at, state::text as "state!"
           from deliveries where ticket_id = $1 and channel = 'email' order by created_at desc limit $2"#,
        ticket as _,
        LINES
    )
    .fetch_all(&mut **tx)
    .await?;
    let state = |word: &str| match word {
        "sent" => Delivery::Delivered,
        "failed" => Delivery::Failed,
        "bounced" => Delivery::Bounced,
        _ => Delivery::Waiting,
    };
    Ok(rows
        .into_iter()
        .map(|r| Mail {
            id: r.id,
            message: r.message,
            recipient: r.recipient,
            subject: r.subject,
            at: r.created_at,
            state: state(&r.state),
        })
        .collect())
}

/// What happened besides messages. Lines of one act are told as one.
fn lines(events: &[Stored], names: &Names, zone: &words::Zone) -> Vec<Entry> {
    let mut out: Vec<(Option<UserId>, Entry)> = Vec::new();
    for stored in events {
        let Some((mark, words)) = words::of(stored, names, zone) else { continue };
        if let Some((actor, last)) = out.last_mut()
            && *actor == stored.actor
            && last.at == stored.at
            && let What::Line { words: before, .. } = &mut last.what
        {
            before.push(Word::plain(". "));
            before.extend(words);
            continue;
        }
        let entry =
            Entry { key: format!("e{}", stored.seq), at: stored.at, day: None, what: What::Line { mark, words } };
        out.push((stored.actor, entry));
    }
    out.into_iter().map(|(_, entry)| entry).collect()
}
