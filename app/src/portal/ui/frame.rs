//! What stands around the portal's pages.
use leptos::prelude::*;

use crate::{
    core::{Error, Permission, Role},
    frame::{Refusal, StaffFrame, use_who},
    live::use_live,
    ui::{DropMenu, Glyph, Icon, PublicShell},
};

/// The frame of the pages that anybody may open: the form, the page after it, the tracking page.
#[component]
pub fn OpenFrame(
    /// Whose desk it is.
    desk: String,
    children: Children,
) -> impl IntoView {
    let who = use_who();
    let links = if who.is_some() { links_of(true) } else { vec![("/login".to_owned(), "Sign in".to_owned())] };
    view! {
        <PublicShell brand=desk links=links>
            {children()}
        </PublicShell>
    }
}

fn links_of(ask: bool) -> Vec<(String, String)> {
    let ask = ask.then(|| ("/submit".to_owned(), "Ask for help".to_owned()));
    [("/my".to_owned(), "My requests".to_owned())].into_iter().chain(ask).collect()
}

/// The frame of /my. Customers get the public shell; staff, who have requests of their own too, stay in theirs.
#[component]
pub fn MyFrame(
    /// Whose desk it is.
    desk: String,
    children: Children,
) -> impl IntoView {
    let Some(who) = use_who() else {
        return view! { <Refusal error=Error::SignIn/> }.into_any();
    };
    use_live().follow_person();
    if who.role != Role::User {
        return view! {
            <StaffFrame permission=Permission::OpenPortal>
                <main class="page" id="main">
                    <div class="inner">{children()}</div>
                </main>
            </StaffFrame>
        }
        .into_any();
    }
    let name = who.name.clone();
    let person = move || {
        let name = name.clone();
        view! { <PersonMenu name=name/> }.into_any()
    };
    view! {
        <PublicShell brand=desk links=links_of(true) person=ViewFn::from(person)>
            {children()}
        </PublicShell>
    }
    .into_any()
}

#[component]
fn PersonMenu(name: String) -> impl IntoView {
    let trigger = {
        let name = name.clone();
        move || {
            view! {
                <Icon glyph=Glyph::User/>
                {name.clone()}
            }
            .into_any()
        }
    };
    view! {
        <DropMenu label=format!("Menu of {name}") class="btn btn-quiet" trigger=ViewFn::from(trigger)>
            <a href="/my">"My requests"</a>
            <a href="/my/profile">"My profile"</a>
            <form method="post" action="/logout">
                <button type="submit">"Sign out"</button>
            </form>
        </DropMenu>
    }
}
