#![allow(clippy::unwrap_used)]

use super::*;
use crate::archive::tests::packed;
use crate::store::FileStore;
use crate::structure::tests::{jpeg, pdf, png};
use uuid::Uuid;

const BOUNDS: Bounds = Bounds { entries: 2_000, unpacked: 200 * 1024 * 1024 };
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is seen of bytes that are said to be of a type, after they went through a store.
async fn looked(media_type: &'static str, bytes: &[u8]) -> Looked {
    let store = FileStore::in_memory();
    let id = Uuid::from_u128(1);
    let mut incoming = store.begin(id, &[1; 32]).await.unwrap();
    let mut looking = Looking::for_type(media_type);
    for piece in bytes.chunks(1_000) {
        looking.update(piece);
        incoming.write(piece).await.unwrap();
    }
    let received = incoming.finish().await.unwrap();
    let again = store.open_incoming(id, &received.key, received.bytes).await.unwrap();
    let early = looking.differs();
    let looked = looking.finish(again, BOUNDS).await.unwrap();
    assert!(!early || looked == Looked::Differs, "{media_type}");
    looked
}

fn isobmff(brand: &str) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftyp".to_vec();
    bytes.extend_from_slice(brand.as_bytes());
    bytes.extend_from_slice(b"\0\0\0\0mif1");
    bytes.extend_from_slice(brand.as_bytes());
    bytes.resize(64, 0);
    bytes
}

/// One file of each type that begins as the type does.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let types: (&str, &[u8], usize) = ("[Content_Types].xml", b"<Types/>", 1);
    vec![
        ("application/pdf", pdf()),
        (DOCX, packed(&[types, ("word/document.xml", b"<w/>", 1)])),
        (XLSX, packed(&[types, ("xl/workbook.xml", b"<x/>", 1)])),
        ("application/ofd", packed(&[("OFD.xml", b"<OFD/>", 1)])),
        ("text/plain", "接待记录：楼道灯不亮。\n".repeat(9_000).into_bytes()),
        ("image/jpeg", jpeg()),
        ("image/png", png()),
        ("image/webp", b"RIFF\x1a\0\0\0WEBPVP8L".to_vec()),
        ("image/heic", isobmff("heic")),
        ("audio/mpeg", b"ID3\x04\0\0\0\0\0\0".to_vec()),
        ("audio/mp4", isobmff("M4A ")),
        ("audio/amr", b"#!AMR\n\x3c\x91\x17\x16\xbe\x66".to_vec()),
        ("audio/wav", b"RIFF\x24\0\0\0WAVEfmt ".to_vec()),
        ("video/mp4", isobmff("isom")),
        ("video/quicktime", isobmff("qt  ")),
    ]
}

#[tokio::test]
async fn bytes_are_of_one_type_and_no_other() {
    for (said, _) in samples() {
        for (media_type, bytes) in samples() {
            let fits = said == media_type || (said, media_type) == ("audio/mp4", "video/mp4");
            let expected = if fits { Looked::Fits } else { Looked::Differs };
            assert_eq!(looked(said, &bytes).await, expected, "{media_type} said to be {said}");
        }
    }
}

#[tokio::test]
async fn what_is_none_of_them_is_none_of_them() {
    let program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0";
    for (media_type, _) in samples() {
        for bytes in [program.as_slice(), b"MZ\x90\0", b"\0"] {
            assert_eq!(looked(media_type, bytes).await, Looked::Differs, "{media_type}");
        }
    }
    assert_eq!(looked("text/html", b"<html></html>").await, Looked::Differs);
    // So far they begin as what they are said to be, and are nothing of the kind.
    let page = b"<html><script>alert(1)</script></html>".repeat(200);
    for (media_type, begins) in
        [("image/jpeg", b"\xff\xd8\xff".as_slice()), ("image/png", b"\x89PNG\r\n\x1a\n"), ("application/pdf", b"%PDF-")]
    {
        for rest in [b"".as_slice(), &page] {
            assert_eq!(looked(media_type, &[begins, rest].concat()).await, Looked::Differs, "{media_type}");
        }
    }
    // A page that carries the mark of a PDF further down is a page.
    assert_eq!(looked("application/pdf", b"<html>%PDF-1.7 %%EOF").await, Looked::Differs);
}

#[tokio::test]
async fn an_unsafe_archive_is_seen_through_the_seal() {
    let up = packed(&[("[Content_Types].xml", b"<Types/>", 1), ("../word/document.xml", b"<w/>", 1)]);
    assert_eq!(looked(DOCX, &up).await, Looked::Unsafe(Unsafe::Path));
    let mebibyte = vec![0; 1024 * 1024];
    let bomb = packed(&[("[Content_Types].xml", b"<Types/>", 1), ("word/document.xml", &mebibyte, 201)]);
    assert_eq!(looked(DOCX, &bomb).await, Looked::Unsafe(Unsafe::Unpacked));
}

#[test]
fn what_cannot_fit_any_more_is_clear_before_all_has_come() {
    let mut looking = Looking::for_type("image/jpeg");
    looking.update(&[0; HEAD_BYTES - 1]);
    assert!(!looking.differs(), "its head is not all there");
    looking.update(&[0]);
    assert!(looking.differs());
}
