//! `/admin/sla/calendars`: the hours that promises are counted in.
use leptos::prelude::*;

use super::{
    probe::{Probe, ProbePanel},
    sheet::{Editor, Kind, Opened, asked},
};
use crate::{
    core::{Error, resource::Resource},
    sla::{
        api,
        spec::Week,
        views::{CalendarPage, Sheet},
    },
    ui::{Banner, BannerKind, Field, FieldIds, SectionHead, TextArea, TextField, screen::Screen},
};

const CALENDARS: Kind = Kind {
    title: "Calendars",
    sub: "The hours that promises are counted in, each in its own time zone.",
    page: "/admin/sla/calendars",
    each: "/admin/sla/calendars",
    one: "calendar",
    many: "calendars",
    list: "Calendars",
};

/// The page and what it loads before its code is there.
pub struct CalendarsPage {
    page: Resource<Result<CalendarPage, Error>>,
}

impl Screen for CalendarsPage {
    fn data() -> Self {
        Self { page: asked(api::open_calendars) }
    }

    fn view(this: Self) -> AnyView {
        CALENDARS.page(this.page, editor)
    }
}

fn editor(page: CalendarPage) -> AnyView {
    let probe = Probe::of(&page);
    let CalendarPage { overview, open, sheet, notes, versions, review, .. } = page;
    let current = open.as_ref().map(|line| line.id);
    let rows = overview
        .calendars
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let used = match line.used_by.as_slice() {
                [] => "Not in use".to_owned(),
                users => format!("Used by {}", users.join(", ")),
            };
            let middle = view! { <span></span> }.into_any();
            let meta = [line.spec.zone.clone(), used];
            let row = CALENDARS.row(place, &line.id.to_string(), &line.name, Some(line.id) == current, middle, meta);
            view! { <li>{row}</li> }.into_any()
        })
        .collect();
    let opened = open.as_ref().map(|line| Opened {
        id: line.id.to_string(),
        name: line.name.clone(),
        version: line.version,
        since: line.since,
        may_retire: line.used_by.is_empty(),
    });
    let place = format!("{}/{}", CALENDARS.each, opened.as_ref().map_or("new", |open| open.id.as_str()));
    let (from, hours) = (sheet.value("probe.from"), sheet.value("probe.hours"));
    let picture = view! { <ProbePanel probe=probe action=format!("{place}/probe") from=from hours=hours/> }.into_any();
    let fields = fields(&sheet, probe, &place, notes);
    view! {
        <Editor
            kind=CALENDARS
            rows=rows
            open=opened
            seen=overview.number
            sheet=sheet
            versions=versions
            review=review
            picture=picture
        >
            {fields}
        </Editor>
    }
    .into_any()
}

fn fields(sheet: &Sheet, probe: Probe, place: &str, notes: Vec<String>) -> impl IntoView + use<> {
    let days =
        Week::DAYS.into_iter().zip(Week::NAMES).map(|(day, name)| day_row(sheet, probe, day, name)).collect_view();
    let week_wrong = probe.at("weekly");
    let holidays = holidays(sheet, probe, notes);
    let file = file(sheet, place);
    view! {
        <div class="stack" on:input=move |_| probe.typed() on:focusout=move |event| probe.leave(&event)>
            <TextField
                name="zone"
                label="Time zone"
                help="As the time zone database names it: Europe/Lisbon, America/New_York, UTC"
                value=Signal::stored(sheet.value("zone"))
                error=probe.at("zone")
            />
            <section id="weekly">
                <SectionHead
                    title="The week"
                    sub="09:00-13:00, 14:00-18:00; an end before the start is on the next day; empty is a day off."
                />
                {move || week_wrong.get().map(|text| view! { <p class="error-text">{text}</p> })}
                <ol class="week">{days}</ol>
            </section>
            {holidays}
            <TextArea
                name="overrides"
                label="Dates with hours of their own"
                help="One a line: 2026-11-28 10:00-14:00, 2026-11-30 closed"
                value=sheet.value("overrides")
                error=probe.at("overrides")
                rows=4
                optional=true
            />
            // The last: of a form that is too large, what comes before it has arrived.
            {file}
        </div>
    }
}

/// The holidays, with what came of a file that they were taken from.
fn holidays(sheet: &Sheet, probe: Probe, notes: Vec<String>) -> impl IntoView + use<> {
    let told = (!notes.is_empty()).then(|| {
        let lines = notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
        view! { <Banner kind=BannerKind::Info>{lines}</Banner> }
    });
    view! {
        {told}
        <TextArea
            name="holidays"
            label="Holidays"
            help="One a line: 2026-12-25 Christmas, 12-25 for every year, 12-24 14:00-24:00 for a part of the day"
            value=sheet.value("holidays")
            error=probe.at("holidays")
            rows=8
            optional=true
        />
    }
}

/// A file that more holidays come from.
fn file(sheet: &Sheet, place: &str) -> impl IntoView + use<> {
    let action = format!("{place}/import#holidays");
    let file = move |ids: FieldIds| {
        view! {
            <div class="row wrap">
                <input
                    class="input file"
                    type="file"
                    id=ids.control.clone()
                    name="ics"
                    accept=".ics,text/calendar"
                    aria-describedby=ids.described_by()
                    aria-invalid=ids.invalid()
                />
                <button class="btn" type="submit" formaction=action formenctype="multipart/form-data">
                    "Add its holidays"
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <Field
            id="ics"
            label="Holidays from a calendar file (.ics)"
            help="From Google, Outlook, Nextcloud or a public office, up to 1 MB. They are added to the holidays; nothing is saved yet."
            error=Signal::stored(sheet.wrong("ics"))
            optional=true
            children=Box::new(file)
        />
    }
}

fn day_row(sheet: &Sheet, probe: Probe, day: &'static str, name: &'static str) -> impl IntoView + use<> {
    let field = format!("weekly.{day}");
    let value = sheet.value(&field);
    let wrong = probe.at(&field);
    let is_wrong = move || wrong.with(Option::is_some);
    let error_id = format!("{field}-error");
    let described = error_id.clone();
    let off = value.is_empty().then_some("");
    view! {
        <li data-off=off>
            <label class="day" for=field.clone()>{name}</label>
            <span class="spans grow">
                <input
                    class="input hours"
                    id=field.clone()
                    name=field
                    value=value
                    placeholder="closed"
                    autocomplete="off"
                    aria-invalid=move || is_wrong().then_some("true")
                    aria-describedby=move || is_wrong().then(|| described.clone())
                />
                {move || wrong.get().map(|text| view! { <span class="error-text" id=error_id.clone()>{text}</span> })}
            </span>
        </li>
    }
}
