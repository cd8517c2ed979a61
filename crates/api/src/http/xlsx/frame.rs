//! The workbook around the rows of a table: `rust_xlsxwriter` makes it with a heading and one row, which is taken out again.

use crate::http::csv::Cell;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::io::{self, Cursor, ErrorKind, Read as _};
use zip::ZipArchive;

/// Where the only sheet of a workbook is.
const SHEET: &str = "xl/worksheets/sheet1.xml";
/// How wide columns may be, in characters: those of ids, which nobody reads, and all others.
const WIDTHS: [(usize, usize); 2] = [(10, 14), (8, 40)];
/// How wide a day is, and an instant.
const DAY_WIDTH: usize = 11;
const INSTANT_WIDTH: usize = 20;

/// A workbook, cut open where its rows stand.
pub(super) struct Frame {
    /// All files but that of the sheet.
    pub parts: Vec<(String, Vec<u8>)>,
    /// The name of that one.
    pub sheet: &'static str,
    /// What stands before the rows, the heading among them.
    pub before: String,
    /// What stands after them.
    pub after: String,
    pub styles: Styles,
}

/// The styles of days and instants, by their numbers in the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Styles {
    pub day: String,
    pub instant: String,
}

impl Frame {
    /// Around a table of columns, of which each is one of ids or not. Its first rows say how wide they are.
    pub fn of(columns: &[(String, bool)], rows: &[Vec<Cell>]) -> io::Result<Self> {
        let book = workbook(columns, rows).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        let mut archive = ZipArchive::new(Cursor::new(book))?;
        let (mut parts, mut sheet) = (Vec::new(), String::new());
        for at in 0..archive.len() {
            let mut file = archive.by_index(at)?;
            let name = file.name()?.into_owned();
            if name == SHEET {
                file.read_to_string(&mut sheet)?;
            } else {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes)?;
                parts.push((name, bytes));
            }
        }
        let other = || io::Error::new(ErrorKind::InvalidData, "the sheet of a workbook is not as it was");
        let (before, rest) = sheet.split_once("<row r=\"2\"").ok_or_else(other)?;
        let (row, after) = rest.split_once("</row>").ok_or_else(other)?;
        let style = |cell: &str| {
            let (_, rest) = row.split_once(&format!("<c r=\"{cell}2\" s=\""))?;
            rest.split_once('"').map(|(style, _)| style.to_owned())
        };
        let styles = style("A").zip(style("B")).map(|(day, instant)| Styles { day, instant }).ok_or_else(other)?;
        // How many rows there are is not known yet, and need not be said.
        let (begin, rest) = before.split_once("<dimension ").ok_or_else(other)?;
        let (_, end) = rest.split_once("/>").ok_or_else(other)?;
        Ok(Self { parts, sheet: SHEET, before: format!("{begin}{end}"), after: after.to_owned(), styles })
    }
}

fn workbook(columns: &[(String, bool)], rows: &[Vec<Cell>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (at, (name, is_id)) in columns.iter().enumerate() {
        let widest = rows.iter().filter_map(|cells| cells.get(at)).map(width).max().unwrap_or(0);
        let (narrow, wide) = WIDTHS[usize::from(!is_id)];
        // The heading is shown whole, and something beside it.
        let heading = shown_width(name) + 2;
        let width = (widest + 1).clamp(narrow, wide).max(heading);
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        sheet.set_column_width(at, f64::from(u32::try_from(width).unwrap_or(u32::MAX)))?;
        sheet.write_string_with_format(0, at, name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.write_number_with_format(1, 0, 1, &Format::new().set_num_format("yyyy-mm-dd"))?;
    sheet.write_number_with_format(1, 1, 1, &Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"))?;
    book.save_to_buffer()
}

fn width(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.lines().map(shown_width).max().unwrap_or(0),
        Cell::Number(number) => number.to_string().len(),
        Cell::Day(_) => DAY_WIDTH,
        Cell::Instant(_) => INSTANT_WIDTH,
        Cell::Nothing => 0,
    }
}

/// Chinese characters are twice as wide as the digits that widths are counted in.
fn shown_width(text: &str) -> usize {
    text.chars().map(|shown| if shown < '\u{2e80}' { 1 } else { 2 }).sum()
}
