//! Forms on a ticket: who holds it, where it moves, what it waits for, what it is about.
use leptos::{
    html,
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    web_sys::FormData,
};
use serde::de::DeserializeOwned;

use super::{
    act::{Act, error_at},
    ticket::{Offered, Page},
    ticket_head::seen,
};
use crate::{
    core::{Error, resource::resource},
    desk::{api, model::Choices},
    tickets::{
        api::{
            AssignTicket, CloseTicket, EscalateTicket, HoldTicket, SetTicketCategory, SetTicketTags, TransferTicket,
        },
        model::{HoldReason, PersonRef},
    },
    ui::{Button, ButtonKind, Choice, Dialog, Radios, SelectField, TextField},
};

/// Which of a ticket's dialogs are open; copy it freely.
#[derive(Clone, Copy)]
pub struct Forms {
    pub assign: RwSignal<bool>,
    pub transfer: RwSignal<bool>,
    pub escalate: RwSignal<bool>,
    pub hold: RwSignal<bool>,
    pub close: RwSignal<bool>,
    pub category: RwSignal<bool>,
    pub tags: RwSignal<bool>,
}

impl Forms {
    pub fn new() -> Self {
        let closed = || RwSignal::new(false);
        Self {
            assign: closed(),
            transfer: closed(),
            escalate: closed(),
            hold: closed(),
            close: closed(),
            category: closed(),
            tags: closed(),
        }
    }

    /// A free ticket is assigned, a held one moved.
    pub fn assign_or_move(self, held: bool) {
        if held { self.transfer.set(true) } else { self.assign.set(true) }
    }

    /// What the forms offer, fetched when the first of them opens.
    pub fn choices(self) -> Offered {
        let wanted = Memo::new(move |before: Option<&bool>| {
            before.copied().unwrap_or_default() || self.assign.get() || self.transfer.get() || self.category.get()
        });
        resource(
            move || wanted.get(),
            |wanted| async move {
                // A list that did not come is an empty one; the form says so and the server decides anyway.
                if wanted { api::ticket_choices().await.unwrap_or_default() } else { Choices::default() }
            },
        )
    }

    /// The dialogs themselves.
    pub fn view(self, page: Page, act: Act, offered: Offered) -> impl IntoView {
        view! {
            <Assign open=self.assign page=page act=act offered=offered/>
            <Transfer open=self.transfer page=page act=act offered=offered/>
            <Escalate open=self.escalate page=page act=act/>
            <Hold open=self.hold page=page act=act/>
            <Close open=self.close page=page act=act/>
            <Category open=self.category page=page act=act offered=offered/>
            <Tags open=self.tags page=page act=act/>
        }
    }
}

/// A form of one button. With JavaScript it runs `run`; without, it posts `fields` to the server function.
#[component]
pub fn Step(
    url: &'static str,
    fields: Signal<Vec<(&'static str, String)>>,
    #[prop(optional)] class: &'static str,
    run: Callback<()>,
    children: Children,
) -> impl IntoView {
    let hidden = move || {
        fields
            .get()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    };
    view! {
        <form
            class="step"
            method="post"
            action=url
            on:submit=move |event| {
                event.prevent_default();
                run.run(());
            }
        >
            {hidden}
            <button type="submit" class=class>
                {children()}
            </button>
        </form>
    }
}

#[component]
fn Seen(page: Page) -> impl IntoView {
    move || {
        seen(page)
            .get()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    }
}

/// A dialog whose form does something to the ticket; it closes when that has worked, and says `done`.
#[component]
fn FormDialog<A, P>(
    open: RwSignal<bool>,
    title: &'static str,
    /// On the button.
    words: &'static str,
    done: &'static str,
    action: ServerAction<A>,
    page: Page,
    act: Act,
    children: Children,
) -> impl IntoView
where
    A: ServerFn<Output = (), Error = Error, Protocol = Http<PostUrl, P>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    A::Client: Client<Error>,
    <<A::Client as Client<Error>>::Request as ClientReq<Error>>::FormData: From<FormData>,
    P: 'static,
{
    act.follow(action, move || done.to_owned(), move || open.set(false));
    // Each time it opens it begins with the ticket as it is, not with what was typed the last time.
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let (true, Some(form)) = (open.get(), form.get()) {
            form.reset();
        }
    });
    view! {
        <Dialog title=title open=open>
            <ActionForm action=action node_ref=form>
                <div class="form">
                    <Seen page=page/>
                    {children()}
                    <div class="form-actions">
                        <Button kind=ButtonKind::Primary submit=true busy=action.pending()>
                            {words}
                        </Button>
                        <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                    </div>
                </div>
            </ActionForm>
        </Dialog>
    }
}

fn people(members: &[PersonRef]) -> impl Iterator<Item = Choice> + '_ {
    members.iter().map(|p| Choice::new(p.id.to_string(), p.name.clone()))
}

