//! The ticket pane: head, story, composer, side. The same on the desk and on a page of its own.
use std::{collections::HashMap, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::{act::Act, composer::Composer, forms::Forms, side::Side, state::Answer, story::Story, ticket_head::Head};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    desk::{
        api,
        model::{Choices, TicketPage},
    },
    tickets::{model::Ticket, timeline::What},
    ui::{
        Banner, BannerKind, Empty, Failed, LinkButton, Loading,
        screen::{arrived, still},
    },
};

/// What the person wants to do as soon as the ticket is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    Reply,
    Note,
    Status,
    Assign,
    Escalate,
}

/// The ticket on a page as it was last answered: shared, since all that was said on it is long.
pub type Page = Memo<Arc<TicketPage>>;

/// The ticket that is open, and what goes on with it; copy it freely.
#[derive(Clone, Copy)]
pub struct Opened {
    pub number: Signal<Option<i64>>,
    pub data: Resource<Option<Answer<Arc<TicketPage>>>>,
    pub act: Act,
    pub forms: Forms,
    pub intent: RwSignal<Option<Intent>>,
    /// Grows when the person has read something: lists drop the mark.
    pub read: RwSignal<u32>,
    /// The ticket as it was last seen.
    last: StoredValue<Option<Ticket>>,
    /// Pages fetched because the person was about to open them, each used once.
    ahead: StoredValue<HashMap<i64, Arc<TicketPage>>>,
}

/// Pages fetched ahead at most; a person who sweeps over a list opens few of it.
const AHEAD: usize = 12;

impl Opened {
    /// Starts loading ticket `number`, and again whenever something happens to it.
    pub fn new(number: Signal<Option<i64>>, act: Act) -> Self {
        let ahead = StoredValue::new(HashMap::<i64, Arc<TicketPage>>::new());
        let live = super::live_ticket(number);
        let done = act.done();
        // What was fetched before something happened is old.
        let any = super::live_tickets();
        Effect::new(move |_| {
            any.track();
            done.track();
            ahead.update_value(HashMap::clear);
        });
        let data = resource(
            move || (number.get(), done.get(), live.get()),
            move |(number, ..)| async move {
                let number = number?;
                if let Some(page) = ahead.try_update_value(|pages| pages.remove(&number)).flatten() {
                    return Some(Ok(page));
                }
                Some(api::open_ticket(number, None).await.map(Arc::new))
            },
        );
        Self {
            number,
            data,
            act,
            forms: Forms::new(),
            intent: RwSignal::new(None),
            read: RwSignal::new(0),
            last: StoredValue::new(None),
            ahead,
        }
    }

    /// Fetches a ticket that the person is about to open.
    pub fn near(self) -> Callback<i64> {
        Callback::new(move |number: i64| {
            let known = self.number.get_untracked() == Some(number)
                || self.ahead.with_value(|pages| pages.contains_key(&number) || pages.len() >= AHEAD);
            if known {
                return;
            }
            spawn_local(async move {
                let page = api::open_ticket(number, None).await;
                // Opened meanwhile, it was fetched once more, and this one would be taken for the next change.
                let open = self.number.try_get_untracked().flatten() == Some(number);
                if let (Ok(page), false) = (page, open) {
                    let _ = self.ahead.try_update_value(|pages| pages.insert(number, Arc::new(page)));
                    // What is not opened soon is too old to be shown.
                    set_timeout(
                        move || {
                            let _ = self.ahead.try_update_value(|pages| pages.remove(&number));
                        },
                        std::time::Duration::from_secs(5),
                    );
                }
            });
        })
    }

    /// The open ticket as it was last seen.
    pub fn ticket(self) -> Option<Ticket> {
        self.last.get_value().filter(|ticket| Some(ticket.number) == self.number.get_untracked())
    }
}

