//! Filters and order of a list: a plain form that writes the list's address.
use leptos::prelude::*;
use leptos_router::components::Form;

use crate::{
    core::resource::resource,
    desk::api,
    tickets::{
        model::{Priority, Status},
        query::{ALL_TICKETS, Holder, ListQuery, Sort, View},
    },
    ui::{Button, Choice, SelectField, TextField},
};

fn any(words: &str) -> Vec<Choice> {
    vec![Choice::new("", words)]
}

#[component]
pub fn Filters(query: Memo<ListQuery>, base: Signal<String>) -> impl IntoView {
    let choices = resource(|| (), |()| api::ticket_choices());
    let value = move |name: &'static str| {
        query.with(|q| q.params(false).into_iter().find(|(n, _)| *n == name).map(|(_, v)| v)).unwrap_or_default()
    };
    let at = move |name: &'static str| Signal::derive(move || value(name));
    // A link may name several of a kind; they stay chosen until the person chooses one.
    let or_several = move |name: &'static str, mut options: Vec<Choice>| {
        let chosen = value(name);
        if chosen.contains(',') {
            options.push(Choice::new(chosen, "Several"));
        }
        options
    };
    let statuses = Signal::derive(move || {
        let each = Status::ALL.map(|s| Choice::new(s.as_str(), s.label()));
        or_several("status", any("Any status").into_iter().chain(each).collect())
    });
    let priorities = Signal::derive(move || {
        let each = Priority::ALL.map(|p| Choice::new(p.as_str(), p.label())).into_iter().rev();
        or_several("priority", any("Any priority").into_iter().chain(each).collect())
    });
    let offered = move || choices.get().and_then(Result::ok).unwrap_or_default();
    let teams = Signal::derive(move || {
        let each = offered().teams.into_iter().map(|t| Choice::new(t.team.id.to_string(), t.team.name));
        or_several("team", any("Any team").into_iter().chain(each).collect())
    });
    let categories = Signal::derive(move || {
        any("Any category")
            .into_iter()
            .chain(offered().categories.into_iter().map(|c| Choice::new(c.id.to_string(), c.name)))
            .collect::<Vec<_>>()
    });
    let people = Signal::derive(move || {
        let mut list = any("Anybody");
        list.push(Choice::new(Holder::Me.to_string(), "Me"));
        list.push(Choice::new(Holder::Nobody.to_string(), "Nobody"));
        let mut all: Vec<_> = offered().teams.into_iter().flat_map(|t| t.members).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup_by_key(|p| p.id);
        list.extend(all.into_iter().map(|p| Choice::new(p.id.to_string(), p.name)));
        list
    });
    let orders = move || {
        Sort::ALL
            .into_iter()
            .filter(|s| *s != Sort::Priority || query.with(|q| q.view.is_unsolved()))
            .map(|s| Choice::new(s.as_str(), sentence(s.label())))
            .collect::<Vec<_>>()
    };
    let order = Signal::derive(move || query.with(|q| q.order().as_str().to_owned()));
    // Choosing is enough; only text waits for Enter.
    let at_once = move |event: leptos::ev::Event| {
        use leptos::{wasm_bindgen::JsCast as _, web_sys};
        let chosen = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlSelectElement>().ok());
        let form = chosen.and_then(|select| select.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            // Refused only where the form is not in the document.
            let _ = form.request_submit();
        }
    };
    let clear = move || query.with(|q| q.unfiltered().href(&base.get(), false, &[]));
    view! {
        <Form method="get" action=move || base.get() attr:class="filters" attr:aria-label="Filters" on:change=at_once>
            <TextField name="q" id="f-q" label="Subject or number" value=at("q") kind="search" optional=true/>
            <SelectField name="status" id="f-status" label="Status" options=statuses value=at("status")/>
            <SelectField name="priority" id="f-priority" label="Priority" options=priorities value=at("priority")/>
            <Transition>
                <SelectField name="team" id="f-team" label="Team" options=teams value=at("team")/>
                <SelectField name="category" id="f-category" label="Category" options=categories value=at("category")/>
                <SelectField name="assignee" id="f-assignee" label="Assignee" options=people value=at("assignee")/>
            </Transition>
            <TextField name="tag" id="f-tag" label="Tag" value=at("tag") optional=true/>
            <SelectField name="sort" id="f-sort" label="Order" options=Signal::derive(orders) value=order/>
            <Kept query=query base=base/>
            <Button submit=true>"Apply"</Button>
            {move || query.with(ListQuery::is_filtered).then(|| view! { <a class="btn btn-quiet" href=clear>"Clear"</a> })}
        </Form>
    }
}

/// Filters that a link brought and no field shows stay in force.
#[component]
fn Kept(query: Memo<ListQuery>, base: Signal<String>) -> impl IntoView {
    const FIELDS: [&str; 8] = ["q", "status", "priority", "team", "category", "assignee", "tag", "sort"];
    move || {
        let hidden = query.with(|q| q.params(false)).into_iter().filter(|(name, _)| !FIELDS.contains(name));
        let view = query.with(|q| q.view);
        let named = (base.get() == ALL_TICKETS && view != View::All).then(|| ("view", view.as_str().to_owned()));
        hidden.chain(named).map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
    }
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
