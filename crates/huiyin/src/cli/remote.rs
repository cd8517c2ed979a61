//! What the commands that ask a running server have in common: where it is, by which token, and how its no is told.

use super::server_options::{ServerOptions, token_in, unreachable};
use crate::admin_token;
use crate::serve_arguments::signed_argument;
use api::http::client::{self, Request};
use api::problem::causes;
use clap::{Arg, ArgMatches, Command, value_parser};
use domain::language::Language;
use event_store::open::{OpenOptions, beside};
use serde_json::Value;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a command came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens at the address.
    NoServer(String),
    /// What was found is wrong: exit code 1.
    Wrong(String),
    /// It could not be done, or not be found out: exit code 2.
    Cannot(String),
}

impl Trouble {
    /// The words for a person.
    pub fn words(&self) -> &str {
        match self {
            Self::NoServer(words) | Self::Wrong(words) | Self::Cannot(words) => words,
        }
    }
}

/// How a command ends.
pub type CommandResult = Result<(), Trouble>;

/// A server, and the directories that belong to it.
#[derive(Clone, Debug)]
pub struct RemoteServer {
    /// `http://host:port` or `https://host:port`.
    pub url: String,
    tls_ca: Option<PathBuf>,
    /// The data directory.
    pub data: PathBuf,
    /// The key directory.
    pub keys: PathBuf,
    /// The directory of what was signed last.
    pub signed: PathBuf,
    token_file: Option<PathBuf>,
    /// The person's language.
    pub language: Language,
}

/// `--data`, `--keys` and `--signed`, as `serve` has them.
pub fn directories(command: Command, language: Language) -> Command {
    let path = |name: &'static str, variable: &'static str| {
        Arg::new(name).long(name).env(variable).value_name("DIR").value_parser(value_parser!(PathBuf))
    };
    command
        .arg(
            path("data", "HUIYIN_DATA")
                .default_value("./huiyin-data")
                .help(language.pick("数据目录", "Data directory")),
        )
        .arg(path("keys", "HUIYIN_KEYS").help(language.pick(
            "密钥目录；默认为数据目录名加 .keys",
            "Key directory; by default the data directory's name with .keys after it",
        )))
        .arg(signed_argument(language))
}

/// The log of [`directories`], as it is opened.
pub fn options_of(matches: &ArgMatches) -> OpenOptions {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let data = path("data").unwrap_or_default();
    let keys = path("keys").unwrap_or_else(|| beside(&data, ".keys"));
    let options = OpenOptions::new(data, keys);
    OpenOptions { signed: path("signed").unwrap_or_else(|| options.signed.clone()), ..options }
}

impl RemoteServer {
    /// Adds the options.
    pub fn options(command: Command, language: Language) -> Command {
        let token_file = language.pick(
            "令牌所在文件；默认为数据目录中的 admin.token",
            "File that holds the token; by default admin.token in the data directory",
        );
        ServerOptions::add(directories(command, language), token_file, language)
    }

    /// Directories whose server is stopped: nobody is asked.
    pub fn stopped(options: &OpenOptions, language: Language) -> Self {
        let OpenOptions { data, keys, signed, .. } = options.clone();
        Self { url: String::new(), data, keys, signed, token_file: None, tls_ca: None, language }
    }

    /// Reads what clap has matched.
    pub fn of(matches: &ArgMatches, language: Language) -> Self {
        let OpenOptions { data, keys, signed, .. } = options_of(matches);
        let ServerOptions { url, tls_ca, token_file } = ServerOptions::of(matches);
        Self { url, tls_ca, data, keys, signed, token_file, language }
    }

    /// The token.
    fn token(&self) -> Result<String, Trouble> {
        let file = self.token_file.clone().unwrap_or_else(|| admin_token::file(&self.data));
        token_in(&file).map_err(|error| {
            let words = self.language.pick(
                "无法读取令牌；请用 --data 指明数据目录，或用 --token-file 指明令牌文件；令牌都已丢失时，请停止服务后再执行本命令，它会直接打开数据目录",
                "the token cannot be read; name the data directory by --data, or the token's file by --token-file; if every token is lost, stop the server and run this command again, which then opens the data directory itself",
            );
            let (cause, colon) = (causes::of_io(&error, self.language), self.language.colon());
            Trouble::Cannot(format!("{}{colon}{cause}{colon}{words}", file.display()))
        })
    }

