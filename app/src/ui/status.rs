//! Status, priority, tags and counts: a shape, then a word, then colour.
use leptos::prelude::*;
use maud::{Markup, html};

use super::icon::{Glyph, IconSize};

/// How far a ticket is, as a glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// Nobody works on it yet.
    Open,
    /// Somebody works on it.
    Progress,
    /// It waits.
    Hold,
    /// Solved, may come back.
    Resolved,
    /// Done for good.
    Closed,
}

impl StatusKind {
    /// All five, in the order of a ticket's life.
    pub const ALL: [Self; 5] = [Self::Open, Self::Progress, Self::Hold, Self::Resolved, Self::Closed];

    /// The word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Progress => "In progress",
            Self::Hold => "On hold",
            Self::Resolved => "Resolved",
            Self::Closed => "Closed",
        }
    }

    const fn attr(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Progress => "progress",
            Self::Hold => "hold",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// The shape.
    #[must_use]
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Open => Glyph::StatusOpen,
            Self::Progress => Glyph::StatusProgress,
            Self::Hold => Glyph::StatusHold,
            Self::Resolved => Glyph::StatusResolved,
            Self::Closed => Glyph::StatusClosed,
        }
    }
}

/// What is inside of a badge; a `hidden` word is for screen readers only.
fn inside(glyph: Glyph, word: &str, hidden: bool) -> Markup {
    html! { (glyph.markup(IconSize::Normal)) span class=[hidden.then_some("vh")] { (word) } }
}

/// A ticket's status, `boxed` in the head of a ticket.
#[component]
pub fn StatusBadge(kind: StatusKind, #[prop(optional)] boxed: bool) -> impl IntoView {
    let inside = inside(kind.glyph(), kind.label(), false).into_string();
    view! { <span class=if boxed { "badge badge-box" } else { "badge" } data-status=kind.attr() inner_html=inside></span> }
}

impl StatusKind {
    /// A boxed [`StatusBadge`], as markup: on the button of a menu.
    pub fn boxed(self) -> Markup {
        html! { span class="badge badge-box" data-status=(self.attr()) { (inside(self.glyph(), self.label(), false)) } }
    }

    /// The glyph alone, the word for screen readers and on hover: in a row.
    pub fn markup(self) -> Markup {
        let word = self.label();
        html! { span.badge data-status=(self.attr()) title=(word) { (inside(self.glyph(), word, true)) } }
    }
}

/// How urgent a ticket is, as bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrioKind {
    /// One bar.
    Low,
    /// Two bars.
    Normal,
    /// Three bars.
    High,
    /// Four bars, red.
    Urgent,
}

impl PrioKind {
    /// All four, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Normal => "Normal",
            Self::High => "High",
            Self::Urgent => "Urgent",
        }
    }

    const fn attr(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The bars.
    #[must_use]
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Low => Glyph::PrioLow,
            Self::Normal => Glyph::PrioNormal,
            Self::High => Glyph::PrioHigh,
            Self::Urgent => Glyph::PrioUrgent,
        }
    }
}

/// A ticket's priority, `boxed` in the head of a ticket.
#[component]
pub fn PrioBadge(kind: PrioKind, #[prop(optional)] boxed: bool) -> impl IntoView {
    let inside = inside(kind.glyph(), kind.label(), false).into_string();
    view! { <span class=if boxed { "prio badge-box" } else { "prio" } data-prio=kind.attr() inner_html=inside></span> }
}

impl PrioKind {
    /// A [`PrioBadge`], as markup: in a menu, and `boxed` on its button.
    pub fn worded(self, boxed: bool) -> Markup {
        let class = if boxed { "prio badge-box" } else { "prio" };
        html! { span class=(class) data-prio=(self.attr()) { (inside(self.glyph(), self.label(), false)) } }
    }

    /// The glyph alone, the word for screen readers and on hover: in a row.
    pub fn markup(self) -> Markup {
        let words = format!("{} priority", self.label());
        html! { span.prio data-prio=(self.attr()) title=(words) { (inside(self.glyph(), &words, true)) } }
    }
}

/// A word on a quiet ground. `accent` for what is being worked on, such as a draft.
#[component]
pub fn Tag(#[prop(optional)] accent: bool, children: Children) -> impl IntoView {
    view! { <span class=if accent { "tag tag-accent" } else { "tag" }>{children()}</span> }
}

/// A count beside a label. `alert` for what waits for this person.
#[component]
pub fn Count(#[prop(into)] value: Signal<u64>, #[prop(optional)] alert: bool) -> impl IntoView {
    view! {
        <span class=if alert { "count count-alert" } else { "count" }>
            {move || super::figures::thousands(value.get())}
        </span>
    }
}
