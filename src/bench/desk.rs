//! A desk to measure on: a private database of its own, filled by COPY with the demo's company, that is gone
//! when the measuring is over.
use std::{
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use kept_app::{
    audit,
    conversations::model::{Body, MessageKind},
    core::{
        Actor, App, Error, Person, Role, Tx,
        id::{TeamId, UserId},
        text::{Email, PersonName},
    },
    demo::{
        fill::{Outcome as Filling, Plan, fill},
        logins,
    },
    events::reader,
    tickets::{
        model::{Channel, Subject, TicketType},
        service::{self, Created, NewTicket, Requester, StaffMessage},
    },
};
use rustix::fs::statvfs;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use super::{Outcome, bulk::Away};
use crate::{config::Data, database::Database, serve};

/// See the [module](self).
pub struct Desk {
    pub app: App,
    /// Where other processes find the database.
    pub url: String,
    /// Where servers on this desk keep their files.
    pub data: PathBuf,
    database: Database,
    // The last to go.
    _folders: [Folder; 2],
}

/// What is on a desk.
pub struct Filled {
    /// How many tickets came in by COPY, and how long that took.
    pub tickets: usize,
    pub took: Duration,
    /// A ticket with [`MESSAGES`] messages, held by the demo's agent.
    pub long: Created,
}

/// Messages of [`Filled::long`].
const MESSAGES: usize = 50;

impl Desk {
    /// Makes an empty one; `name` tells it from others of this process.
    pub async fn open(name: usize) -> Outcome<Self> {
        let (home, files) = (Folder::new(&std::env::temp_dir(), "", name)?, Folder::new(&beside(), "files-", name)?);
        let data = files.0.clone();
        let database = Database::open(&Data { database_url: None, data: home.0.clone() }).await?;
        let url = database.pool.connect_options().to_url_lossy().to_string();
        match serve::assemble_offline(&data, database.pool.clone()).await {
            Ok(app) => Ok(Self { app, url, data, database, _folders: [home, files] }),
            Err(error) => {
                database.close().await;
                Err(error.into())
            }
        }
    }

    /// Fills it with so many tickets.
    pub async fn fill(&self, tickets: usize, seed: u64) -> Outcome<Filled> {
        let begun = Instant::now();
        let away = Away::take(&self.app).await?;
        let Filling::Filled { tickets, .. } = fill(&self.app, Plan { tickets, seed }).await? else {
            return Err("a new database was filled already".into());
        };
        away.bring_back(&self.app).await?;
        let took = begun.elapsed();
        tidy(&self.app).await?;
        Ok(Filled { tickets, took, long: conversation(&self.app).await? })
    }

    pub async fn close(self) {
        self.database.close().await;
    }
}

/// Brings the database to where one is that has been in use for a while.
async fn tidy(app: &App) -> Outcome<()> {
    // Sealing the whole history takes minutes, and nobody would wait for it: the log begins here.
    let mut tx = Tx::begin(app, Actor::System).await?;
    reader::skip_own(&mut tx, audit::link::NAME).await?;
    tx.commit().await?;
    let mut db = app.db.acquire().await?.detach();
    db.execute("set statement_timeout = 0").await?;
    db.execute("vacuum analyze").await?;
    db.execute("checkpoint").await?;
    Ok(db.close().await?)
}

/// What is said in turns: texts as long as they are on a real desk.
const SAID: [&str; 4] = [
    "Good morning,\n\nthe probe in tank 3 shows 0.4 mg/l less than the one beside it since we changed the membrane on \
     Tuesday. We calibrated twice with fresh solution and waited for an hour each time. The logger has been told of the \
     new slope. Is there anything else that we should look at before we send it in?\n\nKind regards\nMarta Oliveira",
    "Hello Marta,\n\nthank you for the clear description. A difference of this size after a change of the membrane is \
     most often an air bubble under the cap.\n\n1. Take the cap off and rinse the electrode.\n2. Fill the cap to the brim.\n\
     3. Screw it on slowly, with the probe upright.\n\nIf it stays, please send me the value of **Zero offset** from the menu.",
    "We did that, with two caps. The offset is now at 0.02, it was 0.31 before, so something was wrong there. The reading \
     came up by 0.2 mg/l but not to where the other one is. One more thing: colleagues say it was the same in spring.",
    "That helps, and it is half of the way. I have looked at the log of your station: the temperature of this probe jumps \
     by two degrees each time the pump starts. Could you check the plug of the cable, and the gasket in it? I have put a \
     new gasket into the post for you, it should be there on Thursday.",
];

/// Files a ticket and lets its customer and an agent write in turns.
async fn conversation(app: &App) -> Outcome<Created> {
    let agent = Actor::Person(agent(app).await?);
    let customer = logins::of(Role::User);
    let new =
        guest(customer.name, customer.email, "The oxygen reading is low since the change of the membrane", SAID[0])?;
    let made = act(app, Actor::Guest, None, async |tx| service::create(tx, &new).await).await?;
    act(app, agent.clone(), None, async |tx| service::take(tx, made.id).await).await?;
    let requester = act(app, Actor::System, None, async |tx| service::standing(tx, made.id).await).await?.requester;
    for turn in 1..MESSAGES {
        let body = Body::try_from(SAID[turn % SAID.len()].to_owned())?;
        if turn % 2 == 0 {
            let actor = Actor::LinkHolder { ticket: made.id, requester };
            act(app, actor, None, async |tx| service::write_as_customer(tx, made.id, &body, Channel::Form, None).await)
                .await?;
        } else {
            let said = StaffMessage { kind: MessageKind::Public, body, uploads: None };
            act(app, agent.clone(), None, async |tx| service::write_as_staff(tx, made.id, &said).await).await?;
        }
    }
    Ok(made)
}

/// What somebody files who says who they are.
pub fn guest(name: &str, email: &str, subject: &str, body: &str) -> Outcome<NewTicket> {
    Ok(NewTicket {
        subject: Subject::try_from(subject.to_owned())?,
        body: Body::try_from(body.to_owned())?,
        requester: Requester::Contact {
            email: Email::try_from(email.to_owned())?,
            name: PersonName::try_from(name.to_owned())?,
            phone: None,
        },
        channel: Channel::Form,
        category: None,
        kind: TicketType::Request,
        priority: None,
        uploads: None,
        promise_shown: false,
    })
}

/// One act in a transaction of its own, now or as of another instant.
pub async fn act<T>(
    app: &App,
    actor: Actor,
    at: Option<DateTime<Utc>>,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, Error>,
) -> Result<T, Error> {
    Tx::act(app, actor, async |tx| {
        tx.now = at.unwrap_or(tx.now);
        work(tx).await
    })
    .await
}

/// The agent that the demo signs in.
pub async fn agent(app: &App) -> Outcome<Person> {
    let login = logins::of(Role::Agent);
    let row = sqlx::query!(
        r#"select u.id as "id: UserId", u.time_zone,
                  array(select m.team_id from team_members m where m.user_id = u.id) as "teams!: Vec<TeamId>"
           from users u where u.email = $1"#,
        login.email
    )
    .fetch_one(&app.db)
    .await?;
    Ok(Person {
        id: row.id,
        name: login.name.to_owned(),
        email: login.email.to_owned(),
        role: login.role,
        organisation: None,
        teams: row.teams,
        time_zone: row.time_zone,
    })
}

/// Room for the mails of a measurement, in bytes: some ten thousand.
const ROOM: u64 = 1 << 30;

/// Where files lie that are not measured, in memory where that can be: each mail is one, and a disk that has just lost
/// as many (those of the measurement before) takes its time to make new ones.
fn beside() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let is_roomy = statvfs(memory).is_ok_and(|there| there.f_bavail.saturating_mul(there.f_frsize) >= ROOM);
    if is_roomy { memory.to_owned() } else { std::env::temp_dir() }
}

/// A folder that goes with its handle.
struct Folder(PathBuf);

impl Folder {
    fn new(parent: &Path, what: &str, name: usize) -> Outcome<Self> {
        let path = parent.join(format!("kept-bench-{what}{}-{name}", std::process::id()));
        // The user that Postgres runs as has to pass.
        DirBuilder::new().mode(0o755).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}
