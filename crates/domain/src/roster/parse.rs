//! Reading a roster file: `grid,unit,name` and optionally `delegate_id`. A file that cannot be read row by row without
//! doubt is refused as a whole; a row whose values do not fit is a warning, and every row is counted.

use super::encoding::{self, Encoding, refused};
use super::{Warning, WarningCode, table};
use crate::language::Text;
use crate::refusal::{Code, Refusal};
use crate::text::{self, NotOneName, ReadName};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Largest roster file, in bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most rows read of a file; far more than one append could take.
const MAX_ROWS: usize = 20_000;
/// The most characters of an unknown heading that a refusal repeats, and the most such headings.
const HEADING_CHARS_TOLD: usize = 30;
const HEADINGS_TOLD: usize = 10;
/// The columns.
const KNOWN: [&str; 4] = ["grid", "unit", "name", "delegate_id"];

/// One row that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file, the header being line 1.
    pub row: u64,
    /// The grid's name.
    pub grid: String,
    /// The unit's name; absent on the grid's own row.
    pub unit: Option<String>,
    /// The delegate's name without padding and notes; absent where the row only names an area.
    pub name: Option<String>,
    /// What the column `delegate_id` says, where it says something.
    pub delegate_id: Option<Uuid>,
}

/// A file, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// How its bytes were read.
    pub encoding: Encoding,
    /// The rows, in the file's order.
    pub rows: Vec<Row>,
    /// Remarks about rows, in the file's order.
    pub warnings: Vec<Warning>,
    /// Rows with something in them, the header aside.
    pub read: u32,
    /// The lines of which nothing, or no person, was taken; each has a warning.
    pub refused: BTreeSet<u64>,
}

/// Which column holds what.
struct Columns {
    grid: usize,
    unit: usize,
    name: usize,
    delegate_id: Option<usize>,
    count: usize,
}

/// Reads a file in UTF-8, UTF-16 with a byte order mark, or GB18030; cells stand between commas, or between tabs where
/// the header has one. Names are NFC, people's without the spaces that pad them.
///
/// Errors: [`Code::TooLong`] beyond 5 MiB, [`Code::TooMany`] rows, [`Code::UnknownHeader`]; [`Code::NotACsv`] with the
/// row, for what is no text in one of these encodings, an unbalanced quotation mark, or a row with more or fewer cells
/// than the header.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::new(Code::TooLong).under("C-A1"));
    }
    let (text, encoding) = encoding::decode(bytes)?;
    let separator = table::separator(&text);
    let mut columns = None;
    let mut parsed = Parsed { encoding, ..Parsed::default() };
    for (row, line) in table::lines(&text) {
        let cells = table::cells(row, line, separator)?;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(header(&cells)?);
            continue;
        };
        if cells.len() != columns.count {
            let (expected, found) = (columns.count, cells.len());
            return Err(refused(
                row,
                &format!("应有 {expected} 列，实有 {found} 列"),
                &format!("{expected} columns are expected, there are {found}"),
            ));
        }
        if parsed.rows.len() + parsed.refused.len() >= MAX_ROWS {
            return Err(Refusal::new(Code::TooMany).under("C-A1"));
        }
        parsed.read += 1;
        match read_row(row, columns, &cells, &mut parsed) {
            Ok(read) => parsed.rows.push(read),
            Err(detail) => parsed.refuse(row, WarningCode::MalformedRow, detail),
        }
    }
    if columns.is_none() {
        return Err(Refusal::new(Code::NotACsv).because("文件是空的。", "The file is empty."));
    }
    Ok(parsed)
}

impl Parsed {
    fn refuse(&mut self, row: u64, code: WarningCode, detail: Text) {
        self.refused.insert(row);
        self.warnings.push(Warning { row, code, detail });
    }
}

fn header(cells: &[String]) -> Result<Columns, Refusal> {
    let names: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let column = |wanted: &str| names.iter().position(|name| *name == wanted);
    let unknown: Vec<(usize, &str)> =
        (1..).zip(&names).map(|(n, name)| (n, *name)).filter(|(_, name)| !KNOWN.contains(name)).collect();
    let twice: Vec<&str> =
        KNOWN.into_iter().filter(|known| names.iter().filter(|name| *name == known).count() > 1).collect();
    match (column("grid"), column("unit"), column("name")) {
        (Some(grid), Some(unit), Some(name)) if unknown.is_empty() && twice.is_empty() => {
            Ok(Columns { grid, unit, name, delegate_id: column("delegate_id"), count: names.len() })
        }
        _ => {
            let missing: Vec<&str> = KNOWN[..3].iter().copied().filter(|known| column(known).is_none()).collect();
            Err(unknown_header(&unknown, &twice, &missing))
        }
    }
}

