//! CSV (RFC 4180, UTF-8) for tables that people open in a spreadsheet.
//!
//! A spreadsheet takes a cell that begins with `=` and the like for a formula, whoever wrote it: a visitor's words could
//! then read or send what stands beside them. Such a text gets an apostrophe in front (OWASP, "CSV injection"). Numbers
//! are numbers and stay as they are.

use crate::http::extract::Question;
use crate::http::response::next_page;
use crate::limits::TABLE_ROWS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderName, HeaderValue, LINK};
use domain::language::Language;
use read_models::Listed;

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text of whatever origin.
    Text(String),
    /// A whole number.
    Number(i128),
    /// A value that does not exist: an empty cell.
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::from(if flag { "true" } else { "false" })
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// A table: the names of its columns, then its rows, each with as many cells.
pub fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let mut table = String::new();
    line(&mut table, columns.iter().map(|name| Cell::from(*name)));
    for row in rows {
        debug_assert_eq!(row.len(), columns.len(), "a row has the cells of the columns");
        line(&mut table, row);
    }
    table
}

/// A table with the names of its columns in one language. It begins with a byte order mark: without it, the spreadsheet
/// programs of Chinese offices read UTF-8 as GBK.
pub fn headed(columns: &[(&str, &str)], rows: impl IntoIterator<Item = Vec<Cell>>, language: Language) -> String {
    let columns: Vec<&str> = columns.iter().map(|(zh, en)| language.pick(zh, en)).collect();
    format!("\u{feff}{}", table(&columns, rows))
}

/// The answer that is a list as a table. A list that was asked for whole is whole or refused: a spreadsheet does not show
/// that there are more rows than it holds. `question` is that of the list.
///
/// # Errors
/// 422 `too_many_rows`.
pub fn list<T>(
    question: &Question,
    name: &str,
    whole: bool,
    listed: &Listed<T>,
    table: impl FnOnce(&[T]) -> String,
) -> Result<HttpResponse, Problem> {
    if whole && listed.next_cursor.is_some() {
        return Err(Problem::new(HttpCode::TooManyRows).because(
            format!("一次最多 {TABLE_ROWS_MAX} 行；请用 from、to 等缩小范围，或用 limit 分页。"),
            format!(
                "At most {TABLE_ROWS_MAX} rows at once: narrow it, by from and to for example, or take pages by limit."
            ),
        ));
    }
    let mut answer = answer(name, table(&listed.items));
    let headers = answer.headers_mut();
    headers.insert(HeaderName::from_static("huiyin-as-of-position"), listed.as_of_position.0.into());
    let next = listed.next_cursor.as_ref().map(|cursor| next_page(&question.path, &question.query, cursor));
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
        headers.insert(LINK, next);
    }
    Ok(answer)
}

/// The answer that is a table; `name` is that of the file it is saved as, without its ending.
pub fn answer(name: &str, table: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .body(table)
}

fn line(table: &mut String, cells: impl IntoIterator<Item = Cell>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            table.push(',');
        }
        match cell {
            Cell::Text(text) => push_text(table, &text),
            Cell::Number(number) => table.push_str(&number.to_string()),
            Cell::Nothing => {}
        }
    }
    table.push_str("\r\n");
}

fn push_text(table: &mut String, text: &str) {
    // What spreadsheets begin a formula with, in full width too, and what they skip before it.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = text.contains([',', '"', '\r', '\n']);
    if quoted {
        table.push('"');
    }
    if formula {
        table.push('\'');
    }
    if quoted {
        table.push_str(&text.replace('"', "\"\""));
        table.push('"');
    } else {
        table.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn one(cell: impl Into<Cell>) -> String {
        table(&["a"], [vec![cell.into()]]).strip_prefix("a\r\n").unwrap().strip_suffix("\r\n").unwrap().to_owned()
    }

    #[test]
    fn rows_stand_below_their_columns() {
        let rows = [
            vec!["太平网格".into(), 4_u64.into(), Cell::Nothing],
            vec!["幸福".into(), Cell::from(-1_i64), true.into()],
        ];
        assert_eq!(table(&["name", "n", "flag"], rows), "name,n,flag\r\n太平网格,4,\r\n幸福,-1,true\r\n");
        assert_eq!(table(&["name"], []), "name\r\n");
        assert_eq!(one(None::<u64>), "");
    }

    #[test]
    fn separators_and_quotes_stay_inside_their_cell() {
        for (text, cell) in [("a,b", "\"a,b\""), ("说“好”", "说“好”"), ("a\"b", "\"a\"\"b\""), ("a\r\nb", "\"a\r\nb\"")]
        {
            assert_eq!(one(text), cell);
        }
    }

    #[test]
    fn no_text_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("＝1", "'＝1"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("1=1", "1=1"),
        ] {
            assert_eq!(one(text), cell, "{text:?}");
        }
        // A number is no text.
        assert_eq!(one(-1_i64), "-1");
    }
}
