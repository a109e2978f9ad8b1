//! `kept doctor`: looks at everything that Kept needs, with the settings that `kept serve` would have, and says what
//! to do about what is wrong. It changes nothing.
use std::{
    fmt,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _},
    path::Path,
    time::Duration,
};

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use crate::{
    config::Serve,
    database,
    postgres::{self, Binaries},
};

/// How long anything may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Below this much free disk, in bytes, trouble is near.
const LITTLE_DISK: u64 = 1_000_000_000;
/// Each browser keeps one stream open, and each stream is one open file.
const FEW_FILES: u64 = 4_096;

/// What was found out about one thing.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    Good(String),
    /// It works, but somebody may want to know.
    Note(String),
    /// It does not work; the sentence says what to do.
    Bad(String),
}

use Finding::{Bad, Good, Note};

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Good(text) => write!(f, "  ok  {text}"),
            Note(text) => write!(f, "note  {text}"),
            Bad(text) => write!(f, " BAD  {text}"),
        }
    }
}

/// Looks at everything and prints it. `false`: something is bad.
pub async fn run(options: &Serve) -> bool {
    let mut findings = vec![data_directory(&options.data.data)];
    findings.extend(database(options).await);
    findings.push(address(options.addr));
    findings.push(base_url(options));
    findings.push(site(&options.site_root));
    findings.push(mail(options.smtp_url.as_deref(), &options.data.data));
    findings.push(open_files());
    for finding in &findings {
        println!("{finding}");
    }
    let bad = findings.iter().filter(|finding| matches!(finding, Bad(_))).count();
    match bad {
        0 => println!("Everything that Kept needs is there."),
        1 => println!("One thing is to be done."),
        more => println!("{more} things are to be done."),
    }
    bad == 0
}

/// Can files be written, and is there room?
fn data_directory(data: &Path) -> Finding {
    let shown = data.display();
    if !data.exists() {
        return Note(format!("data directory {shown}: not there yet, the first start makes it"));
    }
    if let Err(error) = tempfile_in(data) {
        return Bad(format!("data directory {shown} cannot be written ({error}): give it to the user that runs Kept"));
    }
    match rustix::fs::statvfs(data) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let gigabytes = free / 1_000_000_000;
            if free < LITTLE_DISK {
                Bad(format!("data directory {shown}: less than 1 GB of disk is free, make room"))
            } else {
                Good(format!("data directory {shown}, {gigabytes} GB free"))
            }
        }
        Err(error) => Note(format!("data directory {shown}: the free disk space is not known ({error})")),
    }
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(probe)
}

async fn database(options: &Serve) -> Vec<Finding> {
    let connect = match &options.data.database_url {
        Some(url) => match url.parse::<PgConnectOptions>() {
            Ok(connect) => connect,
            Err(error) => {
                return vec![Bad(format!(
                    "DATABASE_URL is not understood ({error}): write postgres://user:password@host/name"
                ))];
            }
        },
        None => match private_postgres(&options.data.data) {
            Ok((finding, Some(connect))) => {
                let mut findings = vec![finding];
                findings.extend(server(&connect).await);
                return findings;
            }
            Ok((finding, None)) => return vec![finding],
            Err(finding) => return vec![finding],
        },
    };
    server(&connect).await
}

/// Are the programs there; does it run already?
fn private_postgres(data: &Path) -> Result<(Finding, Option<PgConnectOptions>), Finding> {
    let newest = Binaries::find(None, data).map_err(|error| Bad(format!("private Postgres: {error}")))?;
    let running = postgres::running(data).map_err(|error| Bad(format!("private Postgres: {error}")))?;
    let version = newest.version;
    let finding = match &running {
        Some(_) => Good(format!("private Postgres: runs (PostgreSQL {version} is installed)")),
        None => Good(format!("private Postgres: PostgreSQL {version} is installed; `kept serve` will start it")),
    };
    Ok((finding, running))
}

