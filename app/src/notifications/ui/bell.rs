//! The bell in the top bar.
use leptos::{prelude::*, task::spawn_local};

use super::super::{
    api::{ReadNotifications, notification_bell},
    model::{Bell, Notice},
};
use crate::{
    live::{LiveKind, use_live},
    ui::{Ago, DropMenu, Glyph, Icon},
};

/// The bell: how many unread, the newest under it. It fills itself once the page is there, so that no page
/// waits for it, and follows what happens.
#[component]
pub fn BellMenu() -> impl IntoView {
    let bell = RwSignal::new(Bell::default());
    let read = ServerAction::<ReadNotifications>::new();
    let rung = use_live().changes(|event| matches!(event.kind, LiveKind::Bell | LiveKind::Resync));
    Effect::new(move |_| {
        rung.track();
        read.version().track();
        spawn_local(async move {
            // A bell that cannot be read stays as it was; the line's state says why.
            if let Ok(news) = notification_bell().await {
                let _ = bell.try_set(news);
            }
        });
    });
    let label = Signal::derive(move || match bell.with(Bell::figure).as_str() {
        "" => "Notifications".to_owned(),
        figure => format!("Notifications, {figure} unread"),
    });
    let trigger = move || {
        view! {
            <Icon glyph=Glyph::Bell/>
            <Show when=move || bell.with(|b| b.unread > 0)>
                <span class="count count-alert" aria-hidden="true">{move || bell.with(Bell::figure)}</span>
            </Show>
        }
        .into_any()
    };
    let newest = move || bell.with(|b| b.newest.clone());
    view! {
        <DropMenu label=label class="btn btn-quiet btn-icon bell" trigger=ViewFn::from(trigger)>
            <For each=newest key=|notice| (notice.id, notice.read) children=|notice| view! { <Line notice/> }/>
            <Show when=move || bell.with(|b| b.newest.is_empty())>
                <p class="small muted">"Nothing yet. What concerns you appears here."</p>
            </Show>
            <hr/>
            <Show when=move || bell.with(|b| b.unread > 0)>
                <ActionForm action=read>
                    <button type="submit">
                        <Icon glyph=Glyph::CheckCheck/>
                        "Mark all as read"
                    </button>
                </ActionForm>
            </Show>
            <a href="/my/notifications">
                <Icon glyph=Glyph::List/>
                "All notifications"
            </a>
        </DropMenu>
    }
}

#[component]
fn Line(notice: Notice) -> impl IntoView {
    let unread = (!notice.read).then(|| view! { <span class="unread"><span class="vh">"Unread"</span></span> });
    let href = notice.link.unwrap_or_else(|| "/my/notifications".to_owned());
    view! {
        <a href=href class="notice">
            {unread}
            <span>
                <b>{notice.title}</b>
                <small class="muted">{notice.body}</small>
                <small class="muted">
                    <Ago at=notice.at/>
                </small>
            </span>
        </a>
    }
}
