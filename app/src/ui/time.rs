//! Times: relative in the text, exact on hover, in the reader's own zone.
//!
//! The server writes UTC, which it and the browser agree on; once hydrated, the
//! browser's own `Intl` takes over (no zone data in the wasm).
use chrono::{DateTime, Datelike, Timelike, Utc};
use leptos::{prelude::*, web_sys};
use maud::{Markup, html};

use super::{clock::use_clock, figures::passed};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `19 Nov 2026, 15:40 UTC`. Written by hand because chrono's formatter costs 7 KB of wasm.
#[must_use]
pub fn utc_words(at: DateTime<Utc>) -> String {
    format!("{} {}, {:02}:{:02} UTC", day_words(at), at.year(), at.hour(), at.minute())
}

/// `19 Nov`, in UTC.
#[must_use]
pub fn day_words(at: DateTime<Utc>) -> String {
    format!("{} {}", at.day(), MONTHS[at.month0() as usize % 12])
}

/// `2026-11-19T15:40:00Z`, for `datetime` attributes.
#[must_use]
pub fn machine(at: DateTime<Utc>) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// `now` seen from `at`: `4 min ago`, `in 2 h`, `just now`.
#[must_use]
pub fn relative(at: i64, now: i64) -> String {
    match now - at {
        -9..10 => "just now".into(),
        ago @ 10.. => format!("{} ago", passed(ago)),
        ahead => format!("in {}", passed(-ahead)),
    }
}

/// The instant in the reader's language and zone, `None` on the server.
#[cfg(feature = "hydrate")]
fn local(at: DateTime<Utc>, parts: &[(&str, &str)]) -> Option<String> {
    #[allow(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 52 bits")]
    let date = js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    in_words(&date, parts)
}

#[cfg(feature = "hydrate")]
fn in_words(date: &js_sys::Date, parts: &[(&str, &str)]) -> Option<String> {
    use js_sys::{Array, Intl::DateTimeFormat, Object, Reflect};
    let options = Object::new();
    for (key, value) in parts {
        Reflect::set(&options, &(*key).into(), &(*value).into()).ok()?;
    }
    let format = DateTimeFormat::new(&Array::of1(&"en-GB".into()), &options);
    format.format().call1(&format, date).ok()?.as_string()
}

#[cfg(not(feature = "hydrate"))]
const fn local(_: DateTime<Utc>, _: &[(&str, &str)]) -> Option<String> {
    None
}

const EXACT: &[(&str, &str)] = &[
    ("weekday", "short"),
    ("day", "numeric"),
    ("month", "short"),
    ("year", "numeric"),
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("timeZoneName", "short"),
];
const SHORT: &[(&str, &str)] = &[("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")];
const HOUR: &[(&str, &str)] = &[("hour", "2-digit"), ("minute", "2-digit")];

/// `4 min ago`; the exact time on hover. Before hydration: the date.
#[component]
pub fn Ago(at: DateTime<Utc>) -> impl IntoView {
    let clock = use_clock();
    let text = move || clock.browser().map_or_else(|| short_utc(at), |now| relative(at.timestamp(), now));
    view! { <time datetime=machine(at) title=exact(at)>{text}</time> }
}

/// `15:40` today, `19 Nov, 15:40` else; the exact time on hover.
#[component]
pub fn At(at: DateTime<Utc>) -> impl IntoView {
    let clock = use_clock();
    let text = move || {
        let words = clock.browser_minute().and_then(|now| {
            let today = local(at, DATE) == DateTime::from_timestamp(now, 0).and_then(|now| local(now, DATE));
            local(at, if today { HOUR } else { SHORT })
        });
        words.unwrap_or_else(|| short_utc(at))
    };
    view! { <time datetime=machine(at) title=exact(at)>{text}</time> }
}

/// `15:40`, where the day stands above; the exact time on hover. As markup: [`use_local_times`] has it follow the reader.
pub fn hour(at: DateTime<Utc>) -> Markup {
    html! { time.still datetime=(machine(at)) title=(utc_words(at)) { (hour_utc(at)) } }
}

/// [`At`] as markup, like [`hour`].
pub fn day_and_hour(at: DateTime<Utc>) -> Markup {
    html! { time.still data-day datetime=(machine(at)) title=(utc_words(at)) { (short_utc(at)) } }
}

/// Puts the times that [`hour`] and [`day_and_hour`] wrote below `root` into the reader's zone, once hydrated and
/// whenever `changes`.
pub fn use_local_times(root: NodeRef<leptos::html::Div>, changes: impl Fn() + 'static) {
    let clock = use_clock();
    Effect::new(move |_| {
        changes();
        if let Some((root, now)) = root.get().zip(clock.browser_minute()) {
            localise(&root, now);
        }
    });
}

#[cfg(feature = "hydrate")]
fn localise(root: &web_sys::Element, now: i64) {
    #[allow(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 52 bits")]
    let today = in_words(&js_sys::Date::new(&((now * 1_000) as f64).into()), DATE);
    while let Ok(Some(time)) = root.query_selector("time.still:not([data-local])") {
        // Attributes of these names are always possible; were one not, the next would never be reached.
        if time.set_attribute("data-local", "").is_err() {
            return;
        }
        let date = js_sys::Date::new(&time.get_attribute("datetime").into());
        let dated = time.has_attribute("data-day") && in_words(&date, DATE) != today;
        let parts = if dated { SHORT } else { HOUR };
        if let Some((text, title)) = in_words(&date, parts).zip(in_words(&date, EXACT)) {
            time.set_text_content(Some(&text));
            let _ = time.set_attribute("title", &title);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
const fn localise(_: &web_sys::Element, _: i64) {}

const DATE: &[(&str, &str)] = &[("day", "numeric"), ("month", "numeric"), ("year", "numeric")];

fn hour_utc(at: DateTime<Utc>) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn short_utc(at: DateTime<Utc>) -> String {
    format!("{}, {} UTC", day_words(at), hour_utc(at))
}

/// For `title`: UTC first, the reader's own zone once hydrated.
fn exact(at: DateTime<Utc>) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let clock = use_clock();
    move || clock.runs().then(|| local(at, EXACT)).flatten().unwrap_or_else(|| utc_words(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_writes_utc() {
        let at = DateTime::from_timestamp(1_795_102_800, 0).unwrap_or_default();
        assert_eq!(utc_words(at), "19 Nov 2026, 15:40 UTC");
        assert_eq!(machine(at), "2026-11-19T15:40:00Z");
    }

    #[test]
    fn relative_times_look_both_ways() {
        assert_eq!(relative(100, 105), "just now");
        assert_eq!(relative(0, 300), "5 min ago");
        assert_eq!(relative(7_200, 0), "in 2 h");
    }
}
