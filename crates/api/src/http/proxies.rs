//! Who asks, where a proxy stands between: what `Forwarded` (RFC 7239) and the `X-Forwarded-…` headers say is believed of
//! proxies that are named, and of nobody else.
//!
//! Each proxy adds the address that it was reached from at the right of the chain. So it is read from the right: past
//! addresses of our own proxies to the first that is not, which is the client. What stands left of it the client may have
//! written, and it is not looked at.

use crate::limits::PROXIES_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::http::header::{FORWARDED, HOST, HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
/// Longest name of a host with its port.
const HOST_CHARS_MAX: usize = 260;

/// The networks whose proxies are believed. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Arc<[IpNet]>);

/// What is no list of networks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}: 10.0.0.0/8,192.0.2.7,2001:db8::/32,…")]
pub struct NoNetwork(String);

impl FromStr for Proxies {
    type Err = NoNetwork;

    /// `10.0.0.0/8,192.0.2.7`: networks, or single addresses. A network is written without bits behind its prefix, and the
    /// whole internet is none.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let networks = text.split(',').map(str::trim).filter(|network| !network.is_empty());
        networks.map(|text| network(text).ok_or_else(|| NoNetwork(text.to_owned()))).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address.to_canonical())),
        Err(_) => text.parse().ok().filter(|network: &IpNet| network.trunc() == *network && network.prefix_len() > 0),
    }
}

/// Who asks, and how they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address of whoever asks, not of a proxy that is trusted.
    pub address: IpAddr,
    /// A proxy that is trusted said so.
    pub forwarded: bool,
    /// They speak TLS, to this server or to that proxy.
    pub secure: bool,
    /// The host that they asked for, where such a proxy says it.
    pub(super) forwarded_host: Option<Box<str>>,
}

impl Client {
    /// Somebody who connects without a proxy that is trusted, over TLS where `secure`.
    pub(crate) fn direct(address: IpAddr, secure: bool) -> Self {
        Self { address: address.to_canonical(), forwarded: false, secure, forwarded_host: None }
    }

    /// The host, perhaps with a port, that was asked for: what `Host` says, unless a proxy that is trusted knows better.
    pub fn host<'a>(&'a self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.forwarded_host.as_deref().or_else(|| headers.get(HOST)?.to_str().ok())
    }
}

/// What one proxy says of the one that it was reached from.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hop {
    /// `None` where it does not say.
    address: Option<IpAddr>,
    secure: Option<bool>,
    host: Option<String>,
}

impl Proxies {
    /// Whether an address is of a proxy that is believed.
    pub(crate) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who sends these headers from the address `peer`, over TLS where `secure`.
    ///
    /// # Errors
    /// 400 `bad_header` where a proxy that is trusted passes on what cannot be read, or two headers that contradict each
    /// other: one of them is then the client's own, and nobody can say which.
    pub(crate) fn client(&self, peer: IpAddr, secure: bool, headers: &HeaderMap) -> Result<Client, Problem> {
        let direct = Client::direct(peer, secure);
        if self.0.is_empty() || !self.trust(peer) {
            return Ok(direct);
        }
        let listed = headers.contains_key(X_FORWARDED_FOR).then(|| self.before(addresses(headers))).transpose()?;
        let told = headers.contains_key(FORWARDED).then(|| elements(headers)).transpose()?;
        let told = told.map(|hops| self.before(hops.into_iter().rev().map(Ok))).transpose()?;
        if let (Some(listed), Some(told)) = (&listed, &told)
            && listed.address != told.address
        {
            return Err(contradicting());
        }
        let scheme = last(headers, &X_FORWARDED_PROTO)?.map(|text| scheme(text).ok_or_else(unreadable)).transpose()?;
        let host = last(headers, &X_FORWARDED_HOST)?.map(|text| host(text).ok_or_else(unreadable)).transpose()?;
        let forwarded = listed.is_some() || told.is_some();
        let Hop { address, secure: told_secure, host: told_host } = told.or(listed).unwrap_or_default();
        if told_secure.zip(scheme).is_some_and(|(one, other)| one != other) {
            return Err(contradicting());
        }
        Ok(Client {
            address: address.map_or(direct.address, |address| address.to_canonical()),
            forwarded,
            secure: scheme.or(told_secure).unwrap_or(secure),
            forwarded_host: host.or(told_host).map(Into::into),
        })
    }

