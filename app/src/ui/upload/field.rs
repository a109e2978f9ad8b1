//! What of an upload is seen: the place to choose or drop files, the clip, and the list.
use leptos::{html, prelude::*};

use super::{Row, UploadState, Uploads};
use crate::ui::{
    figures::bytes,
    icon::{Glyph, Icon, IconSize},
};

/// The field of a form: a place to drop files, and the list of what is there.
#[component]
pub fn UploadsField(
    uploads: Uploads,
    #[prop(default = "Photos or files")] label: &'static str,
    /// Why the server refused some.
    error: Option<String>,
) -> impl IntoView {
    if error.is_some() {
        uploads.refusal.set(error);
    }
    listen(uploads);
    view! {
        <div class="stack-s" on:change=move |_| chosen(uploads)>
            <FileDrop name="files" label=label input=uploads.input over=uploads.over error=uploads.refusal/>
            <UploadRows uploads=uploads/>
        </div>
    }
}

/// The clip that opens the file dialog; the list of files stands elsewhere.
#[component]
pub fn Attach(uploads: Uploads) -> impl IntoView {
    listen(uploads);
    view! {
        <label class="btn btn-quiet btn-icon attach" title="Attach files">
            <Icon glyph=Glyph::Paperclip/>
            <span class="vh">"Attach files"</span>
            <input type="file" multiple node_ref=uploads.input on:change=move |_| chosen(uploads)/>
        </label>
    }
}

#[cfg_attr(not(feature = "hydrate"), allow(unused_variables, clippy::missing_const_for_fn))]
fn chosen(uploads: Uploads) {
    #[cfg(feature = "hydrate")]
    if let Some(input) = uploads.input.get_untracked() {
        uploads.take(super::send::chosen(&input));
    }
}

/// Takes what is dropped on the page, so that a file dropped beside the field does not replace the page; and
/// what is pasted, unless into another form.
#[cfg_attr(not(feature = "hydrate"), allow(unused_variables, clippy::missing_const_for_fn))]
fn listen(uploads: Uploads) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use leptos::ev;

        use super::send;
        let over = window_event_listener(ev::dragover, move |event| {
            if send::brings_files(&event) {
                event.prevent_default();
                uploads.over.set(true);
            }
        });
        let leave = window_event_listener(ev::dragleave, move |event| {
            // Only where it leaves the page is there nothing that it goes to.
            if event.related_target().is_none() {
                uploads.over.set(false);
            }
        });
        let drop = window_event_listener(ev::drop, move |event| {
            uploads.over.set(false);
            if send::brings_files(&event) {
                event.prevent_default();
                uploads.take(send::dropped(&event));
            }
        });
        let paste = window_event_listener(ev::paste, move |event| {
            let files = send::pasted(&event, uploads.input.get_untracked().as_ref());
            if !files.is_empty() {
                event.prevent_default();
                uploads.take(files);
            }
        });
        on_cleanup(move || {
            over.remove();
            leave.remove();
            drop.remove();
            paste.remove();
        });
    });
}

/// A field for files: choose, drop or paste. A plain `<input type="file">` underneath.
#[component]
pub fn FileDrop(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "You can also paste a picture. Up to 25 MB each.".into(), into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// The input, for whoever listens to it.
    #[prop(optional)]
    input: NodeRef<html::Input>,
    /// Something is being dragged over it.
    #[prop(optional, into)]
    over: Signal<bool>,
) -> impl IntoView {
    let (label_id, error_id) = (format!("{name}-label"), format!("{name}-error"));
    let described = error_id.clone();
    view! {
        <div class="field" data-invalid=move || error.with(Option::is_some).then_some("")>
            <span class="label" id=label_id.clone()>
                {label} <span class="optional">" (optional)"</span>
            </span>
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <span class="error-text" id=error_id.clone() role="alert">
                                <Icon glyph=Glyph::CircleAlert/>
                                {text}
                            </span>
                        }
                    })
            }}
            <div class=move || if over.get() { "drop is-over" } else { "drop" }>
                <Icon glyph=Glyph::Upload size=IconSize::Large/>
                <span>
                    <b>"Choose files"</b>
                    " or drop them here"
                </span>
                <small class="muted">{help}</small>
                <input
                    type="file"
                    multiple
                    id=name.clone()
                    name=name
                    node_ref=input
                    aria-labelledby=label_id
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || error.with(Option::is_some).then(|| described.clone())
                />
            </div>
        </div>
    }
}

/// The files with their state, each with a way to take it back.
#[component]
pub fn UploadRows(uploads: Uploads) -> impl IntoView {
    let row = move |row: Row| {
        let (key, id) = (row.key, row.id);
        let remove = Callback::new(move |()| uploads.remove(key));
        let button = if uploads.plain {
            Signal::derive(move || id.get().map(|id| id.to_string()))
        } else {
            Signal::stored(None)
        };
        view! {
            <UploadRow name=row.name size=row.size state=row.state image=row.picture remove=remove plain=button/>
        }
    };
    view! {
        <div role="status">
            <For each=move || uploads.rows.get() key=|row| row.key children=row/>
        </div>
    }
}

/// One file: its name, size and state, and a way to take it back.
#[component]
pub fn UploadRow(
    #[prop(into)] name: String,
    size: u64,
    #[prop(into)] state: Signal<UploadState>,
    #[prop(optional)] image: bool,
    #[prop(optional, into)] remove: Option<Callback<()>>,
    /// The file's id: without JavaScript the button sends the form, which comes back without the file.
    #[prop(optional, into)]
    plain: Signal<Option<String>>,
) -> impl IntoView {
    let glyph = if image { Glyph::Image } else { Glyph::FileText };
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
    let label = format!("Remove {name}");
    view! {
        <div class="upload">
            <Icon glyph=glyph/>
            <span class="name truncate">{name} " " <span class="muted small">{bytes(size)}</span></span>
            {remove
                .map(|remove| {
                    view! {
                        <button
                            class="btn btn-quiet btn-icon"
                            type=move || if plain.with(Option::is_some) { "submit" } else { "button" }
                            name="remove"
                            value=move || plain.get()
                            formnovalidate
                            aria-label=label.clone()
                            title=label
                            on:click=move |event| {
                                event.prevent_default();
                                remove.run(());
                            }
                        >
                            <Icon glyph=Glyph::X/>
                        </button>
                    }
                })}
            {below}
        </div>
    }
}
