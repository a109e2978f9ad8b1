//! One person's figures and ratings, for who leads them; and everybody's own ratings.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::parts::{Said, loaded, tile};
use crate::{
    core::{Error, Permission, id::UserId, resource::resource},
    frame::{Answer, StaffFrame},
    reports::{
        api::{self, RatePerson},
        model::PersonReport,
        ratings::Rating,
    },
    ui::{
        Ago, Avatar, AvatarSize, Button, ButtonKind, Choice, Column, Empty, Figures, Page, Radios, SectionHead,
        SelectField, Table, TextArea, screen::Screen,
    },
};

fn report(give: ServerAction<RatePerson>) -> Answer<PersonReport> {
    let params = use_params_map();
    let asked = Memo::new(move |_| params.with(|p| p.get("id")));
    resource(
        move || (asked.get(), give.version().get()),
        |(asked, _)| async move {
            let id: UserId = asked.and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
            api::read_person(id).await
        },
    )
}

/// `/team/people/:id`: an agent, for their manager.
pub struct LedPage {
    report: Answer<PersonReport>,
    give: ServerAction<RatePerson>,
}

impl Screen for LedPage {
    fn data() -> Self {
        let give = ServerAction::new();
        Self { report: report(give), give }
    }

    fn view(this: Self) -> AnyView {
        page(Permission::OpenTeam, this.report, this.give)
    }
}

/// `/executive/people/:id`: a manager, for the executives.
pub struct ManagerPage {
    report: Answer<PersonReport>,
    give: ServerAction<RatePerson>,
}

impl Screen for ManagerPage {
    fn data() -> Self {
        let give = ServerAction::new();
        Self { report: report(give), give }
    }

    fn view(this: Self) -> AnyView {
        page(Permission::OpenExecutive, this.report, this.give)
    }
}

fn page(permission: Permission, report: Answer<PersonReport>, give: ServerAction<RatePerson>) -> AnyView {
    view! {
        <Title text="Person"/>
        <StaffFrame permission=permission>
            <Page title="Performance">
                {loaded(report, "the person", move |report| body(report, give))}
            </Page>
        </StaffFrame>
    }
    .into_any()
}

fn body(report: PersonReport, give: ServerAction<RatePerson>) -> AnyView {
    let PersonReport { person, role, figures, history, months, may_rate } = report;
    let form = may_rate.then(|| {
        let options =
            months.iter().map(|(month, words)| Choice::new(month.to_string(), words.clone())).collect::<Vec<_>>();
        view! {
            <section id="rate">
                <SectionHead title="Rate a month" sub="They see the mark, the comment and your name"/>
                {rating_form(person.id, options, give)}
            </section>
        }
    });
    view! {
        <Title text=person.name.clone()/>
        <div class="person">
            <Avatar name=person.name.clone() size=AvatarSize::Huge silent=true/>
            <span class="two">
                <h2>{person.name.clone()}</h2>
                <span class="small muted">{role}</span>
            </span>
        </div>
        <Figures label="Last 30 days" four=true>{figures.into_iter().map(tile).collect_view()}</Figures>
        <div class="split">
            <section>
                <SectionHead title="Ratings" sub="Newest month first; what was given stays"/>
                {table(history)}
            </section>
            {form}
        </div>
    }
    .into_any()
}

fn rating_form(person: UserId, months: Vec<Choice>, give: ServerAction<RatePerson>) -> AnyView {
    let said = Said::new(move || give.value().get());
    let marks =
        [("5", "5, outstanding"), ("4", "4, good"), ("3", "3, as expected"), ("2", "2, below"), ("1", "1, far below")]
            .map(|(value, label)| Choice::new(value, label))
            .to_vec();
    view! {
        <ActionForm action=give attr:class="form" attr:novalidate="">
            {said.whole("Rated. It is in the history.")}
            <input type="hidden" name="person" value=person.to_string()/>
            <SelectField name="form[month]" id="month" label="Month" options=months error=said.at("month")/>
            <Radios name="form[score]" legend="Mark" options=marks/>
            {move || said.at("score").get().map(|text| view! { <p class="error-text" role="alert">{text}</p> })}
            <TextArea name="form[comment]" id="comment" label="Comment" rows=4 optional=true error=said.at("comment")/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || give.pending().get())>"Rate"</Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn table(history: Vec<Rating>) -> AnyView {
    if history.is_empty() {
        return view! { <Empty title="No ratings yet" text="A rating is about one month: a mark from 1 to 5 and a comment."/> }.into_any();
    }
    let columns = vec![
        Column::new("Month"),
        Column::number("Mark"),
        Column::new("Comment"),
        Column::new("By"),
        Column::new("Given"),
    ];
    let rows = history
        .into_iter()
        .map(|rating| {
            view! {
                <tr>
                    <th scope="row">{rating.month.format("%B %Y").to_string()}</th>
                    <td class="end" data-label="Mark"><b>{rating.score}</b> " of 5"</td>
                    <td data-label="Comment" data-wide="">{rating.comment}</td>
                    <td data-label="By">{rating.by}</td>
                    <td data-label="Given"><Ago at=rating.at/></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label="Ratings" columns=columns>{rows}</Table> }.into_any()
}

/// `/ratings`: one's own.
pub struct OwnRatingsPage {
    ratings: Answer<Vec<Rating>>,
}

impl Screen for OwnRatingsPage {
    fn data() -> Self {
        Self { ratings: resource(|| (), |()| api::own_ratings()) }
    }

    fn view(this: Self) -> AnyView {
        view! {
            <Title text="My ratings"/>
            <StaffFrame permission=Permission::ReadOwnRatings>
                <Page title="My ratings" sub="How your months were rated, and by whom">
                    {loaded(this.ratings, "your ratings", table)}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}
