//! TLS for whoever asks: a certificate and its key from files, read at the start and again when it is told to (RFC 8446,
//! RFC 5246; nothing older). Behind it stands HTTP/1.1 and nothing else.

use crate::http::connections::Seat;
use crate::http::middleware::raw;
use crate::http::paced::Paced;
use crate::limits::{CERTIFICATE_ENDS_DAYS, HEAD_DEADLINE};
use crate::problem::codes::HttpCode;
use crate::problem::{Problem, causes};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::language::Language;
use event_store::Message;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::{InconsistentKeys, ServerConfig};
use std::fmt;
use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use webpki::{EndEntityCert, KeyUsage};

/// Longest file of certificates, or of a key.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// 31 December 9999, 23:59:59: the end of a certificate that has none.
const LAST_SECOND: u64 = 253_402_300_799;
/// With what a client of TLS begins.
const HANDSHAKE: u8 = 22;

/// Where certificate and key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate of this server, and those between it and its authority behind it (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
}

/// What this server speaks TLS with. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    files: Arc<TlsFiles>,
    held: Arc<RwLock<Arc<Held>>>,
    trouble: Arc<RwLock<Option<Message>>>,
}

/// What was read of the files.
struct Held {
    config: Arc<ServerConfig>,
    /// When the first of the certificates ends; nothing where that cannot be told, or none ever does.
    ends_at: Option<DateTime<Utc>>,
}

/// Why files are not what TLS needs.
#[derive(Debug)]
pub struct TlsError {
    /// The option that names the file, and the file.
    file: (&'static str, PathBuf),
    why: Why,
}

#[derive(Debug)]
enum Why {
    Io(io::Error),
    Long,
    NoCertificate,
    NoKey,
    /// What the library says of it.
    Unfit(String),
    KeyOfAnother,
}

impl TlsError {
    /// File and reason, as a sentence without its end.
    pub fn words(&self, language: Language) -> String {
        let (option, file) = (self.file.0, self.file.1.display());
        let pick = |zh: &str, en: &str| language.pick(zh, en).to_owned();
        let why = match &self.why {
            Why::Io(error) => causes::of_io(error, language),
            Why::Long => pick("文件过大", "the file is too long"),
            Why::NoCertificate => pick(
                "其中没有 PEM 格式的证书（BEGIN CERTIFICATE）",
                "there is no certificate in it as PEM (BEGIN CERTIFICATE)",
            ),
            Why::NoKey => pick(
                "其中没有 PEM 格式的未加密私钥（BEGIN PRIVATE KEY）",
                "there is no private key in it as PEM without a passphrase (BEGIN PRIVATE KEY)",
            ),
            Why::Unfit(why) => match language {
                Language::Zh => "内容无法使用".to_owned(),
                Language::En => format!("it cannot be used ({why})"),
            },
            Why::KeyOfAnother => pick(
                "私钥与 --tls-cert 中的第一张证书不配",
                "the key does not belong to the first certificate of --tls-cert",
            ),
        };
        format!("{option} {file}{}{why}", language.colon())
    }
}

impl TlsFiles {
    fn read(&self) -> Result<Arc<Held>, TlsError> {
        let of_certificate = |why| TlsError { file: ("--tls-cert", self.certificate.clone()), why };
        let of_key = |why| TlsError { file: ("--tls-key", self.key.clone()), why };
        let certificates = text(&self.certificate).map_err(of_certificate)?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificates)
            .collect::<Result<_, _>>()
            .map_err(|error| of_certificate(of_pem(&error, Why::NoCertificate)))?;
        if chain.is_empty() {
            return Err(of_certificate(Why::NoCertificate));
        }
        let key = text(&self.key).map_err(of_key)?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| of_key(of_pem(&error, Why::NoKey)))?;
        let ends_at = chain.iter().filter_map(ends_at).min();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| of_certificate(Why::Unfit(error.to_string())))?;
        let mut config = builder.with_no_client_auth().with_single_cert(chain, key).map_err(|error| {
            if error == rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) {
                of_key(Why::KeyOfAnother)
            } else if matches!(error, rustls::Error::InvalidCertificate(_)) {
                of_certificate(Why::Unfit(error.to_string()))
            } else {
                of_key(Why::Unfit(error.to_string()))
            }
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(Held { config: Arc::new(config), ends_at }))
    }
}

/// When a certificate ends. It is held against the last second that one can name and nobody is trusted:
/// where it does not hold for ever, what is said of it is when it stopped.
fn ends_at(certificate: &CertificateDer<'_>) -> Option<DateTime<Utc>> {
    let last = UnixTime::since_unix_epoch(Duration::from_secs(LAST_SECOND));
    let parsed = EndEntityCert::try_from(certificate).ok()?;
    let held = parsed.verify_for_usage(&[], &[], &[], last, KeyUsage::server_auth(), None, None);
    match held {
        Err(webpki::Error::CertExpired { not_after, .. }) => {
            DateTime::from_timestamp(i64::try_from(not_after.as_secs()).ok()?, 0)
        }
        // Whatever else is wrong with it is not for here, and what is not known yet least of all.
        Err(_) | Ok(_) => None,
    }
}

