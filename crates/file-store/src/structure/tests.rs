#![allow(clippy::unwrap_used)]

use super::*;

/// A JPEG of a frame and a scan.
pub(crate) fn jpeg() -> Vec<u8> {
    let frame = b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0";
    let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\xff\0\x34\xff\xd0\x56";
    [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".as_slice(), frame, scan, b"\xff\xd9"].concat()
}

/// A chunk of a PNG; its checksum is not looked at.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], kind, data, &[0; 4]].concat()
}

/// A PNG of one chunk of data.
pub(crate) fn png() -> Vec<u8> {
    [PNG.to_vec(), chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2; 40]), chunk(b"IEND", b"")].concat()
}

/// A PDF without pages.
pub(crate) fn pdf() -> Vec<u8> {
    [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".as_slice(), &[b' '; 3_000], b"startxref\n0\n%%EOF\n"].concat()
}

/// What follows a file of one type.
type Follows = fn() -> Structure;

/// Each type, and a whole file of it.
fn each() -> [(Follows, Vec<u8>); 3] {
    [
        (|| Structure::Jpeg(Jpeg::new()), jpeg()),
        (|| Structure::Png(Png::new()), png()),
        (|| Structure::Pdf(Pdf::new()), pdf()),
    ]
}

/// Whether bytes are whole, and whether they are lost, in pieces of a length.
fn looked(mut structure: Structure, bytes: &[u8], piece: usize) -> (bool, bool) {
    bytes.chunks(piece).for_each(|piece| structure.update(piece));
    (structure.is_whole(), structure.is_lost())
}

#[test]
fn a_whole_file_is_whole_however_it_comes() {
    for (new, bytes) in each() {
        for piece in [1, 2, 3, 7, 64, 5_000] {
            assert_eq!(looked(new(), &bytes, piece), (true, false), "{piece}");
        }
    }
}

#[test]
fn what_is_cut_off_is_not_whole() {
    for (new, bytes) in each() {
        // The last byte of a PDF is a line break behind its end.
        for length in 0..bytes.len() - 1 {
            let (whole, lost) = looked(new(), &bytes[..length], 64);
            assert!(!whole && !lost, "{length} bytes of {}", bytes.len());
        }
    }
}

#[test]
fn a_beginning_alone_makes_no_picture() {
    let page = b"<html><script>alert(1)</script></html>".repeat(40);
    for start in [b"\xff\xd8\xff".as_slice(), &PNG, b"%PDF-"] {
        for (new, _) in each() {
            assert!(!looked(new(), start, 64).0, "{start:?}");
            let (whole, lost) = looked(new(), &[start, &page].concat(), 64);
            assert!(!whole && lost, "{start:?}");
        }
    }
}

#[test]
fn a_jpeg_has_a_frame_and_a_scan_and_telephones_hang_films_behind_it() {
    let of = |bytes: &[u8]| looked(Structure::Jpeg(Jpeg::new()), bytes, 5);
    assert_eq!(of(b"\xff\xd8\xff\xd9"), (false, true), "nothing between its ends");
    assert_eq!(of(b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9"), (false, true), "no picture");
    assert_eq!(of(b"\xff\xd8\xff\xe0\0\x01"), (false, true), "a length that does not hold itself");
    assert_eq!(of(&[jpeg(), b"\0\0\0\x18ftypmp42".to_vec()].concat()), (true, false));
}

#[test]
fn a_png_has_its_header_first_and_nothing_behind_its_end() {
    let of = |chunks: &[Vec<u8>]| looked(Structure::Png(Png::new()), &[PNG.to_vec(), chunks.concat()].concat(), 5);
    let (header, data, end) = (chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2; 40]), chunk(b"IEND", b""));
    assert_eq!(of(&[header.clone(), data.clone(), end.clone()]), (true, false));
    for wrong in [
        vec![data.clone(), end.clone()],
        vec![header.clone(), end.clone()],
        vec![chunk(b"IHDR", &[1; 12]), data.clone(), end.clone()],
        vec![header.clone(), chunk(b"ID\0T", b"x"), data.clone(), end.clone()],
        vec![header.clone(), header.clone(), data.clone(), end.clone()],
        vec![header, data, end, b"M".to_vec()],
    ] {
        assert_eq!(of(&wrong), (false, true), "{wrong:?}");
    }
}

#[test]
fn a_pdf_ends_within_its_last_kilobyte() {
    let with = |behind: usize| looked(Structure::Pdf(Pdf::new()), &[pdf(), vec![b' '; behind]].concat(), 700).0;
    assert!(with(1_018) && !with(1_019));
    assert!(!looked(Structure::Pdf(Pdf::new()), b"%PDF-x\n%%EOF", 64).0, "no version");
}
