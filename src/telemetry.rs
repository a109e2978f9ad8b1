//! What the program says about itself: one line an event, on standard error, for people or (with
//! `KEPT_LOG_FORMAT=json`) for machines. `KEPT_LOG` chooses what is said, in the words of
//! `tracing_subscriber`'s filters: `KEPT_LOG=debug`, `KEPT_LOG=info,kept_app::sla=trace`.
//!
//! Never in a log: addresses, bodies, tokens. A request is therefore named by its route (`/track/{token}`), not
//! by its path, and by an id that the person sees, too, when something broke.

use std::{
    env,
    io::{self, IsTerminal as _, Write},
};

use axum::{extract::MatchedPath, http::Request};
use kept_app::core::request::RequestId;
use tracing::Span;
use tracing_subscriber::{EnvFilter, filter::ParseError, fmt::MakeWriter};

/// What is said unless `KEPT_LOG` says otherwise.
const USUAL: &str = "info,sqlx=warn,hyper=warn,h2=warn,rustls=warn";

/// They tell of every piece of text that passes through them: messages, which are never to be logged.
const TALKATIVE: [&str; 2] = ["html5ever=warn", "markup5ever=warn"];

/// What is logged where `wanted` is asked for, which is how `KEPT_LOG` is written.
///
/// # Errors
/// If it is not understood.
pub fn filter(wanted: &str) -> Result<EnvFilter, ParseError> {
    let mut filter = EnvFilter::try_new(wanted)?;
    for directive in TALKATIVE {
        filter = filter.add_directive(directive.parse()?);
    }
    Ok(filter)
}

/// Starts the log. Whatever panics from then on is logged as well.
///
/// # Errors
/// If `KEPT_LOG` or `KEPT_LOG_FORMAT` is not understood.
pub fn start() -> Result<(), String> {
    let wanted = env::var("KEPT_LOG").unwrap_or_else(|_| USUAL.to_owned());
    let filter = filter(&wanted).map_err(|e| format!("KEPT_LOG={wanted}: {e}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(OneLine(io::stderr));
    match env::var("KEPT_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().flatten_event(true).init(),
        Ok("text") | Err(_) => log.with_ansi(io::stderr().is_terminal()).with_target(false).init(),
        Ok(other) => return Err(format!("KEPT_LOG_FORMAT={other}: it is text or json")),
    }
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!("{panic}");
    }));
    Ok(())
}

/// The span in which a request is served; every line logged meanwhile carries its id.
pub fn request_span<B>(request: &Request<B>) -> Span {
    let id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    tracing::info_span!("request", request = id, method = %request.method(), route)
}

/// Keeps every event on one line, so that no text from outside can pass for an event of its own.
#[derive(Clone, Copy)]
struct OneLine<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for OneLine<M> {
    type Writer = OneLine<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLine(self.0.make_writer())
    }
}

impl<W: Write> Write for OneLine<W> {
    /// The subscriber hands over a whole event, line break included, in one call.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = event.strip_suffix(b"\n").unwrap_or(event);
        let mut safe = Vec::with_capacity(event.len());
        for &byte in line {
            match byte {
                b'\n' => safe.extend(b"\\n"),
                b'\r' => safe.extend(b"\\r"),
                _ => safe.push(byte),
            }
        }
        safe.extend(&event[line.len()..]);
        self.0.write_all(&safe)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;
    use tracing_subscriber::fmt::writer::BoxMakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Lines {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }

        fn writer(&self) -> OneLine<BoxMakeWriter> {
            let lines = self.clone();
            OneLine(BoxMakeWriter::new(move || lines.clone()))
        }
    }

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn threat_38_text_from_outside_forges_no_line_and_no_colour() {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.writer()).finish();
        tracing::subscriber::with_default(log, || {
            tracing::warn!(name = "x\n2026-01-01 ERROR all is lost\x1b[31m", "a\r\nb");
        });
        let text = lines.text();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\x1b') && !text.contains('\r'), "{text}");
    }

    #[tokio::test]
    async fn threat_38_a_request_is_logged_by_route_and_id_never_by_its_token() {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.writer()).finish();
        let _guard = tracing::subscriber::set_default(log);
        let app = Router::new().route("/track/{token}", get(|| async {})).route_layer(middleware::from_fn(
            async |request: Request<Body>, next: middleware::Next| {
                request_span(&request).in_scope(|| tracing::info!("served"));
                next.run(request).await
            },
        ));
        let mut request = Request::get("/track/SECRET?key=SECRET").body(Body::empty()).unwrap();
        let id = RequestId::fresh();
        request.extensions_mut().insert(id);
        app.oneshot(request).await.unwrap();
        let text = lines.text();
        assert!(text.contains("/track/{token}") && text.contains(&id.to_string()), "{text}");
        assert!(!text.contains("SECRET"), "{text}");
    }
}
