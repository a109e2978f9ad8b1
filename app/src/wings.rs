//! The wings of the house: pages that the browser fetches together, when the first of them is visited.
//!
//! One page a file would be hundreds of files, since the code that some pages share and others do not goes
//! into files of its own; one file for all would be megabytes before the first click. What a page loads is
//! part of its wing, too: kept in `Screen::data` by the pages, it never weighs on those of other wings.
//! Choosing a page fetches its wing; `FlatRoutes`, which we use, asks no view to do so before.
use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::{
    audit::ui::AuditPage,
    categories::ui::CategoriesPage,
    demo::ui::CountdownPage,
    desk::ui::{DeskPage, TicketPageRoute, TicketsPage},
    escalations::ui::EscalationsPage,
    home::HomePage,
    notifications::ui::{MailPage, MailboxPage, NotificationsPage},
    people::ui::{
        ChoosePasswordPage, ConfirmEmailPage, ForgotPage, LoginPage, NewUserPage, ProfilePage, RegisterPage,
        SessionsPage, SetupPage, UserPage, UsersPage,
    },
    portal::ui::{MyPage, MyTicketPage, MyTicketsPage, SentPage, SubmitPage, TrackPage},
    reports::ui::{
        AdminPage, AttainmentPage, ExecutivePage, LedPage, ManagerPage, MonitorPage, OwnRatingsPage, SystemPage,
        TeamPage,
    },
    routing::ui::RoutingPage,
    settings::ui::SettingsPage,
    sla::ui::{CalendarsPage, PoliciesPage},
    teams::ui::TeamsPage,
    ui::{gallery::GalleryPage, screen::show},
};

/// Has the browser fetch all files of a wing at once, by links in the document's head: else it learns of one when
/// another has arrived. Leptos means to do the same, but looks for the list of files after an await, on whichever
/// thread goes on then, and finds it for some answers only.
#[cfg(feature = "ssr")]
fn ask_ahead(wing: &str) {
    use leptos::{PrefetchLazyFn, WasmSplitManifest};
    use leptos_meta::Link;
    // What the wing says of itself goes here and not to Leptos, which would write its links into whichever page the
    // thread rendered last; where that one is gone already, this answer would break off.
    provide_context(PrefetchLazyFn::default());
    let Some(WasmSplitManifest(manifest)) = use_context() else { return };
    let Some(manifest) = manifest.try_read_value() else { return };
    let (folder, wings, loader) = &*manifest;
    let files = wings.iter().filter(|(name, _)| name.starts_with(wing)).flat_map(|(_, files)| files);
    // A link goes into the head when it is rendered; where it stands there is nothing.
    for file in files {
        let href = format!("{folder}/{file}.wasm");
        let _ = view! { <Link rel="preload" href=href as_="fetch" type_="application/wasm" crossorigin="anonymous"/> }
            .to_html();
    }
    let _ = view! { <Link rel="modulepreload" href=format!("{folder}/{loader}")/> }.to_html();
}

#[cfg(not(feature = "ssr"))]
const fn ask_ahead(_: &str) {}

/// Asking for help. Whoever files a request has seen no page of ours before, often on a phone: this wing holds as
/// little as can be.
#[derive(Clone, Copy)]
pub enum Guest {
    Front,
    Submit,
    Sent,
}

#[lazy]
fn guest_wing(page: Guest) -> AnyView {
    match page {
        Guest::Front => show::<HomePage>(),
        Guest::Submit => show::<SubmitPage>(),
        Guest::Sent => show::<SentPage>(),
    }
}

impl ChooseView for Guest {
    async fn choose(self) -> AnyView {
        ask_ahead("guest_wing_");
        guest_wing(self).await
    }

    async fn preload(&self) {}
}

/// Following a request by its link.
#[derive(Clone, Copy)]
pub struct Track;

#[lazy]
fn track_wing() -> AnyView {
    show::<TrackPage>()
}

impl ChooseView for Track {
    async fn choose(self) -> AnyView {
        ask_ahead("track_wing_");
        track_wing().await
    }

    async fn preload(&self) {}
}

/// The doors: saying who one is.
#[derive(Clone, Copy)]
pub enum Doors {
    Login,
    Register,
    Forgot,
    Reset,
    Email,
    Setup,
}