/// Waits for the ticket, or says why there is none. `back`: to the list, on a small screen.
#[component]
pub fn TicketPane(
    opened: Opened,
    #[prop(into)] back: Signal<String>,
    #[prop(into)] aside: Signal<String>,
    #[prop(into)] home: Signal<String>,
) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Loading what="the ticket" rows=6/> }>
            {
                let shown = Memo::new(move |before| {
                    let number = |answer: &Answer<Arc<TicketPage>>| answer.as_ref().map(|page| page.ticket.number).map_err(Clone::clone);
                    let now = opened.data.with(|data| data.as_ref().and_then(Option::as_ref).map(number));
                    still(now, before, |number| opened.number.get() == Some(*number))
                });
                move || match shown.get() {
                    None => ().into_any(),
                    Some(Err(error)) => view! { <Missing error=error opened=opened back=back/> }.into_any(),
                    Some(Ok(_)) => {
                        // Inside of a suspense Leptos subscribes whoever reads a resource, `get_untracked` or not; the
                        // body would be built anew with every change, under the hands of a person who types.
                        let first = untrack(|| opened.data.get_untracked());
                        first.flatten().and_then(Result::ok).map(|first| arrived(move || {
                            view! { <TicketBody first=first opened=opened back=back aside=aside home=home/> }
                        })).into_any()
                    }
                }
            }
        </Transition>
    }
}

#[component]
fn Missing(error: Error, opened: Opened, back: Signal<String>) -> impl IntoView {
    crate::frame::answer_with(&error);
    if error == Error::NotFound && opened.ticket().is_some() {
        // It was here a moment ago: whoever moves a ticket away is not told that there is none.
        return view! {
            <Empty title="This ticket went to another team" text="You are not in that one, so you do not see it any more.">
                <LinkButton href=back.get_untracked()>"Back to the list"</LinkButton>
            </Empty>
        }
        .into_any();
    }
    let title = if error == Error::NotFound { "No such ticket" } else { "The ticket did not arrive" };
    view! { <Failed title=title text=error.to_string() retry=Callback::new(move |()| opened.data.refetch())/> }
        .into_any()
}

#[component]
fn TicketBody(
    first: Arc<TicketPage>,
    opened: Opened,
    back: Signal<String>,
    aside: Signal<String>,
    home: Signal<String>,
) -> impl IntoView {
    // The last good answer: one that fails on the way leaves the page as it was.
    let page = Memo::new(move |before: Option<&Arc<TicketPage>>| {
        let latest = opened.data.get().flatten().and_then(Result::ok);
        latest.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    mark_read(opened, page);
    Effect::new(move |_| opened.last.set_value(Some(page.with(|p| p.ticket.clone()))));
    // By themselves: what somebody is typing stays when something else about the ticket changes.
    let writes = Memo::new(move |_| page.with(|p| p.may.write));
    let acts = Memo::new(move |_| page.with(|p| p.may.change || p.may.assign));
    let choices = opened.forms.choices();
    view! {
        <div class="ticket">
            <Head page=page opened=opened back=back aside=aside/>
            <Story page=page/>
            <div class="ticket-write">
                <Refused act=opened.act/>
                {move || writes.get().then(|| view! { <Composer page=page opened=opened/> })}
            </div>
            <Side page=page opened=opened back=home/>
        </div>
        {move || acts.get().then(|| opened.forms.view(page, opened.act, choices))}
    }
}

/// Why the last change was refused; it stays until the next one works or it is put away.
#[component]
fn Refused(act: Act) -> impl IntoView {
    let refusal = act.refusal();
    move || {
        refusal.get().map(|error| {
            view! {
                <Banner
                    kind=BannerKind::Warn
                    action=move || {
                        view! {
                            <button type="button" class="btn btn-quiet" on:click=move |_| act.forget_refusal()>
                                "Understood"
                            </button>
                        }
                    }
                >
                    {error.to_string()}
                </Banner>
            }
        })
    }
}

/// Tells the server that the person has seen what is on the page, once for each new message.
fn mark_read(opened: Opened, page: Page) {
    let seen = StoredValue::new(None);
    Effect::new(move |_| {
        let (id, at) = page.with(|p| {
            let newest = p.timeline.entries.iter().rev().find(|e| matches!(e.what, What::Message { .. }));
            (p.ticket.id, newest.map(|e| e.at))
        });
        let Some(at) = at else { return };
        if seen.get_value() == Some((id, at)) {
            return;
        }
        seen.set_value(Some((id, at)));
        spawn_local(async move {
            // A mark that is not set shows an unread dot too long; nothing else.
            if api::mark_ticket_read(id, at).await.is_ok() {
                opened.read.try_update(|n| *n = n.wrapping_add(1));
            }
        });
    });
}

/// What forms offer, fetched when the first of them opens.
pub type Offered = Resource<Choices>;
