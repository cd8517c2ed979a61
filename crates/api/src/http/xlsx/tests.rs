#![allow(clippy::unwrap_used)]

use super::*;
use chrono::{DateTime, NaiveDate, TimeZone as _};
use chrono_tz::Asia::Shanghai;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// A file of a workbook.
fn file(book: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split_once(end).map(|(found, _)| found)
}

/// The cell at a place, as it is written.
fn cell<'a>(sheet: &'a str, place: &str) -> Option<&'a str> {
    between(sheet, &format!("<c r=\"{place}\""), "</c>")
}

/// The format of the numbers of a cell.
fn format_of(book: &[u8], cell: &str) -> String {
    let styles = file(book, "xl/styles.xml");
    let at: usize = between(cell, " s=\"", "\"").unwrap().parse().unwrap();
    let of_cell = between(&styles, "<cellXfs", "</cellXfs>").unwrap().split("<xf ").nth(at + 1).unwrap();
    let id = between(of_cell, "numFmtId=\"", "\"").unwrap();
    between(&styles, &format!("<numFmt numFmtId=\"{id}\" formatCode=\""), "\"").unwrap().to_owned()
}

const COLUMNS: [(&str, &str); 5] = [("编号", "id"), ("名称", "name"), ("数量", "n"), ("日期", "on"), ("时间", "at")];

fn row(name: &str, n: i128) -> Vec<Cell> {
    let at: DateTime<chrono_tz::Tz> = Shanghai.with_ymd_and_hms(2026, 11, 19, 14, 10, 30).unwrap();
    let on = NaiveDate::from_ymd_opt(2026, 11, 19).unwrap();
    vec!["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10".into(), name.into(), Cell::Number(n), Cell::Day(on), Cell::Instant(at)]
}

#[test]
fn numbers_days_and_instants_are_numbers_and_texts_stay_texts() {
    let rows = [
        row("=1+1", -4),
        row("汪洁 & 张三", 1 << 70),
        vec![Cell::Nothing, true.into(), 0_u64.into(), None::<u64>.into(), Cell::Nothing],
    ];
    let book = headed(&COLUMNS, rows, Language::Zh).unwrap();
    let sheet = file(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(cell(&sheet, "B2"), Some(" t=\"inlineStr\"><is><t>=1+1</t></is>"));
    assert!(!sheet.contains("<f"), "nothing is a formula");
    assert_eq!(cell(&sheet, "B3"), Some(" t=\"inlineStr\"><is><t>汪洁 &amp; 张三</t></is>"));
    assert_eq!(cell(&sheet, "C2"), Some("><v>-4</v>"));
    assert_eq!(cell(&sheet, "C3"), Some(" t=\"inlineStr\"><is><t>1180591620717411303424</t></is>"));
    let (day, instant) = (cell(&sheet, "D2").unwrap(), cell(&sheet, "E2").unwrap());
    assert_eq!(between(day, "<v>", "</v>"), Some("46345"));
    assert_eq!(format_of(&book, day), "yyyy\\-mm\\-dd".replace('\\', ""));
    let at: f64 = between(instant, "<v>", "</v>").unwrap().parse().unwrap();
    assert!((at - (46_345.0 + 51_030.0 / 86_400.0)).abs() < 1e-9, "the town's own time: {at}");
    assert_eq!(format_of(&book, instant), "yyyy-mm-dd hh:mm:ss");
    assert_eq!((cell(&sheet, "A4"), cell(&sheet, "D4")), (None, None), "what is not there has no cell");
    assert_eq!(cell(&sheet, "C4"), Some("><v>0</v>"));
}

#[test]
fn the_heading_is_in_the_language_asked_for_bold_and_in_sight() {
    for (language, names) in [(Language::Zh, COLUMNS.map(|(zh, _)| zh)), (Language::En, COLUMNS.map(|(_, en)| en))] {
        let book = headed(&COLUMNS, [row("太平", 1)], language).unwrap();
        let texts = file(&book, "xl/sharedStrings.xml");
        let said: Vec<_> =
            texts.split("<t>").skip(1).filter_map(|text| text.split_once('<')).map(|(text, _)| text).collect();
        assert_eq!(said, names);
        let sheet = file(&book, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<pane ySplit=\"1\"") && sheet.contains("state=\"frozen\""), "{sheet}");
        let bold = between(cell(&sheet, "A1").unwrap(), " s=\"", "\"").unwrap().parse::<usize>().unwrap();
        let styles = file(&book, "xl/styles.xml");
        let of_cell = between(&styles, "<cellXfs", "</cellXfs>").unwrap().split("<xf ").nth(bold + 1).unwrap();
        assert!(of_cell.contains("fontId=\"1\"") && styles.contains("<font><b/>"), "{of_cell}");
    }
}

#[test]
fn columns_are_as_wide_as_what_stands_in_them_and_ids_are_narrow() {
    let book = headed(&COLUMNS, [row("江桥镇城市建设管理办公室", 1)], Language::Zh).unwrap();
    let sheet = file(&book, "xl/worksheets/sheet1.xml");
    let widths: Vec<u32> = between(&sheet, "<cols>", "</cols>")
        .unwrap()
        .split("width=\"")
        .skip(1)
        .map(|width| width.split_once(['.', '"']).unwrap().0.parse().unwrap())
        .collect();
    assert_eq!(widths, [14, 25, 8, 12, 21]);
}

#[test]
fn rows_behind_those_that_were_measured_follow_without_a_gap() {
    let count = 2 * ROWS_MEASURED + 7;
    let rows = (0..count).map(|n| row("行", n.try_into().unwrap()));
    let book = headed(&COLUMNS, rows, Language::En).unwrap();
    let sheet = file(&book, "xl/worksheets/sheet1.xml");
    for n in 0..count {
        assert_eq!(cell(&sheet, &format!("C{}", n + 2)), Some(format!("><v>{n}</v>").as_str()));
    }
    assert_eq!(sheet.matches("<row ").count(), count + 1);
    assert!(sheet.ends_with("</worksheet>") && sheet.contains("</row></sheetData>"), "the end is there");
    // None at all are a table, too.
    let empty = headed(&COLUMNS, [], Language::Zh).unwrap();
    assert_eq!(file(&empty, "xl/worksheets/sheet1.xml").matches("<row ").count(), 1);
}

/// Takes so many bytes and no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_is_full_is_an_error_and_nothing_else() {
    for room in [0, 3_000, 20_000] {
        let mut sheet = Sheet::headed(Full(room), &COLUMNS, Language::Zh);
        let mut rows = (0..100_000).map(|n| sheet.row(row(&format!("{:x}", n * 7_919), n)));
        let error = rows.find_map(Result::err).unwrap();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}");
    }
}
