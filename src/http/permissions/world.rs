//! A desk with a person of each role and others beside them, what either has, and requests as each of them.
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http_body_util::BodyExt as _;
use kept_app::{
    core::{
        App, Role,
        app::Config,
        id::TicketId,
        secret::{self, Purpose, Secret},
    },
    functions,
    live::pump,
    portal::link,
};
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusBuilder;
use object_store::{ObjectStoreExt as _, memory::InMemory, path::Path};
use sqlx::PgPool;
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::{calls::Body as Sent, snapshot::Snapshot};
use crate::http::{
    self,
    health::{self, Health},
};

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(30);

pub const BASE: &str = "http://kept.example";
pub const PASSWORD: &str = "canary-correct-horse";

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Guest,
    /// A guest with the tracking link of a ticket.
    Holder,
    As(Role),
}

impl Who {
    pub const ALL: [Self; 8] = [
        Self::Guest,
        Self::Holder,
        Self::As(Role::User),
        Self::As(Role::Agent),
        Self::As(Role::Admin),
        Self::As(Role::Manager),
        Self::As(Role::Ceo),
        Self::As(Role::Superadmin),
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Holder => "link",
            Self::As(role) => role.as_str(),
        }
    }

    /// Who that is; for those without an account somebody else.
    const fn name(self) -> &'static str {
        match self {
            Self::Guest | Self::Holder => "otto",
            Self::As(role) => name(role),
        }
    }
}

/// The person of each role. The agent and the manager work in our team; the customer asked it.
pub const fn name(role: Role) -> &'static str {
    match role {
        Role::User => "marta",
        Role::Agent => "ada",
        Role::Admin => "ida",
        Role::Manager => "max",
        Role::Ceo => "cleo",
        Role::Superadmin => "sue",
    }
}

/// Whose things a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Our team's, or the caller's own.
    Own,
    /// Another team's, another person's.
    Foreign,
    /// A ticket that the caller filed and another team answers.
    Filed,
    /// One of another team that our agent and our manager watch.
    Watched,
    /// One that somebody filed with whose organisation our customer shares.
    Shared,
    /// There is no such thing.
    Missing,
}

impl Case {
    pub const ALL: [Self; 6] = [Self::Own, Self::Foreign, Self::Filed, Self::Watched, Self::Shared, Self::Missing];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Foreign => "foreign",
            Self::Filed => "filed",
            Self::Watched => "watched",
            Self::Shared => "shared",
            Self::Missing => "missing",
        }
    }
}

/// Things of tickets: those differ by whose ticket it is.
const OF_TICKETS: [&str; 7] = ["fresh", "held", "solved", "file", "note", "free", "elsewhere"];
/// Other things that differ by whose they are.
const OF_PEOPLE: [&str; 7] = ["agent", "team", "session", "notice", "upload", "reset", "confirm"];

/// The cases in which a call with these placeholders is made.
pub fn cases<'a>(placeholders: impl Iterator<Item = &'a str>) -> &'static [Case] {
    let (mut tickets, mut people) = (false, false);
    for placeholder in placeholders {
        let thing = placeholder.split('.').next().unwrap_or_default();
        tickets |= OF_TICKETS.contains(&thing);
        people |= OF_PEOPLE.contains(&thing);
    }
    match (tickets, people) {
        (true, _) => &[Case::Own, Case::Foreign, Case::Filed, Case::Watched, Case::Shared],
        (false, true) => &[Case::Own, Case::Foreign],
        (false, false) => &[Case::Own],
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn is_page(&self) -> bool {
        self.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|place| place.to_str().ok()).unwrap_or_default()
    }
}

pub struct World {
    pub app: App,
    pub db: PgPool,
    router: Router,
    /// Everything that calls name, put there by seed.rs.
    pub things: BTreeMap<String, String>,
    /// Files in storage: their ids and what is in them.
    pub stored: Vec<(String, String)>,
    snapshot: Option<Snapshot>,
    callers: AtomicU32,
}

impl World {
    /// An empty desk.
    pub async fn empty(db: PgPool) -> Self {
        let (app, router) = server(db.clone(), &[]).await;
        Self {
            app,
            db,
            router,
            things: BTreeMap::new(),
            stored: Vec::new(),
            snapshot: None,
            callers: AtomicU32::new(0),
        }
    }

    /// From here on [`World::reset`] comes back to this.
    pub async fn remember(&mut self) {
        self.snapshot = Some(Snapshot::take(&self.db).await);
        self.restart().await;
    }

    /// Whether anything in the database is not as it was.
    pub async fn what_changed(&self) -> Vec<String> {
        let snapshot = self.snapshot.as_ref().expect("taken");
        let now = snapshot.digest(&self.db).await;
        let lines = now.lines().zip(snapshot.taken.lines());
        lines.filter(|(now, before)| now != before).map(|(now, _)| now.to_owned()).collect()
    }

    /// The database as it was, and a server that remembers nothing.
    pub async fn reset(&mut self) {
        self.snapshot.as_ref().expect("taken").restore(&self.db).await;
        self.restart().await;
    }

    pub async fn restart(&mut self) {
        (self.app, self.router) = server(self.db.clone(), &self.stored).await;
    }