    /// Of hops from the right, past our own proxies: what is said of the first that is none of them; of the last one where all are.
    /// Where a proxy does not say whom it speaks for, it is the client itself.
    fn before(&self, hops: impl Iterator<Item = Result<Hop, Problem>>) -> Result<Hop, Problem> {
        let mut reached = Hop::default();
        for hop in hops.take(PROXIES_MAX) {
            let hop = hop?;
            let Some(address) = hop.address else { return Ok(Hop { address: reached.address, ..hop }) };
            let ours = self.trust(address);
            reached = hop;
            if !ours {
                break;
            }
        }
        Ok(reached)
    }
}

/// The addresses of `X-Forwarded-For` from the right, over all of its lines. None is read before it is asked for.
fn addresses(headers: &HeaderMap) -> impl Iterator<Item = Result<Hop, Problem>> {
    let lines: Vec<_> = headers.get_all(X_FORWARDED_FOR).collect();
    let texts = lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|b| *b == b','));
    texts.map(|text| {
        let text = std::str::from_utf8(text).map_err(|_| unreadable())?;
        Ok(Hop { address: node(text.trim())?, ..Hop::default() })
    })
}

/// Every element of `Forwarded`, over all of its lines.
fn elements(headers: &HeaderMap) -> Result<Vec<Hop>, Problem> {
    let mut hops = Vec::new();
    for line in headers.get_all(FORWARDED) {
        let mut rest = line.to_str().map_err(|_| unreadable())?.trim();
        loop {
            let mut hop = Hop::default();
            rest = element(rest, &mut hop)?.trim_start();
            hops.push(hop);
            match rest.strip_prefix(',') {
                Some(behind) => rest = behind.trim_start(),
                None if rest.is_empty() => break,
                None => return Err(unreadable()),
            }
        }
    }
    Ok(hops)
}

/// `for=192.0.2.43;proto=https;host="example.org:8443"`: reads one, and says what is behind it.
fn element<'a>(mut rest: &'a str, hop: &mut Hop) -> Result<&'a str, Problem> {
    let mut addressed = None;
    loop {
        let (name, behind) = rest.split_once('=').ok_or_else(unreadable)?;
        let value;
        (value, rest) = pair_value(behind)?;
        let once = match name.trim().to_ascii_lowercase().as_str() {
            "for" => addressed.replace(node(&value)?).is_none(),
            "proto" => hop.secure.replace(scheme(&value).ok_or_else(unreadable)?).is_none(),
            "host" => hop.host.replace(host(&value).ok_or_else(unreadable)?).is_none(),
            "by" => true,
            other => !other.is_empty() && other.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
        };
        if !once {
            return Err(unreadable());
        }
        match rest.strip_prefix(';') {
            Some(behind) => rest = behind,
            None => {
                hop.address = addressed.flatten();
                return Ok(rest);
            }
        }
    }
}

/// The value of a pair, a token or a quoted string, and what is behind it.
fn pair_value(text: &str) -> Result<(String, &str), Problem> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        let (value, behind) = text.split_at(end);
        return Ok((value.trim_end().to_owned(), behind));
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter => value.push(letter),
        }
    }
    Err(unreadable())
}

/// An address as a proxy writes it, perhaps with a port; `None` where it says on purpose that it does not say
/// (`unknown`, `_hidden`).
fn node(text: &str) -> Result<Option<IpAddr>, Problem> {
    if text.eq_ignore_ascii_case("unknown") || (text.starts_with('_') && text.len() > 1) {
        return Ok(None);
    }
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let ported = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = text.parse().ok().or_else(bracketed).or_else(ported).ok_or_else(unreadable)?;
    Ok(Some(address.to_canonical()))
}

fn scheme(text: &str) -> Option<bool> {
    let is = |scheme: &str| text.eq_ignore_ascii_case(scheme);
    (is("https") || is("http")).then(|| is("https"))
}

fn host(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    ((1..=HOST_CHARS_MAX).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_ascii_lowercase())
}

/// What the nearest proxy says: the last value of the last line.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let Some(line) = headers.get_all(name).last() else { return Ok(None) };
    let line = line.to_str().map_err(|_| unreadable())?;
    Ok(line.rsplit(',').next().map(str::trim))
}

fn unreadable() -> Problem {
    Problem::new(HttpCode::BadHeader).because(
        "代理转来的 Forwarded 或 X-Forwarded-… 请求头无法读取。",
        "A Forwarded or X-Forwarded-… header that a proxy passed on cannot be read.",
    )
}

fn contradicting() -> Problem {
    Problem::new(HttpCode::BadHeader).because(
        "Forwarded 与 X-Forwarded-… 请求头相互矛盾；代理应删去它自己不写的那一种。",
        "Forwarded and X-Forwarded-… contradict each other; the proxy must remove those that it does not write itself.",
    )
}

#[cfg(test)]
mod tests;
