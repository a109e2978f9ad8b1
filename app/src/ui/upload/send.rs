//! Sending a file while its form is still being filled in. In the browser only.
use std::{cell::Cell, rc::Rc};

use leptos::ev::{ClipboardEvent, DragEvent};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{
    DataTransfer, Element, EventTarget, File, FileList, FormData, HtmlInputElement, ProgressEvent, XmlHttpRequest,
};

use crate::conversations::model::Attachment;

const LOST: &str = "It did not arrive. Check your line and choose it again.";

/// The files of a file field, which is empty afterwards: they go on their own and not with the form, and the
/// same one may be chosen again.
pub fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let files = list(input.files());
    input.set_value("");
    files
}

/// Whether files are being dragged, not text or a link.
pub fn brings_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&JsValue::from_str("Files"), 0))
}

pub fn dropped(event: &DragEvent) -> Vec<File> {
    list(event.data_transfer().and_then(|data| data.files()))
}

/// The files of a paste, meant for the form of `input` or for none in particular. None if it was text, or text
/// with a picture of itself, as spreadsheets copy it.
pub fn pasted(event: &ClipboardEvent, input: Option<&HtmlInputElement>) -> Vec<File> {
    let Some(data) = event.clipboard_data() else { return Vec::new() };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let elsewhere = target.and_then(|target| target.closest("form, dialog").ok().flatten());
    let ours = elsewhere.is_none_or(|form| input.is_some_and(|input| form.contains(Some(input.as_ref()))));
    if ours && !(holds(&data, "text/plain") && holds(&data, "text/html")) { list(data.files()) } else { Vec::new() }
}

fn holds(data: &DataTransfer, format: &str) -> bool {
    data.get_data(format).is_ok_and(|text| !text.is_empty())
}

fn list(files: Option<FileList>) -> Vec<File> {
    files.map(|files| (0..files.length()).filter_map(|i| files.get(i)).collect()).unwrap_or_default()
}

/// 256 bits in the letters of base64url, as the server makes them.
pub fn random_token() -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // The last four bytes of a UUIDv7 are random; what stands before them is time and a counter.
    let random = std::iter::repeat_with(|| crate::core::id::fresh().into_bytes()).flat_map(|id| id[12..].to_vec());
    random.map(|byte| char::from(LETTERS[usize::from(byte & 63)])).take(43).collect()
}

/// A file on its way.
#[derive(Clone)]
pub struct Line {
    request: XmlHttpRequest,
    /// All of it is out, and the server may have it any moment.
    whole: Rc<Cell<bool>>,
}

impl Line {
    /// Stops it. What is out already cannot be stopped; its answer comes and says what there is to take back.
    pub fn stop(&self) {
        if !self.whole.get() {
            // It has ended by itself, then.
            let _ = self.request.abort();
        }
    }
}

/// Sends `file`, to wait under `token`. `progress` hears percents, `done` what the server kept, or in words why
/// not.
pub fn send(
    file: &File,
    token: &str,
    progress: impl Fn(u8) + 'static,
    done: impl FnOnce(Result<Attachment, String>) + 'static,
) -> Option<Line> {
    let Ok((request, form)) = open(file, token) else {
        done(Err(LOST.to_owned()));
        return None;
    };
    let whole = Rc::new(Cell::new(false));
    let all = Rc::clone(&whole);
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() {
            all.set(event.loaded() >= event.total());
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
    // Told of every end, also of one before a byte is out.
    let _ = target.add_event_listener_with_callback("loadend", on_end.unchecked_ref());
    // Where it cannot be sent, it ends at once.
    let _ = request.send_with_opt_form_data(Some(&form));
    Some(Line { request, whole })
}

fn open(file: &File, token: &str) -> Result<(XmlHttpRequest, FormData), JsValue> {
    let form = FormData::new()?;
    form.append_with_str("uploads", token)?;
    form.append_with_blob_and_filename("files", file, &file.name())?;
    let request = XmlHttpRequest::new()?;
    request.open("POST", "/uploads")?;
    Ok((request, form))
}

fn outcome(request: &XmlHttpRequest) -> Result<Attachment, String> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200) => {
            let kept: Vec<Attachment> = serde_json::from_str(&text).map_err(|_| LOST.to_owned())?;
            kept.into_iter().next().ok_or_else(|| LOST.to_owned())
        }
        // The server's own sentence.
        Ok(401 | 403 | 413 | 422 | 429) if !text.is_empty() => Err(text),
        _ => Err(LOST.to_owned()),
    }
}
