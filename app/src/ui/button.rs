//! Buttons. One primary button per region.
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The ordinary button.
    #[default]
    Plain,
    /// What the person most likely came to do.
    Primary,
    /// No frame, for actions beside content.
    Quiet,
    /// Destroys something.
    Danger,
}

/// 32 or 44 px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// Staff pages.
    #[default]
    Normal,
    /// Public pages.
    Large,
}

fn class(kind: ButtonKind, size: ButtonSize, block: bool) -> String {
    let mut class = String::from("btn");
    class.push_str(match kind {
        ButtonKind::Plain => "",
        ButtonKind::Primary => " btn-primary",
        ButtonKind::Quiet => " btn-quiet",
        ButtonKind::Danger => " btn-danger",
    });
    if size == ButtonSize::Large {
        class.push_str(" btn-lg");
    }
    if block {
        class.push_str(" btn-block");
    }
    class
}

/// A button with words, perhaps an icon before them.
///
/// `submit=true` makes it send its form. While `busy`, it turns a wheel and ignores
/// clicks but keeps the focus. Anything else (`on:click`, `attr:name`) goes to the
/// `<button>` itself.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: Option<Glyph>,
    #[prop(optional)] submit: bool,
    #[prop(optional)] block: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let glyph = move || match (busy.get(), icon) {
        (true, _) => Some(Glyph::Loader),
        (false, icon) => icon,
    };
    view! {
        <button
            class=class(kind, size, block)
            type=if submit { "submit" } else { "button" }
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {move || glyph().map(|glyph| view! { <Icon glyph=glyph/> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button: it goes somewhere and changes nothing.
#[component]
pub fn LinkButton(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: Option<Glyph>,
    #[prop(optional)] block: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class(kind, size, block) href=move || href.get()>
            {icon.map(|glyph| view! { <Icon glyph=glyph/> })}
            {children()}
        </a>
    }
}

/// A button that is only an icon; `label` is its name for those who cannot see it.
#[component]
pub fn IconButton(
    glyph: Glyph,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] submit: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            class="btn btn-quiet btn-icon"
            type=if submit { "submit" } else { "button" }
            aria-label=move || label.get()
            title=move || label.get()
            disabled=move || disabled.get()
        >
            <Icon glyph=glyph/>
        </button>
    }
}
