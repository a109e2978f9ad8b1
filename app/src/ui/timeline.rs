//! What happened on a ticket, as people read it.
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::{
    avatar::{Avatar, AvatarSize},
    figures::bytes,
    icon::{Glyph, Icon, IconSize},
    time::At,
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

/// A message or note. `children` is its body; `footer` holds the promise it kept and its delivery.
#[component]
pub fn Entry(
    #[prop(into)] who: String,
    /// `wrote by e-mail`, `replied`; a note says so itself.
    #[prop(optional, into)]
    how: String,
    at: DateTime<Utc>,
    /// Only the hour, where the day stands above.
    #[prop(optional)]
    hour_only: bool,
    #[prop(optional)] kind: EntryKind,
    #[prop(default = AvatarSize::Large)] avatar: AvatarSize,
    #[prop(optional, into)] footer: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let class = match kind {
        EntryKind::Customer => "entry",
        EntryKind::Reply => "entry entry-reply",
        EntryKind::Note => "entry entry-note",
    };
    let how = if kind == EntryKind::Note {
        view! {
            <span class="vmid">
                <Icon glyph=Glyph::Lock size=IconSize::Small/>
            </span>
            " internal note"
        }
        .into_any()
    } else {
        how.into_any()
    };
    view! {
        <article class=class>
            <Avatar name=who.clone() size=avatar silent=true/>
            <div>
                <header>
                    <span class="who" dir="auto">{who}</span>
                    <span class="how">{how}</span>
                    <At at=at hour_only=hour_only/>
                </header>
                <div class="body">{children()}</div>
                {footer.map(|footer| view! { <footer>{footer.run()}</footer> })}
            </div>
        </article>
    }
}

/// One line about something that happened.
#[component]
pub fn EventLine(
    glyph: Glyph,
    at: DateTime<Utc>,
    /// Only the hour, where the day stands above.
    #[prop(optional)]
    hour_only: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="entry-event">
            <Icon glyph=glyph/>
            <span>{children()}</span>
            <At at=at hour_only=hour_only/>
        </div>
    }
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

/// An attachment.
#[component]
pub fn FileLink(
    #[prop(into)] href: String,
    #[prop(into)] name: String,
    size: u64,
    /// Shows a picture's icon.
    #[prop(optional)]
    image: bool,
) -> impl IntoView {
    let glyph = if image { Glyph::Image } else { Glyph::FileText };
    view! {
        <a class="file" href=href>
            <Icon glyph=glyph/>
            {name}
            <span>{bytes(size)}</span>
        </a>
    }
}
