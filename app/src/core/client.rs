//! Where a request comes from, as far as we believe it.
use std::net::{IpAddr, Ipv6Addr};

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
