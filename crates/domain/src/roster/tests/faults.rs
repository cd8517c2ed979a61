//! What of a file cannot be read, row by row or as a whole.

use super::*;

#[test]
fn rows_whose_values_do_not_fit_are_warnings_and_every_row_is_counted() {
    let long = "长".repeat(101);
    let file = format!(
        "grid,unit,name\r\n\r\n,太平村,高明\r\n太平网格,{long},高洪\r\n\r\n太平网格,太平村,李\u{200B}华\r\n太平网格,太平村,王莺\r\n,,\r\n太平网格,金莱社区,\r\n太平网格,（太平村）,李晔\r\n太平网格,\"火线\"\"村\",沈斌\r\n"
    );
    let mut town = Town::new();
    let plan = town.import(&file, Party, "2023-12-01");
    assert_eq!(codes(&plan), [3, 4, 6].map(|row| (row, "malformed_row")));
    assert!(plan.warnings[2].detail.zh.contains("U+200B"));
    assert_eq!((plan.counts.delegates.rows, plan.counts.units.rows), (3, 4));
    let rows = RowCounts { read: 7, created: 3, without_person: 1, refused: 3, ..RowCounts::default() };
    assert_eq!(adds_up(&plan), rows);
    assert_eq!(town.places("李晔", Party, "2024-01-01"), ["太平网格/（太平村）"]);
    assert_eq!(town.places("沈斌", Party, "2024-01-01"), ["太平网格/火线\"村"]);
    // The same file in half width means the same.
    let plan = town.import("grid,unit,name\n太平网格,(太平村),李晔\n", Party, "2023-12-01");
    assert!(plan.is_empty() && adds_up(&plan).unchanged == 1);
}

#[test]
fn a_file_that_cannot_be_read_row_by_row_is_refused_as_a_whole_with_the_row() {
    let good = "grid,unit,name\n太平网格,太平村,高明\n";
    let gbk: &[u8] = b"\xCC\xAB\xC6\xBD\xCD\xF8\xB8\xF1,\xCC\xAB\xC6\xBD\xB4\xE5,\xB8\xDF\xC3\xF7\n";
    let with = |rest: &[u8]| [good.as_bytes(), rest].concat();
    for (what, file, row) in [
        ("an opened quote", with("太平网格,\"太平村,高洪\n太平网格,太平村,\"李华\n".as_bytes()), 3),
        ("a cell over two lines", with("太平网格,\"太平\n村\",高洪\n".as_bytes()), 3),
        ("a quote inside a cell", with("太平网格,太平\"村,高洪\n".as_bytes()), 3),
        ("more behind a quote", with("太平网格,\"太平\"村,高洪\n".as_bytes()), 3),
        ("a column too few", with("\n太平网格,太平村\n".as_bytes()), 4),
        ("a column too many", with("太平网格,太平村,高洪,男\n".as_bytes()), 3),
        ("NUL", with("太平网格,太平村,高\0洪\n".as_bytes()), 3),
        ("a lost character", with("太平网格,太平村,高\u{FFFD}\n".as_bytes()), 3),
        ("GBK behind UTF-8", with(gbk), 3),
        ("UTF-8 behind GBK", [b"grid,unit,name\n", gbk, "太平网格,,高明\n".as_bytes()].concat(), 3),
        ("both in one row", with(b"\xCC\xAB\xC6\xBD\xCD\xF8\xB8\xF1,,\xE9\xAB\x98\xE6\xB4\xAA\n"), 3),
        ("neither", with(b"x,,\xFF\xFE\n"), 3),
        ("UTF-8 by its mark only", [b"\xEF\xBB\xBFgrid,unit,name\n", gbk].concat(), 2),
        ("half a unit of UTF-16", b"\xFF\xFEg\0r\0\n\0x".to_vec(), 2),
        ("half a pair of UTF-16", b"\xFF\xFEg\0\n\0\x00\xD8\n\0".to_vec(), 2),
    ] {
        let refusal = parse(&file).unwrap_err();
        assert_eq!((refusal.code, refusal.clause), (Code::NotACsv, Some("C-A1")), "{what}");
        assert!(refusal.detail.en.starts_with(&format!("Row {row}: ")), "{what}: {}", refusal.detail.en);
        assert!(refusal.detail.zh.starts_with(&format!("第 {row} 行：")), "{what}: {}", refusal.detail.zh);
    }
}

#[test]
fn a_roster_may_be_saved_in_the_encodings_of_office_programs() {
    let text = "grid,unit,name\r\n太平网格,太平村,高明\r\n太平网格,,Zoë 𠮷\r\n";
    let utf16 = |mark: char, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked: String = [mark.to_string(), text.replace(',', "\t")].concat();
        marked.encode_utf16().flat_map(bytes).collect()
    };
    let (gb18030, _, lossy) = encoding_rs::GB18030.encode(text);
    assert!(!lossy);
    let expected = parse(text.as_bytes()).unwrap();
    assert_eq!(expected.encoding, Encoding::Utf8);
    for (encoding, file) in [
        (Encoding::Gb18030, gb18030.into_owned()),
        (Encoding::Utf16, utf16('\u{FEFF}', u16::to_le_bytes)),
        (Encoding::Utf16, utf16('\u{FEFF}', u16::to_be_bytes)),
        (Encoding::Utf8, format!("\u{FEFF}{text}").into_bytes()),
    ] {
        assert_eq!(parse(&file).unwrap(), Parsed { encoding, ..expected.clone() });
    }
}

#[test]
fn annex_1_in_gbk_is_annex_1() {
    let (gbk, _, lossy) = encoding_rs::GBK.encode(annex_1());
    let read = parse(&gbk).unwrap();
    assert_eq!((lossy, read.encoding, read.rows), (false, Encoding::Gb18030, parse(ROSTER).unwrap().rows));
}

#[test]
fn row_numbers_are_the_lines_an_editor_shows() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["grid,unit,name", "", "太平网格,,高 明", "", "", "太平网格,,高 洪", "太平网格,,张 益"].join(end);
        let rows: Vec<u64> = parse(file.as_bytes()).unwrap().warnings.iter().map(|w| w.row).collect();
        assert_eq!(rows, [3, 6, 7], "{end:?}");
    }
}

#[test]
fn what_is_no_roster_is_refused() {
    assert_eq!(refused(b""), Code::NotACsv);
    assert_eq!(refused(b"\xEF\xBB\xBF\n\n"), Code::NotACsv);
    assert_eq!(refused(b"grid,unit\n"), Code::UnknownHeader);
    assert_eq!(refused(b"grid,unit,name,phone\n"), Code::UnknownHeader);
    assert_eq!(refused(b"grid,unit,name,name\n"), Code::UnknownHeader);
    assert_eq!(refused(&vec![b'x'; MAX_BYTES + 1]), Code::TooLong);
    assert_eq!(refused(format!("grid,unit,name\n{}", "a,b,c\n".repeat(20_001)).as_bytes()), Code::TooMany);
    assert_eq!(refused("网格,单位,姓名\n".as_bytes()), Code::UnknownHeader);
    let unknown = parse(b"grid,name,phone,name\n").unwrap_err().detail;
    for named in ["phone", "name", "unit"] {
        assert!(unknown.zh.contains(named) && unknown.en.contains(named), "{unknown:?}");
    }
}
