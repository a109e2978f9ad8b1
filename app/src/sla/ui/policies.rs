//! `/admin/sla`: the policies in their order, and the one that is open.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    ladder::{LadderFields, LadderPicture},
    matrix::Matrix,
    sheet::{Frame, Press, Refusal, Wrong},
};
use crate::{
    core::{Error, Permission},
    frame::StaffFrame,
    sla::{
        api,
        model::Field,
        views::{Overview, PolicyLine, PolicyPage, Sheet},
    },
    ui::{Button, ButtonKind, Glyph, Icon, Loading, SectionHead, TextField, screen::Screen, time::day_words},
};

/// The page and what it loads before its code is there.
pub struct PoliciesPage {
    page: Resource<Result<PolicyPage, Error>>,
}

impl Screen for PoliciesPage {
    fn data() -> Self {
        let params = use_params_map();
        let asked = Memo::new(move |_| params.with(|params| params.get("id")));
        let page = Resource::new(
            move || asked.get(),
            |asked| async move {
                match asked.as_deref() {
                    None => api::open_policies(None, false).await,
                    Some("new") => api::open_policies(None, true).await,
                    Some(id) => api::open_policies(Some(id.parse().map_err(|_| Error::NotFound)?), false).await,
                }
            },
        );
        Self { page }
    }

    fn view(this: Self) -> AnyView {
        let page = this.page;
        view! {
            <Title text="Promises"/>
            <StaffFrame permission=Permission::ConfigureDesk>
                <Frame
                    current="/admin/sla"
                    sub="Tried from the top; the first that matches a ticket decides."
                    new="New policy"
                >
                    <Suspense fallback=|| view! { <Loading what="the policies"/> }>
                        {move || Suspend::new(async move {
                            match page.await {
                                Ok(page) => view! { <Editor page=page/> }.into_any(),
                                Err(error) => view! { <Refusal error=error/> }.into_any(),
                            }
                        })}
                    </Suspense>
                </Frame>
            </StaffFrame>
        }
        .into_any()
    }
}

#[component]
fn Editor(page: PolicyPage) -> impl IntoView {
    let PolicyPage { overview, open, sheet } = page;
    let current = open.as_ref().map(|line| line.id);
    let rows = overview
        .policies
        .iter()
        .enumerate()
        .map(|(index, line)| row(&overview, index, line, Some(line.id) == current))
        .collect_view();
    let seen = overview.number;
    let retire = open.as_ref().filter(|line| !line.catch_all).map(|line| {
        let action = format!("/admin/sla/policies/{}/retire", line.id);
        let label = format!("Retire {}", line.name);
        view! { <Press action=action seen=seen label=label glyph=Glyph::Ban words="Retire this policy"/> }
    });
    view! {
        <div class="policy">
            <section aria-labelledby="policy-order">
                <h2 class="vh" id="policy-order">"Order of policies"</h2>
                <ol class="policy-list">{rows}</ol>
            </section>
            <div class="stack">
                <PolicyForm overview=overview open=open sheet=sheet/>
                {retire}
            </div>
        </div>
    }
}

fn row(overview: &Overview, index: usize, line: &PolicyLine, open: bool) -> impl IntoView + use<> {
    let movable = overview.policies.len().saturating_sub(1);
    let seen = overview.number;
    let action = format!("/admin/sla/policies/{}/move", line.id);
    let up = (index > 0 && index < movable).then(|| {
        let label = format!("Move {} up", line.name);
        view! { <Press action=action.clone() seen=seen to="up" label=label glyph=Glyph::ArrowUp/> }
    });
    let down = (index + 1 < movable).then(|| {
        let label = format!("Move {} down", line.name);
        view! { <Press action=action seen=seen to="down" label=label glyph=Glyph::ArrowDown/> }
    });
    let last = line.catch_all.then(|| view! { <Icon glyph=Glyph::Lock/> });
    view! {
        <li>
            <span class="pos num">{index + 1}</span>
            <a href=format!("/admin/sla/policies/{}", line.id) aria-current=open.then_some("true")>
                {line.name.clone()}
            </a>
            <span class="row move">{up}{down}{last}</span>
            <span class="meta">{line.applies.clone()}<br/>{format!("{} open", line.open)}</span>
        </li>
    }
}

