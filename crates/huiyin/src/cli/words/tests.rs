//! The whole command line, in either language.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::cli::command;

/// Every command below one, itself included, with its path.
fn all(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
    let path = format!("{path} {}", command.get_name());
    found.push((path.clone(), command.clone()));
    for below in command.get_subcommands() {
        all(below, &path, found);
    }
}

fn commands(language: Language) -> Vec<(String, Command)> {
    let mut whole = command(language);
    whole.build();
    let mut found = Vec::new();
    all(&whole, "", &mut found);
    found
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}')
}

/// English words of a Chinese text: what is left when names of options, variables, commands, files, addresses and
/// examples of values are taken away.
fn english_in(text: &str, names: &[String]) -> Vec<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | ',' | '=' | '+');
    let words = text.split(|c: char| !is_word(c)).map(|word| word.trim_end_matches(['.', ',', ':']));
    let is_plain = |word: &&str| {
        word.len() > 1
            && word.chars().any(|c| c.is_ascii_alphabetic())
            && !word.starts_with('-')
            && !word.starts_with("HUIYIN_")
            && !word.contains(['/', '.', ':', '=', ','])
            && !names.iter().any(|name| name == word)
    };
    words.filter(is_plain).map(str::to_owned).collect()
}

/// Names that are the same in every language: of commands, of values, of standards and programs.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "OpenAPI",
        "C2SP",
        "off",
        "none",
        "UTF-8",
        "CSV",
        "JSON",
        "CORS",
        "HTTP",
        "info",
        "warn",
        "huiyin",
        "keys",
        "token",
        "TOML",
        "TLS",
        "PEM",
        "SIGHUP",
        "Forwarded",
        "X-Forwarded-",
        "JWKS",
        "iss",
        "aud",
    ]
    .map(str::to_owned)
    .to_vec();
    for (_, command) in commands(Language::En) {
        names.push(command.get_name().to_owned());
        for argument in command.get_arguments() {
            names.extend(argument.get_possible_values().iter().map(|value| value.get_name().to_owned()));
            names.extend(argument.get_default_values().iter().filter_map(|value| Some(value.to_str()?.to_owned())));
        }
    }
    names
}

#[test]
fn every_command_and_option_has_words_in_both_languages() {
    let (chinese, english) = (commands(Language::Zh), commands(Language::En));
    assert_eq!(
        chinese.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        english.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    for ((path, zh), (_, en)) in chinese.iter().zip(&english) {
        let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(about(zh).contains(is_chinese) && !about(en).contains(is_chinese), "{path}");
        assert!(!about(en).is_empty(), "{path}");
        let options = |command: &Command| {
            let said = command
                .get_arguments()
                .map(|one| (one.get_id().to_string(), one.get_help().map(ToString::to_string).unwrap_or_default()));
            said.collect::<Vec<_>>()
        };
        for ((id, zh), (same, en)) in options(zh).into_iter().zip(options(en)) {
            assert_eq!(id, same, "{path}");
            assert!(zh.contains(is_chinese) && !en.is_empty() && !en.contains(is_chinese), "{path} {id}: {zh} {en}");
        }
    }
}

#[test]
fn no_help_speaks_two_languages() {
    let names = names();
    for (path, mut command) in commands(Language::Zh) {
        for help in [command.render_help().to_string(), command.render_long_help().to_string()] {
            assert_eq!(english_in(&help, &names), Vec::<String>::new(), "{path}:\n{help}");
        }
    }
    for (path, mut command) in commands(Language::En) {
        let help = command.render_long_help().to_string();
        assert!(!help.contains(is_chinese) && help.contains("Usage:"), "{path}:\n{help}");
    }
}

#[test]
fn every_help_names_the_whole_command_and_every_value() {
    for language in [Language::Zh, Language::En] {
        for (path, mut below) in commands(language) {
            let help = below.render_long_help().to_string();
            let usage = language.pick("用法：", "Usage: ");
            assert!(help.contains(&format!("{usage}{}", path.trim())), "{path}:\n{help}");
            assert!(!help.contains("<值>"), "{path}:\n{help}");
        }
    }
    // `huiyin help serve` shows what `huiyin serve --help` does.
    for (names, usage) in
        [(&["serve"][..], "Usage: huiyin serve"), (&["token", "create"], "Usage: huiyin token create")]
    {
        let mut whole = command(Language::En);
        let found = found(&mut whole, names.iter().copied()).unwrap();
        assert!(found.render_help().to_string().contains(usage), "{names:?}");
    }
    assert_eq!(found(&mut command(Language::En), ["serve", "none"].into_iter()).unwrap_err(), "none");
}

#[test]
fn a_value_that_does_not_fit_is_told_what_would() {
    for (given, zh, en) in [
        (&["serve", "--cors-origins", "*"][..], "https://example.org", "https://example.org"),
        (&["serve", "--rate-address", "0"], "1 到 100000", "between 1 and 100000"),
        (&["serve", "--workers", "999"], "1 到 256", "between 1 and 256"),
        (&["serve", "--clock-step-max", "soon"], "0 到 4294967295", "between 0 and 4294967295"),
        (&["serve", "--origin", "a b"], "1 到 200 字节", "1 to 200 bytes"),
        (&["simulate", "--years", "100"], "0.05 到 40", "between 0.05 and 40"),
        (&["simulate", "--towns-worth", "x"], "0.1 到 1000", "between 0.1 and 1000"),
        (&["simulate", "--seed", "-"], "0 到 18446744073709551615", "between 0 and 18446744073709551615"),
    ] {
        let line = ["huiyin"].iter().chain(given);
        let whole = command(Language::Zh);
        let told = refusal(&whole.clone().try_get_matches_from(line.clone()).unwrap_err(), &whole);
        assert!(told.contains(zh), "{given:?}: {told}");
        let told = command(Language::En).try_get_matches_from(line).unwrap_err().to_string();
        assert!(told.contains(en) && !told.contains(is_chinese), "{given:?}: {told}");
    }
}

#[test]
fn a_refusal_of_the_arguments_speaks_one_language_and_names_them() {
    let names = names();
    for (given, says) in [
        (&["serve", "--port", "8080"][..], "--port"),
        (&["serve", "--workers", "many"], "many"),
        (&["serve", "--workers", "0"], "--workers"),
        (&["serve", "--listen"], "--listen"),
        (&["serve", "--demo", "--demo"], "--demo"),
        (&["serve", "extra"], "extra"),
        (&["token", "create", "--name", "x"], "--role"),
        (&["token", "create", "--name", "x", "--role", "king"], "king"),
        (&["tokens"], "tokens"),
        (&["simulate", "--years", "0.001"], "--years"),
        (&["export"], "目录"),
    ] {
        let line = ["huiyin"].iter().chain(given);
        let whole = command(Language::Zh);
        let error = whole.clone().try_get_matches_from(line.clone()).unwrap_err();
        let told = refusal(&error, &whole);
        assert!(told.contains(says) && told.starts_with("错误："), "{given:?}: {told}");
        let known: Vec<String> = names.iter().cloned().chain(given.iter().map(|word| (*word).to_owned())).collect();
        assert_eq!(english_in(&told, &known), Vec::<String>::new(), "{given:?}: {told}");
        let error = command(Language::En).try_get_matches_from(line).unwrap_err().to_string();
        assert!(!error.contains(is_chinese), "{error}");
    }
}
