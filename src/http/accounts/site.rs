//! A whole server on a fresh database, and browsers that visit it.
use std::{net::SocketAddr, sync::Arc};

use axum::{
    Extension,
    extract::ConnectInfo,
    http::{HeaderValue, StatusCode, header},
};
use axum_test::{TestResponse, TestServer};
use kept_app::{
    core::{
        App, Person, Role, Tx,
        actor::Actor,
        app::Config,
        id::{TeamId, UserId},
        secret::Secret,
    },
    people::password::{self, NewPassword},
};
use leptos::config::LeptosOptions;
use sqlx::PgPool;

use crate::testing::canaries;

/// What everybody's password is.
pub const PASSWORD: &str = "canary-correct-horse";

/// The memory that hashing takes, in KiB: a fifth of the usual, and still most of what a sign-in costs.
const CHEAP: u32 = 4 * 1024;

pub struct Site {
    pub app: App,
    pub db: PgPool,
    _log: canaries::Listening,
}

impl Site {
    /// A desk that was set up and is no demo.
    pub async fn open(db: PgPool) -> Self {
        let site = Self::new(db, false);
        site.person("Root", Role::Superadmin).await;
        site
    }

    pub fn new(db: PgPool, demo: bool) -> Self {
        let config = Config {
            base_url: "http://desk.example".to_owned(),
            demo,
            // The test client is the proxy, so that each test chooses where it comes from.
            trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
            data_dir: std::env::temp_dir(),
        };
        let files = Arc::new(object_store::memory::InMemory::new());
        let leptos = LeptosOptions::builder().output_name("kept").build();
        let app = App::new(db.clone(), config, Secret::from_bytes([3; 32]), files, leptos);
        password::spend_only(&app, CHEAP).unwrap();
        canaries::secret(PASSWORD);
        Self { app, db, _log: canaries::listen() }
    }

    /// Another server on the same database.
    pub fn twin(&self) -> Self {
        Self::new(self.db.clone(), self.app.config.demo)
    }

    /// A browser without cookies, at an address of its own.
    pub fn browser(&self, ip: &str) -> TestServer {
        let mut browser = self.peer([127, 0, 0, 1]);
        browser.add_header("x-forwarded-for", ip);
        browser
    }

    /// A browser whose connection comes from `ip` itself; 127.0.0.1 is the one proxy that is believed.
    pub fn peer(&self, ip: [u8; 4]) -> TestServer {
        let peer = ConnectInfo(SocketAddr::from((ip, 9)));
        let router = crate::http::observe::observed(crate::http::router(self.app.clone())).layer(Extension(peer));
        TestServer::builder().save_cookies().mock_transport().build(router)
    }

    /// Somebody with an account, whose address is made of the name.
    pub async fn person(&self, name: &str, role: Role) -> Person {
        let email = format!("{}@desk.example", name.to_lowercase());
        let chosen = NewPassword::choose(PASSWORD.to_owned(), &email, name).unwrap();
        let hash = password::hash(&self.app, chosen).await.unwrap();
        let id = UserId::new();
        sqlx::query(
            "insert into users (id, email, name, role, password_hash, created_at, updated_at)
             values ($1, $2, $3, $4, $5, now(), now())",
        )
        .bind(id)
        .bind(&email)
        .bind(name)
        .bind(role)
        .bind(hash)
        .execute(&self.db)
        .await
        .unwrap();
        let name = name.to_owned();
        Person { id, name, email, role, organisation: None, teams: Vec::<TeamId>::new(), time_zone: "UTC".to_owned() }
    }

    /// A browser in which `person` signed in by the form.
    pub async fn signed_in(&self, person: &Person, ip: &str) -> TestServer {
        let browser = self.browser(ip);
        let answer = sign_in(&browser, &person.email, PASSWORD).await;
        answer.assert_status(StatusCode::SEE_OTHER);
        assert!(session_cookie(&answer).is_some());
        browser
    }

    pub async fn act(&self, person: &Person) -> Tx {
        Tx::begin(&self.app, Actor::Person(person.clone())).await.unwrap()
    }

    /// The plain text of the last mail to `email`.
    pub async fn mail(&self, email: &str) -> String {
        sqlx::query_scalar(
            "select body_text from deliveries where recipient = $1 order by created_at desc, id desc limit 1",
        )
        .bind(email)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// The token in the last mail to `email`.
    pub async fn token(&self, email: &str) -> String {
        let mail = self.mail(email).await;
        let link = mail.split_whitespace().find(|word| word.contains("/reset/") || word.contains("/email/")).unwrap();
        let token = link.rsplit('/').next().unwrap().to_owned();
        canaries::secret(&token);
        token
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap()
    }
}

pub async fn sign_in(browser: &TestServer, email: &str, password: &str) -> TestResponse {
    browser.post("/login").form(&[("email", email), ("password", password)]).await
}

/// Calls the server function at `path` as the browser's code does.
pub async fn call(browser: &TestServer, path: &str, fields: &[(&str, &str)]) -> TestResponse {
    browser.post(path).add_header(header::ACCEPT, "application/json").form(&fields).await
}

pub async fn post(browser: &TestServer, path: &str, fields: &[(&str, &str)]) -> TestResponse {
    browser.post(path).form(&fields).await
}

/// Where an answer leads.
pub fn location(response: &TestResponse) -> String {
    response.header(header::LOCATION).to_str().unwrap().to_owned()
}

/// The session cookie that an answer sets.
pub fn session_cookie(response: &TestResponse) -> Option<String> {
    let set = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    let cookie = response.iter_headers_by_name(header::SET_COOKIE).map(set).find(|c| c.starts_with("kept_session="));
    cookie.inspect(|cookie| canaries::secret(cookie.split(['=', ';']).nth(1).unwrap()))
}
