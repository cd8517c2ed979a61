//! Persons' keys that are damaged or lost behind the server's back: damage, told loudly, or put right from the journal.
//! Nobody was erased, for the log does not say so, and "erased" is what an answer would have to prove.

use crate::harness::{Office, demand, huiyin, id, instant, now, today};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where the newest keys of persons are found by a stopped server.
fn newest_keys(office: &Office) -> PathBuf {
    let runs = fs::read_dir(office.place().data().join("index")).unwrap().map(|entry| entry.unwrap().path());
    runs.filter(|path| path.to_string_lossy().contains("keys-")).max().unwrap()
}

/// An office that was stopped after one reception, which is given with the log's head.
fn stopped_after_a_reception() -> (Office, Value, u64) {
    let mut office = Office::open();
    // What was there before is in runs of its own.
    office.stops();
    office.restarts();
    let recorded = office.records_reception(&[demand("钥匙")]);
    let head = office.head();
    office.stops();
    (office, recorded, head)
}

/// Nothing of a visitor whose keys cannot be read is told or added to; health says why; the doctor makes it right.
#[test]
fn threat_a_damaged_key_is_damage_and_nobody_is_called_erased() {
    println!("attempted: damage a key, so that somebody seems erased");
    let (mut office, recorded, head) = stopped_after_a_reception();
    let (reception, issue) = (id(&recorded["reception"]), id(&recorded["issues"][0]));
    let path = newest_keys(&office);
    let mut run = fs::read(&path).unwrap();
    run[1024 + 100] ^= 1;
    fs::write(&path, run).unwrap();
    office.restarts_alive();

    let histories = [format!("/v1/receptions/{reception}/events"), format!("/v1/issues/{issue}/events")];
    for path in &histories {
        office.get(path).problem(500, "internal");
    }
    // Words about somebody are not sealed under a second key either, apart from what was said before.
    let reply = json!({"text": "在办。", "channel": "phone", "told_at": instant(now()),
        "next_word_on": today() + chrono::Days::new(3)});
    office.does(&issue, "interim-replies", &reply).problem(500, "internal");
    assert_eq!(office.head(), head, "nothing was recorded");
    let ready = office.health_when_started().json();
    assert_eq!(ready["status"], "degraded", "{ready:#}");
    assert!(ready["wrong"].to_string().contains("index of commands and keys"), "{ready:#}");

    office.stops();
    let mended = office.place().command("doctor").output().unwrap();
    assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stdout));
    office.restarts();
    for path in &histories {
        office.get(path).is(200);
    }
    println!("caught: it is told as damage; nothing is called erased or sealed anew");
}

/// Keys that are gone are in the journal, and found from there at the next start.
#[test]
fn keys_that_are_lost_are_found_again_from_the_journal() {
    let (mut office, recorded, _) = stopped_after_a_reception();
    fs::remove_file(newest_keys(&office)).unwrap();
    office.restarts();
    let issue = id(&recorded["issues"][0]);
    let events = office.get(&format!("/v1/issues/{issue}/events")).is(200).text();
    assert!(events.contains("钥匙"), "{events}");
}

/// `huiyin keys` with a file and a passphrase.
fn keys_command(office: &Office, what: &str, file: &Path, passphrase: &str) -> Output {
    let said = office.place().data().with_file_name("passphrase");
    fs::write(&said, format!("{passphrase}\n")).unwrap();
    let mut command = Command::new(huiyin());
    command.args(["keys", what]).arg(file).arg("--passphrase-file").arg(said).env("LC_ALL", "en_US.UTF-8");
    command.arg("--data").arg(office.place().data()).arg("--keys").arg(office.place().keys());
    command.output().unwrap()
}

/// Backed up while the server runs, lost, and put back: everything opens again, by the passphrase alone.
#[test]
fn keys_come_back_from_a_backup_that_was_made_while_the_server_ran() {
    let mut office = Office::open();
    let recorded = office.records_reception(&[demand("钥匙")]);
    let issue = id(&recorded["issues"][0]);
    let file = office.place().data().with_file_name("keys.backup");
    let passphrase = "江桥镇人大二〇二六年十一月";
    let short = keys_command(&office, "backup", &file, "short");
    assert_eq!((short.status.code(), file.exists()), (Some(2), false), "{}", String::from_utf8_lossy(&short.stderr));
    let made = keys_command(&office, "backup", &file, passphrase);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(String::from_utf8_lossy(&made.stdout).contains("epoch 1"));
    let again = keys_command(&office, "backup", &file, passphrase);
    assert_eq!(again.status.code(), Some(2), "nothing is written over");
    office.stops();
    let there = keys_command(&office, "restore", &file, passphrase);
    assert_eq!(there.status.code(), Some(2), "nor is a key directory");
    fs::remove_dir_all(office.place().keys()).unwrap();
    let wrong = keys_command(&office, "restore", &file, "江桥镇人大二〇二六年十二月");
    assert_eq!((wrong.status.code(), office.place().keys().exists()), (Some(1), false));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("passphrase"));
    let restored = keys_command(&office, "restore", &file, passphrase);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    office.restarts();
    let events = office.get(&format!("/v1/issues/{issue}/events")).is(200).text();
    assert!(events.contains("钥匙"), "{events}");
}
