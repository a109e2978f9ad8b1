//! One ticker for the whole page, by which countdowns and relative times move.
//!
//! It stands still on the server and until hydration is done, so that both sides
//! render the same words; then it ticks once a second.
use std::time::Duration;

use leptos::prelude::*;

/// The page's ticker; copy it freely.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The browser's clock in unix seconds; 0 before it runs.
    tick: RwSignal<i64>,
    /// The same, at the start of its minute: for what need not move every second.
    minute: Memo<i64>,
    /// Whether it runs.
    runs: Memo<bool>,
}

/// The browser's clock in milliseconds, to measure how long something took.
#[cfg(feature = "hydrate")]
#[allow(clippy::disallowed_methods)] // the one place that asks the browser's clock
pub fn browser_millis() -> f64 {
    js_sys::Date::now()
}

/// The browser's clock, or `None` on the server.
fn browser_now() -> Option<i64> {
    #[cfg(feature = "hydrate")]
    #[allow(clippy::cast_possible_truncation, reason = "seconds fit an i64 for longer than the sun shines")]
    return Some((browser_millis() / 1_000.0) as i64);
    #[cfg(not(feature = "hydrate"))]
    None
}

/// Makes the page's ticker; called once, where the app begins. It stands still until [`Clock::start`].
pub fn provide_clock() {
    provide_context(Clock::of(RwSignal::new(0)));
}

/// The page's ticker; one that stands still where none was started.
#[must_use]
pub fn use_clock() -> Clock {
    use_context().unwrap_or_else(|| Clock::of(RwSignal::new(0)))
}

impl Clock {
    /// Lets it tick. Called when the page in the browser has taken over what the server rendered: a tick before
    /// that would find words other than the server's. A second call does nothing.
    pub fn start(self) {
        if self.tick.get_untracked() != 0 {
            return;
        }
        let advance = move || {
            if let Some(now) = browser_now() {
                self.tick.set(now);
            }
        };
        advance();
        // It goes on for as long as the document is there, whichever page asked for it.
        set_interval(advance, Duration::from_secs(1));
    }

    fn of(tick: RwSignal<i64>) -> Self {
        Self { tick, minute: Memo::new(move |_| tick.get() / 60 * 60), runs: Memo::new(move |_| tick.get() != 0) }
    }

    /// The server's time now, given the server's time `as_of` when it answered.
    ///
    /// Counts the seconds since this call on the browser's clock, so that a clock that
    /// is wrong in the browser changes nothing.
    pub fn since(self, as_of: i64) -> impl Fn() -> i64 + Copy + Send + Sync + 'static {
        let born = browser_now().unwrap_or_default();
        move || match self.tick.get() {
            0 => as_of,
            tick => as_of + (tick - born).max(0),
        }
    }

    /// The browser's clock; `None` on the server and until hydration is done.
    #[must_use]
    pub fn browser(self) -> Option<i64> {
        Some(self.tick.get()).filter(|tick| *tick != 0)
    }

    /// Whether the page in the browser has taken over.
    #[must_use]
    pub fn runs(self) -> bool {
        self.runs.get()
    }

    /// The start of the browser's minute; `None` where [`Self::browser`] is.
    #[must_use]
    pub fn browser_minute(self) -> Option<i64> {
        Some(self.minute.get()).filter(|minute| *minute != 0)
    }
}
