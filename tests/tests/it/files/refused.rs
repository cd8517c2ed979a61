//! What is no file to keep is refused, says why and where, and leaves nothing.

use super::{lie_there, pdf, upload};
use crate::harness::{NOBODY, Office, path};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A zip archive of one stored entry, by hand; the checksum is that of no bytes.
fn empty_entry(name: &str) -> Vec<u8> {
    let (length, name) = (u16::try_from(name.len()).unwrap().to_le_bytes(), name.as_bytes());
    let local = [b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0", &[0; 12][..], &length, b"\0\0", name].concat();
    let central = [b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0", &[0; 12][..], &length, &[0; 16], name].concat();
    let size = u32::try_from(central.len()).unwrap().to_le_bytes();
    let at = u32::try_from(local.len()).unwrap().to_le_bytes();
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &size[..], &at, b"\0\0"].concat();
    [local, central, end].concat()
}

#[test]
fn what_is_not_what_it_says_is_refused_and_leaves_nothing() {
    let office = Office::empty();
    let before = office.head();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    let sent = |query: &str, media_type: &str, bytes: Vec<u8>| upload(&office, query, media_type, bytes).send();
    // Bytes against type, however long they are.
    for bytes in [png.clone(), [png.clone(), vec![0; 3_000_000]].concat(), b"\x7fELF\x02\x01\x01".to_vec()] {
        let problem = sent("kind=document", "application/pdf", bytes).problem(415, "media_type_mismatch");
        problem.at("/headers/content-type", "media_type_mismatch");
    }
    // A beginning alone, a page behind it, nothing of a picture between its ends.
    for (kind, media_type, bytes) in [
        ("image", "image/jpeg", b"\xff\xd8\xff".to_vec()),
        ("image", "image/png", [&png[..8], b"<html></html>"].concat()),
        ("image", "image/png", png.clone()),
        ("document", "application/pdf", b"%PDF-".to_vec()),
    ] {
        let problem = sent(&format!("kind={kind}"), media_type, bytes).problem(415, "media_type_mismatch");
        problem.at("/headers/content-type", "media_type_mismatch");
    }
    // Type against kind.
    sent("kind=video", "image/png", png.clone())
        .problem(415, "media_type_mismatch")
        .at("/query/kind", "media_type_mismatch");
    for media_type in ["text/html", "application/zip", "application/octet-stream", "image/svg+xml"] {
        sent("kind=document", media_type, pdf(99)).problem(415, "unsupported_media_type");
    }
    sent("kind=document", "application/pdf", Vec::new()).problem(422, "missing");
    sent("kind=document", "text/plain", b"a\0b".to_vec()).problem(415, "media_type_mismatch");
    sent("kind=document", DOCX, empty_entry("../../etc/passwd")).problem(422, "file_unsafe");
    sent("kind=document", DOCX, empty_entry("word/%2e%2e/%2e%2e/x")).problem(422, "file_unsafe");
    let tail = [empty_entry("word/document.xml"), b"MZ\x90\0".to_vec()].concat();
    sent("kind=document", DOCX, tail).problem(422, "file_unsafe");
    sent("kind=document", DOCX, empty_entry("word/document.xml")).problem(415, "media_type_mismatch");
    sent("kind=document", DOCX, b"PK\x03\x04 broken".to_vec()).problem(422, "file_unsafe");
    // What is said of it.
    sent("", "application/pdf", pdf(99)).problem(400, "bad_parameter").at("/query/kind", "missing");
    sent("kind=paper", "application/pdf", pdf(99)).problem(400, "bad_parameter");
    sent("kind=document&more=1", "application/pdf", pdf(99)).problem(400, "unknown_parameter");
    sent(&format!("kind=document&grid_id={NOBODY}"), "application/pdf", pdf(99))
        .problem(422, "unknown_id")
        .at("/query/grid_id", "unknown_id");
    let taken = |at: &str| sent(&format!("kind=document&taken_at={}", path(at)), "application/pdf", pdf(99));
    taken("2099-01-01T00:00:00+08:00").problem(422, "in_the_future").at("/query/taken_at", "in_the_future");
    taken("2023-11-30T23:59:59+08:00").problem(422, "before_programme").at("/query/taken_at", "before_programme");
    taken("2026-01-01T00:00:00+08:00").created();
    let named = |name: &str| {
        upload(&office, "kind=document", "application/pdf", pdf(99)).with("Content-Disposition", name).send()
    };
    for (name, status, code) in [
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", 422, "file_unsafe"),
        ("attachment; filename=\"C:\\\\x.pdf\"", 422, "file_unsafe"),
        ("attachment; filename*=UTF-8''a%00b.pdf", 422, "control_character"),
        ("attachment", 422, "missing"),
        ("attachment; filename*=UTF-8''%FF", 400, "bad_header"),
    ] {
        named(name).problem(status, code);
    }
    let unnamed = upload(&office, "kind=document", "application/pdf", pdf(99)).without("Content-Disposition").send();
    unnamed.problem(422, "missing").at("/headers/content-disposition", "missing");
    upload(&office, "kind=document", "application/pdf", pdf(99)).at_version(1).send().problem(412, "stale_version");
    super::come_to(&office, 1);
    assert_eq!((office.head(), lie_there(&office).len()), (before + 1, 1), "the one that was taken");
}

#[test]
fn a_file_beyond_the_bound_is_refused_before_and_while_it_comes() {
    use std::io::{Read as _, Write as _};
    let office = Office::empty();
    let mut stream = office.server().connect();
    let head = format!(
        "POST /v1/files?kind=document HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\ncontent-type: application/pdf\r\n\
         content-disposition: attachment; filename=\"a.pdf\"\r\n",
        office.token()
    );
    write!(stream, "{head}content-length: 67108865\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413", "announced");
    let mut stream = office.server().connect();
    write!(stream, "{head}transfer-encoding: chunked\r\n\r\n").unwrap();
    let (piece, mut sent) = (pdf(1024 * 1024), 0);
    let refused = (0..80).any(|_| {
        sent += 1;
        write!(stream, "{:x}\r\n", piece.len())
            .and_then(|()| stream.write_all(&piece))
            .and_then(|()| stream.write_all(b"\r\n"))
            .is_err()
    });
    assert!(refused || stream.read_exact(&mut answer).is_ok(), "{sent} MiB were taken");
    super::come_to(&office, 0);
}
