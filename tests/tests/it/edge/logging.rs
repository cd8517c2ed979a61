//! A log line that cannot be written costs that line.

use super::{PATIENCE, Served, status};
use crate::harness::Place;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Asks so often on one connection; each answer is whole.
#[track_caller]
fn asks(served: &Served, times: usize) {
    let connection = TcpStream::connect(served.address).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answers = BufReader::new(connection.try_clone().unwrap());
    let mut questions = connection;
    for _ in 0..times {
        questions.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        assert_eq!(status(&line), 200);
        while line != "\r\n" {
            line.clear();
            assert_ne!(answers.read_line(&mut line).unwrap(), 0, "an answer without an end");
        }
        let mut body = [0; r#"{"status":"live"}"#.len()];
        answers.read_exact(&mut body).unwrap();
        assert_eq!(&body, br#"{"status":"live"}"#);
    }
}

fn lost(served: &Served, place: &Place) -> u64 {
    let (status, page) = served.get("/metrics", &place.token());
    assert_eq!(status, 200);
    let line = page.lines().find_map(|line| line.strip_prefix("huiyin_log_lines_lost_total "));
    line.unwrap_or_else(|| panic!("{page}")).parse().unwrap()
}

/// Before, every worker waited for the pipe after some 300 requests, and SIGTERM was not obeyed.
#[test]
fn a_pipe_that_nobody_drains_holds_nobody_up() {
    let place = Place::new();
    let mut served = Served::start(&place, |command| {
        command.stderr(Stdio::piped());
    });
    let _never_read = served.child.stderr.take();
    // More than pipe and queue hold.
    asks(&served, 10_000);
    assert!(lost(&served, &place) > 0);
    assert!(served.stop().success());
}

/// Whoever reads again is told how much is missing; what the server says of itself is there.
#[test]
fn a_reader_that_was_away_is_told_what_it_missed() {
    let place = Place::new();
    let mut served = Served::start(&place, |command| {
        command.stderr(Stdio::piped());
    });
    let mut log = served.child.stderr.take().unwrap();
    asks(&served, 10_000);
    let missed = lost(&served, &place);
    assert!(missed > 0);
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    });
    assert!(served.stop().success());
    let text = reading.join().unwrap();
    let told = text.lines().find(|line| line.contains("lines of the log were lost"));
    let told: serde_json::Value = serde_json::from_str(told.unwrap_or_else(|| panic!("nothing is told"))).unwrap();
    assert!(told["lost_in_all"].as_u64().unwrap() >= missed, "{told}");
    assert!(text.contains("\"listening\""), "the start is missing");
}

/// Before, every answer was empty from then on.
#[test]
fn a_reader_that_went_away_is_not_missed() {
    let place = Place::new();
    let mut served = Served::start(&place, |command| {
        command.stderr(Stdio::piped());
    });
    drop(served.child.stderr.take());
    asks(&served, 20);
    // Lines wait in a queue until the thread that writes them finds that nobody is there.
    let begun = Instant::now();
    while lost(&served, &place) == 0 {
        assert!(begun.elapsed() < PATIENCE, "no line is told to be lost");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(served.stop().success());
}

#[test]
fn a_full_log_disk_is_survived() {
    let place = Place::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let served = Served::start(&place, |command| {
        command.stderr(full);
    });
    asks(&served, 20);
    // Lines wait in a queue until the thread that writes them finds that nobody is there.
    let begun = Instant::now();
    while lost(&served, &place) == 0 {
        assert!(begun.elapsed() < PATIENCE, "no line is told to be lost");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(served.stop().success());
}
