//! /system/audit: what happened, who did it, and whether the log still is what it was.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    api::{VerifyAudit, list_audit},
    model::{Area, AuditFilter, AuditRow, Verdict},
};
use crate::{
    core::{
        Error, Permission,
        page::Page,
        resource::{Resource, resource},
    },
    frame::{StaffFrame, answer_with},
    ui::{
        At, Banner, BannerKind, Button, Choice, Column, Empty, Failed, Pager, SelectField, Table, TextField,
        screen::{Screen, arrived},
    },
};

/// The page.
pub struct AuditPage {
    page: Resource<Result<Page<AuditRow>, Error>>,
    filter: Memo<AuditFilter>,
}

/// The filter that the URL asks for; what makes no sense in it is left out.
fn filter_of(query: &ParamsMap) -> AuditFilter {
    let text = |name: &str| query.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    AuditFilter {
        area: text("area").and_then(|word| word.parse().ok()),
        person: text("person").unwrap_or_default(),
        ticket: text("ticket").and_then(|number| number.trim_start_matches('#').parse().ok()),
        day: text("day").and_then(|day| day.parse().ok()),
        after: text("after"),
    }
}

/// The address of the page after `next` under the same filter.
fn address(filter: &AuditFilter, next: &str) -> String {
    let mut query = ParamsMap::new();
    if let Some(area) = filter.area {
        query.insert("area", area.to_string());
    }
    if !filter.person.is_empty() {
        query.insert("person", filter.person.clone());
    }
    if let Some(number) = filter.ticket {
        query.insert("ticket", number.to_string());
    }
    if let Some(day) = filter.day {
        query.insert("day", day.to_string());
    }
    query.insert("after", next.to_owned());
    format!("/system/audit{}", query.to_query_string())
}

impl Screen for AuditPage {
    fn data() -> Self {
        let query = use_query_map();
        let filter = Memo::new(move |_| filter_of(&query.read()));
        Self { page: resource(move || filter.get(), list_audit), filter }
    }

    fn view(this: Self) -> AnyView {
        let AuditPage { page, filter } = this;
        let verify = ServerAction::<VerifyAudit>::new();
        let rows = move || {
            Suspend::new(async move {
                match page.await {
                    Ok(page) => arrived(move || view! { <Rows page filter=filter.get_untracked()/> }),
                    Err(error) => {
                        answer_with(&error);
                        view! { <Failed title="The log could not be loaded" text=error.to_string()/> }.into_any()
                    }
                }
            })
        };
        view! {
            <Title text="Audit log"/>
            <StaffFrame permission=Permission::ReadAudit>
                <main class="page" id="main">
                    <div class="inner">
                        <div class="section-head">
                            <h1>"Audit log"</h1>
                            <ActionForm action=verify>
                                <Button submit=true busy=verify.pending()>"Verify the chain"</Button>
                            </ActionForm>
                        </div>
                        <p class="sub">"Each entry is sealed with a hash over itself and the entry before it: a change to any of them shows."</p>
                        <div role="status">{move || verify.value().get().map(|done| view! { <Outcome done/> })}</div>
                        {move || view! { <Filters filter=filter.get()/> }}
                        <Transition fallback=|| ()>{rows}</Transition>
                    </div>
                </main>
            </StaffFrame>
        }
        .into_any()
    }
}

#[component]
fn Outcome(done: Result<Verdict, Error>) -> impl IntoView {
    let (kind, words) = match done {
        Ok(verdict) if verdict.broken.is_none() => (BannerKind::Ok, verdict.to_string()),
        Ok(verdict) => (BannerKind::Danger, verdict.to_string()),
        Err(error) => (BannerKind::Danger, error.to_string()),
    };
    view! { <Banner kind=kind>{words}</Banner> }
}

#[component]
fn Filters(filter: AuditFilter) -> impl IntoView {
    let areas = std::iter::once(Choice::new("", "Everything"))
        .chain(Area::ALL.into_iter().map(|area| Choice::new(area.as_str(), area.label())))
        .collect::<Vec<_>>();
    let area = filter.area.map(|area| area.to_string()).unwrap_or_default();
    let ticket = filter.ticket.map(|number| number.to_string()).unwrap_or_default();
    let day = filter.day.map(|day| day.to_string()).unwrap_or_default();
    view! {
        <form method="get" action="/system/audit" class="form form-cols" role="search">
            <SelectField name="area" label="About" options=areas value=area/>
            <TextField name="person" label="Person (address)" kind="email" value=filter.person optional=true/>
            <TextField name="ticket" label="Ticket" value=ticket optional=true/>
            <TextField name="day" label="Day (UTC)" kind="date" value=day optional=true/>
            <div class="form-actions whole">
                <Button submit=true>"Show"</Button>
            </div>
        </form>
    }
}

#[component]
fn Rows(page: Page<AuditRow>, filter: AuditFilter) -> impl IntoView {
    if page.rows.is_empty() {
        return view! { <Empty title="Nothing found" text="No entry fits all of these. Leave one out."/> }.into_any();
    }
    let older = page.next.as_deref().map(|next| address(&filter, next));
    // Back goes by the browser's own button: a page knows only where the next one starts.
    let newer = None::<String>;
    let rows = page.rows.into_iter().map(|row| view! { <Row row/> }).collect_view();
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("What"),
        Column::new("Ticket"),
        Column::number("Entry"),
    ];
    view! {
        <Table label="Entries" columns=columns>
            {rows}
        </Table>
        <Pager newer=newer older=older/>
    }
    .into_any()
}

#[component]
fn Row(row: AuditRow) -> impl IntoView {
    let ticket = row.ticket.map(|number| view! { <a href=format!("/tickets/{number}")>{format!("#{number}")}</a> });
    let position = row.position.map_or_else(|| "not sealed yet".to_owned(), |position| position.to_string());
    view! {
        <tr>
            <th scope="row">
                <At at=row.at/>
            </th>
            <td data-label="Who">{row.who}</td>
            <td data-label="What">{row.what}</td>
            <td data-label="Ticket">{ticket}</td>
            <td class="end" data-label="Entry">{position}</td>
        </tr>
    }
}
