//! `/admin/teams`: who answers together, and who leads.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    api::{self, DropMember, PutMember, SaveTeam},
    model::{Candidate, Member, Team},
};
use crate::{
    core::{Permission, id::TeamId, resource::resource},
    frame::{Answer, StaffFrame},
    reports::ui::parts::{Afresh, Said, admin_nav, loaded},
    tickets::query::{Filter, ListQuery, View},
    ui::{
        Avatar, Button, ButtonKind, Check, Choice, Column, Empty, Glyph, IconButton, LinkButton, Page, SectionHead,
        SelectField, Table, TextField, screen::Screen,
    },
};

/// What may be done to a team.
#[derive(Clone, Copy)]
struct Acts {
    save: ServerAction<SaveTeam>,
    put: ServerAction<PutMember>,
    take_out: ServerAction<DropMember>,
}

/// The page and what it loads before its code is there.
pub struct TeamsPage {
    page: Answer<(Vec<Team>, Vec<Candidate>)>,
    acts: Acts,
    chosen: Memo<Option<TeamId>>,
}

impl Screen for TeamsPage {
    fn data() -> Self {
        let query = use_query_map();
        let chosen = Memo::new(move |_| query.with(|q| q.get("edit")).and_then(|id| id.parse().ok()));
        let acts = Acts { save: ServerAction::new(), put: ServerAction::new(), take_out: ServerAction::new() };
        let changes = move || (acts.save.version().get(), acts.put.version().get(), acts.take_out.version().get());
        Self { page: resource(changes, |_| api::teams_and_candidates()), acts, chosen }
    }

