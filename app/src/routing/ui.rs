//! `/admin/routing`: the rules in their order, and the one that is open.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    api::{self, MoveRuleDown, MoveRuleUp, RemoveRule, SaveRule},
    model::{Keyword, RoutingPageData, RoutingRule},
};
use crate::{
    core::{Permission, id::RuleId, resource::resource},
    frame::{Answer, StaffFrame},
    reports::ui::parts::{Afresh, Said, admin_nav, loaded},
    tickets::model::Priority,
    ui::{
        Button, ButtonKind, Check, Choice, Empty, Glyph, IconButton, LinkButton, Page, SectionHead, SelectField,
        TextArea, TextField, screen::Screen,
    },
};

/// What may be done to a rule.
#[derive(Clone, Copy)]
struct Acts {
    save: ServerAction<SaveRule>,
    up: ServerAction<MoveRuleUp>,
    down: ServerAction<MoveRuleDown>,
    remove: ServerAction<RemoveRule>,
}

/// The page and what it loads before its code is there.
pub struct RoutingPage {
    page: Answer<RoutingPageData>,
    acts: Acts,
    chosen: Memo<Option<RuleId>>,
}

impl Screen for RoutingPage {
    fn data() -> Self {
        let query = use_query_map();
        let chosen = Memo::new(move |_| query.with(|q| q.get("edit")).and_then(|id| id.parse().ok()));
        let acts = Acts {
            save: ServerAction::new(),
            up: ServerAction::new(),
            down: ServerAction::new(),
            remove: ServerAction::new(),
        };
        let changes = move || {
            (acts.save.version().get(), acts.up.version().get(), acts.down.version().get(), acts.remove.version().get())
        };
        Self { page: resource(changes, |_| api::routing_page()), acts, chosen }
    }

