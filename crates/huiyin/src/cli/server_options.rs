//! `--url` and `--token-file`: which server a command asks, and by which token.

use clap::{Arg, ArgMatches, Command, value_parser};
use domain::language::Language;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Longest token file that is read, bytes.
const TOKEN_BYTES_MAX: u64 = 1024;

/// A server, and the file of a token for it.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// `http://host:port`.
    pub url: String,
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
            token_file: matches.get_one::<PathBuf>("token-file").cloned(),
        }
    }
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
