//! What stands around a page: the staff shell, the public shell, the door.
mod door;
mod lost;
mod public;
mod staff;

pub use door::Door;
pub use lost::Lost;
pub use public::PublicShell;
pub use staff::{Live, Me, NavItem, StaffShell};

use leptos::prelude::*;

/// A staff page: its title, what it says about itself, its actions, its content.
#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    /// One line under the title.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// Beside the title: a period, one or two buttons.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="page" id="main">
            <div class="inner">
                <div class="page-head">
                    <h1>{move || title.get()}</h1>
                    {actions.map(|actions| actions.run())}
                    <p class="sub">{move || sub.get()}</p>
                </div>
                {children()}
            </div>
        </main>
    }
}

/// The head of a section. `link` and `link_to` lead to the whole of it.
#[component]
pub fn SectionHead(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] sub: Signal<String>,
    #[prop(optional, into)] link: Option<String>,
    #[prop(default = "All".into(), into)] link_text: Signal<String>,
    /// A button, where a link will not do.
    #[prop(optional, into)]
    action: Option<ViewFn>,
) -> impl IntoView {
    view! {
        <div class="section-head">
            <h2>{move || title.get()}</h2>
            {link.map(|href| view! { <a class="small" href=href>{move || link_text.get()}</a> })}
            {action.map(|action| action.run())}
            <p class="sub">{move || sub.get()}</p>
        </div>
    }
}
