#![allow(clippy::unwrap_used)]
use super::*;
use std::fs;
use std::path::Path;

const PASSPHRASE: &str = "a passphrase for tests";

fn asked(place: &Path, more: &[&str]) -> Result<Option<KeyBackups>, String> {
    let data = place.join("data");
    let all = ["serve", "--data", data.to_str().unwrap()];
    let command = ServeArguments::command(Language::En);
    let arguments = ServeArguments::of(&command.try_get_matches_from(all.iter().chain(more)).unwrap());
    KeyBackups::of(&arguments, &Place::of(&arguments), Language::En)
}

#[test]
fn a_directory_needs_a_passphrase_that_is_fit_and_lies_apart() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (backups, file, short) = (at("backups"), at("passphrase"), at("short"));
    fs::write(&file, format!("{PASSPHRASE}\nwhat follows is none of it\n")).unwrap();
    fs::write(&short, "short\n").unwrap();
    fs::create_dir_all(at("backups/deeper")).unwrap();
    fs::write(at("backups/passphrase"), PASSPHRASE).unwrap();
    std::os::unix::fs::symlink(at("backups/passphrase"), at("link")).unwrap();
    assert!(asked(place.path(), &[]).unwrap().is_none());
    assert!(asked(place.path(), &["--passphrase-file", &file]).unwrap().is_none());
    let with = |dir: &str, file: &str| asked(place.path(), &["--key-backup", dir, "--passphrase-file", file]);
    assert_eq!(with(&backups, &file).unwrap().unwrap().passphrase.as_str(), PASSPHRASE);
    let refused = asked(place.path(), &["--key-backup", &backups]).unwrap_err();
    assert!(refused.contains("--passphrase-file"), "{refused}");
    for (dir, file, why) in [
        (&backups, &short, "at least 12 characters"),
        (&backups, &at("nowhere"), "nowhere"),
        (&at("data"), &file, "--key-backup"),
        (&backups, &at("backups/passphrase"), "must not lie beside the backups"),
        (&backups, &at("link"), "must not lie beside the backups"),
        (&at("data/backups"), &file, "must not lie inside"),
        (&at("data.keys/backups"), &file, "must not lie inside"),
        (&at("data.signed/backups"), &file, "must not lie inside"),
    ] {
        let refused = with(dir, file).unwrap_err();
        assert!(refused.contains(why), "{dir}: {refused}");
    }
}

fn backups(dir: &Path, keys: &Arc<KeyDirectory>) -> KeyBackups {
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    KeyBackups { dir: dir.to_owned(), passphrase, keys: None, looks: Arc::default() }.of_keys(Arc::clone(keys))
}

#[test]
fn health_tells_a_medium_that_does_not_answer_although_nothing_fails() {
    let place = tempfile::tempdir().unwrap();
    let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::from_u128(7), "huiyin.example/test"));
    // Whoever opens it waits until somebody writes to it.
    let hangs = place.path().join(format!("huiyin-keys-{}-1-20270101T000000Z.backup", keys.log_id()));
    rustix::fs::mknodat(rustix::fs::CWD, &hangs, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let backups = backups(place.path(), &keys);
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let looking = {
        let backups = backups.clone();
        std::thread::spawn(move || backups.look(now))
    };
    let since = loop {
        match backups.looks().since {
            Some(since) => break since,
            None => std::thread::yield_now(),
        }
    };
    assert_eq!(backups.trouble_at(since + LOOK_MAX), None, "it may take a while");
    let told = backups.trouble_at(since + LOOK_MAX + Duration::from_secs(1)).unwrap();
    assert_eq!((told.unusable, told.state["keys"].as_str()), (false, Some("key_backup_stale")));
    assert!(told.state["why"].as_str().unwrap().contains("not answered for 61 s"), "{}", told.state);
    assert!(!looking.is_finished());
    drop(fs::OpenOptions::new().write(true).open(&hangs).unwrap());
    looking.join().unwrap();
    assert_eq!(backups.looks().since, None, "it has answered");
}

#[test]
fn health_tells_a_backup_that_is_missing_or_of_an_epoch_before_until_it_is_made() {
    let place = tempfile::tempdir().unwrap();
    let (keys, signed) = (place.path().join("k"), place.path().join("s"));
    let files = event_store::files::Files::real();
    let keys = KeyDirectory::create(&keys, &signed, &files, uuid::Uuid::from_u128(7), "huiyin.example/test").unwrap();
    let dir = place.path().join("backups");
    let keys = Arc::new(keys);
    let backups = backups(&dir, &keys);
    let told = || backups.trouble().map(|wrong| (wrong.unusable, wrong.state["keys"].as_str().unwrap().to_owned()));
    let stale = Some((false, "key_backup_stale".to_owned()));
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    assert_eq!(told(), None, "nobody has looked yet");
    backups.look(now);
    assert_eq!(told(), stale, "there is no such directory, and none is made");
    assert!(!dir.exists());
    fs::create_dir(&dir).unwrap();
    backups.look(now);
    assert_eq!(told(), None);
    keys.begin_epoch().unwrap();
    assert_eq!(told(), stale);
    backups.look(now);
    assert_eq!(told(), stale, "the epoch before has not ended");
    keys.destroy_before_newest().unwrap();
    keys.forget_before_newest();
    backups.look(now);
    assert_eq!(told(), None);
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
}
