//! Status, priority, tags and counts: a shape, then a word, then colour.
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

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

/// A ticket's status. `boxed` in the head of a ticket, `compact` (the glyph alone, the
/// word for screen readers) in a row.
#[component]
pub fn StatusBadge(kind: StatusKind, #[prop(optional)] boxed: bool, #[prop(optional)] compact: bool) -> impl IntoView {
    view! {
        <span
            class=if boxed { "badge badge-box" } else { "badge" }
            data-status=kind.attr()
            title=compact.then(|| kind.label())
        >
            <Icon glyph=kind.glyph()/>
            <span class=compact.then_some("vh")>{kind.label()}</span>
        </span>
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

/// A ticket's priority. `boxed` in the head of a ticket, `compact` in a row.
#[component]
pub fn PrioBadge(kind: PrioKind, #[prop(optional)] boxed: bool, #[prop(optional)] compact: bool) -> impl IntoView {
    let words = if compact { format!("{} priority", kind.label()) } else { kind.label().to_owned() };
    let hint = compact.then(|| words.clone());
    view! {
        <span
            class=if boxed { "prio badge-box" } else { "prio" }
            data-prio=kind.attr()
            title=hint
        >
            <Icon glyph=kind.glyph()/>
            <span class=compact.then_some("vh")>{words}</span>
        </span>
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
