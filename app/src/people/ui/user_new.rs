//! `/system/users/new`
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use super::user::TeamBoxes;
use crate::{
    core::{
        Error, Permission, Role,
        resource::{Resource, resource},
    },
    frame::{Refusal, StaffFrame},
    people::{
        api::{InviteUser, teams_for_new_user},
        model::Membership,
    },
    ui::{
        Banner, BannerKind, Button, ButtonKind, Choice, LinkButton, SelectField, TextField, screen::Screen, shell::Page,
    },
};

/// Invite somebody: they choose their password by a mailed link.
pub struct NewUserPage {
    teams: Resource<Result<Vec<Membership>, Error>>,
}

impl Screen for NewUserPage {
    fn data() -> Self {
        Self { teams: resource(|| (), |()| teams_for_new_user()) }
    }

    fn view(this: Self) -> AnyView {
        let page = move || {
            Suspend::new(async move {
                match this.teams.await {
                    Ok(teams) => view! {
                        <StaffFrame permission=Permission::ManageUsers>
                            <Page title="Invite somebody" sub="They get a link by mail to choose a password, good for seven days.">
                                <Invitation teams=teams/>
                            </Page>
                        </StaffFrame>
                    }
                    .into_any(),
                    Err(error) => view! { <Refusal error=error/> }.into_any(),
                }
            })
        };
        view! {
            <Title text="Invite somebody"/>
            <Suspense>{page}</Suspense>
        }
        .into_any()
    }
}

#[component]
fn Invitation(teams: Vec<Membership>) -> impl IntoView {
    let invite = ServerAction::<InviteUser>::new();
    let refused = move || invite.value().get().and_then(Result::err);
    let at = move |field: &'static str| Signal::derive(move || refused().and_then(|error| error.at(field)));
    let whole = move || refused().filter(|error| !matches!(error, Error::Invalid(_))).map(|error| error.to_string());
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(Ok(id)) = invite.value().get() {
            navigate(&format!("/system/users/{id}?done=invited"), leptos_router::NavigateOptions::default());
        }
    });
    let roles = Role::ALL.map(|role| Choice::new(role.as_str(), role.label())).to_vec();
    view! {
        <ActionForm action=invite attr:class="form form-narrow" attr:novalidate=true>
            <div role="alert">{move || whole().map(|text| view! { <Banner kind=BannerKind::Danger>{text}</Banner> })}</div>
            <TextField name="new[name]" id="name" label="Name" autocomplete="off" error=at("name")/>
            <TextField name="new[email]" id="email" label="E-mail" kind="email" autocomplete="off" error=at("email")/>
            <SelectField name="new[role]" id="role" label="Role" options=roles value="agent"/>
            <TeamBoxes name="new[teams][]" teams=teams/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=invite.pending()>"Send the invitation"</Button>
                <LinkButton href="/system/users".to_owned() kind=ButtonKind::Quiet>"Cancel"</LinkButton>
            </div>
        </ActionForm>
    }
}
