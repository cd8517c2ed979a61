//! What the server does with a data directory that is taken, incomplete, damaged, of another log or full: it mends what
//! can be mended without a doubt, and refuses the rest in words that name the remedy.
//!
//! Reading order: `keys` and `first_start`; `no_damage`; what is mended, `sled` and `journal`; then the `boards` above it.

mod boards;
mod first_start;
mod journal;
mod keys;
mod no_damage;
mod sled;

use crate::harness::{Office, Place, Server, demand};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

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
pub fn refused(place: &Place) -> String {
    match Server::try_start(place) {
        Ok(_) => panic!("it started"),
        Err(ended) => {
            assert!(!ended.status.success(), "a refusal ends with {}", ended.status);
            ended.said
        }
    }
}

#[track_caller]
pub fn says(said: &str, words: &[&str]) {
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
