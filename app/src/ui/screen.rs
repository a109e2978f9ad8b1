//! What every page is made of: data that it loads, and what it shows of them.
use leptos::{prelude::*, suspense::Unsuspend};
use leptos_meta::Title;

#[cfg(feature = "hydrate")]
use super::prefs;
use crate::core::Error;
#[cfg(feature = "hydrate")]
use crate::core::client::ZONE;

/// What is at one address.
pub trait Screen: Sized {
    /// Starts loading what the page shows. Runs where the page begins, on the server and in the browser.
    fn data() -> Self;
    /// The page itself.
    fn view(this: Self) -> AnyView;
}

/// The page of an address.
pub fn show<S: Screen>() -> AnyView {
    let page = S::view(S::data());
    awake();
    page
}

/// What is shown of data that have arrived: built once. Else the server builds it twice, to see whether more is to be
/// waited for, and then goes over all of it once more to await what there is to await; for a list that is most of the
/// time a page takes. Nothing in `view` may wait for data, but what has a `Suspense` of its own.
pub fn arrived<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> AnyView {
    Unsuspend::new(move || view().into_any()).into_any()
}

/// What to show of `now`: where asking again came to nothing (offline, a restart, signed out), what was known `before`
/// stays, if it is still what the page is about.
pub fn still<T: Clone>(
    now: Option<Result<T, Error>>,
    before: Option<&Option<Result<T, Error>>>,
    is_it: impl Fn(&T) -> bool,
) -> Option<Result<T, Error>> {
    match (&now, before) {
        (Some(Err(error)), Some(Some(Ok(known)))) if error.is_passing() && is_it(known) => Some(Ok(known.clone())),
        _ => now,
    }
}

/// The page's title, as its address says it. The server settles it here: Leptos asks for it when the page is done, on
/// whichever thread that is, and from there the signals of a page are out of reach.
pub fn titled(text: impl Fn() -> String + Send + Sync + 'static) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let text = text();
    view! { <Title text=text/> }
}

/// Tells the server on whose clock its answers are read, from the next page on.
#[cfg(feature = "hydrate")]
fn say_zone() {
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    let zone = js_sys::Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string());
    if let Some(zone) = zone.filter(|zone| prefs::cookie(ZONE).as_ref() != Some(zone)) {
        prefs::remember(ZONE, &zone);
    }
}

/// From here on the page answers by itself: its clock ticks, and the document says so to whoever drives a browser.
pub fn awake() {
    #[cfg(feature = "hydrate")]
    {
        let clock = super::use_clock();
        Effect::new(move |_| {
            clock.start();
            say_zone();
            if let Some(root) = document().document_element() {
                // An attribute of this name is always possible.
                let _ = root.set_attribute("data-hydrated", "");
            }
        });
    }
}
