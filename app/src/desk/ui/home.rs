//! The agent's start page, in the desk's third pane: where things stand, what comes, what to do first.
use leptos::prelude::*;

use super::{row::Row, state::Desk};
use crate::{
    desk::model::{DueHour, Home},
    tickets::query::View,
    ui::{
        BarChart, Empty, Failed, Figures, Glyph, Icon, IconSize, Loading, Point, SectionHead, Tile,
        figures::{decimal, percent, thousands},
        screen::{arrived, still},
    },
};

#[component]
pub fn DeskHome(desk: Desk) -> impl IntoView {
    let home = desk.home;
    view! {
        <div class="pane-head phone-show">
            <a class="btn btn-quiet btn-icon back" href=move || desk.list_href(Some("views")) aria-label="Views">
                <Icon glyph=Glyph::Menu size=IconSize::Large/>
            </a>
            <h2>"Today"</h2>
        </div>
        <div class="pane-scroll desk-home">
            <Transition fallback=|| view! { <Loading what="your day" rows=6/> }>
                {
                    let shown = Memo::new(move |before| still(home.get().flatten(), before, |_| true));
                    move || shown.get().map(|answer| match answer {
                        Ok(home) => arrived(move || view! { <Day home=home desk=desk/> }),
                        Err(error) => view! {
                            <Failed title="Your day did not arrive" text=error.to_string()
                                retry=Callback::new(move |()| home.refetch())/>
                        }.into_any(),
                    })
                }
            </Transition>
        </div>
    }
}

#[component]
fn Day(home: Home, desk: Desk) -> impl IntoView {
    let counts = home.counts;
    let tile = move |view: View, how: &'static str, alarm: Option<Glyph>| {
        let n = counts.of(view).unwrap_or_default();
        let href = format!("/desk/{}", view.as_str());
        match alarm.filter(|_| n > 0) {
            Some(alarm) => {
                view! { <Tile label=view.label() value=number(n) how=how href=href alarm=alarm/> }.into_any()
            }
            None => view! { <Tile label=view.label() value=number(n) how=how href=href/> }.into_any(),
        }
    };
    let whole = u64::try_from(home.solved).unwrap_or_default();
    let kept = percent(u64::try_from(home.solved_in_time).unwrap_or_default(), whole);
    let note = kept.map_or_else(
        || "none solved yet".to_owned(),
        |kept| format!("{} % without a missed promise, n = {whole}", decimal(kept, 1)),
    );
    let rows = home.act.into_iter().map(|line| {
        let number = line.number;
        view! { <Row line=line href=Signal::derive(move || desk.href(number)) near=desk.ticket.near()/> }
    });
    let rows: Vec<_> = rows.collect();
    let nothing = rows.is_empty();
    view! {
        <div class="stack">
            <Figures label="Where things stand">
                {tile(View::Mine, "Unsolved tickets that you hold.", None)}
                {tile(View::Unassigned, "Unsolved tickets of your teams that nobody holds.", None)}
                {tile(View::AtRisk, "Promises that have used 80 % of their time and are not late.", Some(Glyph::PromiseRisk))}
                {tile(View::Late, "Running promises past their due time.", Some(Glyph::PromiseLate))}
                {tile(View::DueSoon, "Running promises due within 24 hours from now.", None)}
                <Tile
                    label="Solved, 7 days"
                    value=number(home.solved)
                    how="Tickets that you hold and that were solved since midnight UTC six days ago; the share is of those on which no promise was missed."
                    href=home.solved_list
                    note=note
                />
            </Figures>
            <BarChart
                id="due"
                title=finding(&home.due)
                note="Running promises of your teams and of what you watch, by the hour in which they are due; late ones left out"
                points=points(&home.due)
            />
            <section>
                <SectionHead title="Do first" sub="Yours by due time, then what nobody holds" link="/desk/mine" link_text="All of mine"/>
                {if nothing {
                    view! { <Empty title="Nothing waits for you" text="New tickets appear here by themselves." good=true/> }.into_any()
                } else {
                    view! { <ul class="tlist listframe">{rows}</ul> }.into_any()
                }}
            </section>
        </div>
    }
}

fn number(n: i64) -> String {
    thousands(u64::try_from(n).unwrap_or_default())
}

/// The chart's title says what it shows.
fn finding(due: &[DueHour]) -> String {
    let all: i64 = due.iter().map(|h| h.count).sum();
    match due.iter().max_by_key(|h| h.count) {
        Some(most) if all > 0 => {
            let promises = if all == 1 { "promise is" } else { "promises are" };
            format!("{} {promises} due in these {} hours, most from {}", number(all), due.len(), most.label)
        }
        _ => format!("No promise is due in these {} hours", due.len()),
    }
}

fn points(due: &[DueHour]) -> Vec<Point> {
    #[allow(clippy::cast_precision_loss)] // a bar has no 2^52 tickets
    due.iter().map(|h| Point::new(h.label.clone(), h.count as f64).to(h.list.clone())).collect()
}
