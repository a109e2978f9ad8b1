//! Choosing: select, check, radios, and the segmented control for two to four options.
use leptos::prelude::*;

use super::{
    field::frame,
    icon::{Glyph, Icon},
};

/// One option: what is sent and what is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The form value.
    pub value: String,
    /// The words.
    pub label: String,
}

impl Choice {
    /// An option that sends `value` and reads `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self::new(value, label)
    }
}

fn options(list: Vec<Choice>, value: Signal<String>) -> impl IntoView {
    list.into_iter()
        .map(|choice| {
            let own = choice.value.clone();
            view! {
                <option value=choice.value selected=move || value.with(|v| *v == own)>
                    {choice.label}
                </option>
            }
        })
        .collect_view()
}

/// One of many, in a select.
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] options: Signal<Vec<Choice>>,
    /// Defaults to `name`.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional, into)] value: Signal<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    frame(id, label, help, error, optional, move |ids| {
        view! {
            <span class="select">
                <select
                    class="input"
                    id=ids.control.clone()
                    name=name
                    disabled=move || disabled.get()
                    aria-describedby=ids.described_by()
                    aria-invalid=ids.invalid()
                >
                    {move || self::options(options.get(), value)}
                </select>
                <Icon glyph=Glyph::ChevronDown/>
            </span>
        }
        .into_any()
    })
}

/// A box to tick. Without JavaScript an unticked box sends nothing.
#[component]
pub fn Check(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "true".into(), into)] value: String,
    #[prop(optional, into)] checked: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                name=name
                value=value
                checked=move || checked.get()
                disabled=move || disabled.get()
            />
            <span>{label}</span>
        </label>
    }
}

/// One of a few, each on its own line.
#[component]
pub fn Radios(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    options: Vec<Choice>,
    #[prop(optional, into)] value: Signal<String>,
) -> impl IntoView {
    let rows = options
        .into_iter()
        .map(|choice| {
            let own = choice.value.clone();
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name=name.clone()
                        value=choice.value
                        checked=move || value.with(|v| *v == own)
                    />
                    <span>{choice.label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            {rows}
        </fieldset>
    }
}

/// One part of a segmented control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The form value, or the address of a [`SegmentedLinks`].
    pub value: String,
    /// The words.
    pub label: String,
    /// Shown before the words.
    pub icon: Option<Glyph>,
}

impl Segment {
    /// A segment without an icon.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), icon: None }
    }

    /// The same with an icon before the words.
    #[must_use]
    pub fn with_icon(self, icon: Glyph) -> Self {
        Self { icon: Some(icon), ..self }
    }
}

/// A segmented control that is part of a form.
#[component]
pub fn SegmentedRadios(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    segments: Vec<Segment>,
    #[prop(optional, into)] value: Signal<String>,
) -> impl IntoView {
    let parts = segments
        .into_iter()
        .map(|segment| {
            let own = segment.value.clone();
            view! {
                <label>
                    <input
                        type="radio"
                        name=name.clone()
                        value=segment.value
                        checked=move || value.with(|v| *v == own)
                    />
                    {segment.icon.map(|glyph| view! { <Icon glyph=glyph/> })}
                    {segment.label}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segmented">
            <legend class="vh">{legend}</legend>
            {parts}
        </fieldset>
    }
}

/// A segmented control of links: periods, tabs of a page. `current` is the chosen address.
#[component]
pub fn SegmentedLinks(
    #[prop(into)] label: String,
    segments: Vec<Segment>,
    #[prop(into)] current: Signal<String>,
) -> impl IntoView {
    let parts = segments
        .into_iter()
        .map(|segment| {
            let own = segment.value.clone();
            let here = move || current.with(|c| *c == own).then_some("true");
            view! {
                <a href=segment.value aria-current=here>
                    {segment.icon.map(|glyph| view! { <Icon glyph=glyph/> })}
                    {segment.label}
                </a>
            }
        })
        .collect_view();
    view! { <nav class="segmented" aria-label=label>{parts}</nav> }
}