    /// `template` as `who` sends it about the things of `case`.
    pub fn fill(&self, template: &str, who: Who, case: Case) -> String {
        let mut parts = template.split('<');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (placeholder, rest) = part.split_once('>').expect("a closed placeholder");
            filled += &self.thing(placeholder, who, case);
            filled += rest;
        }
        filled
    }

    /// What a placeholder stands for.
    fn thing(&self, placeholder: &str, who: Who, case: Case) -> String {
        let own = case == Case::Own;
        let (thing, part) = placeholder.split_once('.').unwrap_or((placeholder, ""));
        if case == Case::Missing && (OF_TICKETS.contains(&thing) || OF_PEOPLE.contains(&thing)) {
            return match part {
                "number" => "999999".to_owned(),
                "version" => "1".to_owned(),
                "link" | "key" => secret::random_token(),
                _ => kept_app::core::id::fresh().to_string(),
            };
        }
        let whose = match (case, who) {
            (Case::Own, _) => "ours".to_owned(),
            (Case::Filed, Who::As(role)) => format!("filed by {}", name(role)),
            (Case::Watched | Case::Shared, _) => case.word().to_owned(),
            _ => "theirs".to_owned(),
        };
        let caller = if own { who.name() } else { "otto" };
        match (thing, part) {
            (_, "link") => self.link(&format!("{whose} {thing}.id"), who, own),
            // A link to a file opens that one.
            ("file", "key") => self.file_key(if own { "ours file" } else { "ours note" }),
            ("free" | "agent", _) => self.get(if own { "ada" } else { "eve" }),
            ("elsewhere", _) => self.get(if own { "theirs" } else { "ours" }),
            ("team", _) => self.get(if own { "ours" } else { "theirs" }),
            ("session" | "notice", _) => self.get(&format!("{thing} of {caller}")),
            ("upload", "") | ("reset" | "confirm", _) if !own => secret::random_token(),
            ("me", _) => self.get(who.name()),
            ("missing", _) => kept_app::core::id::fresh().to_string(),
            ("token", _) => secret::random_token(),
            ("password", _) => PASSWORD.to_owned(),
            _ if OF_TICKETS.contains(&thing) => self.get(&format!("{whose} {placeholder}")),
            _ => self.get(placeholder),
        }
    }

    pub fn get(&self, name: &str) -> String {
        self.things.get(name).unwrap_or_else(|| panic!("there is no {name:?}")).clone()
    }

    /// A tracking link. Only its holder has the true one; others guess, or put one ticket's id before another's
    /// signature.
    fn link(&self, ticket: &str, who: Who, own: bool) -> String {
        let id: TicketId = self.get(ticket).parse().expect("an id");
        match who {
            Who::Holder if own => link::token(&self.app.secret, id),
            Who::Holder => {
                let true_one = URL_SAFE_NO_PAD.decode(self.link("ours held.id", who, true)).expect("base64");
                URL_SAFE_NO_PAD.encode([id.uuid().as_bytes(), &true_one[16..]].concat())
            }
            _ => link::token(&other_secret(), id),
        }
    }

    fn file_key(&self, file: &str) -> String {
        let id: uuid::Uuid = self.get(file).parse().expect("an id");
        let until = self.app.now().timestamp() + 3600;
        self.app.secret.sign(Purpose::File, &[&id.as_bytes()[..], &until.to_be_bytes()].concat())
    }

    /// Sends a request and reads the answer; of a stream only that it is one.
    pub async fn send(&self, who: Who, method: Method, address: &str, body: &Sent) -> Answer {
        let mut request =
            Request::builder().method(method).uri(address.replace(' ', "%20")).header(header::ORIGIN, BASE);
        if let Who::As(role) = who {
            request = request.header(header::COOKIE, self.get(&format!("cookie of {}", name(role))));
        }
        if let Some(kind) = body.content_type() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        // Each from an address of its own, so that nobody is held up by what another did.
        let ip = self.callers.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let peer = ConnectInfo(SocketAddr::from(([10, ip[1], ip[2], ip[3]], 9)));
        let request = request.extension(peer).body(Body::from(body.bytes())).expect("a request");
        let answer = async {
            let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
            let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
            let bytes = if is_stream { Vec::new() } else { body.collect().await.expect("a body").to_bytes().to_vec() };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Answer { status: parts.status, headers: parts.headers, text }
        };
        let answer = timeout(LONG, answer).await;
        answer.unwrap_or_else(|_| panic!("{address} is not answered to {}", who.word()))
    }

    /// Calls a server function, whose name is as in `take_ticket`.
    pub async fn call(&self, who: Who, function: &str, body: &str) -> Answer {
        let of_that_name =
            |f: &functions::Function| super::calls::name(f).split_once("::").is_some_and(|n| n.1 == function);
        let path = functions::all().into_iter().find(of_that_name).expect("a function").path;
        self.send(who, Method::POST, path, &Sent::of(body)).await
    }

    /// All paths that the server answers.
    pub fn routes(&self) -> String {
        format!("{:?}", self.router)
    }
}

fn other_secret() -> Secret {
    Secret::from_bytes([9; 32])
}

/// The whole server, as `kept serve` puts it together, with `files` in storage.
async fn server(db: PgPool, stored: &[(String, String)]) -> (App, Router) {
    let config =
        Config { base_url: BASE.to_owned(), demo: false, trusted_proxies: Vec::new(), data_dir: std::env::temp_dir() };
    let files = Arc::new(InMemory::new());
    for (id, content) in stored {
        files.put(&Path::from(format!("attachments/{id}")), content.clone().into()).await.expect("stored");
    }
    let leptos = LeptosOptions::builder().output_name("kept").build();
    let app = App::new(db.clone(), config, Secret::from_bytes([3; 32]), files, leptos);
    pump::step(&app).await.expect("the stream begins");
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let health = Health { db, postgres: None, metrics, metrics_token: None };
    let router = http::observe::observed(health::watched(http::router(app.clone()), health));
    (app, router)
}
