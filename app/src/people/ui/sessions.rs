//! `/system/sessions`, and the list of devices that other pages show.
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    core::{
        Error, Permission,
        resource::{Resource, resource},
    },
    frame::{Refusal, StaffFrame},
    people::{
        api::{EndUserSessions, list_sessions},
        model::{HeldSession, SessionRow},
    },
    ui::{Ago, At, Avatar, Button, Column, Empty, Table, Tag, screen::Screen, shell::Page},
};

/// Who is signed in, latest seen first.
pub struct SessionsPage {
    sessions: Resource<Result<Vec<HeldSession>, Error>>,
    end: ServerAction<EndUserSessions>,
}

impl Screen for SessionsPage {
    fn data() -> Self {
        let end = ServerAction::<EndUserSessions>::new();
        Self { sessions: resource(move || end.version().get(), |_| list_sessions()), end }
    }

    fn view(this: Self) -> AnyView {
        let page = move || {
            Suspend::new(async move {
                match this.sessions.await {
                    Ok(sessions) => view! {
                        <StaffFrame permission=Permission::ManageUsers>
                            <Page title="Sessions" sub="Who is signed in, and where. The latest 200. Signing somebody out ends all of their sessions but this one of yours.">
                                <Held sessions=sessions end=this.end/>
                            </Page>
                        </StaffFrame>
                    }
                    .into_any(),
                    Err(error) => view! { <Refusal error=error/> }.into_any(),
                }
            })
        };
        view! {
            <Title text="Sessions"/>
            <Transition>{page}</Transition>
        }
        .into_any()
    }
}

#[component]
fn Held(sessions: Vec<HeldSession>, end: ServerAction<EndUserSessions>) -> impl IntoView {
    if sessions.is_empty() {
        return view! { <Empty title="Nobody is signed in" text="Sessions appear here once somebody signs in."/> }
            .into_any();
    }
    let rows = sessions
        .into_iter()
        .map(|held| {
            let HeldSession { user, name, email, role, session } = held;
            let label = format!("Sign out {name} everywhere");
            let sign_out = (!session.current).then(|| {
                view! {
                    <ActionForm action=end>
                        <input type="hidden" name="id" value=user.to_string()/>
                        <Button submit=true attr:aria-label=label>"Sign out"</Button>
                    </ActionForm>
                }
            });
            view! {
                <tr>
                    <th scope="row">
                        <span class="row">
                            <Avatar name=Some(name.clone()) silent=true/>
                            <a href=format!("/system/users/{user}")>{name}</a>
                            {session.current.then(|| view! { <Tag accent=true>"You"</Tag> })}
                        </span>
                    </th>
                    <td data-label="E-mail">{email}</td>
                    <td data-label="Role">{role.label()}</td>
                    <td data-label="Device">{session.device}</td>
                    <td data-label="Address">{session.ip.unwrap_or_else(|| "unknown".to_owned())}</td>
                    <td data-label="Last seen"><Ago at=session.last_seen_at/></td>
                    <td class="end">{sign_out}</td>
                </tr>
            }
        })
        .collect_view();
    let mut columns = ["Person", "E-mail", "Role", "Device", "Address", "Last seen"].map(Column::new).to_vec();
    columns.push(Column::number("Sign out"));
    view! { <Table label="Sessions" columns=columns class="people">{rows}</Table> }.into_any()
}

/// Devices on which somebody is signed in. `own`: each can be signed out (by a plain form to the profile).
#[component]
pub fn Devices(sessions: Vec<SessionRow>, #[prop(optional)] own: bool) -> impl IntoView {
    let rows = sessions
        .into_iter()
        .map(|session| {
            let end = (own && !session.current).then(|| {
                let key = session.key.clone();
                view! {
                    <form method="post" action="/my/profile">
                        <input type="hidden" name="form" value="end_session"/>
                        <input type="hidden" name="session" value=key/>
                        <Button submit=true attr:aria-label=format!("Sign out on {}", session.device)>"Sign out"</Button>
                    </form>
                }
            });
            view! {
                <tr>
                    <th scope="row">
                        {session.device.clone()} " "
                        {session.current.then(|| view! { <Tag accent=true>"This one"</Tag> })}
                    </th>
                    <td data-label="Address">{session.ip.unwrap_or_else(|| "unknown".to_owned())}</td>
                    <td data-label="Since"><At at=session.created_at/></td>
                    <td data-label="Last seen"><Ago at=session.last_seen_at/></td>
                    {own.then(|| view! { <td class="end">{end}</td> })}
                </tr>
            }
        })
        .collect_view();
    let mut columns = ["Device", "Address", "Since", "Last seen"].map(Column::new).to_vec();
    columns.extend(own.then(|| Column::number("Sign out")));
    view! { <Table label="Devices" columns=columns>{rows}</Table> }
}
