//! Every list as a table: a workbook says what the CSV says, with numbers, days and instants as such, and a large one is on
//! the disk for as long as somebody takes it.

use crate::harness::{Answer, Office, demand, now, today};
use calamine::{Data, DataType as _, Reader as _, Xlsx};
use chrono::{DateTime, Datelike as _, NaiveDate};
use serde_json::{Value, json};
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::time::{Duration, Instant};

/// The rows of a table, in one of two formats.
fn answer(office: &Office, path: &str, format: &str, language: &str) -> Answer {
    let path = format!("{path}{}format={format}", if path.contains('?') { '&' } else { '?' });
    office.call("GET", &path).with("Accept-Language", language).send().is(200)
}

/// The fields of a CSV (RFC 4180).
fn fields(table: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = table.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(shown) = rest.next() {
        match shown {
            '"' if quoted && rest.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            shown => field.push(shown),
        }
    }
    lines
}

/// The cells of a workbook, as a reader of others sees them.
fn cells(book: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book.to_vec())).unwrap();
    let sheet = book.worksheet_range("Sheet1").unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

/// That a cell says what a field does.
fn says(cell: &Data, field: &str) -> bool {
    match cell {
        Data::Empty => field.is_empty(),
        Data::String(text) => text == field.strip_prefix('\'').unwrap_or(field),
        Data::Float(number) => field.parse::<f64>().is_ok_and(|said| said == *number),
        Data::DateTime(_) => {
            let shown = cell.as_datetime().unwrap();
            match DateTime::parse_from_rfc3339(field) {
                Ok(at) => (at.naive_local() - shown).abs() < chrono::Duration::milliseconds(2),
                Err(_) => field.parse::<NaiveDate>().is_ok_and(|on| on.and_time(chrono::NaiveTime::MIN) == shown),
            }
        }
        other @ (Data::Int(_) | Data::Bool(_) | Data::DateTimeIso(_) | Data::DurationIso(_) | Data::Error(_)) => {
            panic!("{other:?} for {field}")
        }
    }
}

/// More than are written together.
const DEEDS: usize = 120;

/// An office where something of everything was recorded.
fn busy() -> Office {
    let office = Office::open();
    office.records_reception_of(now(), &[demand("甲"), demand("=1+1"), demand("丙")]);
    let (from, to) = (today(), today() + chrono::Duration::days(2));
    let leave = json!({"from": from, "to": to, "reason_code": "work", "reason": "外出开会。"});
    office.post(&format!("/v1/delegates/{}/leaves", office.delegate), &leave).created();
    office.registers_office("=HYPERLINK", "department");
    let issue = office.raises("丁");
    let escalation = json!({"statement": "须由镇级协调。", "level": "town", "reason": "超出权限"});
    let _escalated = office.does(&issue, "escalations", &escalation);
    let promised_on = today() + chrono::Duration::days(10);
    for _ in 0..DEEDS {
        let deed = json!({"kind": "pledged_deed", "grid_id": office.grid, "owner_delegate_id": office.delegate,
            "promised_on": promised_on, "title": "修好3号楼楼道灯"});
        office.post("/v1/deeds", &deed).created();
    }
    office
}

