//! What publishing would do, shown before it is done: the counts, the tickets, and for whom it is meant.
use leptos::prelude::*;

use crate::{
    sla::views::{Concerns, Difference, DryRun, Effect, Moved, Review},
    ui::{
        Button, ButtonKind, Glyph, Icon,
        figures::{thousands, worked},
        time::day_words,
        unsaved::Unsaved,
    },
};

/// Of the form that it stands in: what is typed there is what would be published.
#[component]
pub fn ReviewSection(
    review: Review,
    /// Where the page is as it was.
    discard: String,
    /// What the form says otherwise than what is published.
    #[prop(optional)]
    changes: Vec<Difference>,
    /// Given up with the form.
    #[prop(optional)]
    unsaved: Option<Unsaved>,
) -> impl IntoView {
    let Review { run, along, concerns, title, .. } = review;
    let at_once = at_once(&run).map(|words| view! { <p>{words}</p> });
    let along = along.map(|(n, since)| {
        let what = if n == 1 { "1 earlier change".to_owned() } else { format!("{n} earlier changes") };
        let words = format!("Open tickets also get {what}, published for new tickets only since {}.", day_words(since));
        view! { <p>{words}</p> }
    });
    let touched = run.touched();
    let table = (!run.moves.is_empty()).then(|| view! { <Moves run=run.clone()/> });
    let choice = |value: Concerns, label: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="concerns" value=value.as_str() checked={value == concerns}/>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <section class="dry" id="review" aria-labelledby="review-head">
            <div class="dry-head">
                <h2 id="review-head">{heading(&run)}</h2>
                <p class="small muted">{title}</p>
                <Button submit=true attr:name="do" attr:value="review">"Look again"</Button>
            </div>
            <div class="dry-body">
                <Changes changes=changes/>
                {(touched > 0).then(|| view! { <Shares run=run/> })}
                {at_once}
                {along}
                {table}
                <p class="small muted">
                    "If it is published for open tickets too. For new tickets only, none of these changes."
                </p>
            </div>
            <footer>
                <fieldset class="row wrap gap-5">
                    <legend class="vh">"Which tickets it concerns"</legend>
                    {choice(Concerns::New, "New tickets only")}
                    {choice(Concerns::Open, "Open tickets too")}
                </fieldset>
                <span class="row push grow-phone">
                    // From the server: the address is often the same, at which the router sees nothing to do.
                    <a
                        class="btn"
                        href=discard
                        rel="external"
                        on:click=move |_| {
                            if let Some(unsaved) = unsaved {
                                unsaved.gone();
                            }
                        }
                    >
                        "Discard"
                    </a>
                    <Button kind=ButtonKind::Primary submit=true attr:name="do" attr:value="publish">"Publish"</Button>
                </span>
            </footer>
        </section>
    }
}

/// What a form changes, thing by thing.
#[component]
pub fn Changes(changes: Vec<Difference>) -> impl IntoView {
    let lines = changes.into_iter().map(|change| {
        let Difference { what, was, becomes, stays } = change;
        let becomes = match (becomes.is_empty(), stays, was.is_empty()) {
            (false, ..) => becomes,
            (true, true, true) => "in another order".to_owned(),
            (true, true, false) => "taken out".to_owned(),
            (true, false, _) => "nothing".to_owned(),
        };
        let was = (!was.is_empty()).then(|| view! { <del><span class="vh">"was "</span>{was}</del> " " });
        view! { <li><span class="muted">{what}": "</span>{was}<ins><span class="vh">"becomes "</span>{becomes}</ins></li> }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| view! { <ul class="changes">{lines}</ul> })
}

/// Of a button beside the form: a new order, a retirement.
#[component]
pub fn ApartReview(review: Review, action: String, page: &'static str, seen: i32) -> impl IntoView {
    let (field, text) = review.apart.clone().unwrap_or_default();
    let action = if field == "order" { page.to_owned() } else { action };
    view! {
        <form method="post" action=format!("{action}#review")>
            <input type="hidden" name="seen" value=seen.to_string()/>
            <input type="hidden" name="mark" value=review.mark.clone()/>
            <input type="hidden" name=field value=text/>
            <ReviewSection review=review discard=page.to_owned()/>
        </form>
    }
}

/// `412 open tickets: 37 due times move, 3 are late at once`.
fn heading(run: &DryRun) -> String {
    let tickets = |n: u64| match (run.is_part, n) {
        (true, n) => format!("The first {} open tickets", thousands(n)),
        (false, 1) => "1 open ticket".to_owned(),
        (false, n) => format!("{n} open tickets"),
    };
    let moves = run.count(Effect::LateAtOnce) + run.count(Effect::Earlier) + run.count(Effect::Later);
    let gained = run.count(Effect::GainedLate) + run.count(Effect::Gained);
    let said = [
        (moves, "due time moves", "due times move"),
        (run.late(), "is late at once", "are late at once"),
        (gained, "gets a promise", "get a promise"),
        (run.count(Effect::Lost), "loses a promise", "lose a promise"),
    ];
    let said: Vec<_> = said
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, more)| format!("{n} {}", if n == 1 { one } else { more }))
        .collect();
    match (run.open, said.is_empty()) {
        (0, _) => "No ticket is open".to_owned(),
        (open, true) => format!("{}: none of them changes", tickets(open)),
        (open, false) => format!("{}: {}", tickets(open), said.join(", ")),
    }
}

