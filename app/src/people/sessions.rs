//! Sessions: what a cookie stands for.
//!
//! The store keeps the SHA-256 of the id, so a stolen table opens nothing. What a request needs to know
//! (who it is, in which role) is read once in half a second and session and then answered from memory:
//! quick enough for every request, and a role taken away is refused within the second on every server.
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tokio::{sync::OnceCell, time::Instant};
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Id, Record},
    session_store,
};

use super::{
    model::{HeldSession, SessionRow, device_name},
    store,
};
use crate::core::{Actor, App, ClientIp, Error, Permission, Person, Role, Tx, id::UserId, secret};

/// How long an answer from memory is good.
const FRESH: std::time::Duration = std::time::Duration::from_millis(500);
/// How exactly "last seen" is kept.
const SEEN_EVERY: Duration = Duration::minutes(1);
/// A session without "stay signed in" ends when it was not used so long, or with the browser.
const IDLE: Duration = Duration::hours(12);
/// One with it ends when it was not used so long.
const STAY: Duration = Duration::days(30);
/// Where the session keeps whose it is.
const WHO: &str = "who";

/// Somebody who just proved who they are.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: UserId,
    pub email: String,
    pub role: Role,
    /// Of the account, at this moment.
    pub generation: i32,
}

/// The machine at the other end.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    pub ip: ClientIp,
    pub user_agent: String,
}

/// What a session holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Who {
    user: UserId,
    generation: i32,
    stay: bool,
    ip: String,
    user_agent: String,
}

impl Who {
    const fn lifetime(&self) -> Duration {
        if self.stay { STAY } else { IDLE }
    }
}

/// Opens a session for `who`, under a new id: what was in the browser before is worth nothing afterwards.
pub async fn open(session: &Session, who: &SignedIn, visit: &Visit, stay: bool) -> Result<(), Error> {
    if session.id().is_some() {
        session.flush().await.map_err(Error::internal)?;
    }
    let mut user_agent = visit.user_agent.clone();
    user_agent.truncate(user_agent.floor_char_boundary(300));
    let who = Who { user: who.user, generation: who.generation, stay, ip: visit.ip.to_string(), user_agent };
    session.insert(WHO, &who).await.map_err(Error::internal)?;
    let seconds = STAY.num_seconds();
    session.set_expiry(Some(if stay {
        Expiry::OnInactivity(tower_sessions::cookie::time::Duration::seconds(seconds))
    } else {
        Expiry::OnSessionEnd
    }));
    // The layer around the handler writes it down and sends the cookie.
    Ok(())
}

/// What a session held before an act that ends it, as [`held`] found it.
#[derive(Clone, Debug)]
pub struct Held(Who);

/// Whose `session` is. Ask before the act: it raises the account's generation, after which this session can no longer be
/// read, and [`renew`] needs what it held.
///
/// # Errors
/// [`Error::SignIn`] if nobody is signed in with it.
pub async fn held(session: &Session) -> Result<Held, Error> {
    session.get::<Who>(WHO).await.map_err(Error::internal)?.map(Held).ok_or(Error::SignIn)
}

/// Gives the session of somebody whose password changed a new id and generation; others of theirs are over.
pub async fn renew(session: &Session, Held(who): Held, generation: i32) -> Result<(), Error> {
    let visit = Visit { ip: who.ip.parse().map(ClientIp).unwrap_or_default(), user_agent: who.user_agent };
    let signed_in = SignedIn { user: who.user, email: String::new(), role: Role::User, generation };
    open(session, &signed_in, &visit, who.stay).await
}

/// Ends the session in this browser.
pub async fn close(session: &Session) -> Result<(), Error> {
    if session.id().is_none() {
        return Ok(());
    }
    session.flush().await.map_err(Error::internal)
}

/// The hash a session is stored and listed under.
pub fn key(id: Id) -> Vec<u8> {
    secret::digest(&id.to_string())
}

/// Who stands behind the session `id`.
pub async fn actor(app: &App, id: Id) -> Result<Actor, Error> {
    let found = app.room::<Known>().get(app, id).await?;
    Ok(found.map_or(Actor::Guest, |found| Actor::Person(found.person.clone())))
}

/// Forgets what is in memory, for changes that shall count at once and not in half a second.
pub fn forget(app: &App) {
    app.room::<Known>().lock().clear();
}

/// A session that holds.
#[derive(Debug)]
struct Found {
    record: Record,
    person: Person,
}

/// Answers of the last half second. Whoever asks while one is fetched waits for that one.
#[derive(Default)]
struct Known(Mutex<HashMap<Id, (Instant, Answer)>>);

type Answer = Arc<OnceCell<Option<Arc<Found>>>>;

impl Known {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id, (Instant, Answer)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn get(&self, app: &App, id: Id) -> Result<Option<Arc<Found>>, Error> {
        let answer = {
            const MANY: usize = 4096;
            let (now, mut known) = (Instant::now(), self.lock());
            if known.len() > MANY {
                known.retain(|_, (since, _)| now - *since < FRESH);
            }
            match known.get(&id) {
                Some((since, answer)) if now - *since < FRESH => answer.clone(),
                _ => known.entry(id).insert_entry((now, Answer::default())).get().1.clone(),
            }
        };
        answer.get_or_try_init(|| fetch(app, id)).await.cloned()
    }
}

