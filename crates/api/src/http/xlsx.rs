//! XLSX for tables that people open in a spreadsheet: the columns and cells of a CSV table. A text is a text there, whatever
//! it begins with; nothing in it is taken for a formula.

use crate::http::csv::Cell;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use domain::language::Language;
use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};

/// A table with the names of its columns in one language, which stay in sight.
///
/// # Errors
/// Where it is larger than a sheet can be, which no list is.
pub fn headed(
    columns: &[(&str, &str)],
    rows: impl IntoIterator<Item = Vec<Cell>>,
    language: Language,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Style::new().set_bold();
    for (at, (zh, en)) in (0..).zip(columns) {
        sheet.write_string_with_format(0, at, language.pick(zh, en), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (line, row) in (1..).zip(rows) {
        for (at, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string(line, at, text)?,
                // Beyond what a spreadsheet counts with exactly, it is a text.
                Cell::Number(number) => match i32::try_from(number) {
                    Ok(small) => sheet.write_number(line, at, small)?,
                    Err(_) => sheet.write_string(line, at, number.to_string())?,
                },
                Cell::Nothing => sheet,
            };
        }
    }
    book.save_to_buffer()
}

/// The answer that is a table; `name` is that of the file it is saved as, without its ending.
///
/// # Errors
/// Where the table could not be made.
pub fn answer(name: &str, table: Result<Vec<u8>, XlsxError>) -> Result<HttpResponse, Problem> {
    let table = table.map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.xlsx\"")))
        .body(table))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_table_is_a_workbook() {
        let rows =
            [vec!["=1+1".into(), 4_u64.into(), Cell::Nothing], vec!["太平".into(), Cell::Number(1 << 70), true.into()]];
        let book = headed(&[("名称", "name"), ("数量", "n"), ("标志", "flag")], rows, Language::Zh).unwrap();
        assert!(book.starts_with(b"PK\x03\x04"), "a zip archive");
    }
}
