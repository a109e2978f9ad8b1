//! Every page and its address, one line each. The browser fetches a page's code with that of its
//! [wing](crate::wings). All are rendered whole before they are sent, so that they work without
//! JavaScript and carry the right status code.
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, Link, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    core::Error,
    frame::{Refusal, provide_who},
    live::provide_live,
    ui::{Theme, provide_clock, provide_toasts, screen::awake},
    wings::{Desk, Doors, Figures, Guest, Office, Portal, Track},
};

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::core::csp::announce();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=Theme::current().attr()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <Link rel="icon" href="/favicon.svg" type_="image/svg+xml"/>
                <Link rel="preload" href="/fonts/kept-sans-latin.woff2" as_="font" type_="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet options=options.clone() id="kept-style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The router.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_clock();
    provide_toasts();
    provide_who();
    provide_live();
    view! {
        <Title formatter=document_title/>
        <Router>
            <FlatRoutes fallback=nowhere>
                <Route path=path!("/") view=Guest::Front ssr=SsrMode::Async/>
                <Route path=path!("/desk/:view?") view=Desk::Home ssr=SsrMode::Async/>
                <Route path=path!("/tickets") view=Desk::Tickets ssr=SsrMode::Async/>
                <Route path=path!("/tickets/:number") view=Desk::Ticket ssr=SsrMode::Async/>
                <Route path=path!("/submit") view=Guest::Submit ssr=SsrMode::Async/>
                <Route path=path!("/sent/:token") view=Guest::Sent ssr=SsrMode::Async/>
                <Route path=path!("/track/:token") view=Track ssr=SsrMode::Async/>
                // Where a form of the page is posted to: refused, the page comes back at its address.
                <Route path=path!("/track/:token/reply") view=Track ssr=SsrMode::Async/>
                <Route path=path!("/track/:token/solution") view=Track ssr=SsrMode::Async/>
                <Route path=path!("/track/:token/rate") view=Track ssr=SsrMode::Async/>
                <Route path=path!("/my") view=Portal::Home ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets") view=Portal::Tickets ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets/:number") view=Portal::Ticket ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets/:number/reply") view=Portal::Ticket ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets/:number/solution") view=Portal::Ticket ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets/:number/rate") view=Portal::Ticket ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla") view=Office::Policies ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/policies/:id") view=Office::Policies ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/calendars") view=Office::Calendars ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/calendars/:id") view=Office::Calendars ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/calendars/:id/probe") view=Office::Calendars ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/calendars/:id/import") view=Office::Calendars ssr=SsrMode::Async/>
                <Route path=path!("/login") view=Doors::Login ssr=SsrMode::Async/>
                <Route path=path!("/register") view=Doors::Register ssr=SsrMode::Async/>
                <Route path=path!("/forgot") view=Doors::Forgot ssr=SsrMode::Async/>
                <Route path=path!("/reset/:token") view=Doors::Reset ssr=SsrMode::Async/>
                <Route path=path!("/email/:token") view=Doors::Email ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=Doors::Setup ssr=SsrMode::Async/>
                <Route path=path!("/my/profile") view=Portal::Profile ssr=SsrMode::Async/>
                <Route path=path!("/system/users") view=Office::Users ssr=SsrMode::Async/>
                <Route path=path!("/system/users/new") view=Office::NewUser ssr=SsrMode::Async/>
                <Route path=path!("/system/users/:id") view=Office::User ssr=SsrMode::Async/>
                <Route path=path!("/system/sessions") view=Office::Sessions ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=Figures::Admin ssr=SsrMode::Async/>
                <Route path=path!("/admin/routing") view=Office::Routing ssr=SsrMode::Async/>
                <Route path=path!("/admin/categories") view=Office::Categories ssr=SsrMode::Async/>
                <Route path=path!("/admin/teams") view=Office::Teams ssr=SsrMode::Async/>
                <Route path=path!("/team") view=Figures::Team ssr=SsrMode::Async/>
                <Route path=path!("/team/live") view=Figures::Monitor ssr=SsrMode::Async/>
                <Route path=path!("/reports/sla") view=Figures::Attainment ssr=SsrMode::Async/>
                <Route path=path!("/team/escalations") view=Figures::Escalations ssr=SsrMode::Async/>
                <Route path=path!("/team/people/:id") view=Figures::Led ssr=SsrMode::Async/>
                <Route path=path!("/executive") view=Figures::Executive ssr=SsrMode::Async/>
                <Route path=path!("/executive/people/:id") view=Figures::Manager ssr=SsrMode::Async/>
                <Route path=path!("/ratings") view=Figures::OwnRatings ssr=SsrMode::Async/>
                <Route path=path!("/system") view=Figures::System ssr=SsrMode::Async/>
                <Route path=path!("/system/settings") view=Office::Settings ssr=SsrMode::Async/>
                <Route path=path!("/my/notifications") view=Portal::Notifications ssr=SsrMode::Async/>
                <Route path=path!("/system/audit") view=Office::Audit ssr=SsrMode::Async/>
                <Route path=path!("/dev/mail") view=Office::Mailbox ssr=SsrMode::Async/>
                <Route path=path!("/dev/mail/:id") view=Office::Mail ssr=SsrMode::Async/>
                <Route path=path!("/dev/components") view=Office::Components ssr=SsrMode::Async/>
                <Route path=path!("/dev/countdown") view=Office::Countdown ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}

/// At an address where nothing is.
fn nowhere() -> impl IntoView {
    awake();
    view! { <Refusal error=Error::NotFound/> }
}

/// What the browser shows of a page's title. Titles hold what people typed.
fn document_title(title: String) -> String {
    crate::core::text::escape_raw(if title.is_empty() { "Kept".to_owned() } else { format!("{title} - Kept") })
}