/// What is wrong with a header, column by column. A heading in Chinese stands in the Chinese text only; the English one
/// has the column's number.
fn unknown_header(unknown: &[(usize, &str)], twice: &[&str], missing: &[&str]) -> Refusal {
    let Text { mut zh, mut en } = Refusal::new(Code::UnknownHeader).detail;
    let told = unknown.iter().take(HEADINGS_TOLD);
    let told = told.map(|(n, name)| (n, name.chars().take(HEADING_CHARS_TOLD).collect::<String>()));
    let (in_zh, in_en): (Vec<_>, Vec<_>) = told
        .map(|(n, name)| {
            let english = if name.is_ascii() { format!("{n} \"{name}\"") } else { n.to_string() };
            (format!("第 {n} 列“{name}”"), english)
        })
        .unzip();
    if !unknown.is_empty() {
        zh.push_str(&format!("未知的列：{}。", in_zh.join("、")));
        en.push_str(&format!(" Unknown columns: {}.", in_en.join(", ")));
    }
    if !twice.is_empty() {
        zh.push_str(&format!("重复的列：{}。", twice.join("、")));
        en.push_str(&format!(" Columns given twice: {}.", twice.join(", ")));
    }
    if !missing.is_empty() {
        zh.push_str(&format!("缺少的列：{}。", missing.join("、")));
        en.push_str(&format!(" Missing columns: {}.", missing.join(", ")));
    }
    Refusal::new(Code::UnknownHeader).because(zh, en)
}

/// One row.
fn read_row(row: u64, columns: &Columns, cells: &[String], parsed: &mut Parsed) -> Result<Row, Text> {
    let cell = |index: usize| cells.get(index).map_or("", String::as_str);
    let named = |index: usize| match text::official(cell(index)) {
        Ok(name) => Ok(Some(name)),
        Err(refusal) if refusal.code == Code::Missing => Ok(None),
        Err(refusal) => Err(refusal.detail),
    };
    let Some(grid) = named(columns.grid)? else {
        return Err(both("缺少网格名称。", "The grid is missing."));
    };
    let unit = named(columns.unit)?;
    let name = named(columns.name)?;
    let delegate_id = match columns.delegate_id.map(cell).map(str::trim) {
        None | Some("") => None,
        // An id that is none names nobody; planning says so, beside ids that are nobody's.
        Some(id) => Some(id.parse().unwrap_or(Uuid::nil())),
    };
    let name = match name.map(|told| text::read_name(&told).map_err(|why| (told, why))) {
        None => None,
        Some(Ok(read)) => Some(read),
        Some(Err((told, why))) => {
            let code = match why {
                NotOneName::Several => WarningCode::SeveralNames,
                NotOneName::Nobody | NotOneName::Sign(_) | NotOneName::Titled(_) | NotOneName::Note(_) => {
                    WarningCode::NotAName
                }
            };
            let Text { zh, en } = why.detail();
            let detail =
                both(format!("“{told}”未登记为任何人。{zh}"), format!("\"{told}\" was taken for nobody. {en}"));
            parsed.refuse(row, code, detail);
            None
        }
    };
    if let Some(ReadName { name, notes }) = &name
        && !notes.is_empty()
    {
        parsed.warnings.push(Warning {
            row,
            code: WarningCode::NoteRemoved,
            detail: both(
                format!("已去除附注“{}”，按“{name}”登记。", notes.join("、")),
                format!("The note \"{}\" was left away; the name was read as {name}.", notes.join(", ")),
            ),
        });
    }
    let spaces = |text: &str| text.chars().filter(|c| c.is_whitespace()).count();
    if let Some(ReadName { name, notes }) = &name
        && notes.is_empty()
        && spaces(name) < spaces(cell(columns.name))
    {
        parsed.warnings.push(Warning {
            row,
            code: WarningCode::NamePaddingRemoved,
            detail: both(format!("已去除姓名“{name}”中的空格。"), format!("Spaces were taken out of the name {name}.")),
        });
    }
    let name = name.map(|read| read.name);
    Ok(Row { row, grid, unit, name, delegate_id })
}

pub(super) fn both(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn write(rows: impl IntoIterator<Item = [String; 4]>) -> Vec<u8> {
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(KNOWN).unwrap();
        rows.into_iter().for_each(|row| file.write_record(row).unwrap());
        file.into_inner().unwrap()
    }

    /// Lists as people type them, and any bytes under a header.
    fn files() -> impl Strategy<Value = Vec<u8>> {
        let id = "|x|00000000-0000-7000-8000-00000000000[0-9]";
        let cell = "[a-cа村社区1无 、\",\u{A0}（）\u{301}\u{200B}·•]{0,8}";
        let row = (cell, cell, cell, id).prop_map(|(grid, unit, name, id)| [grid, unit, name, id]);
        let anything =
            prop::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| [b"grid,unit,name\n", &bytes[..]].concat());
        prop_oneof![3 => prop::collection::vec(row, 0..12).prop_map(write), 1 => anything]
    }

    proptest! {
        /// What was taken of a list, written again, is taken as the same, and nothing is remarked any more.
        #[test]
        fn what_is_read_writes_back(file in files()) {
            let Ok(parsed) = parse(&file) else { return Ok(()) };
            let cells = |row: &Row| {
                let [unit, name] = [&row.unit, &row.name].map(|text| text.clone().unwrap_or_default());
                [row.grid.clone(), unit, name, row.delegate_id.map(|id| id.to_string()).unwrap_or_default()]
            };
            let again = parse(&write(parsed.rows.iter().map(cells))).unwrap();
            prop_assert_eq!(again.rows.iter().map(cells).collect::<Vec<_>>(), parsed.rows.iter().map(cells).collect::<Vec<_>>());
            prop_assert!(again.warnings.is_empty(), "{:?}", again.warnings);
        }
    }
}
