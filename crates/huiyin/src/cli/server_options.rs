//! `--url`, `--tls-ca` and `--token-file`: which server a command asks, whom it believes, and by which token.

use api::problem::causes;
use clap::{Arg, ArgMatches, Command, value_parser};
use domain::language::Language;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Longest token file that is read, bytes.
const TOKEN_BYTES_MAX: u64 = 1024;

/// A server, and the file of a token for it.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// `http://host:port` or `https://host:port`.
    pub url: String,
    /// The file of those who may have signed the server's certificate.
    pub tls_ca: Option<PathBuf>,
    /// The token's file, where one was named.
    pub token_file: Option<PathBuf>,
}

impl ServerOptions {
    /// Adds the options; `token_file` says what the command wants a token for.
    pub fn add(command: Command, token_file: &'static str, language: Language) -> Command {
        command
            .arg(
                Arg::new("url")
                    .long("url")
                    .env("HUIYIN_URL")
                    .value_name("URL")
                    .default_value("http://127.0.0.1:8080")
                    .help(language.pick("服务地址", "Address of the server")),
            )
            .arg(
                Arg::new("tls-ca")
                    .long("tls-ca")
                    .env("HUIYIN_TLS_CA")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help(language.pick(
                        "签发服务器证书的机构的证书文件（PEM）；服务地址以 https:// 开头时须指明",
                        "Certificates of who may have signed the server's (PEM); needed where its address begins with https://",
                    )),
            )
            .arg(
                Arg::new("token-file")
                    .long("token-file")
                    .env("HUIYIN_TOKEN_FILE")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help(token_file),
            )
    }

    /// Reads what clap has matched.
    pub fn of(matches: &ArgMatches) -> Self {
        Self {
            url: matches.get_one::<String>("url").cloned().unwrap_or_default(),
            tls_ca: matches.get_one::<PathBuf>("tls-ca").cloned(),
            token_file: matches.get_one::<PathBuf>("token-file").cloned(),
        }
    }
}

/// Why a server cannot be asked: what the network says, or that nobody is named who vouches for it.
pub fn unreachable(url: &str, tls_ca: Option<&Path>, error: &io::Error, language: Language) -> String {
    if url.starts_with("https://") && tls_ca.is_none() {
        let words = language.pick(
            "须用 --tls-ca 指明签发其证书的机构的证书文件",
            "name the certificates of who may have signed its own by --tls-ca",
        );
        return format!("{url}{}{words}", language.colon());
    }
    format!("{url} {}{}", language.pick("无法连接：", "cannot be reached: "), causes::of_io(error, language))
}

/// The token in a file.
///
/// # Errors
/// Those of reading the file.
pub fn token_in(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(file)?.take(TOKEN_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}
