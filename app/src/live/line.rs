//! Keeps the line up: one `EventSource` while the page is visible, polling while streams do not get
//! through, and from wherever it broke off on.
//!
//! A hidden page lets go of its stream after a moment and catches up when it is looked at again, so that a
//! browser with many tabs holds about one stream (over HTTP/1.1 six are all it has for a server).
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{EventSource, MessageEvent, Response, VisibilityState};

use super::{
    browser::LiveState,
    model::{LiveEvent, Polled},
};
use crate::ui::clock::browser_millis;

/// A stream that has not said hello by then is held up by something on the way.
const HELLO_MS: u32 = 6_000;
/// The server's heart beats every 20 s; two beats missed and the line is dead.
const SILENCE_MS: u32 = 45_000;
const POLL_MS: u32 = 4_000;
const HIDDEN_MS: u32 = 10_000;
/// Polls between two attempts at a stream, at most.
const PATIENCE: u32 = 15;

/// What the line follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Person,
    Link(String),
}

type Subscriber = Rc<dyn Fn(&LiveEvent)>;

/// See the [module](self).
#[derive(Clone)]
pub struct Line(Rc<Inner>);

struct Inner {
    state: RwSignal<LiveState>,
    subscribers: RefCell<Vec<(u32, Subscriber)>>,
    next_id: Cell<u32>,
    target: RefCell<Option<Target>>,
    /// Where to go on from; empty: from now.
    cursor: RefCell<String>,
    source: RefCell<Option<Source>>,
    /// What happens next unless something else does first: a poll, an attempt, a check for silence.
    timer: RefCell<Option<Timeout>>,
    hidden: RefCell<Option<Timeout>>,
    /// Attempts at a stream that failed since one last held.
    failures: Cell<u32>,
    polls_left: Cell<u32>,
    watching: Cell<bool>,
}

/// An open `EventSource` and what listens to it.
struct Source {
    events: EventSource,
    _listeners: Vec<Closure<dyn FnMut(MessageEvent)>>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.events.set_onerror(None);
        self.events.close();
    }
}

impl Line {
    pub fn new(state: RwSignal<LiveState>, cursor: String) -> Self {
        Self(Rc::new(Inner {
            state,
            subscribers: RefCell::default(),
            next_id: Cell::new(0),
            target: RefCell::default(),
            cursor: RefCell::new(cursor),
            source: RefCell::default(),
            timer: RefCell::default(),
            hidden: RefCell::default(),
            failures: Cell::new(0),
            polls_left: Cell::new(0),
            watching: Cell::new(false),
        }))
    }

    pub fn subscribe(&self, hear: impl Fn(&LiveEvent) + 'static) -> u32 {
        let id = self.0.next_id.replace(self.0.next_id.get().wrapping_add(1));
        self.0.subscribers.borrow_mut().push((id, Rc::new(hear)));
        id
    }

    pub fn unsubscribe(&self, id: u32) {
        self.0.subscribers.borrow_mut().retain(|(other, _)| *other != id);
    }

    /// Follows `target` from now on.
    pub fn follow(&self, target: Target) {
        self.watch_page();
        let is_new = self.0.target.borrow().as_ref() != Some(&target);
        if is_new {
            self.0.target.replace(Some(target));
            self.0.failures.set(0);
            self.open();
        }
    }

