//! What every answer carries and every changing request must show.
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use kept_app::core::{App, app::Config, csp::Policy};

/// For answers that are no page (data, files, redirects): nothing may be loaded or framed.
/// A page names its own policy, with the nonce of its scripts: `kept_app::core::csp`.
const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);

/// Sets the security headers, where the handler set none of its own.
pub async fn headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let policy = Policy::default();
    request.extensions_mut().insert(policy.clone());
    let kept_for = keeps(request.uri().path());
    let mut response = next.run(request).await;
    let found = response.status().is_success();
    let headers = response.headers_mut();
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let mut set = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    set(header::CONTENT_SECURITY_POLICY, policy.get().filter(|_| is_page).unwrap_or(NOTHING));
    set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Links with a token in them stay here; our own forms still show their origin.
    set(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    set(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    if let Some(kept_for) = kept_for.filter(|_| found && !is_page) {
        set(header::CACHE_CONTROL, HeaderValue::from_static(kept_for));
    }
    if is_page {
        // What one person saw is not for the next one at the same machine.
        set(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    if app.config.is_https() {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        set(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    response
}

/// How long browsers may keep the file at `path`. What a build makes has another name in the next build.
fn keeps(path: &str) -> Option<&'static str> {
    match path.split('/').nth(1) {
        Some("pkg") => Some("public, max-age=31536000, immutable"),
        Some("fonts" | "icons.svg" | "favicon.svg") => Some("public, max-age=86400"),
        _ => None,
    }
}

/// Refuses requests that change something and come from another site's page.
pub async fn same_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    if changes && !is_ours(request.headers(), &app.config) {
        return (
            StatusCode::FORBIDDEN,
            "This request came from another website, so we did nothing. Open the page here and try again.",
        )
            .into_response();
    }
    next.run(request).await
}

/// Whether a page of ours, or no page at all, sent the request.
///
/// Browsers say so in `Sec-Fetch-Site`, older ones and those on plain http in `Origin`; pages cannot forge
/// either. A request with neither comes from a program, which has no cookies that somebody else could borrow.
pub fn is_ours(headers: &HeaderMap, config: &Config) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin == origin_of(&config.base_url)
        // Reached under another name of ours, such as localhost. Behind https, only the one that is set.
        || !config.is_https() && host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host))
}

/// Scheme, host and port of a URL.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |slash| &url[..host + slash])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(base_url: &str, headers: &[(&'static str, &str)]) -> bool {
        let config = Config {
            base_url: base_url.to_owned(),
            demo: false,
            trusted_proxies: Vec::new(),
            data_dir: std::path::PathBuf::new(),
        };
        let headers = headers.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap())).collect();
        is_ours(&headers, &config)
    }

    #[test]
    fn threat_32_only_our_own_pages_change_things() {
        const HTTPS: &str = "https://desk.example/help";
        assert!(ours(HTTPS, &[("sec-fetch-site", "same-origin"), ("origin", "https://desk.example")]));
        assert!(ours(HTTPS, &[("origin", "https://desk.example")]));
        assert!(ours("http://127.0.0.1:3000", &[("origin", "http://localhost:3000"), ("host", "localhost:3000")]));
        assert!(ours(HTTPS, &[]));
        for site in ["cross-site", "same-site", "nonsense"] {
            // Even where the origin seems right: the browser knows better.
            assert!(!ours(HTTPS, &[("sec-fetch-site", site), ("origin", "https://desk.example")]), "{site}");
        }
        for origin in ["https://evil.example", "null", "https://desk.example.evil.example", "http://desk.example", ""] {
            assert!(!ours(HTTPS, &[("origin", origin), ("host", "desk.example")]), "{origin}");
        }
    }
}
