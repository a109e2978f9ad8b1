//! /my/notifications: everything a person was told in the app.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    super::{
        api::{ReadNotifications, notification_page},
        model::{Notice, NoticePage},
    },
    preferences::NotificationChoices,
};
use crate::{
    core::{
        Error,
        page::Page,
        resource::{Resource, resource},
    },
    frame::Refusal,
    live::{LiveKind, use_live},
    portal::ui::MyFrame,
    ui::{Ago, Button, Empty, Pager, Segment, SegmentedLinks, screen::Screen},
};

/// The page.
pub struct NotificationsPage {
    page: Resource<Result<NoticePage, Error>>,
    unread_only: Memo<bool>,
    read: ServerAction<ReadNotifications>,
}

impl Screen for NotificationsPage {
    fn data() -> Self {
        let query = use_query_map();
        let unread_only = Memo::new(move |_| query.read().get_str("show") == Some("unread"));
        let after = Memo::new(move |_| query.read().get("after"));
        let read = ServerAction::<ReadNotifications>::new();
        let rung = use_live().changes(|event| matches!(event.kind, LiveKind::Bell | LiveKind::Resync));
        let page = resource(
            move || (unread_only.get(), after.get(), rung.get(), read.version().get()),
            |(unread_only, after, ..)| notification_page(unread_only, after),
        );
        Self { page, unread_only, read }
    }

    fn view(this: Self) -> AnyView {
        let NotificationsPage { page, unread_only, read } = this;
        let current = Signal::derive(move || {
            if unread_only.get() { "/my/notifications?show=unread" } else { "/my/notifications" }.to_owned()
        });
        let segments =
            vec![Segment::new("/my/notifications", "All"), Segment::new("/my/notifications?show=unread", "Unread")];
        let whole = move || {
            let segments = segments.clone();
            Suspend::new(async move {
                let NoticePage { desk, page } = match page.await {
                    Ok(page) => page,
                    Err(error) => return view! { <Refusal error/> }.into_any(),
                };
                view! {
                    <MyFrame desk=desk>
                        <div class="section-head">
                            <h1>"Notifications"</h1>
                            <ActionForm action=read>
                                <Button submit=true>"Mark all as read"</Button>
                            </ActionForm>
                        </div>
                        <SegmentedLinks label="Which" segments=segments current=current/>
                        <Rows page unread_only=unread_only.get_untracked() read/>
                        <NotificationChoices/>
                    </MyFrame>
                }
                .into_any()
            })
        };
        view! {
            <Title text="Notifications"/>
            <Transition fallback=|| ()>{whole}</Transition>
        }
        .into_any()
    }
}

#[component]
fn Rows(page: Page<Notice>, unread_only: bool, read: ServerAction<ReadNotifications>) -> impl IntoView {
    if page.rows.is_empty() {
        let title = if unread_only { "Nothing unread" } else { "Nothing yet" };
        let text = "Answers to your requests, and everything else that concerns you, appear here by themselves.";
        return view! { <Empty title=title text=text good=unread_only/> }.into_any();
    }
    let older = page.next.map(|next| {
        let show = if unread_only { "show=unread&" } else { "" };
        format!("/my/notifications?{show}after={next}")
    });
    // Back goes by the browser's own button: a page knows only where the next one starts.
    let newer = None::<String>;
    let rows = page.rows.into_iter().map(|notice| view! { <Row notice read/> }).collect_view();
    view! {
        <ul class="notices">{rows}</ul>
        <Pager newer=newer older=older/>
    }
    .into_any()
}

#[component]
fn Row(notice: Notice, read: ServerAction<ReadNotifications>) -> impl IntoView {
    let title = match notice.link.clone() {
        Some(href) => view! { <a href=href>{notice.title.clone()}</a> }.into_any(),
        None => notice.title.clone().into_any(),
    };
    let done = (!notice.read).then(|| {
        let label = format!("Mark as read: {}", notice.title);
        view! {
            <ActionForm action=read>
                <input type="hidden" name="id" value=notice.id.to_string()/>
                <button type="submit" class="btn btn-quiet" aria-label=label>"Mark as read"</button>
            </ActionForm>
        }
    });
    view! {
        <li class="notice" data-unread=(!notice.read).then_some("")>
            {(!notice.read).then(|| view! { <span class="unread"><span class="vh">"Unread"</span></span> })}
            <span>
                <b>{title}</b>
                <span class="soft">{notice.body}</span>
                <small class="muted">
                    <Ago at=notice.at/>
                </small>
            </span>
            {done}
        </li>
    }
}
