//! Hundreds who ask for much and read nothing: the server holds for each of them its answer, once, and of all of them no more
//! than there is room for.

use super::PATIENCE;
use crate::harness::{Office, Server, demand, now};
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Instant;

/// Large answers, and how many ask for each. A page of events is about 4 MiB, so not all of those find room.
const ASKED: [(&str, usize); 4] = [
    ("/log/tile/entries/000", 250),
    ("/v1/issues?limit=100", 250),
    ("/v1/issues?format=csv", 250),
    ("/v1/events?limit=1000", 120),
];
/// What is held of untaken answers at most (docs/OPERATIONS.md).
const UNTAKEN_MIB: u64 = 256;
/// What the allocator and the connections themselves may cost, generously.
const MIB_MORE: u64 = 150;

/// What the process holds of the machine's memory, in MiB (`VmRSS` of proc(5)).
fn resident(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// `HTTP/1.1 200`, looked at and left there.
fn status(stream: &TcpStream) -> String {
    let mut begin = [0; 12];
    assert_eq!(stream.peek(&mut begin).unwrap(), begin.len());
    String::from_utf8(begin.to_vec()).unwrap()
}

/// The head and the problem document of a refusal, looked at and left there.
fn says(stream: &TcpStream, words: &str) -> bool {
    let mut answer = [0; 2048];
    let length = stream.peek(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..length]).contains(words)
}

/// No token is needed for this one, so nobody's account bounds it.
#[test]
fn readers_of_the_documentation_share_one_copy_of_it() {
    const READERS: u64 = 200;
    let office = Office::empty();
    let path = "/docs/swagger-ui-bundle.js";
    let size = office.get(path).is(200).body.len() as u64;
    let before = resident(office.server());
    let held: Vec<TcpStream> = (0..READERS)
        .map(|_| {
            let mut stream = office.server().connect_narrowly();
            write!(stream, "GET {path} HTTP/1.1\r\nhost: h\r\n\r\n").unwrap();
            stream
        })
        .collect();
    for stream in &held {
        assert_eq!(status(stream), "HTTP/1.1 200");
    }
    let after = resident(office.server());
    let copies = READERS * size / (1024 * 1024);
    assert!(after < before + copies / 3, "{READERS} readers, {copies} MiB of copies: {before} to {after} MiB");
}

#[test]
fn a_slow_reader_of_a_large_answer_costs_that_answer_once() {
    let office = Office::open();
    let long = "长".repeat(10_000);
    for _ in 0..40 {
        let mut issues: Vec<Value> = (0..7).map(|_| demand("长")).collect();
        for issue in &mut issues {
            issue["text"] = Value::from(long.as_str());
        }
        office.records_reception_of(now(), &issues);
    }
    assert!(office.head() > 256, "a whole bundle of entries");
    let token = office.token();
    for (path, readers) in ASKED {
        let size = office.get(path).is(200).body.len() as u64;
        let before = resident(office.server());
        let held: Vec<TcpStream> = (0..readers)
            .map(|_| {
                let mut stream = office.server().connect_narrowly();
                let request = format!("GET {path} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {token}\r\n\r\n");
                stream.write_all(request.as_bytes()).unwrap();
                stream
            })
            .collect();
        // The answer has begun: whatever is made of it before the first byte is there.
        for stream in &held {
            assert_eq!(stream.peek(&mut [0]).unwrap(), 1);
        }
        let after = resident(office.server());
        let bound = before + MIB_MORE + (readers as u64 * size * 3 / 2 / (1024 * 1024)).min(UNTAKEN_MIB * 5 / 4);
        assert!(after < bound, "{readers} readers of {path}, {size} bytes: {before} to {after} MiB");
        // On a slow machine some have been left by now, and made room for others; how many were refused says nothing.
        let all_fit = readers as u64 * size < UNTAKEN_MIB * 1024 * 1024;
        for stream in &held {
            match status(stream).as_str() {
                "HTTP/1.1 200" => {}
                // On a machine without a free processor also where the request was not read in time.
                "HTTP/1.1 429" => {
                    assert!(
                        !all_fit || says(stream, "too busy to read"),
                        "{path}, {size} bytes, is refused to one of {readers}"
                    );
                }
                // So many at once may be more than the boards answer in time.
                "HTTP/1.1 503" => {}
                other => panic!("{other} for {path}"),
            }
        }
        drop(held);
        // Whoever goes makes room.
        let begun = Instant::now();
        while office.get(path).status != 200 {
            assert!(begun.elapsed() < PATIENCE, "no room for {path}");
        }
    }
}
