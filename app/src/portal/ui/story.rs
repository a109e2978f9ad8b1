//! What was said and what happened on a request, oldest first.
use leptos::prelude::*;
use maud::html;

use super::{track::look, when::Said};
use crate::{
    portal::{
        model::{EventMark, PromiseMark, StoryEntry, StoryFile},
        when::{Form, When},
    },
    ui::{Avatar, AvatarSize, Glyph, Icon, file_link},
};

#[component]
pub fn Story(entries: Vec<StoryEntry>) -> impl IntoView {
    entries
        .into_iter()
        .map(|entry| match entry {
            StoryEntry::Said { who, own, staff, at, html, files, promise } => {
                view! { <Message who=who own=own staff=staff at=at html=html files=files promise=promise/> }.into_any()
            }
            StoryEntry::Happened { mark, words, at } => view! {
                <div class="entry-event">
                    <Icon glyph=glyph(mark)/>
                    <span>{words} " " <Said when=at form=Form::By/></span>
                </div>
            }
            .into_any(),
        })
        .collect_view()
}

const fn glyph(mark: EventMark) -> Glyph {
    match mark {
        EventMark::Paused => Glyph::PromisePause,
        EventMark::Resumed => Glyph::Play,
        EventMark::Solved => Glyph::StatusResolved,
        EventMark::Closed => Glyph::StatusClosed,
    }
}

#[component]
fn Message(
    who: String,
    own: bool,
    staff: bool,
    at: When,
    html: String,
    files: Vec<StoryFile>,
    promise: Option<(PromiseMark, String)>,
) -> impl IntoView {
    let name = if own { "You".to_owned() } else { who.clone() };
    let footer = promise.map(|(mark, words)| {
        let (state, glyph) = look(mark);
        view! {
            <footer>
                <span class=if state == "kept" { "kept" } else { "missed" }>
                    <Icon glyph=glyph/>
                    {words}
                </span>
            </footer>
        }
    });
    let files = (!files.is_empty()).then(|| {
        let links = html! { @for file in &files { (file_link(&file.href, &file.name, file.size, file.picture)) } };
        view! { <p class="row wrap mt-s" inner_html=links.into_string()></p> }
    });
    view! {
        <article class=if staff { "entry entry-reply" } else { "entry" }>
            <Avatar name=who size=AvatarSize::Huge silent=true/>
            <div>
                <header>
                    <span class="who">{name}</span>
                    <Said when=at form=Form::Stamp/>
                </header>
                // Rendered and sanitised by the server when the message was stored.
                <div class="body" dir="auto" inner_html=html></div>
                {files}
                {footer}
            </div>
        </article>
    }
}
