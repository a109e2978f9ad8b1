//! What stands around every staff page: who looks, what they may open, and the refusal of what they may not.
mod answer;

pub use answer::{Answer, failed, followed};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::{
    core::{Error, Permission, Role, Scope, id::UserId, permission::scope},
    live::{Live, LiveState, use_live},
    notifications::ui::BellMenu,
    ui::{
        Banner, BannerKind, Glyph, LinkButton, Offline,
        button::ButtonKind,
        keys::Key,
        shell::{Live as Dot, Lost, Me, NavItem, StaffShell},
    },
};

/// Who looks at the page, as every page may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub id: UserId,
    pub name: String,
    pub role: Role,
}

impl Who {
    pub fn may(&self, permission: Permission) -> bool {
        scope(self.role, permission) > Scope::Nothing
    }
}

/// Called once, where the app begins: the server says who looks, and the browser remembers it from page
/// to page. Signing in and out load a new document.
pub fn provide_who() {
    let who = SharedValue::new(of_request).into_inner();
    provide_context(who);
}

/// Who looks at the page; `None` for a guest.
pub fn use_who() -> Option<Who> {
    use_context::<Option<Who>>().flatten()
}

#[cfg(feature = "ssr")]
fn of_request() -> Option<Who> {
    let (_, actor) = crate::core::tx::request().ok()?;
    actor.person().map(|p| Who { id: p.id, name: p.name.clone(), role: p.role })
}

#[cfg(not(feature = "ssr"))]
const fn of_request() -> Option<Who> {
    None
}

/// The rail: only what the person may open.
fn nav(who: &Who) -> Vec<NavItem> {
    [
        (Permission::OpenDesk, "/desk", "Desk", Glyph::Inbox),
        (Permission::OpenTeam, "/team", "Team", Glyph::Gauge),
        (Permission::ReadEscalations, "/team/escalations", "Escalations", Glyph::Flag),
        (Permission::OpenExecutive, "/executive", "Company", Glyph::ChartLine),
        (Permission::OpenAdmin, "/admin", "Set-up", Glyph::Sliders),
        (Permission::OpenSystem, "/system", "System", Glyph::Server),
        (Permission::ListTickets, "/tickets", "Tickets", Glyph::Ticket),
        (Permission::ReadPromises, "/team/live", "Live", Glyph::Timer),
        (Permission::ReadPromises, "/reports/sla", "Promises kept", Glyph::Handshake),
        (Permission::ReadOwnRatings, "/ratings", "My ratings", Glyph::Star),
        (Permission::OpenPortal, "/my", "My requests", Glyph::User),
    ]
    .into_iter()
    .filter(|(permission, ..)| who.may(*permission))
    .map(|(_, href, label, glyph)| NavItem { href, label, glyph })
    .collect()
}

/// The staff shell around a page that needs `permission`. Who lacks it reads why (403); a guest is sent
/// to the login page and back.
#[component]
pub fn StaffFrame(
    permission: Permission,
    /// Starts with a narrow rail, as the desk does.
    #[prop(optional)]
    narrow: bool,
    /// The page's shortcuts, for the sheet behind `?`.
    #[prop(optional)]
    keys: &'static [Key],
    children: Children,
) -> impl IntoView {
    let Some(who) = use_who() else {
        return view! { <Refusal error=Error::SignIn/> }.into_any();
    };
    if !who.may(permission) {
        return view! { <Refusal error=Error::Forbidden/> }.into_any();
    }
    let live = use_live();
    live.follow_person();
    let state = live.state();
    let me = Me { name: who.name.clone(), role: who.role.label().to_lowercase() };
    // Signing in or out elsewhere ends the line; what is on the page may no longer be shown.
    let ended = move || {
        (state.get() == LiveState::Ended).then(|| {
            view! {
                <Banner kind=BannerKind::Warn>
                    "You are signed out. " <a href="/login">"Sign in again"</a> " to go on; what you typed stays here."
                </Banner>
            }
        })
    };
    let bell = || view! { <BellMenu/> }.into_any();
    view! {
        {ended}
        <Offline/>
        <StaffShell nav=nav(&who) me=me narrow=narrow live=dot(live) bell=ViewFn::from(bell) keys=keys>
            {children()}
        </StaffShell>
    }
    .into_any()
}

/// What the dot in the top bar shows of the line to the server.
fn dot(live: Live) -> Signal<Dot> {
    let state = live.state();
    Signal::derive(move || match state.get() {
        LiveState::Off | LiveState::Connecting => Dot::Waiting,
        LiveState::Live | LiveState::Polling => Dot::On,
        LiveState::Offline | LiveState::Ended => Dot::Lost,
    })
}

/// A whole page that says why there is nothing to see, under the status that says the same to machines.
#[component]
pub fn Refusal(error: Error) -> impl IntoView {
    answer_with(&error);
    let title = match &error {
        Error::SignIn => "Please sign in",
        Error::Forbidden => "This page is not for your role",
        Error::NotFound => "We could not find that",
        _ => "That did not work",
    };
    let home = use_who().map_or("/", |who| who.role.home());
    let (href, words) = if error == Error::SignIn { ("/login", "Sign in") } else { (home, "Go to your start page") };
    view! {
        <Title text=title/>
        <Lost code=error.status() title=title text=error.to_string()>
            <LinkButton href=href.to_owned() kind=ButtonKind::Primary>{words}</LinkButton>
        </Lost>
    }
}

/// Gives the page the status of `error`; a guest is sent to the login page. Does nothing in the browser.
#[cfg_attr(not(feature = "ssr"), allow(unused_variables, clippy::missing_const_for_fn))]
pub fn answer_with(error: &Error) {
    #[cfg(feature = "ssr")]
    {
        use axum::http::{HeaderValue, StatusCode, header, request::Parts};
        let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
        let mut status = error.status();
        if *error == Error::SignIn {
            let next = use_context::<Parts>()
                .and_then(|parts| parts.uri.path_and_query().map(|p| p.as_str().to_owned()))
                .unwrap_or_default();
            let next: String = next.bytes().map(encoded).collect();
            if let Ok(login) = HeaderValue::from_str(&format!("/login?next={next}")) {
                // Leptos' own redirect skips clients that do not accept HTML; they need it, too.
                response.insert_header(header::LOCATION, login);
                status = 303;
            }
        }
        response.set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
}

#[cfg(feature = "ssr")]
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
        (byte as char).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
