//! A first start that is refused leaves nothing behind; what it makes is its owner's alone, and on the disk in time.

use super::{journal, says};
use crate::harness::{Office, Place, Server, SyncTrap, huiyin, workspace};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// The umask of whoever starts it, and the mode that a directory was made with, open nothing to others.
#[test]
fn what_is_refused_at_a_first_start_leaves_nothing_behind() {
    let place = Place::new();
    let root = place.data().parent().unwrap().to_owned();
    let a_file = root.join("a-file");
    fs::write(&a_file, "no checkpoint").unwrap();
    let open = root.join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let programme = root.join("programme");
    fs::create_dir_all(programme.join("calendars")).unwrap();
    fs::write(programme.join("programme.json"), r#"{"town":"江桥镇","name":"","effective_on":"2023-12-01"}"#).unwrap();
    fs::copy(workspace().join("data/policy-default.json"), programme.join("policy-default.json")).unwrap();
    let before = everything_below(&root);
    let text = |path: &Path| path.to_string_lossy().into_owned();
    for (option, value) in [
        ("--newest-checkpoint", text(&root.join("nope"))),
        ("--newest-checkpoint", text(&a_file)),
        ("--signed", text(&a_file)),
        ("--signed", "/proc/nowhere".to_owned()),
        ("--keys", text(&a_file)),
        ("--keys", "/proc/nowhere".to_owned()),
        ("--keys", text(&open.join("keys"))),
        ("--data", text(&a_file)),
        ("--data", "/proc/nowhere".to_owned()),
        ("--programme", text(&programme)),
        ("--listen", ":8080".to_owned()),
        ("--log", "access=loud".to_owned()),
    ] {
        let mut serve = Command::new(huiyin());
        serve.arg("serve").args(["--listen", "127.0.0.1:0"].iter().filter(|_| option != "--listen"));
        for (name, path) in [("--data", place.data()), ("--keys", place.keys()), ("--signed", place.signed())] {
            if name != option {
                serve.arg(name).arg(path);
            }
        }
        let output = serve.arg(option).arg(&value).env("LC_ALL", "en_US.UTF-8").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{option} {value}: it started");
        says(&said, &[value.trim_end_matches("/keys")]);
        assert_eq!(everything_below(&root), before, "{option} {value}: {said}");
    }
    // And then a plain start works.
    Server::start(&place).stop();
}

/// Every file and directory below one, and how long it is.
fn everything_below(dir: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let (path, len) = entry.map(|entry| (entry.path(), entry.metadata().unwrap().len())).unwrap();
        if path.is_dir() {
            found.extend(everything_below(&path));
        }
        found.push((path, len));
    }
    found.sort();
    found
}

#[test]
fn what_the_server_makes_is_its_owners_alone() {
    let place = Arc::new(Place::new());
    fs::create_dir(place.data()).unwrap();
    fs::set_permissions(place.data(), fs::Permissions::from_mode(0o755)).unwrap();
    let mut office = Office::at(Arc::clone(&place));
    office.imports_roster().created();
    says(&fs::read_to_string(place.output()).unwrap(), &["0755", "owner's alone"]);
    fn open_to_others(path: &Path) -> Vec<PathBuf> {
        let found = fs::symlink_metadata(path).unwrap();
        let below = if found.is_dir() {
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
        } else {
            Vec::new()
        };
        let own = (found.mode() & 0o077 != 0).then(|| path.to_owned());
        own.into_iter().chain(below.iter().flat_map(|path| open_to_others(path))).collect()
    }
    assert_eq!(open_to_others(&place.data()), Vec::<PathBuf>::new());
    assert!(place.data().join("read-models.sqlite").exists());
    office.stops();

    // Files of an older release, in a directory that was copied without its modes.
    for path in [place.data(), place.data().join("sled"), place.data().join("read-models.sqlite"), journal(&place)] {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    office.restarts();
    assert_eq!(open_to_others(&place.data()), Vec::<PathBuf>::new());
}

/// Before, the directory was synced only after the first leaves: a power cut between left a log that nobody could enter.
#[test]
fn the_first_token_is_on_the_disk_before_the_log_it_opens() {
    let Some(disk) = SyncTrap::of("the_first_token_is_on_the_disk_before_the_log_it_opens") else { return };
    let place = Arc::new(Place::with(disk));
    let _server = Server::start(&place);
    let (data, token) = (place.data(), place.data().join("admin.token"));
    let syncs = place.trap().syncs();
    let of_token = syncs.iter().position(|path| *path == token).expect("the token was not synced");
    let next = |wanted: &dyn Fn(&PathBuf) -> bool| syncs[of_token..].iter().position(wanted);
    let of_directory = next(&|path| *path == data).expect("its directory was not synced");
    let of_leaves = next(&|path| path.extension().is_some_and(|extension| extension == "journal"));
    assert!(of_directory < of_leaves.expect("no leaf was synced"), "{syncs:#?}");
}
