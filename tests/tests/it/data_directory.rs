//! What the server does with a data directory that is taken, incomplete, damaged, of another log or full: it mends what
//! can be mended without a doubt, and refuses the rest in words that name the remedy.

use crate::harness::{Office, Place, Server, demand, head_of, now};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

/// An office with some receptions, stopped, and the checkpoint it had.
fn closed_office() -> (Office, String) {
    let mut office = Office::open();
    for n in 0..5 {
        office.records_reception(&[demand(&format!("第{n}件"))]);
    }
    let checkpoint = tree(&office);
    office.stops();
    (office, checkpoint)
}

/// Origin, size and root, without the signature.
fn tree(office: &Office) -> String {
    let note = office.get("/log/checkpoint").is(200).text();
    note.split_once("\n\n").unwrap().0.to_owned()
}

/// A start that must be refused: what it says.
#[track_caller]
fn refused(place: &Place) -> String {
    match Server::try_start(place) {
        Ok(_) => panic!("it started"),
        Err(ended) => {
            assert!(!ended.status.success(), "a refusal ends with {}", ended.status);
            ended.said
        }
    }
}

#[track_caller]
fn says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "it does not say {word:?}:\n{said}");
    }
}

fn doctor(place: &Place) -> (Output, String) {
    let output = place.command("doctor").output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, said)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Turns one bit of a file.
fn flip(file: &Path, offset: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[offset] ^= 0x10;
    fs::write(file, bytes).unwrap();
}

/// The first file of the journal, which holds frames.
fn journal(place: &Place) -> PathBuf {
    files(&place.data().join("journal"))
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "journal"))
        .unwrap()
}

#[test]
fn a_second_process_is_refused_and_the_first_goes_on() {
    let office = Office::open();
    let said = refused(office.place());
    says(&said, &["in use", &office.place().data().to_string_lossy()]);
    office.records_reception(&[demand("照常")]);
    let (output, said) = doctor(office.place());
    assert!(!output.status.success());
    says(&said, &["in use"]);
}

#[test]
fn missing_keys_are_a_refusal_and_never_new_keys() {
    use std::os::unix::fs::PermissionsExt as _;
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

#[test]
fn keys_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let (office, _) = closed_office();
    let key = files(&office.place().keys()).into_iter().next().unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    says(&refused(office.place()), &[&key.file_name().unwrap().to_string_lossy()]);
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
}

#[test]
fn keys_inside_the_data_directory_are_refused() {
    let place = Place::new();
    let mut command = Command::new(crate::harness::huiyin());
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

#[test]
fn a_deleted_sled_is_rebuilt_from_the_journal() {
    let (mut office, before) = closed_office();
    fs::remove_dir_all(office.place().data().join("sled")).unwrap();
    office.restarts();
    assert_eq!(tree(&office), before);
    office.records_reception(&[demand("照常")]);
}

#[test]
fn a_damaged_sled_is_rebuilt_from_the_journal() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    for file in files(&place.data().join("sled")) {
        let length = fs::metadata(&file).unwrap().len();
        for part in [0, 1, 2, 3] {
            let Ok(offset) = usize::try_from(length * part / 4) else { continue };
            if length == 0 {
                continue;
            }
            flip(&file, offset);
            office.restarts();
            assert_eq!(tree(&office), before, "{} turned at {offset}", file.display());
            office.stops();
            if !file.exists() {
                break;
            }
        }
    }
}

#[test]
fn a_sled_that_is_behind_or_of_another_log_is_made_level() {
    let mut office = Office::open();
    let place = Arc::clone(office.place());
    office.stops();
    let (sled, old) = (place.data().join("sled"), place.data().with_extension("old-sled"));
    copy(&sled, &old);
    office.restarts();
    for n in 0..5 {
        office.records_reception(&[demand(&format!("第{n}件"))]);
    }
    let before = tree(&office);
    office.stops();
    fs::remove_dir_all(&sled).unwrap();
    fs::rename(&old, &sled).unwrap();
    office.restarts();
    assert_eq!(tree(&office), before, "sled was behind");
    office.stops();

    let (other, _) = closed_office();
    fs::remove_dir_all(&sled).unwrap();
    copy(&other.place().data().join("sled"), &sled);
    office.restarts();
    assert_eq!(tree(&office), before, "sled was of another log");
}

