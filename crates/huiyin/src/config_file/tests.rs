#![allow(clippy::unwrap_used)]
use super::*;
use crate::serve_arguments::ServeArguments;

const EN: Language = Language::En;

fn read(text: &str) -> Result<ConfigFile, Vec<String>> {
    ConfigFile::of(text, &ServeArguments::command(EN), EN)
}

fn in_force(text: &str, arguments: &[&str]) -> (ServeArguments, Configuration) {
    let file = read(text).unwrap();
    let command = ServeArguments::command(EN);
    let all = ["serve"].iter().chain(arguments);
    let given = file.below(command.clone()).try_get_matches_from(all).unwrap();
    let configuration = file.in_force(None, &command, &given);
    (ServeArguments::of(&given), configuration)
}

#[test]
fn a_file_is_below_the_command_line_and_above_the_defaults() {
    let text = "listen = \"127.0.0.1:9\"\nrate_address = 50\nworkers = \"3\"\ndemo = true\nclock_is_right = false\n\
                cors_origins = [\"https://a.example\", \"https://b.example\"]\nnewest_checkpoint = \"none\"\n";
    let (arguments, configuration) = in_force(text, &["--workers", "2"]);
    assert_eq!((arguments.listen.as_str(), arguments.workers, arguments.demo), ("127.0.0.1:9", Some(2), true));
    assert_eq!(arguments.rate_address, "50".parse().unwrap());
    assert_eq!(arguments.cors_origins, "https://a.example,https://b.example".parse().unwrap());
    assert!(arguments.newest_checkpoint.is_some() && !arguments.clock.is_right);
    let setting = |name: &str| {
        let found = configuration.settings.iter().find(|setting| setting.name == name).unwrap();
        (found.value.as_ref().map(|value| value.shown().to_owned()), found.source)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(setting("listen"), (some("127.0.0.1:9"), Source::File));
    assert_eq!(setting("workers"), (some("2"), Source::Flag));
    assert_eq!(setting("demo"), (some("true"), Source::File));
    assert_eq!(setting("log"), (some("info"), Source::Default));
    assert_eq!(setting("origin"), (None, Source::Default));
    assert_eq!(setting("newest_checkpoint"), (some("none"), Source::File));
}

#[test]
fn every_option_of_serve_can_stand_in_a_file_and_is_told() {
    let (_, configuration) = in_force("", &[]);
    let told: Vec<_> = configuration.settings.iter().map(|setting| setting.name.as_str()).collect();
    let command = ServeArguments::command(EN);
    let mut all: Vec<_> = command.get_arguments().map(key_of).filter(|name| name != "config").collect();
    all.sort_unstable();
    assert_eq!(told, all);
    assert!(told.len() >= 20 && configuration.settings.iter().all(|setting| setting.variable.starts_with("HUIYIN_")));
}

#[test]
fn every_fault_is_told_at_once_and_an_unknown_key_names_the_nearest() {
    let faults = read(
        "lissten = \"x\"\nrate-address = 50\nwormwood = 1\nworkers = 0\ndemo = \"yes\"\norigin = true\nlog = 1.5\n",
    );
    let faults = faults.unwrap_err();
    let told =
        |key: &str| faults.iter().find(|fault| fault.starts_with(key)).unwrap_or_else(|| panic!("{key}: {faults:?}"));
    assert!(told("lissten").ends_with("perhaps listen is meant"));
    assert!(told("rate-address").ends_with("perhaps rate_address is meant"));
    assert!(told("wormwood").contains("there is no such key"));
    assert!(told("workers").contains("between 1 and 256"));
    assert!(told("demo").contains("true or false"));
    assert!(told("origin").contains("a text"));
    assert!(told("log").contains("a text"));
    assert_eq!(faults.len(), 7);
    assert!(read("config = \"other.toml\"").unwrap_err()[0].contains("no such key"));
}

#[test]
fn what_is_no_toml_is_told_by_its_line() {
    for (text, line) in [("listen = \"a\"\nlisten = \"b\"\n", 2), ("a = 1\n\n= 2", 3), ("demo", 1)] {
        let faults = read(text).unwrap_err();
        assert!(faults[0].starts_with(&format!("line {line} is no TOML")), "{faults:?}");
    }
}

/// An option whose value clap is told to hide is a secret: it is said to be there, and no more.
#[test]
fn a_secret_is_not_shown() {
    let secret = || Arg::new("key").long("key").env("HUIYIN_TEST_KEY").hide_env_values(true);
    let command = Command::new("serve").arg(secret());
    let given = command.clone().try_get_matches_from(["serve", "--key", "hush"]).unwrap();
    let configuration = ConfigFile::default().in_force(None, &command, &given);
    assert_eq!(configuration.settings[0].value, Some(Text::Secret));
    assert!(!format!("{configuration:?} {:?}", configuration.values()).contains("hush"));
}
