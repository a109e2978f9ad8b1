//! Customers with the page of their request open, each with a stream that waits for news.
use std::net::SocketAddr;

use chrono::TimeDelta;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use kept_app::{core::id::TicketId, live::hub::PER_OWNER, portal::link};
use rustix::process::{Resource, getrlimit};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Bench, megabytes};
use crate::bench::{
    Outcome,
    table::{Line, Unit},
};

/// Files that this process, and the server, need for everything else.
const OTHER_FILES: u64 = 300;

pub async fn open(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX).saturating_sub(OTHER_FILES);
    let most = bench.options.streams.min(usize::try_from(files).unwrap_or(usize::MAX));
    // A link may hold so many streams; the links of requests that are long over lead nowhere.
    let links = i64::try_from(most.div_ceil(PER_OWNER))?;
    let tickets = sqlx::query_scalar!(
        r#"select id as "id: TicketId" from tickets where closed_at is null or closed_at > $2
           order by created_at desc limit $1"#,
        links,
        bench.desk.app.now() - TimeDelta::days(20)
    )
    .fetch_all(&bench.desk.app.db)
    .await?;
    let tokens: Vec<String> = tickets.iter().map(|ticket| link::token(&bench.desk.app.secret, *ticket)).collect();
    let wanted: Vec<&String> =
        tokens.iter().flat_map(|token| std::iter::repeat_n(token, PER_OWNER)).take(most).collect();
    let other = bench.another().await?;
    let before = other.memory()?.now;
    let opened: Vec<TcpStream> =
        stream::iter(wanted).map(|token| follow(other.address, token)).buffer_unordered(32).try_collect().await?;
    let after = other.memory()?.now;
    let opened = opened.len();
    other.stop().await;
    let each = after.saturating_sub(before) as f64 / opened.max(1) as f64;
    let ten_thousand = megabytes(before) + each * 10_000.0 / 1e6;
    let note = format!("{opened} opened, {:.1} KB each", each / 1e3);
    Ok(vec![Line::new("memory with 10,000 live streams", ten_thousand, Unit::Megabytes).at_most(300.0).note(note)])
}

/// Opens a stream and waits for its first word. Without a client around it: there are many.
async fn follow(server: SocketAddr, token: &str) -> Outcome<TcpStream> {
    let mut socket = TcpStream::connect(server).await?;
    let request = format!("GET /live?track={token} HTTP/1.1\r\nhost: {server}\r\n\r\n");
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(1_024);
    while !answer.windows(5).any(|word| word == b"hello") {
        if socket.read_buf(&mut answer).await? == 0 || !answer.starts_with(b"HTTP/1.1 200") {
            let line = String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned();
            return Err(format!("a stream was refused: {line}").into());
        }
    }
    Ok(socket)
}
