#![allow(clippy::unwrap_used)]
use super::*;

fn read(arguments: &[&str]) -> ServeArguments {
    let all = ["serve"].iter().chain(arguments);
    let matches = ServeArguments::command(Language::En).try_get_matches_from(all).unwrap();
    ServeArguments::of(&matches)
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let plain = read(&[]);
    let data = plain.data_directory().unwrap();
    assert_eq!((data.to_str(), plain.listen.as_str()), (Some("./huiyin-data"), "127.0.0.1:8080"));
    assert_eq!(plain.key_directory(&data), PathBuf::from("./huiyin-data.keys"));
    assert_eq!(plain.signed_directory(&data), PathBuf::from("./huiyin-data.signed"));
    assert_eq!(plain.newest_checkpoint, None);
    assert_eq!((plain.workers, plain.log, plain.demo), (None, Filter::default(), false));
    assert_eq!(read(&["--demo"]).data_directory(), None);
    assert_eq!(read(&["--demo", "--data", "d"]).data_directory(), Some(PathBuf::from("d")));
    let kept = read(&["--data", "/srv/huiyin/", "--workers", "2"]);
    assert_eq!(kept.key_directory(&kept.data_directory().unwrap()), PathBuf::from("/srv/huiyin.keys"));
    assert_eq!(kept.signed_directory(&kept.data_directory().unwrap()), PathBuf::from("/srv/huiyin.signed"));
    let checkpoint = |given: &str| read(&["--newest-checkpoint", given]).newest_checkpoint.unwrap();
    assert_eq!(checkpoint("none"), NewestCheckpoint::Unknown);
    assert_eq!(checkpoint("./none"), NewestCheckpoint::In(PathBuf::from("./none")));
    assert_eq!(kept.workers, Some(2));
    assert_eq!(plain.clock, ClockBounds::default());
    let clock = read(&["--clock-is-right", "--clock-step-max", "5", "--clock-ahead-max", "2"]).clock;
    assert!(clock.is_right);
    assert_eq!((clock.step_max, clock.ahead_max), (Duration::from_secs(5), Duration::from_secs(172_800)));
}

#[test]
fn every_option_has_a_variable_and_words_in_both_languages() {
    for language in [Language::Zh, Language::En] {
        let command = ServeArguments::command(language);
        command.clone().debug_assert();
        for option in command.get_arguments() {
            let variable = option.get_env().and_then(|name| name.to_str()).unwrap();
            let expected = format!("HUIYIN_{}", option.get_id().as_str().to_uppercase().replace('-', "_"));
            assert_eq!(variable, expected);
            assert!(option.get_help().is_some());
        }
    }
}
