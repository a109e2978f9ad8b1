//! The field's published mistakes, tried on the whole house: every page, every door, every mail.
//!
//! What concerns one room alone lies with that room; the number in a name is that of the threat.
mod accounts;
mod doors;
mod faults;
mod files;
mod floods;
mod mail;
mod pages;

use axum::http::{StatusCode, header};
use axum_test::{
    TestResponse, TestServer,
    multipart::{MultipartForm, Part},
};
use kept_app::{
    core::{Actor, Person, Role, Tx, id::TeamId},
    events::follow::until_nothing,
    notifications, settings,
    tickets::api::{TakeTicket, WriteMessage},
};
use leptos::server_fn::ServerFn as _;
use sqlx::PgPool;

use super::accounts::site::{PASSWORD, Site, call, location};
use crate::testing::canaries;

/// Breaks out of an attribute, runs a script, and runs another one where scripts are filtered out.
const ATTACK: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";

/// What it would look like on a page that it got through to.
const GOT_THROUGH: [&str; 6] = [
    "<script>alert(",
    "<img src=x",
    "<svg/onload",
    "href=\"javascript:",
    "href=\"data:",
    // A picture somewhere else tells its owner who reads, when and where.
    "src=\"https://evil.example",
];

/// A message in Markdown that tries the same, and what links and pictures can do.
fn hostile_text() -> String {
    format!(
        "{ATTACK}\n\n<svg/onload=alert(3)> [click](javascript:alert(4)) <javascript:alert(5)> \
         [page](data:text/html,x) ![spy](https://evil.example/pixel.png)"
    )
}

/// A desk at work: somebody of each role, a request of theirs and one of a guest. Wherever somebody typed
/// something, it is an [`ATTACK`].
struct House {
    site: Site,
    people: Vec<Person>,
    /// Opens the guest's request, which is 1002; the customer's is 1001.
    token: String,
}

