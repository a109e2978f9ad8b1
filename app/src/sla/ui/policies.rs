//! `/admin/sla`: the policies in their order, and the one that is open.
use leptos::prelude::*;

use super::{
    ladder::{LadderFields, LadderPicture},
    matrix::Matrix,
    order::Order,
    pauses::Pauses,
    sheet::{Editor, Kind, Opened, asked},
};
use crate::{
    core::{Error, resource::Resource},
    sla::{
        api,
        model::Field,
        views::{Overview, PolicyPage, Sheet, Typed},
    },
    ui::{SectionHead, screen::Screen},
};

const POLICIES: Kind = Kind {
    title: "Promises",
    sub: "Tried from the top; the first that matches a ticket decides.",
    page: "/admin/sla",
    each: "/admin/sla/policies",
    one: "policy",
    many: "policies",
    list: "Order of policies",
};

/// The page and what it loads before its code is there.
pub struct PoliciesPage {
    page: Resource<Result<PolicyPage, Error>>,
}

impl Screen for PoliciesPage {
    fn data() -> Self {
        Self { page: asked(api::open_policies) }
    }

    fn view(this: Self) -> AnyView {
        POLICIES.page(this.page, editor)
    }
}

fn editor(page: PolicyPage) -> AnyView {
    let PolicyPage { overview, open, sheet, published, versions, review } = page;
    let order = Order::of(&overview);
    let current = open.as_ref().map(|line| line.id);
    let rows = overview
        .policies
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let meta = [line.applies.clone(), format!("{} open", line.open)];
            let buttons = order.buttons(place, &line.name);
            let row = POLICIES.row(place, &line.id.to_string(), &line.name, Some(line.id) == current, buttons, meta);
            order.item(place, row)
        })
        .collect();
    let catch_all = open.as_ref().is_some_and(|line| line.catch_all);
    let opened = open.map(|line| Opened {
        id: line.id.to_string(),
        name: line.name,
        version: line.version,
        since: line.since,
        may_retire: !catch_all,
    });
    let seen = overview.number;
    let fields = fields(&sheet, published, overview, catch_all);
    view! {
        {order.form()}
        <Editor kind=POLICIES rows=rows open=opened seen=seen sheet=sheet versions=versions review=review>
            {fields}
        </Editor>
    }
    .into_any()
}

fn fields(sheet: &Sheet, published: Typed, overview: Overview, catch_all: bool) -> impl IntoView + use<> {
    let names = overview.named.iter().map(|named| view! { <option value=named.name.clone()></option> }).collect_view();
    view! {
        <Conditions sheet=sheet.clone() catch_all=catch_all/>
        <datalist id="names">{names}</datalist>
        <section>
            <SectionHead
                title="What we promise"
                sub="Write it as you say it: 30 min, 4 h, 3 days, end of 5th day; 4 h in Office hours where other hours count. A day is 24 counted hours."
            />
            <Matrix sheet=sheet.clone() published=published calendars=overview.calendars/>
            <Pauses sheet=sheet.clone()/>
        </section>
        <section>
            <SectionHead title="Who hears about it, and when" sub="Each person in the way they prefer."/>
            <LadderPicture sheet=sheet.clone() named=overview.named.clone()/>
            <LadderFields sheet=sheet.clone() named=overview.named/>
        </section>
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
            let offered = |f: &Field| f.is_on_tickets() || f.as_str() == field;
            let fields = Field::ALL
                .into_iter()
                .filter(offered)
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
