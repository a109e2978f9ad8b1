//! Reading a multipart form: texts into memory, files straight into storage.
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use axum::{
    Form,
    extract::{
        Multipart,
        multipart::{Field, MultipartError},
        rejection::FormRejection,
    },
    http::StatusCode,
};
use kept_app::{
    conversations::files::{self, Intake, MAX_FILES, Received},
    core::{App, Error, FieldError},
    portal::limits::Limits,
};

/// The most bytes one text of a form may have: the longest description, four bytes a character.
const MAX_TEXT: usize = 4 * 50_000 + 1_024;
/// The field of every form that takes files.
const FILES: &str = "files";
/// The most parts a form may have; ours have some twenty.
const MAX_PARTS: usize = 64;
/// The most bytes of a request with a full form: ten files of 25 MB and its texts.
pub const MAX_REQUEST: usize = 10 * 25 * 1024 * 1024 + 1024 * 1024;

/// A form without files as it arrived; one with unknown fields did not arrive as we sent it.
pub type Sent<T> = Result<Form<T>, FormRejection>;

/// A form with files as it arrived.
#[derive(Debug, Default)]
pub struct Arrived {
    texts: HashMap<String, String>,
    pub files: Vec<Received>,
    /// Files that could not be taken, and why; their form can still be sent without them.
    pub problems: Vec<FieldError>,
}

impl Arrived {
    /// What was typed into the field `name`; empty if the form had none.
    pub fn text(&mut self, name: &str) -> String {
        self.texts.remove(name).unwrap_or_default()
    }

    /// The same, `None` where nothing was typed.
    pub fn some(&mut self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Call it once all fields were taken that the form has.
    ///
    /// # Errors
    /// [`Error::garbled`] if there are more.
    pub fn nothing_else(&self) -> Result<(), Error> {
        if self.texts.is_empty() { Ok(()) } else { Err(Error::garbled()) }
    }
}

/// Reads all of `form`. Files of a form that breaks off are taken out of storage again.
///
/// # Errors
/// [`Error::Transport`] if it breaks off, [`Error::Refused`] if it is not one of ours.
pub async fn read(app: &App, ip: IpAddr, mut form: Multipart) -> Result<Arrived, Error> {
    let mut arrived = Arrived::default();
    let read = read_into(app, ip, &mut form, &mut arrived).await;
    if let Err(cause) = read {
        files::discard(app, &arrived.files).await;
        return Err(cause);
    }
    Ok(arrived)
}

/// Reads a form with one small file into memory: its texts, and the file in the field `name`, of which no more is kept
/// than tells that it has more than `most` bytes. What arrived before an error comes with it.
pub async fn with_file(
    mut form: Multipart,
    name: &str,
    most: usize,
) -> (BTreeMap<String, String>, Result<Vec<u8>, Error>) {
    let mut texts = BTreeMap::new();
    let file = file_among(&mut form, name, most, &mut texts).await;
    (texts, file)
}

async fn file_among(
    form: &mut Multipart,
    name: &str,
    most: usize,
    texts: &mut BTreeMap<String, String>,
) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    for _ in 0..MAX_PARTS {
        let Some(mut field) = form.next_field().await.map_err(|cause| too_large(cause, name))? else { return Ok(file) };
        let of = field.name().unwrap_or_default().to_owned();
        if of != name {
            let text = text(field).await?;
            texts.entry(of).or_insert(text);
            continue;
        }
        while let Some(chunk) = field.chunk().await.map_err(|cause| too_large(cause, name))? {
            let room = (most + 1).saturating_sub(file.len());
            file.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
    }
    Err(Error::garbled())
}

fn too_large(cause: MultipartError, name: &str) -> Error {
    if cause.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::invalid(name, "This file is larger than we can take. Choose one of at most 1 MB.");
    }
    Error::Transport(cause.body_text())
}

async fn read_into(app: &App, ip: IpAddr, form: &mut Multipart, arrived: &mut Arrived) -> Result<(), Error> {
    let mut parts = 0;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        parts += 1;
        if parts > MAX_PARTS {
            return Err(Error::garbled());
        }
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file_name) if name == FILES => file(app, ip, field, &file_name, arrived).await?,
            _ => {
                let text = text(field).await?;
                // Of two fields with one name the first counts, as the page shows it.
                arrived.texts.entry(name).or_insert(text);
            }
        }
    }
    Ok(())
}

async fn text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > MAX_TEXT {
            return Err(Error::Refused(
                "One of the texts is longer than we can take. Please make it shorter.".to_owned(),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Takes one file. One that is refused is read to its end all the same, so that the rest of the form is.
async fn file(app: &App, ip: IpAddr, mut field: Field<'_>, name: &str, arrived: &mut Arrived) -> Result<(), Error> {
    let mut first = field.chunk().await.map_err(broken)?;
    // What a browser sends for a file field in which nothing was chosen.
    if name.is_empty() && first.as_ref().is_none_or(axum::body::Bytes::is_empty) {
        return Ok(());
    }
    let mut refusal = if arrived.files.len() >= MAX_FILES {
        Some(Error::invalid("files", format!("At most {MAX_FILES} files fit; the others were left out.")))
    } else {
        app.room::<Limits>().upload(ip).err()
    };
    let mut intake = refusal.is_none().then(|| Intake::begin(app, name));
    while let Some(chunk) = first.take() {
        if let Some(open) = &mut intake
            && let Err(cause) = open.push(chunk).await
        {
            refusal = Some(cause);
            intake = None;
        }
        first = field.chunk().await.map_err(broken)?;
    }
    match (refusal, intake) {
        (None, Some(whole)) => arrived.files.push(whole.finish().await?),
        (Some(Error::Invalid(said)), _) => {
            // One sentence about too many files is enough.
            arrived.problems.extend(said.into_iter().filter(|new| !arrived.problems.contains(new)).collect::<Vec<_>>());
        }
        (Some(other), _) => return Err(other),
        (None, None) => {}
    }
    Ok(())
}

fn broken(cause: MultipartError) -> Error {
    if cause.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let said =
            "The files together are larger than we can take at once. Send fewer of them, and the others after it.";
        return Error::invalid("files", said);
    }
    Error::Transport(cause.body_text())
}
