//! The cookie of a sign-in, and from where a browser sent a request. A cookie comes by itself, whoever's page asked for it;
//! so it counts only on requests that come from a page of this server, and the browser says which those are.

use crate::http::proxies::Client;
use actix_web::http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use std::net::IpAddr;

/// The cookie over TLS: no page of a neighbouring host can set it, and no plain connection gets it.
const SECURE: &str = "__Host-huiyin";
/// The cookie on this machine itself, where there is no TLS.
const LOCAL: &str = "huiyin";
/// Longest `Cookie` header that is looked at.
const COOKIES_BYTES_MAX: usize = 8 * 1024;

/// How a request came to the first of our machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Over TLS, which the proxy before the server speaks.
    Tls,
    /// From this machine to this machine.
    Local,
    /// Over a network that anybody may listen to.
    Plain,
}

/// From where a browser sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// From a page of this server, which it said by `Origin`.
    Own,
    /// From a page of another.
    Other,
    /// It said neither: an address that somebody typed in, an old browser, or no browser.
    Unsaid,
}

/// How a request came: as the connection is, or a trusted proxy says; or as the page says that sent it, who deceives nobody
/// but themself.
pub(crate) fn transport(headers: &HeaderMap, client: &Client) -> Transport {
    let host = client.host(headers);
    let from_secure = host.is_some_and(|host| one(headers, &ORIGIN).is_some_and(|origin| is_of(origin, "https", host)));
    if client.secure || from_secure {
        Transport::Tls
    } else if client.address.to_canonical().is_loopback() && !client.forwarded && host.is_some_and(is_this_machine) {
        Transport::Local
    } else {
        Transport::Plain
    }
}

/// From where a browser sent a request: by its `Origin`, else by `Sec-Fetch-Site` (Fetch Metadata).
pub(crate) fn site(headers: &HeaderMap, client: &Client, transport: Transport) -> Site {
    if headers.contains_key(ORIGIN) {
        let scheme = match transport {
            Transport::Tls => "https",
            Transport::Local | Transport::Plain => "http",
        };
        let own =
            one(headers, &ORIGIN).zip(client.host(headers)).is_some_and(|(origin, host)| is_of(origin, scheme, host));
        return if own { Site::Own } else { Site::Other };
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin" | b"none") | None => Site::Unsaid,
        Some(_) => Site::Other,
    }
}

/// What the cookie of a sign-in holds; nothing where there is none, or more than one.
pub(crate) fn sent(headers: &HeaderMap, transport: Transport) -> Option<&str> {
    let name = match transport {
        Transport::Tls | Transport::Plain => SECURE,
        Transport::Local => LOCAL,
    };
    let lines = headers.get_all(COOKIE).filter(|line| line.len() <= COOKIES_BYTES_MAX);
    let pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    let mut values = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(named, _)| *named == name);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value)
}

/// `Set-Cookie` with this secret; `None` where none may be set, because anybody could listen. The server says when a
/// sign-in ends, so the cookie has no end of its own but that of the browser's session.
pub(crate) fn set(secret: &str, transport: Transport) -> Option<HeaderValue> {
    let text = match transport {
        Transport::Tls => format!("{SECURE}={secret}; Secure; HttpOnly; SameSite=Strict; Path=/"),
        Transport::Local => format!("{LOCAL}={secret}; HttpOnly; SameSite=Strict; Path=/"),
        Transport::Plain => return None,
    };
    HeaderValue::from_str(&text).ok()
}

/// `Set-Cookie` that takes the cookie away.
pub(crate) fn clear(transport: Transport) -> Option<HeaderValue> {
    let set = set("", transport)?;
    HeaderValue::from_str(&format!("{}; Max-Age=0", set.to_str().ok()?)).ok()
}

/// Whether an origin is that of a host, as a browser writes both: without the port that the scheme has by itself.
fn is_of(origin: &str, scheme: &str, host: &str) -> bool {
    let own_port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(own_port).unwrap_or(host);
    origin
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_prefix("://"))
        .is_some_and(|named| named.eq_ignore_ascii_case(host))
}

/// A header that is there once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    value.to_str().ok().filter(|_| values.next().is_none())
}

