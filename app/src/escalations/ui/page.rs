//! The inbox. It is put together once and kept up to date in its places, so that what somebody types stays.
use leptos::prelude::*;
use leptos_meta::Title;

use super::parts::{Entry, past};
use crate::{
    core::{Error, Permission, resource::resource},
    escalations::{
        api::{self, AcknowledgeEscalation},
        model::Inbox,
    },
    frame::{StaffFrame, answer_with},
    reports::ui::parts::{Answer, live},
    ui::{
        Banner, BannerKind, Empty, Failed, Loading, Page, SectionHead,
        screen::{Screen, arrived, still},
    },
};

/// The page and what it loads before its code is there.
pub struct EscalationsPage {
    inbox: Answer<Inbox>,
    acknowledge: ServerAction<AcknowledgeEscalation>,
}

impl Screen for EscalationsPage {
    fn data() -> Self {
        let (live, acknowledge) = (live(), ServerAction::<AcknowledgeEscalation>::new());
        let inbox = resource(move || (live.get(), acknowledge.version().get()), |_| api::read_escalations());
        Self { inbox, acknowledge }
    }

    fn view(this: Self) -> AnyView {
        let Self { inbox, acknowledge } = this;
        view! {
            <Title text="Escalations"/>
            <StaffFrame permission=Permission::ReadEscalations>
                <Page title="Escalations" sub="Tickets whose time is up, and those that a colleague asks you to look at">
                    {body(inbox, acknowledge)}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(inbox: Answer<Inbox>, acknowledge: ServerAction<AcknowledgeEscalation>) -> AnyView {
    view! {
        <Transition fallback=|| view! { <Loading what="what is escalated" rows=6/> }>
            {
                let shown = Memo::new(move |before| still(inbox.get(), before, |_| true));
                let stands = Memo::new(move |_| {
                    shown.with(|answer| answer.as_ref().map(|answer| answer.as_ref().map(drop).map_err(Clone::clone)))
                });
                move || match stands.get() {
                    None => ().into_any(),
                    Some(Err(error)) => {
                        answer_with(&error);
                        let retry = Callback::new(move |()| inbox.refetch());
                        view! { <Failed title="This did not arrive" text=error.to_string() retry=retry/> }.into_any()
                    }
                    Some(Ok(())) => {
                        let first = untrack(|| shown.get_untracked()).and_then(Result::ok).unwrap_or_default();
                        arrived(move || {
                            let latest = Memo::new(move |before: Option<&Inbox>| {
                                let now = shown.get().and_then(Result::ok);
                                now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
                            });
                            lists(latest, acknowledge)
                        })
                    }
                }
            }
        </Transition>
    }
    .into_any()
}

/// What became of the last acknowledgement. The list below is as it is by now, so it need not say of which.
fn said(answer: Option<Result<(), Error>>) -> Option<AnyView> {
    Some(match answer? {
        Ok(()) => {
            view! { <Banner kind=BannerKind::Ok>"Acknowledged. It stands below now, under Before."</Banner> }.into_any()
        }
        Err(error) => view! { <Banner kind=BannerKind::Danger>{error.to_string()}</Banner> }.into_any(),
    })
}

fn lists(inbox: Memo<Inbox>, acknowledge: ServerAction<AcknowledgeEscalation>) -> AnyView {
    let waiting = Memo::new(move |_| inbox.with(|inbox| inbox.waiting.iter().map(|it| it.ticket).collect::<Vec<_>>()));
    let count = Signal::derive(move || match waiting.with(Vec::len) {
        0 => "Nothing waits".to_owned(),
        n if inbox.with(|inbox| inbox.more) => format!("More than {n} wait"),
        1 => "1 waits".to_owned(),
        n => format!("{n} wait"),
    });
    let none = move || {
        waiting.with(Vec::is_empty).then(|| {
            view! { <Empty title="Nothing is escalated" text="What needs you appears here by itself." good=true/> }
        })
    };
    let past = Memo::new(move |_| inbox.with(|inbox| inbox.past.clone()));
    view! {
        <section class="escalations" id="waiting">
            <SectionHead title=count sub="Newest first. It leaves when somebody acknowledges it, or the ticket is solved"/>
            {move || said(acknowledge.value().get())}
            {none}
            <ul class="listframe">
                <For
                    each=move || waiting.get()
                    key=|ticket| *ticket
                    children=move |ticket| view! { <Entry ticket=ticket inbox=inbox acknowledge=acknowledge/> }
                />
            </ul>
        </section>
        <section class="escalations" id="past">
            <SectionHead title="Before" sub="The last 50 that were looked at or solved"/>
            {move || self::past(past.get())}
        </section>
    }
    .into_any()
}
