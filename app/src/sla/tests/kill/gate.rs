//! A door in front of Postgres that counts the statements of whoever passes, and shuts at one of them.
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sqlx::{ConnectOptions as _, PgPool, postgres::PgConnectOptions};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Where the door shuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The statement never reaches Postgres.
    Before,
    /// Postgres has done it, and its answer is never heard.
    After,
}

/// See the [module](self). Shut for good when it is dropped: all who passed lose their connection.
pub struct Gate {
    /// Where Postgres is found behind it.
    pub url: String,
    door: Arc<Door>,
    _open: JoinSet<()>,
}

struct Door {
    side: Side,
    /// Which statement is the one, and how many there have been.
    at: usize,
    passed: AtomicUsize,
    is_shut: AtomicBool,
    reached: Notify,
}

impl Gate {
    /// Opens one in front of `db`; those who pass are called `name`.
    pub async fn open(db: &PgPool, name: &str, side: Side, at: usize) -> Self {
        let options = PgConnectOptions::clone(&db.connect_options());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut url = options.to_url_lossy();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        // Nobody may whisper past the one who counts.
        url.set_query(Some(&format!("sslmode=disable&application_name={name}")));
        let reached = Notify::new();
        let door = Door { side, at, passed: AtomicUsize::new(0), is_shut: AtomicBool::new(false), reached };
        let door = Arc::new(door);
        let mut open = JoinSet::new();
        open.spawn(admit(listener, options, door.clone()));
        Self { url: url.to_string(), door, _open: open }
    }

    /// Comes when the statement is reached, and with it the end of everything behind it.
    pub async fn reached(&self) {
        self.door.reached.notified().await;
    }
}

async fn admit(listener: TcpListener, postgres: PgConnectOptions, door: Arc<Door>) {
    let mut visits = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        client.set_nodelay(true).unwrap();
        let (postgres, door) = (postgres.clone(), door.clone());
        visits.spawn(async move {
            // Whoever leaves ends it for both.
            let _ = match postgres.get_socket() {
                Some(folder) => {
                    let socket = folder.join(format!(".s.PGSQL.{}", postgres.get_port()));
                    visit(client, UnixStream::connect(socket).await.unwrap(), &door).await
                }
                None => {
                    let address = (postgres.get_host(), postgres.get_port());
                    visit(client, TcpStream::connect(address).await.unwrap(), &door).await
                }
            };
        });
    }
}

async fn visit(client: TcpStream, postgres: impl AsyncRead + AsyncWrite, door: &Door) -> io::Result<()> {
    let (from_client, to_client) = split(client);
    let (from_postgres, to_postgres) = split(postgres);
    tokio::try_join!(door.ask(from_client, to_postgres), door.answer(from_postgres, to_client)).map(drop)
}

impl Door {
    /// Hands on what is asked, each time up to where an answer is waited for.
    async fn ask(&self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
        to.write_all(&message(&mut from, false).await?).await?;
        let (mut turn, mut does) = (Vec::new(), false);
        loop {
            let next = message(&mut from, true).await?;
            // Execute, and the simple query. What only prepares a statement is none.
            does |= matches!(next[0], b'E' | b'Q');
            // Sync, flush, simple query, password, farewell.
            let ends = matches!(next[0], b'S' | b'H' | b'Q' | b'p' | b'X');
            turn.extend(next);
            if !ends {
                continue;
            }
            if does && self.passed.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
                match self.side {
                    Side::Before => self.shut().await,
                    Side::After => self.is_shut.store(true, Ordering::SeqCst),
                }
            }
            to.write_all(&turn).await?;
            turn.clear();
            does = false;
        }
    }

    /// Hands on the answers, until there is one that shall not be heard.
    async fn answer(&self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
        loop {
            let next = message(&mut from, true).await?;
            if !self.is_shut.load(Ordering::SeqCst) {
                to.write_all(&next).await?;
            } else if next[0] == b'Z' {
                // It is done, and Postgres ready for the next.
                self.shut().await;
            }
        }
    }

    async fn shut(&self) {
        self.reached.notify_one();
        std::future::pending().await
    }
}

/// The next message of the protocol, whole. The first one of a client has no letter before its length.
async fn message(from: &mut (impl AsyncRead + Unpin), has_letter: bool) -> io::Result<Vec<u8>> {
    let mut message = vec![0; 4 + usize::from(has_letter)];
    from.read_exact(&mut message).await?;
    let length: [u8; 4] = message[message.len() - 4..].try_into().unwrap();
    let body = u32::from_be_bytes(length) as usize - 4;
    let head = message.len();
    message.resize(head + body, 0);
    from.read_exact(&mut message[head..]).await?;
    Ok(message)
}
