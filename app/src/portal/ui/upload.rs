//! Sending a file from the browser while its form is still being filled in. In the browser only.
#![cfg(feature = "hydrate")]
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{ClipboardEvent, EventTarget, File, FileList, FormData, HtmlInputElement, ProgressEvent, XmlHttpRequest};

use crate::conversations::model::Attachment;

const LOST: &str = "It did not arrive. Check your line and choose it again.";

/// The files of a file field, which is empty afterwards: they go on their own and not with the form.
pub fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let files = list(input.files());
    input.set_value("");
    files
}

/// The files of a paste; none if it was text.
pub fn pasted(event: &ClipboardEvent) -> Vec<File> {
    list(event.clipboard_data().and_then(|data| data.files()))
}

fn list(files: Option<FileList>) -> Vec<File> {
    files.map(|files| (0..files.length()).filter_map(|i| files.get(i)).collect()).unwrap_or_default()
}

/// Sends `file`, to wait under `token`. `progress` hears percents, `done` what the server kept, or in words why not.
pub fn send(
    file: &File,
    token: &str,
    progress: impl Fn(u8) + 'static,
    done: impl FnOnce(Result<Attachment, String>) + 'static,
) {
    let request = match begin(file, token) {
        Ok(request) => request,
        Err(_) => return done(Err(LOST.to_owned())),
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() {
            progress((event.loaded() * 100.0 / event.total().max(1.0)) as u8);
        }
    });
    if let Ok(upload) = request.upload() {
        let target: &EventTarget = upload.unchecked_ref();
        // Without it there is no bar; the file goes all the same.
        let _ = target.add_event_listener_with_callback("progress", on_progress.as_ref().unchecked_ref());
    }
    let finished = request.clone();
    let on_end = Closure::once_into_js(move || {
        // Lives until here, so that the bar could be told.
        drop(on_progress);
        done(outcome(&finished));
    });
    let target: &EventTarget = request.unchecked_ref();
    let _ = target.add_event_listener_with_callback("loadend", on_end.unchecked_ref());
}

fn begin(file: &File, token: &str) -> Result<XmlHttpRequest, JsValue> {
    let form = FormData::new()?;
    form.append_with_str("uploads", token)?;
    form.append_with_blob_and_filename("files", file, &file.name())?;
    let request = XmlHttpRequest::new()?;
    request.open("POST", "/uploads")?;
    request.send_with_opt_form_data(Some(&form))?;
    Ok(request)
}

fn outcome(request: &XmlHttpRequest) -> Result<Attachment, String> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200) => {
            let kept: Vec<Attachment> = serde_json::from_str(&text).map_err(|_| LOST.to_owned())?;
            kept.into_iter().next().ok_or_else(|| LOST.to_owned())
        }
        // The server's own sentence.
        Ok(413 | 422 | 429) if !text.is_empty() => Err(text),
        _ => Err(LOST.to_owned()),
    }
}
