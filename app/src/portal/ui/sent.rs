//! /sent/TOKEN: the request is filed; its number, the link to follow it, and what happens next.
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;

use super::{frame::OpenFrame, track::CopyLink, when::Said};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    frame::Refusal,
    portal::{api::load_sent, model},
    ui::{
        ButtonKind, ButtonSize, LinkButton, Loading, draft,
        screen::{Screen, arrived},
    },
};

/// `/sent/TOKEN`
pub struct SentPage {
    page: Resource<Result<model::SentPage, Error>>,
}

impl Screen for SentPage {
    fn data() -> Self {
        let params = use_params_map();
        let token = move || params.with(|p| p.get("token").unwrap_or_default());
        Self { page: resource(token, load_sent) }
    }

    fn view(this: Self) -> AnyView {
        let SentPage { page } = this;
        view! {
            <Suspense fallback=|| view! { <Loading what="your request"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => arrived(move || view! { <Sent page=page/> }),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Sent(page: model::SentPage) -> impl IntoView {
    draft::forget("/submit");
    let number = page.number;
    let answer = page.answer.map(|answer| view! { "A person answers by " <b><Said when=answer/></b> ". " });
    let solve = page.solve.map(|solve| view! { "We aim to have it solved by " <b><Said when=solve/></b> "." });
    let follow = if page.signed_in { format!("/my/tickets/{number}") } else { page.path.clone() };
    view! {
        <Title text=format!("Request {number} is with us")/>
        // The address is a key: it must not travel to other sites or into search engines.
        <Meta name="referrer" content="no-referrer"/>
        <Meta name="robots" content="noindex"/>
        <OpenFrame desk=page.desk>
            <div class="sent">
                <svg class="mark sent-mark" viewBox="0 0 32 20" aria-hidden="true">
                    <path d="M1.5 12H10l4.5 5L25 3.5"></path>
                    <path class="end" d="M30 6.5v9"></path>
                </svg>
                <h1>"Your request is with us"</h1>
                <p>
                    "Its number is " <span class="sent-no num">{format!("#{number}")}</span>
                </p>
                <p class="lead" dir="auto">{page.subject}</p>
                <p>{answer} {solve}</p>
                <p>
                    <LinkButton href=follow kind=ButtonKind::Primary size=ButtonSize::Large>
                        "Follow your request"
                    </LinkButton>
                </p>
                <section>
                    <h2>"Your private link"</h2>
                    <p class="soft">
                        "We have mailed it to you as well. Whoever has it can read and answer this request."
                    </p>
                    <CopyLink link=page.link/>
                </section>
                <p>
                    <a href="/submit">"Send another request"</a>
                </p>
            </div>
        </OpenFrame>
    }
}
