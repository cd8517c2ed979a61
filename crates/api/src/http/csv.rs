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
use csv::{Terminator, WriterBuilder};
use domain::language::Language;
use read_models::Listed;
use std::borrow::Cow;

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

impl Cell {
    /// What a spreadsheet takes for this and nothing else.
    fn as_shown(&self) -> Cow<'_, str> {
        // What spreadsheets begin a formula with, in full width too, and what they skip before it.
        const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
        match self {
            Self::Text(text) if text.starts_with(FORMULA) => format!("'{text}").into(),
            Self::Text(text) => text.into(),
            Self::Number(number) => number.to_string().into(),
            Self::Nothing => "".into(),
        }
    }
}

/// A table: the names of its columns, then its rows, each with as many cells.
pub fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    const MEMORY: &str = "memory takes every cell";
    let names = columns.iter().map(|name| Cell::from(*name)).collect();
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for row in std::iter::once::<Vec<Cell>>(names).chain(rows) {
        debug_assert_eq!(row.len(), columns.len(), "a row has the cells of the columns");
        for cell in &row {
            table.write_field(cell.as_shown().as_bytes()).expect(MEMORY);
        }
        table.write_record(None::<&[u8]>).expect(MEMORY);
    }
    String::from_utf8(table.into_inner().expect(MEMORY)).expect("texts and commas are a text")
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
    list_as(question, whole, listed, |rows| Ok(answer(name, table(rows))))
}

/// The same as a table of whatever kind.
///
/// # Errors
/// 422 `too_many_rows`, and what keeps the table from being made.
pub(crate) fn list_as<T>(
    question: &Question,
    whole: bool,
    listed: &Listed<T>,
    answer: impl FnOnce(&[T]) -> Result<HttpResponse, Problem>,
) -> Result<HttpResponse, Problem> {
    if whole && listed.next_cursor.is_some() {
        return Err(Problem::new(HttpCode::TooManyRows).because(
            format!("一次最多 {TABLE_ROWS_MAX} 行；请用 from、to 等缩小范围，或用 limit 分页。"),
            format!(
                "At most {TABLE_ROWS_MAX} rows at once: narrow it, by from and to for example, or take pages by limit."
            ),
        ));
    }
    let mut answer = answer(&listed.items)?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn one(cell: impl Into<Cell>) -> String {
        let table = table(&["a", "b"], [vec![cell.into(), 1_u64.into()]]);
        table.strip_prefix("a,b\r\n").unwrap().strip_suffix(",1\r\n").unwrap().to_owned()
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

    proptest! {
        #[test]
        fn every_text_is_read_as_it_is_shown(texts in prop::collection::vec("(\\PC|[=+@＝,\"\r\n\t ]){0,8}", 2..5)) {
            let heads = vec!["a"; texts.len()];
            let cells: Vec<Cell> = texts.into_iter().map(Cell::Text).collect();
            let file = table(&heads, [cells.clone()]);
            let read = csv::Reader::from_reader(file.as_bytes()).records().next().unwrap().unwrap();
            let shown: Vec<Cow<'_, str>> = cells.iter().map(Cell::as_shown).collect();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), shown);
        }
    }
}
