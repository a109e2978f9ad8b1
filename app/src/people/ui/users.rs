//! `/system/users`: everybody with an account; filter and page are in the URL.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};

use crate::{
    core::{
        Error, Permission, Role,
        page::Page as Rows,
        resource::{Resource, resource},
    },
    frame::{StaffFrame, answer_with},
    people::{
        api::list_users,
        model::{UserFilter, UserRow},
    },
    ui::{
        Ago, Avatar, Button, ButtonKind, Choice, Column, Empty, Failed, Glyph, LinkButton, Pager, SelectField, Table,
        Tag, TextField,
        screen::{Screen, arrived},
        shell::Page,
    },
};

pub struct UsersPage {
    filter: Memo<UserFilter>,
    rows: Resource<Result<Rows<UserRow>, Error>>,
}

impl Screen for UsersPage {
    fn data() -> Self {
        let query = use_query_map();
        let filter = Memo::new(move |_| {
            let query = query.read();
            UserFilter {
                q: query.get("q").unwrap_or_default(),
                role: query.get("role").and_then(|role| role.parse().ok()),
                off: query.get("off").is_some(),
                after: query.get("after"),
            }
        });
        Self { filter, rows: resource(move || filter.get(), list_users) }
    }

    fn view(this: Self) -> AnyView {
        let UsersPage { filter, rows } = this;
        let list = move || {
            Suspend::new(async move {
                match rows.await {
                    Ok(page) => arrived(move || view! { <List page=page filter=filter.get_untracked()/> }),
                    Err(error) => {
                        answer_with(&error);
                        view! { <Failed title="The list did not arrive" text=error.to_string()/> }.into_any()
                    }
                }
            })
        };
        let actions = ViewFn::from(|| {
            view! {
                <LinkButton href="/system/users/new".to_owned() kind=ButtonKind::Primary icon=Glyph::UserPlus>
                    "Invite somebody"
                </LinkButton>
            }
        });
        view! {
            <Title text="People"/>
            <StaffFrame permission=Permission::ManageUsers>
                <Page title="People" sub="Everybody with an account: customers and staff." actions=actions>
                    <Filter filter=filter/>
                    <Transition>{list}</Transition>
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

/// A plain GET form: works as a link does.
#[component]
fn Filter(filter: Memo<UserFilter>) -> impl IntoView {
    let start = filter.get_untracked();
    let roles = std::iter::once(Choice::new("", "All roles"))
        .chain(Role::ALL.map(|role| Choice::new(role.as_str(), role.label())))
        .collect::<Vec<_>>();
    view! {
        <form class="row wrap filter-bar" method="get" action="/system/users" role="search">
            <TextField name="q" label="Name or e-mail" kind="search" optional=true value=start.q/>
            <SelectField
                name="role"
                label="Role"
                options=roles
                value=start.role.map(|role| role.to_string()).unwrap_or_default()
            />
            <label class="check">
                <input type="checkbox" name="off" value="yes" checked=start.off/>
                <span>"Switched off"</span>
            </label>
            <Button submit=true icon=Glyph::Search>"Show"</Button>
        </form>
    }
}

#[component]
fn List(page: Rows<UserRow>, filter: UserFilter) -> impl IntoView {
    if page.rows.is_empty() {
        return view! {
            <Empty title="Nobody found" text="Try another part of the name, another role, or the accounts that are switched off.">
                <LinkButton href="/system/users".to_owned()>"Show everybody"</LinkButton>
            </Empty>
        }
        .into_any();
    }
    let columns = ["Person", "E-mail", "Role", "Teams", "Last seen"].map(Column::new).to_vec();
    let older = page.next.map(|after| {
        let pathname = use_location().pathname.get_untracked();
        format!("{pathname}?{}", query(&UserFilter { after: Some(after), ..filter.clone() }))
    });
    let newer =
        filter.after.is_some().then(|| format!("/system/users?{}", query(&UserFilter { after: None, ..filter })));
    view! {
        <Table label="People" columns=columns class="people">
            {page.rows.into_iter().map(row).collect_view()}
        </Table>
        <Pager newer=newer older=older/>
    }
    .into_any()
}

fn row(user: UserRow) -> impl IntoView {
    let standing = match (user.active, user.has_password) {
        (false, _) => Some("Switched off"),
        (true, false) => Some("No password yet"),
        (true, true) => None,
    };
    view! {
        <tr>
            <th scope="row">
                <span class="row">
                    <Avatar name=Some(user.name.clone()) silent=true/>
                    <a href=format!("/system/users/{}", user.id)>{user.name}</a>
                    {standing.map(|words| view! { <Tag>{words}</Tag> })}
                </span>
            </th>
            <td data-label="E-mail">{user.email}</td>
            <td data-label="Role">{user.role.label()}</td>
            <td data-label="Teams">{if user.teams.is_empty() { "none".to_owned() } else { user.teams.join(", ") }}</td>
            <td data-label="Last seen">
                {match user.last_seen_at {
                    Some(at) => view! { <Ago at=at/> }.into_any(),
                    None => "never".into_any(),
                }}
            </td>
        </tr>
    }
}

/// The filter as a query string.
fn query(filter: &UserFilter) -> String {
    let mut pairs = Vec::new();
    if !filter.q.is_empty() {
        pairs.push(("q", filter.q.clone()));
    }
    if let Some(role) = filter.role {
        pairs.push(("role", role.to_string()));
    }
    if filter.off {
        pairs.push(("off", "yes".to_owned()));
    }
    if let Some(after) = &filter.after {
        pairs.push(("after", after.clone()));
    }
    pairs.into_iter().map(|(name, value)| format!("{name}={}", escaped(&value))).collect::<Vec<_>>().join("&")
}

/// RFC 3986: everything but the unreserved characters as its UTF-8 bytes.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filter() {
        let filter = UserFilter {
            q: "a&b".to_owned(),
            role: Some(Role::Agent),
            off: true,
            after: Some("1~Ana Ünal".to_owned()),
        };
        assert_eq!(query(&filter), "q=a%26b&role=agent&off=yes&after=1~Ana%20%C3%9Cnal");
        assert_eq!(query(&UserFilter::default()), "");
    }
}
