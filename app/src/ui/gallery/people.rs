//! Rows, tables and messages.
use leptos::prelude::*;
use maud::html;

use super::{Cap, Part, then};
use crate::ui::{
    avatar::{self, Avatar, AvatarSize, Presence},
    chart::Tally,
    icon::Glyph,
    promise::{ClockView, PromiseLine, PromiseView},
    status::{PrioKind, StatusKind},
    table::{Column, Pager, Table},
    timeline::{DayMark, Entry, EntryKind, EventLine, file_link},
};

fn row(subject: &'static str, status: StatusKind, prio: PrioKind, unread: bool, used: i64) -> impl IntoView {
    let promise = PromiseView {
        metric: "next reply".into(),
        as_of: 0,
        clock: ClockView::Running { used, target: 7_200, open: vec![(0, i64::MAX)], due: String::new(), opens: None },
    };
    let meta = html! {
        (prio.markup())
        (status.markup())
        span { "#48213" }
        span.truncate { "Marta Oliveira, Águas do Douro" }
        (avatar::markup((!unread).then_some("Priya Nair")))
    };
    view! {
        <li>
            <a class="trow" href="#ticket" data-unread=unread.then_some("")>
                <span class=unread.then_some("unread")>{unread.then(|| view! { <span class="vh">"Unread"</span> })}</span>
                <span class="truncate">
                    <span class="subject">{subject}</span>
                    <span class="meta" inner_html=meta.into_string()></span>
                </span>
                <PromiseLine view=promise/>
            </a>
        </li>
    }
}

fn rows() -> impl IntoView {
    view! {
        <ul class="tlist">
            {row("Sampler stops mid-cycle, night shift has no alarms", StatusKind::Progress, PrioKind::Urgent, false, 8_700)}
            {row("No readings from Lever station since 14:05", StatusKind::Open, PrioKind::High, true, 6_480)}
            {row("Reagent kit arrived warm, can we still use it?", StatusKind::Hold, PrioKind::Normal, false, 600)}
        </ul>
    }
}

#[component]
pub(super) fn Rows() -> impl IntoView {
    let person = |name: &'static str, here: Presence, open: u32, late: u32| {
        view! {
            <tr>
                <th scope="row">
                    <span class="person">
                        <Avatar name=name.to_owned() size=AvatarSize::Large presence=here/>
                        <span class="two">
                            <a class="plain hit" href="#person">{name}</a>
                            <span class="small muted">"Field support"</span>
                        </span>
                    </span>
                </th>
                <td data-wide="" data-label="Load">
                    <Tally open=open capacity=12 risk=1 late=late/>
                </td>
                <td class="end" data-label="Late">{late}</td>
                <td class="end" data-label="Kept">"97.8 %"</td>
            </tr>
        }
    };
    let columns = vec![
        Column::new("Person").sortable("#by-name", Some(true)),
        Column::new("Load"),
        Column::number("Late").sortable("#by-late", None),
        Column::number("Kept"),
    ];
    view! {
        <Part title="Rows">
            <Cap text="Narrow list, 44 px, two lines"/>
            <div class="listframe">{rows()}</div>
            <Cap text="Wide list, 36 px, one line, from the same markup"/>
            <div class="listframe listframe-wide">{rows()}</div>
            <Cap text="Table"/>
            <Table label="People" columns=columns class="people">
                {person("Priya Nair", Presence::Here, 11, 0)} {person("Tom Haugen", Presence::Away, 14, 1)}
                {person("Callum Reid", Presence::Off, 8, 0)}
            </Table>
            <Pager newer=None older=Some("#older".to_owned()) note="1 to 50 of about 2,300"/>
        </Part>
    }
}

#[component]
pub(super) fn Messages() -> impl IntoView {
    let log = html! {
        p { "Here is the log of probe 7F-2231. Could we go back to 4.1 today?" }
        p class="row wrap" {
            (file_link("#file", "probe-7F-2231.log", 84_000, false))
            (file_link("#file", "display.jpg", 1_200_000, true))
        }
    };
    let answer = html! { p { "Hello Marta, could you send me the log of one probe? Menu, Service, Export log." } };
    let kept = html! { span.kept { "First reply kept, 38 min of 2 h" } span { "Delivered" } };
    let note = html! { p { "Same as #48102. The fix is in 4.2.1, out tonight." } };
    let hold = html! { b { "On hold" } ", waiting for the probe log. The solve promise pauses" };
    view! {
        <Part title="Timeline">
            <div class="timeline">
                <DayMark label="Thursday 19 November"/>
                <Entry who="Marta Oliveira" how="wrote by e-mail" at=then() body=log/>
                <Entry who="Priya Nair" how="replied" at=then() kind=EntryKind::Reply body=answer footer=Some(kept)/>
                <Entry who="Callum Reid" at=then() kind=EntryKind::Note body=note/>
                <EventLine glyph=Glyph::StatusHold at=then() words=hold/>
            </div>
        </Part>
    }
}
