//! Following what others do without touching what the reader is doing.
use std::future::Future;

use leptos::prelude::*;

use crate::core::Error;

/// `first`; after each piece of `news` what `load` gives. Only the signal changes: a page that shows it in
/// parts keeps its forms, and what is being typed into them, as they are.
pub fn following<T, F>(first: T, news: Signal<u32>, load: impl Fn() -> F + Send + Sync + 'static) -> RwSignal<T>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + 'static,
{
    let current = RwSignal::new(first);
    Effect::new(move |seen: Option<u32>| {
        let now = news.get();
        if seen.is_some_and(|seen| seen != now) {
            let loading = load();
            leptos::task::spawn_local(async move {
                // What could not be loaded leaves the page as it was; the next news tries again.
                if let Ok(fresh) = loading.await {
                    let _ = current.try_set(fresh);
                }
            });
        }
        now
    });
    current
}
