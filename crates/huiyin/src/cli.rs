//! The command line. Its words follow the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`: Chinese or English) and are said in
//! one language whole (`cli/words.rs`); every option has an environment variable `HUIYIN_…`. What a command does is in the
//! function of its name.

mod account;
mod clock;
mod config;
mod doctor;
mod export;
mod health;
mod keys;
mod local;
mod rebuild;
mod remote;
mod server_options;
mod simulate;
mod token;
pub(crate) mod values;
mod words;

use crate::config_file::ConfigFile;
use crate::serve;
use crate::serve_arguments::ServeArguments;
use crate::terminal;
use api::openapi;
use clap::{ArgMatches, Command};
use domain::language::Language;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let language = of_environment(|name| std::env::var(name).ok());
    let (mut whole, given, file) = match given(language) {
        Ok(given) => given,
        Err(refused) => return refused,
    };
    let served = |arguments: &ArgMatches| {
        let configuration = file.in_force(config_of(arguments), &ServeArguments::command(language), arguments);
        ServeArguments { configuration, ..ServeArguments::of(arguments) }
    };
    match given.subcommand() {
        Some(("help", arguments)) => words::help(&mut whole, arguments, language),
        Some(("serve", arguments)) => serve::run(&served(arguments), language),
        Some(("config", below)) => match below.subcommand() {
            Some(("check", arguments)) => exit_code(config::check(&served(arguments), language)),
            Some(_) | None => ExitCode::from(2),
        },
        Some(("openapi", _)) => openapi_command(),
        Some(("health", arguments)) => health::run(arguments, language),
        Some(("token", arguments)) => exit_code(token::run(arguments, language)),
        Some(("account", arguments)) => exit_code(account::run(arguments, language)),
        Some(("keys", arguments)) => exit_code(keys::run(arguments, language)),
        Some(("rebuild", arguments)) => exit_code(rebuild::run(arguments, language)),
        Some(("clock", arguments)) => exit_code(clock::run(arguments, language)),
        Some(("export", arguments)) => exit_code(export::run(arguments, language)),
        Some(("simulate", arguments)) => exit_code(simulate::run(arguments, language)),
        Some(("doctor", arguments)) => exit_code(doctor::run(arguments, language)),
        // clap has shown its help: a command is required.
        Some(_) | None => ExitCode::from(2),
    }
}

/// What was given, above what the file says that it names.
fn given(language: Language) -> Result<(Command, ArgMatches, ConfigFile), ExitCode> {
    let matched = |mut whole: Command| match whole.try_get_matches_from_mut(std::env::args_os()) {
        Ok(given) => Ok((whole, given)),
        Err(error) => Err(words::told(&error, &whole, language)),
    };
    let (whole, given) = matched(command(language))?;
    let arguments = match given.subcommand() {
        Some(("serve", arguments)) => Some(arguments),
        Some(("config", below)) => below.subcommand_matches("check"),
        Some(_) | None => None,
    };
    let Some(named) = arguments.and_then(config_of) else { return Ok((whole, given, ConfigFile::default())) };
    let file = ConfigFile::read(named, &ServeArguments::command(language), language).map_err(|faults| {
        terminal::say(&faults);
        ExitCode::from(2)
    })?;
    let below = command(language)
        .mut_subcommand("serve", |serve| file.below(serve))
        .mut_subcommand("config", |config| config.mut_subcommand("check", |check| file.below(check)));
    let (whole, given) = matched(below)?;
    Ok((whole, given, file))
}

/// The file that is named.
fn config_of(arguments: &ArgMatches) -> Option<&Path> {
    arguments.get_one::<PathBuf>("config").map(PathBuf::as_path)
}

/// 0, or why not on standard error with 1 for what was found to be wrong and 2 for what could not be done.
fn exit_code(ended: remote::CommandResult) -> ExitCode {
    let Err(trouble) = ended else { return ExitCode::SUCCESS };
    terminal::say(trouble.words());
    match trouble {
        remote::Trouble::Wrong(_) => ExitCode::from(1),
        remote::Trouble::NoServer(_) | remote::Trouble::Cannot(_) => ExitCode::from(2),
    }
}

/// English where the environment says so (`LC_ALL`, `LC_MESSAGES`, `LANG`; the first that is set decides), else
/// Chinese. The plain `C` and `POSIX` say nothing about a person's language.
fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Language {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    if set.is_some_and(|value| value.starts_with("en")) { Language::En } else { Language::Zh }
}

fn command(language: Language) -> Command {
    words::in_language(commands(language), language)
}

fn commands(language: Language) -> Command {
    let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
    Command::new("huiyin")
        .version(env!("CARGO_PKG_VERSION"))
        .about(say(
            "回音：“两代表”联系服务群众的不可更改的记录",
            "Huiyin: the record of the two kinds of delegates' service to the people, which can only grow",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(ServeArguments::command(language))
        .subcommand(Command::new("openapi").about(say("输出 OpenAPI 文档", "Print the OpenAPI document")))
        .subcommand(config::command(language))
        .subcommand(health::command(language))
        .subcommand(token::command(language))
        .subcommand(account::command(language))
        .subcommand(keys::command(language))
        .subcommand(rebuild::command(language))
        .subcommand(clock::command(language))
        .subcommand(export::command(language))
        .subcommand(doctor::command(language))
        .subcommand(simulate::command(language))
}

fn openapi_command() -> ExitCode {
    match io::stdout().lock().write_all(openapi::TEXT.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader went away (`| head`): nothing to tell anyone.
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_command_line_is_consistent_in_both_languages() {
        for language in [Language::Zh, Language::En] {
            command(language).debug_assert();
        }
        let help = command(Language::Zh).render_long_help().to_string();
        assert!(help.contains("输出 OpenAPI 文档"), "{help}");
    }

    #[test]
    fn every_option_has_a_variable() {
        for sub in commands(Language::En).get_subcommands() {
            for option in sub.get_arguments() {
                let name = option.get_env().and_then(|name| name.to_str()).unwrap_or_default();
                assert!(name.starts_with("HUIYIN_"), "{} --{}", sub.get_name(), option.get_id());
            }
        }
    }

    #[test]
    fn the_language_is_that_of_the_environment() {
        let language = |pairs: &'static [(&str, &str)]| {
            of_environment(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(language(&[]), Language::Zh);
        assert_eq!(language(&[("LANG", "en_GB.UTF-8")]), Language::En);
        assert_eq!(language(&[("LANG", "C.UTF-8")]), Language::Zh);
        assert_eq!(language(&[("LANG", "en_US"), ("LC_ALL", "zh_CN.UTF-8")]), Language::Zh);
        assert_eq!(language(&[("LANG", "en_US"), ("LC_ALL", "")]), Language::En);
    }
}
