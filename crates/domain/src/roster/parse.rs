//! Reading a roster file: `grid,unit,name` and optionally `delegate_id`, in UTF-8. A row that cannot be read is a
//! warning; only a file that is no roster at all is refused.

use super::{Warning, WarningCode};
use crate::refusal::{Code, Detail, Refusal};
use crate::text;
use csv::{ByteRecord, ReaderBuilder};
use uuid::Uuid;

/// Largest roster file, in bytes (API §1).
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most rows read of a file; far more than one append could take.
const MAX_ROWS: usize = 20_000;
/// Longest field in bytes, four a character.
const MAX_FIELD_BYTES: usize = text::MAX_NAME * 4;

/// One row that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file, the header being line 1.
    pub row: u64,
    /// The grid's name.
    pub grid: String,
    /// The unit's name; absent on the grid's own row.
    pub unit: Option<String>,
    /// The delegate's name without padding; absent where the row only names an area.
    pub name: Option<String>,
    /// What the column `delegate_id` says, where it says something.
    pub delegate_id: Option<Uuid>,
}

/// A file, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The rows, in the file's order.
    pub rows: Vec<Row>,
    /// Remarks about rows, in the file's order.
    pub warnings: Vec<Warning>,
}

/// Which column holds what.
struct Columns {
    grid: usize,
    unit: usize,
    name: usize,
    delegate_id: Option<usize>,
    count: usize,
}

/// Reads a file. A byte order mark before the header is tolerated; names are NFC, without the spaces that pad them,
/// with half-width parentheses.
///
/// Errors: [`Code::TooLong`] beyond 5 MiB, [`Code::TooMany`] rows, [`Code::NotACsv`] for what is not UTF-8 or has no
/// header, [`Code::UnknownHeader`].
pub fn parse(bytes: &[u8]) -> Result<Parsed, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::new(Code::TooLong).under("C-A1"));
    }
    let file = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if std::str::from_utf8(file).is_err() {
        return Err(Refusal::new(Code::NotACsv).because(
            "文件不是 UTF-8 编码，请另存为 UTF-8 的 CSV。",
            "The file is not UTF-8; save it as CSV in UTF-8.",
        ));
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut lines = Lines { file, at: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut columns = None;
    let mut parsed = Parsed::default();
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                return Err(Refusal::new(Code::NotACsv)
                    .because(format!("文件无法读取：{error}"), format!("The file cannot be read: {error}")));
            }
        }
        let row = lines.of_record_from(start);
        let Some(columns) = &columns else {
            columns = Some(header(&record)?);
            continue;
        };
        if parsed.rows.len() + parsed.warnings.len() >= MAX_ROWS {
            return Err(Refusal::new(Code::TooMany).under("C-A1"));
        }
        match read_row(row, columns, &record, &mut parsed.warnings) {
            Ok(Some(row)) => parsed.rows.push(row),
            Ok(None) => {}
            Err(why) => parsed.warnings.push(Warning { row, code: WarningCode::MalformedRow, detail: why }),
        }
    }
    if columns.is_none() {
        return Err(Refusal::new(Code::NotACsv).because("文件是空的。", "The file is empty."));
    }
    Ok(parsed)
}

fn header(record: &ByteRecord) -> Result<Columns, Refusal> {
    let names: Vec<String> = record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
    let column = |wanted: &str| names.iter().position(|name| name == wanted);
    let known = |name: &String| ["grid", "unit", "name", "delegate_id"].contains(&name.as_str());
    let all_known_once = names.iter().enumerate().all(|(n, name)| known(name) && column(name) == Some(n));
    match (column("grid"), column("unit"), column("name")) {
        (Some(grid), Some(unit), Some(name)) if all_known_once => {
            Ok(Columns { grid, unit, name, delegate_id: column("delegate_id"), count: names.len() })
        }
        _ => Err(Refusal::new(Code::UnknownHeader)),
    }
}

/// One row; `None` for a line with nothing in it.
fn read_row(
    row: u64,
    columns: &Columns,
    record: &ByteRecord,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Row>, Detail> {
    if record.iter().all(|field| field.trim_ascii().is_empty()) {
        return Ok(None);
    }
    if record.len() != columns.count {
        return Err(both(
            format!("应有 {} 列，实有 {} 列。", columns.count, record.len()),
            format!("{} columns are expected, there are {}.", columns.count, record.len()),
        ));
    }
    let field = |index: usize| {
        let bytes = record.get(index).unwrap_or_default();
        if bytes.len() > MAX_FIELD_BYTES {
            return Err(Refusal::new(Code::TooLong).detail);
        }
        // A file in UTF-8 may still be cut inside a character by a stray quote; then the row is malformed.
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new(Code::InvalidValue).detail)?;
        Ok(text.replace('（', "(").replace('）', ")"))
    };
    let named = |index: usize| -> Result<Option<String>, Detail> {
        match text::official(&field(index)?) {
            Ok(name) => Ok(Some(name)),
            Err(refusal) if refusal.code == Code::Missing => Ok(None),
            Err(refusal) => Err(refusal.detail),
        }
    };
    let Some(grid) = named(columns.grid)? else {
        return Err(both("缺少网格名称。", "The grid is missing."));
    };
    let unit = named(columns.unit)?;
    let name = named(columns.name)?.map(|name| text::remove_padding(&name));
    let delegate_id = match columns.delegate_id.map(field).transpose()?.as_deref().map(str::trim) {
        None | Some("") => None,
        // An id that is none names nobody; planning says so, beside ids that are nobody's.
        Some(id) => Some(id.parse().unwrap_or(Uuid::nil())),
    };
    let spaces = |text: &str| text.chars().filter(|c| c.is_whitespace()).count();
    if let Some(name) = &name
        && spaces(name) < spaces(&field(columns.name)?)
    {
        warnings.push(Warning {
            row,
            code: WarningCode::NamePaddingRemoved,
            detail: both(format!("已去除姓名“{name}”中的空格。"), format!("Spaces were taken out of the name {name}.")),
        });
    }
    Ok(Some(Row { row, grid, unit, name, delegate_id }))
}

/// Line numbers as an editor shows them: `\n`, `\r\n` and a lone `\r` each end a line. The CSV reader skips blank
/// lines silently, so records alone cannot be counted.
struct Lines<'a> {
    file: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record begins that the reader read from byte `start` on.
    fn of_record_from(&mut self, start: usize) -> u64 {
        while let Some(&byte) = self.file.get(self.at) {
            let ends_line = byte == b'\n' || (byte == b'\r' && self.file.get(self.at + 1) != Some(&b'\n'));
            // From `start` on only what ends lines is passed over: what comes next is the record.
            if self.at >= start && byte != b'\n' && byte != b'\r' {
                break;
            }
            self.line += u64::from(ends_line);
            self.at += 1;
        }
        self.line
    }
}

pub(super) fn both(zh: impl Into<String>, en: impl Into<String>) -> Detail {
    Detail { zh: zh.into(), en: en.into() }
}
