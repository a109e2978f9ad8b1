//! What the two editors have in common: their page, their list, their form, their answer.
use std::{future::Future, str::FromStr};

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use serde::{Serialize, de::DeserializeOwned};

use super::review::{ApartReview, Changes, ReviewSection};
use crate::{
    core::{
        Error, Permission,
        resource::{Resource, resource},
    },
    frame::{StaffFrame, answer_with},
    sla::views::{NAMED, Review, Sheet, VersionLine},
    ui::{
        Banner, BannerKind, Button, ButtonKind, ErrorSummary, Failed, Glyph, LinkButton, Loading, Page, Segment,
        SegmentedLinks, TextField, screen::arrived, time::day_words, unsaved::Unsaved,
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

/// What the address asks for: the first of all, a new one, or the one whose id is in it, as it is or as it once was.
pub fn asked<I, T, F>(
    open: impl Fn(Option<I>, bool, Option<i32>) -> F + Copy + Send + Sync + 'static,
) -> Resource<Result<T, Error>>
where
    I: FromStr + Send + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| params.with(|params| params.get("id")));
    let version = Memo::new(move |_| version_in(query));
    resource(
        move || (asked.get(), version.get()),
        move |(asked, version)| async move {
            match asked.as_deref() {
                None => open(None, false, None).await,
                Some("new") => open(None, true, None).await,
                Some(id) => open(Some(id.parse().map_err(|_| Error::NotFound)?), false, version).await,
            }
        },
    )
}

/// The version that the address asks for.
fn version_in(query: Memo<ParamsMap>) -> Option<i32> {
    query.with(|query| query.get("version")?.parse().ok())
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

    /// What is in a row of the list. `middle` is what can be done to it, `meta` what to know of it, in two lines.
    pub fn row(
        self,
        place: usize,
        id: &str,
        name: &str,
        open: bool,
        middle: AnyView,
        meta: [String; 2],
    ) -> impl IntoView + use<> {
        let [first, second] = meta;
        view! {
            <span class="pos num">{place + 1}</span>
            <a href=format!("{}/{id}", self.each) aria-current=open.then_some("true")>{name.to_owned()}</a>
            {middle}
            <span class="meta">{first}<br/>{second}</span>
        }
    }
}

/// The list, and beside it the form of the open one.
#[component]
pub fn Editor(
    kind: Kind,
    /// The items of the list.
    rows: Vec<AnyView>,
    /// None: a new one.
    open: Option<Opened>,
    /// The publication that is seen.
    seen: i32,
    sheet: Sheet,
    versions: Vec<VersionLine>,
    review: Option<Review>,
    /// Between its head and its form.
    #[prop(optional)]
    picture: Option<AnyView>,
    /// The fields below the name.
    children: Children,
) -> impl IntoView {
    let query = use_query_map();
    let (id, title) = match &open {
        Some(open) => (open.id.as_str(), open.name.clone()),
        None => ("new", format!("New {}", kind.one)),
    };
    let since = open.as_ref().map(|open| format!("Version {} is live since {}", open.version, day_words(open.since)));
    let again = open.as_ref().and_then(|_| untrack(|| version_in(query)));
    let again = again.map(|version| view! { <span class="tag tag-accent">{format!("As in version {version}")}</span> });
    let address = format!("{}/{id}", kind.each);
    let retire = open.as_ref().filter(|open| open.may_retire).map(|open| {
        let label = format!("Retire {}", open.name);
        let words = label.clone();
        view! { <Press action=format!("{address}#review") seen=seen asks=("retire", id.to_owned()) label=label glyph=Glyph::Ban words=words/> }
    });
    let (own, apart) = match review {
        Some(review) if review.apart.is_some() => (None, Some(review)),
        other => (other, None),
    };
    let looked_at = own.as_ref().map(|review| review.mark.clone()).unwrap_or_default();
    let unsaved = Unsaved::watch(sheet.returned);
    let named = Some(sheet.value(NAMED)).filter(|name| !name.is_empty());
    let named = named.map(|name| view! { <input type="hidden" name=NAMED value=name/> });
    let changes = sheet.changes.clone();
    let footer = match own {
        Some(review) => {
            let discard = address.clone();
            view! { <ReviewSection review=review discard=discard changes=changes unsaved=unsaved/> }.into_any()
        }
        None => view! {
            <div class="row wrap">
                <Button kind=ButtonKind::Primary submit=true attr:name="do" attr:value="review">"See what changes"</Button>
                <span class="small muted">"Nothing is published yet: first you see what it does to open tickets."</span>
            </div>
        }
        .into_any(),
    };
    view! {
        <Published/>
        {apart.map(|review| view! { <ApartReview review=review action=address.clone() page=kind.page seen=seen/> })}
        <div class="policy">
            <section aria-labelledby="all-of-them">
                <h2 class="vh" id="all-of-them">{kind.list}</h2>
                <ol class="policy-list">{rows}</ol>
            </section>
            <div class="stack">
                <div class="row wrap">
                    <h2 class="big">{title}</h2>
                    {again}
                    <span class="small muted push">{since}</span>
                </div>
                {picture}
                <Wrong sheet=sheet.clone()/>
                <form
                    method="post"
                    action=format!("{address}#review")
                    id=FORM
                    class="stack"
                    novalidate=true
                    on:input=move |_| unsaved.typed()
                    on:submit=move |_| unsaved.gone()
                >
                    <input type="hidden" name="seen" value=sheet.value("seen")/>
                    <input type="hidden" name="mark" value=looked_at/>
                    {named}
                    <TextField
                        name="name"
                        label="Name"
                        value=Signal::stored(sheet.value("name"))
                        error=Signal::stored(sheet.wrong("name"))
                    />
                    {children()}
                    {footer}
                </form>
                <Versions address=address versions=versions/>
                {retire}
            </div>
        </div>
    }
}

