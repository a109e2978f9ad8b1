//! The composer: an answer to the customer or a note among colleagues, never to be mistaken for each other.
use leptos::{ev, html, prelude::*};

use super::{
    act::error_at,
    ticket::{Intent, Opened, Page},
};
use crate::{
    conversations::model::MessageKind,
    sla::interval::worked_between,
    sla::{model::Metric, why::Explained},
    tickets::{api::WriteMessage, model::Status},
    ui::{
        Attach, Button, ButtonKind, Glyph, Icon, UploadRows, Uploads,
        figures::worked,
        promise::{ClockView, PromiseView},
        use_clock,
    },
};

#[component]
pub fn Composer(page: Page, opened: Opened) -> impl IntoView {
    let action = ServerAction::<WriteMessage>::new();
    let (form, area) = (NodeRef::<html::Form>::new(), NodeRef::<html::Textarea>::new());
    let number = page.with_untracked(|p| p.ticket.number);
    let closed = Memo::new(move |_| page.with(|p| p.ticket.status == Status::Closed));
    // A closed ticket gets notes only.
    let note = RwSignal::new(closed.get_untracked());
    Effect::new(move |_| {
        if closed.get() {
            note.set(true);
        }
    });
    let saved = RwSignal::new(false);
    let files = Uploads::in_browser();
    let (token, refusal, hold) = (files.token(), files.refusal(), files.hold(form));
    let busy = Signal::derive(move || hold.waits() || action.pending().get());

    Effect::new(move |_| {
        let Some(area) = area.get() else { return };
        if let Some((kind, text)) = draft::load(number) {
            note.set(kind == MessageKind::Internal || closed.get_untracked());
            area.set_value(&text);
            saved.set(true);
        }
    });
    let keep = move || {
        if let Some(area) = area.get_untracked() {
            let kind = if note.get_untracked() { MessageKind::Internal } else { MessageKind::Public };
            draft::save(number, kind, &area.value());
            saved.set(!area.value().is_empty());
        }
    };
    // Asked for by a key: the cursor goes into the text.
    Effect::new(move |_| {
        let (Some(area), Some(intent)) = (area.get(), opened.intent.get()) else { return };
        if matches!(intent, Intent::Reply | Intent::Note) {
            note.set(intent == Intent::Note || closed.get_untracked());
            // Nothing to do where it cannot take the focus.
            let _ = area.focus();
            opened.intent.set(None);
        }
    });
    let was_note = StoredValue::new(false);
    opened.act.follow(
        action,
        move || if was_note.get_value() { "Note saved" } else { "Reply sent" }.to_owned(),
        move || {
            draft::forget(number);
            files.forget_sent();
            saved.set(false);
            if let Some(area) = area.get_untracked() {
                area.set_value("");
            }
        },
    );
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            if let Some(form) = form.get_untracked() {
                // Refused only where the form is not in the document.
                let _ = form.request_submit();
            }
        }
        "Escape" => {
            event.stop_propagation();
            if let Some(area) = area.get_untracked() {
                let _ = area.blur();
            }
        }
        _ => {}
    };
    let whom = move || page.with(|p| p.ticket.requester.name.clone());
    let error = error_at(action, "body");
    view! {
        <ActionForm action=action node_ref=form attr:class="composer" attr:aria-label="Answer"
            attr:data-mode=move || if note.get() { "note" } else { "reply" }
            attr:data-over=move || files.over().get().then_some("")
            on:submit:capture=move |event| {
                // A second stroke of the keys, or files that are still on their way: it goes once, and whole.
                if action.pending().get_untracked() {
                    event.prevent_default();
                } else if !hold.back(&event) {
                    was_note.set_value(note.get_untracked());
                    files.note_sent();
                }
            }
        >
            <input type="hidden" name="id" value=page.with_untracked(|p| p.ticket.id.to_string())/>
            <div class="c-top">
                <fieldset class="segmented" on:change=move |event| {
                    note.set(event_target_value(&event) == "internal");
                    keep();
                }>
                    <legend class="vh">"Kind of answer"</legend>
                    <label>
                        <input type="radio" name="kind" value="public" prop:checked=move || !note.get() checked=!note.get_untracked() disabled=move || closed.get()/>
                        <Icon glyph=Glyph::Reply/>
                        "Reply"
                    </label>
                    <label>
                        <input type="radio" name="kind" value="internal" prop:checked=move || note.get() checked=note.get_untracked()/>
                        <Icon glyph=Glyph::Lock/>
                        "Note"
                    </label>
                </fieldset>
                <span>
                    {move || match note.get() {
                        true => "for colleagues only".into_any(),
                        false => view! { "to " <bdi>{whom()}</bdi> ", by e-mail" }.into_any(),
                    }}
                </span>
            </div>
            <label class="vh" for="answer">
                {move || if note.get() { "Your note" } else { "Your reply" }}
            </label>
            <textarea
                id="answer"
                dir="auto"
                name="body"
                rows="3"
                maxlength="50000"
                node_ref=area
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:input=move |_| keep()
                on:keydown=on_key
            ></textarea>
            <div class="c-files">
                <UploadRows uploads=files/>
            </div>
            <input type="hidden" name="uploads" prop:value=move || token.get() value=""/>
            {move || error.get().or_else(|| refusal.get()).map(|text| view! {
                <p class="c-error error-text" role="alert"><Icon glyph=Glyph::CircleAlert/>{text}</p>
            })}
            <Keeps page=page note=note/>
            <div class="c-bar">
                <Attach uploads=files/>
                <span class="small muted phone-hide">
                    {move || if saved.get() { "Draft kept on this device" } else { "" }}
                </span>
                <span class="push row">
                    <span class="phone-hide row small muted" aria-hidden="true">
                        <kbd class="kbd">"Ctrl"</kbd>
                        <kbd class="kbd">"Enter"</kbd>
                    </span>
                    <Button kind=ButtonKind::Primary submit=true busy=busy>
                        {move || if note.get() { "Save note" } else { "Send" }}
                    </Button>
                </span>
            </div>
        </ActionForm>
    }
}

