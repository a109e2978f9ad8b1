//! Files that come with messages: received, kept for a form that is not sent yet, handed out.
//!
//! A file arrives before anybody knows whether its form is in order, so it is streamed into storage first
//! ([`Intake`]) and waits under an upload token, stored hashed, for at most a day ([`keep`]). Sending the
//! form binds what waits to its message (`conversations::service`). Storage knows files by id alone.
use axum::body::Bytes;
use chrono::{DateTime, Duration, Utc};
use object_store::{ObjectStoreExt as _, buffered::BufWriter, path::Path};
use tokio::io::AsyncWriteExt as _;

pub use super::model::{MAX_FILE, MAX_FILES};
use super::{
    files_store as store,
    media::{self, Sniffer},
    model::{Attachment, MessageKind},
};
use crate::{
    core::{
        Actor, App, Error, Tx,
        id::AttachmentId,
        permission::Permission,
        secret::{self, Purpose},
    },
    events::follow::Left,
    tickets,
};

/// How long a file waits for its form.
const WAITS: Duration = Duration::hours(24);
/// How long a link to a file works.
const LINK_LASTS: Duration = Duration::hours(24);
/// As many stale files are erased in one step.
const BATCH: usize = 100;
/// From this size on a file goes to storage in parts while it arrives; below, in one piece.
const PART: usize = 1024 * 1024;

/// A file in storage that no row knows yet.
#[derive(Clone, Debug)]
pub struct Received {
    pub id: AttachmentId,
    pub name: String,
    pub content_type: &'static str,
    pub size: u64,
    pub sha256: Vec<u8>,
}

/// A file on its way into storage.
///
/// Dropped before [`finish`](Intake::finish), it leaves nothing behind.
pub struct Intake {
    id: AttachmentId,
    name: String,
    writer: BufWriter,
    sniffer: Sniffer,
}

fn path(id: AttachmentId) -> Path {
    Path::from(format!("attachments/{id}"))
}

impl Intake {
    /// Begins to receive a file that its sender calls `name`.
    pub fn begin(app: &App, name: &str) -> Self {
        let id = AttachmentId::new();
        let writer = BufWriter::with_capacity(app.files.clone(), path(id), PART);
        Self { id, name: media::clean_name(name), writer, sniffer: Sniffer::default() }
    }

    /// Stores the next bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`] at the field `files` once it grows over [`MAX_FILE`].
    pub async fn push(&mut self, chunk: Bytes) -> Result<(), Error> {
        self.sniffer.push(&chunk);
        if self.sniffer.size() > MAX_FILE {
            // What was stored of it goes with the writer, whether or not this succeeds.
            let _ = self.writer.abort().await;
            return Err(Error::invalid("files", format!("{} is larger than 25 MB, so it was left out.", self.name)));
        }
        self.writer.put(chunk).await.map_err(Error::internal)
    }

    /// The whole file is in storage.
    pub async fn finish(mut self) -> Result<Received, Error> {
        self.writer.shutdown().await.map_err(Error::internal)?;
        let found = self.sniffer.finish();
        Ok(Received {
            id: self.id,
            name: self.name,
            content_type: found.content_type,
            size: found.size,
            sha256: found.sha256,
        })
    }
}

/// Takes files out of storage again that no row came to know.
pub async fn discard(app: &App, files: &[Received]) {
    for file in files {
        erase(app, file.id).await;
    }
}

/// A file that cannot be erased now stays behind unseen; the log says so.
async fn erase(app: &App, id: AttachmentId) {
    match app.files.delete(&path(id)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
        Err(cause) => tracing::warn!(file = %id, %cause, "file {id} could not be erased from storage"),
    }
}

/// Lets `files` wait under `token` for their form.
///
/// # Errors
/// [`Error::Invalid`] at the field `files` if more than [`MAX_FILES`] would wait; none of them is kept then.
pub async fn keep(tx: &mut Tx, token: &str, files: &[Received]) -> Result<(), Error> {
    tx.actor.require(Permission::CreateTicket)?;
    let (hash, by, now) = (secret::digest(token), tx.actor.user_id(), tx.now);
    // Two requests with one token count one after the other.
    store::lock_token(tx, &hash).await?;
    let waiting = store::waiting(tx, &hash, now - WAITS).await?.len();
    if waiting + files.len() > MAX_FILES {
        return Err(Error::invalid(
            "files",
            format!("At most {MAX_FILES} files fit. Remove some and add the rest later."),
        ));
    }
    for file in files {
        store::insert_waiting(tx, file, &hash, by, now).await?;
    }
    Ok(())
}

