//! The order of policies, changed by dragging or by a button: either asks for the whole new order.
use leptos::{ev, html, prelude::*};

use super::sheet::Press;
use crate::{
    sla::views::Overview,
    ui::{Glyph, Icon},
};

/// Policies being put in order; copy it freely.
#[derive(Clone, Copy)]
pub struct Order {
    /// All of them as they are, the catch-all last.
    ids: StoredValue<Vec<String>>,
    seen: i32,
    /// The one that is being dragged, and the place it is over.
    dragged: RwSignal<Option<usize>>,
    over: RwSignal<Option<usize>>,
    form: NodeRef<html::Form>,
    wanted: NodeRef<html::Input>,
}

/// Where the order is asked for.
const ACTION: &str = "/admin/sla#review";

impl Order {
    pub fn of(overview: &Overview) -> Self {
        Self {
            ids: StoredValue::new(overview.policies.iter().map(|line| line.id.to_string()).collect()),
            seen: overview.number,
            dragged: RwSignal::new(None),
            over: RwSignal::new(None),
            form: NodeRef::new(),
            wanted: NodeRef::new(),
        }
    }

    /// The catch-all stays where it is.
    fn movable(self, place: usize) -> bool {
        place + 1 < self.ids.with_value(Vec::len)
    }

    /// The order with one of them in another place, as the form says it.
    fn moved(self, from: usize, to: usize) -> String {
        let mut ids = self.ids.get_value();
        let id = ids.remove(from);
        ids.insert(to, id);
        ids.join(",")
    }

    /// The item of the list around `row`.
    pub fn item(self, place: usize, row: impl IntoView + 'static) -> AnyView {
        let over = move |event: ev::DragEvent| {
            if self.dragged.get_untracked().is_some() {
                event.prevent_default();
                self.over.set(Some(place));
            }
        };
        let drop = move |event: ev::DragEvent| {
            event.prevent_default();
            let from = self.dragged.get_untracked();
            self.end();
            if let (Some(from), Some(form), Some(wanted)) =
                (from, self.form.get_untracked(), self.wanted.get_untracked())
                && from != place
            {
                wanted.set_value(&self.moved(from, place));
                // Refused only where the form is not in the document.
                let _ = form.request_submit();
            }
        };
        if self.movable(place) {
            let is_over = move || (self.over.get() == Some(place)).then_some("");
            view! {
                <li
                    draggable="true"
                    data-over=is_over
                    on:dragstart=move |_| self.dragged.set(Some(place))
                    on:dragover=over
                    on:drop=drop
                    on:dragend=move |_| self.end()
                >
                    {row}
                </li>
            }
            .into_any()
        } else {
            view! { <li>{row}</li> }.into_any()
        }
    }

    fn end(self) {
        self.dragged.set(None);
        self.over.set(None);
    }

    /// One place up, one place down.
    pub fn buttons(self, place: usize, name: &str) -> AnyView {
        if !self.movable(place) {
            return view! { <span class="row move"><Icon glyph=Glyph::Lock/></span> }.into_any();
        }
        let press = |to: usize, label: String, glyph: Glyph| {
            view! { <Press action=ACTION.to_owned() seen=self.seen asks=("order", self.moved(place, to)) label=label glyph=glyph/> }
        };
        let up = place.checked_sub(1).map(|to| press(to, format!("Move {name} up"), Glyph::ArrowUp));
        let down = self.movable(place + 1).then(|| press(place + 1, format!("Move {name} down"), Glyph::ArrowDown));
        view! { <span class="row move">{up}{down}<Icon glyph=Glyph::Grip/></span> }.into_any()
    }

    /// The form that a drop fills in and sends.
    pub fn form(self) -> impl IntoView {
        view! {
            <form method="post" action=ACTION node_ref=self.form hidden=true>
                <input type="hidden" name="seen" value=self.seen.to_string()/>
                <input type="hidden" name="order" node_ref=self.wanted/>
            </form>
        }
    }
}
