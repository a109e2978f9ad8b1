//! Every page and its address, one line each. Pages are lazy routes: the browser fetches a page's code
//! when it is first visited. All are rendered whole before they are sent, so that they work without
//! JavaScript and carry the right status code.
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, Link, MetaTags, Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    audit::ui::AuditPage,
    categories::ui::CategoriesPage,
    desk::ui::{DeskPage, TicketPageRoute, TicketsPage},
    frame::provide_who,
    home::HomePage,
    live::provide_live,
    notifications::ui::{MailPage, MailboxPage, NotificationsPage},
    people::ui::{
        ChoosePasswordPage, ConfirmEmailPage, ForgotPage, LoginPage, NewUserPage, ProfilePage, RegisterPage,
        SessionsPage, SetupPage, UserPage, UsersPage,
    },
    portal::ui::{MyPage, MyTicketPage, MyTicketsPage, SentPage, SubmitPage, TrackPage},
    reports::ui::{AdminPage, ExecutivePage, LedPage, ManagerPage, OwnRatingsPage, SystemPage, TeamPage},
    routing::ui::RoutingPage,
    settings::ui::SettingsPage,
    sla::ui::{CalendarsPage, PoliciesPage},
    teams::ui::TeamsPage,
    ui::{Theme, gallery::GalleryPage, provide_clock, provide_toasts},
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
            <FlatRoutes fallback=|| view! { <crate::frame::Refusal error=crate::core::Error::NotFound/> }>
                <Route path=path!("/") view={Lazy::<HomePage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/desk/:view?") view={Lazy::<DeskPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/tickets") view={Lazy::<TicketsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/tickets/:number") view={Lazy::<TicketPageRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/submit") view={Lazy::<SubmitPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/sent/:token") view={Lazy::<SentPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/track/:token") view={Lazy::<TrackPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/my") view={Lazy::<MyPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets") view={Lazy::<MyTicketsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/my/tickets/:number") view={Lazy::<MyTicketPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla") view={Lazy::<PoliciesPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/policies/:id") view={Lazy::<PoliciesPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/calendars") view={Lazy::<CalendarsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/sla/calendars/:id") view={Lazy::<CalendarsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/login") view={Lazy::<LoginPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/register") view={Lazy::<RegisterPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/forgot") view={Lazy::<ForgotPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset/:token") view={Lazy::<ChoosePasswordPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/email/:token") view={Lazy::<ConfirmEmailPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/setup") view={Lazy::<SetupPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/my/profile") view={Lazy::<ProfilePage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system/users") view={Lazy::<UsersPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system/users/new") view={Lazy::<NewUserPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system/users/:id") view={Lazy::<UserPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system/sessions") view={Lazy::<SessionsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin") view={Lazy::<AdminPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/routing") view={Lazy::<RoutingPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/categories") view={Lazy::<CategoriesPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/teams") view={Lazy::<TeamsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/team") view={Lazy::<TeamPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/team/people/:id") view={Lazy::<LedPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/executive") view={Lazy::<ExecutivePage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/executive/people/:id") view={Lazy::<ManagerPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/ratings") view={Lazy::<OwnRatingsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system") view={Lazy::<SystemPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system/settings") view={Lazy::<SettingsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/my/notifications") view={Lazy::<NotificationsPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/system/audit") view={Lazy::<AuditPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/dev/mail") view={Lazy::<MailboxPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/dev/mail/:id") view={Lazy::<MailPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/dev/components") view={Lazy::<GalleryPage>::new()} ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}

/// What the browser shows of a page's title. Titles hold what people typed.
fn document_title(title: String) -> String {
    crate::core::text::escape_raw(if title.is_empty() { "Kept".to_owned() } else { format!("{title} - Kept") })
}
