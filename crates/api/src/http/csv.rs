//! CSV (RFC 4180, UTF-8) for tables that people open in a spreadsheet.
//!
//! A spreadsheet takes a cell that begins with `=` and the like for a formula, whoever wrote it: a visitor's words could
//! then read or send what stands beside them. Such a text gets an apostrophe in front (OWASP, "CSV injection"). Numbers
//! are numbers and stay as they are.

use crate::http::extract::Question;
use crate::http::response::business_time;
use crate::http::whole::{place_of_the_page, too_many_rows};
use crate::problem::Problem;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use csv::{Terminator, Writer, WriterBuilder};
use domain::language::Language;
use read_models::Listed;
use std::borrow::Cow;
use std::io::{self, Write};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text of whatever origin.
    Text(String),
    /// A whole number.
    Number(i128),
    /// A day.
    Day(NaiveDate),
    /// An instant, in the town's own time.
    Instant(DateTime<Tz>),
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
    pub(crate) fn as_shown(&self) -> Cow<'_, str> {
        // What spreadsheets begin a formula with, in full width too, and what they skip before it.
        const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
        match self {
            Self::Text(text) if text.starts_with(FORMULA) => format!("'{text}").into(),
            Self::Text(text) => text.into(),
            Self::Number(number) => number.to_string().into(),
            Self::Day(on) => on.to_string().into(),
            Self::Instant(at) => business_time(at.with_timezone(&Utc), at.timezone()).into(),
            Self::Nothing => "".into(),
        }
    }
}

/// A table being written: the names of its columns, then its rows, each with as many cells.
pub(crate) struct Lines<W: Write> {
    writer: Writer<W>,
    columns: usize,
}

impl<W: Write> Lines<W> {
    /// The names of the columns. In one language, where they are for people: it then begins with a byte order mark, since
    /// without it the spreadsheet programs of Chinese offices read UTF-8 as GBK.
    ///
    /// # Errors
    /// What the writer says.
    pub fn headed(mut out: W, columns: &[(&str, &str)], language: Language) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let columns: Vec<&str> = columns.iter().map(|(zh, en)| language.pick(zh, en)).collect();
        Self::of(out, &columns)
    }

    fn of(out: W, columns: &[&str]) -> io::Result<Self> {
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(out);
        let mut lines = Self { writer, columns: columns.len() };
        lines.row(&columns.iter().map(|name| Cell::from(*name)).collect::<Vec<_>>())?;
        Ok(lines)
    }

    /// The next row.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns, "a row has the cells of the columns");
        for cell in cells {
            self.writer.write_field(cell.as_shown().as_bytes())?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// All of it.
    ///
    /// # Errors
    /// What the writer says to the last of it.
    pub fn done(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| io::Error::from(error.error().kind()))
    }
}

/// A table in memory: the names of its columns, then its rows, each with as many cells.
pub fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    const MEMORY: &str = "memory takes every cell";
    let mut lines = Lines::of(Vec::new(), columns).expect(MEMORY);
    rows.into_iter().for_each(|row| lines.row(&row).expect(MEMORY));
    String::from_utf8(lines.done().expect(MEMORY)).expect("texts and commas are a text")
}

/// The same with the names of its columns in one language, behind a byte order mark, which the spreadsheets of Chinese offices need.
pub fn headed(columns: &[(&str, &str)], rows: impl IntoIterator<Item = Vec<Cell>>, language: Language) -> String {
    let columns: Vec<&str> = columns.iter().map(|(zh, en)| language.pick(zh, en)).collect();
    format!("\u{feff}{}", table(&columns, rows))
}

/// The answer that is a list in memory as a table, of whatever kind. A list that was asked for whole is whole or refused: a
/// spreadsheet does not show that there are more rows than it holds. `question` is that of the list.
///
/// A list whose rows lie in a database is told by `tables::list`, which holds none of them.
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
        return Err(too_many_rows());
    }
    let mut answer = answer(&listed.items)?;
    place_of_the_page(question, listed.as_of_position, listed.next_cursor.as_deref(), answer.headers_mut());
    Ok(answer)
}

/// The answer that is a table; `name` is that of the file it is saved as, without its ending.
pub fn answer(name: &str, table: String) -> HttpResponse {
    head(name).body(table)
}

/// The head of such an answer.
pub(crate) fn head(name: &str) -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    mark(&mut head, name);
    head
}

/// Says of an answer that it is such a table.
pub(crate) fn mark(answer: &mut HttpResponseBuilder, name: &str) {
    answer
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")));
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

    #[test]
    fn days_and_instants_are_those_of_the_api() {
        assert_eq!(one(Cell::Day(NaiveDate::from_ymd_opt(2026, 11, 19).unwrap())), "2026-11-19");
        let at = DateTime::from_timestamp_millis(1_795_068_600_000).unwrap();
        assert_eq!(one(Cell::Instant(at.with_timezone(&chrono_tz::Asia::Shanghai))), "2026-11-19T14:10:00+08:00");
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