/// What waits under `token`, in the order in which it came.
pub async fn waiting(tx: &mut Tx, token: &str) -> Result<Vec<Attachment>, Error> {
    let since = tx.now - WAITS;
    Ok(store::waiting(tx, &secret::digest(token), since).await?)
}

/// Removes a waiting file. Nothing happens if it does not wait under `token`.
pub async fn remove_waiting(tx: &mut Tx, token: &str, id: AttachmentId) -> Result<(), Error> {
    if store::delete_waiting(tx, &secret::digest(token), id).await? {
        erase(&tx.app, id).await;
    }
    Ok(())
}

/// Erases what waited longer than a day, at most `limit`; how many there were.
async fn forget_stale(tx: &mut Tx, limit: usize) -> Result<usize, Error> {
    let before = tx.now - WAITS;
    let ids = store::delete_stale(tx, before, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
    for id in &ids {
        erase(&tx.app, *id).await;
    }
    Ok(ids.len())
}

/// One step of the housekeeping job.
pub async fn step(app: &App) -> Result<Left, Error> {
    let mut tx = Tx::begin(app, Actor::System).await?;
    let gone = forget_stale(&mut tx, BATCH).await?;
    tx.commit().await?;
    Ok(if gone < BATCH { Left::Nothing } else { Left::More })
}

/// A file whose ticket the actor may read, and whose message, too.
///
/// # Errors
/// [`Error::NotFound`] also for what the actor may not see and for what still waits for its form.
pub async fn open(tx: &mut Tx, id: AttachmentId) -> Result<Attachment, Error> {
    let file = store::find(tx, id).await?.ok_or(Error::NotFound)?;
    let standing = tickets::service::standing(tx, file.ticket).await?;
    let as_staff = tx.actor.may_on(Permission::ReadTicketAsStaff, &standing);
    let as_customer = file.kind == MessageKind::Public && tx.actor.may_on(Permission::ReadTicketAsCustomer, &standing);
    if as_staff || as_customer { Ok(file.attachment) } else { Err(Error::NotFound) }
}

/// A file by a link that [`link`] made and that has not expired.
pub async fn open_link(tx: &mut Tx, id: AttachmentId, key: &str) -> Result<Attachment, Error> {
    let content = tx.app.secret.verify(Purpose::File, key).ok_or(Error::NotFound)?;
    let (of, until) = content.split_at_checked(16).ok_or(Error::NotFound)?;
    let until = i64::from_be_bytes(until.try_into().map_err(|_| Error::NotFound)?);
    if of != id.uuid().as_bytes() || tx.now.timestamp() >= until {
        return Err(Error::NotFound);
    }
    Ok(store::find(tx, id).await?.ok_or(Error::NotFound)?.attachment)
}

/// The address of a file for somebody without a session. Call it only for a file they were found to be
/// allowed to see: whoever has the link has the file until it expires.
pub fn link(app: &App, id: AttachmentId, now: DateTime<Utc>) -> String {
    // Whole days, so that a page loaded twice names a file alike and the browser's cache is of use.
    let day = LINK_LASTS.num_seconds();
    let until = (now.timestamp() / day + 2) * day;
    let key = app.secret.sign(Purpose::File, &[&id.uuid().as_bytes()[..], &until.to_be_bytes()].concat());
    format!("/files/{id}?key={key}")
}

/// The bytes of a file found by [`open`] or [`open_link`].
pub async fn read(app: &App, id: AttachmentId) -> Result<object_store::GetResult, Error> {
    app.files.get(&path(id)).await.map_err(|cause| match cause {
        object_store::Error::NotFound { .. } => Error::NotFound,
        other => Error::internal(other),
    })
}

#[cfg(test)]
mod tests;
