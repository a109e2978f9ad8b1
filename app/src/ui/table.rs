//! Tables and the pages of a list.
use leptos::prelude::*;

use super::icon::{Glyph, Icon, IconSize};

/// A column's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub label: String,
    /// Numbers go to the right.
    pub end: bool,
    /// The address that sorts by it, where it can be sorted by.
    pub sort: Option<String>,
    /// How it is sorted now: `true` ascending.
    pub sorted: Option<bool>,
}

impl Column {
    /// A column of words.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self { end: true, ..Self::new(label) }
    }

    /// The same, sorted by following `href`; `now` is its present order.
    #[must_use]
    pub fn sortable(self, href: impl Into<String>, now: Option<bool>) -> Self {
        Self { sort: Some(href.into()), sorted: now, ..self }
    }
}

/// A table with a name. On a phone each row becomes facts in three columns: give every
/// `<td>` a `data-label`, and begin rows with `<th scope="row">`.
#[component]
pub fn Table(
    /// What it holds, for screen readers.
    #[prop(into)]
    label: String,
    columns: Vec<Column>,
    /// 36 px rows.
    #[prop(optional)]
    dense: bool,
    /// More classes: `people`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let heads = columns.into_iter().map(head).collect_view();
    let dense = if dense { " dense" } else { "" };
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=label>
            <table class=format!("table cards-on-phone{dense} {class}")>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

fn head(column: Column) -> impl IntoView {
    let order = column.sorted.map(|ascending| if ascending { "ascending" } else { "descending" });
    let arrow = column.sorted.map(|ascending| {
        let glyph = if ascending { Glyph::ChevronUp } else { Glyph::ChevronDown };
        view! { <Icon glyph=glyph size=IconSize::Small/> }
    });
    let content = match column.sort {
        Some(href) => view! { <a class="sort" href=href>{column.label} {arrow}</a> }.into_any(),
        None => column.label.into_any(),
    };
    view! { <th scope="col" class=column.end.then_some("end") aria-sort=order>{content}</th> }
}

/// Newer and older, by keyset; `None` at either end.
#[component]
pub fn Pager(
    #[prop(into)] newer: Signal<Option<String>>,
    #[prop(into)] older: Signal<Option<String>>,
    /// `1 to 50 of about 2,300`.
    #[prop(optional, into)]
    note: Signal<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label="Pages">
            <a class="btn" href=move || newer.get() aria-disabled=move || newer.get().is_none().then_some("true")>
                <Icon glyph=Glyph::ChevronLeft/>
                "Newer"
            </a>
            <a class="btn" href=move || older.get() aria-disabled=move || older.get().is_none().then_some("true")>
                "Older"
                <Icon glyph=Glyph::ChevronRight/>
            </a>
            <span>{move || note.get()}</span>
        </nav>
    }
}
