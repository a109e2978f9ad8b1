//! `/admin/categories`.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    api::{self, SaveCategory},
    model::CategoryLine,
};
use crate::{
    core::{Permission, id::CategoryId, resource::resource},
    frame::{Answer, StaffFrame},
    reports::ui::parts::{Afresh, Said, admin_nav, loaded},
    tickets::query::{Filter, ListQuery, View},
    ui::{
        Button, ButtonKind, Check, Column, Empty, Glyph, LinkButton, Page, SectionHead, Table, TextField,
        screen::Screen,
    },
};

/// The page and what it loads before its code is there.
pub struct CategoriesPage {
    lines: Answer<Vec<CategoryLine>>,
    save: ServerAction<SaveCategory>,
    chosen: Memo<Option<CategoryId>>,
}

impl Screen for CategoriesPage {
    fn data() -> Self {
        let query = use_query_map();
        let chosen = Memo::new(move |_| query.with(|q| q.get("edit")).and_then(|id| id.parse().ok()));
        let save = ServerAction::<SaveCategory>::new();
        let lines = resource(move || save.version().get(), |_| api::category_lines());
        Self { lines, save, chosen }
    }

    fn view(this: Self) -> AnyView {
        let CategoriesPage { lines, save, chosen } = this;
        let afresh = Afresh::on(chosen, save);
        view! {
            <Title text="Categories"/>
            <StaffFrame permission=Permission::ConfigureDesk>
                <Page title="Categories" sub="What customers choose on the form" actions=move || admin_nav("/admin/categories")>
                    {loaded(lines, "the categories", move |lines| body(lines, save, chosen, afresh))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(
    lines: Vec<CategoryLine>,
    save: ServerAction<SaveCategory>,
    chosen: Memo<Option<CategoryId>>,
    afresh: Afresh,
) -> AnyView {
    let all = lines.clone();
    let editor = move || {
        let open = chosen.get().and_then(|id| all.iter().find(|line| line.id == id).cloned());
        afresh.form(open, move |open| form(open.clone(), save))
    };
    view! {
        <div class="split">
            <section>{table(lines)}</section>
            <section>{editor}</section>
        </div>
    }
    .into_any()
}

fn table(lines: Vec<CategoryLine>) -> AnyView {
    if lines.is_empty() {
        return view! { <Empty title="No categories yet" text="Without any, the form asks for none and routing goes by words alone."/> }.into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let filter = Filter { category: Some(line.id), ..Filter::default() };
            let open = ListQuery { view: View::Open, filter, ..ListQuery::default() }.href("/tickets", false, &[]);
            view! {
                <tr>
                    <th scope="row">
                        <span class="two">
                            <a class="plain" href=format!("/admin/categories?edit={}", line.id)>{line.name}</a>
                            <span class="small muted">{line.help}</span>
                        </span>
                    </th>
                    <td data-label="Offered">{if line.active { "Offered" } else { "Switched off" }}</td>
                    <td class="end" data-label="Open tickets"><a href=open>{line.open}</a></td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec![Column::new("Category"), Column::new("On the form"), Column::number("Open tickets")];
    view! { <Table label="Categories" columns=columns>{rows}</Table> }.into_any()
}

fn form(open: Option<CategoryLine>, save: ServerAction<SaveCategory>) -> AnyView {
    let said = Said::new(move || save.value().get());
    let title = open.as_ref().map_or_else(|| "New category".to_owned(), |line| format!("Change {}", line.name));
    let id = open.as_ref().map(|line| view! { <input type="hidden" name="id" value=line.id.to_string()/> });
    let other = open.is_some().then(
        || view! { <LinkButton href="/admin/categories".to_owned() icon=Glyph::Plus>"New category"</LinkButton> },
    );
    let active = open.as_ref().is_none_or(|line| line.active);
    let (name, help) = open.map(|line| (line.name, line.help)).unwrap_or_default();
    view! {
        <SectionHead title=title/>
        <ActionForm action=save attr:class="form" attr:novalidate="">
            {said.whole("Saved.")}
            {id}
            <TextField name="form[name]" id="name" label="Name" help="In the customer’s words" value=Signal::stored(name) error=said.at("name")/>
            <TextField name="form[help]" id="help" label="Help" help="One line under the name on the form" optional=true
                value=Signal::stored(help) error=said.at("help")/>
            <Check name="form[active]" label="Offered on the form" checked=active/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || save.pending().get())>"Save"</Button>
                {other}
            </div>
        </ActionForm>
    }
    .into_any()
}
