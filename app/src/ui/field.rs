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
    /// The id of the form that it belongs to, where it does not stand in it.
    #[prop(optional)]
    form: Option<&'static str>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    frame(id, label, help, error, optional, move |ids| {
        view! {
            <input
                class="input"
                id=ids.control.clone()
                name=name
                type=kind
                dir="auto"
                value=move || value.get()
                placeholder=placeholder
                autocomplete=autocomplete
                form=form
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
                dir="auto"
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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Every file of this crate's source without its comments, and its path.
    fn sources() -> Vec<(String, String)> {
        fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, found);
                } else if path.extension().is_some_and(|ext| ext == "rs") {
                    let text = fs::read_to_string(&path).expect("text");
                    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                    found.push((path.to_string_lossy().replace('\\', "/"), code.join("\n")));
                }
            }
        }
        let mut found = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 100, "where is the source?");
        found
    }

    #[test]
    fn what_people_typed_comes_into_a_text_area_through_the_component_that_escapes_it() {
        // The server's renderer writes the children of these as they are. An empty one is safe.
        for (path, text) in sources().iter().filter(|(path, _)| !path.ends_with("/ui/field.rs")) {
            for rest in text.split("<textarea").skip(1) {
                let open = rest.split("</textarea>").next().unwrap_or_default();
                let empty = open.trim_end().ends_with("/>") || open.ends_with('>');
                assert!(empty, "{path}: a text area with content is `ui::TextArea`");
            }
            let raw = ["<script", "<style", "<noscript"].into_iter().find(|tag| text.contains(tag));
            let view = text.contains("view! {");
            assert!(!view || raw.is_none(), "{path}: the content of {raw:?} would not be escaped");
        }
    }

    #[test]
    fn every_title_is_escaped_by_the_one_formatter() {
        for (path, text) in sources().iter().filter(|(path, _)| !path.ends_with("/ui/field.rs")) {
            let formatters = text.matches("formatter=").count();
            let expected = usize::from(path.ends_with("/routes.rs"));
            assert_eq!(formatters, expected, "{path}: titles are formatted by `routes::document_title` alone");
        }
    }
}
