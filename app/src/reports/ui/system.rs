//! `/system`: is everything well?
use leptos::prelude::*;
use leptos_meta::Title;

use super::parts::{areas, live, loaded, points, tile};
use crate::{
    core::{Permission, resource::resource},
    frame::{Answer, StaffFrame},
    reports::{
        api,
        model::{Concern, SystemState},
    },
    ui::{Empty, Figures, Page, SectionHead, TrendChart, screen::Screen},
};

/// The page and what it loads before its code is there.
pub struct SystemPage {
    state: Answer<SystemState>,
}

impl Screen for SystemPage {
    fn data() -> Self {
        let live = live();
        Self { state: resource(move || live.get(), |_| api::read_system()) }
    }

    fn view(this: Self) -> AnyView {
        let state = this.state;
        view! {
            <Title text="System"/>
            <StaffFrame permission=Permission::OpenSystem>
                <Page title="System">{loaded(state, "the system", body)}</Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(state: SystemState) -> AnyView {
    let requests = points(&state.requests);
    view! {
        <Figures label="How the system stands">{state.figures.into_iter().map(tile).collect_view()}</Figures>
        <div class="split">
            <TrendChart id="requests" title=state.requests.title note=state.requests.note points=requests area=true/>
            <div class="stack">
                <section>
                    <SectionHead title="Needs a look" sub="The worst first"/>
                    {concerns(state.concerns)}
                </section>
                <section>
                    <SectionHead title="Run the desk" sub="People, security, settings"/>
                    {areas(state.areas)}
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn concerns(all: Vec<Concern>) -> AnyView {
    if all.is_empty() {
        return view! { <Empty title="Everything works" text="Failed mails and teams without anybody in office appear here." good=true/> }.into_any();
    }
    let rows = all
        .into_iter()
        .map(|concern| {
            let what = match concern.href {
                Some(href) => view! { <a href=href>{concern.what}</a> }.into_any(),
                None => concern.what.into_any(),
            };
            view! { <li><span class="truncate">{what}<span class="meta truncate">{concern.detail}</span></span></li> }
        })
        .collect_view();
    view! { <ul class="risk-list">{rows}</ul> }.into_any()
}
