//! Files over HTTP: in and out, refused, broken off, lost.

mod broken_off;
mod exported;
mod memory;
mod ranges;
mod refused;
mod stored;

use crate::harness::{Call, Office, Server, text};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What its beginning and its end say is a PDF; the rest of it is not looked at.
pub fn pdf(length: usize) -> Vec<u8> {
    let (mut bytes, end) = (b"%PDF-1.7\n".to_vec(), b"\n%%EOF\n");
    let rest = length.saturating_sub(bytes.len() + end.len());
    bytes.extend((0..rest).map(|at| u8::try_from((at * 31 + at / 256) % 251).unwrap()));
    bytes.extend(end);
    bytes
}

/// A call that stores a file of a kind and media type, with a plain name.
pub fn upload(office: &Office, query: &str, media_type: &str, bytes: impl Into<Vec<u8>>) -> Call {
    office
        .call("POST", &format!("/v1/files?{query}"))
        .body(media_type, bytes)
        .with("Content-Disposition", "attachment; filename*=UTF-8''%E8%AE%B0%E5%BD%95.pdf")
}

/// Stores a PDF, and answers with what is told of it.
pub fn stores(office: &Office, bytes: &[u8]) -> Value {
    upload(office, "kind=document", "application/pdf", bytes).send().created()["file"].clone()
}

/// The address of the bytes of a file.
pub fn content(file: &Value) -> String {
    format!("/v1/files/{}/content", text(file, "/id"))
}

/// Where the bytes of files lie.
pub fn directory(office: &Office) -> PathBuf {
    office.place().data().join("files")
}

/// Names of what lies there, and of what is on its way in.
pub fn lie_there(office: &Office) -> Vec<String> {
    let names = |dir: PathBuf| {
        let entries = fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name != "incoming")
    };
    let directory = directory(office);
    names(directory.join("incoming")).chain(names(directory)).collect()
}

/// Waits until only so many files lie there; what is given up goes on a thread of its own.
#[track_caller]
pub fn come_to(office: &Office, count: usize) {
    let until = Instant::now() + Duration::from_secs(20);
    while lie_there(office).len() != count {
        assert!(Instant::now() < until, "{:?}", lie_there(office));
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What the process holds of the machine's memory at most since it began, in MiB (`VmHWM` of proc(5)).
pub fn peak(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}
