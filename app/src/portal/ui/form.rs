//! The fields of the public form. They are the server's: what a person types before the wasm is there
//! stays, and without it everything still works.
use std::time::Duration;

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::pledge::Reminder;
use crate::{
    core::Error,
    portal::{
        api::{check_phone, country_options, preview_pledge},
        model::{FormPage, Phone, Pledge, Refused, Typed},
    },
    ui::{
        Button, ButtonKind, ButtonSize, Choice, ErrorSummary, Field, FieldIds, Glyph, Icon, SelectField, TextArea,
        TextField, Uploads, UploadsField, draft,
    },
};

/// How long somebody must pause typing before the server is asked again.
const PAUSE: Duration = Duration::from_millis(400);

/// Asks the server again what it promises when what it depends on has changed.
#[derive(Clone, Copy)]
pub struct Touched {
    typed: StoredValue<Typed>,
    timer: StoredValue<Option<TimeoutHandle>>,
    ask: Action<Typed, ()>,
}

impl Touched {
    /// Keeps `pledge` up to date.
    pub fn following(pledge: RwSignal<Pledge>) -> Self {
        let ask = Action::new(move |typed: &Typed| {
            let typed = typed.clone();
            async move {
                // Without an answer what was promised before stays: the server works it out once more anyway.
                if let Ok(fresh) = preview_pledge(typed).await {
                    pledge.set(fresh);
                }
            }
        });
        Self { typed: StoredValue::new(Typed::default()), timer: StoredValue::new(None), ask }
    }

    /// Something was typed.
    fn note(self, change: impl FnOnce(&mut Typed)) {
        self.typed.update_value(change);
        if let Some(Some(waiting)) = self.timer.try_get_value() {
            waiting.clear();
        }
        let again = set_timeout_with_handle(
            move || {
                self.ask.dispatch(self.typed.get_value());
            },
            PAUSE,
        );
        self.timer.set_value(again.ok());
    }
}

/// The form, with the summary of what is wrong on top.
#[component]
pub fn RequestForm(page: FormPage, pledge: RwSignal<Pledge>, touched: Touched) -> impl IntoView {
    let FormPage { categories, me, refused, .. } = page;
    let errors = refused.errors();
    let at = |field: &str| errors.iter().find(|e| e.field == field).map(|e| e.message.clone());
    let Refused { typed, uploads, files, .. } = refused;
    let uploads = Uploads::of_form(uploads.unwrap_or_default(), files);
    touched.typed.set_value(typed.clone());

    let mut choices = vec![Choice::new("", "I am not sure")];
    choices.extend(categories.into_iter().map(|c| Choice::new(c.id.to_string(), c.name)));
    let summary: Vec<_> = errors.iter().map(|e| (e.field.clone(), e.message.clone())).collect();
    let honeypot = at("website");
    let form = NodeRef::<html::Form>::new();
    let (busy, hold) = (RwSignal::new(false), uploads.hold(form));
    let send = move |event: ev::SubmitEvent| {
        // A second click, or files that are still on their way: the form goes once, and whole.
        if busy.get_untracked() {
            event.prevent_default();
        } else if !hold.back(&event) {
            busy.set(true);
        }
    };
    let sending = Signal::derive(move || busy.get() || hold.waits());
    draft::restore(form);
    // Whoever comes back to the page by the browser's history may send again.
    Effect::new(move |_| {
        let shown = window_event_listener_untyped("pageshow", move |_| busy.set(false));
        on_cleanup(move || shown.remove());
    });
    let contact = match me {
        Some(me) => view! {
            <p class="soft">"We answer to " <b>{me.name}</b> " at " {me.email} "."</p>
        }
        .into_any(),
        None => view! {
            <Contact form=form typed=typed.clone() name=at("name") email=at("email") phone=at("phone")/>
        }
        .into_any(),
    };
    view! {
        <form
            class="form"
            method="post"
            action="/submit"
            enctype="multipart/form-data"
            novalidate
            node_ref=form
            on:submit=send
            on:input=move |_| draft::save(form)
            on:change=move |_| draft::save(form)
        >
            <ErrorSummary errors=summary/>
            // Enter in a field presses the first button of a form: it must be the one that sends.
            <button class="vh" type="submit" tabindex="-1" aria-hidden="true">
                "Send request"
            </button>
            <input type="hidden" name="uploads" value=move || uploads.token().get()/>
            <TextField
                name="subject"
                label="What is it about?"
                help="One line, for example “Probe shows zero”"
                value=typed.subject.clone()
                error=at("subject")
                on:input=move |event| touched.note(|t| t.subject = event_target_value(&event))
            />
            <TextArea
                name="description"
                label="What happened?"
                help="What you see, since when, and what you have tried"
                value=typed.description.clone()
                error=at("description")
                on:input=move |event| touched.note(|t| t.description = event_target_value(&event))
            />
            <SelectField
                name="category"
                label="Which part of our service?"
                options=choices
                value=typed.category.clone()
                error=at("category")
                on:change=move |event| touched.note(|t| t.category = event_target_value(&event))
            />
            <UploadsField uploads=uploads error=at("files")/>
            <fieldset class="form-group">
                <legend>
                    <h2>"How do we reach you?"</h2>
                </legend>
                {contact}
            </fieldset>
            <Honeypot error=honeypot value=typed.website/>
            <div class="send" id="send">
                <Button kind=ButtonKind::Primary size=ButtonSize::Large submit=true busy=sending>
                    "Send request"
                </Button>
                <Reminder pledge=pledge/>
            </div>
        </form>
    }
}