    fn open(&self) {
        self.0.source.replace(None);
        self.0.timer.replace(None);
        if !is_online() {
            return self.set(LiveState::Offline);
        }
        let Some(url) = self.url("/live") else { return };
        let Ok(events) = EventSource::new(&url) else { return self.failed() };
        if self.0.state.get_untracked() != LiveState::Polling {
            self.set(LiveState::Connecting);
        }
        let heard = |line: &Self, event: &MessageEvent, is_hello: bool| {
            // Within a batch only the last event says how far it goes.
            let reached = event.last_event_id();
            if !reached.is_empty() {
                line.0.cursor.replace(reached);
            }
            line.after(SILENCE_MS, Self::failed);
            if is_hello {
                line.0.failures.set(0);
                line.set(LiveState::Live);
            } else if let Some(event) = event.data().as_string().and_then(|json| serde_json::from_str(&json).ok()) {
                line.deliver(&event);
            }
        };
        let mut listeners = Vec::new();
        for (name, is_hello) in [("message", false), ("hello", true), ("beat", true)] {
            let line = self.clone();
            let listener = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| heard(&line, &event, is_hello));
            // Adding a listener to an object we have just made does not fail.
            let _ = events.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            listeners.push(listener);
        }
        let line = self.clone();
        let on_error = Closure::<dyn FnMut(_)>::new(move |_: MessageEvent| line.failed());
        events.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        listeners.push(on_error);
        self.0.source.replace(Some(Source { events, _listeners: listeners }));
        self.after(HELLO_MS, Self::failed);
    }

    /// The stream broke or never came: ask once, which also tells why.
    fn failed(&self) {
        // The closure that calls us belongs to the source: let it return before it is dropped.
        let line = self.clone();
        self.after(0, move |_| {
            line.0.source.replace(None);
            let failures = line.0.failures.get() + 1;
            line.0.failures.set(failures);
            line.0.polls_left.set((failures * failures / 2).min(PATIENCE));
            line.poll();
        });
    }

    fn poll(&self) {
        self.0.timer.replace(None);
        let Some(url) = self.url("/live/poll") else { return };
        let (line, target) = (self.clone(), self.0.target.borrow().clone());
        spawn_local(async move {
            let answer = fetch(&url).await;
            if *line.0.target.borrow() != target || line.0.source.borrow().is_some() {
                return; // Something else happened meanwhile.
            }
            line.polled(answer);
        });
    }

    fn polled(&self, answer: Answer) {
        match answer {
            Answer::Said(polled) => {
                self.0.cursor.replace(polled.cursor);
                for event in &polled.events {
                    self.deliver(event);
                }
                let left = self.0.polls_left.get();
                if left == 0 {
                    return self.open();
                }
                self.0.polls_left.set(left - 1);
                self.set(LiveState::Polling);
                self.after(POLL_MS, Self::poll);
            }
            Answer::Refused => self.set(LiveState::Ended),
            Answer::Busy => self.after(POLL_MS * 2, Self::poll),
            Answer::Nothing => {
                self.set(LiveState::Offline);
                // Soon at first, for a server that restarts; spread, so that not everybody comes at once.
                let wait = 500_u32.saturating_mul(1 << self.0.failures.get().min(5));
                self.0.failures.set(self.0.failures.get() + 1);
                self.0.polls_left.set(0);
                self.after(wait + jitter(wait), Self::poll);
            }
        }
    }

    fn deliver(&self, event: &LiveEvent) {
        // A subscriber may add or remove subscribers.
        let subscribers: Vec<Subscriber> = self.0.subscribers.borrow().iter().map(|(_, s)| s.clone()).collect();
        for hear in subscribers {
            hear(event);
        }
    }

    fn set(&self, state: LiveState) {
        if self.0.state.try_get_untracked() != Some(state) {
            let _ = self.0.state.try_set(state);
        }
    }

    /// Does `what` after `ms`, instead of whatever was to come.
    fn after(&self, ms: u32, what: impl FnOnce(&Self) + 'static) {
        let line = self.clone();
        self.0.timer.replace(Some(Timeout::new(ms, move || what(&line))));
    }

    fn url(&self, path: &str) -> Option<String> {
        let since = js_sys::encode_uri_component(&self.0.cursor.borrow());
        Some(match self.0.target.borrow().as_ref()? {
            Target::Person => format!("{path}?since={since}"),
            Target::Link(token) => format!("{path}?since={since}&track={}", js_sys::encode_uri_component(token)),
        })
    }

    /// Listens to the page: seen or hidden, online or not. Once.
    fn watch_page(&self) {
        if self.0.watching.replace(true) {
            return;
        }
        let line = self.clone();
        window_event_listener_untyped("online", move |_| line.open());
        let line = self.clone();
        window_event_listener_untyped("offline", move |_| {
            line.0.source.replace(None);
            line.0.timer.replace(None);
            line.set(LiveState::Offline);
        });
        let line = self.clone();
        let changed = Closure::<dyn FnMut()>::new(move || line.seen_or_hidden());
        let _ = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
        // It listens as long as the page is there.
        changed.forget();
    }

    fn seen_or_hidden(&self) {
        if document().visibility_state() == VisibilityState::Hidden {
            let line = self.clone();
            self.0.hidden.replace(Some(Timeout::new(HIDDEN_MS, move || {
                line.0.source.replace(None);
                line.0.timer.replace(None);
            })));
            return;
        }
        self.0.hidden.replace(None);
        let is_idle = self.0.source.borrow().is_none() && self.0.timer.borrow().is_none();
        if is_idle && self.0.state.get_untracked() != LiveState::Ended {
            self.open();
        }
    }
}

/// What asking once brought.
enum Answer {
    Said(Polled),
    /// The session or the link is no longer good.
    Refused,
    /// Too many of us.
    Busy,
    /// Away, starting or recovering.
    Nothing,
}

async fn fetch(url: &str) -> Answer {
    let asked = JsFuture::from(window().fetch_with_str(url)).await;
    let Ok(response) = asked.and_then(JsCast::dyn_into::<Response>) else { return Answer::Nothing };
    match response.status() {
        200 => {}
        401 | 403 | 404 => return Answer::Refused,
        // Also what a proxy says of a server that is away.
        500..=599 => return Answer::Nothing,
        _ => return Answer::Busy,
    }
    let text = async { JsFuture::from(response.text()?).await };
    let text: Result<JsValue, JsValue> = text.await;
    let polled = text.ok().and_then(|t| t.as_string()).and_then(|json| serde_json::from_str(&json).ok());
    polled.map_or(Answer::Nothing, Answer::Said)
}

fn is_online() -> bool {
    window().navigator().on_line()
}

/// Up to half of `ms`.
#[allow(clippy::disallowed_methods)] // spreads browsers that come back; nothing is decided by it
fn jitter(ms: u32) -> u32 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to ms / 2
    let part = (js_sys::Math::random() * f64::from(ms) / 2.0) as u32;
    part
}

/// `act`, at once when it has not been called lately, else once `ms` after the last time.
pub fn at_most_every(ms: u32, act: impl Fn() + 'static) -> impl Fn() {
    let act = Rc::new(act);
    let last = Rc::new(Cell::new(f64::NEG_INFINITY));
    let waiting = Rc::new(Cell::new(false));
    move || {
        let rest = f64::from(ms) - (browser_millis() - last.get());
        if rest <= 0.0 {
            last.set(browser_millis());
            act();
        } else if !waiting.replace(true) {
            let (act, last, waiting) = (act.clone(), last.clone(), waiting.clone());
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to ms
            Timeout::new(rest.min(f64::from(ms)) as u32, move || {
                waiting.set(false);
                last.set(browser_millis());
                act();
            })
            .forget();
        }
    }
}
