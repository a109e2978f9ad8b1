//! What happened on a ticket, as people read it.
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use maud::{Markup, html};

use super::{
    avatar::{self, AvatarSize},
    figures::bytes,
    icon::{Glyph, IconSize},
    time::hour,
};

/// Who speaks, and to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryKind {
    /// A customer.
    #[default]
    Customer,
    /// Staff, to the customer.
    Reply,
    /// Staff among themselves; on note paper.
    Note,
}

/// A message or note, under the mark of its day. Markup but for its frame: a ticket has many of these.
#[component]
pub fn Entry(
    #[prop(into)] who: String,
    /// `wrote by e-mail`, `replied`; a note says so itself.
    #[prop(optional)]
    how: &'static str,
    at: DateTime<Utc>,
    #[prop(optional)] kind: EntryKind,
    body: Markup,
    /// The promise it kept and its delivery.
    #[prop(optional_no_strip)]
    footer: Option<Markup>,
) -> impl IntoView {
    let class = match kind {
        EntryKind::Customer => "entry",
        EntryKind::Reply => "entry entry-reply",
        EntryKind::Note => "entry entry-note",
    };
    let inside = html! {
        (avatar::silent(&who, AvatarSize::Large))
        div {
            header {
                span.who dir="auto" { (who) }
                span.how {
                    @if kind == EntryKind::Note {
                        span.vmid { (Glyph::Lock.markup(IconSize::Small)) } " internal note"
                    } @else {
                        (how)
                    }
                }
                (hour(at))
            }
            div.body { (body) }
            @if let Some(footer) = footer { footer { (footer) } }
        }
    };
    view! { <article class=class inner_html=inside.into_string()></article> }
}

/// One line about something that happened, under the mark of its day.
#[component]
pub fn EventLine(glyph: Glyph, at: DateTime<Utc>, words: Markup) -> impl IntoView {
    let inside = html! { (glyph.markup(IconSize::Normal)) span { (words) } (hour(at)) };
    view! { <div class="entry-event" inner_html=inside.into_string()></div> }
}

/// A new day.
#[component]
pub fn DayMark(#[prop(into)] label: String) -> impl IntoView {
    view! {
        <div class="day-mark">
            <span>{label}</span>
        </div>
    }
}

/// An attachment; `image`: shows a picture's icon.
pub fn file_link(href: &str, name: &str, size: u64, image: bool) -> Markup {
    let glyph = if image { Glyph::Image } else { Glyph::FileText };
    html! { a.file href=(href) { (glyph.markup(IconSize::Normal)) (name) span { (bytes(size)) } } }
}
