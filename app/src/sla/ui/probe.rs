//! The question of the calendars' form: what do these hours mean? Asked again while they are typed; nothing is saved.
use std::{collections::BTreeSet, time::Duration};

use leptos::prelude::*;

use super::{sheet::FORM, week::week};
use crate::{
    core::Error,
    sla::{
        api,
        views::{CalendarPage, Meaning, Typed},
    },
    ui::{Banner, BannerKind, TextField},
};

/// How long somebody must pause typing before the server is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// What the hours mean so far, and what is wrong with them.
#[derive(Clone, Copy)]
pub struct Probe {
    meaning: RwSignal<Option<Meaning>>,
    wrong: RwSignal<Vec<(String, String)>>,
    /// The fields that somebody was in and left: what is wrong is said at these, not while it is still being written.
    left: RwSignal<BTreeSet<String>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    asked: StoredValue<u32>,
    ask: Action<(u32, Typed), ()>,
}

impl Probe {
    pub fn of(page: &CalendarPage) -> Self {
        let meaning = RwSignal::new(page.meaning.clone());
        let wrong = RwSignal::new(page.sheet.wrongs());
        let left = RwSignal::new(page.sheet.wrongs().into_iter().map(|(field, _)| field).collect());
        let asked = StoredValue::new(0);
        let ask = Action::new(move |(number, typed): &(u32, Typed)| {
            let (number, typed) = (*number, typed.clone());
            async move {
                let probed = api::probe_calendar(typed).await;
                // Somebody typed on: the answer to that is under way. Or is not here any more.
                if asked.try_get_value() != Some(number) {
                    return;
                }
                match probed {
                    Ok(fresh) => {
                        meaning.set(Some(fresh));
                        wrong.set(Vec::new());
                    }
                    Err(Error::Invalid(all)) => wrong.set(all.into_iter().map(|e| (e.field, e.message)).collect()),
                    // Publishing says it, if it is still so by then.
                    Err(_) => {}
                }
            }
        });
        Self { meaning, wrong, left, timer: StoredValue::new(None), asked, ask }
    }

    /// What is to be said at a field.
    pub fn at(self, field: &str) -> Signal<Option<String>> {
        let field = field.to_owned();
        Signal::derive(move || {
            let found = self.wrong.with(|all| all.iter().find(|(at, _)| *at == field).map(|(_, said)| said.clone()));
            found.filter(|_| self.left.with(|left| left.contains(&field)))
        })
    }

    /// Something was typed.
    pub fn typed(self) {
        if let Some(Some(waiting)) = self.timer.try_get_value() {
            waiting.clear();
        }
        self.timer.set_value(set_timeout_with_handle(move || self.now(), PAUSE).ok());
    }

    /// Somebody left a field.
    pub fn leave(self, event: &leptos::ev::FocusEvent) {
        if let Some(field) = browser::name_of(event) {
            self.left.update(|left| _ = left.insert(field));
        }
    }

    /// Asks about what stands in the form.
    fn now(self) {
        let typed = browser::typed();
        self.asked.try_update_value(|number| *number += 1);
        if let Some(number) = self.asked.try_get_value().filter(|_| !typed.is_empty()) {
            self.ask.dispatch((number, typed));
        }
    }

    /// Somebody wants to know, with all that is wrong.
    fn pressed(self) {
        self.left.update(|left| left.extend(browser::typed().into_keys()));
        // The week as a whole has no field to leave.
        self.left.update(|left| _ = left.insert("weekly".to_owned()));
        self.now();
    }
}

/// The week, and when so many hours from then are over. Its fields are of the form below it.
#[component]
pub fn ProbePanel(
    probe: Probe,
    /// Where the question goes without JavaScript.
    action: String,
    from: String,
    hours: String,
) -> impl IntoView {
    // Name and file say nothing about hours.
    let of_hours = |field: &str| !["name", "ics"].contains(&field);
    let is_old = move || probe.wrong.with(|wrong| wrong.iter().any(|(field, _)| of_hours(field))).then_some("");
    let said = move || {
        if is_old().is_some() {
            return None;
        }
        probe.meaning.with(|meaning| {
            let meaning = meaning.as_ref()?;
            Some(view! { <p>{meaning.answer.clone()}</p> <p class="small muted">{meaning.state.clone()}</p> })
        })
    };
    let notes = move || {
        let notes =
            probe.meaning.with(|meaning| meaning.as_ref().map(|meaning| meaning.notes.clone()).unwrap_or_default());
        let lines = |notes: Vec<String>| notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
        (!notes.is_empty()).then(|| view! { <Banner kind=BannerKind::Warn>{lines(notes)}</Banner> })
    };
    let picture = move || match probe.meaning.with(|meaning| meaning.as_ref().map(week)) {
        Some(week) => week,
        None => view! { <p class="small muted">"The week is shown here once its fields make sense."</p> }.into_any(),
    };
    view! {
        <section
            class="probe stack-4"
            aria-label="What these hours mean"
            data-old=is_old
            on:input=move |_| probe.typed()
            on:focusout=move |event| probe.leave(&event)
        >
            {picture}
            <div class="question row wrap">
                <TextField
                    name="probe.from"
                    label="From"
                    kind="datetime-local"
                    value=Signal::stored(from)
                    error=probe.at("probe.from")
                    form=FORM
                />
                <TextField
                    name="probe.hours"
                    label="Working hours"
                    value=Signal::stored(hours)
                    error=probe.at("probe.hours")
                    form=FORM
                />
                // The first of the form's buttons: Enter in a field presses it, and saves nothing.
                <button
                    class="btn"
                    type="submit"
                    form=FORM
                    formaction=action
                    on:click=move |event| {
                        event.prevent_default();
                        probe.pressed();
                    }
                >
                    "When are they over?"
                </button>
            </div>
            <div class="answer" aria-live="polite">{said}</div>
            {notes}
        </section>
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::ev::FocusEvent;

    use crate::sla::views::Typed;

    pub const fn typed() -> Typed {
        Typed::new()
    }

    pub const fn name_of(_: &FocusEvent) -> Option<String> {
        None
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, FocusEvent, FormData, HtmlFormElement};

    use super::FORM;
    use crate::sla::{spec::Week, views::Typed};

    /// What stands in the form, as far as the hours depend on it.
    pub fn typed() -> Typed {
        let form = web_sys::window().and_then(|window| window.document()?.get_element_by_id(FORM));
        let form = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else { return Typed::new() };
        let others = ["zone", "holidays", "overrides", "probe.from", "probe.hours"].map(str::to_owned);
        let names = Week::DAYS.map(|day| ["weekly.", day].concat()).into_iter().chain(others);
        names.filter_map(|name| data.get(&name).as_string().map(|text| (name, text))).collect()
    }

    /// The name of the field that is left.
    pub fn name_of(event: &FocusEvent) -> Option<String> {
        event.target()?.dyn_into::<Element>().ok()?.get_attribute("name")
    }
}