/// Whether a host, perhaps with a port, names this very machine.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn came(pairs: &[(&'static str, &str)], peer: &str) -> (Transport, Site) {
        let headers = headers(pairs);
        // What a trusted proxy says is in the client; here it is said by a header.
        let client = Client::direct(peer.parse().unwrap(), headers.contains_key("x-forwarded-proto"));
        let transport = transport(&headers, &client);
        (transport, site(&headers, &client, transport))
    }

    const PROXY: &str = "127.0.0.1";
    const FAR: &str = "192.0.2.7";

    #[test]
    fn a_request_comes_over_tls_or_from_this_machine_or_in_the_clear() {
        use {Site::*, Transport::*};
        for (pairs, peer, expected) in [
            (&[("host", "huiyin.example"), ("x-forwarded-proto", "https")][..], PROXY, (Tls, Unsaid)),
            (&[("host", "huiyin.example"), ("origin", "https://huiyin.example")], PROXY, (Tls, Own)),
            (&[("host", "Huiyin.example:443"), ("origin", "https://huiyin.example")], PROXY, (Tls, Own)),
            (&[("host", "huiyin.example:8443"), ("origin", "https://huiyin.example:8443")], FAR, (Tls, Own)),
            (&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], PROXY, (Local, Own)),
            (&[("host", "localhost:8080")], "::1", (Local, Unsaid)),
            (&[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")], "::1", (Local, Own)),
            (&[("host", "localhost:8080")], "::ffff:127.0.0.1", (Local, Unsaid)),
            (&[("host", "huiyin.example"), ("origin", "http://huiyin.example")], FAR, (Plain, Own)),
            // The proxy forgot to say for whom it asks.
            (&[("host", "huiyin.example")], PROXY, (Plain, Unsaid)),
            // A page that was loaded by another name of this machine.
            (&[("host", "localhost:8080")], FAR, (Plain, Unsaid)),
            (&[("host", "localhost.evil.example:8080")], PROXY, (Plain, Unsaid)),
            (&[], PROXY, (Plain, Unsaid)),
        ] {
            assert_eq!(came(pairs, peer), expected, "{pairs:?} from {peer}");
        }
    }

    #[test]
    fn a_page_of_another_is_known_by_what_its_browser_says() {
        for other in [
            "https://evil.example",
            "null",
            "https://huiyin.example.evil.example",
            "https://evil.example/huiyin.example",
            "http://huiyin.example",
            "https://huiyin.example:8443",
            "https://huiyin.example/",
            "huiyin.example",
            "",
        ] {
            let pairs = [("host", "huiyin.example"), ("x-forwarded-proto", "https"), ("origin", other)];
            assert_eq!(came(&pairs, PROXY).1, Site::Other, "{other}");
        }
        let twice = [
            ("host", "huiyin.example"),
            ("x-forwarded-proto", "https"),
            ("origin", "https://huiyin.example"),
            ("origin", "https://evil.example"),
        ];
        assert_eq!(came(&twice, PROXY).1, Site::Other);
        for (fetch, site) in [
            ("same-origin", Site::Unsaid),
            ("none", Site::Unsaid),
            ("same-site", Site::Other),
            ("cross-site", Site::Other),
            ("nonsense", Site::Other),
        ] {
            assert_eq!(came(&[("host", "localhost"), ("sec-fetch-site", fetch)], PROXY).1, site, "{fetch}");
        }
    }

    #[test]
    fn the_cookie_is_found_among_others_and_only_by_its_name() {
        let found = |lines: &[&str], transport| {
            let pairs: Vec<_> = lines.iter().map(|line| ("cookie", *line)).collect();
            sent(&headers(&pairs), transport).map(str::to_owned)
        };
        let secret = Some("abc".to_owned());
        for lines in [&["__Host-huiyin=abc"][..], &["a=b; __Host-huiyin=abc; c=d"], &["a=b", "__Host-huiyin=abc"]] {
            assert_eq!(found(lines, Transport::Tls), secret, "{lines:?}");
            assert_eq!(found(lines, Transport::Local), None, "{lines:?}");
        }
        assert_eq!(found(&["huiyin=abc"], Transport::Local), secret);
        for lines in [
            &["huiyin=abc"][..],
            &["__host-huiyin=abc"],
            &["__Host-huiyin=abc; __Host-huiyin=xyz"],
            &["__Host-huiyin=abc", "__Host-huiyin=abc"],
            &["__Host-huiyin"],
            &[],
        ] {
            assert_eq!(found(lines, Transport::Tls), None, "{lines:?}");
        }
        let long = format!("a={}; __Host-huiyin=abc", "x".repeat(COOKIES_BYTES_MAX));
        assert_eq!(found(&[&long], Transport::Tls), None);
    }

    #[test]
    fn the_cookie_is_set_for_this_server_alone() {
        let text = |value: Option<HeaderValue>| value.map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            text(set("abc", Transport::Tls)).unwrap(),
            "__Host-huiyin=abc; Secure; HttpOnly; SameSite=Strict; Path=/"
        );
        assert_eq!(text(set("abc", Transport::Local)).unwrap(), "huiyin=abc; HttpOnly; SameSite=Strict; Path=/");
        assert_eq!(set("abc", Transport::Plain), None);
        assert!(text(clear(Transport::Tls)).unwrap().ends_with("; Max-Age=0"));
        assert_eq!(clear(Transport::Plain), None);
    }
}
