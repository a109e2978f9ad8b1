//! One connection to a server, kept alive, as a browser or a program holds it.
use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use kept_app::{core::Role, live::model::LiveEvent};
use tokio::net::TcpStream;

use super::Outcome;
use crate::http::session::COOKIE;

/// A request that can be sent any number of times.
#[derive(Clone, Debug)]
pub struct Ask {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
    /// The status without which nothing was measured.
    wants: StatusCode,
}

impl Ask {
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            wants: StatusCode::OK,
        }
    }

    pub fn post(path: impl Into<String>, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let ask = Self { method: Method::POST, body: body.into(), ..Self::get(path) };
        ask.with(header::CONTENT_TYPE, HeaderValue::from_static(kind))
    }

    /// A form as a browser posts it that can send files. Nothing of ours holds the boundary.
    pub fn form(path: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        const BOUNDARY: &str = "kept-bench-boundary";
        let part = |(name, value): &(&str, &str)| {
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let end = format!("--{BOUNDARY}--\r\n");
        let body = fields.iter().map(part).chain([end]).collect::<Vec<_>>().concat();
        Self::post(path, "multipart/form-data; boundary=kept-bench-boundary", body).wants(StatusCode::SEE_OTHER)
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// As whoever signed in.
    pub fn of(self, session: &Session) -> Self {
        self.with(header::COOKIE, session.0.clone())
    }

    /// Compressed, as every browser asks.
    pub fn compressed(self) -> Self {
        self.with(header::ACCEPT_ENCODING, HeaderValue::from_static("br"))
    }

    pub fn wants(mut self, status: StatusCode) -> Self {
        self.wants = status;
        self
    }
}

/// The cookie of somebody who signed in.
#[derive(Clone, Debug)]
pub struct Session(HeaderValue);

/// See the [module](self).
pub struct Client {
    line: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    pub async fn open(server: SocketAddr) -> Outcome<Self> {
        let socket = TcpStream::connect(server).await?;
        socket.set_nodelay(true)?;
        let (line, connection) = http1::handshake(TokioIo::new(socket)).await?;
        // It ends with its line.
        tokio::spawn(connection);
        Ok(Self { line, host: HeaderValue::try_from(server.to_string())? })
    }

    /// Sends `ask` and reads the answer to its end.
    ///
    /// # Errors
    /// Also for an answer of another status than wanted: a refusal is not what is to be measured.
    pub async fn send(&mut self, ask: &Ask) -> Outcome<Answer> {
        let (headers, body) = self.begin(ask).await?;
        Ok(Answer { headers, body: body.collect().await?.to_bytes() })
    }

    async fn begin(&mut self, ask: &Ask) -> Outcome<(HeaderMap, Incoming)> {
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask.path.parse()?;
        request.headers_mut().clone_from(&ask.headers);
        request.headers_mut().insert(header::HOST, self.host.clone());
        self.line.ready().await?;
        let (parts, body) = self.line.send_request(request).await?.into_parts();
        if parts.status != ask.wants {
            return Err(format!("{} {} was answered with {}", ask.method, ask.path, parts.status).into());
        }
        Ok((parts.headers, body))
    }

    /// Signs in with the one click of the demo.
    pub async fn sign_in(&mut self, role: Role) -> Outcome<Session> {
        let role = serde_json::to_value(role)?;
        let form = format!("role={}", role.as_str().unwrap_or_default());
        let ask = Ask::post("/login/demo", "application/x-www-form-urlencoded", form).wants(StatusCode::SEE_OTHER);
        let answer = self.send(&ask).await?;
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
        let session = pairs.find(|pair| pair.starts_with(COOKIE));
        Ok(Session(HeaderValue::from_str(session.ok_or("signing in set no cookie")?)?))
    }

    /// Turns the connection into the stream of what concerns whoever `session` is.
    pub async fn listen(mut self, session: &Session) -> Outcome<Stream> {
        let (_, body) = self.begin(&Ask::get("/live").of(session)).await?;
        Ok(Stream { body, unread: Vec::new(), _line: self.line })
    }
}

/// An open stream of server-sent events.
pub struct Stream {
    body: Incoming,
    /// What arrived of lines that are not whole yet; a character may lie across two frames.
    unread: Vec<u8>,
    // Without it the connection would end.
    _line: SendRequest<Full<Bytes>>,
}

impl Stream {
    /// Waits for the next event that carries something.
    pub async fn next(&mut self) -> Outcome<LiveEvent> {
        loop {
            while let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                if let Some(event) = line.strip_prefix(b"data:").and_then(|data| serde_json::from_slice(data).ok()) {
                    return Ok(event);
                }
            }
            let frame = self.body.frame().await.ok_or("the stream ended")??;
            if let Ok(bytes) = frame.into_data() {
                self.unread.extend_from_slice(&bytes);
            }
        }
    }
}
