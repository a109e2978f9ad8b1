//! What the form promises before it is sent.
use leptos::prelude::*;

use super::when::Said;
use crate::portal::{
    model::Pledge,
    when::{Form, When},
};

/// The sentence under the title.
#[component]
pub fn Lead(pledge: RwSignal<Pledge>, signed_in: bool) -> impl IntoView {
    let opening = if signed_in { "" } else { "No account needed. " };
    view! {
        <p class="lead">
            {opening}
            {move || match pledge.with(|p| p.answer) {
                Some(answer) => view! {
                    "Send it now and a person answers by "
                    <b>
                        <Said when=answer/>
                    </b>
                    "."
                }
                .into_any(),
                None => "A person reads every request and answers it.".into_any(),
            }}
        </p>
    }
}

/// The sentence under the button.
#[component]
pub fn Reminder(pledge: RwSignal<Pledge>) -> impl IntoView {
    view! {
        <p class="help soft">
            {move || {
                pledge
                    .with(|p| p.answer)
                    .map(|answer| {
                        view! {
                            "First answer by "
                            <b>
                                <Said when=answer/>
                            </b>
                            ". "
                        }
                    })
            }}
            "We use what you send to answer you, and for nothing else."
        </p>
    }
}

/// Beside the form: by when, in whose hours, and how such promises were kept. It follows what is typed.
#[component]
pub fn PledgeAside(pledge: RwSignal<Pledge>) -> impl IntoView {
    view! {
        <aside class="aside" aria-label="What we promise" aria-live="polite">
            {move || pledge.with(|p| (p.answer.is_some() || p.solve.is_some()).then(|| promised(p)))}
        </aside>
    }
}

fn promised(pledge: &Pledge) -> impl IntoView + use<> {
    let row = |name: &'static str, when: Option<When>| {
        when.map(|when| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>"by " <Said when=when/></dd>
                </div>
            }
        })
    };
    let hours = pledge.hours.clone().map(|hours| format!("We answer {hours}. "));
    let record = pledge
        .record
        .map(|r| format!("We kept {} of {} such promises in the last 90 days.", count(r.kept), count(r.of)));
    view! {
        <section class="pledge">
            <h2>"If you send this now"</h2>
            {line(pledge)}
            <dl>{row("A person answers", pledge.answer)} {row("We aim to have it solved", pledge.solve)}</dl>
            <p class="soft mt-s">{hours} {record}</p>
        </section>
    }
}

fn count(n: i64) -> String {
    crate::ui::figures::thousands(n.unsigned_abs())
}

/// From now to the two due times. Not to scale at its ends, so that the words have room.
fn line(pledge: &Pledge) -> Option<impl IntoView + use<>> {
    let (answer, solve) = (pledge.answer?, pledge.solve?);
    let whole = (solve.at - solve.said_at).max(1);
    let x = (6 + 275 * (answer.at - answer.said_at) / whole).clamp(70, 190);
    let label = format!("Sent now, first answer by {}, solved by {}", answer.say(Form::By), solve.say(Form::By));
    Some(view! {
        <svg class="why pledge-line" viewBox="0 0 288 44" role="img" aria-label=label>
            <path class="day" d="M6 12H282"></path>
            <circle class="seg-run" cx="6" cy="12" r="5"></circle>
            <path class="notch" d=format!("M{x} 5v14M281 5v14")></path>
            <text x="0" y="40">"now"</text>
            <text x=x.to_string() y="40" text-anchor="middle" class="t-strong">
                {answer.say(Form::Short)}
            </text>
            <text x="284" y="40" text-anchor="end" class="t-strong">
                {solve.say(Form::Short)}
            </text>
        </svg>
    })
}
