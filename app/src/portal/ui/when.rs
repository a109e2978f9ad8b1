//! An instant in words.
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::{
    portal::when::{Form, When},
    ui::{clock::use_clock, time::machine},
};

/// The instant as the server said it; once hydrated, in the reader's own zone.
#[component]
pub fn Said(when: When, #[prop(optional)] form: Form) -> impl IntoView {
    let clock = use_clock();
    let here = Memo::new(move |_| clock.browser_minute().is_some());
    let at = DateTime::<Utc>::from_timestamp(when.at, 0).unwrap_or_default();
    view! {
        <time datetime=machine(at)>
            {move || if here.get() { when.say_here(form) } else { when.say(form) }}
        </time>
    }
}
