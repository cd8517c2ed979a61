//! Connections: as many as there are descriptors for, and nobody shuts others out by holding them.

use super::{PATIENCE, Served, status};
use crate::harness::{Place, huiyin};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

/// `huiyin serve` with a soft and a hard limit of open descriptors.
fn with_descriptors(place: &Place, soft: u32, hard: u32) -> Served {
    let mut command = Command::new("sh");
    let limits = format!("ulimit -Sn {soft}; ulimit -Hn {hard}; exec \"$0\" \"$@\"");
    command.args(["-c", &limits]).arg(huiyin()).arg("serve");
    command.arg("--data").arg(place.data()).arg("--keys").arg(place.keys());
    Served::start_as(command, |_| ())
}

/// Heads that are never finished, and a client that wants an answer. Before, they used up the descriptors of the soft
/// limit and shut everybody out for as long as they were renewed.
#[test]
fn half_sent_heads_give_their_seats_to_who_asks() {
    let place = Place::new();
    let served = with_descriptors(&place, 256, 400);
    let limits = fs::read_to_string(format!("/proc/{}/limits", served.child.id())).unwrap();
    let open_files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(open_files.split_whitespace().nth(3), Some("400"), "{open_files}");
    let mut held = Vec::new();
    for _ in 0..600 {
        let mut connection = TcpStream::connect(served.address).unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\nx: ").unwrap();
        held.push(connection);
        if held.len() % 100 == 0 {
            assert_eq!(served.get("/v1/offices", &place.token()).0, 200);
        }
    }
    let open = fs::read_dir(format!("/proc/{}/fd", served.child.id())).unwrap().count();
    assert!(open < 400, "{open} descriptors are open");
    // The one that came first was shown out by those behind it.
    let mut end = Vec::new();
    let first = &mut held[0];
    first.set_read_timeout(Some(PATIENCE)).unwrap();
    let _ = first.read_to_end(&mut end);
    assert!(end.is_empty(), "{}", String::from_utf8_lossy(&end));
}

/// A head that never ends is told so in words, and in a problem document.
#[test]
fn a_late_head_and_a_long_one_are_told_in_words() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let late = served.says("GET /health/live HTTP/1.1\r\nx: ");
    assert_eq!(status(&late), 408);
    assert!(
        late.contains("\r\ncontent-type: application/problem+json\r\n") && late.contains("request_timeout"),
        "{late}"
    );
    let mut connection = TcpStream::connect(served.address).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nx: ").unwrap();
    // Exactly as much as is looked at, so that no byte is left unread when the connection is closed.
    connection.write_all(&vec![b'x'; 131_072 - 39]).unwrap();
    let mut long = String::new();
    connection.read_to_string(&mut long).unwrap();
    assert_eq!(status(&long), 431);
    assert!(long.contains("head_too_large"), "{long}");
}

/// The queue of those who wait to be let in is as long as is said, not the system's 128.
#[test]
fn the_backlog_is_real() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let port = served.address.port();
    let listed =
        Command::new("ss").args(["-Hltn", &format!("sport = :{port}")]).output().expect("ss (iproute2) is there");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let backlog: u32 = listed.split_whitespace().nth(2).unwrap().parse().unwrap();
    let allowed: u32 = fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap().trim().parse().unwrap();
    assert_eq!(backlog, allowed.min(2048), "{listed}");
}
