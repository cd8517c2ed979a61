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
        ("--log", "wran"),
        ("--log", "foo=bar"),
        ("--log", "info,foo=info"),
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

/// What each language says of what is mistyped: where, why and what would do, and nothing of the other language.
#[test]
fn a_refusal_is_whole_in_one_language() {
    let place = Place::new();
    let office = Place::new();
    Served::start(&office, |_| ()).stop();
    let data = place.data().to_string_lossy().into_owned();
    let kept = office.data().to_string_lossy().into_owned();
    let keys = office.keys().to_string_lossy().into_owned();
    let nowhere = ["--url", "http://127.0.0.1:1"];
    for (command, arguments, zh, en) in [
        ("serve", vec!["--data", &data, "--log", "wran"], "应为级别", "it must be a level"),
        ("serve", vec!["--data", &data, "--log", "foo=bar"], "应为级别", "it must be a level"),
        ("serve", vec!["--data", &data, "--listen", ":8080"], "应为 HOST:PORT 的形式", "it must be HOST:PORT"),
        ("serve", vec!["--data", &data, "--listen", "no.such.invalid:80"], "找不到这个主机名", "no host of that name"),
        ("serve", vec!["--data", &data, "--keys", &data, "--listen", "127.0.0.1:0"], "被用于两处", "is named twice"),
        (
            "rebuild",
            [&["nope", "--data", &kept, "--keys", &keys][..], &nowhere].concat(),
            "没有名为 nope 的看板。现有",
            "there is no board named nope; there are",
        ),
    ] {
        for (language, words) in [("zh_CN.UTF-8", zh), ("en_US.UTF-8", en)] {
            let mut huiyin = Command::new(huiyin());
            huiyin.arg(command).args(&arguments).env("LC_ALL", language).env_remove("HUIYIN_DATA");
            let ended = huiyin.stdin(Stdio::null()).output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(!ended.status.success() && said.contains(words), "{arguments:?}: {said}");
            assert!(!half_translated(&said, language), "{arguments:?}: {said}");
        }
    }
    assert!(!place.data().exists());
}

/// Whether a text in one language has words of the other: Chinese in English, three English words on end in Chinese.
fn half_translated(said: &str, language: &str) -> bool {
    let is_han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    if language.starts_with("en") {
        return said.contains(is_han);
    }
    let words: Vec<&str> = said.split_whitespace().collect();
    words.windows(3).any(|three| three.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase())))
}

/// The boards are not needed for a start, and what is in their place is told whole.
#[test]
fn a_directory_in_the_place_of_the_boards_is_told_in_one_language() {
    for (language, words) in [("zh_CN.UTF-8", "是目录而不是文件"), ("en_US.UTF-8", "Is a directory")] {
        let place = Place::new();
        Served::start(&place, |_| ()).stop();
        let boards = place.data().join("read-models.sqlite");
        std::fs::remove_file(&boards).unwrap();
        std::fs::create_dir(&boards).unwrap();
        let mut rebuild = place.command("rebuild");
        let ended = rebuild.args(["--url", "http://127.0.0.1:1"]).env("LC_ALL", language).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success() && said.contains(words), "{said}");
        assert!(said.contains(&*boards.to_string_lossy()) && !half_translated(&said, language), "{said}");
    }
}

/// 167 MB stayed behind when somebody grew tired of waiting.
#[test]
fn a_demonstration_that_is_stopped_while_it_loads_leaves_nothing() {
    for signal in ["-INT", "-TERM"] {
        let place = Place::new();
        let temporary = place.data();
        std::fs::create_dir(&temporary).unwrap();
        let mut demo = Command::new(huiyin());
        demo.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--log", "off"]).env("TMPDIR", &temporary);
        let mut demo = demo.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        let token = |dir: &std::path::Path| {
            std::fs::read_dir(dir).unwrap().flatten().any(|entry| entry.path().join("admin.token").exists())
        };
        // The first token is kept just before the story is told.
        while !token(&temporary) {
            assert!(begun.elapsed() < PATIENCE && demo.try_wait().unwrap().is_none(), "it does not load");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let killed = Command::new("kill").args([signal, &demo.id().to_string()]).status().unwrap();
        assert!(killed.success() && demo.wait().unwrap().success(), "{signal}");
        let left: Vec<_> = std::fs::read_dir(&temporary).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "{signal}: {left:?}");
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