    fn view(this: Self) -> AnyView {
        let RoutingPage { page, acts, chosen } = this;
        let afresh = Afresh::on(chosen, acts.save);
        view! {
            <Title text="Routing"/>
            <StaffFrame permission=Permission::ConfigureDesk>
                <Page
                    title="Routing"
                    sub="Tried from the top on every new ticket; the first rule that matches decides"
                    actions=move || admin_nav("/admin/routing")
                >
                    {loaded(page, "the rules", move |page| body(page, acts, chosen, afresh))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(page: RoutingPageData, acts: Acts, chosen: Memo<Option<RuleId>>, afresh: Afresh) -> AnyView {
    let data = page.clone();
    let editor = move || {
        let open = chosen.get().and_then(|id| data.rules.iter().find(|rule| rule.id == id).cloned());
        let data = data.clone();
        afresh.form(open, move |open| form(open.clone(), &data, acts))
    };
    let last = page.rules.len().saturating_sub(1);
    let list = if page.rules.is_empty() {
        view! { <Empty title="No rules yet" text="Every ticket goes to the team for everything else, with normal priority."/> }.into_any()
    } else {
        let rows = page
            .rules
            .into_iter()
            .enumerate()
            .map(|(place, rule)| row(place, place == last, rule, acts, chosen))
            .collect_view();
        view! { <ol class="policy-list">{rows}</ol> }.into_any()
    };
    let moved = Said::new(move || acts.up.value().get().or_else(|| acts.down.value().get()));
    let removed = Said::new(move || acts.remove.value().get());
    view! {
        <div class="policy">
            <section aria-label="Rules in their order">
                {moved.whole("Moved.")}
                {removed.whole("Removed.")}
                {list}
            </section>
            <section>{editor}</section>
        </div>
    }
    .into_any()
}

/// `category is Larkfield Cloud and the text says “down” or “outage”`
fn asks(rule: &RoutingRule) -> String {
    let category = rule.category.as_ref().map(|c| format!("category is {}", c.name));
    let words: Vec<String> = rule.keywords.iter().map(|k| format!("“{}”", k.as_str())).collect();
    let says = (!words.is_empty()).then(|| format!("the text says {}", words.join(" or ")));
    category.into_iter().chain(says).collect::<Vec<_>>().join(" and ")
}

fn sets(rule: &RoutingRule) -> String {
    let team = rule.set_team.as_ref().map(|t| format!("team {}", t.name));
    let priority = rule.set_priority.map(|p| format!("priority {}", p.label().to_lowercase()));
    team.into_iter().chain(priority).collect::<Vec<_>>().join(", ")
}

fn row(place: usize, last: bool, rule: RoutingRule, acts: Acts, chosen: Memo<Option<RuleId>>) -> AnyView {
    let id = rule.id;
    let key = move || view! { <input type="hidden" name="id" value=id.to_string()/> };
    let (upward, downward) = (format!("Move {} up", rule.name), format!("Move {} down", rule.name));
    let up = (place > 0).then(|| {
        view! { <ActionForm action=acts.up>{key()}<IconButton glyph=Glyph::ArrowUp label=upward submit=true/></ActionForm> }
    });
    let down = (!last).then(|| {
        view! { <ActionForm action=acts.down>{key()}<IconButton glyph=Glyph::ArrowDown label=downward submit=true/></ActionForm> }
    });
    let off = (!rule.active).then_some(" (switched off)");
    let current = move || (chosen.get() == Some(id)).then_some("true");
    view! {
        <li>
            <span class="pos num">{place + 1}</span>
            <a href=format!("/admin/routing?edit={id}") aria-current=current>{rule.name.clone()} {off}</a>
            <span class="row move">{up}{down}</span>
            <span class="meta">{asks(&rule)}<br/>"sets " {sets(&rule)}</span>
        </li>
    }
    .into_any()
}

fn form(open: Option<RoutingRule>, page: &RoutingPageData, acts: Acts) -> AnyView {
    let save = acts.save;
    let said = Said::new(move || save.value().get());
    let mut categories = vec![Choice::new("", "Any category")];
    categories.extend(page.categories.iter().map(|c| Choice::new(c.id.to_string(), c.name.clone())));
    let mut teams = vec![Choice::new("", "Leave the team open")];
    teams.extend(page.teams.iter().map(|t| Choice::new(t.id.to_string(), t.name.clone())));
    let mut priorities = vec![Choice::new("", "Leave the priority open")];
    priorities.extend(Priority::ALL.into_iter().rev().map(|p| Choice::new(p.as_str(), p.label())));
    let title = open.as_ref().map_or_else(|| "New rule".to_owned(), |rule| format!("Change “{}”", rule.name));
    let id = open.as_ref().map(|rule| view! { <input type="hidden" name="id" value=rule.id.to_string()/> });
    let other = open.as_ref().map(|rule| {
        let key = rule.id.to_string();
        view! {
            <div class="row wrap">
                <LinkButton href="/admin/routing".to_owned() icon=Glyph::Plus>"New rule"</LinkButton>
                <ActionForm action=acts.remove>
                    <input type="hidden" name="id" value=key/>
                    <Button kind=ButtonKind::Danger icon=Glyph::Trash submit=true>"Remove this rule"</Button>
                </ActionForm>
            </div>
        }
    });
    let active = open.as_ref().is_none_or(|rule| rule.active);
    let text = |get: fn(&RoutingRule) -> String| open.as_ref().map(get).unwrap_or_default();
    let name = text(|r| r.name.clone());
    let keywords = text(|r| r.keywords.iter().map(Keyword::as_str).collect::<Vec<_>>().join(", "));
    let category = text(|r| r.category.as_ref().map(|c| c.id.to_string()).unwrap_or_default());
    let team = text(|r| r.set_team.as_ref().map(|t| t.id.to_string()).unwrap_or_default());
    let priority = text(|r| r.set_priority.map(|p| p.to_string()).unwrap_or_default());
    view! {
        <SectionHead title=title/>
        <ActionForm action=save attr:class="form" attr:novalidate="">
            {said.whole("Saved; new tickets go by it from now on.")}
            {id}
            <TextField name="form[name]" id="name" label="Name" value=Signal::stored(name) error=said.at("name")/>
            <fieldset class="form-group">
                <legend>"When"</legend>
                <SelectField name="form[category]" id="category" label="Category" options=categories value=Signal::stored(category) error=said.at("category")/>
                <TextArea name="form[keywords]" id="keywords" label="Keywords" rows=3 optional=true value=keywords
                    help="Separated by commas; one of them must occur in the subject or text, as a whole word. A * at the end finds every word that begins so."
                    error=said.at("keywords")/>
            </fieldset>
            <fieldset class="form-group">
                <legend>"Then"</legend>
                <SelectField name="form[team]" id="team" label="Team" options=teams value=Signal::stored(team) error=said.at("team")/>
                <SelectField name="form[priority]" id="priority" label="Priority" options=priorities value=Signal::stored(priority) error=said.at("priority")/>
            </fieldset>
            <Check name="form[active]" label="In use" checked=active/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || save.pending().get())>"Save rule"</Button>
            </div>
        </ActionForm>
        {other}
    }
    .into_any()
}
