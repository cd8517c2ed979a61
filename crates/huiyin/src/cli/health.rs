//! `huiyin health`: asks a running server whether it can be used. For supervisors, which look at the exit code, and for
//! people, who want to know why.

use super::server_options::{ServerOptions, token_in, unreachable};
use crate::terminal::{print, say};
use api::http::client::{self, Request};
use api::problem::causes;
use clap::{ArgMatches, Command};
use domain::language::Language;
use std::process::ExitCode;
use std::time::Duration;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// `huiyin health` with its options.
pub fn command(language: Language) -> Command {
    let command = Command::new("health").about(language.pick(
        "询问服务是否可用；可用时退出码为 0，否则为 1（供容器健康检查）",
        "Ask whether a server can be used; exit code 0 if so, else 1 (for containers)",
    ));
    let token_file = language.pick(
        "令牌所在文件；凭令牌可看到各看板的位置与异常的原因",
        "File that holds a token; with one the answer has positions, and the causes of what is wrong",
    );
    ServerOptions::add(command, token_file, language)
}

/// Asks and prints the answer. Only the server's own answer decides how it ends: a token that cannot be read makes the
/// answer shorter and no supervisor restart anything.
pub fn run(arguments: &ArgMatches, language: Language) -> ExitCode {
    let ServerOptions { url, tls_ca, token_file } = ServerOptions::of(arguments);
    let token = token_file.and_then(|file| {
        token_in(&file)
            .map_err(|error| say(&format!("--token-file {}: {}", file.display(), causes::of_io(&error, language))))
            .ok()
    });
    let trusted = tls_ca.as_deref();
    let request = Request {
        method: "GET",
        path: "/health/ready",
        token: token.as_deref(),
        body: None,
        language,
        timeout: TIMEOUT,
        trusted,
    };
    match client::send(&url, &request) {
        Ok(answer) => {
            print(&String::from_utf8_lossy(&answer.body));
            if answer.status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            print(&unreachable(&url, trusted, &error, language));
            ExitCode::FAILURE
        }
    }
}
