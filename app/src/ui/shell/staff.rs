//! The staff shell: a rail with what the person may open, a top bar, the page.
use leptos::{ev, html::Input, prelude::*};
use leptos_router::hooks::use_location;
use maud::html;

use crate::ui::{
    avatar::{Avatar, initials},
    icon::{Defs, Glyph, Icon, IconSize, Mark},
    keys::{Key, KeySheet, typing},
    menu::DropMenu,
    prefs::{cookie, remember},
    theme::ThemeSwitch,
    toast::ToastRegion,
};

/// An entry of the rail.
#[derive(Clone, Copy, Debug)]
pub struct NavItem {
    /// Where it leads; it is current there and below.
    pub href: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its glyph.
    pub glyph: Glyph,
}

/// Who looks at the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Me {
    /// The name.
    pub name: String,
    /// The role in a word: `agent`.
    pub role: String,
}

/// Whether news arrives by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Live {
    /// Not connected yet.
    #[default]
    Waiting,
    /// Connected.
    On,
    /// The line is broken; it is being tried again.
    Lost,
}

impl Live {
    const fn attr(self) -> &'static str {
        match self {
            Self::Waiting => "wait",
            Self::On => "on",
            Self::Lost => "lost",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("Connecting", "Changes will appear by themselves in a moment"),
            Self::On => ("Live", "Connected: changes appear by themselves"),
            Self::Lost => ("Reconnecting", "The line is broken; it is tried again"),
        }
    }
}

/// The cookie that remembers a narrow rail.
const RAIL: &str = "rail";

/// The frame of every staff page. The page itself brings its `<main id="main">`
/// ([`super::Page`], or the desk's panes).
#[component]
pub fn StaffShell(
    /// What this person may open.
    nav: Vec<NavItem>,
    me: Me,
    /// Starts with a narrow rail, as the desk does, unless the person chose otherwise.
    #[prop(optional)]
    narrow: bool,
    /// The bell and its list.
    #[prop(optional, into)]
    bell: Option<ViewFn>,
    #[prop(optional, into)] live: Signal<Live>,
    /// The page's shortcuts, for the sheet behind `?`.
    #[prop(optional)]
    keys: &'static [Key],
    children: Children,
) -> impl IntoView {
    let narrow = RwSignal::new(cookie(RAIL).map_or(narrow, |rail| rail == "narrow"));
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <Defs/>
        <div class=move || if narrow.get() { "shell shell-narrow" } else { "shell" }>
            <Rail nav=nav.clone() narrow=narrow/>
            <header class="topbar">
                <a class="topbar-logo" href="/" aria-label="Kept, home">
                    <Mark/>
                </a>
                <Find/>
                <div class="row push">
                    <LiveDot live=live/>
                    {bell.map(|bell| bell.run())}
                    <Person me=me nav=nav/>
                </div>
            </header>
            {children()}
        </div>
        <KeySheet more=keys/>
        <ToastRegion/>
    }
}

#[component]
fn Rail(nav: Vec<NavItem>, narrow: RwSignal<bool>) -> impl IntoView {
    let toggle = move |_| {
        narrow.update(|narrow| *narrow = !*narrow);
        remember(RAIL, if narrow.get_untracked() { "narrow" } else { "wide" });
    };
    let glyph = move || if narrow.get() { Glyph::PanelOpen } else { Glyph::PanelClose };
    let words = move || if narrow.get() { "Show names" } else { "Narrow" };
    view! {
        <nav class="rail" aria-label="Main">
            <a class="rail-logo" href="/" aria-label="Kept, home">
                <Mark/>
                <span>"Kept"</span>
            </a>
            <ul>{nav.iter().map(|item| entry(item, &nav)).collect_view()}</ul>
            <ul class="rail-foot">
                <li>
                    <button
                        type="button"
                        class="rail-toggle"
                        aria-pressed=move || narrow.get().to_string()
                        title="Narrow rail"
                        on:click=toggle
                    >
                        {move || view! { <Icon glyph=glyph() size=IconSize::Large/> }}
                        <span>{words}</span>
                    </button>
                </li>
            </ul>
        </nav>
    }
}

fn entry(item: &NavItem, nav: &[NavItem]) -> impl IntoView + use<> {
    let here = use_location().pathname;
    let href = item.href;
    // Of two entries, one of which is below the other, the nearer one is meant.
    let below: Vec<_> =
        nav.iter().map(|item| item.href).filter(|other| *other != href && within(other, href)).collect();
    let current = move || {
        let is = |path: &String| within(path, href) && !below.iter().any(|other| within(path, other));
        here.with(is).then_some("page")
    };
    let inside = html! { (item.glyph.markup(IconSize::Large)) span { (item.label) } };
    view! {
        <li>
            <a href=href aria-current=current title=item.label inner_html=inside.into_string()></a>
        </li>
    }
}

/// Whether `path` is `root` or below it.
fn within(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The search box: a plain form to `/tickets`; `/` puts the cursor into it.
#[component]
fn Find() -> impl IntoView {
    let input = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            if event.key() == "/" && !typing(&event) {
                event.prevent_default();
                if let Some(input) = input.get_untracked() {
                    // It can be focused: it is on the page.
                    let _ = input.focus();
                }
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <search class="find-box">
            <form class="find" action="/tickets" method="get">
                <Icon glyph=Glyph::Search/>
                <input
                    type="search"
                    name="q"
                    placeholder="Search tickets"
                    aria-label="Search tickets"
                    autocomplete="off"
                    node_ref=input
                />
                <span class="keys" aria-hidden="true">
                    <kbd class="kbd">"/"</kbd>
                </span>
            </form>
        </search>
    }
}

#[component]
fn LiveDot(live: Signal<Live>) -> impl IntoView {
    view! {
        <span
            class="live small muted"
            data-live=move || live.get().attr()
            title=move || live.get().words().1
        >
            <span class="live-dot"></span>
            {move || live.get().words().0}
        </span>
    }
}

/// So many entries of the rail have room at the bottom of a phone; the others are in the person's menu there.
const AT_THE_BOTTOM: usize = 5;

#[component]
fn Person(me: Me, nav: Vec<NavItem>) -> impl IntoView {
    // The name begins with the visible initials, so that who speaks to the browser can say them.
    let label = format!("{}: {}, {}. Open menu", initials(&me.name), me.name, me.role);
    let name = me.name.clone();
    let more = nav.into_iter().skip(AT_THE_BOTTOM).map(|item| {
        view! { <a class="phone-show" href=item.href><Icon glyph=item.glyph/> {item.label}</a> }
    });
    view! {
        <DropMenu
            label=label
            class="me"
            trigger=move || view! { <Avatar name=name.clone() silent=true/> }
        >
            <p class="me-who">
                <b>{me.name}</b>
                <span class="muted">{me.role}</span>
            </p>
            <hr/>
            {more.collect_view()}
            <a href="/my/profile"><Icon glyph=Glyph::User/> "Your profile"</a>
            <hr/>
            <ThemeSwitch/>
            <hr/>
            <form method="post" action="/logout">
                <button type="submit">
                    <Icon glyph=Glyph::LogOut/>
                    "Sign out"
                </button>
            </form>
        </DropMenu>
    }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn an_entry_is_current_on_its_page_and_below() {
        assert!(within("/desk", "/desk"));
        assert!(within("/desk/48213", "/desk"));
        assert!(!within("/desktop", "/desk"));
        assert!(!within("/", "/desk"));
    }
}
