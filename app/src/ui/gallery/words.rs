//! Buttons, fields, choices, what lies over the page, and the states of a panel.
use leptos::prelude::*;

use super::{Cap, Part, then};
use crate::ui::{
    avatar::{Avatar, AvatarSize, Presence},
    button::{Button, ButtonKind, ButtonSize, IconButton, LinkButton},
    choice::{Check, Choice, Radios, Segment, SegmentedLinks, SegmentedRadios, SelectField},
    dialog::Dialog,
    field::{ErrorSummary, TextArea, TextField},
    icon::{Glyph, Icon},
    menu::DropMenu,
    states::{Banner, BannerKind, Empty, Failed, Loading, Progress},
    status::{Count, PrioBadge, PrioKind, StatusBadge, StatusKind, Tag},
    time::{Ago, At},
    upload::{FileDrop, UploadRow, UploadState},
};

#[component]
pub(super) fn Buttons() -> impl IntoView {
    view! {
        <Part title="Buttons">
            <div class="flow">
                <Button kind=ButtonKind::Primary>"Send"</Button>
                <Button>"Assign"</Button>
                <Button kind=ButtonKind::Quiet>"Cancel"</Button>
                <Button kind=ButtonKind::Danger icon=Glyph::Trash>"Delete"</Button>
                <Button icon=Glyph::UserPlus>"Take it"</Button>
                <IconButton glyph=Glyph::ListFilter label="Filter"/>
                <LinkButton href="#go" icon=Glyph::Plus>"New ticket"</LinkButton>
                <Button kind=ButtonKind::Primary size=ButtonSize::Large>"Send request"</Button>
            </div>
            <div class="flow">
                <Button kind=ButtonKind::Primary disabled=true>"Disabled"</Button>
                <Button disabled=true>"Disabled"</Button>
                <Button busy=true>"Sending"</Button>
                <kbd class="kbd">"Ctrl"</kbd>
                <kbd class="kbd">"Enter"</kbd>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Fields() -> impl IntoView {
    let teams = || vec![Choice::new("field", "Field support"), Choice::new("cloud", "Cloud")];
    let errors = vec![
        ("g-what".to_owned(), "Tell us what happened".to_owned()),
        ("g-mail".to_owned(), "This address has no ending, such as .pt".to_owned()),
    ];
    view! {
        <Part title="Fields">
            <ErrorSummary errors=errors/>
            <div class="cols-3">
                <TextField name="g-subject" label="Subject" help="One line" value="Probe reads zero"/>
                <TextField name="g-date" label="Due date" kind="date" optional=true/>
                <TextField name="g-mail" label="E-mail" kind="email" value="marta@aguasdouro" error=Some("This address has no ending, such as .pt".to_owned())/>
                <SelectField name="g-team" label="Team" options=teams() value="field"/>
                <TextField name="g-number" label="Number" value="48213" disabled=true/>
                <Radios name="g-apply" legend="Apply to" options=vec![Choice::new("new", "New tickets"), Choice::new("all", "Open ones too")] value="new"/>
                <Check name="g-notify" label="Notify the assignee" checked=true/>
                <Check name="g-private" label="Private"/>
            </div>
            <TextArea name="g-what" label="What happened?" help="What you see, since when, and what you have tried" rows=3/>
            <FileDrop name="g-files" label="Photos or files"/>
            <div>
                <UploadRow name="display.jpg" size=1_200_000 state=UploadState::Ready image=true remove=Callback::new(|()| {})/>
                <UploadRow name="probe-7F-2231.log" size=840_000 state=UploadState::Sending(62)/>
                <UploadRow name="export-october.csv" size=31_000_000 state=UploadState::Failed("Too large, the limit is 25 MB".into())/>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Choosing() -> impl IntoView {
    let kinds = vec![
        Segment::new("reply", "Reply").with_icon(Glyph::Reply),
        Segment::new("note", "Note").with_icon(Glyph::Lock),
    ];
    let periods = vec![Segment::new("#7", "7 days"), Segment::new("#30", "30 days"), Segment::new("#90", "Quarter")];
    view! {
        <Part title="Choosing">
            <div class="flow">
                <SegmentedRadios name="g-kind" legend="Kind of answer" segments=kinds value="reply"/>
                <SegmentedLinks label="Period" segments=periods current="#30"/>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Statuses() -> impl IntoView {
    view! {
        <Part title="Status">
            <div class="flow">{StatusKind::ALL.map(|kind| view! { <StatusBadge kind=kind/> }).collect_view()}</div>
            <div class="flow">{StatusKind::ALL.map(|kind| view! { <StatusBadge kind=kind boxed=true/> }).collect_view()}</div>
            <div class="flow">
                {PrioKind::ALL.map(|kind| view! { <PrioBadge kind=kind/> }).collect_view()}
                <Tag>"firmware-4.2"</Tag>
                <Tag accent=true>"Draft"</Tag>
                <Count value=1_128/>
                <Count value=3 alert=true/>
            </div>
            <div class="flow">
                <Avatar name="Priya Nair".to_owned() size=AvatarSize::Huge presence=Presence::Here/>
                <Avatar name="Tom Haugen".to_owned() size=AvatarSize::Large presence=Presence::Away/>
                <Avatar name="Callum Reid".to_owned() size=AvatarSize::Large presence=Presence::Off/>
                {["Inês Carvalho", "Wei Ling Tan", "Sofie Bakker", "Ruth Adeyemi", "Jonas Meyer"]
                    .map(|name| view! { <Avatar name=name.to_owned()/> })
                    .collect_view()}
                <Avatar name=None/>
            </div>
            <p class="flow small muted">
                <Ago at=then()/>
                <At at=then()/>
            </p>
        </Part>
    }
}

#[component]
pub(super) fn Overlays() -> impl IntoView {
    let open = RwSignal::new(false);
    let footer = move || {
        view! {
            <Button on:click=move |_| open.set(false)>"Back"</Button>
            <Button kind=ButtonKind::Primary on:click=move |_| open.set(false)>"Put on hold"</Button>
        }
    };
    view! {
        <Part title="Over the page">
            <div class="flow">
                <Button on:click=move |_| open.set(true)>"Open a dialog"</Button>
                <DropMenu label="Ticket actions" trigger=|| view! { <Icon glyph=Glyph::Ellipsis/> }>
                    <button type="button">
                        <Icon glyph=Glyph::GitMerge/>
                        "Merge"
                        <kbd class="kbd">"M"</kbd>
                    </button>
                    <button type="button" data-danger="">
                        <Icon glyph=Glyph::Trash/>
                        "Delete"
                    </button>
                </DropMenu>
            </div>
            <Dialog title="Put #48213 on hold?" open=open footer=footer>
                <p class="soft">"Marta wrote last, so next reply keeps running. Say why you wait, or answer her first."</p>
                <TextField name="g-reason" label="Reason" value="Waiting for firmware 4.2.1"/>
            </Dialog>
        </Part>
    }
}

#[component]
pub(super) fn States() -> impl IntoView {
    view! {
        <Part title="States">
            <Banner>"A new version is ready. It loads when you next open a ticket."</Banner>
            <Banner kind=BannerKind::Ok>"Policy version 8 is live for new tickets."</Banner>
            <Banner kind=BannerKind::Warn icon=Glyph::WifiOff>"You are offline. Drafts are kept here and sent when the line is back."</Banner>
            <Banner kind=BannerKind::Danger action=|| view! { <a href="#again">"Try again"</a> }>"The list could not be loaded. Nothing was lost."</Banner>
            <div class="cols-3">
                <Empty title="Nothing is late" text="When a promise passes its time it shows up here. The next one is due at 15:20." good=true>
                    <LinkButton href="#risk">"Show what is at risk"</LinkButton>
                </Empty>
                <Failed title="The tickets did not arrive" text="The server took longer than ten seconds. Your filters are kept."/>
                <div class="pad">
                    <Loading what="tickets"/>
                </div>
            </div>
            <Cap text="Long work"/>
            <Progress label="Closing 240 tickets" done=156 of=240/>
        </Part>
    }
}
