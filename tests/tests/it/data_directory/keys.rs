//! Keys that are missing, of another log, without data, in the wrong place or open to others.

use super::{closed_office, doctor, files, refused, says, tree};
use crate::harness::{Place, huiyin};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

#[test]
fn missing_keys_are_a_refusal_and_never_new_keys() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let aside = place.keys().with_extension("aside");
    fs::rename(place.keys(), &aside).unwrap();
    says(&refused(&place), &["keys", &place.keys().to_string_lossy()]);
    assert!(!place.keys().exists() || files(&place.keys()).is_empty(), "keys were made");
    let _ = fs::remove_dir(place.keys());
    fs::rename(&aside, place.keys()).unwrap();

    // Each of them is needed.
    for file in files(&place.keys()) {
        let content = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        says(&refused(&place), &[&file.file_name().unwrap().to_string_lossy()]);
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    office.restarts();
    assert_eq!(tree(&office), before);
}

/// As of the data: what belongs to the user who runs it is narrowed, and that is said where others could get there.
#[test]
fn keys_that_others_can_reach_are_narrowed_and_that_is_said() {
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let open = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let key = files(&place.keys()).into_iter().next().unwrap();
    for (dir, name) in [(place.keys(), "the key directory"), (place.signed(), "the directory of what was signed last")]
    {
        let file = files(&dir).into_iter().next().unwrap();
        open(&dir, 0o755);
        open(&file, 0o644);
        let (ended, said) = doctor(&place);
        assert!(ended.status.success(), "{said}");
        says(&said, &["[mended]", &format!("Others could reach {name} {}", dir.display()), "0755"]);
        assert_eq!((mode(&dir), mode(&file)), (0o700, 0o600));
        let (_, said) = doctor(&place);
        assert!(!said.contains("could reach"), "{said}");
    }
    // Who may have read the keys is for a person to think about.
    open(&place.keys(), 0o755);
    let known = fs::read_to_string(place.output()).unwrap().len();
    office.restarts();
    says(&fs::read_to_string(place.output()).unwrap()[known..], &["Others could reach the key directory", "copied"]);
    assert_eq!((mode(&place.keys()), tree(&office)), (0o700, before));
    office.stops();
    // Nobody could reach a file in a closed directory: it is closed without a word.
    open(&key, 0o644);
    let (_, said) = doctor(&place);
    assert!(!said.contains("could reach") && mode(&key) == 0o600, "{said}");
}

#[test]
fn keys_of_another_log_are_refused() {
    let (office, _) = closed_office();
    let (other, _) = closed_office();
    fs::rename(office.place().keys(), office.place().keys().with_extension("own")).unwrap();
    fs::rename(other.place().keys(), office.place().keys()).unwrap();
    says(&refused(office.place()), &["keys are of log", "--keys"]);
}

#[test]
fn keys_without_data_are_refused() {
    let (office, _) = closed_office();
    fs::rename(office.place().data(), office.place().data().with_extension("aside")).unwrap();
    says(&refused(office.place()), &["no data", "--keys"]);
    assert!(!office.place().data().exists());
    // Nor is anything made on the way to a data directory that is not there.
    let root = office.place().data().parent().unwrap().to_owned();
    for command in ["serve", "simulate", "doctor"] {
        let mut huiyin = Command::new(huiyin());
        huiyin.arg(command).arg("--data").arg(root.join("mm/a")).arg("--keys").arg(office.place().keys());
        let output = huiyin.env("LC_ALL", "en_US.UTF-8").output().unwrap();
        assert!(!output.status.success(), "{command}");
        assert!(!root.join("mm").exists(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn keys_inside_the_data_directory_are_refused() {
    let place = Place::new();
    let mut command = Command::new(huiyin());
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(place.data())
        .arg("--keys")
        .arg(place.data().join("keys"))
        .env("LC_ALL", "en_US.UTF-8");
    let output = command.output().unwrap();
    assert!(!output.status.success());
    says(&String::from_utf8_lossy(&output.stderr), &["inside"]);
    assert!(!place.data().join("keys").exists());
}
