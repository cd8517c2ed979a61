//! XLSX for tables that people open in a spreadsheet: the columns and cells of a CSV table, with numbers, days and instants
//! as such. A text is a text there, whatever it begins with; nothing in it is taken for a formula.
//!
//! `rust_xlsxwriter` makes the workbook with its styles and its heading; the rows go into its sheet as they come, through a
//! ZIP archive that is only ever written on. Its own way to write in constant memory lays all texts on the disk in clear, and
//! panics where the disk is full (docs/adr/0057-tables-in-constant-memory.md).

mod cell;
mod frame;

use crate::http::csv::Cell;
use crate::problem::Problem;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, HttpResponseBuilder};
use domain::language::Language;
use frame::{Frame, Styles};
use std::io::{self, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// Most rows of a sheet, its heading among them.
const ROWS_MAX: u32 = 1_048_576;
/// Rows by which the widths of the columns are chosen.
const ROWS_MEASURED: usize = 100;
/// Rows repeat one another: more work makes them little shorter.
const COMPRESSION_LEVEL: i64 = 2;

/// A workbook of one table being written. Its heading stays in sight.
pub(crate) struct Sheet<W: Write> {
    columns: Vec<(String, bool)>,
    /// The first rows, before anything is written.
    first: Vec<Vec<Cell>>,
    state: State<W>,
}

enum State<W: Write> {
    Measuring(W),
    Writing(Box<Written<W>>),
    /// While it passes from one to the other, and after a failure.
    Over,
}

struct Written<W: Write> {
    archive: ZipWriter<StreamWriter<W>>,
    styles: Styles,
    after: String,
    row: u32,
    xml: String,
}

impl<W: Write> Sheet<W> {
    /// A table with the names of its columns in one language.
    pub fn headed(out: W, columns: &[(&str, &str)], language: Language) -> Self {
        let is_id = |name: &str| name == "id" || name.ends_with("_id") || name.ends_with("_ids");
        let column = |(zh, en): &(&str, &str)| (language.pick(zh, en).to_owned(), is_id(en));
        Self { columns: columns.iter().map(column).collect(), first: Vec::new(), state: State::Measuring(out) }
    }

    /// The next row.
    ///
    /// # Errors
    /// What the writer says, and where a sheet cannot have so many rows.
    pub fn row(&mut self, cells: Vec<Cell>) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has the cells of the columns");
        if let State::Writing(written) = &mut self.state {
            return written.row(&cells);
        }
        self.first.push(cells);
        if self.first.len() < ROWS_MEASURED { Ok(()) } else { self.begin() }
    }

    /// Writes what was measured.
    fn begin(&mut self) -> io::Result<()> {
        self.state = match std::mem::replace(&mut self.state, State::Over) {
            State::Measuring(out) => {
                let frame = Frame::of(&self.columns, &self.first)?;
                let mut written = Box::new(Written::of(out, frame)?);
                std::mem::take(&mut self.first).iter().try_for_each(|cells| written.row(cells))?;
                State::Writing(written)
            }
            state @ (State::Writing(_) | State::Over) => state,
        };
        Ok(())
    }

    /// All of it.
    ///
    /// # Errors
    /// What the writer says to the last of it.
    pub fn done(mut self) -> io::Result<W> {
        self.begin()?;
        match self.state {
            State::Writing(written) => written.done(),
            State::Measuring(_) | State::Over => Err(io::Error::other("a sheet goes on after a failure")),
        }
    }
}

impl<W: Write> Written<W> {
    fn of(out: W, frame: Frame) -> io::Result<Self> {
        let mut archive = ZipWriter::new_stream(out);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(COMPRESSION_LEVEL));
        for (name, bytes) in frame.parts {
            archive.start_file(name, options)?;
            archive.write_all(&bytes)?;
        }
        archive.start_file(frame.sheet, options)?;
        archive.write_all(frame.before.as_bytes())?;
        Ok(Self { archive, styles: frame.styles, after: frame.after, row: 1, xml: String::new() })
    }

    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.row += 1;
        if self.row > ROWS_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.xml.clear();
        cell::write_row(&mut self.xml, self.row, cells, &self.styles);
        self.archive.write_all(self.xml.as_bytes())
    }

    fn done(mut self) -> io::Result<W> {
        self.archive.write_all(self.after.as_bytes())?;
        Ok(self.archive.finish()?.into_inner())
    }
}

/// A table in memory, with the names of its columns in one language.
///
/// # Errors
/// Where it is larger than a sheet can be, which no list is.
pub fn headed(
    columns: &[(&str, &str)],
    rows: impl IntoIterator<Item = Vec<Cell>>,
    language: Language,
) -> io::Result<Vec<u8>> {
    let mut sheet = Sheet::headed(Vec::new(), columns, language);
    rows.into_iter().try_for_each(|row| sheet.row(row))?;
    sheet.done()
}

/// The answer that is a table; `name` is that of the file it is saved as, without its ending.
///
/// # Errors
/// Where the table could not be made.
pub fn answer(name: &str, table: io::Result<Vec<u8>>) -> Result<HttpResponse, Problem> {
    Ok(head(name).body(table.map_err(Problem::internal)?))
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
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.xlsx\"")));
}

#[cfg(test)]
mod tests;
