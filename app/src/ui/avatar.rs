//! People, as initials in a colour of their own.
use leptos::prelude::*;
use maud::{Markup, html};

use super::icon::{Glyph, Icon, IconSize};

/// 24, 32 or 40 px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// In rows.
    #[default]
    Normal,
    /// In timelines and lists of people.
    Large,
    /// On public pages.
    Huge,
}

impl AvatarSize {
    const fn attr(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::Large => Some("lg"),
            Self::Huge => Some("xl"),
        }
    }
}

/// Whether a person is at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Here now.
    Here,
    /// Signed in, not active.
    Away,
    /// Not signed in.
    Off,
}

impl Presence {
    const fn attr(self) -> &'static str {
        match self {
            Self::Here => "on",
            Self::Away => "away",
            Self::Off => "off",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Here => "here now",
            Self::Away => "away",
            Self::Off => "not here",
        }
    }
}

/// The first letters of the first and last name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// A colour from 0 (neutral) to 5, always the same for the same name.
#[must_use]
pub fn tone(name: &str) -> u32 {
    name.bytes().fold(5381_u32, |hash, byte| hash.wrapping_mul(33) ^ u32::from(byte)) % 6
}

/// The colour, where it is another than the neutral one, which no attribute names.
fn coloured(name: &str) -> Option<u32> {
    Some(tone(name)).filter(|tone| *tone > 0)
}

/// A person; nobody when `name` is `None`.
///
/// `silent` where the name stands beside it in words, so that it is not read twice.
#[component]
pub fn Avatar(
    #[prop(into)] name: Option<String>,
    #[prop(optional)] size: AvatarSize,
    #[prop(optional, into)] presence: Option<Presence>,
    #[prop(optional)] silent: bool,
) -> impl IntoView {
    let Some(name) = name else {
        return view! {
            <span
                class="avatar"
                data-empty=""
                data-size=size.attr()
                role="img"
                aria-label="Unassigned"
                title="Unassigned"
            >
                <Icon glyph=Glyph::User size=IconSize::Small/>
            </span>
        }
        .into_any();
    };
    let says = presence.map_or_else(|| name.clone(), |p| format!("{name}, {}", p.words()));
    let tone = coloured(&name).map(|tone| tone.to_string());
    view! {
        <span
            class="avatar"
            data-tone=tone
            data-size=size.attr()
            data-presence=presence.map(Presence::attr)
            role=(!silent).then_some("img")
            aria-label=(!silent).then(|| says.clone())
            aria-hidden=silent.then_some("true")
            title=says.clone()
        >
            {initials(&name)}
        </span>
    }
    .into_any()
}

/// An [`Avatar`] of the normal size, as markup: in a row.
pub fn markup(name: Option<&str>) -> Markup {
    match name {
        Some(name) => {
            let tone = coloured(name);
            html! { span.avatar data-tone=[tone] role="img" aria-label=(name) title=(name) { (initials(name)) } }
        }
        None => html! {
            span.avatar data-empty role="img" aria-label="Unassigned" title="Unassigned" {
                (Glyph::User.markup(IconSize::Small))
            }
        },
    }
}

/// An [`Avatar`] beside the name in words, as markup.
pub fn silent(name: &str, size: AvatarSize) -> Markup {
    let tone = coloured(name);
    html! { span.avatar data-tone=[tone] data-size=[size.attr()] aria-hidden="true" title=(name) { (initials(name)) } }
}

#[cfg(test)]
mod tests {
    use super::{initials, tone};

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_last_name() {
        assert_eq!(initials("Wei Ling Tan"), "WT");
        assert_eq!(initials("Inês Carvalho"), "IC");
        assert_eq!(initials("cher"), "C");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn a_name_keeps_its_colour() {
        assert_eq!(tone("Priya Nair"), tone("Priya Nair"));
        assert!(["Ada", "Bo", "Cy", "Di"].iter().all(|name| tone(name) < 6));
    }
}
