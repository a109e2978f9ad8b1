//! A mail server for tests: speaks SMTP on a socket, keeps every byte, and refuses as the address says.
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// `later@…` is refused for now, `never@…` for good; at `dies@…` the server takes the mail and dies before it
/// can say so.
pub struct Sink {
    pub address: SocketAddr,
    mails: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Sink {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (address, mails) = (listener.local_addr().expect("an address"), Arc::<Mutex<Vec<Vec<u8>>>>::default());
        let kept = mails.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, kept.clone()));
            }
        });
        Self { address, mails }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What arrived, byte by byte as it came over the wire, dots unstuffed.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        self.mails.lock().expect("not poisoned").clone()
    }
}

async fn serve(socket: TcpStream, kept: Arc<Mutex<Vec<Vec<u8>>>>) -> Option<()> {
    let mut socket = BufReader::new(socket);
    let mut dies = false;
    say(&mut socket, "220 sink.example ESMTP").await?;
    loop {
        let line = String::from_utf8(read_line(&mut socket).await?).ok()?;
        let command = line.to_ascii_uppercase();
        let answer = match command.get(..4)? {
            "EHLO" => "250-sink.example\r\n250 8BITMIME",
            "RCPT" if command.contains("<LATER@") => "451 4.3.0 not now",
            "RCPT" if command.contains("<NEVER@") => "550 5.1.1 nobody of that name",
            "RCPT" => {
                dies |= command.contains("<DIES@");
                "250 ok"
            }
            "DATA" => {
                say(&mut socket, "354 go ahead").await?;
                let mail = read_mail(&mut socket).await?;
                kept.lock().expect("not poisoned").push(mail);
                if dies {
                    return None;
                }
                "250 taken"
            }
            "QUIT" => {
                say(&mut socket, "221 bye").await?;
                return None;
            }
            _ => "250 ok",
        };
        say(&mut socket, answer).await?;
    }
}

async fn say(socket: &mut BufReader<TcpStream>, line: &str) -> Option<()> {
    socket.write_all(format!("{line}\r\n").as_bytes()).await.ok()
}

async fn read_line(socket: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    (socket.read_until(b'\n', &mut line).await.ok()? > 0).then_some(line)
}

/// Everything up to the line that is a single dot.
async fn read_mail(socket: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let line = read_line(socket).await?;
        match line.as_slice() {
            b".\r\n" => return Some(mail),
            [b'.', rest @ ..] => mail.extend_from_slice(rest),
            whole => mail.extend_from_slice(whole),
        }
    }
}
