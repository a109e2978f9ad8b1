//! `/reset/TOKEN`: choose a password, by the link of a reset, a registration or an invitation.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::parts::{NewPasswordField, Trouble};
use crate::{
    core::{
        Error,
        form::{Retry, use_refusal},
        resource::{Resource, resource},
    },
    frame::answer_with,
    people::{
        api::about_link,
        model::{TokenPurpose, TokenView},
    },
    ui::{Button, ButtonKind, LinkButton, screen::Screen, shell::Door},
};

pub struct ChoosePasswordPage {
    token: String,
    view: Resource<Result<TokenView, Error>>,
}

impl Screen for ChoosePasswordPage {
    fn data() -> Self {
        let token = use_params_map().read_untracked().get("token").unwrap_or_default();
        let asked = token.clone();
        Self { token, view: resource(|| (), move |()| about_link(asked.clone())) }
    }

    fn view(this: Self) -> AnyView {
        let ChoosePasswordPage { token, view } = this;
        let retry = use_refusal("reset");
        let page = move || {
            let (token, retry) = (token.clone(), retry.clone());
            Suspend::new(async move {
                match view.await {
                    Ok(found) if found.purpose != TokenPurpose::EmailChange => form(&token, &found, retry).into_any(),
                    Ok(_) => used_up(&Error::NotFound).into_any(),
                    Err(error) => used_up(&error).into_any(),
                }
            })
        };
        view! {
            <Title text="Choose a password"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

fn form(token: &str, found: &TokenView, retry: Retry) -> impl IntoView + use<> {
    let action = format!("/reset/{token}");
    let title = match found.purpose {
        TokenPurpose::PasswordReset => "Choose a new password",
        TokenPurpose::Invitation => "Welcome. Choose a password",
        TokenPurpose::Registration | TokenPurpose::EmailChange => "Choose a password",
    };
    let sub = format!("For {}. You are signed in with it at once.", found.email);
    let email = found.email.clone();
    view! {
        <Door title=title sub=sub>
            <form class="login-form mt" method="post" action=action novalidate>
                <Trouble retry=retry.clone() to="keep it"/>
                // For password managers; what it says decides nothing.
                <input class="vh" type="email" autocomplete="username" value=email readonly aria-label="E-mail" tabindex="-1"/>
                <NewPasswordField retry=retry/>
                <Button kind=ButtonKind::Primary block=true submit=true>"Keep it and sign in"</Button>
            </form>
        </Door>
    }
}

/// A link that opens nothing (any more); why, nobody learns.
pub(super) fn used_up(error: &Error) -> impl IntoView + use<> {
    answer_with(error);
    let sub = if *error == Error::NotFound {
        "Links work once and for a limited time, and a newer one replaces the others.".to_owned()
    } else {
        error.to_string()
    };
    view! {
        <Door title="This link does not work any more" sub=sub>
            <p class="mt">
                <LinkButton href="/forgot".to_owned() kind=ButtonKind::Primary>"Send me a new link"</LinkButton>
            </p>
        </Door>
    }
}
