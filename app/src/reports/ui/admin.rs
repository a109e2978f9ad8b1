//! `/admin`: what waits for somebody, and what is set up.
use leptos::prelude::*;
use leptos_meta::Title;

use super::parts::{Said, admin_nav, areas, live, loaded, points, tile};
use crate::{
    core::{Permission, resource::resource},
    frame::{Answer, StaffFrame},
    reports::{
        api,
        model::{DeskState, Waiting},
    },
    tickets::api::AssignTicket,
    ui::{Button, Empty, Figures, Glyph, Icon, Page, PrioKind, PromiseWords, SectionHead, TrendChart, screen::Screen},
};

/// The page and what it loads before its code is there.
pub struct AdminPage {
    state: Answer<DeskState>,
    assign: ServerAction<AssignTicket>,
}

impl Screen for AdminPage {
    fn data() -> Self {
        let assign = ServerAction::<AssignTicket>::new();
        let live = live();
        let state = resource(move || (live.get(), assign.version().get()), |_| api::admin_state());
        Self { state, assign }
    }

    fn view(this: Self) -> AnyView {
        let (state, assign) = (this.state, this.assign);
        view! {
            <Title text="Set-up"/>
            <StaffFrame permission=Permission::OpenAdmin>
                <Page title="Desk and set-up" actions=move || admin_nav("/admin")>
                    {loaded(state, "the desk", move |state| body(state, assign))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(state: DeskState, assign: ServerAction<AssignTicket>) -> AnyView {
    let flow = points(&state.flow);
    let said = Said::new(move || assign.value().get().map(|done| done.map(drop)));
    view! {
        <Figures label="Where the desk stands">{state.figures.into_iter().map(tile).collect_view()}</Figures>
        <section>
            <SectionHead title=waiting_title(state.waiting.len()) sub="Next due first; give each to somebody of its team" link="/tickets?view=unassigned" link_text="All unassigned"/>
            {said.whole("Assigned.")}
            {waiting(state.waiting, assign)}
        </section>
        <div class="split">
            <TrendChart id="flow" title=state.flow.title note=state.flow.note points=flow previous=state.previous area=true/>
            <section>
                <SectionHead title="Set-up" sub="What the desk goes by"/>
                {areas(state.areas)}
            </section>
        </div>
    }
    .into_any()
}

fn waiting_title(n: usize) -> &'static str {
    match n {
        0 => "Nothing waits for somebody",
        1 => "One ticket waits for somebody",
        _ => "These wait for somebody",
    }
}

fn waiting(all: Vec<Waiting>, assign: ServerAction<AssignTicket>) -> AnyView {
    if all.is_empty() {
        return view! { <Empty title="Everything is somebody’s" text="New tickets that nobody holds appear here by themselves." good=true/> }.into_any();
    }
    let rows = all.into_iter().map(|waiting| row(waiting, assign)).collect_view();
    view! { <ul class="risk-list assign-list">{rows}</ul> }.into_any()
}

fn row(waiting: Waiting, assign: ServerAction<AssignTicket>) -> AnyView {
    let Waiting { line, team, candidates } = waiting;
    let (id, number, version) = (line.id, line.number, line.version);
    let choices = candidates
        .into_iter()
        .map(|(person, open)| view! { <option value=person.id.to_string()>{format!("{}, {open} open", person.name)}</option> })
        .collect_view();
    let nobody = choices.is_empty();
    let form = if nobody {
        view! { <span class="small muted">"Nobody of the team is in"</span> }.into_any()
    } else {
        view! {
            <ActionForm action=assign attr:class="row">
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="version" value=version.to_string()/>
                <span class="select">
                    <select class="input" name="assignee" aria-label=format!("Who takes #{number}")>{choices}</select>
                    <Icon glyph=Glyph::ChevronDown/>
                </span>
                <Button submit=true>"Assign" <span class="vh">{format!(" #{number}")}</span></Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <li>
            <span class="truncate">
                <a href=format!("/tickets/{number}") dir="auto">{line.subject}</a>
                <span class="meta truncate">{format!("#{number}, {}, {}", line.requester, team.name)}</span>
            </span>
            <span class="row wrap push">
                <span inner_html=PrioKind::from(line.priority).markup().into_string()></span>
                <PromiseWords view=line.promise/>
                {form}
            </span>
        </li>
    }
    .into_any()
}
