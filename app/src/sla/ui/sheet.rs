//! What the two editors have in common: their page, their list, their form, their answer.
use std::{future::Future, str::FromStr};

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    core::{
        Error, Permission,
        resource::{Resource, resource},
    },
    frame::{StaffFrame, answer_with},
    sla::views::Sheet,
    ui::{
        Banner, BannerKind, Button, ButtonKind, ErrorSummary, Failed, Glyph, LinkButton, Loading, Page, Segment,
        SegmentedLinks, TextField, screen::arrived, time::day_words,
    },
};

/// The id of the editor's form.
pub const FORM: &str = "editor";

/// What an editor is of: policies or calendars.
#[derive(Clone, Copy)]
pub struct Kind {
    pub title: &'static str,
    pub sub: &'static str,
    /// The address of the page.
    pub page: &'static str,
    /// Below it is a page for each: `/admin/sla/policies`.
    pub each: &'static str,
    pub one: &'static str,
    pub many: &'static str,
    /// What the list says of its order.
    pub list: &'static str,
    /// Which tickets a publication concerns.
    pub concerns: &'static str,
}

/// The one that is open, as its head names it.
pub struct Opened {
    pub id: String,
    pub name: String,
    pub version: i32,
    pub since: DateTime<Utc>,
    /// Nothing needs it, so it may go.
    pub may_retire: bool,
}

/// What the address asks for: the first of all, a new one, or the one whose id is in it.
pub fn asked<I, T, F>(open: impl Fn(Option<I>, bool) -> F + Copy + Send + Sync + 'static) -> Resource<Result<T, Error>>
where
    I: FromStr + Send + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let params = use_params_map();
    let asked = Memo::new(move |_| params.with(|params| params.get("id")));
    resource(
        move || asked.get(),
        move |asked| async move {
            match asked.as_deref() {
                None => open(None, false).await,
                Some("new") => open(None, true).await,
                Some(id) => open(Some(id.parse().map_err(|_| Error::NotFound)?), false).await,
            }
        },
    )
}

impl Kind {
    /// The page: the way to the other editor, the button for something new, and `editor` of what `page` brings.
    pub fn page<T>(self, page: Resource<Result<T, Error>>, editor: fn(T) -> AnyView) -> AnyView
    where
        T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let actions = move || {
            let segments =
                vec![Segment::new("/admin/sla", "Policies"), Segment::new("/admin/sla/calendars", "Calendars")];
            view! {
                <SegmentedLinks label="Promises" segments=segments current=self.page.to_owned()/>
                <LinkButton href=format!("{}/new", self.each) icon=Glyph::Plus>{format!("New {}", self.one)}</LinkButton>
            }
        };
        view! {
            <Title text=self.title/>
            <StaffFrame permission=Permission::ConfigureDesk>
                <Page title="Promises" sub=self.sub actions=actions>
                    <Suspense fallback=move || view! { <Loading what=format!("the {}", self.many)/> }>
                        {move || Suspend::new(async move {
                            match page.await {
                                Ok(page) => arrived(move || editor(page)),
                                Err(error) => view! { <Refusal error=error/> }.into_any(),
                            }
                        })}
                    </Suspense>
                </Page>
            </StaffFrame>
        }
        .into_any()
    }

    /// A row of the list. `middle` is what can be done to it, `meta` what to know of it, in two lines.
    pub fn row(self, place: usize, id: &str, name: &str, open: bool, middle: AnyView, meta: [String; 2]) -> AnyView {
        let [first, second] = meta;
        view! {
            <li>
                <span class="pos num">{place + 1}</span>
                <a href=format!("{}/{id}", self.each) aria-current=open.then_some("true")>{name.to_owned()}</a>
                {middle}
                <span class="meta">{first}<br/>{second}</span>
            </li>
        }
        .into_any()
    }
}

/// The list, and beside it the form of the open one.
#[component]
pub fn Editor(
    kind: Kind,
    rows: Vec<AnyView>,
    /// None: a new one.
    open: Option<Opened>,
    /// The publication that is seen.
    seen: i32,
    sheet: Sheet,
    /// Between its head and its form.
    #[prop(optional)]
    picture: Option<AnyView>,
    /// The fields below the name.
    children: Children,
) -> impl IntoView {
    let (id, title, since) = match &open {
        Some(open) => (
            open.id.as_str(),
            open.name.clone(),
            format!("Version {} is live since {}", open.version, day_words(open.since)),
        ),
        None => ("new", format!("New {}", kind.one), String::new()),
    };
    let action = format!("{}/{id}", kind.each);
    let retire = open.as_ref().filter(|open| open.may_retire).map(|open| {
        let (action, label) = (format!("{action}/retire"), format!("Retire {}", open.name));
        let words = format!("Retire this {}", kind.one);
        view! { <Press action=action seen=seen label=label glyph=Glyph::Ban words=words/> }
    });
    view! {
        <div class="policy">
            <section aria-labelledby="all-of-them">
                <h2 class="vh" id="all-of-them">{kind.list}</h2>
                <ol class="policy-list">{rows}</ol>
            </section>
            <div class="stack">
                <div class="row wrap">
                    <h2 class="big">{title}</h2>
                    <span class="small muted push">{since}</span>
                </div>
                {picture}
                <Wrong sheet=sheet.clone()/>
                <form method="post" action=action id=FORM class="stack" novalidate=true>
                    <input type="hidden" name="seen" value=sheet.value("seen")/>
                    <TextField
                        name="name"
                        label="Name"
                        value=Signal::stored(sheet.value("name"))
                        error=Signal::stored(sheet.wrong("name"))
                    />
                    {children()}
                    <div class="row wrap">
                        <Button kind=ButtonKind::Primary submit=true>"Publish"</Button>
                        <span class="small muted">{kind.concerns}</span>
                    </div>
                </form>
                {retire}
            </div>
        </div>
    }
}

/// Why there is no editor, under the status that says the same.
#[component]
fn Refusal(error: Error) -> impl IntoView {
    answer_with(&error);
    view! { <Failed title="This cannot be shown" text=error.to_string()/> }
}

/// What was wrong with a form, on top of it.
#[component]
fn Wrong(sheet: Sheet) -> impl IntoView {
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
    #[prop(optional, into)] words: String,
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