/// What was published a moment ago, and for whom.
#[component]
fn Published() -> impl IntoView {
    let query = use_query_map();
    move || {
        let words = match query.with(|query| query.get("published"))?.as_str() {
            "open" => "Published. Open tickets follow within seconds; each says so in its story.",
            _ => "Published for tickets that are filed from now on. Open ones keep their promises.",
        };
        Some(view! { <Banner kind=BannerKind::Info>{words}</Banner> })
    }
}

/// What it was before: each version can be looked at, and published again.
#[component]
fn Versions(address: String, versions: Vec<VersionLine>) -> impl IntoView {
    let earlier = versions.into_iter().skip(1).map(|line| {
        let by = line.by.map(|by| format!(", by {by}")).unwrap_or_default();
        let words = format!("{}{by}", day_words(line.at));
        let href = format!("{address}?version={}", line.version);
        view! { <li><a class="hit" href=href>{format!("Version {}", line.version)}</a><span class="small muted">{words}</span></li> }
    });
    let earlier: Vec<_> = earlier.collect();
    (!earlier.is_empty()).then(|| {
        view! {
            <details class="versions">
                <summary>"Earlier versions"</summary>
                <ol class="stack-s">{earlier}</ol>
            </details>
        }
    })
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
    let overtaken = sheet.merged.then(|| {
        let words = "Their changes are filled in below wherever you had changed nothing. These differences are yours:";
        let changes = sheet.changes.clone();
        let none = changes.is_empty().then(|| view! { <p>"None: this is what is published."</p> });
        view! {
            <section class="stack-s" aria-label="What you would change">
                <p>{words}</p>
                {none}
                <Changes changes=changes/>
            </section>
        }
    });
    view! {
        {refusal}
        {overtaken}
        <ErrorSummary errors=Signal::stored(sheet.wrongs()) to="publish this"/>
    }
}

/// A small form of one button: what it asks for at `action` is shown before it is done.
#[component]
pub fn Press(
    action: String,
    seen: i32,
    /// The field that says what is asked for, and its text.
    asks: (&'static str, String),
    label: String,
    glyph: Glyph,
    #[prop(optional, into)] words: String,
) -> impl IntoView {
    let class = if words.is_empty() { "btn btn-quiet btn-icon" } else { "btn btn-quiet" };
    let named = words.is_empty().then(|| label.clone());
    view! {
        <form method="post" action=action>
            <input type="hidden" name="seen" value=seen.to_string()/>
            <input type="hidden" name=asks.0 value=asks.1/>
            <button type="submit" class=class aria-label=named title=label>
                <crate::ui::Icon glyph=glyph/>
                {words}
            </button>
        </form>
    }
}