    /// A question; the answer's bytes. `open` asks without a token.
    pub fn bytes(&self, path: &str, open: bool) -> Result<Vec<u8>, Trouble> {
        self.send("GET", path, None, open)
    }

    /// A question or, with a body, a command; the answer's JSON.
    pub fn json(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Trouble> {
        let answer = self.send(method, path, body.map(Value::to_string).as_deref(), false)?;
        serde_json::from_slice(&answer).map_err(|_| {
            let words = self.language.pick("答复不是 JSON", "the answer is not JSON");
            Trouble::Cannot(format!("{method} {path}{}{words}", self.language.colon()))
        })
    }

    fn send(&self, method: &str, path: &str, body: Option<&str>, open: bool) -> Result<Vec<u8>, Trouble> {
        // Whether anybody listens is found out before the token is looked for.
        let token = if open { None } else { Some(self.token_when_answered()?) };
        let trusted = self.tls_ca.as_deref();
        let request =
            Request { method, path, token: token.as_deref(), body, language: self.language, timeout: TIMEOUT, trusted };
        let answer = client::send(&self.url, &request).map_err(|error| self.unreachable(&error))?;
        if (200..300).contains(&answer.status) {
            return Ok(answer.body);
        }
        Err(Trouble::Cannot(format!("{method} {path}: {}", refusal(answer.status, &answer.body))))
    }

    /// The token, or [`Trouble::NoServer`] where there is neither a token nor a server.
    fn token_when_answered(&self) -> Result<String, Trouble> {
        self.token().or_else(|unread| {
            let (language, trusted) = (self.language, self.tls_ca.as_deref());
            let (method, path) = ("GET", "/health/live");
            let request = Request { method, path, token: None, body: None, language, timeout: TIMEOUT, trusted };
            client::send(&self.url, &request).map_err(|error| self.unreachable(&error))?;
            Err(unread)
        })
    }

    fn unreachable(&self, error: &io::Error) -> Trouble {
        let words = unreachable(&self.url, self.tls_ca.as_deref(), error, self.language);
        if error.kind() == io::ErrorKind::ConnectionRefused { Trouble::NoServer(words) } else { Trouble::Cannot(words) }
    }
}

/// A server's no in one line: what RFC 9457 has of it, or the status alone.
fn refusal(status: u16, body: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |key: &str| problem[key].as_str().unwrap_or_default();
    let mut line = format!("{status} {} {}", text("code"), text("detail"));
    for fault in problem["errors"].as_array().into_iter().flatten() {
        let (pointer, detail) = (fault["pointer"].as_str(), fault["detail"].as_str());
        line.push_str(&format!("\n  {}: {}", pointer.unwrap_or_default(), detail.unwrap_or_default()));
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_refusal_is_told_with_its_faults() {
        let body =
            br#"{"code":"too_long","detail":"long","errors":[{"pointer":"/name","code":"too_long","detail":"101"}]}"#;
        assert_eq!(refusal(422, body), "422 too_long long\n  /name: 101");
        assert_eq!(refusal(502, b"<html>"), "502");
    }

    #[test]
    fn where_nobody_listens_is_told_apart_from_a_missing_token() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let command = RemoteServer::options(Command::new("x"), Language::En);
        let matches = command.try_get_matches_from(["x", "--url", &url, "--data", "/nowhere"]).unwrap();
        let remote = RemoteServer::of(&matches, Language::En);
        assert_eq!(remote.keys, PathBuf::from("/nowhere.keys"));
        assert!(matches!(remote.json("GET", "/v1/tokens", None), Err(Trouble::NoServer(_))));
        assert!(remote.token().unwrap_err().words().contains("/nowhere/admin.token"));
    }
}