async fn fetch(app: &App, id: Id) -> Result<Option<Arc<Found>>, Error> {
    let (now, hash) = (app.now(), key(id));
    let mut db = app.db.acquire().await?;
    let Some(held) = store::sessions::find(&mut db, &hash, now).await? else { return Ok(None) };
    let data: HashMap<String, serde_json::Value> = serde_json::from_value(held.data).map_err(Error::internal)?;
    let mut expires = held.expires_at;
    if now - held.last_seen_at >= SEEN_EVERY
        && let Some(who) = who_in(&data)
    {
        expires = now + who.lifetime();
        store::sessions::touch(&mut db, &hash, now, expires).await?;
    }
    let expiry_date = tower_sessions::cookie::time::OffsetDateTime::from_unix_timestamp(expires.timestamp())
        .map_err(Error::internal)?;
    Ok(Some(Arc::new(Found { record: Record { id, data, expiry_date }, person: held.person })))
}

fn who_in(data: &HashMap<String, serde_json::Value>) -> Option<Who> {
    data.get(WHO).cloned().and_then(|value| serde_json::from_value(value).ok())
}

/// The store of tower-sessions over `user_sessions`.
#[derive(Clone)]
pub struct Sessions(pub App);

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    /// Writes `record`: a new row, or over the one there is. `false`: the id is taken.
    async fn write(&self, record: &Record, new: bool) -> Result<bool, Error> {
        let now = self.0.now();
        let who = who_in(&record.data);
        let data = serde_json::to_value(&record.data).map_err(Error::internal)?;
        let row = store::sessions::Row {
            hash: &key(record.id),
            data: &data,
            user: who.as_ref().map(|w| w.user),
            generation: who.as_ref().map_or(0, |w| w.generation),
            ip: who.as_ref().map(|w| w.ip.as_str()),
            user_agent: who.as_ref().map(|w| w.user_agent.as_str()),
            expires: now + who.as_ref().map_or(IDLE, Who::lifetime),
        };
        let mut db = self.0.db.acquire().await?;
        let written = if new {
            store::sessions::insert(&mut db, &row, now).await?
        } else {
            store::sessions::update(&mut db, &row, now).await?;
            true
        };
        self.0.room::<Known>().lock().remove(&record.id);
        Ok(written)
    }
}

fn backend(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // Always an id of ours: one that the browser brought may be known to whoever put it there.
        loop {
            record.id = Id(i128::from_le_bytes(random_id()));
            if self.write(record, true).await.map_err(backend)? {
                return Ok(());
            }
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.write(record, false).await.map(drop).map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let found = self.0.room::<Known>().get(&self.0, *id).await.map_err(backend)?;
        Ok(found.map(|found| found.record.clone()))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let mut db = self.0.db.acquire().await.map_err(backend)?;
        store::sessions::delete(&mut db, &key(*id)).await.map_err(backend)?;
        self.0.room::<Known>().lock().remove(id);
        Ok(())
    }
}

fn random_id() -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&secret::random_bytes()[..16]);
    id
}

fn row(listed: store::sessions::Listed, current: Option<&[u8]>) -> SessionRow {
    SessionRow {
        current: current == Some(&listed.id_hash),
        key: hex(&listed.id_hash),
        device: device_name(listed.user_agent.as_deref().unwrap_or_default()),
        ip: listed.ip,
        created_at: listed.created_at,
        last_seen_at: listed.last_seen_at,
    }
}

/// The devices on which `user` is signed in. `current` is the key of the session that asks.
pub(super) async fn of(tx: &mut Tx, user: UserId, current: Option<&[u8]>) -> Result<Vec<SessionRow>, Error> {
    let now = tx.now;
    let listed = store::sessions::list(tx, Some(user), now, 100).await?;
    Ok(listed.into_iter().map(|listed| row(listed, current)).collect())
}

/// The sessions used last, of everybody, at most 200.
pub async fn of_everybody(tx: &mut Tx, current: Option<&[u8]>) -> Result<Vec<HeldSession>, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let now = tx.now;
    let listed = store::sessions::list(tx, None, now, 200).await?;
    let held = |listed: store::sessions::Listed| HeldSession {
        user: listed.user,
        name: listed.name.clone(),
        email: listed.email.clone(),
        role: listed.role,
        session: row(listed, current),
    };
    Ok(listed.into_iter().map(held).collect())
}

/// Drops what is over: expired sessions, links and counted failures. How many rows.
pub async fn sweep(app: &App, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut db = app.db.acquire().await?;
    let sessions = store::sessions::sweep(&mut db, now).await?;
    let tokens = store::tokens::sweep(&mut db, now - Duration::days(30)).await?;
    let failures = store::failures::sweep(&mut db, now - super::limits::FORGIVEN_AFTER).await?;
    Ok(sessions + tokens + failures)
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash behind a key from a list.
pub(super) fn unhex(key: &str) -> Option<Vec<u8>> {
    if key.len() != 64 || !key.is_ascii() {
        return None;
    }
    (0..64).step_by(2).map(|i| u8::from_str_radix(&key[i..i + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_from_the_list_names_its_session_and_other_text_none() {
        let hash = secret::digest("a session");
        assert_eq!(unhex(&hex(&hash)), Some(hash));
        for wrong in ["", "zz", &"é".repeat(32), &"g".repeat(64)] {
            assert_eq!(unhex(wrong), None);
        }
    }
}
