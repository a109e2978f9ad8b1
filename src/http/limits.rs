//! Whose request it is, as far as the network says: the key of every rate limit.
use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use kept_app::core::{App, ClientIp};

/// Finds out the client's address and leaves it in the request as [`ClientIp`].
pub async fn client_ip(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let ip = peer.map_or_else(ClientIp::default, |peer| {
        ClientIp(behind_proxies(peer, request.headers(), &app.config.trusted_proxies))
    });
    request.extensions_mut().insert(ip);
    next.run(request).await
}

/// The last address that no trusted proxy vouches for. Each proxy appends whom it talks to, so the list is
/// read from its end; what stands before the first stranger is that stranger's own invention.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let trusts = |ip: &IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == ip.to_canonical());
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let hops = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
    let mut client = peer;
    for hop in hops {
        if !trusts(&client) {
            break;
        }
        let Ok(ip) = hop.trim().parse() else { break };
        client = ip;
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|ip| ip.parse().unwrap()).collect();
        behind_proxies(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn threat_18_only_a_trusted_proxy_says_who_the_client_is() {
        assert_eq!(seen("198.51.100.7", &["203.0.113.9"], &[]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"], &["10.0.0.1"]), "203.0.113.9");
        // The client wrote the first hop itself.
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.9"], &["10.0.0.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.9, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"]), "203.0.113.9");
        // Nonsense stops the search at the last address that is known to be true.
        assert_eq!(seen("10.0.0.1", &["<script>"], &["10.0.0.1"]), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["203.0.113.9"], &["10.0.0.1"]), "203.0.113.9");
    }
}
