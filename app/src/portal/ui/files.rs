//! Files of a form: chosen, dropped or pasted. With JavaScript each goes at once, with a bar; without it
//! they go with the form, and those that arrived with a refused one are listed.
use leptos::{html, prelude::*};

use crate::{
    conversations::model::Attachment,
    core::id::AttachmentId,
    portal::api::remove_upload,
    ui::{FileDrop, Glyph, Icon, UploadState, figures::bytes},
};

/// The files of one form.
#[derive(Clone, Copy)]
pub struct Uploads {
    /// Under which they wait on the server.
    token: StoredValue<String>,
    rows: RwSignal<Vec<Row>>,
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    next: StoredValue<usize>,
}

#[derive(Clone)]
struct Row {
    key: usize,
    name: String,
    size: u64,
    picture: bool,
    /// Once the server has it.
    id: RwSignal<Option<AttachmentId>>,
    state: RwSignal<UploadState>,
}

impl Uploads {
    /// A form under whose `token` `files` wait already.
    pub fn new(token: String, files: Vec<Attachment>) -> Self {
        let rows: Vec<_> = files
            .into_iter()
            .enumerate()
            .map(|(key, file)| Row {
                key,
                picture: file.content_type.starts_with("image/"),
                size: file.size.unsigned_abs(),
                name: file.name,
                id: RwSignal::new(Some(file.id)),
                state: RwSignal::new(UploadState::Ready),
            })
            .collect();
        let next = StoredValue::new(rows.len());
        Self { token: StoredValue::new(token), rows: RwSignal::new(rows), next }
    }

    /// For the form's hidden field.
    pub fn token(self) -> String {
        self.token.get_value()
    }

    fn under_way(self) -> bool {
        self.rows.with(|rows| rows.iter().any(|row| matches!(row.state.get(), UploadState::Sending(_))))
    }

    /// Whether files are still on their way; `form` is then sent by itself when they have arrived.
    pub fn sends_later(self, form: NodeRef<html::Form>, busy: RwSignal<bool>) -> bool {
        if !untrack(|| self.under_way()) {
            return false;
        }
        Effect::watch(
            move || self.under_way(),
            move |waits, _, sent: Option<bool>| {
                let sent = sent.unwrap_or(false);
                if *waits || sent {
                    return sent;
                }
                busy.set(false);
                // A form that cannot send itself is still there to be sent by hand.
                form.get_untracked().is_some_and(|form| form.request_submit().is_ok())
            },
            false,
        );
        true
    }

    fn remove(self, key: usize) {
        let id = self.rows.with_untracked(|rows| rows.iter().find(|r| r.key == key).and_then(|r| r.id.get_untracked()));
        self.rows.update(|rows| rows.retain(|row| row.key != key));
        if let Some(id) = id {
            let token = self.token.get_value();
            leptos::task::spawn_local(async move {
                // What could not be removed now is gone in a day, or goes along unlisted by nobody's fault.
                let _ = remove_upload(token, id).await;
            });
        }
    }

    /// Sends files on their way.
    #[cfg(feature = "hydrate")]
    fn take(self, files: Vec<web_sys::File>) {
        for file in files {
            let key = self.next.get_value();
            self.next.set_value(key + 1);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a file's size is a whole number
            let size = file.size() as u64;
            let row = Row {
                key,
                name: file.name(),
                size,
                picture: file.type_().starts_with("image/"),
                id: RwSignal::new(None),
                state: RwSignal::new(UploadState::Sending(0)),
            };
            self.rows.update(|rows| rows.push(row.clone()));
            if size > 25 * 1024 * 1024 {
                row.state.set(UploadState::Failed("It is larger than 25 MB.".to_owned()));
                continue;
            }
            let progress = move |percent| {
                let _ = row.state.try_set(UploadState::Sending(percent));
            };
            super::upload::send(&file, &self.token.get_value(), progress, move |kept| match kept {
                Ok(file) => {
                    let _ = row.id.try_set(Some(file.id));
                    let _ = row.state.try_set(UploadState::Ready);
                }
                Err(why) => {
                    let _ = row.state.try_set(UploadState::Failed(why));
                }
            });
        }
    }
}

/// The field: a place to drop files, and the list of what is there.
#[component]
pub fn UploadsField(
    uploads: Uploads,
    #[prop(default = "Photos or files")] label: &'static str,
    error: Option<String>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let chosen = move |_| {
        over.set(false);
        #[cfg(feature = "hydrate")]
        if let Some(input) = input.get_untracked() {
            uploads.take(super::upload::chosen(&input));
        }
    };
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let paste = window_event_listener(leptos::ev::paste, move |event| {
            let files = super::upload::pasted(&event);
            if !files.is_empty() {
                event.prevent_default();
                uploads.take(files);
            }
        });
        on_cleanup(move || paste.remove());
    });
    view! {
        <div
            class="stack-s"
            on:change=chosen
            on:dragover=move |_| over.set(true)
            on:dragleave=move |_| over.set(false)
        >
            <FileDrop name="files" label=label input=input over=over error=error/>
            <div aria-live="polite">
                <For each=move || uploads.rows.get() key=|row| row.key let:row>
                    <FileRow row=row uploads=uploads/>
                </For>
            </div>
        </div>
    }
}

/// One file. Its button sends the form without JavaScript, and the form comes back without the file.
#[component]
fn FileRow(row: Row, uploads: Uploads) -> impl IntoView {
    let Row { key, name, size, picture, id, state } = row;
    let sending = name.clone();
    let below = move || match state.get() {
        UploadState::Sending(percent) => view! {
            <progress
                class="progress"
                value=percent.to_string()
                max="100"
                aria-label=format!("Uploading {sending}")
            ></progress>
        }
        .into_any(),
        UploadState::Ready => view! {
            <span class="ok-text">
                <Icon glyph=Glyph::Check/>
                "Ready"
            </span>
        }
        .into_any(),
        UploadState::Failed(why) => view! {
            <span class="error-text">
                <Icon glyph=Glyph::CircleAlert/>
                {why}
            </span>
        }
        .into_any(),
    };
    view! {
        <div class="upload">
            <Icon glyph=if picture { Glyph::Image } else { Glyph::FileText }/>
            <span class="name truncate">
                {name.clone()} " " <span class="muted small">{bytes(size)}</span>
            </span>
            <button
                class="btn btn-quiet btn-icon"
                type="submit"
                name="remove"
                value=move || id.get().map(|id| id.to_string())
                formnovalidate
                aria-label=format!("Remove {name}")
                on:click=move |event| {
                    event.prevent_default();
                    uploads.remove(key);
                }
            >
                <Icon glyph=Glyph::X/>
            </button>
            {below}
        </div>
    }
}
