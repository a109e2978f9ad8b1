//! `/dev/countdown`: does this browser count as the server does? Only development servers show it; `?seed=` makes others up.
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    demo::countdown::Case,
    ui::{gallery::for_development, screen::Screen},
};

/// As many promises are counted.
#[cfg(feature = "ssr")]
const COUNT: usize = 2_000;

pub struct CountdownPage {
    cases: Vec<Case>,
}

impl Screen for CountdownPage {
    fn data() -> Self {
        Self { cases: SharedValue::new(made_up).into_inner() }
    }

    fn view(this: Self) -> AnyView {
        for_development(move || view! { <Countdown cases=this.cases/> }.into_any())
    }
}

#[cfg(feature = "ssr")]
fn made_up() -> Vec<Case> {
    let seed = leptos_router::hooks::use_query_map().with_untracked(|query| query.get("seed"));
    if crate::ui::gallery::shown() {
        crate::demo::countdown::cases(seed.and_then(|seed| seed.parse().ok()).unwrap_or(1), COUNT)
    } else {
        Vec::new()
    }
}

#[cfg(not(feature = "ssr"))]
const fn made_up() -> Vec<Case> {
    Vec::new()
}

#[component]
fn Countdown(cases: Vec<Case>) -> impl IntoView {
    let (all, counted) = (cases.len(), RwSignal::new(None::<Vec<Case>>));
    // In the browser alone: its own WebAssembly counts.
    Effect::new(move |_| {
        let differs = |case: &&Case| case.view.left(case.at) != Some(case.left);
        counted.set(Some(cases.iter().filter(differs).cloned().collect()));
    });
    let words = move || {
        counted.with(|differ| match differ {
            None => format!("Counting {all} promises."),
            // They come with the page: whoever gets here by a link inside the app has none.
            Some(_) if all == 0 => "Load this page anew.".to_owned(),
            Some(differ) => format!("{} of {all} promises are counted alike.", all - differ.len()),
        })
    };
    let others = move || {
        let differ = counted.get().unwrap_or_default();
        let told = |case: Case| {
            format!("At {} the server counts {}, this page {:?}.", case.at, case.left, case.view.left(case.at))
        };
        differ.into_iter().take(20).map(|case| view! { <li>{told(case)}</li> }).collect_view()
    };
    view! {
        <Title text="Countdown"/>
        <main class="sheet" id="main">
            <h1>"Countdown"</h1>
            <p>{words}</p>
            <ul>{others}</ul>
        </main>
    }
}
