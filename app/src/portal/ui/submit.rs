//! /submit: the public form.
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    form::{RequestForm, Touched},
    frame::OpenFrame,
    pledge::{Lead, PledgeAside},
};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    frame::Refusal,
    portal::{api::load_form, model::FormPage},
    ui::Loading,
    ui::screen::{Screen, arrived},
};

/// `/submit`
pub struct SubmitPage {
    page: Resource<Result<FormPage, Error>>,
}

impl Screen for SubmitPage {
    fn data() -> Self {
        Self { page: resource(|| (), |()| load_form()) }
    }

    fn view(this: Self) -> AnyView {
        let SubmitPage { page } = this;
        view! {
            <Suspense fallback=|| view! { <Loading what="the form"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => arrived(move || view! { <Submit page=page/> }),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Submit(page: FormPage) -> impl IntoView {
    let pledge = RwSignal::new(page.pledge.clone());
    let touched = Touched::following(pledge);
    let wrong = !page.refused.errors().is_empty();
    let title = if wrong { "Ask for help: something needs a look" } else { "Ask for help" };
    let me = page.me.is_some();
    view! {
        <Title text=title/>
        <OpenFrame desk=page.desk.clone()>
            <h1>"Ask for help"</h1>
            <Lead pledge=pledge signed_in=me/>
            <div class="public-grid">
                <RequestForm page=page pledge=pledge touched=touched/>
                <PledgeAside pledge=pledge/>
            </div>
        </OpenFrame>
    }
}