#[test]
fn a_journal_that_lost_its_end_is_refused() {
    let mut office = Office::open();
    let place = Arc::clone(office.place());
    office.stops();
    let (own, old) = (place.data().join("journal"), place.data().with_extension("old-journal"));
    copy(&own, &old);
    office.restarts();
    office.records_reception(&[demand("后来的")]);
    office.head();
    office.stops();
    fs::remove_dir_all(&own).unwrap();
    fs::rename(&old, &own).unwrap();
    says(&refused(&place), &["huiyin doctor", "backup"]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_journal_damaged_in_the_middle_is_a_refusal_that_names_the_doctor() {
    let (office, _) = closed_office();
    let place = office.place();
    let file = journal(place);
    let bytes = fs::read(&file).unwrap();
    let offset = in_the_middle(&bytes);
    flip(&file, offset);
    // Opening verifies from sled's last flush on and the rest in the background; so take sled away.
    let sled = place.data().join("sled");
    let aside = place.data().with_extension("sled-aside");
    fs::rename(&sled, &aside).unwrap();
    says(&refused(place), &["huiyin doctor"]);
    // Without sled there is nothing to mend it from.
    let (output, said) = doctor(place);
    assert_eq!(output.status.code(), Some(1), "{said}");
    says(&said, &["journal", "sled", "backup"]);
    assert_eq!(fs::read(&file).unwrap().len(), bytes.len(), "nothing was cut");
    flip(&file, offset);
    fs::rename(&aside, &sled).unwrap();
    let (output, said) = doctor(place);
    assert!(output.status.success(), "{said}");
}

/// Somewhere among the frames of a segment.
fn in_the_middle(bytes: &[u8]) -> usize {
    let written = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    4096 + (written - 4096) / 2
}

#[test]
fn a_damaged_journal_is_put_back_from_sled() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let file = journal(&place);
    let bytes = fs::read(&file).unwrap();
    flip(&file, in_the_middle(&bytes));
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    says(&said, &["written anew from sled", "journal.set-aside-", "the one that was signed"]);
    let kept = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.filter(|path| path.to_string_lossy().contains("journal.set-aside-")).count();
    assert_eq!(kept, 1, "the damaged journal is kept");
    office.restarts();
    assert_eq!(tree(&office), before);
    // Names and texts can still be opened, and the record goes on.
    office.records_reception(&[demand("修复之后")]);
    let issues = office.get("/v1/issues").is(200).text();
    says(&issues, &["第0件", "第4件"]);
}

#[test]
fn the_doctor_tells_what_it_found_and_did() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    let size = before.lines().nth(1).unwrap();
    says(&said, &[size, "journal", "sled"]);
    fs::remove_dir_all(place.data().join("sled")).unwrap();
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    says(&said, &["rebuilt"]);
    office.restarts();
    assert_eq!(tree(&office), before);
}

#[test]
fn the_boards_are_folded_anew_when_their_file_is_gone_or_of_another_log() {
    let (mut office, _) = closed_office();
    let place = Arc::clone(office.place());
    let boards = |place: &Place| -> Vec<PathBuf> {
        let sqlite = |path: &PathBuf| fs::read(path).unwrap_or_default().starts_with(b"SQLite format 3");
        files(&place.data()).into_iter().filter(sqlite).collect()
    };
    office.restarts();
    let position = office.head();
    let list = |office: &Office| -> Value {
        let answer = office.get(&format!("/v1/issues?at_least={position}"));
        assert_eq!(
            answer.status,
            200,
            "{}
{}",
            answer.text(),
            office.get("/health/ready").text()
        );
        answer.json()["items"].clone()
    };
    let before = list(&office);
    assert_eq!(before.as_array().unwrap().len(), 5);
    office.stops();
    assert_eq!(boards(&place).len(), 1, "{:?}", files(&place.data()));
    for file in boards(&place) {
        fs::remove_file(&file).unwrap();
    }
    office.restarts();
    assert_eq!(list(&office), before);
    office.stops();

    let (other, _) = closed_office();
    let (own, foreign) = (boards(&place).remove(0), boards(other.place()).remove(0));
    for leftover in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{leftover}", own.display()));
    }
    fs::copy(foreign, &own).unwrap();
    // Noticed, never served as if it were ours; the log goes on, and a rebuild mends it.
    office.restarts();
    let ready = office.get("/health/ready").is(503).json();
    assert_eq!(ready["status"], "degraded", "{ready:#}");
    assert!(ready["wrong"].to_string().contains("issue_board"), "{ready:#}");
    office.get(&format!("/v1/issues?at_least={position}")).problem(503, "read_model_behind");
    office.records_reception(&[demand("照常")]);
    let rebuilt = place.command("rebuild").args(["--url", &office.server().url]).output().unwrap();
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    assert_eq!(list(&office).as_array().unwrap().len(), 6);
}

