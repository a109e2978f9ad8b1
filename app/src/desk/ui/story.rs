//! The timeline: messages, notes and everything that happened, oldest first.
use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use maud::{Markup, PreEscaped, html};

use super::ticket::Page;
use crate::{
    conversations::model::{Attachment, MessageKind, Side},
    core::Error,
    desk::api,
    tickets::{
        model::{Channel, Status},
        timeline::{Delivery, Entry, Mark, What, Word},
    },
    ui::{DayMark, Entry as Said, EntryKind, EventLine, Glyph, IconSize, file_link, time::use_local_times},
};

#[component]
pub fn Story(page: Page) -> impl IntoView {
    // What was fetched from further back, and from where to go on.
    let older = RwSignal::new(Vec::<Arc<Entry>>::new());
    let further = RwSignal::new(page.with_untracked(|p| p.timeline.earlier));
    let failed = RwSignal::new(None::<Error>);
    let reach_back = move |_| {
        let (number, before) = (page.with_untracked(|p| p.ticket.number), further.get_untracked());
        spawn_local(async move {
            match api::open_ticket(number, before).await {
                Ok(earlier) => {
                    further.set(earlier.timeline.earlier);
                    older.update(|all| {
                        all.splice(0..0, earlier.timeline.entries);
                    });
                    failed.set(None);
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let entries = move || {
        let mut all = older.get();
        page.with(|p| all.extend(p.timeline.entries.iter().cloned()));
        all
    };
    let line = NodeRef::new();
    use_local_times(line, move || {
        older.track();
        page.track();
    });
    view! {
        <div class="ticket-line" role="region" aria-label="Timeline" tabindex="0">
            <div class="timeline" node_ref=line>
                {move || further.get().is_some().then(|| view! {
                    <p class="list-more">
                        <button type="button" class="btn" on:click=reach_back>"Show earlier messages"</button>
                    </p>
                })}
                {move || failed.get().map(|error| view! { <p class="error-text" role="alert">{error.to_string()}</p> })}
                <For each=entries key=|entry| key(entry) children=|entry| told(&entry)/>
            </div>
        </div>
    }
}

/// Changes with everything of an entry that can change.
fn key(entry: &Entry) -> (String, Option<Delivery>, Option<String>) {
    let delivery = match &entry.what {
        What::Message { delivery, .. } => *delivery,
        What::Line { .. } => None,
    };
    (entry.key.clone(), delivery, entry.day.clone())
}

fn told(entry: &Entry) -> AnyView {
    let day = entry.day.as_ref().map(|label| view! { <DayMark label=label.clone()/> });
    let what = match &entry.what {
        What::Line { mark, words } => {
            let words = html! { @for word in words { (said(word)) } };
            view! { <EventLine glyph=glyph(*mark) at=entry.at words=words/> }.into_any()
        }
        What::Message { kind, side, author, html, attachments, channel, delivery } => {
            let (kind, how) = match (kind, side) {
                (MessageKind::Internal, _) => (EntryKind::Note, ""),
                (_, Side::Customer) => (EntryKind::Customer, wrote(*channel)),
                (_, Side::Staff) => (EntryKind::Reply, "replied"),
                (_, Side::Automatic) => (EntryKind::Reply, "answered by itself"),
            };
            let body = html! {
                // As the server made it harmless.
                div.prose dir="auto" { (PreEscaped(html)) }
                @if !attachments.is_empty() {
                    p class="row wrap" { @for file in attachments { (link(file)) } }
                }
            };
            let footer = delivery.map(sent);
            view! { <Said who=author.clone() how=how at=entry.at kind=kind body=body footer=footer/> }.into_any()
        }
    };
    view! {
        {day}
        {what}
    }
    .into_any()
}

fn link(file: &Attachment) -> Markup {
    let size = u64::try_from(file.size).unwrap_or_default();
    file_link(&format!("/files/{}", file.id), &file.name, size, file.content_type.starts_with("image/"))
}

fn sent(delivery: Delivery) -> Markup {
    let (trouble, glyph) = match delivery {
        Delivery::Delivered => (false, Glyph::CheckCheck),
        Delivery::Waiting => (false, Glyph::Clock),
        Delivery::Failed | Delivery::Bounced => (true, Glyph::CircleAlert),
    };
    html! { span class=[trouble.then_some("error-text")] { (glyph.markup(IconSize::Normal)) (delivery.label()) } }
}

fn said(word: &Word) -> Markup {
    html! { @if word.strong { b { (word.text) } } @else { (word.text) } }
}

const fn wrote(channel: Channel) -> &'static str {
    match channel {
        Channel::Form => "wrote on the form",
        Channel::Portal => "wrote in the portal",
        Channel::Email => "wrote by e-mail",
        Channel::Chat => "wrote in the chat",
        Channel::Whatsapp => "wrote by WhatsApp",
        Channel::Sms => "wrote by SMS",
        Channel::Phone => "called",
        Channel::Desk | Channel::Api | Channel::Import => "wrote",
    }
}

const fn glyph(mark: Mark) -> Glyph {
    match mark {
        Mark::Routed => Glyph::Route,
        Mark::Assigned => Glyph::UserCheck,
        Mark::Transferred => Glyph::ArrowRightLeft,
        Mark::Status(Status::Open) => Glyph::StatusOpen,
        Mark::Status(Status::InProgress) => Glyph::StatusProgress,
        Mark::Status(Status::OnHold) => Glyph::StatusHold,
        Mark::Status(Status::Resolved) => Glyph::StatusResolved,
        Mark::Status(Status::Closed) => Glyph::StatusClosed,
        Mark::Field => Glyph::Pencil,
        Mark::Watched => Glyph::Eye,
        Mark::Rated => Glyph::Star,
        Mark::AtRisk => Glyph::PromiseRisk,
        Mark::Late => Glyph::PromiseLate,
        Mark::Promise => Glyph::PromiseRun,
        Mark::Escalated => Glyph::Flag,
        Mark::Mail => Glyph::Mail,
    }
}
