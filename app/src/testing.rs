//! Fixtures for tests on a real database. Builders have good defaults, so a test mentions only what it
//! is about. [`history`] gives a desk a past, [`ledger`] counts it by hand.
pub mod history;
pub mod ledger;

use std::sync::Arc;

use leptos::config::LeptosOptions;
use sqlx::{PgPool, migrate::Migrator};

use crate::{
    conversations::model::{Body, MessageKind},
    core::{
        Actor, App, Error, Person, Role, Tx,
        app::Config,
        id::{CategoryId, TeamId, TicketId, UserId},
        secret::Secret,
        text::{Email, PersonName},
    },
    tickets::{
        model::{Channel, Subject, TicketType},
        service::{self, Created, NewTicket, Requester, StaffMessage},
    },
};

/// For `#[sqlx::test(migrator = "crate::testing::MIGRATOR")]`.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// A desk with one team, "Service desk", and one category, "Other".
pub struct Desk {
    pub app: App,
    pub team: TeamId,
    pub category: CategoryId,
}

impl Desk {
    pub async fn open(db: PgPool) -> Self {
        let mut desk = Self { app: server(db), team: TeamId::new(), category: CategoryId::new() };
        desk.team = desk.team_named("Service desk").await;
        desk.category = desk.category_named("Other", 1).await;
        desk
    }

    /// The same desk on a server that has just started and remembers nothing.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self { app: server(self.app.db.clone()), team: self.team, category: self.category }
    }

    pub async fn category_named(&self, name: &str, position: i32) -> CategoryId {
        let id = CategoryId::new();
        sqlx::query!(
            "insert into categories (id, name, position, created_at) values ($1, $2, $3, now())",
            id as _,
            name,
            position
        )
        .execute(&self.app.db)
        .await
        .expect("a category");
        id
    }

    pub async fn team_named(&self, name: &str) -> TeamId {
        let id = TeamId::new();
        sqlx::query!("insert into teams (id, name, created_at) values ($1, $2, now())", id as _, name)
            .execute(&self.app.db)
            .await
            .expect("a team");
        id
    }

    /// Somebody of `role`, in `teams`, called `name`, with an address made of it.
    pub async fn person(&self, name: &str, role: Role, teams: &[TeamId]) -> Actor {
        let id = UserId::new();
        let email = format!("{}@kept.example", name.to_lowercase().replace(' ', "."));
        let mut db = self.app.db.acquire().await.expect("a connection");
        sqlx::query!(
            "insert into users (id, email, name, role, created_at, updated_at) values ($1, $2, $3, $4, now(), now())",
            id as _,
            email,
            name,
            role as _
        )
        .execute(&mut *db)
        .await
        .expect("a person");
        for team in teams {
            sqlx::query!("insert into team_members (team_id, user_id) values ($1, $2)", *team as _, id as _)
                .execute(&mut *db)
                .await
                .expect("a member");
        }
        Actor::Person(Person {
            id,
            name: name.to_owned(),
            email,
            role,
            organisation: None,
            teams: teams.to_vec(),
            time_zone: "UTC".to_owned(),
        })
    }

    /// An agent of the desk's own team.
    pub async fn agent(&self, name: &str) -> Actor {
        self.person(name, Role::Agent, &[self.team]).await
    }

    pub async fn customer(&self, name: &str) -> Actor {
        self.person(name, Role::User, &[]).await
    }

    /// An act of `actor` that writes.
    pub async fn act(&self, actor: &Actor) -> Tx {
        Tx::begin(&self.app, actor.clone()).await.expect("a transaction")
    }

    /// A look of `actor`.
    pub async fn look(&self, actor: &Actor) -> Tx {
        Tx::read(&self.app, actor.clone()).await.expect("a connection")
    }

    /// A ticket that a guest called Marta filed by the form.
    pub async fn ticket(&self) -> Created {
        self.file(&Actor::Guest, &new_ticket("VPN is down", "Nothing works since this morning.")).await
    }

    pub async fn file(&self, actor: &Actor, new: &NewTicket) -> Created {
        let mut tx = self.act(actor).await;
        let created = service::create(&mut tx, new).await.expect("a ticket");
        tx.commit().await.expect("committed");
        created
    }

    pub async fn take(&self, agent: &Actor, ticket: TicketId) -> Result<(), Error> {
        let mut tx = self.act(agent).await;
        service::take(&mut tx, ticket).await?;
        tx.commit().await
    }

    pub async fn say(&self, agent: &Actor, ticket: TicketId, kind: MessageKind, text: &str) -> Result<(), Error> {
        let mut tx = self.act(agent).await;
        let message = StaffMessage { kind, body: body(text), uploads: None };
        service::write_as_staff(&mut tx, ticket, &message).await?;
        tx.commit().await
    }
}

/// A server that has just started.
pub fn server(db: PgPool) -> App {
    let config = Config {
        base_url: "http://kept.example".to_owned(),
        demo: false,
        trusted_proxies: Vec::new(),
        data_dir: std::env::temp_dir(),
    };
    let files = Arc::new(object_store::memory::InMemory::new());
    let leptos = LeptosOptions::builder().output_name("kept").build();
    App::new(db, config, Secret::from_bytes([1; 32]), files, leptos)
}

/// A ticket by a guest called Marta.
pub fn new_ticket(subject: &str, text: &str) -> NewTicket {
    NewTicket {
        subject: Subject::try_from(subject.to_owned()).expect("a subject"),
        body: body(text),
        requester: Requester::Contact {
            email: Email::try_from("marta@customer.example".to_owned()).expect("an address"),
            name: PersonName::try_from("Marta Oliveira".to_owned()).expect("a name"),
            phone: None,
        },
        channel: Channel::Form,
        category: None,
        kind: TicketType::Request,
        priority: None,
        uploads: None,
        promise_shown: false,
    }
}

pub fn body(text: &str) -> Body {
    Body::try_from(text.to_owned()).expect("a text")
}
