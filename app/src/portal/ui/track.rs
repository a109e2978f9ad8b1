//! A request with its story: /track/TOKEN for whoever has the link, /my/tickets/NUMBER for who is signed in.
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};

use super::{
    answer::{Rating, ReplyForm, Verdict},
    frame::{MyFrame, OpenFrame},
    line::PromiseCourse,
    story::Story,
    when::Said,
};
use crate::{
    core::Error,
    frame::Refusal,
    live::use_live,
    portal::{
        api::{load_my_ticket, load_track},
        model::{PromiseMark, PromiseStep, RequestPage},
        when::Form,
    },
    tickets::model::Status,
    ui::{Button, Glyph, Icon, Loading, use_toasts},
};

/// `/track/TOKEN`
pub struct TrackPage {
    token: Memo<String>,
    page: Resource<Result<RequestPage, Error>>,
}

#[lazy_route]
impl LazyRoute for TrackPage {
    fn data() -> Self {
        let params = use_params_map();
        let token = Memo::new(move |_| params.with(|p| p.get("token").unwrap_or_default()));
        let news = use_live().changes(|_| true);
        let page = Resource::new_blocking(move || (token.get(), news.get()), |(token, _)| load_track(token));
        Self { token, page }
    }

    fn view(this: Self) -> AnyView {
        let TrackPage { token, page } = this;
        Effect::new(move |_| use_live().follow_link(&token.get()));
        view! {
            <Meta name="referrer" content="no-referrer"/>
            <Meta name="robots" content="noindex"/>
            <Transition fallback=|| view! { <Loading what="your request"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => {
                            let desk = page.desk.clone();
                            view! {
                                <OpenFrame desk=desk>
                                    <Request page=page/>
                                </OpenFrame>
                            }
                            .into_any()
                        }
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

/// `/my/tickets/NUMBER`
pub struct MyTicketPage {
    page: Resource<Result<RequestPage, Error>>,
}

#[lazy_route]
impl LazyRoute for MyTicketPage {
    fn data() -> Self {
        let params = use_params_map();
        // What is no number is no ticket.
        let number = Memo::new(move |_| params.with(|p| p.get("number").and_then(|n| n.parse().ok()).unwrap_or(0_i64)));
        let news = use_live().changes(move |event| event.concerns(number.get_untracked()));
        Self { page: Resource::new_blocking(move || (number.get(), news.get()), |(number, _)| load_my_ticket(number)) }
    }

    fn view(this: Self) -> AnyView {
        let MyTicketPage { page } = this;
        view! {
            <Transition fallback=|| view! { <Loading what="your request"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => view! {
                            <MyFrame>
                                <Request page=page/>
                            </MyFrame>
                        }
                        .into_any(),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

#[component]
fn Request(page: RequestPage) -> impl IntoView {
    let title = format!("Request {}", page.number);
    let category = page.category.clone().map(|name| format!(", {name}"));
    let next_by = page.next_by.map(|by| view! { " " <Said when=by/> "." });
    let wrong = page.refused.error.clone();
    view! {
        <Title text=title/>
        <p class="soft t3">{format!("Request #{}, sent ", page.number)} <Said when=page.sent form=Form::FullDay/> {category}</p>
        <h1>{page.subject.clone()}</h1>
        <p class="lead" role="status">
            <b>{page.headline.clone()}</b>
            " "
            {page.next.clone()}
            {next_by}
        </p>
        {page.line.clone().map(|line| view! { <PromiseCourse line=line/> })}
        <div class="public-grid">
            <div class="msgs">
                <h2 class="vh">"Messages"</h2>
                <Story entries=page.entries.clone()/>
                {page.asks_for_word().then(|| view! { <Verdict page=page.clone()/> })}
                {page.asks_for_rating().then(|| view! { <Rating page=page.clone()/> })}
                {page.may_write.then(|| view! { <ReplyForm page=page.clone()/> })}
                {wrong.filter(|e| !page.may_write && !matches!(e, Error::Invalid(_))).map(|e| e.to_string())}
            </div>
            <aside class="aside" aria-label="About this request">
                {(!page.promises.is_empty()).then(|| view! { <Promises steps=page.promises.clone()/> })}
                {page.link.clone().map(|link| view! { <PrivateLink link=link closed={page.status == Status::Closed}/> })}
            </aside>
        </div>
    }
}

#[component]
fn Promises(steps: Vec<PromiseStep>) -> impl IntoView {
    let rows = steps
        .into_iter()
        .map(|step| {
            let (state, glyph) = look(step.mark);
            view! {
                <li>
                    <span class="promise" data-state=state>
                        <Icon glyph=glyph/>
                        <span></span>
                    </span>
                    <span>
                        {step.name} {step.by.map(|by| view! { " " <Said when=by/> })}
                        <small>{step.detail}</small>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="pledge">
            <h2>"Our promises to you"</h2>
            <ul class="steps">{rows}</ul>
        </section>
    }
}

/// The state that the style sheet knows, and the shape.
pub const fn look(mark: PromiseMark) -> (&'static str, Glyph) {
    match mark {
        PromiseMark::Run => ("run", Glyph::PromiseRun),
        PromiseMark::Risk => ("risk", Glyph::PromiseRisk),
        PromiseMark::Late => ("late", Glyph::PromiseLate),
        PromiseMark::Paused => ("paused", Glyph::PromisePause),
        PromiseMark::Kept => ("kept", Glyph::PromiseKept),
        PromiseMark::Missed => ("missed", Glyph::X),
    }
}

#[component]
fn PrivateLink(link: String, closed: bool) -> impl IntoView {
    let until = if closed {
        "It works for 30 days after closing."
    } else {
        "It works until 30 days after the request is closed."
    };
    view! {
        <section>
            <h2>"Your private link"</h2>
            <p class="soft">"Anyone with this page’s address can read and answer. " {until}</p>
            <CopyLink link=link/>
        </section>
    }
}

/// An address to copy: selectable by hand, with a button once the browser can do it.
#[component]
pub fn CopyLink(link: String) -> impl IntoView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let copied = link.clone();
    let copy = move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(window) = web_sys::window() {
            // Where the browser forbids it, the address can still be selected.
            let _ = window.navigator().clipboard().write_text(&copied);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = &copied;
        use_toasts().say("The link is copied");
    };
    view! {
        <div class="link-box mt-s">
            <input class="input" readonly value=link aria-label="Your private link"/>
            <Show when=move || ready.get()>
                <Button icon=Glyph::Copy on:click=copy.clone()>
                    "Copy link"
                </Button>
            </Show>
        </div>
    }
}
