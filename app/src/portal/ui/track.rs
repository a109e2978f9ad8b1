//! A request with its story: /track/TOKEN for whoever has the link, /my/tickets/NUMBER for who is signed in.
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;

use super::{
    answer::{Rating, ReplyForm, Verdict},
    follow::following,
    frame::{MyFrame, OpenFrame},
    story::Story,
    when::Said,
};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    frame::Refusal,
    live::use_live,
    portal::{
        api::{load_my_ticket, load_track},
        model::{PromiseMark, PromiseStep, RequestPage},
        when::Form,
    },
    tickets::model::Status,
    ui::{
        Button, Glyph, Icon, Loading,
        screen::{Screen, arrived},
        use_toasts,
    },
};

/// `/track/TOKEN`
pub struct TrackPage {
    page: Resource<Result<RequestPage, Error>>,
}

impl Screen for TrackPage {
    fn data() -> Self {
        let params = use_params_map();
        let token = move || params.with(|p| p.get("token").unwrap_or_default());
        Self { page: resource(token, load_track) }
    }

    fn view(this: Self) -> AnyView {
        let TrackPage { page } = this;
        view! {
            // The address is a key: it must not travel to other sites or into search engines.
            <Meta name="referrer" content="no-referrer"/>
            <Meta name="robots" content="noindex"/>
            <Suspense fallback=|| view! { <Loading what="your request"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => arrived(move || view! { <Tracked page=page/> }),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Tracked(page: RequestPage) -> impl IntoView {
    let desk = page.desk.clone();
    let token = page.base.trim_start_matches("/track/").to_owned();
    let live = use_live();
    let followed = token.clone();
    Effect::new(move |_| live.follow_link(&followed));
    let current = following(page, live.changes(|_| true), move || load_track(token.clone()));
    view! {
        <OpenFrame desk=desk>
            <Request current=current/>
        </OpenFrame>
    }
}

/// `/my/tickets/NUMBER`
pub struct MyTicketPage {
    page: Resource<Result<RequestPage, Error>>,
}

impl Screen for MyTicketPage {
    fn data() -> Self {
        let params = use_params_map();
        // What is no number is no ticket.
        let number = move || params.with(|p| p.get("number").and_then(|n| n.parse().ok()).unwrap_or(0_i64));
        Self { page: resource(number, load_my_ticket) }
    }

    fn view(this: Self) -> AnyView {
        let MyTicketPage { page } = this;
        view! {
            <Suspense fallback=|| view! { <Loading what="your request"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => arrived(move || view! { <Mine page=page/> }),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Mine(page: RequestPage) -> impl IntoView {
    let (desk, number) = (page.desk.clone(), page.number);
    let news = use_live().changes(move |event| event.concerns(number));
    let current = following(page, news, move || load_my_ticket(number));
    view! {
        <MyFrame desk=desk>
            <Request current=current/>
        </MyFrame>
    }
}

#[component]
fn Request(current: RwSignal<RequestPage>) -> impl IntoView {
    // What never changes, and what was typed into a form that came back.
    let first = current.get_untracked();
    let asks_for_word = Memo::new(move |_| current.with(RequestPage::asks_for_word));
    let asks_for_rating = Memo::new(move |_| current.with(RequestPage::asks_for_rating));
    let closed = Memo::new(move |_| current.with(|p| p.status == Status::Closed));
    let lead = Memo::new(move |_| current.with(|p| (p.headline.clone(), p.next.clone(), p.next_by)));
    let promises = Memo::new(move |_| current.with(|p| p.promises.clone()));
    let line = Memo::new(move |_| current.with(|p| p.line.clone()));
    let entries = Memo::new(move |_| current.with(|p| p.entries.clone()));
    let category = first.category.clone().map(|name| format!(", {name}"));
    let link = first.link.clone();
    view! {
        <Title text=format!("Request {}", first.number)/>
        <p class="soft t3">
            {format!("Request #{}, sent ", first.number)} <Said when=first.sent form=Form::FullDay/> {category}
        </p>
        <h1 dir="auto">{first.subject.clone()}</h1>
        <p class="lead" role="status">
            {move || {
                let (headline, next, by) = lead.get();
                view! {
                    <b>{headline}</b>
                    " "
                    {next}
                    {by.map(|by| view! { " " <Said when=by/> "." })}
                }
            }}
        </p>
        {move || line.get().map(|drawn| view! { <div class="track-line" inner_html=drawn></div> })}
        <div class="public-grid">
            <div class="msgs">
                <h2 class="vh">"Messages"</h2>
                {move || view! { <Story entries=entries.get()/> }}
                {move || asks_for_word.get().then(|| view! { <Verdict page=current.get_untracked()/> })}
                {move || asks_for_rating.get().then(|| view! { <Rating page=current.get_untracked()/> })}
                {first
                    .may_write
                    .then_some({
                        move || {
                            // Only closing makes it another form.
                            closed.track();
                            view! { <ReplyForm page=current.get_untracked()/> }
                        }
                    })}
            </div>
            <aside class="aside" aria-label="About this request">
                {move || {
                    let steps = promises.get();
                    (!steps.is_empty()).then(|| view! { <Promises steps=steps/> })
                }}
                {link.map(|link| view! { <PrivateLink link=link closed=closed/> })}
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
fn PrivateLink(link: String, closed: Memo<bool>) -> impl IntoView {
    let until = move || {
        if closed.get() {
            "It works for 30 days after closing."
        } else {
            "It works until 30 days after the request is closed."
        }
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
