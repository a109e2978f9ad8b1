//! Light, dark, or as the system has it: a cookie, so that the server knows before the
//! first pixel, and a form, so that it works without JavaScript.
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;

use super::{
    icon::{Glyph, Icon},
    prefs::{cookie, remember},
};

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The cookie's name.
    pub const COOKIE: &str = "theme";

    const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    /// The form's and the cookie's value.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a form value; anything unknown is the system's.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.value() == value).unwrap_or_default()
    }

    /// What this person chose, on either side.
    #[must_use]
    pub fn current() -> Self {
        cookie(Self::COOKIE).map_or_else(Self::default, |value| Self::parse(&value))
    }

    /// The value of `data-theme` on `<html>`; `None` leaves it to the system.
    #[must_use]
    pub const fn attr(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::System => "Auto",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::System => Glyph::Monitor,
            Self::Light => Glyph::Sun,
            Self::Dark => Glyph::Moon,
        }
    }
}

/// Puts the theme on the page and remembers it; `false` where there is no page (the server).
fn apply(theme: Theme) -> bool {
    if !cfg!(feature = "hydrate") {
        return false;
    }
    let Some(root) = leptos::tachys::dom::document().document_element() else { return false };
    let done = match theme.attr() {
        Some(value) => root.set_attribute("data-theme", value),
        None => root.remove_attribute("data-theme"),
    };
    remember(Theme::COOKIE, theme.value());
    done.is_ok()
}

/// The switch; `POST /theme` does the same for a browser without JavaScript.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(Theme::current());
    let here = use_location();
    let back = move || format!("{}{}", here.pathname.get(), query(&here.search.get()));
    let pick = move |theme: Theme| {
        move |event: ev::MouseEvent| {
            if apply(theme) {
                event.prevent_default();
                chosen.set(theme);
            }
        }
    };
    let buttons = Theme::ALL
        .into_iter()
        .map(|theme| {
            let pressed = move || (chosen.get() == theme).to_string();
            view! {
                <button
                    type="submit"
                    name="theme"
                    value=theme.value()
                    aria-pressed=pressed
                    on:click=pick(theme)
                >
                    <Icon glyph=theme.glyph()/>
                    {theme.label()}
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action="/theme" class="theme-form">
            <input type="hidden" name="back" value=back/>
            <div class="segmented" role="group" aria-label="Theme">{buttons}</div>
        </form>
    }
}

fn query(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{}", search.trim_start_matches('?')) }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn an_unknown_theme_is_the_systems() {
        assert_eq!(Theme::parse("dark"), Theme::Dark);
        assert_eq!(Theme::parse("purple"), Theme::System);
        assert_eq!(Theme::System.attr(), None);
    }
}
