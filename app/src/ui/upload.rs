//! Choosing files, and how far each one is.
use leptos::prelude::*;

use super::{
    button::IconButton,
    figures::bytes,
    icon::{Glyph, Icon, IconSize},
};

/// A field for files: choose, drop or paste. A plain `<input type="file">` underneath.
#[component]
pub fn FileDrop(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "You can also paste a picture. Up to 25 MB each.".into(), into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// The input, for whoever listens to it.
    #[prop(optional)]
    input: NodeRef<leptos::html::Input>,
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
                            <span class="error-text" id=error_id.clone()>
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
                    aria-describedby=move || error.with(Option::is_some).then(|| described.clone())
                />
            </div>
        </div>
    }
}

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// On its way, in percent.
    Sending(u8),
    /// Received.
    Ready,
    /// Refused, and why.
    Failed(String),
}

/// One file: its name, size and state, and a way to take it back.
#[component]
pub fn UploadRow(
    #[prop(into)] name: String,
    size: u64,
    #[prop(into)] state: Signal<UploadState>,
    #[prop(optional)] image: bool,
    #[prop(optional, into)] remove: Option<Callback<()>>,
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
                    view! { <IconButton glyph=Glyph::X label=label on:click=move |_| remove.run(())/> }
                })}
            {below}
        </div>
    }
}
