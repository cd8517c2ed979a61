//! One log, one owner, one history: two servers never have the same directories, and a log that was brought back from a
//! backup does not sign another history than the one that somebody may hold a checkpoint of.

use crate::harness::{Office, Place, Server, SyncTrap, demand, head_of, huiyin};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for a command to end, far above what any takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A start that must be refused: what it says.
#[track_caller]
fn refused(place: &Place) -> String {
    match Server::try_start(place) {
        Ok(_) => panic!("it started"),
        Err(ended) => ended.said,
    }
}

#[track_caller]
fn says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "it does not say {word:?}:\n{said}");
    }
}

/// `huiyin` on directories of its own choice: whether it ended well, and what it said. A server that goes on serving is
/// ended.
fn huiyin_on(command: &str, data: &Path, keys: &Path, more: &[&str]) -> (bool, String) {
    let mut huiyin = Command::new(huiyin());
    huiyin.arg(command).arg("--data").arg(data).arg("--keys").arg(keys).args(more).env("LC_ALL", "en_US.UTF-8");
    let mut running = huiyin.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while running.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(5));
    }
    let goes_on = running.try_wait().unwrap().is_none();
    if goes_on {
        running.kill().unwrap();
    }
    let output = running.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (goes_on || output.status.success(), said)
}

/// A copy for its owner alone, as `cp -a` makes one.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

fn checkpoint(office: &Office) -> String {
    office.get("/log/checkpoint").is(200).text()
}

fn signs_up_to_the_head(office: &Office) {
    assert_eq!(head_of(&checkpoint(office)), office.head());
}

#[test]
fn there_is_no_lock_that_somebody_could_delete() {
    let office = Office::open();
    let place = office.place();
    let _ = fs::remove_file(place.data().join("lock"));
    says(&refused(place), &["in use by another huiyin process", &place.data().to_string_lossy(), "Stop"]);
    // Nor does another way to the same directory help.
    let (link, keys) = (place.data().with_extension("link"), place.keys().with_extension("copy"));
    symlink(place.data(), &link).unwrap();
    copy(&place.keys(), &keys);
    for command in ["serve", "doctor", "simulate"] {
        let (well, said) = huiyin_on(command, &link, &keys, &[]);
        assert!(!well, "{command}");
        says(&said, &["in use by another huiyin process"]);
    }
    office.records_reception(&[demand("照常")]);
    signs_up_to_the_head(&office);
}

#[test]
fn two_copies_of_the_data_do_not_share_their_keys() {
    let mut office = Office::open();
    office.records_reception(&[demand("一份")]);
    let place = Arc::clone(office.place());
    office.stops();
    let (second, same_keys) = (place.data().with_extension("second"), place.keys().with_extension("link"));
    copy(&place.data(), &second);
    if place.signed().exists() {
        copy(&place.signed(), &second.with_extension("second.signed"));
    }
    symlink(place.keys(), &same_keys).unwrap();
    office.restarts();
    for command in ["serve", "doctor", "rebuild", "export"] {
        let more: &[&str] = match command {
            "serve" => &["--listen", "127.0.0.1:0"],
            "doctor" => &[],
            "rebuild" => &["--url", "http://127.0.0.1:9"],
            _ => &["--url", "http://127.0.0.1:9", "/nonexistent/export"],
        };
        let (well, said) = huiyin_on(command, &second, &same_keys, more);
        assert!(!well, "{command}: {said}");
        says(&said, &["in use by another huiyin process", "keys"]);
    }
    office.records_reception(&[demand("照常")]);
    signs_up_to_the_head(&office);
}

/// What a restore brings back, and the checkpoint of that day and of the day on which it is needed.
struct Restored {
    place: Arc<Place>,
    of_the_backup: PathBuf,
    newest: PathBuf,
}

/// Data and keys as they were one reception ago, and nothing of what was signed.
fn restored() -> Restored {
    let mut office = Office::open();
    let place = Arc::clone(office.place());
    let at = |name: &str| place.data().with_extension(name);
    let (of_the_backup, newest) = (at("backup.checkpoint"), at("newest.checkpoint"));
    fs::write(&of_the_backup, checkpoint(&office)).unwrap();
    office.stops();
    copy(&place.data(), &at("backup"));
    copy(&place.keys(), &at("backup.keys"));
    office.restarts();
    office.records_reception(&[demand("备份之后")]);
    fs::write(&newest, checkpoint(&office)).unwrap();
    office.stops();
    for gone in [place.data(), place.keys(), place.signed()] {
        if gone.exists() {
            fs::remove_dir_all(gone).unwrap();
        }
    }
    copy(&at("backup"), &place.data());
    copy(&at("backup.keys"), &place.keys());
    Restored { place, of_the_backup, newest }
}