impl House {
    async fn open(db: PgPool) -> Self {
        let site = Site::open(db).await;
        let root: Person = site.person("Ruth", Role::Superadmin).await;
        let mut tx = Tx::begin(&site.app, Actor::System).await.unwrap();
        let team = settings::lay_down::lay_down(&mut tx, ATTACK, "Europe/Lisbon", root.id).await.unwrap();
        tx.commit().await.unwrap();
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push(site.person(&format!("House{role}"), role).await);
        }
        let mut house = Self { site, people, token: String::new() };
        house.seat(team).await;
        house.work().await;
        house.rename_all().await;
        house
    }

    fn db(&self) -> &PgPool {
        &self.site.db
    }

    fn person(&self, role: Role) -> &Person {
        self.people.iter().find(|person| person.role == role).expect("one of each role")
    }

    /// A browser of somebody of `role`, or of a guest.
    async fn visitor(&self, role: Option<Role>) -> TestServer {
        match role {
            Some(role) => self.site.signed_in(self.person(role), "192.0.2.1").await,
            None => self.site.browser("192.0.2.2"),
        }
    }

    /// The staff works in `team`; the manager leads it.
    async fn seat(&self, team: TeamId) {
        for person in self.people.iter().filter(|person| person.role != Role::User) {
            sqlx::query("insert into team_members (team_id, user_id, is_lead) values ($1, $2, $3)")
                .bind(team)
                .bind(person.id)
                .bind(person.role == Role::Manager)
                .execute(self.db())
                .await
                .unwrap();
        }
    }

    /// Two requests, of which the first is taken, answered, noted on and rated.
    async fn work(&mut self) {
        let customer = self.visitor(Some(Role::User)).await;
        file(&customer, request().add_part("files", attached(&format!("{ATTACK}.txt"), "x"))).await;
        self.token = file(&self.visitor(None).await, request()).await;
        let agent = self.visitor(Some(Role::Agent)).await;
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from tickets where number = 1001").fetch_one(self.db()).await.unwrap();
        let id = id.to_string();
        done(&call(&agent, TakeTicket::PATH, &[("id", &id)]).await);
        for kind in ["public", "internal"] {
            let message = [("id", id.as_str()), ("kind", kind), ("body", &hostile_text())];
            done(&call(&agent, WriteMessage::PATH, &message).await);
        }
        sqlx::query("update tickets set csat = 1, csat_comment = $1, rated_at = now(), tags = array[$1]")
            .bind(ATTACK)
            .execute(self.db())
            .await
            .unwrap();
    }

    /// Gives hostile names to all that has one.
    async fn rename_all(&self) {
        for rename in [
            "update users set name = $1 || role",
            "update teams set name = $1",
            "update categories set name = $1 || position, help = $1",
            "update sla_policies set name = $1 || right(id::text, 8)",
            "update sla_calendars set name = $1 || right(id::text, 8)",
            "insert into routing_rules (id, position, name, conditions, set_priority, created_at, updated_at)
                 values (gen_random_uuid(), 1, $1, jsonb_build_object('category', null, 'keywords', array[$1::text]),
                         'low', now(), now())",
        ] {
            sqlx::query(rename).bind(ATTACK).execute(self.db()).await.unwrap();
        }
    }

    /// The address of every page, with something real in the place of each parameter.
    async fn pages(&self) -> Vec<String> {
        let id = async |sql: &'static str| {
            sqlx::query_scalar::<_, uuid::Uuid>(sql).fetch_one(self.db()).await.unwrap().to_string()
        };
        let policy = id("select id from sla_policies limit 1").await;
        let calendar = id("select id from sla_calendars limit 1").await;
        let mut pages = Vec::new();
        for route in crate::http::PAGES.iter() {
            let person = |role| self.person(role).id.to_string();
            // The last parameter, and what stands behind it.
            let (place, rest) =
                route.path().rfind('}').map_or((route.path(), ""), |end| route.path().split_at(end + 1));
            let filled = match place {
                "/tickets/{number}" | "/my/tickets/{number}" => "1001".to_owned(),
                "/sent/{token}" | "/track/{token}" => self.token.clone(),
                "/desk/{view}" => "mine".to_owned(),
                "/admin/sla/policies/{id}" => policy.clone(),
                "/admin/sla/calendars/{id}" => calendar.clone(),
                "/system/users/{id}" | "/team/people/{id}" => person(Role::Agent),
                "/executive/people/{id}" => person(Role::Manager),
                "/reset/{token}" | "/email/{token}" | "/dev/mail/{id}" => "none".to_owned(),
                plain => {
                    assert!(!plain.contains('{'), "what belongs into {plain}?");
                    String::new()
                }
            };
            let fixed = route.path().split('{').next().unwrap_or_default();
            pages.push(format!("{fixed}{filled}{rest}"));
        }
        assert!(pages.len() > 40, "{pages:?}");
        pages
    }
}

/// Lets everybody be told of what happened: the mails are decided.
async fn tell(site: &Site) {
    until_nothing(|| notifications::reader::step(&site.app)).await;
}

/// A request that a guest or a customer may send; hostile, and in order.
fn request() -> MultipartForm {
    request_of("guest@customer.example", ATTACK)
}

/// One of `email` whose every text is `text`.
fn request_of(email: &str, text: &str) -> MultipartForm {
    let description = if text == ATTACK { hostile_text() } else { text.to_owned() };
    MultipartForm::new()
        .add_text("subject", text)
        .add_text("description", description)
        .add_text("name", text)
        .add_text("email", email)
}

fn attached(name: &str, bytes: impl AsRef<[u8]>) -> Part {
    Part::bytes(bytes.as_ref().to_vec()).file_name(name)
}

/// Files a request; the token that opens it.
async fn file(browser: &TestServer, form: MultipartForm) -> String {
    let sent = browser.post("/submit").multipart(form).await;
    assert_eq!(sent.status_code(), StatusCode::SEE_OTHER, "{}", sent.text());
    let token = location(&sent).trim_start_matches("/sent/").to_owned();
    canaries::secret(&token);
    token
}

/// The call went through.
fn done(answer: &TestResponse) {
    assert_eq!(answer.status_code(), StatusCode::OK, "{}", answer.text());
}

fn said(answer: &TestResponse, name: header::HeaderName) -> String {
    answer.maybe_header(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}
