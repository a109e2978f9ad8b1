//! /dev/mail: the mails that a demo would have sent.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::super::{
    api::{list_mailbox, read_mailbox},
    model::{MailboxMail, MailboxRow},
};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    frame::Refusal,
    ui::{Ago, Empty, PublicShell, screen::Screen},
};

type Rows = Result<Vec<MailboxRow>, Error>;

/// The list alone.
pub struct MailboxPage(Resource<Rows>);

impl Screen for MailboxPage {
    fn data() -> Self {
        Self(resource(|| (), |()| list_mailbox()))
    }

    fn view(this: Self) -> AnyView {
        let page = move || {
            Suspend::new(async move {
                match this.0.await {
                    Ok(rows) if rows.is_empty() => view! { <Frame><NoMail/></Frame> }.into_any(),
                    Ok(rows) => view! { <Frame><List rows current=None/></Frame> }.into_any(),
                    Err(error) => view! { <Refusal error/> }.into_any(),
                }
            })
        };
        view! {
            <Title text="Mailbox"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

/// One mail, beside the list.
pub struct MailPage {
    rows: Resource<Rows>,
    mail: Resource<Result<MailboxMail, Error>>,
}

impl Screen for MailPage {
    fn data() -> Self {
        let params = use_params_map();
        let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
        Self { rows: resource(|| (), |()| list_mailbox()), mail: resource(move || id.get(), read_mailbox) }
    }

    fn view(this: Self) -> AnyView {
        let page = move || {
            Suspend::new(async move {
                match (this.rows.await, this.mail.await) {
                    (Ok(rows), Ok(mail)) => {
                        let current = Some(mail.row.id.clone());
                        view! { <Frame><List rows current/><Mail mail/></Frame> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => view! { <Refusal error/> }.into_any(),
                }
            })
        };
        view! {
            <Title text="Mail"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

#[component]
fn Frame(children: Children) -> impl IntoView {
    let links = vec![("/submit".to_owned(), "Ask for help".to_owned()), ("/login".to_owned(), "Sign in".to_owned())];
    view! {
        <PublicShell brand="Demo mailbox" links=links>
            <div class="stack-4">
                <h1>"Mailbox"</h1>
                <p class="soft">
                    "No mail server is set, so mails stay here. This page is there in demo mode only."
                </p>
            </div>
            <div class="mailbox">{children()}</div>
        </PublicShell>
    }
}

#[component]
fn NoMail() -> impl IntoView {
    view! { <Empty title="No mail yet" text="File a request, or answer one, and its mail appears here."/> }
}

#[component]
fn List(rows: Vec<MailboxRow>, current: Option<String>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let is_current = current.as_ref() == Some(&row.id);
            view! {
                <li>
                    <a href=format!("/dev/mail/{}", row.id) aria-current=is_current.then_some("page")>
                        {row.subject}
                    </a>
                    <span class="meta">
                        <span class="truncate">{row.to}</span>
                        {row.at.map(|at| view! { <Ago at/> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label="Mails">
            <ul class="mail-list">{rows}</ul>
        </nav>
    }
}

#[component]
fn Mail(mail: MailboxMail) -> impl IntoView {
    let headers: Vec<_> = mail.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let headers = headers.concat();
    view! {
        <article class="mail">
            <h2 dir="auto">{mail.row.subject}</h2>
            <p class="soft small">{format!("To {}", mail.row.to)}</p>
            <pre>{with_links(&mail.text)}</pre>
            <details>
                <summary>"As HTML"</summary>
                // Nothing runs and nothing is fetched in it: no permission is given.
                <iframe sandbox="" srcdoc=mail.html title="The mail as HTML"></iframe>
            </details>
            <details>
                <summary>"Headers"</summary>
                <pre>{headers}</pre>
            </details>
        </article>
    }
}

/// The text, lines that are addresses as links.
fn with_links(text: &str) -> impl IntoView + use<> {
    let line = |line: &str| {
        let line = line.to_owned();
        let is_web = line.starts_with("http://") || line.starts_with("https://");
        if is_web && !line.contains(char::is_whitespace) {
            let href = line.clone();
            view! { <a href=href rel="external noopener noreferrer">{line}</a> }.into_any()
        } else {
            line.into_any()
        }
    };
    text.lines().map(|text| (line(text), "\n").into_any()).collect_view()
}