fn doctor_with(place: &Place, checkpoint: &Path) -> (bool, String) {
    huiyin_on("doctor", &place.data(), &place.keys(), &["--newest-checkpoint", &checkpoint.to_string_lossy()])
}

#[test]
fn threat_data_and_keys_of_one_old_day_are_not_signed_on_in_silence() {
    println!("attempted: start with data and keys of an old day");
    let Restored { place, of_the_backup, newest } = restored();
    let memory = place.signed();
    says(&refused(&place), &["what was signed last is not in", &memory.to_string_lossy(), "--newest-checkpoint"]);
    assert!(!place.keys().join("signed").exists(), "it is no key");
    for (command, more) in [("doctor", &[] as &[&str]), ("rebuild", &["--url", "http://127.0.0.1:9"])] {
        let (well, said) = huiyin_on(command, &place.data(), &place.keys(), more);
        assert!(!well, "{command}");
        says(&said, &["--newest-checkpoint"]);
    }
    // Whoever holds the newest checkpoint can prove the fork; so the log is not opened.
    let (well, said) = doctor_with(&place, &newest);
    assert!(!well);
    says(&said, &["was signed, the journal ends at"]);
    // What is no checkpoint of this log proves nothing.
    let foreign = place.data().with_extension("foreign");
    fs::write(&foreign, fs::read_to_string(&newest).unwrap().replacen('1', "2", 1)).unwrap();
    for unusable in [foreign, place.data().with_extension("nowhere")] {
        let (well, said) = doctor_with(&place, &unusable);
        assert!(!well);
        says(&said, &["--newest-checkpoint", &unusable.to_string_lossy(), "that this log signed"]);
    }
    assert!(!memory.exists(), "no refusal makes a memory");

    // Where nobody knows a newer one than that of the backup, the log is that of the backup.
    let (well, said) = doctor_with(&place, &of_the_backup);
    assert!(well, "{said}");
    says(&said, &["made anew from the checkpoint that was named", "the log forks"]);
    let office = Office::at(Arc::clone(&place));
    signs_up_to_the_head(&office);
    println!("caught: refused until somebody names the newest checkpoint; a fork is never signed");
}

#[test]
fn threat_a_newer_checkpoint_counts_beside_an_older_memory_too() {
    println!("attempted: go on from an older memory of what was signed");
    let Restored { place, newest, of_the_backup } = restored();
    let (well, _) = doctor_with(&place, &of_the_backup);
    assert!(well);
    // The memory is that of the backup now, as if it had been in it.
    let (well, said) = doctor_with(&place, &newest);
    assert!(!well);
    says(&said, &["was signed, the journal ends at"]);
    println!("caught: the newer checkpoint counts, and nothing is signed");
}

#[test]
fn a_log_of_which_no_checkpoint_is_known_opens_when_that_is_said() {
    let Restored { place, .. } = restored();
    let (well, said) = huiyin_on("doctor", &place.data(), &place.keys(), &["--newest-checkpoint", "none"]);
    assert!(well, "{said}");
    let office = Office::at(Arc::clone(&place));
    signs_up_to_the_head(&office);
}

#[test]
fn a_memory_without_a_log_is_no_beginning_of_one() {
    let mut office = Office::empty();
    let place = Arc::clone(office.place());
    office.stops();
    fs::remove_dir_all(place.data()).unwrap();
    fs::remove_dir_all(place.keys()).unwrap();
    says(&refused(&place), &["there is what was signed of a log in", "no data in", "no keys in", "move"]);
    assert!(!place.keys().exists());
}

#[test]
fn a_memory_that_was_cut_short_is_mended_or_refused() {
    let mut office = Office::empty();
    signs_up_to_the_head(&office);
    office.stops();
    let place = Arc::clone(office.place());
    let file = place.memory();
    let whole = fs::read(&file).unwrap();
    let cut = |length: u64| fs::File::options().write(true).open(&file).unwrap().set_len(length).unwrap();
    cut(4096 + 76);
    let (well, said) = huiyin_on("doctor", &place.data(), &place.keys(), &[]);
    assert!(well, "{said}");
    says(&said, &["[mended]", "had the wrong length"]);
    assert_eq!(fs::metadata(&file).unwrap().len(), whole.len() as u64);
    cut(4096 + 76);
    office.restarts();
    office.post("/v1/tokens", &serde_json::json!({"name": "甲", "roles": ["liaison"]})).created();
    signs_up_to_the_head(&office);
    office.stops();

    cut(10);
    says(&refused(&place), &[&file.to_string_lossy(), "neither of its two records is whole", "--newest-checkpoint"]);
    let (well, said) = huiyin_on("doctor", &place.data(), &place.keys(), &[]);
    assert!(!well);
    says(&said, &["neither of its two records is whole"]);
}

