//! Fields: label above, help below it, the error in words before the control.
//!
//! They are uncontrolled: `value` is what the field starts with. Listen with
//! `on:input` or `on:change` on the component (the events bubble to its root).
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::core::text::escape_raw;

/// The ids that tie a control to its label, help and error.
#[derive(Clone, Debug)]
pub struct FieldIds {
    /// The control's own id, the target of the error summary.
    pub control: String,
    help: Option<String>,
    error: Signal<Option<String>>,
}

impl FieldIds {
    /// For `aria-describedby` of the control.
    pub fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
        let (control, help, error) = (self.control.clone(), self.help.clone(), self.error);
        move || {
            let error = error.with(Option::is_some).then(|| format!("{control}-error"));
            match (help.clone(), error) {
                (Some(help), Some(error)) => Some(format!("{help} {error}")),
                (help, error) => help.or(error),
            }
        }
    }

    /// For `aria-invalid` of the control.
    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }
}

/// The frame of a field around a control of your own; `children` receives the ids to use.
#[component]
pub fn Field(
    /// The control's id.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Says "(optional)" beside the label.
    #[prop(optional)]
    optional: bool,
    children: Box<dyn FnOnce(FieldIds) -> AnyView + Send>,
) -> impl IntoView {
    frame(id, label, help, error, optional, children)
}

/// [`Field`] for the components that pass their own props on.
pub(super) fn frame(
    id: String,
    label: String,
    help: Option<String>,
    error: Signal<Option<String>>,
    optional: bool,
    control: impl FnOnce(FieldIds) -> AnyView,
) -> impl IntoView {
    let ids = FieldIds { control: id.clone(), help: help.is_some().then(|| format!("{id}-help")), error };
    let error_id = format!("{id}-error");
    let help = help.map(|text| view! { <span class="help" id=format!("{id}-help")>{text}</span> });
    let control = control(ids);
    view! {
        <div class="field" data-invalid=move || error.with(Option::is_some).then_some("")>
            <label for=id>{label} {optional.then(|| view! { <span class="optional">" (optional)"</span> })}</label>
            {help}
            {move || error.get().map(|text| error_text(error_id.clone(), text))}
            {control}
        </div>
    }
}

fn error_text(id: String, text: String) -> impl IntoView {
    view! {
        <span class="error-text" id=id>
            <Icon glyph=Glyph::CircleAlert/>
            {text}
        </span>
    }
}

/// One line of text, a number, a date, a password: what `kind` says (`type` in HTML).
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Defaults to `name`.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: Signal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    frame(id, label, help, error, optional, move |ids| {
        view! {
            <input
                class="input"
                id=ids.control.clone()
                name=name
                type=kind
                value=move || value.get()
                placeholder=placeholder
                autocomplete=autocomplete
                required=!optional
                disabled=move || disabled.get()
                aria-describedby=ids.described_by()
                aria-invalid=ids.invalid()
            />
        }
        .into_any()
    })
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Defaults to `name`.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: String,
    #[prop(default = 5)] rows: u8,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    frame(id, label, help, error, optional, move |ids| {
        view! {
            <textarea
                class="input"
                id=ids.control.clone()
                name=name
                rows=rows.to_string()
                required=!optional
                aria-describedby=ids.described_by()
                aria-invalid=ids.invalid()
            >
                {escape_raw(value)}
            </textarea>
        }
        .into_any()
    })
}

/// What is wrong with a form, on top of it: each line leads to its field.
///
/// `errors` are pairs of a control's id and a sentence. Nothing is shown while it is empty.
#[component]
pub fn ErrorSummary(
    #[prop(into)] errors: Signal<Vec<(String, String)>>,
    #[prop(default = "send this")] to: &'static str,
) -> impl IntoView {
    let heading = move || match errors.with(Vec::len) {
        1 => format!("One thing needs a look before we can {to}"),
        n => format!("{} things need a look before we can {to}", count_word(n)),
    };
    let lines = move || {
        errors.get().into_iter().map(|(id, text)| view! { <li><a href=format!("#{id}")>{text}</a></li> }).collect_view()
    };
    view! {
        <Show when=move || errors.with(|list| !list.is_empty())>
            <div class="error-summary" role="alert" tabindex="-1">
                <h2>{heading}</h2>
                <ul>{lines}</ul>
            </div>
        </Show>
    }
}

fn count_word(n: usize) -> String {
    match n {
        2 => "Two".into(),
        3 => "Three".into(),
        4 => "Four".into(),
        5 => "Five".into(),
        n => n.to_string(),
    }
}