/// Data and keys brought back as they were, the boards as they are now: what the rows know and the log does not is never
/// served.
#[test]
fn a_restored_log_under_newer_boards_is_told_and_a_rebuild_mends_it() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let data = place.data();
    let (old_data, checkpoint) = (data.with_extension("old-data"), data.with_extension("checkpoint"));
    copy(&data, &old_data);
    office.restarts();
    fs::write(&checkpoint, office.get("/log/checkpoint").is(200).text()).unwrap();
    office.records_reception(&[demand("备份之后")]);
    let later = office.head();
    office.get(&format!("/v1/issues?at_least={later}")).is(200);
    tree(&office);
    office.stops();
    for part in ["journal", "sled"] {
        fs::remove_dir_all(data.join(part)).unwrap();
        copy(&old_data.join(part), &data.join(part));
    }
    fs::copy(old_data.join("sled.flushed"), data.join("sled.flushed")).unwrap();
    // It is remembered that more was signed.
    says(&refused(&place), &["was signed", "lost its end", "huiyin doctor", "backup"]);
    let (output, said) = doctor(&place);
    assert_eq!(output.status.code(), Some(1), "{said}");
    says(&said, &["was signed", "the checkpoint that was signed last goes to", "newer copy"]);

    // Where only the checkpoint of that time is known it is the log of that time; the boards are not.
    fs::remove_dir_all(place.signed()).unwrap();
    let mended = place.command("doctor").arg("--newest-checkpoint").arg(&checkpoint).output().unwrap();
    assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stdout));
    office.restarts();
    assert_eq!(tree(&office), before);
    let ready = office.get("/health/ready").is(503).json();
    assert_eq!(ready["status"], "degraded", "{ready:#}");
    says(&ready["wrong"].to_string(), &["issue_board", "but the log ends at", "rebuild"]);
    office.get("/v1/issues?at_least=1").problem(503, "read_model_behind");
    let rebuilt = place.command("rebuild").args(["--url", &office.server().url]).output().unwrap();
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let head = office.head();
    let issues = office.get(&format!("/v1/issues?at_least={head}")).is(200).json();
    assert_eq!(issues["items"].as_array().unwrap().len(), 5, "{issues:#}");
    assert_eq!(office.get("/health/ready").good()["status"], "ready");
}

/// A file system of its own that can be filled up: only root can make one.
struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    fn mount(at: PathBuf, megabytes: u32) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let options = format!("size={megabytes}m,mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "huiyin-test"]).arg(&at).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self { at })
    }

    /// Leaves only so much.
    fn fill_up_to(&self, megabytes_left: u64) {
        const MEGABYTE: u64 = 1024 * 1024;
        let filler = self.at.join("filler");
        let file = fs::File::create(&filler).unwrap();
        let free = self.free();
        let length = free.saturating_sub(megabytes_left * MEGABYTE);
        // Written, not sparse.
        let block = vec![1; 1 << 20];
        let mut file = std::io::BufWriter::new(file);
        for _ in 0..length / MEGABYTE {
            std::io::Write::write_all(&mut file, &block).unwrap();
        }
    }

    fn free(&self) -> u64 {
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.at).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap()
    }

    fn make_room(&self) {
        fs::remove_file(self.at.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a test that failed may still hold files open.
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

#[test]
fn a_full_disk_answers_503_and_loses_nothing_acknowledged() {
    let place = Arc::new(Place::new());
    let Some(disk) = SmallDisk::mount(place.data(), 640) else {
        eprintln!(
            "skipped: a_full_disk_answers_503_and_loses_nothing_acknowledged needs to mount a file system, which only root can"
        );
        return;
    };
    let mut office = Office::at(Arc::clone(&place));
    office.imports_roster().created();
    office.meets();
    let body = office.reception(now(), &[demand("磁盘")]);
    office.post("/v1/receptions", &body).created();
    let before = office.head();

    disk.fill_up_to(100);
    let mut acknowledged = Vec::new();
    let mut refusals = 0;
    for n in 0..200 {
        let answer = office.command("/v1/receptions", &body).key(&format!("full-{n}")).send();
        if answer.status == 201 {
            acknowledged.push(answer.json()["position"].as_u64().unwrap());
        } else {
            assert!(answer.header("retry-after").is_some());
            answer.problem(503, "storage_full");
            refusals += 1;
            if refusals > 3 {
                break;
            }
        }
        // The room is looked at now and then, not at every write.
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    assert!(refusals > 0, "{} were recorded on a full disk", acknowledged.len());
    let head = before + 2 * acknowledged.len() as u64;
    assert_eq!(acknowledged.last().copied().unwrap_or(before), head);
    // Reading goes on.
    office.get("/v1/issues").good();
    assert_eq!(head_of(&office.get("/log/checkpoint").is(200).text()), head);

    office.crashes();
    says(&refused(&place), &["Make room"]);
    disk.make_room();
    office.restarts();
    assert_eq!(office.head(), head, "what was acknowledged, and nothing else");
    let again = office.command("/v1/receptions", &body).key("full-199").send();
    again.created();
    drop(office);
    drop(disk);
}
