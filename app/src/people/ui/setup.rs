//! `/setup`: the first start, once.
use leptos::prelude::*;
use leptos_meta::Title;

use super::parts::{NewPasswordField, Trouble, ZoneField};
use crate::{
    core::{
        Error,
        form::{Retry, use_refusal},
        resource::{Resource, resource},
    },
    frame::Refusal,
    people::api::{setup_needed, time_zones},
    ui::{Button, ButtonKind, TextField, screen::Screen, shell::Door},
};

/// The first superadmin, and a desk that works at once.
pub struct SetupPage {
    page: Resource<Result<Vec<String>, Error>>,
}

impl Screen for SetupPage {
    fn data() -> Self {
        let page = || async { if setup_needed().await? { time_zones().await } else { Err(Error::NotFound) } };
        Self { page: resource(|| (), move |()| page()) }
    }

    fn view(this: Self) -> AnyView {
        let retry = use_refusal("setup");
        let page = move || {
            let retry = retry.clone();
            Suspend::new(async move {
                match this.page.await {
                    Ok(zones) => form(zones, retry).into_any(),
                    Err(error) => view! { <Refusal error=error/> }.into_any(),
                }
            })
        };
        view! {
            <Title text="Set up"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

fn form(zones: Vec<String>, retry: Retry) -> impl IntoView {
    let zone = retry.typed("time_zone").unwrap_or_else(|| "UTC".to_owned());
    view! {
        <Door
            title="Welcome to Kept"
            sub="You are the first here. This makes you superadmin and lays down a team, working hours, a promise for every request, and a few categories. All of it can be changed later."
        >
            <form class="login-form mt" method="post" action="/setup" novalidate>
                <Trouble retry=retry.clone() to="set this up"/>
                <TextField
                    name="organisation"
                    label="Name of your organisation"
                    help="Your customers read it on forms and in mails."
                    autocomplete="organization"
                    value=retry.typed("organisation").unwrap_or_default()
                    error=retry.at("organisation")
                />
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
                    autocomplete="username"
                    value=retry.typed("email").unwrap_or_default()
                    error=retry.at("email")
                />
                <NewPasswordField retry=retry.clone()/>
                <ZoneField value=zone zones=zones error=retry.at("time_zone")/>
                <Button kind=ButtonKind::Primary block=true submit=true>"Open the desk"</Button>
            </form>
        </Door>
    }
}
