//! Dialogs: the browser's own `<dialog>`, which traps the focus and gives it back.
use leptos::{ev, html, prelude::*};

use super::{button::IconButton, icon::Glyph};

/// A dialog that is open while `open` is true. Escape, the cross and a click beside it close it.
///
/// What is in it is made when it opens for the first time: without JavaScript it never does, and most never do.
/// `footer` holds its buttons; where they submit a form, give the form an id and the
/// buttons `attr:form`.
#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    open: RwSignal<bool>,
    #[prop(optional, into)] footer: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let wanted = Memo::new(move |before: Option<&bool>| before.copied().unwrap_or_default() || open.get());
    let mut children = Some(children);
    let content = move || {
        let children = wanted.get().then(|| children.take()).flatten();
        let footer = footer.clone();
        // Once: nothing that is read in there may have it made again.
        children.map(|children| {
            untrack(|| {
                view! {
                    <div class="dialog-box">
                        <header>
                            <h2>{move || title.get()}</h2>
                            <IconButton glyph=Glyph::X label="Close" on:click=move |_| open.set(false)/>
                        </header>
                        <div class="content">{children()}</div>
                        {footer.map(|footer| view! { <footer>{footer.run()}</footer> })}
                    </div>
                }
            })
        })
    };
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            // It is in the document, so it can be shown; were it not, nothing would be lost.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // The dialog's padding is none, so a click on the element itself is one on the backdrop.
    let on_click = move |event: ev::MouseEvent| {
        let beside = node.get_untracked().is_some_and(|dialog| {
            event.target().is_some_and(|target| &target == AsRef::<leptos::web_sys::EventTarget>::as_ref(&*dialog))
        });
        if beside {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:click=on_click
        >
            {content}
        </dialog>
    }
}
