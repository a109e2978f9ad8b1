//! `/email/TOKEN`: confirm a new address. A button, because mail scanners follow links.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{parts::Trouble, password::used_up};
use crate::{
    core::{
        Error,
        form::{Retry, use_refusal},
        resource::{Resource, resource},
    },
    people::{
        api::about_link,
        model::{TokenPurpose, TokenView},
    },
    ui::{Button, ButtonKind, screen::Screen, shell::Door},
};

pub struct ConfirmEmailPage {
    token: String,
    view: Resource<Result<TokenView, Error>>,
}

impl Screen for ConfirmEmailPage {
    fn data() -> Self {
        let token = use_params_map().read_untracked().get("token").unwrap_or_default();
        let asked = token.clone();
        Self { token, view: resource(|| (), move |()| about_link(asked.clone())) }
    }

    fn view(this: Self) -> AnyView {
        let ConfirmEmailPage { token, view } = this;
        let retry = use_refusal("email");
        let page = move || {
            let (token, retry) = (token.clone(), retry.clone());
            Suspend::new(async move {
                match view.await {
                    Ok(found) if found.purpose == TokenPurpose::EmailChange => form(&token, &found, retry).into_any(),
                    Ok(_) => used_up(&Error::NotFound).into_any(),
                    Err(error) => used_up(&error).into_any(),
                }
            })
        };
        view! {
            <Title text="Confirm your address"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

fn form(token: &str, found: &TokenView, retry: Retry) -> impl IntoView + use<> {
    let action = format!("/email/{token}");
    let sub = format!("From now on your account uses {}.", found.email);
    view! {
        <Door title="Confirm your address" sub=sub>
            <form class="login-form mt" method="post" action=action>
                <Trouble retry=retry to="change it"/>
                <Button kind=ButtonKind::Primary block=true submit=true>"Use this address"</Button>
            </form>
        </Door>
    }
}
