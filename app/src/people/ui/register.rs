//! `/register`
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::parts::Trouble;
use crate::{
    core::form::use_refusal,
    ui::{Banner, BannerKind, Button, ButtonKind, TextField, screen::Screen, shell::Door},
};

/// Ask for an account. The link by mail proves whose address it is; the password is chosen behind it.
pub struct RegisterPage;

impl Screen for RegisterPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let retry = use_refusal("register");
        let sent = use_query_map().read_untracked().get("sent").is_some();
        view! {
            <Title text="Create an account"/>
            <Door title="Create an account" sub="To see all your requests in one place.">
                {sent.then(|| view! {
                    <Banner kind=BannerKind::Ok>
                            "Look into your mailbox: we sent you a link to confirm the address. It works for a day."
                        </Banner>
                })}
                <form class="login-form mt" method="post" action="/register" novalidate>
                    <Trouble retry=retry.clone() to="write to you"/>
                    <TextField
                        name="name"
                        label="Your name"
                        autocomplete="name"
                        value=retry.typed("name").unwrap_or_default()
                        error=retry.at("name")
                    />
                    <TextField
                        name="email"
                        label="E-mail"
                        kind="email"
                        autocomplete="email"
                        value=retry.typed("email").unwrap_or_default()
                        error=retry.at("email")
                    />
                    <Button kind=ButtonKind::Primary block=true submit=true>"Send me a link"</Button>
                </form>
                <p class="small muted mt">"You have an account? " <a class="hit" href="/login">"Sign in"</a></p>
            </Door>
        }
        .into_any()
    }
}