/// A field for machines. Whoever filled it in and is none finds it shown, with a word on why.
#[component]
fn Honeypot(error: Option<String>, value: String) -> impl IntoView {
    if error.is_some() {
        return view! {
            <TextField name="website" label="Leave this empty" value=value error=error optional=true/>
        }
        .into_any();
    }
    view! {
        <div class="vh" aria-hidden="true">
            <label for="website">"Leave this empty"</label>
            <input id="website" name="website" tabindex="-1" autocomplete="off"/>
        </div>
    }
    .into_any()
}

#[component]
fn Contact(
    form: NodeRef<html::Form>,
    typed: Typed,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
) -> impl IntoView {
    view! {
        <TextField name="name" label="Name" autocomplete="name" value=typed.name.clone() error=name/>
        <TextField
            name="email"
            label="E-mail"
            kind="email"
            autocomplete="email"
            value=typed.email.clone()
            error=email
        />
        <PhoneField form=form typed=typed error=phone/>
    }
}

/// A country and a number; the server says at once whether that is one.
#[component]
fn PhoneField(form: NodeRef<html::Form>, typed: Typed, error: Option<String>) -> impl IntoView {
    let country = RwSignal::new(typed.country.clone());
    let number = RwSignal::new(typed.phone.clone());
    let check = Action::new(move |(country, number): &(String, String)| check_phone(country.clone(), number.clone()));
    let ask = move || {
        check.dispatch((country.get_untracked(), number.get_untracked()));
    };
    let shown = Signal::derive(move || match check.value().get() {
        Some(Ok(_)) => None,
        Some(Err(refused @ Error::Invalid(_))) => refused.at("phone"),
        Some(Err(_)) | None => error.clone(),
    });
    let good = move || check.value().get().and_then(Result::ok).flatten().map(valid);
    let picker = NodeRef::<html::Select>::new();
    let options = countries(typed.country, picker, form);
    let value = typed.phone;
    view! {
        <Field
            id="phone"
            label="Mobile"
            help="Only for urgent news about this request"
            error=shown
            optional=true
            children=Box::new(move |ids: FieldIds| {
                view! {
                    <div class="input-group">
                        <span class="select cc">
                            <select
                                class="input"
                                id="country"
                                name="country"
                                autocomplete="tel-country-code"
                                aria-label="Country"
                                node_ref=picker
                                on:change=move |event| {
                                    country.set(event_target_value(&event));
                                    if !number.with_untracked(String::is_empty) {
                                        ask();
                                    }
                                }
                                inner_html=options
                            ></select>
                            <Icon glyph=Glyph::ChevronDown/>
                        </span>
                        <span class="grow">
                            <input
                                class="input"
                                id=ids.control.clone()
                                name="phone"
                                type="tel"
                                inputmode="tel"
                                autocomplete="tel-national"
                                value=value
                                aria-describedby=ids.described_by()
                                aria-invalid=ids.invalid()
                                on:input=move |event| number.set(event_target_value(&event))
                                on:change=move |_| ask()
                            />
                        </span>
                    </div>
                    {good}
                }
                    .into_any()
            })
        />
    }
}

/// The first option.
#[cfg(not(feature = "ssr"))]
const NO_COUNTRY: &str = r#"<option value="">Country</option>"#;

/// What `picker` offers. The server writes it into the page and leaves it out of the page's data, where it would weigh
/// as much again; a browser that makes the page itself finds the picker empty and asks for it.
fn countries(chosen: String, picker: NodeRef<html::Select>, form: NodeRef<html::Form>) -> String {
    #[cfg(feature = "ssr")]
    let options = crate::portal::phone::options(&chosen).into_string();
    #[cfg(not(feature = "ssr"))]
    let options = NO_COUNTRY.to_owned();
    Effect::new(move |_| {
        let Some(picker) = picker.get().filter(|picker| picker.length() <= 1) else { return };
        let chosen = chosen.clone();
        spawn_local(async move {
            // Without an answer a number with its country's code in front does as well.
            if let Ok(options) = country_options(chosen).await {
                picker.set_inner_html(&options);
                draft::restore_late(form);
            }
        });
    });
    options
}

fn valid(phone: Phone) -> impl IntoView {
    let words = phone
        .country
        .map_or_else(|| format!("A valid number, {}", phone.e164), |country| format!("A valid number in {country}"));
    view! {
        <span class="ok-text" role="status">
            <Icon glyph=Glyph::Check/>
            {words}
        </span>
    }
}
