//! `huiyin config check`: the configuration that a server would start with, and whether it would.

use super::remote::{CommandResult, Trouble};
use crate::demonstration;
use crate::key_backups::KeyBackups;
use crate::place::Place;
use crate::serve_arguments::ServeArguments;
use crate::terminal::print;
use crate::tls;
use api::configuration::{Configuration, Setting, Source, Text};
use clap::Command;
use domain::language::Language;

/// The command.
pub fn command(language: Language) -> Command {
    let check = Command::new("check").about(language.pick(
        "列出生效的配置及其来源，并检查能否据以启动",
        "Print the configuration in force with where each value comes from, and check that a server can start with it",
    ));
    Command::new("config")
        .about(language.pick("配置", "The configuration"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(check.args(ServeArguments::command(language).get_arguments().cloned()))
}

/// Prints it as a file that could be used as one; what is wrong beyond single values follows.
pub fn check(arguments: &ServeArguments, language: Language) -> CommandResult {
    let Configuration { file, settings } = &arguments.configuration;
    if let Some(file) = file {
        print(&format!("# {file}"));
    }
    for setting in settings {
        print(&line(setting, language));
    }
    demonstration::check(arguments, language).map_err(Trouble::Wrong)?;
    KeyBackups::of(arguments, &Place::of(arguments), language).map_err(Trouble::Wrong)?;
    tls::of(arguments, language).map(drop).map_err(Trouble::Wrong)
}

fn line(Setting { name, variable, value, source }: &Setting, language: Language) -> String {
    let said = match value {
        None => format!("# {name}"),
        Some(Text::Secret) => format!("# {name} = {}", Text::Secret.shown()),
        Some(Text::Plain(flag)) if flag == "true" || flag == "false" => format!("{name} = {flag}"),
        // A string of JSON is one of TOML.
        Some(Text::Plain(text)) => format!("{name} = {}", serde_json::Value::from(text.as_str())),
    };
    let source = match source {
        Source::Default => language.pick("默认", "default").to_owned(),
        Source::File => language.pick("文件", "file").to_owned(),
        Source::Environment => variable.clone(),
        Source::Flag => format!("--{}", name.replace('_', "-")),
    };
    format!("{said}  # {source}")
}
