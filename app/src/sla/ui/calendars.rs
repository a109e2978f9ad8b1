//! `/admin/sla/calendars`: the hours that promises are counted in.
use leptos::prelude::*;

use super::sheet::{Editor, Kind, Opened, asked};
use crate::{
    core::{Error, resource::Resource},
    sla::{
        api,
        spec::{CalendarSpec, Shift, Week},
        views::{CalendarPage, Sheet},
    },
    ui::{SectionHead, TextArea, TextField, screen::Screen},
};

const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

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
    let CalendarPage { overview, open, sheet, probe, versions, review } = page;
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
    let picture = view! {
        {open.map(|line| view! { <WeekPicture spec=line.spec/> })}
        {probe.map(|text| view! { <p class="small muted">{text}</p> })}
    }
    .into_any();
    let fields = fields(&sheet);
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

fn fields(sheet: &Sheet) -> impl IntoView + use<> {
    let days = Week::DAYS.into_iter().zip(NAMES).map(|(day, name)| day_row(sheet, day, name)).collect_view();
    let week_wrong = sheet.wrong("weekly");
    view! {
        <TextField
            name="zone"
            label="Time zone"
            help="As the time zone database names it: Europe/Lisbon, America/New_York, UTC"
            value=Signal::stored(sheet.value("zone"))
            error=Signal::stored(sheet.wrong("zone"))
        />
        <section id="weekly">
            <SectionHead
                title="The week"
                sub="09:00-13:00, 14:00-18:00; an end before the start is on the next day; empty is a day off."
            />
            {week_wrong.map(|text| view! { <p class="error-text">{text}</p> })}
            <ol class="week">{days}</ol>
        </section>
        <TextArea
            name="holidays"
            label="Holidays"
            help="One a line: 2026-12-25 Christmas, 12-25 for every year, 12-24 14:00-24:00 for a part of the day"
            value=sheet.value("holidays")
            error=Signal::stored(sheet.wrong("holidays"))
            rows=6
            optional=true
        />
        <TextArea
            name="overrides"
            label="Dates with hours of their own"
            help="One a line: 2026-11-28 10:00-14:00, 2026-11-30 closed"
            value=sheet.value("overrides")
            error=Signal::stored(sheet.wrong("overrides"))
            rows=4
            optional=true
        />
    }
}

fn day_row(sheet: &Sheet, day: &'static str, name: &'static str) -> impl IntoView + use<> {
    let field = format!("weekly.{day}");
    let value = sheet.value(&field);
    let wrong = sheet.wrong(&field);
    let error_id = wrong.is_some().then(|| format!("{field}-error"));
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
                    aria-invalid=wrong.is_some().then_some("true")
                    aria-describedby=error_id.clone()
                />
                {wrong.map(|text| view! { <span class="error-text" id=error_id>{text}</span> })}
            </span>
        </li>
    }
}

/// The ordinary week at a glance: seven lines of twenty-four hours.
#[component]
fn WeekPicture(spec: CalendarSpec) -> impl IntoView {
    const LEFT: u32 = 40;
    const HOUR: u32 = 33;
    let x = |minutes: u32| LEFT + minutes * HOUR / 60;
    let bar = move |row: usize, from: u32, to: u32| {
        let y = (row * 18 + 20).to_string();
        view! { <rect class="open" x=x(from).to_string() y=y width=(x(to) - x(from)).to_string() height="10"></rect> }
    };
    let rows = spec
        .weekly
        .days()
        .into_iter()
        .enumerate()
        .map(|(row, (_, shifts))| {
            let bars = shifts.iter().flat_map(|shift| parts(row, *shift)).map(|(row, from, to)| bar(row, from, to)).collect_view();
            let y = row * 18 + 20;
            view! {
                <text x="0" y=(y + 9).to_string()>{&NAMES[row][..3]}</text>
                <rect class="shut" x=LEFT.to_string() y=(y + 4).to_string() width=(24 * HOUR).to_string() height="2"></rect>
                {bars}
            }
        })
        .collect_view();
    let hours = [0_u32, 6, 12, 18, 24]
        .into_iter()
        .map(|hour| view! { <text x=x(hour * 60).to_string() y="10" text-anchor="middle">{format!("{hour:02}:00")}</text> })
        .collect_view();
    view! {
        <svg class="week-picture" viewBox="0 0 860 150" role="img" aria-label="The working week">
            {hours}
            {rows}
        </svg>
    }
}

/// A shift as bars of a week: one over midnight goes on in the next line.
fn parts(row: usize, shift: Shift) -> Vec<(usize, u32, u32)> {
    let (from, to) = (u32::from(shift.from.minutes()), u32::from(shift.to.minutes()));
    if to > from { vec![(row, from, to)] } else { vec![(row, from, 24 * 60), ((row + 1) % 7, 0, to)] }
}
