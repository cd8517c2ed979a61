//! Options of `huiyin serve` from a file, below the environment and the command line. Which options there are, and what fits
//! them, clap's command says; nothing is said twice.

use crate::cli::values::Invalid;
use api::configuration::{Configuration, Setting, Source, Text};
use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use domain::language::Language;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::OsStr;
use std::io::Read as _;
use std::path::Path;

/// Longest file.
const BYTES_MAX: u64 = 64 * 1024;
/// How alike two names must be for one to be meant by the other, of 1.
const ALIKE: f64 = 0.7;

/// What a file says: values as they would stand on a command line, by the ids of options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigFile(BTreeMap<String, String>);

/// How an option is called in the file.
fn key_of(option: &Arg) -> String {
    option.get_id().as_str().replace('-', "_")
}

/// The options that a file may set: all but its own name.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|option| !matches!(option.get_id().as_str(), "config" | "help" | "version"))
}

impl ConfigFile {
    /// Reads a file for a command.
    ///
    /// # Errors
    /// Everything that is wrong with it, a line each, in words.
    pub fn read(file: &Path, command: &Command, language: Language) -> Result<Self, String> {
        let mut text = String::new();
        let opened = std::fs::File::open(file).and_then(|file| file.take(BYTES_MAX + 1).read_to_string(&mut text));
        let name = file.display().to_string();
        let told = |why: &str| format!("{name}{}{why}", language.colon());
        match opened {
            Err(error) => return Err(told(&api::problem::causes::of_io(&error, language))),
            Ok(length) if u64::try_from(length).unwrap_or(u64::MAX) > BYTES_MAX => {
                return Err(told(language.pick("文件过大", "the file is too long")));
            }
            Ok(_) => {}
        }
        Self::of(&text, command, language)
            .map_err(|faults| faults.iter().map(|fault| told(fault)).collect::<Vec<_>>().join("\n"))
    }

    fn of(text: &str, command: &Command, language: Language) -> Result<Self, Vec<String>> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            vec![match language {
                Language::Zh => format!("第 {line} 行不是 TOML"),
                Language::En => format!("line {line} is no TOML: {}", error.message()),
            }]
        })?;
        let (mut values, mut faults) = (BTreeMap::new(), Vec::new());
        for (key, value) in &table {
            match options(command).find(|option| key_of(option) == *key) {
                None => faults.push(unknown(key, command, language)),
                Some(option) => match fitting(option, value, language) {
                    Ok(text) => drop(values.insert(option.get_id().as_str().to_owned(), text)),
                    Err(why) => faults.push(format!("{key}{}{why}", language.colon())),
                },
            }
        }
        if faults.is_empty() { Ok(Self(values)) } else { Err(faults) }
    }

    /// The command with the file's values where nothing else is said.
    pub fn below(&self, command: Command) -> Command {
        self.0.iter().fold(command, |command, (id, value)| {
            let value = value.clone();
            command.mut_arg(id, |option| option.default_value(value))
        })
    }

    /// Each option of a command, its value, and where that comes from.
    pub fn in_force(&self, file: Option<&Path>, command: &Command, given: &ArgMatches) -> Configuration {
        let setting = |option: &Arg| {
            let id = option.get_id().as_str();
            let source = match given.value_source(id) {
                Some(ValueSource::CommandLine) => Source::Flag,
                Some(ValueSource::EnvVariable) => Source::Environment,
                // clap may learn to know others.
                Some(_) | None if self.0.contains_key(id) => Source::File,
                Some(_) | None => Source::Default,
            };
            Setting {
                name: key_of(option),
                variable: option.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                value: value(option, given),
                source,
            }
        };
        let mut settings: Vec<_> = options(command).map(setting).collect();
        settings.sort_by(|one, other| one.name.cmp(&other.name));
        Configuration { file: file.map(|file| file.display().to_string()), settings }
    }
}

/// What an option has; where clap is told to hide its variable, it is a secret.
fn value(option: &Arg, given: &ArgMatches) -> Option<Text> {
    let id = option.get_id().as_str();
    let text = if option.get_action().takes_values() {
        let values = given.get_raw(id)?.map(OsStr::to_string_lossy).collect::<Vec<_>>();
        values.join(",")
    } else {
        given.get_flag(id).to_string()
    };
    Some(if option.is_hide_env_values_set() { Text::Secret } else { Text::Plain(text) })
}

fn unknown(key: &str, command: &Command, language: Language) -> String {
    let alike = |known: &String| strsim::jaro_winkler(&key.replace('-', "_"), known);
    let nearest = options(command).map(key_of).filter(|known| alike(known) >= ALIKE);
    let nearest = nearest.max_by(|one, other| alike(one).total_cmp(&alike(other)));
    match (language, nearest) {
        (Language::Zh, Some(nearest)) => format!("{key}：没有这个键；是否指 {nearest}"),
        (Language::Zh, None) => format!("{key}：没有这个键；见 huiyin config check"),
        (Language::En, Some(nearest)) => format!("{key}: there is no such key; perhaps {nearest} is meant"),
        (Language::En, None) => format!("{key}: there is no such key; see `huiyin config check`"),
    }
}

/// A value as it would stand on the command line, where it would be taken there.
fn fitting(option: &Arg, value: &toml::Value, language: Language) -> Result<String, String> {
    let takes_values = option.get_action().takes_values();
    let text = match value {
        toml::Value::Boolean(flag) if !takes_values => return Ok(flag.to_string()),
        toml::Value::String(text) if takes_values => text.clone(),
        toml::Value::Integer(number) if takes_values => number.to_string(),
        toml::Value::Array(items) if takes_values => {
            let texts: Option<Vec<_>> = items.iter().map(toml::Value::as_str).collect();
            texts.ok_or_else(|| language.pick("列表中只能有文字", "a list may hold texts only").to_owned())?.join(",")
        }
        toml::Value::Boolean(_)
        | toml::Value::String(_)
        | toml::Value::Integer(_)
        | toml::Value::Array(_)
        | toml::Value::Float(_)
        | toml::Value::Datetime(_)
        | toml::Value::Table(_) => {
            return Err(match takes_values {
                true => {
                    language.pick("应为文字、整数或文字列表", "it must be a text, a whole number or a list of texts")
                }
                false => language.pick("应为 true 或 false", "it must be true or false"),
            }
            .to_owned());
        }
    };
    let alone = option.clone().env(Resettable::Reset).default_value(Resettable::Reset);
    let said = format!("--{}={text}", option.get_long().unwrap_or_default());
    let taken =
        Command::new("file").no_binary_name(true).disable_help_flag(true).arg(alone).try_get_matches_from([said]);
    taken.map(|_| text.clone()).map_err(|error| {
        let why = error.source().and_then(|why| why.downcast_ref::<Invalid>()).map(ToString::to_string);
        match (language, why) {
            (Language::Zh, Some(why)) => format!("不能取“{text}”：{why}"),
            (Language::Zh, None) => format!("不能取“{text}”"),
            (Language::En, Some(why)) => format!("{text:?} does not fit: {why}"),
            (Language::En, None) => format!("{text:?} does not fit"),
        }
    })
}

#[cfg(test)]
mod tests;
