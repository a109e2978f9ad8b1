//! What a list or panel looks like while it has nothing to show.
use leptos::{ev, prelude::*};

use super::{
    button::Button,
    icon::{Glyph, Icon, IconSize},
};

/// Something is on its way: grey lines where it will be.
#[component]
pub fn Loading(
    /// What is loading: `tickets`.
    #[prop(into)]
    what: String,
    #[prop(default = 3)] rows: usize,
) -> impl IntoView {
    const WIDTHS: [(&str, &str); 3] =
        [("skeleton w-80", "skeleton w-40"), ("skeleton w-60", "skeleton w-40"), ("skeleton w-80", "skeleton w-60")];
    let lines = WIDTHS
        .iter()
        .cycle()
        .take(rows)
        .map(|(first, second)| {
            view! {
                <div class="skel-row">
                    <span class="skeleton dot"></span>
                    <span class="skel-lines">
                        <span class=*first></span>
                        <span class=*second></span>
                    </span>
                </div>
            }
        })
        .collect_view();
    view! { <div class="skel" role="status" aria-label=format!("Loading {what}")>{lines}</div> }
}

/// Nothing is there: what this is, and what to do. `good` where that is good news.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] good: bool,
    /// A button or link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let picture = if good {
        view! {
            <svg class="pic" viewBox="0 0 160 28" aria-hidden="true">
                <path class="e1" d="M0 18H84l12 8L118 4"></path>
                <path class="e2" d="M150 6v20"></path>
            </svg>
        }
        .into_any()
    } else {
        view! {
            <svg class="pic" viewBox="0 0 160 28" aria-hidden="true">
                <path class="e0" d="M0 18H140"></path>
                <path class="e2" d="M150 6v20"></path>
            </svg>
        }
        .into_any()
    };
    view! {
        <div class="empty">
            {picture}
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// It did not arrive: what happened, and how to try again.
#[component]
pub fn Failed(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// Without it the page is loaded again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let again = match retry {
        Some(retry) => view! { <Button on:click=move |_| retry.run(())>"Try again"</Button> }.into_any(),
        None => view! { <a class="btn" href="">"Try again"</a> }.into_any(),
    };
    view! {
        <div class="empty" role="alert">
            <Icon glyph=Glyph::Refresh size=IconSize::Large/>
            <h2>{title}</h2>
            <p>{text}</p>
            {again}
        </div>
    }
}

/// What a banner is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BannerKind {
    /// To know.
    #[default]
    Info,
    /// Done.
    Ok,
    /// To mind.
    Warn,
    /// Failed.
    Danger,
}

impl BannerKind {
    const fn attr(self) -> Option<&'static str> {
        match self {
            Self::Info => None,
            Self::Ok => Some("ok"),
            Self::Warn => Some("warn"),
            Self::Danger => Some("danger"),
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Info => Glyph::Info,
            Self::Ok => Glyph::CircleCheck,
            Self::Warn => Glyph::TriangleAlert,
            Self::Danger => Glyph::CircleAlert,
        }
    }
}

/// A line above content: said once, stays until it is no longer so.
#[component]
pub fn Banner(
    #[prop(optional)] kind: BannerKind,
    #[prop(optional, into)] icon: Option<Glyph>,
    /// A link or button at the end.
    #[prop(optional, into)]
    action: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let role = if kind == BannerKind::Danger { "alert" } else { "status" };
    view! {
        <div class="banner" data-kind=kind.attr() role=role>
            <Icon glyph=icon.unwrap_or_else(|| kind.glyph())/>
            <div>{children()}</div>
            {action.map(|action| action.run())}
        </div>
    }
}

/// A banner that shows while the browser has no line.
#[component]
pub fn Offline() -> impl IntoView {
    let offline = RwSignal::new(false);
    Effect::new(move |_| {
        let gone = window_event_listener(ev::offline, move |_| offline.set(true));
        let back = window_event_listener(ev::online, move |_| offline.set(false));
        on_cleanup(move || {
            gone.remove();
            back.remove();
        });
    });
    view! {
        <Show when=move || offline.get()>
            <Banner kind=BannerKind::Warn icon=Glyph::WifiOff>
                "You are offline. What you type is kept here; it can be sent when the line is back."
            </Banner>
        </Show>
    }
}

/// Long work: how far it is.
#[component]
pub fn Progress(
    #[prop(into)] label: String,
    #[prop(into)] done: Signal<u64>,
    #[prop(into)] of: Signal<u64>,
) -> impl IntoView {
    let words = move || format!("{} of {}", super::figures::thousands(done.get()), super::figures::thousands(of.get()));
    view! {
        <div class="prog">
            <div class="row small">
                <span>{label.clone()}</span>
                <span class="push num muted">{words}</span>
            </div>
            <progress
                class="progress"
                value=move || done.get().to_string()
                max=move || of.get().to_string()
                aria-label=label
            ></progress>
        </div>
    }
}
