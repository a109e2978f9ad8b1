//! One hub a server: keeps the newest events in memory and hands them to every open stream.
//!
//! Publishing and subscribing take the same lock, so between a stream's catch-up and its first live batch
//! nothing is lost and nothing comes twice. A stream that reads too slowly loses its place in the bounded
//! channel and is told to look at everything again; it never costs memory.
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::{
    audience::Happening,
    model::{LiveEvent, LiveKind},
};
use crate::{
    core::{
        Actor,
        id::{TicketId, UserId},
    },
    events::reader::Cursor,
    tickets::digest::Digest,
};

/// How many events a reconnecting browser can catch up on; beyond it is told to look again.
pub const KEPT: usize = 4_096;
/// Of how many people the hub knows when their bell last rang.
const BELLS: usize = 10_000;
/// Batches that a slow stream may lag behind.
const BACKLOG: usize = 256;
/// Streams one person (or one tracking link) may hold: a few browsers with a few windows each.
pub const PER_OWNER: usize = 24;
/// Streams one server holds at most, so that a flood of them cannot take its memory.
pub const PER_SERVER: usize = 20_000;

type Batch = Arc<[Arc<Happening>]>;

/// See the [module](self). One per server: `app.room::<Hub>()`.
pub struct Hub {
    past: Mutex<Past>,
    feed: broadcast::Sender<Batch>,
    streams: Mutex<HashMap<u64, Registered>>,
    next_stream: AtomicU64,
    /// Cancelled when the server stops: every stream ends.
    closing: CancellationToken,
}

#[derive(Default)]
struct Past {
    /// Everything after `from` up to `head`, oldest first.
    events: VecDeque<Arc<Happening>>,
    from: Cursor,
    /// `None` until the hub has read for the first time.
    head: Option<Cursor>,
    /// Where `head` was when somebody's bell last rang, for all that rang after `rung_from`.
    rung: HashMap<UserId, Cursor>,
    rung_from: Cursor,
}

/// An open stream, as the guard that closes it in time needs to know it.
#[derive(Clone)]
pub struct Registered {
    pub actor: Actor,
    /// The session it was opened in, as [`digest`](crate::core::secret::digest) of its id.
    pub session: Option<Vec<u8>>,
    pub close: CancellationToken,
}

/// Why no further stream is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    #[error("too many streams of one person")]
    Owner,
    #[error("too many streams on this server")]
    Server,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            past: Mutex::default(),
            feed: broadcast::channel(BACKLOG).0,
            streams: Mutex::default(),
            next_stream: AtomicU64::new(0),
            closing: CancellationToken::new(),
        }
    }
}

impl Hub {
    /// Ends every stream, for good: the server stops.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Up to where the hub has read; `None` before it has at all.
    pub fn head(&self) -> Option<Cursor> {
        self.past().head
    }

    /// Starts the memory: `events` are all that happened after `from`, up to `head`.
    pub(super) fn begin(&self, from: Cursor, head: Cursor, events: Vec<Happening>) {
        *self.past() = Past {
            events: events.into_iter().map(Arc::new).collect(),
            from,
            head: Some(head),
            rung: HashMap::new(),
            rung_from: head,
        };
    }

    /// Takes in what happened next and hands it to every stream.
    pub(super) fn publish(&self, events: Vec<Happening>) {
        let batch: Vec<_> = events.into_iter().map(Arc::new).collect();
        let mut past = self.past();
        if let Some(last) = batch.last() {
            past.head = Some(last.cursor);
        }
        past.events.extend(batch.iter().cloned());
        while past.events.len() > KEPT {
            if let Some(oldest) = past.events.pop_front() {
                past.from = oldest.cursor;
            }
        }
        // Nobody listening is fine.
        let _ = self.feed.send(batch.into());
    }

    /// Rings the bell of `users`: their notifications changed.
    pub fn ring(&self, users: &[UserId]) {
        let bell = |user: &UserId| {
            Arc::new(Happening {
                cursor: Cursor::default(),
                kind: LiveKind::Bell,
                public: false,
                ticket: None,
                left: None,
                subject: Some((*user).into()),
            })
        };
        let mut past = self.past();
        let head = past.head.unwrap_or_default();
        if past.rung.len() + users.len() > BELLS {
            past.rung.retain(|_, at| *at >= head);
            past.rung_from = head;
        }
        past.rung.extend(users.iter().map(|user| (*user, head)));
        let _ = self.feed.send(users.iter().map(bell).collect());
    }