/// A false alarm of the gravest kind: what could not be made durable was never shown to anybody, so nothing forks.
#[cfg(target_os = "linux")]
#[test]
fn one_failed_sync_is_no_fork_and_the_next_question_is_answered() {
    let Some(trap) = SyncTrap::of("one_failed_sync_is_no_fork_and_the_next_question_is_answered") else { return };
    let office = Office::at(Arc::new(Place::with(trap)));
    signs_up_to_the_head(&office);
    let records = |name: &str| {
        office.post("/v1/tokens", &serde_json::json!({"name": name, "roles": ["liaison"]})).created();
    };
    office.place().trap().is_set();
    records("甲");
    let first = office.get("/log/checkpoint");
    assert!(office.place().trap().has_snapped(), "no sync failed");
    assert!(first.status == 500 || first.status == 200, "{}", first.text());
    signs_up_to_the_head(&office);
    records("乙");
    signs_up_to_the_head(&office);
    assert_eq!(office.get("/health/ready").is(200).json()["status"], "ready");
}

/// Which of the two records is the newer: where it lies in the file.
fn newer_record(file: &[u8]) -> usize {
    let count = |at: usize| u64::from_be_bytes(file[at + 24..at + 32].try_into().unwrap());
    if count(4096) > count(0) { 4096 } else { 0 }
}

/// Before, the older record served in its place and nobody heard of it.
#[test]
fn a_damaged_record_of_what_was_signed_is_told_by_doctor_and_server() {
    let mut office = Office::empty();
    signs_up_to_the_head(&office);
    office.post("/v1/tokens", &serde_json::json!({"name": "甲", "roles": ["liaison"]})).created();
    signs_up_to_the_head(&office);
    office.stops();
    let place = Arc::clone(office.place());
    let file = place.signed().join("signed");
    let damage = || {
        let mut bytes = fs::read(&file).unwrap();
        let at = newer_record(&bytes);
        bytes[at + 40] ^= 1;
        fs::write(&file, bytes).unwrap();
    };
    let told = ["one of the two records", "--newest-checkpoint", &file.to_string_lossy()];
    damage();
    let (well, said) = huiyin_on("doctor", &place.data(), &place.keys(), &[]);
    assert!(well, "{said}");
    says(&said.to_lowercase(), &told.map(str::to_lowercase).each_ref().map(String::as_str));
    says(&said, &["[mended]"]);
    let (well, said) = huiyin_on("doctor", &place.data(), &place.keys(), &[]);
    assert!(well && !said.contains("[mended]"), "a whole memory says nothing: {said}");
    damage();
    let before = fs::read_to_string(place.output()).unwrap().len();
    office.restarts();
    let said = fs::read_to_string(place.output()).unwrap()[before..].to_owned();
    // To the person who starts it, and in the log.
    assert_eq!(said.matches("of the two records in").count(), 2, "{said}");
    let ready = office.get("/health/ready").is(200).json();
    assert_eq!(ready["status"], "ready", "nothing is wrong any more: {ready:#}");
    signs_up_to_the_head(&office);
}

#[test]
fn what_keeps_the_log_from_being_signed_is_told() {
    let office = Office::empty();
    fs::remove_file(office.place().memory()).unwrap();
    office.post("/v1/tokens", &serde_json::json!({"name": "甲", "roles": ["liaison"]})).created();
    office.get("/log/checkpoint").is(500);
    let ready = office.get("/health/ready").is(200).json();
    assert_eq!(ready["status"], "degraded", "{ready:#}");
    says(&ready["wrong"].to_string(), &["signing", "deleted while it is in use"]);
    // Commands are recorded all the same: they are signed when there is a memory again.
    office.post("/v1/tokens", &serde_json::json!({"name": "乙", "roles": ["liaison"]})).created();
}

#[test]
fn keys_that_anybody_could_exchange_are_refused() {
    let mut office = Office::empty();
    let place = Arc::clone(office.place());
    office.stops();
    let parent = place.keys().parent().unwrap().to_owned();
    fs::set_permissions(&parent, fs::Permissions::from_mode(0o777)).unwrap();
    says(&refused(&place), &["exchange the key directory", &parent.to_string_lossy(), "chmod o-w"]);
    fs::set_permissions(&parent, fs::Permissions::from_mode(0o700)).unwrap();
    office.restarts();
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_keys_behind() {
    let office = Office::empty();
    let limits = fs::read_to_string(format!("/proc/{}/limits", office.server().pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let sizes: Vec<_> = core.trim_start_matches("Max core file size").split_whitespace().collect();
    assert_eq!(sizes, ["0", "0", "bytes"]);
}
