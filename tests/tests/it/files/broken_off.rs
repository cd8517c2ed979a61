//! An upload that ends before its time leaves nothing; a file that is lost or changed is told, and never handed out.

use super::{come_to, content, directory, lie_there, pdf, stores, upload};
use crate::harness::{Office, text};
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Begins to send a file of a megabyte, half of it.
fn half(office: &Office) -> TcpStream {
    begin(office, 500_000)
}

/// Sends so much of it.
fn begin(office: &Office, bytes: usize) -> TcpStream {
    let mut stream = office.server().connect();
    write!(
        stream,
        "POST /v1/files?kind=document HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\ncontent-type: application/pdf\r\n\
         content-disposition: attachment; filename=\"a.pdf\"\r\nidempotency-key: half\r\ncontent-length: 1000000\r\n\r\n",
        office.token()
    )
    .unwrap();
    stream.write_all(&pdf(1_000_000)[..bytes]).unwrap();
    stream
}

#[test]
fn a_client_that_goes_away_in_the_middle_leaves_nothing() {
    let office = Office::empty();
    let before = office.head();
    let stream = half(&office);
    come_to(&office, 1);
    drop(stream);
    come_to(&office, 0);
    assert_eq!(office.head(), before);
    upload(&office, "kind=document", "application/pdf", pdf(1_000_000)).key("half").send().created();
    come_to(&office, 1);
}

#[test]
fn a_kill_in_the_middle_leaves_what_the_next_start_sweeps() {
    let mut office = Office::empty();
    let file = stores(&office, &pdf(5_000));
    let stream = half(&office);
    come_to(&office, 2);
    office.crashes();
    drop(stream);
    assert_eq!(lie_there(&office).len(), 2);
    office.restarts();
    assert_eq!(lie_there(&office), [text(&file, "/id")]);
    assert_eq!(office.get(&content(&file)).is(200).body, pdf(5_000));
}

/// The moments between bytes, name and leaf, made by hand: no kill hits them on purpose.
#[test]
fn what_has_a_name_and_no_leaf_goes_at_the_next_start() {
    let mut office = Office::empty();
    let file = stores(&office, &pdf(5_000));
    office.stops();
    let (dir, coming) = (directory(&office), directory(&office).join("incoming"));
    let other = "0198c0de-0000-7000-8000-00000000ffff";
    fs::write(dir.join(other), b"named").unwrap();
    fs::write(coming.join(other), b"named").unwrap();
    fs::write(coming.join("0198c0de-0000-7000-8000-00000000fffe"), b"whole").unwrap();
    fs::copy(dir.join(text(&file, "/id")), coming.join(text(&file, "/id"))).unwrap();
    office.restarts();
    assert_eq!(lie_there(&office), [text(&file, "/id")]);
    assert_eq!(office.get(&content(&file)).is(200).body, pdf(5_000));
}

#[test]
fn the_doctor_reads_every_file_and_tells_what_is_lost_or_changed() {
    let mut office = Office::empty();
    let files: Vec<_> = [70_000, 200_000, 300].map(|length| stores(&office, &pdf(length))).into();
    let doctor = |office: &Office| {
        let output = office.place().command("doctor").output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    office.stops();
    let (code, said) = doctor(&office);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("[sound] 3 files of 270300 bytes"), "{said}");
    let at = |file| directory(&office).join(text(file, "/id"));
    let mut changed = fs::read(at(&files[1])).unwrap();
    changed[100_000] ^= 1;
    fs::write(at(&files[1]), changed).unwrap();
    fs::remove_file(at(&files[2])).unwrap();
    fs::write(directory(&office).join("0198c0de-0000-7000-8000-00000000ffff"), b"kept before a stop").unwrap();
    let (code, said) = doctor(&office);
    assert_eq!(code, Some(1), "{said}");
    for words in [
        "[sound] 1 files of 70000 bytes".to_owned(),
        format!("{}: its bytes are damaged", text(&files[1], "/id")),
        format!("{}: its bytes are not there", text(&files[2], "/id")),
        "[kept] 0198c0de-0000-7000-8000-00000000ffff: 18 bytes".to_owned(),
    ] {
        assert!(said.contains(&words), "{words}\n{said}");
    }
    // A copy for others says so too, and is one of what is sound.
    let copy = office.place().data().with_extension("copy");
    let exported = office.place().command("export").arg(&copy).arg("--files").output().unwrap();
    let said = String::from_utf8_lossy(&exported.stderr).into_owned();
    assert_eq!(exported.status.code(), Some(1), "{said}");
    assert!(said.contains("2 files are missing or damaged"), "{said}");
    assert_eq!(fs::read_dir(copy.join("files")).unwrap().count(), 1);
    office.restarts();
    // Damage in the first piece: the answer says so. What lies further on breaks off before its announced length.
    office.get(&content(&files[2])).problem(500, "internal");
    office.get(&content(&files[1])).problem(500, "internal");
    let ready = office.health_when_started().json();
    assert_eq!(ready["status"], "degraded", "{ready:#}");
    assert!(ready["wrong"].to_string().contains(&format!("file {}", text(&files[2], "/id"))), "{ready:#}");
    let healthy = office.call("GET", &content(&files[1])).with("Range", "bytes=0-9").send().is(206);
    assert_eq!(healthy.body, pdf(200_000)[..10]);
    office.get(&content(&files[0])).is(200);
}

#[test]
fn a_client_that_sends_nothing_more_is_not_waited_for() {
    let office = Office::empty();
    let stream = begin(&office, 5_000);
    stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    let began = Instant::now();
    let mut answer = [0; 12];
    std::io::Read::read_exact(&mut &stream, &mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408", "after {:?}", began.elapsed());
    come_to(&office, 0);
}
