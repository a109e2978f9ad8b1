//! What the two editors have in common: their head, their answer, their form.
use leptos::prelude::*;

use crate::{
    core::Error,
    frame::answer_with,
    sla::views::Sheet,
    ui::{Banner, BannerKind, ErrorSummary, Failed, Glyph, LinkButton, Page, Segment, SegmentedLinks},
};

/// The page around an editor: the way to the other one, and the button for something new.
#[component]
pub fn Frame(
    /// Policies or calendars: the address of the page.
    current: &'static str,
    sub: &'static str,
    new: &'static str,
    children: Children,
) -> impl IntoView {
    let actions = move || {
        let segments = vec![
            Segment { value: "/admin/sla".into(), label: "Policies".into(), icon: None },
            Segment { value: "/admin/sla/calendars".into(), label: "Calendars".into(), icon: None },
        ];
        let (href, words) = match current {
            "/admin/sla" => ("/admin/sla/policies/new", new),
            _ => ("/admin/sla/calendars/new", new),
        };
        view! {
            <SegmentedLinks label="Promises" segments=segments current=current.to_owned()/>
            <LinkButton href=href.to_owned() icon=Glyph::Plus>{words}</LinkButton>
        }
    };
    view! {
        <Page title="Promises" sub=sub actions=actions>
            {children()}
        </Page>
    }
}

/// Why there is no editor, under the status that says the same.
#[component]
pub fn Refusal(error: Error) -> impl IntoView {
    answer_with(&error);
    view! { <Failed title="This cannot be shown" text=error.to_string()/> }
}

/// What was wrong with a form, on top of it.
#[component]
pub fn Wrong(sheet: Sheet) -> impl IntoView {
    let refusal = sheet.refusal().map(|text| view! { <Banner kind=BannerKind::Warn>{text}</Banner> });
    view! {
        {refusal}
        <ErrorSummary errors=Signal::stored(sheet.wrongs()) to="publish this"/>
    }
}

/// A small form of one button: what it does to the thing at `action`.
#[component]
pub fn Press(
    action: String,
    seen: i32,
    /// What else is sent with it.
    #[prop(optional)]
    to: &'static str,
    label: String,
    glyph: Glyph,
    #[prop(optional)] words: &'static str,
) -> impl IntoView {
    let class = if words.is_empty() { "btn btn-quiet btn-icon" } else { "btn btn-quiet" };
    view! {
        <form method="post" action=action>
            <input type="hidden" name="seen" value=seen.to_string()/>
            <input type="hidden" name="to" value=to/>
            <button type="submit" class=class aria-label=label.clone() title=label>
                <crate::ui::Icon glyph=glyph/>
                {words}
            </button>
        </form>
    }
}
