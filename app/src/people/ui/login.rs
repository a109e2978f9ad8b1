//! `/login`
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::parts::Trouble;
use crate::{
    core::{
        Error,
        form::{Retry, use_refusal},
        resource::{Resource, resource},
    },
    demo::logins,
    people::{
        api::about_sign_in,
        model::{DemoLogin, SignInPage},
    },
    ui::{Avatar, AvatarSize, Banner, Button, ButtonKind, Check, Glyph, Icon, TextField, screen::Screen, shell::Door},
};

/// Sign in; in demo mode beside it a way in for each role.
pub struct LoginPage {
    page: Resource<Result<SignInPage, Error>>,
}

impl Screen for LoginPage {
    fn data() -> Self {
        Self { page: resource(|| (), |()| about_sign_in()) }
    }

    fn view(this: Self) -> AnyView {
        // Asked for out here: inside, it might be asked for twice on the server.
        let retry = use_refusal("login");
        let page = move || {
            let retry = retry.clone();
            Suspend::new(async move { door(this.page.await.unwrap_or_default(), retry) })
        };
        view! {
            <Title text="Sign in"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

fn door(page: SignInPage, retry: Retry) -> impl IntoView {
    let SignInPage { desk, may_register, demo, home } = page;
    let form = view! {
        {home.map(|home| view! {
            <Banner>"You are signed in already. " <a href=home>"Go to your start page"</a></Banner>
        })}
        <SignInForm retry=retry may_register=may_register/>
    };
    if demo.is_empty() {
        view! { <Door title="Sign in" sub=desk>{form}</Door> }.into_any()
    } else {
        let beside = ViewFn::from(move || view! { <DemoLogins people=demo.clone()/> });
        view! { <Door title="Sign in" sub=desk beside=beside>{form}</Door> }.into_any()
    }
}

#[component]
fn SignInForm(retry: Retry, may_register: bool) -> impl IntoView {
    let next = retry.typed("next").or_else(|| use_query_map().read_untracked().get("next")).filter(|n| !n.is_empty());
    let stay = retry.typed("stay").is_some_and(|stay| stay == "on");
    view! {
        <form class="login-form mt" method="post" action="/login" novalidate>
            <Trouble retry=retry.clone() to="sign you in"/>
            <TextField
                name="email"
                label="E-mail"
                kind="email"
                autocomplete="username"
                value=retry.typed("email").unwrap_or_default()
                error=retry.at("email")
            />
            <TextField name="password" label="Password" kind="password" autocomplete="current-password"/>
            <Check name="stay" label="Stay signed in on this device" value="on" checked=stay/>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <Button kind=ButtonKind::Primary block=true submit=true>"Sign in"</Button>
        </form>
        <p class="small muted mt">
            <a class="hit" href="/forgot">"Forgot your password?"</a>
            {may_register.then(|| view! { " No account yet? " <a class="hit" href="/register">"Create one"</a> })}
        </p>
    }
}

/// One plain form a role: works in every browser, with and without JavaScript.
#[component]
fn DemoLogins(people: Vec<DemoLogin>) -> impl IntoView {
    let logins = people
        .into_iter()
        .map(|person| {
            view! {
                <li>
                    <form method="post" action="/login/demo">
                        <input type="hidden" name="role" value=person.role.as_str()/>
                        <button type="submit">
                            <Avatar name=Some(person.name.clone()) size=AvatarSize::Large silent=true/>
                            <span>
                                <b>{person.role.label()}</b>
                                <small>{format!("{}: {}", person.name, logins::of(person.role).sees)}</small>
                            </span>
                            <Icon glyph=Glyph::ArrowRight/>
                        </button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="demo-h">
            <h2 id="demo-h">"Look around with demo data"</h2>
            <p class="soft t2">"One click, no password. Shown on development servers only."</p>
            <ul class="demo">{logins}</ul>
        </section>
    }
}