    /// From now on every batch, and before that what happened after `since`.
    ///
    /// # Errors
    /// [`Full`] when the actor, or the server, holds as many streams as it may.
    pub fn open(
        self: &Arc<Self>,
        actor: Actor,
        session: Option<Vec<u8>>,
        since: Option<Cursor>,
    ) -> Result<Reader, Full> {
        let close = self.closing.child_token();
        let id = self.next_stream.fetch_add(1, Ordering::Relaxed);
        {
            let mut streams = self.streams();
            if streams.len() >= PER_SERVER {
                return Err(Full::Server);
            }
            if streams.values().filter(|s| owner(&s.actor) == owner(&actor)).count() >= PER_OWNER {
                return Err(Full::Owner);
            }
            streams.insert(id, Registered { actor: actor.clone(), session, close: close.clone() });
        }
        let past = self.past();
        let (replay, resync) = past.copies_for(&actor, since);
        let (head, batches) = (past.head.unwrap_or_default(), self.feed.subscribe());
        drop(past);
        Ok(Reader { hub: self.clone(), id, actor, close, batches, first: Some((replay, resync)), head })
    }

    /// What `actor` missed since `since`, for those who cannot hold a stream.
    pub fn missed(&self, actor: &Actor, since: Option<Cursor>) -> (Cursor, Vec<LiveEvent>) {
        let past = self.past();
        let (mut copies, resync) = past.copies_for(actor, since);
        if resync {
            copies = vec![LiveEvent::of(LiveKind::Resync)];
        }
        (past.head.unwrap_or_default(), copies)
    }

    /// All open streams.
    pub fn registered(&self) -> Vec<Registered> {
        self.streams().values().cloned().collect()
    }

    /// How many streams are open.
    pub fn count(&self) -> usize {
        self.streams().len()
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<u64, Registered>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose streams count together.
fn owner(actor: &Actor) -> (Option<UserId>, Option<TicketId>) {
    match actor {
        Actor::LinkHolder { ticket, .. } => (None, Some(*ticket)),
        other => (other.user_id(), None),
    }
}

impl Past {
    /// The copies for `actor` of what happened after `since`, and whether they have to look at everything
    /// again because that is further back than we remember (or not of this database at all).
    fn copies_for(&self, actor: &Actor, since: Option<Cursor>) -> (Vec<LiveEvent>, bool) {
        let Some(since) = since else { return (Vec::new(), false) };
        if since < self.from || self.head.is_none_or(|head| since > head) {
            return (Vec::new(), true);
        }
        // A ticket may have moved since: its newest standing decides who may hear of the older events.
        let newest: HashMap<TicketId, &Arc<Digest>> =
            self.events.iter().filter_map(|e| e.ticket.as_ref()).map(|t| (t.id, t)).collect();
        let first = self.events.partition_point(|e| e.cursor <= since);
        let copies = self.events.iter().skip(first).filter_map(|e| {
            let now = e.ticket.as_ref().map(|t| newest.get(&t.id).copied().unwrap_or(t).as_ref());
            e.copy_for(actor, now)
        });
        // Who came by a link has none.
        let bell =
            actor.person().filter(|person| self.has_rung(person.id, since)).map(|_| LiveEvent::of(LiveKind::Bell));
        (copies.chain(bell).collect(), false)
    }

    /// Whether the bell of `user` may have rung on this server since `since`. A bell moves no cursor: one that rang when
    /// the reader was just there counts, and does so again until something happens. Better heard twice than never.
    fn has_rung(&self, user: UserId, since: Cursor) -> bool {
        since < self.rung_from || self.rung.get(&user).is_some_and(|at| *at >= since)
    }
}

/// One open stream. Dropping it makes room for another.
pub struct Reader {
    hub: Arc<Hub>,
    id: u64,
    actor: Actor,
    close: CancellationToken,
    batches: broadcast::Receiver<Batch>,
    /// What was missed before the stream opened, until it is handed out.
    first: Option<(Vec<LiveEvent>, bool)>,
    head: Cursor,
}

/// What a stream says next: copies, and the cursor to continue from after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub cursor: Cursor,
    pub events: Vec<LiveEvent>,
}

impl Reader {
    /// Up to where this stream has been told.
    pub const fn head(&self) -> Cursor {
        self.head
    }

    /// Waits for what concerns the reader; `None` when the stream has to end.
    pub async fn next(&mut self) -> Option<Told> {
        if self.close.is_cancelled() {
            return None;
        }
        if let Some((events, resync)) = self.first.take() {
            // Said even when empty: it tells the browser that the stream is open, and from where it counts.
            let events = if resync { vec![LiveEvent::of(LiveKind::Resync)] } else { events };
            return Some(Told { cursor: self.head, events });
        }
        loop {
            let received = tokio::select! {
                biased;
                () = self.close.cancelled() => return None,
                received = self.batches.recv() => received,
            };
            let batch = match received {
                Ok(batch) => batch,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    // Whatever is still in the channel is covered by looking again.
                    self.batches = self.hub.feed.subscribe();
                    self.head = self.hub.head().unwrap_or(self.head);
                    return Some(Told { cursor: self.head, events: vec![LiveEvent::of(LiveKind::Resync)] });
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            };
            let events: Vec<_> = batch.iter().filter_map(|e| e.copy_for(&self.actor, e.ticket.as_deref())).collect();
            if let Some(last) = batch.last() {
                self.head = self.head.max(last.cursor);
            }
            if !events.is_empty() {
                return Some(Told { cursor: self.head, events });
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.hub.streams().remove(&self.id);
    }
}
