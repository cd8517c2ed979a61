//! Which pages of other origins may use this server from a browser (the CORS protocol of the Fetch standard): a list of
//! exact origins, empty unless it is set. Credentials of the browser are never allowed: who asks is known by a token.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY};
use std::str::FromStr;
use std::sync::Arc;

/// Whose pages may embed an answer. What needs no token is for everybody.
pub(crate) const RESOURCE_POLICY: &str = "cross-origin-resource-policy";

/// Methods that a page may use.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
/// Headers that a page may send.
const SENT: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, Acting-As, Huiyin-Purpose, X-Request-Id, \
     Last-Event-ID, Content-Disposition, If-None-Match, If-Range, Range",
);
/// Headers that a page may read.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Date, ETag, Location, Link, Allow, Retry-After, WWW-Authenticate, Idempotency-Replayed, RateLimit, RateLimit-Policy, \
     X-Request-Id, Content-Disposition, Content-Range, Accept-Ranges, Huiyin-Scanned-To, Huiyin-Head, Huiyin-As-Of-Position",
);
/// How long a browser may keep what a preflight said, seconds.
const KEPT: HeaderValue = HeaderValue::from_static("600");

/// The origins whose pages may use this server. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Arc<[HeaderValue]>);

/// What is no list of origins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}: https://example.org,http://127.0.0.1:5173,…")]
pub struct NoOrigin(String);

impl FromStr for Origins {
    type Err = NoOrigin;

    /// `https://a.example,https://b.example:8443`: each as a browser writes it (RFC 6454 §6.2). Neither `*` nor `null` is
    /// one: they would let in everybody.
    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let read = |origin: &str| {
            let value = is_origin(origin).then(|| HeaderValue::from_str(origin).ok()).flatten();
            value.ok_or_else(|| NoOrigin(origin.to_owned()))
        };
        origins.map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// A scheme and a host in lower case, perhaps a port that is not the scheme's own; no path, not even `/`.
fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return false,
    };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        Some(_) | None => (host, None),
    };
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
    let bracketed = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let named = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.bytes().all(plain),
    };
    let numbered = port.is_none_or(|port| {
        port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
            && !host.ends_with(default_port)
    });
    named && numbered
}

impl Origins {
    /// The allowed origin of a request, if it has one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let mut sent = headers.get_all(ORIGIN);
        let origin = sent.next().filter(|_| sent.next().is_none())?;
        self.0.iter().find(|allowed| *allowed == origin).cloned()
    }

    /// Lets pages of these origins hold a page within theirs, whose policy lets nobody; whether there are any.
    pub(crate) fn let_hold(&self, headers: &mut HeaderMap) -> bool {
        let names: Vec<_> = self.0.iter().filter_map(|origin| origin.to_str().ok()).collect();
        let policy = headers.get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
        let (Some(policy), false) = (policy, names.is_empty()) else { return false };
        let holders = format!("frame-ancestors {}", names.join(" "));
        match HeaderValue::from_str(&policy.replace("frame-ancestors 'none'", &holders)) {
            Ok(policy) => {
                headers.insert(CONTENT_SECURITY_POLICY, policy);
                headers.insert(HeaderName::from_static(RESOURCE_POLICY), HeaderValue::from_static("cross-origin"));
                true
            }
            Err(_) => false,
        }
    }

    /// Says in an answer who may read it; `origin` is the allowed one that asked. What depends on it must not be kept for
    /// another.
    pub(crate) fn expose(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(HeaderName::from_static("access-control-allow-origin"), origin.clone());
            headers.insert(HeaderName::from_static("access-control-expose-headers"), EXPOSED);
        }
    }
}

/// Whether a browser asks before it sends the request itself.
pub(crate) fn is_preflight(method: &str, headers: &HeaderMap) -> bool {
    method == "OPTIONS" && headers.contains_key("access-control-request-method")
}

/// What a preflight is told, beside [`Origins::expose`].
pub(crate) fn permit(headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static("access-control-allow-methods"), METHODS);
    headers.insert(HeaderName::from_static("access-control-allow-headers"), SENT);
    headers.insert(HeaderName::from_static("access-control-max-age"), KEPT);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn origins_are_exact() {
        for good in [
            "https://front.example",
            "http://127.0.0.1:5173",
            "http://[::1]:8080, https://a-b.example:8443",
            "https://xn--fiq228c.example",
        ] {
            assert!(good.parse::<Origins>().is_ok(), "{good}");
        }
        for bad in [
            "*",
            "null",
            "front.example",
            "https://",
            "https://front.example/",
            "https://front.example/app",
            "HTTPS://front.example",
            "https://Front.example",
            "https://front.example:443",
            "http://front.example:80",
            "https://front.example:0",
            "https://front.example:99999",
            "https://front.example:08443",
            "https://*.example",
            "https://用户.example",
            "ftp://front.example",
            "https://a b.example",
            "https://user@front.example",
            "https://good.example,*",
        ] {
            assert!(bad.parse::<Origins>().is_err(), "{bad}");
        }
        assert_eq!("".parse(), Ok(Origins::default()));
    }

    #[test]
    fn only_a_listed_origin_is_named() {
        let origins: Origins = "https://a.example,https://b.example".parse().unwrap();
        let asked = |sent: &[&str]| {
            let mut headers = HeaderMap::new();
            for one in sent {
                headers.append(ORIGIN, HeaderValue::from_str(one).unwrap());
            }
            origins.of(&headers)
        };
        assert_eq!(asked(&["https://b.example"]).unwrap(), "https://b.example");
        for other in
            [&["https://a.example.evil"][..], &["null"], &["https://A.example"], &[], &["https://a.example"; 2]]
        {
            assert_eq!(asked(other), None, "{other:?}");
        }
    }

    #[test]
    fn only_listed_origins_hold_a_page() {
        let held_by = |origins: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
            );
            let held = origins.parse::<Origins>().unwrap().let_hold(&mut headers);
            (held, headers.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(held_by(""), (false, "default-src 'none'; frame-ancestors 'none'".to_owned()));
        let two = "default-src 'none'; frame-ancestors https://a.example https://b.example";
        assert_eq!(held_by("https://a.example,https://b.example"), (true, two.to_owned()));
    }
}
