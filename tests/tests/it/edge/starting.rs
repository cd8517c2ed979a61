//! How it starts and how it ends: what can be refused makes nothing, and a writer that has stopped ends the process.

use super::{PATIENCE, Served};
use crate::harness::{Place, huiyin};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Before, a mistyped address was noticed after a log and its keys had been made.
#[test]
fn what_is_mistyped_makes_nothing() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let in_use = taken.local_addr().unwrap().to_string();
    for (option, value) in [
        ("--listen", ":8080"),
        ("--listen", "127.0.0.1"),
        ("--listen", "127.0.0.1:99999"),
        ("--listen", "no.such.host.invalid:8080"),
        ("--listen", &in_use),
        ("--log", "access=loud"),
        ("--origin", "a log"),
        ("--origin", "a+log"),
        ("--programme", "/nowhere"),
        ("--workers", "0"),
        ("--cors-origins", "*"),
        ("--cors-origins", "https://front.example/"),
        ("--rate-address", "often"),
    ] {
        let place = Place::new();
        let mut command = place.command("serve");
        if option != "--listen" {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        let ended = command.args([option, value]).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success(), "{option} {value}");
        assert!(said.contains(value), "{option} {value}: {said}");
        assert!(!place.data().exists() && !place.keys().exists(), "{option} {value} made something");
    }
}

/// The journal cannot be written any more: from now on a write beyond the first bytes of a file fails (EFBIG). Before, the
/// process lived on and answered 503 to every command, and whoever supervised it saw nothing amiss.
#[test]
fn a_writer_that_stopped_ends_the_process_and_a_restart_heals() {
    let place = Place::new();
    // The signal that comes with EFBIG would end the process by itself.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(huiyin()).arg("serve");
    command.arg("--data").arg(place.data()).arg("--keys").arg(place.keys());
    let mut served = Served::start_as(command, |_| ());
    let token = place.token();
    let name = |n: usize| {
        let body = format!(r#"{{"name":"第{n}办公室","kind":"department"}}"#);
        format!(
            "POST /v1/offices HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let acknowledged = served.says(&name(1));
    assert!(acknowledged.starts_with("HTTP/1.1 201"), "{acknowledged}");
    let limited = Command::new("prlimit")
        .args(["--pid", &served.child.id().to_string(), "--fsize=4096"])
        .status()
        .expect("prlimit (util-linux) is there");
    assert!(limited.success());
    let refused = served.says(&name(2));
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("outcome_unknown"), "{refused}");
    assert_eq!(served.ends().code(), Some(1));

    let again = Served::start(&place, |_| ());
    let begun = Instant::now();
    let offices = loop {
        let (status, offices) = again.get("/v1/offices", &token);
        if status == 200 {
            break offices;
        }
        assert!(begun.elapsed() < PATIENCE, "{offices}");
    };
    assert!(offices.contains("第1办公室"), "{offices}");
    assert!(again.says(&name(3)).starts_with("HTTP/1.1 201"));
    assert!(again.stop().success());
}
