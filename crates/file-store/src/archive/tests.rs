#![allow(clippy::unwrap_used)]

use super::*;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::ZipArchiveWriter;
use std::io::{Cursor, Write as _};

const BOUNDS: Bounds = Bounds { entries: 2_000, unpacked: 200 * 1024 * 1024 };

/// An archive of entries: path, and what is in it, so many times.
pub(crate) fn packed(entries: &[(&str, &[u8], usize)]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut archive = ZipArchiveWriter::new(&mut out);
    for (path, piece, times) in entries {
        let path = rawzip::path::EntryPath::verbatim(path.as_bytes());
        let (mut entry, config) =
            archive.new_file(path).compression_method(CompressionMethod::DEFLATE).start().unwrap();
        let encoder = DeflateEncoder::new(&mut entry, Compression::fast());
        let mut writer = config.wrap(encoder);
        for _ in 0..*times {
            writer.write_all(piece).unwrap();
        }
        let (encoder, described) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(described).unwrap();
    }
    archive.finish().unwrap();
    out.into_inner()
}

fn looked(bytes: Vec<u8>) -> Packed {
    let length = bytes.len() as u64;
    look_through(Cursor::new(bytes), length, BOUNDS)
}

const TYPES: (&str, &[u8], usize) = ("[Content_Types].xml", b"<Types/>", 1);

#[test]
fn a_document_is_known_by_its_entries() {
    for (entries, media_type) in [
        (vec![TYPES, ("word/document.xml", b"<w/>", 1)], Some(DOCX)),
        (vec![TYPES, ("xl/workbook.xml", b"<x/>", 1)], Some(XLSX)),
        (vec![TYPES, ("ppt/presentation.xml", b"<p/>", 1)], Some(PPTX)),
        (vec![("OFD.xml", b"<OFD/>".as_slice(), 1), ("Doc_0/Document.xml", b"<d/>", 1)], Some(OFD)),
        (vec![("OFD.xml", b"<OFD/>".as_slice(), 1), TYPES, ("word/document.xml", b"<w/>", 1)], None),
        (vec![TYPES, ("word/document.xml", b"<w/>", 1), ("word/vbaProject.bin", b"macro", 1)], None),
        (vec![("word/document.xml", b"<w/>".as_slice(), 1)], None),
        (vec![("readme.txt", b"any".as_slice(), 1)], None),
    ] {
        assert_eq!(looked(packed(&entries)), Packed::Document(media_type), "{entries:?}");
    }
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_not_kept() {
    let mebibyte = vec![0; 1024 * 1024];
    let bomb = packed(&[TYPES, ("word/document.xml", &mebibyte, 201)]);
    assert!(bomb.len() < 4 * 1024 * 1024, "{} bytes", bomb.len());
    assert_eq!(looked(bomb), Packed::Unsafe(Unsafe::Unpacked));
    let spread = packed(&[TYPES, ("a", &mebibyte, 100), ("word/document.xml", &mebibyte, 101)]);
    assert_eq!(looked(spread), Packed::Unsafe(Unsafe::Unpacked));
    let large = packed(&[TYPES, ("word/document.xml", &mebibyte, 199)]);
    assert_eq!(looked(large), Packed::Document(Some(DOCX)));
}

#[test]
fn an_archive_of_too_many_entries_is_not_kept() {
    let names: Vec<String> = (0..2_000).map(|number| format!("word/{number}.xml")).collect();
    let mut entries: Vec<(&str, &[u8], usize)> = names.iter().map(|name| (name.as_str(), b"".as_slice(), 1)).collect();
    assert_eq!(looked(packed(&entries)), Packed::Document(None));
    entries.push(TYPES);
    assert_eq!(looked(packed(&entries)), Packed::Unsafe(Unsafe::Entries));
}

#[test]
fn a_path_that_leads_out_is_not_kept() {
    for path in [
        "%2e%2e/x",
        "word/%2E%2e%2fx",
        "%2Fetc/passwd",
        "%5c%5cserver",
        "a%00b",
        "../../etc/passwd",
        "word/../../x",
        "..\\x",
        "/etc/passwd",
        "\\\\server\\x",
        "C:\\x",
        "a\0b",
        "..",
    ] {
        assert_eq!(looked(packed(&[TYPES, (path, b"x", 1)])), Packed::Unsafe(Unsafe::Path), "{path:?}");
    }
    let harmless =
        [TYPES, ("word/a..b/..c", b"x".as_slice(), 1), ("word/100%", b"x", 1), ("word/%e5%9b%be.xml", b"x", 1)];
    assert_eq!(looked(packed(&harmless)), Packed::Document(None));
}

#[test]
fn an_archive_that_says_of_itself_what_it_does_not_hold_is_not_kept() {
    let whole = packed(&[TYPES, ("word/document.xml", b"<w>words</w>", 1)]);
    let unsafe_to_keep = |bytes: Vec<u8>| assert_eq!(looked(bytes), Packed::Unsafe(Unsafe::Unreadable));
    unsafe_to_keep(whole[..whole.len() - 30].to_vec());
    unsafe_to_keep(b"PK\x03\x04 and nothing else".to_vec());
    // Another name before the entry than in the directory: two readers would see two documents.
    let at = whole.windows(17).position(|window| window == b"word/document.xml").unwrap();
    let mut renamed = whole.clone();
    renamed[at] = b'W';
    unsafe_to_keep(renamed);
    // One name twice: in other letters, or percent-encoded, it is still one.
    for twice in ["word/document.xml", "Word/Document.xml", "word\\document.xml", "word/%64ocument.xml"] {
        unsafe_to_keep(packed(&[TYPES, ("word/document.xml", b"<w/>", 1), (twice, b"<other/>", 1)]));
    }
    // A program before it or behind it, and none in its comment.
    unsafe_to_keep([b"MZ\x90\0".to_vec(), whole.clone()].concat());
    unsafe_to_keep([b"PK\x03\x04".to_vec(), whole.clone()].concat());
    unsafe_to_keep([whole.clone(), b"MZ\x90\0 program".to_vec()].concat());
    let mut commented = whole.clone();
    let length = commented.len();
    commented[length - 2] = 5;
    commented.extend_from_slice(b"words");
    assert_eq!(looked(commented), Packed::Document(Some(DOCX)));
    // Other bytes than the checksum says.
    let mut changed = whole.clone();
    changed[at + 20] ^= 0x40;
    unsafe_to_keep(changed);
}
