//! What customers see around a page: larger type, few links.
use leptos::prelude::*;

use crate::ui::{
    icon::{Defs, Mark},
    theme::ThemeSwitch,
    toast::ToastRegion,
};

/// The frame of `/submit`, `/track` and the portal.
#[component]
pub fn PublicShell(
    /// The company, as in "Larkfield support".
    #[prop(into)]
    brand: String,
    /// Links of the head: address and words.
    #[prop(optional)]
    links: Vec<(String, String)>,
    /// In place of the links' end: the person's menu, once signed in.
    #[prop(optional, into)]
    person: Option<ViewFn>,
    /// Below, before "Promises kept with Kept".
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let links = links.into_iter().map(|(href, words)| view! { <a href=href>{words}</a> }).collect_view();
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <Defs/>
        <div class="public reading">
            <header class="public-head">
                <div>
                    <a class="brand" href="/submit">
                        <Mark/>
                        {brand}
                    </a>
                    <nav aria-label="Support">{links}</nav>
                    {person.map(|person| person.run())}
                </div>
            </header>
            <main class="public-main" id="main">
                {children()}
            </main>
            <footer class="public-foot">
                <div>
                    {foot.map(|foot| foot.run())}
                    <ThemeSwitch/>
                    <span class="by">
                        <Mark/>
                        "Promises kept with Kept"
                    </span>
                </div>
            </footer>
        </div>
        <ToastRegion/>
    }
}
