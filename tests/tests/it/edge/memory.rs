//! The memory of the process holds keys: nothing of it lands in a core dump, no other process of the same user looks into
//! it, and what was read from a file of a key is wiped once the key is made of it.

use super::Served;
use crate::harness::{Place, huiyin};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::process::Command;

/// A server of a user who would have core dumps, which has read its keys from their files.
fn with_core_dumps(place: &Place) -> Served {
    let start = || {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -Sc \"$(ulimit -Hc)\"; exec \"$0\" \"$@\""]).arg(huiyin()).arg("serve");
        command.arg("--data").arg(place.data()).arg("--keys").arg(place.keys());
        Served::start_as(command, |_| ())
    };
    drop(start());
    start()
}

/// Bytes looked at in one go, each beginning with the end of those before.
const PART: usize = 4 * 1024 * 1024;
const OVERLAP: usize = 128;

/// What of a process's own memory can be read as text, one part after the other.
fn each_part(pid: u32, mut look: impl FnMut(&str)) -> io::Result<()> {
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut part = vec![0; PART];
    for line in fs::read_to_string(format!("/proc/{pid}/maps"))?.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
        for at in (from..to).step_by(PART - OVERLAP) {
            let length = PART.min(usize::try_from(to - at).unwrap());
            // What was unmapped meanwhile is no part of it any more.
            if let Ok(read) = memory.read_at(&mut part[..length], at) {
                look(&String::from_utf8_lossy(&part[..read]));
            }
        }
    }
    Ok(())
}

/// What was given out has its pages, and the caches of the server say how much of it is theirs.
#[test]
fn what_each_part_holds_is_measured() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let (status, page) = served.get("/metrics", &place.token());
    assert_eq!(status, 200);
    let part = |name: &str| -> u64 {
        let start = format!("huiyin_memory_bytes{{part=\"{name}\"}} ");
        let line = page.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("{name}: {page}")).parse().unwrap()
    };
    assert!(0 < part("rust_allocated") && part("rust_allocated") < part("rust_resident"), "{page}");
    assert!(part("process_resident") > 0, "{page}");
    for cache in ["issues", "major_issues", "reference", "issue_answers", "log_tail", "log_newest", "read_models_folds"]
    {
        part(cache);
    }
    assert!(part("log_index") > 0 && part("sled_max") > 0 && part("read_models_sqlite") > 0, "{page}");
}

#[test]
fn no_core_is_dumped() {
    let place = Place::new();
    let served = with_core_dumps(&place);
    let limits = fs::read_to_string(format!("/proc/{}/limits", served.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}

#[test]
fn what_was_read_of_a_key_file_is_wiped() {
    let place = Place::new();
    let served = with_core_dumps(&place);
    let files = fs::read_dir(place.keys()).unwrap().map(|entry| entry.unwrap().path());
    let keys = files.filter(|path| path.extension().is_some_and(|extension| extension == "key"));
    // The third line after the first is the key itself, in base64.
    let texts: Vec<String> =
        keys.map(|path| fs::read_to_string(path).unwrap().lines().nth(3).unwrap().to_owned()).collect();
    assert_eq!(texts.len(), 4);
    let log = fs::read_to_string(place.keys().join("log")).unwrap();
    let (log_id, mut seen, mut found) = (log.lines().nth(1).unwrap(), false, 0);
    let looked = each_part(served.child.id(), |part| {
        found += texts.iter().filter(|text| part.contains(text.as_str())).count();
        seen |= part.contains(log_id);
    });
    match looked {
        Ok(()) => {
            assert!(seen, "the memory was not looked at");
            assert_eq!(found, 0, "texts of keys are there");
        }
        // Who is not root may not look at all, and that is what is promised.
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}"),
    }
}
