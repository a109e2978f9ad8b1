//! The door: the brand's line runs in from the left, one form, perhaps a second column.
use leptos::prelude::*;

use crate::ui::{icon::Mark, theme::ThemeSwitch};

/// The frame of sign in, register, forgotten password and first set-up.
///
/// `beside` is the second column (the demo logins).
#[component]
pub fn Door(
    #[prop(into)] title: String,
    #[prop(optional, into)] sub: String,
    #[prop(optional, into)] beside: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let class = if beside.is_some() { "login-main" } else { "login-main login-one" };
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="login">
            <header class="login-top">
                <div>
                    <a class="logo" href="/">
                        <Mark/>
                        "Kept"
                    </a>
                </div>
            </header>
            <main class=class id="main">
                <div>
                    <h1>{title}</h1>
                    <p class="soft t2">{sub}</p>
                    {children()}
                </div>
                {beside.map(|beside| beside.run())}
            </main>
            <footer class="login-foot">
                <a class="hit" href="/submit">"Ask for help without an account"</a>
                <ThemeSwitch/>
            </footer>
        </div>
    }
}
