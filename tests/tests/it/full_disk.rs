//! A disk that becomes full, by the server or by others: answered, told, and over when there is room again.

use crate::data_directory::{refused, says};
use crate::harness::{Office, Place, demand, head_of, now};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
        let file = fs::File::create(self.at.join("filler")).unwrap();
        let free = self.free();
        let length = free.saturating_sub(megabytes_left * MEGABYTE);
        // Written, not sparse.
        let block = vec![1; 1 << 20];
        let mut file = std::io::BufWriter::new(file);
        for _ in 0..length / MEGABYTE {
            std::io::Write::write_all(&mut file, &block).unwrap();
        }
    }

    /// Leaves nothing at all, nearly at once: before sled has written what it still holds.
    fn fill_to_the_last_byte(&self) {
        let filler = self.at.join("filler");
        let taken = (0..100).any(|_| {
            // The server takes room as well meanwhile, so that the first try may come too late.
            let most = self.free().saturating_sub(64 * 1024).to_string();
            Command::new("fallocate").args(["-l", &most]).arg(&filler).output().unwrap().status.success()
        });
        assert!(taken, "fallocate");
        let mut rest = fs::File::options().append(true).open(&filler).unwrap();
        for length in [4096, 1] {
            while std::io::Write::write_all(&mut rest, &vec![1; length]).is_ok() {}
        }
        assert_eq!(self.free(), 0);
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

/// Others fill the disk to the last byte while receptions are being recorded: what sled has yet to write has its room,
/// so the writer goes on by itself when there is room again, and nothing needs a restart.
#[test]
fn a_disk_that_others_fill_to_the_last_byte_stops_nothing_for_good() {
    let place = Arc::new(Place::new());
    let Some(disk) = SmallDisk::mount(place.data(), 720) else {
        eprintln!(
            "skipped: a_disk_that_others_fill_to_the_last_byte_stops_nothing_for_good needs to mount a file system, which only root can"
        );
        return;
    };
    let mut office = Office::at(Arc::clone(&place));
    office.imports_roster().created();
    office.meets();
    let body = office.reception(now(), &[demand("磁盘")]);
    for round in 0..3 {
        // Sled has something to write at any moment of these; the disk is filled in the midst of them.
        let begun = Instant::now();
        let mut recorded = 0;
        while begun.elapsed() < Duration::from_millis(700) {
            office.command("/v1/receptions", &body).key(&format!("before-{round}-{recorded}")).send().created();
            recorded += 1;
        }
        disk.fill_to_the_last_byte();
        office.command("/v1/receptions", &body).key(&format!("full-{round}")).send().problem(503, "storage_full");
        // Long enough for sled and for whoever makes it durable to find out, several times.
        std::thread::sleep(Duration::from_secs(3));
        let wrong = office.get("/health/ready").json()["wrong"].to_string();
        assert!(!wrong.contains("writer"), "{wrong}");
        office.command("/v1/receptions", &body).key(&format!("full-{round}")).send().problem(503, "storage_full");
        disk.make_room();
        office.command("/v1/receptions", &body).key(&format!("full-{round}")).send().created();
    }
    let head = office.head();
    // Closed in order and opened again, all of it is there.
    disk.fill_to_the_last_byte();
    office.crashes();
    disk.make_room();
    office.restarts();
    assert_eq!(office.head(), head);
    drop(office);
    drop(disk);
}

/// Files are larger than anything else there is: they are the first to be refused, while commands still have their room.
#[test]
fn a_file_is_refused_while_the_log_still_has_its_room() {
    let place = Arc::new(Place::new());
    let Some(disk) = SmallDisk::mount(place.data(), 640) else {
        eprintln!(
            "skipped: a_file_is_refused_while_the_log_still_has_its_room needs to mount a file system, which only root can"
        );
        return;
    };
    let mut office = Office::at(Arc::clone(&place));
    office.imports_roster().created();
    office.meets();
    let upload =
        crate::files::upload(&office, "kind=document", "application/pdf", crate::files::pdf(3_000_000)).key("file");
    disk.fill_up_to(300);
    let refused = upload.send();
    assert!(refused.header("retry-after").is_some());
    refused.problem(503, "storage_full");
    crate::files::come_to(&office, 0);
    office.post("/v1/receptions", &office.reception(now(), &[demand("磁盘")])).created();
    disk.make_room();
    upload.send().created();
    crate::files::come_to(&office, 1);
    drop(office);
    drop(disk);
}
