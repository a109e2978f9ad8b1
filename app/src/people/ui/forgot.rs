//! `/forgot`
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::parts::Trouble;
use crate::{
    core::form::use_refusal,
    ui::{Banner, BannerKind, Button, ButtonKind, TextField, screen::Screen, shell::Door},
};

/// Ask for a link to choose a new password.
pub struct ForgotPage;

impl Screen for ForgotPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let retry = use_refusal("forgot");
        let sent = use_query_map().read_untracked().get("sent").is_some();
        view! {
            <Title text="Choose a new password"/>
            <Door title="Choose a new password" sub="We mail you a link that works once, for an hour.">
                {sent.then(|| view! {
                    <Banner kind=BannerKind::Ok>
                            "If this address has an account, a link is on its way. Look into the spam folder, too."
                        </Banner>
                })}
                <form class="login-form mt" method="post" action="/forgot" novalidate>
                    <Trouble retry=retry.clone() to="write to you"/>
                    <TextField
                        name="email"
                        label="E-mail"
                        kind="email"
                        autocomplete="username"
                        value=retry.typed("email").unwrap_or_default()
                        error=retry.at("email")
                    />
                    <Button kind=ButtonKind::Primary block=true submit=true>"Send me a link"</Button>
                </form>
                <p class="small muted mt"><a class="hit" href="/login">"Back to signing in"</a></p>
            </Door>
        }
        .into_any()
    }
}