    fn view(this: Self) -> AnyView {
        let TeamsPage { page, acts, chosen } = this;
        let afresh = Afresh::on(chosen, acts.save);
        view! {
            <Title text="Teams"/>
            <StaffFrame permission=Permission::ConfigureDesk>
                <Page title="Teams" sub="Who answers together, and who leads" actions=move || admin_nav("/admin/teams")>
                    {loaded(page, "the teams", move |(teams, people)| body(teams, people, acts, chosen, afresh))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(teams: Vec<Team>, people: Vec<Candidate>, acts: Acts, chosen: Memo<Option<TeamId>>, afresh: Afresh) -> AnyView {
    let all = teams.clone();
    let editor = move || {
        let open = chosen.get().and_then(|id| all.iter().find(|team| team.id == id).cloned());
        view! {
            {afresh.form(open.clone(), move |open| form(open.as_ref(), acts.save))}
            {open.map(|team| members(team, &people, acts))}
        }
    };
    view! {
        <div class="split">
            <section>{table(teams)}</section>
            <div class="stack">{editor}</div>
        </div>
    }
    .into_any()
}

fn table(teams: Vec<Team>) -> AnyView {
    let rows = teams
        .into_iter()
        .map(|team| {
            let filter = Filter { team: vec![team.id], ..Filter::default() };
            let open = ListQuery { view: View::Open, filter, ..ListQuery::default() }.href("/tickets", false, &[]);
            let leads: Vec<&str> = team.members.iter().filter(|m| m.is_lead).map(|m| m.name.as_str()).collect();
            let how = match (team.active, team.auto_assign) {
                (false, _) => "Switched off",
                (true, true) => "Handed to the least loaded",
                (true, false) => "Taken by the team",
            };
            view! {
                <tr>
                    <th scope="row">
                        <span class="two">
                            <a class="plain" href=format!("/admin/teams?edit={}", team.id)>{team.name.clone()}</a>
                            <span class="small muted">{if leads.is_empty() { "no lead".to_owned() } else { format!("led by {}", leads.join(", ")) }}</span>
                        </span>
                    </th>
                    <td class="end" data-label="People">{team.members.iter().filter(|m| m.active).count()}</td>
                    <td data-label="New tickets">{how}</td>
                    <td class="end" data-label="Open tickets"><a href=open>{team.open}</a></td>
                </tr>
            }
        })
        .collect_view();
    let columns =
        vec![Column::new("Team"), Column::number("People"), Column::new("New tickets are"), Column::number("Open")];
    view! { <Table label="Teams" columns=columns>{rows}</Table> }.into_any()
}

fn form(open: Option<&Team>, save: ServerAction<SaveTeam>) -> AnyView {
    let said = Said::new(move || save.value().get());
    let title = open.map_or_else(|| "New team".to_owned(), |team| format!("Change {}", team.name));
    let key = open.map(|team| team.id.to_string());
    let id = key.map(|key| view! { <input type="hidden" name="id" value=key/> });
    let other =
        open.map(|_| view! { <LinkButton href="/admin/teams".to_owned() icon=Glyph::Plus>"New team"</LinkButton> });
    let (hands_out, active) = (open.is_some_and(|t| t.auto_assign), open.is_none_or(|t| t.active));
    let name = open.map(|team| team.name.clone()).unwrap_or_default();
    view! {
        <section>
            <SectionHead title=title/>
            <ActionForm action=save attr:class="form" attr:novalidate="">
                {said.whole("Saved.")}
                {id}
                <TextField name="form[name]" id="name" label="Name" value=Signal::stored(name) error=said.at("name")/>
                <Check name="form[auto_assign]" label="Hand new tickets to the least loaded agent who is in" checked=hands_out/>
                <Check name="form[active]" label="Gets new tickets" checked=active/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || save.pending().get())>"Save team"</Button>
                    {other}
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn members(team: Team, people: &[Candidate], acts: Acts) -> AnyView {
    let said = Said::new(move || acts.put.value().get());
    let gone = Said::new(move || acts.take_out.value().get());
    let choices: Vec<Choice> = people
        .iter()
        .filter(|p| team.members.iter().all(|m| m.user != p.user))
        .map(|p| Choice::new(p.user.to_string(), format!("{}, {}", p.name, p.role.label().to_lowercase())))
        .collect();
    let id = team.id;
    let list = if team.members.is_empty() {
        view! { <Empty title="Nobody is in this team" text="Its tickets wait until somebody is."/> }.into_any()
    } else {
        let rows = team.members.into_iter().map(|member| row(id, member, acts)).collect_view();
        view! { <ul class="risk-list">{rows}</ul> }.into_any()
    };
    let add = (!choices.is_empty()).then(|| {
        view! {
            <ActionForm action=acts.put attr:class="form">
                <input type="hidden" name="team" value=id.to_string()/>
                <SelectField name="user" label="Add somebody" options=choices error=said.at("user")/>
                <Check name="lead" label="As a lead"/>
                <div class="form-actions"><Button submit=true icon=Glyph::UserPlus>"Add to the team"</Button></div>
            </ActionForm>
        }
    });
    view! {
        <section>
            <SectionHead title="People" sub="Leads hear of promises at risk"/>
            {said.whole("Done.")}
            {gone.whole("Taken out of the team.")}
            {list}
            {add}
        </section>
    }
    .into_any()
}

fn row(team: TeamId, member: Member, acts: Acts) -> AnyView {
    let keys = move || {
        view! {
            <input type="hidden" name="team" value=team.to_string()/>
            <input type="hidden" name="user" value=member.user.to_string()/>
        }
    };
    let note = [
        Some(member.role.label().to_lowercase()),
        member.is_lead.then(|| "lead".to_owned()),
        member.out_of_office.then(|| "out of office".to_owned()),
        (!member.active).then(|| "switched off".to_owned()),
        member.capacity.map(|c| format!("up to {c} tickets")),
    ];
    let note = note.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let lead = (!member.is_lead).then(|| view! { <input type="hidden" name="lead" value="true"/> });
    let words = if member.is_lead { "No longer lead" } else { "Make lead" };
    view! {
        <li>
            <span class="person">
                <Avatar name=member.name.clone() silent=true/>
                <span class="two">
                    <span>{member.name.clone()}</span>
                    <span class="small muted">{note}</span>
                </span>
            </span>
            <span class="row">
                <ActionForm action=acts.put>{keys()}{lead}<Button kind=ButtonKind::Quiet submit=true>{words}</Button></ActionForm>
                <ActionForm action=acts.take_out>{keys()}<IconButton glyph=Glyph::UserX label=format!("Take {} out of the team", member.name) submit=true/></ActionForm>
            </span>
        </li>
    }
    .into_any()
}
