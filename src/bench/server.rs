//! A server of this same program, as a process of its own.
use std::{
    fs::{File, read_to_string},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::{
    Outcome,
    client::{Ask, Client},
};

/// How long a server may take to answer for the first time before it is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// See the [module](self). It ends with its handle.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
    /// From the start of the program to the first whole page.
    pub first_answer: Duration,
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub now: u64,
    pub most: u64,
}

impl Server {
    /// Starts one on the database at `url`, with its files and its log in the folder `data`.
    pub async fn start(url: &str, data: &Path, name: &str) -> Outcome<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(data.join(format!("{name}.log")))?;
        let started = Instant::now();
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .env("DATABASE_URL", url)
            .env("KEPT_DATA", data)
            .env("KEPT_ADDR", address.to_string())
            .env("KEPT_DEMO", "true")
            // So that a crowd can come from this one machine, each with an address and a limit of its own.
            .env("KEPT_TRUSTED_PROXIES", "127.0.0.1")
            .env_remove("KEPT_BASE_URL")
            .env_remove("KEPT_SECRET")
            .env_remove("KEPT_SMTP_URL")
            .env_remove("KEPT_LOG")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        while !answers(address).await {
            if let Some(status) = process.try_wait()? {
                let log = read_to_string(data.join(format!("{name}.log")))?;
                return Err(format!("the server stopped ({status}):\n{log}").into());
            }
            if started.elapsed() > PATIENCE {
                return Err("the server did not answer within a minute".into());
            }
            sleep(Duration::from_millis(2)).await;
        }
        Ok(Self { process, address, first_answer: started.elapsed() })
    }

    /// What Linux says of the memory of the process; other systems are not asked.
    pub fn memory(&self) -> Outcome<Memory> {
        let id = self.process.id().ok_or("the server has ended")?;
        let status = read_to_string(format!("/proc/{id}/status"))?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
        };
        let memory = bytes("VmRSS:").zip(bytes("VmHWM:"));
        let (now, most) = memory.ok_or("/proc says nothing of the server's memory")?;
        Ok(Memory { now, most })
    }

    /// Lets it finish what it is at.
    pub async fn stop(mut self) {
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if id.is_some_and(|id| kill_process(id, Signal::TERM).is_ok()) {
            // Past that it is killed with its handle.
            let _ = timeout(Duration::from_secs(30), self.process.wait()).await;
        }
    }
}

async fn answers(address: SocketAddr) -> bool {
    match Client::open(address).await {
        Ok(mut client) => client.send(&Ask::get("/login")).await.is_ok(),
        Err(_) => false,
    }
}
