//! Where a request comes from, as far as we believe it, and on whose clock its answer is read.
use std::net::{IpAddr, Ipv6Addr};

/// The cookie in which a browser says its time zone: so that the server's words and its own are of one clock.
pub const ZONE: &str = "zone";

/// The value of the cookie `name` in a `Cookie` header (RFC 6265, section 4.2).
pub fn cookie_in<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The zone that the browser says it is in, if there is one of that name.
#[cfg(feature = "ssr")]
pub fn zone(headers: &axum::http::HeaderMap) -> Option<chrono_tz::Tz> {
    cookie_in(headers.get(axum::http::header::COOKIE)?.to_str().ok()?, ZONE)?.parse().ok()
}

/// The address of the person's machine. Middleware puts it into the request; what `X-Forwarded-For` says
/// counts only where a trusted proxy says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl Default for ClientIp {
    /// Nobody knows.
    fn default() -> Self {
        Self(Ipv6Addr::UNSPECIFIED.into())
    }
}

impl std::fmt::Display for ClientIp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.to_canonical().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        assert_eq!(cookie_in("id=abc; theme=dark", "theme"), Some("dark"));
        assert_eq!(cookie_in("mytheme=dark", "theme"), None);
        assert_eq!(cookie_in("", "theme"), None);
    }

    #[test]
    fn a_zone_is_believed_if_there_is_one() {
        let said = |cookie: &str| zone(&[(axum::http::header::COOKIE, cookie.parse().unwrap())].into_iter().collect());
        assert_eq!(said("theme=dark; zone=Europe/Madrid"), Some(chrono_tz::Tz::Europe__Madrid));
        assert_eq!(said("zone=Mars/Base"), None);
    }
}
