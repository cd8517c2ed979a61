//! Where a set of keys is had from: a file, or an address that is asked within some seconds for no more than a bounded
//! document, at that very address.

use rustls::crypto::aws_lc_rs;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// Longest document.
pub const BYTES_MAX: u64 = 64 * 1024;
/// How long asking may take, from the first packet to the last.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Where a set of keys is.
#[derive(Clone)]
pub enum Source {
    /// In a file, which somebody replaces when keys change.
    File(PathBuf),
    /// At an address.
    Address(Address),
}

/// An address that is asked for keys.
#[derive(Clone)]
pub struct Address {
    uri: Uri,
    agent: Agent,
}

/// Why a text names no place to have keys from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSource {
    /// It begins like an address and is none.
    #[error("it is no address")]
    NoAddress,
    /// `http://` to another machine: whoever is on the way could hand out keys of their own.
    #[error("keys are had from other machines by https:// alone")]
    NotSecure,
    /// A name or password in the address, which would be in every log.
    #[error("the address must not hold a name or password")]
    NamesUser,
}

impl Source {
    /// The place that an option names: `https://…`, `http://…` on this machine, or the path of a file.
    ///
    /// # Errors
    /// [`BadSource`].
    pub fn named(text: &str) -> Result<Self, BadSource> {
        let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if !begins("https://") && !begins("http://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let uri: Uri = text.parse().map_err(|_| BadSource::NoAddress)?;
        let (host, authority) = (uri.host().unwrap_or_default(), uri.authority().map_or("", |named| named.as_str()));
        if authority.contains('@') {
            return Err(BadSource::NamesUser);
        }
        if host.is_empty() {
            return Err(BadSource::NoAddress);
        }
        let is_secure = uri.scheme() == Some(&Scheme::HTTPS);
        if !is_secure && !is_this_machine(host) {
            return Err(BadSource::NotSecure);
        }
        Ok(Self::Address(Address { agent: agent(is_secure), uri }))
    }

    /// The document, or what went wrong.
    pub(super) fn fetch(&self) -> Result<Vec<u8>, String> {
        let document = match self {
            Self::File(path) => {
                let mut document = Vec::new();
                let file = File::open(path).map_err(|e| e.to_string())?;
                file.take(BYTES_MAX + 1).read_to_end(&mut document).map_err(|e| e.to_string())?;
                document
            }
            Self::Address(Address { uri, agent }) => {
                let mut answer = agent.get(uri).call().map_err(|e| e.to_string())?;
                if answer.status() != 200 {
                    return Err(format!("the answer is {}", answer.status()));
                }
                answer.body_mut().with_config().limit(BYTES_MAX + 1).read_to_vec().map_err(|e| e.to_string())?
            }
        };
        if document.len() as u64 > BYTES_MAX {
            Err(format!("it is longer than {BYTES_MAX} bytes"))
        } else {
            Ok(document)
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Address(Address { uri, .. }) => write!(f, "{uri}"),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({self})")
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Asks one address: no other that it is sent on to, no proxy, no memory of earlier answers. Whom it trusts is what the
/// machine trusts, so that an authority of the town's own can be added there.
fn agent(is_secure: bool) -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    Agent::config_builder()
        .https_only(is_secure)
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(DEADLINE))
        .max_response_header_size(16 * 1024)
        .max_idle_connections(0)
        .user_agent("huiyin")
        .accept("application/json")
        .build()
        .new_agent()
}