/// Does it answer, is it new enough, is the schema ours?
async fn server(connect: &PgConnectOptions) -> Vec<Finding> {
    let mut db = match timeout(PATIENCE, PgConnection::connect_with(connect)).await {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => {
            return vec![Bad(format!("database: no connection ({error}); look at DATABASE_URL and at that server"))];
        }
        Err(_) => {
            return vec![Bad("database: no answer within 5 s; look at DATABASE_URL, the network, a firewall".into())];
        }
    };
    match look(&mut db).await {
        Ok(findings) => findings,
        Err(error) => vec![Bad(format!("database: it does not answer as it should ({error})"))],
    }
}

async fn look(db: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let version: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::int / 10000").fetch_one(&mut *db).await?;
    let mut findings = vec![if version < 15 {
        Bad(format!("database: PostgreSQL {version} is too old, 15 is needed"))
    } else {
        Good(format!("database: PostgreSQL {version} answers"))
    }];
    let fsync: String = sqlx::query_scalar("show fsync").fetch_one(&mut *db).await?;
    if fsync == "off" {
        findings.push(Bad("database: fsync is off, a power cut would lose tickets; switch it on".into()));
    }
    findings.push(schema(db).await?);
    Ok(findings)
}

async fn schema(db: &mut PgConnection) -> sqlx::Result<Finding> {
    let known = database::migrations().map(|migration| migration.version).collect::<Vec<_>>();
    let made: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *db).await?;
    if !made {
        return Ok(Note("database: empty; the first start, or `kept migrate`, makes its tables".into()));
    }
    let done: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(&mut *db).await?;
    let missing = known.iter().filter(|version| !done.contains(version)).count();
    let newer = done.iter().filter(|version| !known.contains(version)).count();
    Ok(if newer > 0 {
        Bad("database: a newer Kept has worked on it; use that version, or restore a backup".into())
    } else if missing > 0 {
        Note(format!("database: {missing} migrations behind; the next start, or `kept migrate`, makes up for it"))
    } else {
        Good("database: its tables are up to date".into())
    })
}

/// Is the port free, or Kept's own already?
fn address(addr: SocketAddr) -> Finding {
    match TcpListener::bind(addr) {
        Ok(_) => Good(format!("address {addr} is free")),
        Err(_) if is_kept(addr) => Good(format!("address {addr}: Kept answers there")),
        Err(error) => Bad(format!("address {addr} cannot be used ({error}): choose another with KEPT_ADDR")),
    }
}

fn is_kept(addr: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(4_096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains("x-request-id") && answer.ends_with("ok\n"))
}

/// Do links and cookies fit how people come in?
fn base_url(options: &Serve) -> Finding {
    let base = options.base_url();
    let local = options.addr.ip().is_loopback();
    if options.demo && base.starts_with("https://") {
        return Bad(format!("demo mode on {base}: anybody can sign in as anybody; leave --demo out"));
    }
    if base.starts_with("https://") || local {
        return Good(format!("links begin with {base}"));
    }
    Bad(format!("links begin with {base}, unencrypted: put a proxy with https before it and set KEPT_BASE_URL"))
}

/// Is the browser's side there?
fn site(root: &Path) -> Finding {
    let there = std::fs::read_dir(root.join("pkg"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|file| file.path().extension().is_some_and(|kind| kind == "wasm"));
    if there {
        Good(format!("pages: scripts and styles are in {}", root.display()))
    } else {
        Bad(format!("pages: {} has no scripts; build with ./dev up, or set LEPTOS_SITE_ROOT", root.display()))
    }
}

/// Does the mail server answer?
fn mail(smtp_url: Option<&str>, data: &Path) -> Finding {
    let Some(url) = smtp_url else {
        let folder = data.join("mailbox");
        return Note(format!(
            "mail: KEPT_SMTP_URL is not set, so mails are not sent but laid into {}",
            folder.display()
        ));
    };
    let Some((host, port)) = mail_server(url) else {
        return Bad("mail: KEPT_SMTP_URL is not understood: write smtp://user:password@host:587".into());
    };
    match greeting(&host, port) {
        Ok(true) => Good(format!("mail: {host}:{port} answers")),
        Ok(false) => Bad(format!("mail: {host}:{port} is no mail server; look at KEPT_SMTP_URL")),
        Err(error) => Bad(format!("mail: {host}:{port} does not answer ({error}); look at KEPT_SMTP_URL")),
    }
}

/// Host and port of `smtp://user:password@host:587`; what is secret in it goes nowhere.
fn mail_server(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let usual = match scheme {
        "smtp" => 587,
        "smtps" => 465,
        _ => return None,
    };
    let place = rest.split(['/', '?']).next()?;
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    if place.is_empty() {
        return None;
    }
    match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => Some((host.to_owned(), port.parse().ok()?)),
        _ => Some((place.to_owned(), usual)),
    }
}

