//! What the account pages have in common.
use leptos::prelude::*;

use crate::{
    core::form::Retry,
    ui::{Banner, BannerKind, ErrorSummary, TextField},
};

/// Why a form came back: the summary of its fields, or the sentence about the whole.
#[component]
pub fn Trouble(retry: Retry, #[prop(default = "send this")] to: &'static str) -> impl IntoView {
    let whole = retry.whole();
    view! {
        <ErrorSummary errors=retry.fields() to=to/>
        {whole.map(|text| view! {
            <Banner kind=BannerKind::Danger>{text}</Banner>
        })}
    }
}

/// A password that is chosen. Password managers offer to make and keep one.
#[component]
pub fn NewPasswordField(retry: Retry, #[prop(default = "Password")] label: &'static str) -> impl IntoView {
    view! {
        <TextField
            name="password"
            label=label
            kind="password"
            autocomplete="new-password"
            help="At least 10 characters. Several words are easy to remember and hard to guess."
            error=retry.at("password")
        />
    }
}

/// A time zone by its IANA name, with the list to choose from.
#[component]
pub fn ZoneField(
    /// What it starts with.
    value: String,
    zones: Vec<String>,
    error: Option<String>,
) -> impl IntoView {
    let options = zones
        .into_iter()
        .map(|zone| {
            let chosen = zone == value;
            view! { <option value=zone.clone() selected=chosen>{zone.replace('_', " ")}</option> }
        })
        .collect_view();
    let error = Signal::stored(error);
    view! {
        <crate::ui::Field
            id="time_zone"
            label="Time zone"
            help="Times in mails and on pages without JavaScript are given in it."
            error=error
            children=Box::new(move |ids: crate::ui::FieldIds| {
                view! {
                    <span class="select">
                        <select
                            class="input"
                            id=ids.control.clone()
                            name="time_zone"
                            aria-describedby=ids.described_by()
                            aria-invalid=ids.invalid()
                        >
                            {options}
                        </select>
                        <crate::ui::Icon glyph=crate::ui::Glyph::ChevronDown/>
                    </span>
                }
                    .into_any()
            })
        />
    }
}