#[lazy]
fn doors_wing(page: Doors) -> AnyView {
    match page {
        Doors::Login => show::<LoginPage>(),
        Doors::Register => show::<RegisterPage>(),
        Doors::Forgot => show::<ForgotPage>(),
        Doors::Reset => show::<ChoosePasswordPage>(),
        Doors::Email => show::<ConfirmEmailPage>(),
        Doors::Setup => show::<SetupPage>(),
    }
}

impl ChooseView for Doors {
    async fn choose(self) -> AnyView {
        ask_ahead("doors_wing_");
        doors_wing(self).await
    }

    async fn preload(&self) {}
}

/// What everyone signed in has of their own.
#[derive(Clone, Copy)]
pub enum Portal {
    Home,
    Tickets,
    Ticket,
    Profile,
    Notifications,
}

#[lazy]
fn portal_wing(page: Portal) -> AnyView {
    match page {
        Portal::Home => show::<MyPage>(),
        Portal::Tickets => show::<MyTicketsPage>(),
        Portal::Ticket => show::<MyTicketPage>(),
        Portal::Profile => show::<ProfilePage>(),
        Portal::Notifications => show::<NotificationsPage>(),
    }
}

impl ChooseView for Portal {
    async fn choose(self) -> AnyView {
        ask_ahead("portal_wing_");
        portal_wing(self).await
    }

    async fn preload(&self) {}
}

/// Where agents work.
#[derive(Clone, Copy)]
pub enum Desk {
    Home,
    Tickets,
    Ticket,
}

#[lazy]
fn desk_wing(page: Desk) -> AnyView {
    match page {
        Desk::Home => show::<DeskPage>(),
        Desk::Tickets => show::<TicketsPage>(),
        Desk::Ticket => show::<TicketPageRoute>(),
    }
}

impl ChooseView for Desk {
    async fn choose(self) -> AnyView {
        ask_ahead("desk_wing_");
        desk_wing(self).await
    }

    async fn preload(&self) {}
}

/// Figures, for those who lead.
#[derive(Clone, Copy)]
pub enum Figures {
    Admin,
    Team,
    Monitor,
    Attainment,
    Led,
    Escalations,
    Executive,
    Manager,
    OwnRatings,
    System,
}

#[lazy]
fn figures_wing(page: Figures) -> AnyView {
    match page {
        Figures::Admin => show::<AdminPage>(),
        Figures::Team => show::<TeamPage>(),
        Figures::Monitor => show::<MonitorPage>(),
        Figures::Attainment => show::<AttainmentPage>(),
        Figures::Led => show::<LedPage>(),
        Figures::Escalations => show::<EscalationsPage>(),
        Figures::Executive => show::<ExecutivePage>(),
        Figures::Manager => show::<ManagerPage>(),
        Figures::OwnRatings => show::<OwnRatingsPage>(),
        Figures::System => show::<SystemPage>(),
    }
}

impl ChooseView for Figures {
    async fn choose(self) -> AnyView {
        ask_ahead("figures_wing_");
        figures_wing(self).await
    }

    async fn preload(&self) {}
}

/// What administrators and superadmins decide, and the pages of the demo for those who build on Kept.
#[derive(Clone, Copy)]
pub enum Office {
    Routing,
    Categories,
    Teams,
    Policies,
    Calendars,
    Settings,
    Users,
    NewUser,
    User,
    Sessions,
    Audit,
    Mailbox,
    Mail,
    Components,
    Countdown,
}

#[lazy]
fn office_wing(page: Office) -> AnyView {
    match page {
        Office::Routing => show::<RoutingPage>(),
        Office::Categories => show::<CategoriesPage>(),
        Office::Teams => show::<TeamsPage>(),
        Office::Policies => show::<PoliciesPage>(),
        Office::Calendars => show::<CalendarsPage>(),
        Office::Settings => show::<SettingsPage>(),
        Office::Users => show::<UsersPage>(),
        Office::NewUser => show::<NewUserPage>(),
        Office::User => show::<UserPage>(),
        Office::Sessions => show::<SessionsPage>(),
        Office::Audit => show::<AuditPage>(),
        Office::Mailbox => show::<MailboxPage>(),
        Office::Mail => show::<MailPage>(),
        Office::Components => show::<GalleryPage>(),
        Office::Countdown => show::<CountdownPage>(),
    }
}

impl ChooseView for Office {
    async fn choose(self) -> AnyView {
        ask_ahead("office_wing_");
        office_wing(self).await
    }

    async fn preload(&self) {}
}
