//! `/my/profile`: who one is, the password, the address, the devices.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    parts::{NewPasswordField, Trouble, ZoneField},
    sessions::Devices,
};
use crate::{
    core::{
        Error,
        form::{Retry, use_refusal},
        resource::{Resource, resource},
    },
    frame::Refusal,
    people::{
        api::{my_account, time_zones},
        model::{Account, SessionRow},
    },
    portal::ui::frame::MyFrame,
    ui::{Banner, BannerKind, Button, SectionHead, TextField, screen::Screen},
};

pub struct ProfilePage {
    account: Resource<Result<(Account, Vec<String>), Error>>,
}

impl Screen for ProfilePage {
    fn data() -> Self {
        let load = || async { Ok((my_account().await?, time_zones().await?)) };
        Self { account: resource(|| (), move |()| load()) }
    }

    fn view(this: Self) -> AnyView {
        let retries = Retries {
            facts: use_refusal("profile"),
            password: use_refusal("password"),
            email: use_refusal("email"),
            sessions: use_refusal("sessions"),
        };
        let page = move || {
            let retries = retries.clone();
            Suspend::new(async move {
                match this.account.await {
                    Ok((account, zones)) => view! {
                        <MyFrame desk=account.desk.clone()>
                            <h1>"Profile"</h1>
                            {sections(account, zones, retries)}
                        </MyFrame>
                    }
                    .into_any(),
                    Err(error) => view! { <Refusal error=error/> }.into_any(),
                }
            })
        };
        view! {
            <Title text="Profile"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

/// What each form of the page starts with.
#[derive(Clone)]
struct Retries {
    facts: Retry,
    password: Retry,
    email: Retry,
    sessions: Retry,
}

fn sections(account: Account, zones: Vec<String>, retries: Retries) -> impl IntoView {
    let done = use_query_map().read_untracked().get("done").and_then(|done| said(&done));
    let Account { name, email, phone, time_zone, has_password, sessions, .. } = account;
    view! {
        <div class="stack form-narrow">
            {done.map(|text| view! { <Banner kind=BannerKind::Ok>{text}</Banner> })}
            <Facts name=name phone=phone time_zone=time_zone zones=zones retry=retries.facts/>
            <PasswordForm has_password=has_password retry=retries.password/>
            <EmailForm email=email has_password=has_password retry=retries.email/>
            <DevicesSection sessions=sessions retry=retries.sessions/>
        </div>
    }
}

fn said(done: &str) -> Option<&'static str> {
    Some(match done {
        "profile" => "Saved.",
        "password" => "Your password is changed. On all other devices you are signed out.",
        "email_sent" => "We wrote to the new address. It counts once you followed the link there.",
        "email" => "Your account uses the new address from now on.",
        "session" => "That device is signed out.",
        "sessions" => "All other devices are signed out.",
        _ => return None,
    })
}

#[component]
fn Facts(name: String, phone: String, time_zone: String, zones: Vec<String>, retry: Retry) -> impl IntoView {
    view! {
        <section>
            <SectionHead title="About you"/>
            <form class="form" method="post" action="/my/profile" novalidate>
                <input type="hidden" name="form" value="profile"/>
                <Trouble retry=retry.clone() to="save this"/>
                <TextField
                    name="name"
                    label="Name"
                    autocomplete="name"
                    value=retry.typed("name").unwrap_or(name)
                    error=retry.at("name")
                />
                <TextField
                    name="phone"
                    label="Mobile"
                    kind="tel"
                    autocomplete="tel"
                    optional=true
                    help="With the country, such as +351 912 345 678."
                    value=retry.typed("phone").unwrap_or(phone)
                    error=retry.at("phone")
                />
                <ZoneField
                    value=retry.typed("time_zone").unwrap_or(time_zone)
                    zones=zones
                    error=retry.at("time_zone")
                />
                <div class="form-actions">
                    <Button submit=true>"Save"</Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn PasswordForm(has_password: bool, retry: Retry) -> impl IntoView {
    let current = if has_password {
        view! {
            <TextField
                name="current"
                label="Password of now"
                kind="password"
                autocomplete="current-password"
                error=retry.at("current")
            />
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="current" value=""/> }.into_any()
    };
    view! {
        <section>
            <SectionHead title="Password" sub="A new one signs you out on all other devices."/>
            <form class="form" method="post" action="/my/profile" novalidate>
                <input type="hidden" name="form" value="password"/>
                <Trouble retry=retry.clone() to="change it"/>
                {current}
                <NewPasswordField retry=retry label="New password"/>
                <div class="form-actions">
                    <Button submit=true>"Change password"</Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn EmailForm(email: String, has_password: bool, retry: Retry) -> impl IntoView {
    let proof = if has_password {
        view! {
            <TextField
                name="proof"
                label="Password"
                kind="password"
                autocomplete="current-password"
                error=retry.at("proof")
            />
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="proof" value=""/> }.into_any()
    };
    view! {
        <section>
            <SectionHead
                title="E-mail" sub=format!("Now {email}. A new address counts once you followed the link we mail there.")/>
            <form class="form" method="post" action="/my/profile" novalidate>
                <input type="hidden" name="form" value="email"/>
                <Trouble retry=retry.clone() to="write there"/>
                <TextField
                    name="email"
                    label="New address"
                    kind="email"
                    autocomplete="email"
                    value=retry.typed("email").unwrap_or_default()
                    error=retry.at("email")
                />
                {proof}
                <div class="form-actions">
                    <Button submit=true>"Use this address"</Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn DevicesSection(sessions: Vec<SessionRow>, retry: Retry) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.current);
    view! {
        <section>
            <SectionHead title="Devices" sub="Where you are signed in."/>
            <Trouble retry=retry to="end this"/>
            <Devices sessions=sessions own=true/>
            {others.then(|| view! {
                <form class="form-actions" method="post" action="/my/profile">
                    <input type="hidden" name="form" value="end_others"/>
                    <Button submit=true>"Sign out on all other devices"</Button>
                </form>
            })}
        </section>
    }
}
