//! The browser's end: one handle for all pages. On the server everything here does nothing.
use leptos::prelude::*;

use super::model::LiveEvent;

/// How the line to the server is. What the dot in the top bar and the offline banner show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LiveState {
    /// Nobody asked for it: a guest's page, or the wasm is not there yet.
    #[default]
    Off,
    Connecting,
    Live,
    /// Streams do not get through; we ask every few seconds instead.
    Polling,
    /// The server cannot be reached; we keep trying.
    Offline,
    /// The session or the link is no longer good: sign in again.
    Ended,
}

impl LiveState {
    /// The word beside the dot.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Off => "",
            Self::Connecting => "Connecting",
            Self::Live => "Live",
            Self::Polling => "Live, every few seconds",
            Self::Offline => "Offline",
            Self::Ended => "Signed out",
        }
    }
}

/// The live line of this page; a cheap handle.
#[derive(Clone, Copy)]
pub struct Live {
    state: RwSignal<LiveState>,
    #[cfg(feature = "hydrate")]
    line: StoredValue<super::line::Line, LocalStorage>,
}

/// Makes the line; called once, in the shell. It stays silent until somebody follows something.
pub fn provide_live() -> Live {
    // Taken before the page reads any data, so that nothing falls between the data and the stream.
    let start = SharedValue::new(server_position).into_inner();
    let state = RwSignal::new(LiveState::Off);
    #[cfg(not(feature = "hydrate"))]
    let _ = start;
    let live = Live {
        state,
        #[cfg(feature = "hydrate")]
        line: StoredValue::new_local(super::line::Line::new(state, start)),
    };
    provide_context(live);
    live
}

/// The line of this page. Outside a shell it is one that never says anything.
pub fn use_live() -> Live {
    use_context().unwrap_or_else(provide_live)
}

#[cfg(feature = "ssr")]
fn server_position() -> String {
    let head = use_context::<crate::core::App>().and_then(|app| app.room::<super::hub::Hub>().head());
    head.map(|cursor| cursor.to_string()).unwrap_or_default()
}

/// In the browser the server's value is always there; a page without one starts from now.
#[cfg(not(feature = "ssr"))]
fn server_position() -> String {
    String::new()
}

impl Live {
    /// How the line is.
    pub fn state(self) -> Signal<LiveState> {
        self.state.into()
    }

    /// Grows with each event that `matters`, at once for the first and then at most three times a second, and when
    /// the line is back after the server could not be reached: what was asked for meanwhile did not arrive.
    /// Make a resource depend on it, and the page follows.
    #[cfg(feature = "hydrate")]
    pub fn changes(self, matters: impl Fn(&LiveEvent) -> bool + 'static) -> Signal<u32> {
        let count = RwSignal::new(0_u32);
        let bump = std::rc::Rc::new(super::line::at_most_every(300, move || {
            let _ = count.try_update(|n| *n = n.wrapping_add(1));
        }));
        let (back, state) = (bump.clone(), self.state);
        Effect::new(move |was_away: Option<bool>| match (state.get(), was_away.unwrap_or_default()) {
            (LiveState::Live | LiveState::Polling, true) => {
                back();
                false
            }
            (LiveState::Offline, _) => true,
            (_, was_away) => was_away,
        });
        let line = self.line.get_value();
        let id = line.subscribe(move |event| {
            if matters(event) {
                bump();
            }
        });
        // The line is not Send; the handle that finds it again is.
        let stored = self.line;
        on_cleanup(move || {
            let _ = stored.try_with_value(|line| line.unsubscribe(id));
        });
        count.into()
    }

    /// Grows with each event that `matters`. On the server nothing ever does.
    #[cfg(not(feature = "hydrate"))]
    pub fn changes(self, _matters: impl Fn(&LiveEvent) -> bool + 'static) -> Signal<u32> {
        Signal::stored(0)
    }

    /// Follows what the signed-in person may see.
    pub fn follow_person(self) {
        #[cfg(feature = "hydrate")]
        self.line.get_value().follow(super::line::Target::Person);
    }

    /// Follows the one ticket that the tracking link `token` opens.
    #[cfg_attr(not(feature = "hydrate"), allow(unused_variables))]
    pub fn follow_link(self, token: &str) {
        #[cfg(feature = "hydrate")]
        self.line.get_value().follow(super::line::Target::Link(token.to_owned()));
    }
}
