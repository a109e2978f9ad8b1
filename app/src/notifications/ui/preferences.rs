//! The part of a page where a person chooses what they are told, and how.
use leptos::prelude::*;

use super::super::{
    api::{SetNotificationPreferences, notification_preferences},
    model::{Kind, Preference},
};
use crate::{
    core::{Error, resource::resource},
    ui::{Banner, BannerKind, Button, ButtonKind, Column, Failed, Table},
};

/// The choices, as one form. Works without JavaScript, too.
#[component]
pub fn NotificationChoices() -> impl IntoView {
    let save = ServerAction::<SetNotificationPreferences>::new();
    let choices = resource(move || save.version().get(), |_| notification_preferences());
    let outcome = move || {
        save.value().get().map(|saved| match saved {
            Ok(()) => view! { <Banner kind=BannerKind::Ok>"Saved."</Banner> }.into_any(),
            Err(error) => view! { <Banner kind=BannerKind::Danger>{error.to_string()}</Banner> }.into_any(),
        })
    };
    let form = move || {
        Suspend::new(async move {
            match choices.await {
                Ok(choices) => view! { <Form choices save/> }.into_any(),
                Err(error) => view! { <Trouble error/> }.into_any(),
            }
        })
    };
    view! {
        <section id="notifications" aria-labelledby="notifications-title">
            <div class="section-head">
                <h2 id="notifications-title">"Notifications"</h2>
                <p class="sub">"What you are told, and how. Receipts for requests you file always come by e-mail."</p>
            </div>
            <Transition fallback=|| ()>{form}</Transition>
            <div role="status">{outcome}</div>
        </section>
    }
}

#[component]
fn Trouble(error: Error) -> impl IntoView {
    view! { <Failed title="Your choices could not be loaded" text=error.to_string()/> }
}

#[component]
fn Form(choices: Vec<Preference>, save: ServerAction<SetNotificationPreferences>) -> impl IntoView {
    let rows = choices
        .into_iter()
        .map(|Preference { kind, choice }| {
            view! {
                <tr>
                    <th scope="row">{kind.label()}</th>
                    <td data-label="Here">
                        <Tick name="in_app[]" kind way="here" checked=choice.in_app/>
                    </td>
                    <td data-label="E-mail">
                        <Tick name="email[]" kind way="by e-mail" checked=choice.email/>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <ActionForm action=save>
            <Table label="What you are told of, and how" columns=vec![Column::new("When"), Column::new("Here"), Column::new("E-mail")]>
                {rows}
            </Table>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true>"Save notifications"</Button>
            </div>
        </ActionForm>
    }
}

#[component]
fn Tick(name: &'static str, kind: Kind, way: &'static str, checked: bool) -> impl IntoView {
    let label = format!("{}, {way}", kind.label());
    view! {
        <label class="check">
            <input type="checkbox" name=name value=kind.as_str() checked=checked/>
            <span class="vh">{label}</span>
        </label>
    }
}
