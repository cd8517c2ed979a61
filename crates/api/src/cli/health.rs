//! `huiyin health`: asks a running server whether it can be used. For supervisors, which look at the exit code, and for
//! people, who want to know why.

use super::print;
use crate::causes;
use crate::client;
use crate::language::Language;
use crate::serve::say;
use clap::{Arg, ArgMatches, Command, value_parser};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Longest token file that is read, bytes.
const TOKEN_BYTES_MAX: u64 = 1024;

/// `huiyin health` with its options.
pub fn command(language: Language) -> Command {
    Command::new("health")
        .about(language.pick(
            "询问服务是否可用；可用时退出码为 0，否则为 1（供容器健康检查）",
            "Ask whether a server can be used; exit code 0 if so, else 1 (for containers)",
        ))
        .arg(
            Arg::new("url")
                .long("url")
                .env("HUIYIN_URL")
                .default_value("http://127.0.0.1:8080")
                .help(language.pick("服务地址", "Address of the server")),
        )
        .arg(
            Arg::new("token-file")
                .long("token-file")
                .env("HUIYIN_TOKEN_FILE")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help(language.pick(
                    "令牌所在文件；凭令牌可看到各数据集的位置与异常的原因",
                    "File that holds a token; with one the answer has positions, and the causes of what is wrong",
                )),
        )
}

/// Asks and prints the answer. Only the server's own answer decides how it ends: a token that cannot be read makes the
/// answer shorter and no supervisor restart anything.
pub fn run(arguments: &ArgMatches, language: Language) -> ExitCode {
    let url = arguments.get_one::<String>("url").map_or("", String::as_str);
    let token = arguments.get_one::<PathBuf>("token-file").and_then(|file| {
        token(file)
            .map_err(|error| say(&format!("--token-file {}: {}", file.display(), causes::of_io(&error, language))))
            .ok()
    });
    match client::ask(url, "GET", "/health/ready", token.as_deref(), None, TIMEOUT) {
        Ok(answer) => {
            print(&String::from_utf8_lossy(&answer.body));
            if answer.status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            let cause = causes::of_io(&error, language);
            print(&format!("{url} {}: {cause}", language.pick("无法连接", "cannot be reached")));
            ExitCode::FAILURE
        }
    }
}

fn token(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(file)?.take(TOKEN_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}
