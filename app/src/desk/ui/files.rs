//! Files of an answer: chosen, dropped or pasted, sent at once, and waiting under a token until the
//! answer goes.
use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::{
    core::id::AttachmentId,
    tickets::api::remove_upload,
    ui::{Glyph, Icon, UploadRow, UploadState},
};

/// One file on its way.
#[derive(Clone)]
struct Upload {
    id: u32,
    name: String,
    size: u64,
    image: bool,
    state: RwSignal<UploadState>,
    /// By what name the server keeps it, once it does.
    kept: RwSignal<Option<AttachmentId>>,
}

/// The files of one answer; copy it freely.
#[derive(Clone, Copy)]
pub struct Files {
    list: RwSignal<Vec<Upload>>,
    /// Under which they wait; made by the first file, new for each answer.
    token: RwSignal<String>,
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))] // only browsers send files
    next: StoredValue<u32>,
}

impl Files {
    pub fn new() -> Self {
        Self { list: RwSignal::new(Vec::new()), token: RwSignal::new(String::new()), next: StoredValue::new(0) }
    }

    /// Goes along with the answer.
    pub fn token(self) -> Signal<String> {
        self.token.into()
    }

    /// Some file is not there yet.
    pub fn sending(self) -> Signal<bool> {
        Signal::derive(move || {
            self.list.with(|list| list.iter().any(|f| f.state.with(|s| matches!(s, UploadState::Sending(_)))))
        })
    }

    /// The answer is gone, and the files with it.
    pub fn forget(self) {
        self.list.set(Vec::new());
        self.token.set(String::new());
    }

    /// Sends what was pasted. `true`: there were files, so the text of the clipboard is not wanted.
    #[cfg_attr(not(feature = "hydrate"), allow(unused_variables, clippy::unused_self))]
    pub fn pasted(self, event: &ev::ClipboardEvent) -> bool {
        #[cfg(feature = "hydrate")]
        if let Some(files) = event.clipboard_data().and_then(|data| data.files()).filter(|files| files.length() > 0) {
            browser::send_all(self, &files);
            return true;
        }
        false
    }

    #[cfg_attr(not(feature = "hydrate"), allow(unused_variables, clippy::unused_self))]
    fn chosen(self, input: NodeRef<html::Input>) {
        #[cfg(feature = "hydrate")]
        if let Some(input) = input.get_untracked() {
            if let Some(files) = input.files() {
                browser::send_all(self, &files);
            }
            // The same file may be chosen again.
            input.set_value("");
        }
    }
}

/// The clip that opens the file dialog.
#[component]
pub fn Attach(files: Files) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    view! {
        <label class="btn btn-quiet btn-icon attach" title="Attach files">
            <Icon glyph=Glyph::Paperclip/>
            <span class="vh">"Attach files"</span>
            <input type="file" multiple node_ref=input on:change=move |_| files.chosen(input)/>
        </label>
    }
}

/// The files with their state, each with a way to take it back.
#[component]
pub fn FileRows(files: Files) -> impl IntoView {
    let row = move |file: Upload| {
        let id = file.id;
        let (state, kept) = (file.state, file.kept);
        let remove = Callback::new(move |()| {
            let Some(kept) = kept.get_untracked() else {
                files.list.update(|list| list.retain(|f| f.id != id));
                return;
            };
            let token = files.token.get_untracked();
            spawn_local(async move {
                match remove_upload(token, kept).await {
                    Ok(()) => files.list.update(|list| list.retain(|f| f.id != id)),
                    Err(error) => state.set(UploadState::Failed(error.to_string())),
                }
            });
        });
        view! { <UploadRow name=file.name size=file.size state=state image=file.image remove=remove/> }
    };
    view! {
        <div class="c-files" role="status">
            <For each=move || files.list.get() key=|file| file.id children=row/>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

    use super::{Files, Upload};
    use crate::{conversations::model::Attachment, core::id::AttachmentId, ui::UploadState};

    /// The largest file the server takes; it is told here so that nobody waits for the refusal.
    const MOST: f64 = 25.0 * 1024.0 * 1024.0;

    pub fn send_all(files: Files, chosen: &web_sys::FileList) {
        for file in (0..chosen.length()).filter_map(|i| chosen.get(i)) {
            send(files, &file);
        }
    }

    fn send(files: Files, file: &web_sys::File) {
        let id = files.next.get_value();
        files.next.set_value(id.wrapping_add(1));
        let state = RwSignal::new(UploadState::Sending(0));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a size in bytes
        let size = file.size() as u64;
        let kept = RwSignal::new(None);
        let image = file.type_().starts_with("image/");
        let upload = Upload { id, name: file.name(), size, image, state, kept };
        files.list.update(|list| list.push(upload));
        if files.token.with_untracked(String::is_empty) {
            files.token.set(random_token());
        }
        if file.size() > MOST {
            state.set(UploadState::Failed("Larger than 25 MB.".to_owned()));
        } else if post(&files.token.get_untracked(), file, state, kept).is_err() {
            state.set(UploadState::Failed("It could not be sent.".to_owned()));
        }
    }

    /// 256 bits in the letters of base64url, as the server makes them.
    fn random_token() -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // The last four bytes of a UUIDv7 are random; what stands before them is time and a counter.
        let random = std::iter::repeat_with(|| uuid::Uuid::now_v7().into_bytes()).flat_map(|id| id[12..].to_vec());
        random.map(|byte| char::from(LETTERS[usize::from(byte & 63)])).take(43).collect()
    }

    fn post(
        token: &str,
        file: &web_sys::File,
        state: RwSignal<UploadState>,
        kept: RwSignal<Option<AttachmentId>>,
    ) -> Result<(), JsValue> {
        let form = web_sys::FormData::new()?;
        form.append_with_str("uploads", token)?;
        form.append_with_blob_and_filename("files", file, &file.name())?;
        let request = web_sys::XmlHttpRequest::new()?;
        request.open("POST", "/uploads")?;
        let progress = Closure::<dyn Fn(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
            let percent = (event.loaded() / event.total().max(1.0) * 100.0).clamp(0.0, 99.0) as u8;
            state.try_set(UploadState::Sending(percent));
        });
        request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        progress.forget();
        let answered = request.clone();
        let done = Closure::once_into_js(move || {
            let status = answered.status().unwrap_or_default();
            let said = answered.response_text().ok().flatten().unwrap_or_default();
            let there: Vec<Attachment> = serde_json::from_str(&said).unwrap_or_default();
            kept.try_set(there.first().map(|file| file.id));
            state.try_set(match status {
                200..300 => UploadState::Ready,
                0 => UploadState::Failed("The line broke. Attach it again.".to_owned()),
                _ if !said.is_empty() && said.len() < 300 && !said.starts_with(['<', '{']) => UploadState::Failed(said),
                _ => UploadState::Failed("It was not taken.".to_owned()),
            });
        });
        request.set_onloadend(Some(done.unchecked_ref()));
        request.send_with_opt_form_data(Some(&form))
    }
}
