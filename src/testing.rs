//! Fixtures for tests that come in by the public doors: a whole server on a real socket, and people signed in.
pub mod canaries;

use std::{net::SocketAddr, sync::Arc};

use axum::http::StatusCode;
use kept_app::{
    core::{
        Actor, App, Role, Tx,
        app::Config,
        id::{TeamId, UserId},
        secret::Secret,
        text::{Email, PersonName},
    },
    people::sessions,
    tickets::{
        model::{Channel, Subject, TicketType},
        service::{self, Created, NewTicket, Requester},
    },
};
use leptos::config::LeptosOptions;
use object_store::local::LocalFileSystem;
use sqlx::{PgPool, migrate::Migrator};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{channels::mail, http, workers::Workers};

/// For `#[sqlx::test(migrator = "crate::testing::MIGRATOR")]`.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// A server as `kept serve` runs it, and the folder it keeps its files in.
pub struct Server {
    pub app: App,
    pub address: SocketAddr,
    pub workers: Workers,
    _data: Arc<tempfile::TempDir>,
    _log: canaries::Listening,
}

/// The handle of a server that does not run: for what needs no socket.
pub fn app(db: PgPool, data: &std::path::Path) -> App {
    let config = Config {
        base_url: "http://kept.example".to_owned(),
        demo: true,
        trusted_proxies: Vec::new(),
        data_dir: data.to_owned(),
    };
    let files = LocalFileSystem::new_with_prefix(data).expect("a folder");
    let leptos = LeptosOptions::builder().output_name("kept").build();
    App::new(db, config, Secret::from_bytes([1; 32]), Arc::new(files), leptos)
}

impl Server {
    /// Starts one on `db`. Several on one database are several servers of one desk.
    pub async fn start(db: PgPool) -> Self {
        let log = canaries::listen();
        let data = Arc::new(tempfile::tempdir().expect("a folder"));
        let app = app(db, data.path());
        let carrier = mail::carrier(None, "Kept <desk@kept.example>", data.path()).expect("a carrier");
        let workers = Workers::start(&app, carrier);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service =
            http::observe::observed(http::router(app.clone())).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { app, address, workers, _data: data, _log: log }
    }

    /// A person of `role` in `teams`, and the cookie of a session of theirs.
    pub async fn sign_in(&self, name: &str, role: Role, teams: &[TeamId]) -> (UserId, String) {
        let (id, mut db) = (UserId::new(), self.app.db.acquire().await.expect("a connection"));
        sqlx::query!(
            "insert into users (id, email, name, role, password_hash, created_at, updated_at)
             values ($1, $2, $3, $4, 'x', now(), now())",
            id as _,
            format!("{}@kept.example", name.to_lowercase()),
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
        let session = tower_sessions::session::Id::default();
        sqlx::query!(
            "insert into user_sessions (id_hash, user_id, generation, data, created_at, last_seen_at, expires_at)
             values ($1, $2, (select generation from users where id = $2), '{}', now(), now(), now() + interval '1 hour')",
            sessions::key(session),
            id as _
        )
        .execute(&mut *db)
        .await
        .expect("a session");
        canaries::secret(session.to_string());
        (id, format!("{}={session}", http::session::COOKIE))
    }

    pub async fn team(&self, name: &str) -> TeamId {
        let id = TeamId::new();
        sqlx::query!("insert into teams (id, name, created_at) values ($1, $2, now())", id as _, name)
            .execute(&self.app.db)
            .await
            .expect("a team");
        id
    }

    /// A ticket that a guest called Marta filed by the form.
    pub async fn ticket(&self) -> Created {
        let new = NewTicket {
            subject: Subject::try_from("VPN is down".to_owned()).expect("a subject"),
            body: "Nothing works.".to_owned().try_into().expect("a text"),
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
        };
        let mut tx = Tx::begin(&self.app, Actor::Guest).await.expect("a transaction");
        let created = service::create(&mut tx, &new).await.expect("a ticket");
        tx.commit().await.expect("committed");
        created
    }

    /// Asks for `path` with `headers` (each with its line end left out); the status, and the body as it comes.
    pub async fn get(&self, path: &str, headers: &[&str]) -> (StatusCode, BufReader<TcpStream>) {
        self.ask("GET", path, headers, b"").await
    }

    /// Posts `body` to `path` and reads the whole answer, its headers before the text.
    pub async fn post(&self, path: &str, headers: &[&str], body: &[u8]) -> (StatusCode, String) {
        let length = format!("Content-Length: {}", body.len());
        let headers: Vec<&str> = headers.iter().copied().chain([length.as_str()]).collect();
        let (status, mut answer) = self.ask("POST", path, &headers, body).await;
        let mut text = String::new();
        answer.read_to_string(&mut text).await.expect("an answer");
        (status, text)
    }

    async fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> (StatusCode, BufReader<TcpStream>) {
        let mut socket = TcpStream::connect(self.address).await.expect("connected");
        let extra = headers.iter().map(|h| format!("{h}\r\n")).collect::<Vec<_>>().concat();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: kept.example\r\nConnection: close\r\n{extra}\r\n");
        socket.write_all(request.as_bytes()).await.expect("sent");
        socket.write_all(body).await.expect("sent");
        let mut answer = BufReader::new(socket);
        let mut line = String::new();
        answer.read_line(&mut line).await.expect("a status line");
        let status = line.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok()).expect("a status");
        (StatusCode::from_u16(status).expect("a status"), answer)
    }

    /// Asks for `path` and reads the whole answer.
    pub async fn text(&self, path: &str, headers: &[&str]) -> (StatusCode, String) {
        let (status, mut answer) = self.get(path, headers).await;
        let mut text = String::new();
        answer.read_to_string(&mut text).await.expect("an answer");
        (status, text)
    }
}