/// An address that there is, of one of the document.
fn filled(office: &Office, path: &str) -> String {
    let place = |name: &str| match name {
        "year" => today().year().to_string(),
        "code" => "on_time".to_owned(),
        "id" if path.contains("/grids/") => office.grid.clone(),
        "id" if path.contains("/delegates/") => office.delegate.clone(),
        "id" if path.contains("/clauses/") => "C-3.6".to_owned(),
        other => panic!("{path}: nothing is known for {other}"),
    };
    let parts = path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => place(name),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Every table of the document, as new as `at`. Published results are looked at where there are some (`annual_review`).
fn tables(office: &Office, at: u64) -> Vec<String> {
    let document = office.get("/openapi.json").good();
    let has = |content: &Value| content["text/csv"].is_object() && content[XLSX].is_object();
    let tables = document["paths"].as_object().unwrap().iter().filter(|(path, item)| {
        has(&item["get"]["responses"]["200"]["content"]) && *path != "/v1/public/reviews/{year}"
    });
    let asked = |(path, item): (&String, &Value)| {
        let parameters = item["get"]["parameters"].as_array().unwrap();
        let waits =
            parameters.iter().any(|one| one["name"] == "at_least" || one["$ref"].to_string().contains("AtLeast"));
        let path = filled(office, path);
        if waits { format!("{path}?at_least={at}") } else { path }
    };
    tables.map(asked).collect()
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[test]
fn a_workbook_says_what_the_csv_says() {
    let office = busy();
    let at = office.head();
    let (mut days, mut filled) = (0, 0);
    let mut paths = tables(&office, at);
    assert!(paths.len() > 40, "{paths:?}");
    let pages = ["issues?sort=raised&limit=2", "delegates?limit=3", "deeds?limit=50"];
    paths.extend(pages.map(|page| format!("/v1/{page}&at_least={at}")));
    for path in paths {
        for language in ["zh-CN", "en"] {
            let csv = answer(&office, &path, "csv", language);
            let book = answer(&office, &path, "xlsx", language);
            let (lines, rows) = (fields(&csv.text()), cells(&book.body));
            assert_eq!(lines.len(), rows.len(), "{path}");
            filled += usize::from(lines.len() > 1);
            for (line, row) in lines.iter().zip(&rows) {
                assert_eq!(line.len(), row.len(), "{path}: {line:?}");
                for (field, cell) in line.iter().zip(row) {
                    assert!(says(cell, field), "{path}: {cell:?} for {field:?}");
                    days += usize::from(matches!(cell, Data::DateTime(_)));
                }
            }
            assert_eq!(csv.header("link").is_some(), path.contains("limit="), "{path}");
            for name in ["link", "huiyin-as-of-position"] {
                let place = |answer: &Answer| answer.header(name).map(|value| value.replace("xlsx", "csv"));
                assert_eq!(place(&book), place(&csv), "{path}");
            }
            let ascii = rows[0].iter().all(|head| head.to_string().is_ascii());
            assert_eq!(ascii, language == "en", "{path}: {:?}", rows[0]);
        }
    }
    assert!(days > 50, "days and instants are such: {days}");
    assert!(filled > 60, "most of them have rows: {filled}");
    // What is read from the log and not from rows is whole, too, and of one position.
    let deeds = cells(&answer(&office, &format!("/v1/deeds?at_least={at}"), "xlsx", "zh-CN").body);
    assert_eq!(deeds.len(), 1 + DEEDS);
    let heads: Vec<_> = deeds[0].iter().map(ToString::to_string).collect();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    for row in &deeds[1..] {
        assert!(row[column("承诺之日")].is_datetime() && row[column("认领时间")].is_datetime(), "{row:?}");
        assert!(row[column("版本")].is_float() && row[column("受益人数")].is_float(), "{row:?}");
    }
    // By their columns, too.
    let rows = cells(&answer(&office, "/v1/issues", "xlsx", "en").body);
    let column = |name: &str| rows[0].iter().position(|head| head.get_string() == Some(name)).unwrap();
    for name in ["raised_at", "answer_due_on", "last_word_at"] {
        assert!(rows[1..].iter().all(|row| row[column(name)].is_datetime()), "{name}");
    }
    assert!(rows[1..].iter().all(|row| row[column("version")].is_float()));
    let offices = cells(&answer(&office, "/v1/offices", "xlsx", "en").body);
    assert!(offices.iter().flatten().any(|cell| *cell == Data::String("=HYPERLINK".to_owned())), "{offices:?}");
}

/// Files without a name that the server has open in its data directory.
fn without_a_name(office: &Office) -> usize {
    let data = fs::canonicalize(office.place().data()).unwrap();
    let open = fs::read_dir(format!("/proc/{}/fd", office.server().pid())).unwrap();
    open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter(|file| file.starts_with(&data) && file.to_string_lossy().ends_with("(deleted)"))
        .count()
}

fn come_to(office: &Office, wanted: usize) {
    let begun = Instant::now();
    while without_a_name(office) != wanted {
        assert!(begun.elapsed() < Duration::from_secs(20), "{} instead of {wanted}", without_a_name(office));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_large_table_lies_on_the_disk_until_its_client_has_it_or_goes() {
    let mut office = Office::open();
    for _ in 0..340 {
        let issues: Vec<Value> = (0..15).map(|_| demand("长")).collect();
        office.records_reception_of(now(), &issues);
    }
    let path = format!("/v1/issues?format=csv&at_least={}", office.head());
    let whole = office.get(&path).is(200);
    assert_eq!(fields(&whole.text()).len(), 1 + 340 * 15);
    assert_eq!(whole.header("content-length").unwrap(), whole.body.len().to_string());
    assert!(whole.body.len() > 3 << 19, "it is large: {}", whole.body.len());
    // Who takes it has it, and nothing is left.
    come_to(&office, 0);
    let book = office.get(&path.replace("csv", "xlsx")).is(200);
    assert_eq!(cells(&book.body).len(), 1 + 340 * 15);

    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(office.place().data()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let begins = |office: &Office| {
        let mut stream = office.server().connect_narrowly();
        let token = office.token();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
        let mut begin = [0; 12];
        stream.read_exact(&mut begin).unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200");
        stream
    };
    let stream = begins(&office);
    come_to(&office, 1);
    assert_eq!(names(), before);
    drop(stream);
    come_to(&office, 0);
    // Nor is anything left where the server ends at once.
    let stream = begins(&office);
    come_to(&office, 1);
    office.crashes();
    drop(stream);
    let left: Vec<_> = fs::read_dir(office.place().data()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}