#[component]
fn PolicyForm(overview: Overview, open: Option<PolicyLine>, sheet: Sheet) -> impl IntoView {
    let (action, title, since) = match &open {
        Some(line) => (
            format!("/admin/sla/policies/{}", line.id),
            line.name.clone(),
            format!("Version {} is live since {}", line.version, day_words(line.since)),
        ),
        None => ("/admin/sla/policies/new".to_owned(), "New policy".to_owned(), String::new()),
    };
    let catch_all = open.as_ref().is_some_and(|line| line.catch_all);
    let names = overview.named.iter().map(|named| view! { <option value=named.name.clone()></option> }).collect_view();
    view! {
        <div class="row wrap">
            <h2 class="big">{title}</h2>
            <span class="small muted push">{since}</span>
        </div>
        <Wrong sheet=sheet.clone()/>
        <form method="post" action=action class="stack" novalidate=true>
            <input type="hidden" name="seen" value=sheet.value("seen")/>
            <TextField
                name="name"
                label="Name"
                value=Signal::stored(sheet.value("name"))
                error=Signal::stored(sheet.wrong("name"))
            />
            <Conditions sheet=sheet.clone() catch_all=catch_all/>
            <datalist id="names">{names}</datalist>
            <section>
                <SectionHead
                    title="What we promise"
                    sub="Write it as you say it: 30 min, 4 h, 3 days, end of 5th day. A day is 24 counted hours."
                />
                <Matrix sheet=sheet.clone() calendars=overview.calendars/>
            </section>
            <section>
                <SectionHead title="Who hears about it, and when" sub="Each person in the way they prefer."/>
                <LadderPicture sheet=sheet.clone()/>
                <LadderFields sheet=sheet/>
            </section>
            <div class="row wrap">
                <Button kind=ButtonKind::Primary submit=true>"Publish"</Button>
                <span class="small muted">"For tickets that are filed from now on; open ones keep their promise."</span>
            </div>
        </form>
    }
}

/// Whom the policy concerns: one line for each condition.
#[component]
fn Conditions(sheet: Sheet, catch_all: bool) -> impl IntoView {
    let count = sheet.value("conditions").parse::<usize>().unwrap_or_default().min(50);
    if catch_all && count == 0 {
        let text = "Matches every ticket that no policy before it matches.";
        return view! { <p class="sentence">{text}</p> }.into_any();
    }
    let lines = (0..count)
        .map(|index| {
            let name = format!("conditions.{index}");
            let field = sheet.value(&format!("{name}.field"));
            let not = sheet.value(&format!("{name}.not")) == "not";
            let wrong = sheet.wrong(&name);
            let error_id = wrong.is_some().then(|| format!("{name}-error"));
            let fields = Field::ALL
                .into_iter()
                .map(|f| view! { <option value=f.as_str() selected={f.as_str() == field}>{f.as_str()}</option> })
                .collect_view();
            let and = if index == 0 { "Applies when the " } else { "and the " };
            view! {
                <p class="sentence">
                    {and}
                    <select class="term" name=format!("{name}.field") aria-label=format!("Condition {}: what", index + 1)>
                        {fields}
                    </select>
                    " "
                    <select class="term" name=format!("{name}.not") aria-label=format!("Condition {}: is or is not", index + 1)>
                        <option value="is" selected=!not>"is"</option>
                        <option value="not" selected=not>"is not"</option>
                    </select>
                    " "
                    <input
                        class="term"
                        id=name.clone()
                        name=name.clone()
                        value=sheet.value(&name)
                        list="names"
                        placeholder="one or more, with commas"
                        autocomplete="off"
                        aria-label=format!("Condition {}: values", index + 1)
                        aria-invalid=wrong.is_some().then_some("true")
                        aria-describedby=error_id.clone()
                    />
                    {wrong.map(|text| view! { <span class="error-text" id=error_id>{text}</span> })}
                </p>
            }
        })
        .collect_view();
    let wrong = sheet.wrong("conditions");
    view! {
        <section class="stack-4" id="conditions" aria-label="Whom it concerns">
            <input type="hidden" name="conditions" value=count.to_string()/>
            {wrong.map(|text| view! { <p class="error-text">{text}</p> })}
            {lines}
            <p class="small muted">"Lines without a value are left out."</p>
        </section>
    }
    .into_any()
}
