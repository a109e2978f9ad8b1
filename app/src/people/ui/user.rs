//! `/system/users/ID`
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::sessions::Devices;
use crate::{
    core::{
        Error, Permission, Role,
        id::UserId,
        resource::{Resource, resource},
    },
    frame::{Refusal, StaffFrame},
    people::{
        api::{ChangeUser, EndUserSessions, InviteUserAgain, open_user},
        model::{Membership, UserDetail},
    },
    ui::{
        At, Banner, BannerKind, Button, ButtonKind, Check, Choice, Empty, SectionHead, SelectField, TextField,
        screen::Screen, shell::Page,
    },
};

pub struct UserPage {
    detail: Resource<Result<UserDetail, Error>>,
    actions: Actions,
}

/// What can be done on the page.
#[derive(Clone, Copy)]
struct Actions {
    change: ServerAction<ChangeUser>,
    invite_again: ServerAction<InviteUserAgain>,
    end_sessions: ServerAction<EndUserSessions>,
}

impl Screen for UserPage {
    fn data() -> Self {
        let params = use_params_map();
        let actions = Actions {
            change: ServerAction::new(),
            invite_again: ServerAction::new(),
            end_sessions: ServerAction::new(),
        };
        let source = move || {
            let id = params.read().get("id").and_then(|id| id.parse::<UserId>().ok());
            (id, actions.change.version().get(), actions.end_sessions.version().get())
        };
        let load =
            |(id, ..): (Option<UserId>, usize, usize)| async move { open_user(id.ok_or(Error::NotFound)?).await };
        Self { detail: resource(source, load), actions }
    }

    fn view(this: Self) -> AnyView {
        let UserPage { detail, actions } = this;
        let page = move || {
            Suspend::new(async move {
                match detail.await {
                    Ok(user) => framed(user, actions).into_any(),
                    Err(error) => view! { <Refusal error=error/> }.into_any(),
                }
            })
        };
        view! {
            <StaffFrame permission=Permission::ManageUsers>
                <Transition>{page}</Transition>
            </StaffFrame>
        }
        .into_any()
    }
}

fn framed(user: UserDetail, actions: Actions) -> impl IntoView {
    let UserDetail { row, created_at, teams, sessions } = user;
    let invited = use_query_map().read_untracked().get("done").is_some_and(|done| done == "invited");
    let (id, title) = (row.id, row.name.clone());
    let pending = row.active && !row.has_password;
    view! {
        <Title text=title.clone()/>
            <Page title=title sub=row.email.clone()>
                <div class="stack form-narrow">
                    {(invited && pending).then(|| view! {
                        <Banner kind=BannerKind::Ok>"The invitation is on its way."</Banner>
                    })}
                    {pending.then(|| view! { <InviteAgain id=id action=actions.invite_again/> })}
                    <section>
                        <SectionHead title="Account"/>
                        <p class="muted small">"Since " <At at=created_at/></p>
                        <AccountForm id=id name=row.name role=row.role active=row.active teams=teams action=actions.change/>
                    </section>
                    <section>
                        <SectionHead title="Devices" sub="Where they are signed in."/>
                        {if sessions.is_empty() {
                            view! { <Empty title="Nowhere" text="They are signed in on no device."/> }.into_any()
                        } else {
                            view! {
                                <Devices sessions=sessions/>
                                <ActionForm action=actions.end_sessions attr:class="form-actions">
                                    <input type="hidden" name="id" value=id.to_string()/>
                                    <Button submit=true busy=actions.end_sessions.pending()>"Sign them out everywhere"</Button>
                                </ActionForm>
                            }
                            .into_any()
                        }}
                    </section>
                </div>
            </Page>
    }
}

#[component]
fn InviteAgain(id: UserId, action: ServerAction<InviteUserAgain>) -> impl IntoView {
    let said = move || {
        action.value().get().map(|done| match done {
            Ok(()) => view! { <Banner kind=BannerKind::Ok>"Sent."</Banner> },
            Err(error) => view! { <Banner kind=BannerKind::Danger>{error.to_string()}</Banner> },
        })
    };
    view! {
        <section>
            <SectionHead title="No password yet" sub="They sign in once they followed the link of their invitation."/>
            <div role="status">{said}</div>
            <ActionForm action=action attr:class="form-actions">
                <input type="hidden" name="id" value=id.to_string()/>
                <Button submit=true busy=action.pending()>"Send the invitation again"</Button>
            </ActionForm>
        </section>
    }
}

#[component]
fn AccountForm(
    id: UserId,
    name: String,
    role: Role,
    active: bool,
    teams: Vec<Membership>,
    action: ServerAction<ChangeUser>,
) -> impl IntoView {
    let refused = move || action.value().get().and_then(Result::err);
    let at_name = Signal::derive(move || refused().and_then(|error| error.at("name")));
    let said = move || match action.value().get()? {
        Ok(()) => Some(view! { <Banner kind=BannerKind::Ok>"Saved."</Banner> }),
        Err(Error::Invalid(_)) => None,
        Err(error) => Some(view! { <Banner kind=BannerKind::Danger>{error.to_string()}</Banner> }),
    };
    let roles = Role::ALL.map(|role| Choice::new(role.as_str(), role.label())).to_vec();
    view! {
        <ActionForm action=action attr:class="form" attr:novalidate=true>
            <div role="status">{said}</div>
            <input type="hidden" name="change[id]" value=id.to_string()/>
            <TextField name="change[name]" id="name" label="Name" autocomplete="off" value=name error=at_name/>
            <SelectField
                name="change[role]"
                id="role"
                label="Role"
                help="Another role signs them out; they come back with what it may do."
                options=roles
                value=role.as_str().to_owned()
            />
            <TeamBoxes name="change[teams][]" teams=teams/>
            <Check name="change[active]" label="May sign in" checked=active/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>"Save"</Button>
            </div>
        </ActionForm>
    }
}

/// A box for each team.
#[component]
pub(super) fn TeamBoxes(name: &'static str, teams: Vec<Membership>) -> impl IntoView {
    let boxes = teams
        .into_iter()
        .map(|team| view! { <Check name=name label=team.name value=team.team.to_string() checked=team.member/> })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>"Teams"</legend>
            <span class="help">"Agents and managers see the requests of their teams."</span>
            {boxes}
        </fieldset>
    }
}