#[component]
fn Assign(open: RwSignal<bool>, page: Page, act: Act, offered: Offered) -> impl IntoView {
    let action = ServerAction::<AssignTicket>::new();
    let members = Signal::derive(move || {
        let team = page.with(|p| p.ticket.team.id);
        offered.get().map(|c| people(c.members(team)).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! {
        <FormDialog open=open title="Assign this ticket" words="Assign" done="Assigned" action=action page=page act=act>
            <SelectField
                name="assignee"
                id="assign-to"
                label="Who holds it"
                options=members
                error=error_at(action, "assignee")
            />
        </FormDialog>
    }
}

#[component]
fn Transfer(open: RwSignal<bool>, page: Page, act: Act, offered: Offered) -> impl IntoView {
    let action = ServerAction::<TransferTicket>::new();
    let here = Memo::new(move |_| page.with(|p| p.ticket.team.id.to_string()));
    let chosen = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        open.track();
        chosen.set(None);
    });
    let team = move || chosen.get().unwrap_or_else(|| here.get());
    let teams = Signal::derive(move || {
        let all = offered.get().map(|c| c.teams).unwrap_or_default();
        all.into_iter().map(|t| Choice::new(t.team.id.to_string(), t.team.name)).collect::<Vec<_>>()
    });
    let members = Signal::derive(move || {
        let team = team();
        let mut list = vec![Choice::new("", "Nobody yet: the team’s queue")];
        if let Some(all) = offered.get() {
            let of_team = all.teams.iter().find(|t| t.team.id.to_string() == team);
            list.extend(of_team.iter().flat_map(|t| people(&t.members)));
        }
        list
    });
    view! {
        <FormDialog open=open title="Transfer this ticket" words="Transfer" done="Transferred" action=action page=page act=act>
            <SelectField
                name="team"
                id="move-team"
                label="Team"
                options=teams
                value=here
                error=error_at(action, "team")
                on:change=move |event| {
                    // Both selects are inside; only the team's changes who is offered.
                    if event_target::<leptos::web_sys::HtmlSelectElement>(&event).name() == "team" {
                        chosen.set(Some(event_target_value(&event)));
                    }
                }
            />
            <SelectField
                name="assignee"
                id="move-to"
                label="Who holds it"
                options=members
                error=error_at(action, "assignee")
            />
            <TextField
                name="reason"
                id="move-reason"
                label="Why"
                help="The one who gets it reads this. The customer does not."
                error=error_at(action, "reason")
            />
        </FormDialog>
    }
}

#[component]
fn Escalate(open: RwSignal<bool>, page: Page, act: Act) -> impl IntoView {
    let action = ServerAction::<EscalateTicket>::new();
    let help = "The team’s managers are told; where it has none, the executives. It waits among their escalations until \
                one of them acknowledges it. If it waits there already, your reason is added. The customer sees \
                nothing of it.";
    view! {
        <FormDialog open=open title="Escalate this ticket" words="Escalate" done="Escalated" action=action page=page act=act>
            <TextField
                name="reason"
                id="escalate-reason"
                label="Why it needs somebody who leads"
                help=help
                error=error_at(action, "reason")
            />
        </FormDialog>
    }
}

#[component]
fn Hold(open: RwSignal<bool>, page: Page, act: Act) -> impl IntoView {
    let action = ServerAction::<HoldTicket>::new();
    let reasons = HoldReason::ALL.into_iter().map(|r| Choice::new(r.as_str(), r.label())).collect();
    view! {
        <FormDialog open=open title="Put on hold" words="Put on hold" done="On hold" action=action page=page act=act>
            <input type="hidden" name="offset" value="0" prop:value=zone_offset/>
            <Radios
                name="waits_for"
                legend="What are we waiting for?"
                options=reasons
                value=HoldReason::Customer.as_str().to_owned()
            />
            <TextField
                name="wake_at"
                id="hold-until"
                label="Wake up at"
                help="Without a date it sleeps until somebody answers or takes it up again."
                kind="datetime-local"
                optional=true
                error=error_at(action, "wake_at")
            />
            <TextField
                name="reason"
                id="hold-reason"
                label="Reason"
                help="Needed when the customer wrote last and has no answer yet."
                optional=true
                error=error_at(action, "reason")
            />
        </FormDialog>
    }
}

/// The one step that nobody takes back.
#[component]
fn Close(open: RwSignal<bool>, page: Page, act: Act) -> impl IntoView {
    let action = ServerAction::<CloseTicket>::new();
    view! {
        <FormDialog open=open title="Close for good?" words="Close for good" done="Closed for good" action=action page=page act=act>
            <p>"Nothing more can be added to a closed ticket. If the customer writes again, that opens a new one."</p>
        </FormDialog>
    }
}

/// How many minutes the browser's clock is behind UTC; 0 on the server.
#[cfg_attr(feature = "hydrate", allow(clippy::disallowed_methods))] // asks for the zone, not for the time
fn zone_offset() -> String {
    #[cfg(feature = "hydrate")]
    return js_sys::Date::new_0().get_timezone_offset().to_string();
    #[cfg(not(feature = "hydrate"))]
    "0".to_owned()
}

#[component]
fn Category(open: RwSignal<bool>, page: Page, act: Act, offered: Offered) -> impl IntoView {
    let action = ServerAction::<SetTicketCategory>::new();
    let now =
        Signal::derive(move || page.with(|p| p.ticket.category.as_ref().map(|c| c.id.to_string()).unwrap_or_default()));
    let options = Signal::derive(move || {
        let mut list = vec![Choice::new("", "None")];
        let all = offered.get().map(|c| c.categories).unwrap_or_default();
        list.extend(all.into_iter().map(|c| Choice::new(c.id.to_string(), c.name)));
        list
    });
    view! {
        <FormDialog open=open title="Category" words="Save" done="Category changed" action=action page=page act=act>
            <SelectField
                name="category"
                id="set-category"
                label="What it is about"
                options=options
                value=now
                error=error_at(action, "category")
            />
        </FormDialog>
    }
}

#[component]
fn Tags(open: RwSignal<bool>, page: Page, act: Act) -> impl IntoView {
    let action = ServerAction::<SetTicketTags>::new();
    let now = Signal::derive(move || page.with(|p| p.ticket.tags.join(", ")));
    view! {
        <FormDialog open=open title="Tags" words="Save" done="Tags changed" action=action page=page act=act>
            <TextField
                name="tags"
                id="set-tags"
                label="Tags"
                help="Separated by commas; at most 20."
                value=now
                optional=true
                error=error_at(action, "tags")
            />
        </FormDialog>
    }
}