/// Whether the server greets as SMTP does. One that speaks TLS from the start waits for us to begin: it counts.
fn greeting(host: &str, port: u16) -> std::io::Result<bool> {
    let addr = (host.trim_matches(['[', ']']), port).to_socket_addrs()?.next();
    let addr = addr.ok_or_else(|| std::io::Error::other("the name is not known"))?;
    let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    if port == 465 {
        return Ok(true);
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut greeting = [0; 3];
    stream.read_exact(&mut greeting)?;
    Ok(&greeting == b"220")
}

/// How many browsers can be connected at a time?
fn open_files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit {
        Some(few) if few < FEW_FILES => Note(format!(
            "open files: at most {few}, which limits how many browsers can be connected at a time (ulimit -n)"
        )),
        Some(many) => Good(format!("open files: up to {many}")),
        None => Good("open files: no limit".into()),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn the_mail_server_is_read_from_the_setting_and_its_password_is_not() {
        let found = |url| mail_server(url);
        assert_eq!(
            found("smtp://desk:p:w@mail.example.com:2525/?tls=required"),
            Some(("mail.example.com".into(), 2525))
        );
        assert_eq!(found("smtps://mail.example.com"), Some(("mail.example.com".into(), 465)));
        assert_eq!(found("smtp://[::1]"), Some(("[::1]".into(), 587)));
        assert_eq!(found("mail.example.com"), None);
    }

    #[test]
    fn a_server_that_greets_is_told_from_one_that_does_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            for greeting in ["220 hello\r\n", "HTTP/1.1"] {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(greeting.as_bytes()).unwrap();
            }
        });
        let url = format!("smtp://desk:secret@127.0.0.1:{port}");
        let (good, bad) = (mail(Some(&url), Path::new("")), mail(Some(&url), Path::new("")));
        server.join().unwrap();
        assert!(matches!(good, Good(_)), "{good}");
        assert!(matches!(&bad, Bad(text) if !text.contains("secret")), "{bad}");
    }

    #[test]
    fn a_taken_port_is_bad_unless_kept_answers_there() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            for answer in ["HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 200 OK\r\nx-request-id: 1\r\n\r\nok\n"] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 256]);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let (other, kept) = (address(addr), address(addr));
        server.join().unwrap();
        assert!(matches!(other, Bad(_)), "{other}");
        assert!(matches!(kept, Good(_)), "{kept}");
    }

    #[test]
    fn a_data_directory_is_looked_at_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(data_directory(folder.path()), Good(_)));
        assert!(matches!(data_directory(&folder.path().join("none")), Note(_)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[sqlx::test(migrations = false)]
    async fn an_empty_database_and_one_of_a_newer_kept_are_told_apart(db: sqlx::PgPool) {
        let mut db = db.acquire().await.unwrap();
        assert!(matches!(schema(&mut db).await.unwrap(), Note(_)));
        sqlx::raw_sql("create table _sqlx_migrations (version bigint, success bool); insert into _sqlx_migrations values (987654321, true)")
            .execute(&mut *db)
            .await
            .unwrap();
        assert!(matches!(schema(&mut db).await.unwrap(), Bad(_)));
    }
}
