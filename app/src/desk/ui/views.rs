//! The first pane: the lists that everybody knows by name, with how many tickets each holds.
use leptos::prelude::*;

use super::state::{Answer, Desk};
use crate::{
    core::resource::Resource,
    desk::model::Counts,
    tickets::query::View,
    ui::{Count, Glyph, Icon},
};

const fn glyph(view: View) -> Glyph {
    match view {
        View::Mine => Glyph::User,
        View::Unassigned => Glyph::CircleDashed,
        View::Open => Glyph::Layers,
        View::AtRisk => Glyph::PromiseRisk,
        View::Late => Glyph::PromiseLate,
        View::OnHold => Glyph::PromisePause,
        View::DueSoon => Glyph::Clock,
        View::All => Glyph::Ticket,
    }
}

const MY_WORK: [View; 2] = [View::Mine, View::Unassigned];
const TEAM: [View; 5] = [View::Open, View::AtRisk, View::Late, View::OnHold, View::DueSoon];
const ARCHIVE: [View; 1] = [View::All];

#[component]
pub fn Views(desk: Desk) -> impl IntoView {
    let counts = desk.counts;
    let home = move || (desk.base.get() == "/desk").then_some("page");
    // One for all of them: each costs the server about as much as a page of its own.
    view! {
        <nav class="pane pane-views" aria-label="Views">
            <Transition>
                <div>
                    <h2>"My work"</h2>
                    <ul>
                        <li>
                            <a href="/desk" aria-current=home>
                                <Icon glyph=Glyph::Gauge/>
                                "Today"
                            </a>
                        </li>
                        {group(&MY_WORK, desk, counts)}
                    </ul>
                </div>
                <div>
                    <h2>"My teams"</h2>
                    <ul>{group(&TEAM, desk, counts)}</ul>
                </div>
                <div>
                    <h2>"Everything"</h2>
                    <ul>{group(&ARCHIVE, desk, counts)}</ul>
                </div>
            </Transition>
        </nav>
    }
}

fn group(views: &[View], desk: Desk, counts: Resource<Answer<Counts>>) -> impl IntoView + use<> {
    views.iter().map(|view| entry(*view, desk, counts)).collect_view()
}

fn entry(view: View, desk: Desk, counts: Resource<Answer<Counts>>) -> impl IntoView {
    let href = format!("/desk/{}", view.as_str());
    let own = href.clone();
    let here = move || (desk.base.get() == own).then_some("page");
    let count = move || counts.get().and_then(Result::ok).and_then(|c| c.of(view));
    let hot = move || match view {
        View::AtRisk if count().is_some_and(|n| n > 0) => Some("risk"),
        View::Late if count().is_some_and(|n| n > 0) => Some("late"),
        _ => None,
    };
    view! {
        <li>
            <a href=href aria-current=here data-hot=hot>
                <Icon glyph=glyph(view)/>
                {view.label()}
                {move || count().map(|n| view! { <Count value=u64::try_from(n).unwrap_or_default()/> })}
            </a>
        </li>
    }
}