/// What is said of a certificate that ends within a few days, or has ended.
fn ending(file: &Path, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Message> {
    let left = ends_at.signed_duration_since(now);
    if left >= TimeDelta::days(CERTIFICATE_ENDS_DAYS.into()) {
        return None;
    }
    let (file, at) = (file.display(), ends_at.to_rfc3339_opts(SecondsFormat::Secs, true));
    if left < TimeDelta::zero() {
        return Some(Message {
            zh: format!("{file}：证书已于 {at} 到期；请更换后发送 SIGHUP"),
            en: format!("{file}: the certificate ended at {at}; replace it and send SIGHUP"),
        });
    }
    let days = left.num_days();
    Some(Message {
        zh: format!("{file}：证书将于 {at} 到期，尚余 {days} 天；请更换后发送 SIGHUP"),
        en: format!("{file}: the certificate ends at {at}, {days} days from now; replace it and send SIGHUP"),
    })
}

fn text(file: &Path) -> Result<Vec<u8>, Why> {
    use std::io::Read as _;
    let mut text = Vec::new();
    let length = File::open(file).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut text));
    match length {
        Ok(length) if u64::try_from(length).is_ok_and(|length| length <= FILE_BYTES_MAX) => Ok(text),
        Ok(_) => Err(Why::Long),
        Err(error) => Err(Why::Io(error)),
    }
}

fn of_pem(error: &pem::Error, none: Why) -> Why {
    if matches!(error, pem::Error::NoItemsFound) { none } else { Why::Unfit(error.to_string()) }
}

impl Tls {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// Which file is not what it must be, and why.
    pub fn of(files: TlsFiles) -> Result<Self, TlsError> {
        let held = files.read()?;
        Ok(Self { files: Arc::new(files), held: Arc::new(RwLock::new(held)), trouble: Arc::default() })
    }

    /// Reads both again, for all connections from now on. Those that are open stay as they are.
    ///
    /// # Errors
    /// As at first; then everything stays as it is, and health tells it until they are read.
    pub fn read_again(&self) -> Result<(), TlsError> {
        let read = self.files.read();
        let trouble =
            read.as_ref().err().map(|error| Message { zh: error.words(Language::Zh), en: error.words(Language::En) });
        *self.trouble.write().unwrap_or_else(PoisonError::into_inner) = trouble;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = read?;
        Ok(())
    }

    /// That one of the certificates ends soon, or has ended.
    pub fn ending(&self, now: DateTime<Utc>) -> Option<Message> {
        let ends_at = self.held.read().unwrap_or_else(PoisonError::into_inner).ends_at?;
        ending(&self.files.certificate, ends_at, now)
    }

    /// Why the files were not read when that was last asked for.
    pub fn trouble(&self) -> Option<Message> {
        self.trouble.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A connection with TLS around it, unless the client lets it wait, or loses its seat.
    async fn accept(&self, stream: TcpStream, seat: &Seat) -> io::Result<TlsStream<Paced>> {
        let config = Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).config);
        let handshake = async {
            let mut first = [0];
            if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
                return Err(speaks_plainly(stream).await);
            }
            TlsAcceptor::from(config).accept(Paced::over(stream)).await
        };
        let shown_out = poll_fn(|cx| if seat.is_taken(cx.waker()) { Poll::Ready(()) } else { Poll::Pending });
        tokio::select! {
            accepted = timeout(HEAD_DEADLINE, handshake) => accepted.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())),
            () = shown_out => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({:?})", self.files)
    }
}

/// Tells a client that does not begin with TLS to do so.
async fn speaks_plainly(mut stream: TcpStream) -> io::Error {
    let problem = Problem::new(HttpCode::BadRequest).because(
        "此端口只接受 TLS 连接，请改用 https://。This port speaks TLS: use https://.",
        "此端口只接受 TLS 连接，请改用 https://。This port speaks TLS: use https://.",
    );
    // What it sent is read, so that closing does not take the answer back.
    drop(stream.try_read(&mut [0; 4096]));
    drop(stream.write_all(&raw(&problem, "Bad Request")).await);
    drop(stream.shutdown().await);
    io::ErrorKind::InvalidData.into()
}

/// A connection as HTTP reads and writes it.
pub(crate) enum Stream {
    /// As it came.
    Plain(Paced),
    /// Inside TLS.
    Secure(Box<TlsStream<Paced>>),
}

impl Stream {
    /// A connection, with TLS where this server speaks it.
    ///
    /// # Errors
    /// Where no TLS comes about in time.
    pub async fn begin(stream: TcpStream, tls: Option<&Tls>, seat: &Seat) -> io::Result<Self> {
        match tls {
            Some(tls) => Ok(Self::Secure(Box::new(tls.accept(stream, seat).await?))),
            None => Ok(Self::Plain(Paced::over(stream))),
        }
    }

    /// Whether bytes of the client wait to be read.
    pub fn has_unread(&self) -> bool {
        match self {
            Self::Plain(socket) => socket.has_unread(),
            Self::Secure(tls) => tls.get_ref().0.has_unread(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(cx, buffer),
            Self::Secure(tls) => Pin::new(tls.as_mut()).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write(cx, bytes),
            Self::Secure(tls) => Pin::new(tls.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(cx),
            Self::Secure(tls) => Pin::new(tls.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(cx),
            Self::Secure(tls) => Pin::new(tls.as_mut()).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests;
