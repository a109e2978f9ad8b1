//! Files in and out: `GET /files/ID`, and `POST /uploads` for forms that send each file as it is chosen.
use std::net::IpAddr;

use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Multipart, Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kept_app::{
    conversations::{files, media::is_safe_inline, model::Attachment},
    core::{Actor, App, Error, Tx, client::ClientIp, id::AttachmentId, secret},
};
use serde::Deserialize;

use super::{
    form::{self, MAX_REQUEST},
    render,
};

/// The doors of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/files/{id}", get(download))
        .route("/uploads", post(upload).layer(DefaultBodyLimit::max(MAX_REQUEST)))
}

/// An error as `fetch` and `XMLHttpRequest` read it: the status, and the sentence for people.
struct Said(Error);

impl From<Error> for Said {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        (render::status(&self.0), self.0.to_string()).into_response()
    }
}

#[derive(Deserialize)]
struct Key {
    key: Option<String>,
}

/// A file: to whoever may read its ticket, or by a link that has not expired.
async fn download(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    Query(Key { key }): Query<Key>,
) -> Result<Response, Said> {
    let id: AttachmentId = id.parse().map_err(|_| Error::NotFound)?;
    let mut tx = Tx::read(&app, actor).await?;
    let file = match key {
        Some(key) => files::open_link(&mut tx, id, &key).await?,
        None => files::open(&mut tx, id).await?,
    };
    // The connection goes back before the bytes go out.
    tx.commit().await?;
    let bytes = files::read(&app, id).await?;
    Ok((headers(&file), Body::from_stream(bytes.into_stream())).into_response())
}

/// What makes a stranger's file harmless in a browser: its type is believed (`nosniff`) and never one that
/// runs, whatever is opened in place has no rights (`sandbox`), and everything else is a download.
fn headers(file: &Attachment) -> HeaderMap {
    let inline = is_safe_inline(&file.content_type);
    let content_type = match file.content_type.as_str() {
        "text/plain" => "text/plain; charset=utf-8",
        other if inline => other,
        // Not even as a download is an active type named: what saves it must not decide to run it.
        _ => "application/octet-stream",
    };
    let disposition = if inline { "inline" } else { "attachment" };
    let mut headers = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, content_type);
    set(header::CONTENT_LENGTH, &file.size.to_string());
    set(header::CONTENT_DISPOSITION, &format!("{disposition}; filename*=UTF-8''{}", percent_encoded(&file.name)));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    set(header::CACHE_CONTROL, "private, max-age=3600");
    set(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    headers
}

/// RFC 8187: every byte but letters, digits and a few marks as `%XX`, so that no name can end the header.
fn percent_encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::with_capacity(name.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Keeps files for a form that is still being filled in, under the token that the form was given. The
/// answer lists the files that this request brought.
async fn upload(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    ip: Option<Extension<ClientIp>>,
    form: Multipart,
) -> Result<Json<Vec<Attachment>>, Said> {
    let mut arrived = form::read(&app, address(ip), form).await?;
    let token = arrived.some("uploads");
    let problem = arrived.problems.pop().map(|problem| Error::Invalid(vec![problem]));
    if let Some(problem) = problem.or_else(|| arrived.nothing_else().err()) {
        files::discard(&app, &arrived.files).await;
        return Err(problem.into());
    }
    let (_, mut waiting) = keep(&app, actor, token, &arrived.files).await?;
    waiting.retain(|file| arrived.files.iter().any(|new| new.id == file.id));
    Ok(Json(waiting))
}

/// Lets `received` wait under `token`, or a new one, and tells what now waits there. What cannot wait is
/// taken out of storage again.
pub async fn keep(
    app: &App,
    actor: Actor,
    token: Option<String>,
    received: &[files::Received],
) -> Result<(String, Vec<Attachment>), Error> {
    let known = token.filter(|t| is_token(t));
    if received.is_empty() {
        // Most forms come without files: nothing is written then, and under a new token nothing waits.
        let Some(token) = known else { return Ok((secret::random_token(), Vec::new())) };
        let waiting = files::waiting(&mut Tx::read(app, actor).await?, &token).await?;
        return Ok((token, waiting));
    }
    let token = known.unwrap_or_else(secret::random_token);
    let kept = async {
        let mut tx = Tx::begin(app, actor).await?;
        files::keep(&mut tx, &token, received).await?;
        let waiting = files::waiting(&mut tx, &token).await?;
        tx.commit().await?;
        Ok(waiting)
    }
    .await;
    if kept.is_err() {
        files::discard(app, received).await;
    }
    kept.map(|waiting| (token, waiting))
}

/// Whether `text` looks like what [`secret::random_token`] makes.
pub fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// The client's address, as middleware found it.
pub fn address(ip: Option<Extension<ClientIp>>) -> IpAddr {
    ip.map_or_else(ClientIp::default, |Extension(ip)| ip).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content_type: &str) -> Attachment {
        Attachment { id: AttachmentId::new(), name: name.into(), content_type: content_type.into(), size: 1 }
    }

    #[test]
    fn threat_13_a_file_name_cannot_end_the_header_it_stands_in() {
        for name in ["a\r\nSet-Cookie: x=1", "a\";filename=\"b.html", "a\0b", "März 2026 – Bericht.pdf"] {
            let headers = headers(&file(name, "application/pdf"));
            let value = headers[header::CONTENT_DISPOSITION].to_str().expect("one line of ASCII");
            let encoded = value.strip_prefix("attachment; filename*=UTF-8''").expect("the form of RFC 8187");
            assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)), "{value}");
        }
    }

    #[test]
    fn threat_19_only_what_runs_nothing_is_shown_in_place() {
        for (content_type, inline) in [
            ("image/png", true),
            ("image/jpeg", true),
            ("text/plain", true),
            ("image/svg+xml", false),
            ("text/html", false),
            ("text/xml", false),
            ("application/pdf", false),
            ("application/octet-stream", false),
        ] {
            let headers = headers(&file("x", content_type));
            let said = |name: header::HeaderName| headers[name].to_str().expect("ASCII").to_owned();
            assert_eq!(said(header::CONTENT_DISPOSITION).starts_with("inline"), inline, "{content_type}");
            assert_eq!(said(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert!(said(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
            assert_eq!(said(header::CONTENT_TYPE) == "application/octet-stream", !inline, "{content_type}");
        }
    }
}