/// `3 tickets reach a step of their ladder at once: priority up 2, taken away 1.`
fn at_once(run: &DryRun) -> Option<String> {
    let deeds: Vec<_> = run.deeds.iter().map(|(deed, n)| format!("{deed} {n}")).collect();
    let deeds = if deeds.is_empty() { String::new() } else { format!(": {}", deeds.join(", ")) };
    match run.stepped {
        0 => None,
        1 => Some(format!("1 ticket reaches a step of its ladder at once{deeds}.")),
        n => Some(format!("{n} tickets reach a step of their ladder at once{deeds}.")),
    }
}

/// What of the open tickets moves, as a bar and in words.
#[component]
fn Shares(run: DryRun) -> impl IntoView {
    let (open, late, touched) = (run.open, run.late(), run.touched());
    let swatch = |class: &'static str| {
        view! { <svg viewBox="0 0 18 8" class="dry-bar" aria-hidden="true"><rect class=class width="18" height="8"></rect></svg> }
    };
    let words = [
        (late, "c", "late at once, counted against nobody while the old time is kept"),
        (run.count(Effect::Earlier), "b", "due earlier"),
        (run.count(Effect::Later), "b", "due later"),
        (run.count(Effect::Gained), "b", "get a promise"),
        (run.count(Effect::Lost), "b", "lose a promise"),
        (open.saturating_sub(touched), "a", "stay as they are"),
    ];
    let legend = words
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, class, words)| view! { <span>{swatch(class)}{format!("{n} {words}")}</span> })
        .collect_view();
    view! {
        <svg class="dry-bar" viewBox=format!("0 0 {open} 16") preserveAspectRatio="none" aria-hidden="true">
            <rect class="a" width=open.to_string() height="16"></rect>
            <rect class="b" width=touched.to_string() height="16"></rect>
            <rect class="c" width=late.to_string() height="16"></rect>
        </svg>
        <div class="legend">{legend}</div>
    }
}

#[component]
fn Moves(run: DryRun) -> impl IntoView {
    let (touched, shown) = (run.touched(), run.moves.len() as u64);
    let more = (touched > shown).then(|| {
        let words = format!("The {shown} to which most happens; {} more follow them.", touched - shown);
        view! { <p class="small muted">{words}</p> }
    });
    let rows = run.moves.into_iter().map(row).collect_view();
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label="Tickets that change">
            <table class="table cards-on-phone">
                <thead>
                    <tr>
                        <th scope="col">"Ticket"</th>
                        <th scope="col">"Promise"</th>
                        <th scope="col">"Due before"</th>
                        <th scope="col">"Due after"</th>
                        <th scope="col" class="end">"Moves by"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    }
}

fn row(moved: Moved) -> impl IntoView {
    let by = match moved.by {
        Some(by) if by < 0 => format!("{} earlier", worked(-by)),
        Some(by) if by > 0 => format!("{} later", worked(by)),
        _ => String::new(),
    };
    let after = match moved.effect {
        effect if effect.is_late() => view! {
            <span class="promise" data-state="late"><Icon glyph=Glyph::PromiseLate/><span>"Late at once"</span></span>
        }
        .into_any(),
        _ => moved.after.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <a class="plain" href=format!("/tickets/{}", moved.number) dir="auto">{moved.subject}</a>
                " "
                <span class="muted regular">{format!("#{}", moved.number)}</span>
            </th>
            <td data-label="Promise">{moved.promise}</td>
            <td data-label="Due before">{moved.before}</td>
            <td data-label="Due after">{after}</td>
            <td class="end" data-label="Moves by">{by}</td>
        </tr>
    }
}