/// Which promise sending would keep, and how early.
#[component]
fn Keeps(page: Page, note: RwSignal<bool>) -> impl IntoView {
    let clock = use_clock();
    let words = move || {
        if note.get() {
            return (Glyph::Lock, "A note keeps no promise: only a reply does.".to_owned());
        }
        page.with(|p| {
            let answers = |promise: &&Explained| matches!(promise.metric, Metric::FirstReply | Metric::NextReply);
            let running = |promise: &&Explained| matches!(promise.view.clock, ClockView::Running { .. });
            match p.why.promises.iter().filter(answers).find(running) {
                Some(promise) => {
                    let name = promise.name.to_lowercase();
                    let left = left(&promise.view, clock.since(promise.view.as_of)());
                    if left < 0 {
                        (Glyph::PromiseLate, format!("Sending ends the wait: {name} is {} late", worked(-left)))
                    } else {
                        (Glyph::PromiseKept, format!("Sending keeps {name}, {} before it is due", worked(left)))
                    }
                }
                None => (Glyph::Info, "No answer is owed; sending keeps the customer informed.".to_owned()),
            }
        })
    };
    let keeps = move || match words().0 {
        Glyph::PromiseKept => "kept",
        Glyph::PromiseLate => "late",
        _ => "nothing",
    };
    view! {
        <p class="c-keeps" data-keeps=keeps>
            {move || view! { <Icon glyph=words().0/> }}
            <span>{move || words().1}</span>
        </p>
    }
}

/// Working seconds until the promise is due; negative once it is late.
fn left(promise: &PromiseView, now: i64) -> i64 {
    match &promise.clock {
        ClockView::Running { used, target, open, .. } => target - used - worked_between(open, promise.as_of, now),
        _ => 0,
    }
}

/// What was typed and not sent, kept in the browser by ticket.
mod draft {
    use crate::conversations::model::MessageKind;

    /// `r` for a reply, `n` for a note, then the text.
    pub fn load(number: i64) -> Option<(MessageKind, String)> {
        let stored = get(&key(number))?;
        let (kind, text) = stored.split_at_checked(1)?;
        let kind = if kind == "n" { MessageKind::Internal } else { MessageKind::Public };
        (!text.is_empty()).then(|| (kind, text.to_owned()))
    }

    pub fn save(number: i64, kind: MessageKind, text: &str) {
        let mark = if kind == MessageKind::Internal { "n" } else { "r" };
        set(&key(number), &if text.is_empty() { String::new() } else { format!("{mark}{text}") });
    }

    pub fn forget(number: i64) {
        save(number, MessageKind::Public, "");
    }

    fn key(number: i64) -> String {
        format!("kept.draft.{number}")
    }

    #[cfg(feature = "hydrate")]
    fn get(key: &str) -> Option<String> {
        web_sys::window()?.local_storage().ok()??.get_item(key).ok()?
    }

    #[cfg(not(feature = "hydrate"))]
    const fn get(_: &str) -> Option<String> {
        None
    }

    #[cfg(feature = "hydrate")]
    fn set(key: &str, value: &str) {
        let Some(storage) = web_sys::window().and_then(|w| w.local_storage().ok().flatten()) else { return };
        // A full or forbidden store loses the draft, not the text on the page.
        let _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
    }

    #[cfg(not(feature = "hydrate"))]
    const fn set(_: &str, _: &str) {}
}
