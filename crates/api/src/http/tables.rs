//! Lists as tables: made row by row while they are read, and held as a whole nowhere but, sealed, on the disk.
//!
//! A table is made before its answer begins. So all of it is of one position, it is whole or refused, and a client that
//! takes it slowly holds no rows, no thread and no memory, but room on the disk.

mod lying;
pub(crate) mod room;

use crate::http::context::RequestContext;
use crate::http::csv::{self, Cell, Lines};
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::packing::{GZIP, takes_gzip};
use crate::http::whole::{place_of_the_page, too_many_rows};
use crate::http::xlsx::{self, Sheet};
use crate::input::query::Page;
use crate::limits::{PAGE_MAX, TABLE_BYTES_MAX, TABLE_ROWS_MAX, TABLES_LYING_MAX};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::header::{CONTENT_ENCODING, VARY};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use domain::language::Language;
use event_store::Position;
use lying::{Crowded, Lying, Out};
use read_models::{Listed, PageEnd, PageRequest};
use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OwnedSemaphorePermit;

/// Rows of the longest page.
const PAGE_ROWS: u32 = 1_000;
const _: () = assert!(PAGE_ROWS as u64 == PAGE_MAX);

/// What a list is called as a table: the name of its file without its ending, and its columns in Chinese and English.
pub(crate) struct Table {
    /// The name.
    pub name: &'static str,
    /// The columns.
    pub columns: &'static [(&'static str, &'static str)],
}

/// A table in the making, on the thread that reads its rows.
pub(crate) struct Making {
    kind: Option<Kind>,
    failed: Option<Problem>,
    /// Whoever asked has gone.
    unwanted: Arc<AtomicBool>,
    stopping: Arc<tokio::sync::watch::Sender<bool>>,
    /// Given back once nothing more is made, whoever has gone by then.
    _turn: Option<OwnedSemaphorePermit>,
}

enum Kind {
    Csv(Box<Lines<Out>>),
    Xlsx(Box<Sheet<Out>>),
}

impl fmt::Debug for Making {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Making")
    }
}

impl Making {
    /// The next row; whether there is any use in another.
    pub fn row(&mut self, cells: Vec<Cell>) -> ControlFlow<()> {
        if !self.goes_on() {
            return ControlFlow::Break(());
        }
        let written = match &mut self.kind {
            Some(Kind::Csv(lines)) => lines.row(&cells),
            Some(Kind::Xlsx(sheet)) => sheet.row(cells),
            None => return ControlFlow::Break(()),
        };
        written.map_or_else(|error| self.give_up(unlaid(error)), ControlFlow::Continue)
    }

    /// Whether there is any use in a row: somebody still waits for the table, and nothing has kept it from being made.
    pub fn goes_on(&mut self) -> bool {
        if self.unwanted.load(Ordering::Relaxed) || *self.stopping.borrow() {
            let _ = self.give_up(Problem::new(HttpCode::ShuttingDown));
        }
        self.kind.is_some()
    }

    /// No row more: the table cannot be made.
    pub fn give_up(&mut self, problem: Problem) -> ControlFlow<()> {
        self.failed.get_or_insert(problem);
        self.kind = None;
        ControlFlow::Break(())
    }

    /// All of it.
    fn done(self) -> Result<Lying, Problem> {
        if let Some(problem) = self.failed {
            return Err(problem);
        }
        let out = match self.kind {
            Some(Kind::Csv(lines)) => lines.done(),
            Some(Kind::Xlsx(sheet)) => sheet.done(),
            None => return Err(Problem::internal("a table was lost")),
        };
        out.and_then(Out::done).map_err(unlaid)
    }
}

/// Says that whoever asked has gone, when it goes.
struct Asking(Arc<AtomicBool>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The answer that is a list as a table. `read` hands the rows of the page to [`Making::row`]; it is asked a second time where
/// a list that was asked for whole is long.
///
/// # Errors
/// 422 `too_many_rows` where a list that was asked for whole has more than a table may: a spreadsheet does not show that
/// there are more rows than it holds. 429 `rate_limited` where the account has too many, `overloaded` where too many are made
/// or lie about, 503 `storage_full` where the
/// disk has no room for it, and what keeps the rows from being read.
pub(crate) async fn list<E>(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
    (format, paging): (Format, &Page),
    table: &Table,
    read: impl AsyncFn(Making, PageRequest) -> Result<(Making, PageEnd), E>,
) -> Result<HttpResponse, Problem>
where
    Problem: From<E>,
{
    let language = RequestContext::of(request)?.language();
    let export = app.one_export(question.caller.account.id).await?;
    let asking = Asking(Arc::default());
    let begin = |packed, turn| making(app, format, packed, table, language, turn, &asking).map_err(unlaid);
    let mut page = Some(app.one_page().await);
    // Most lists are short: they are a page like any other, and wait for no long one.
    let first = if paging.whole { PageRequest { limit: PAGE_ROWS, cursor: None } } else { paging.request() };
    let (mut made, mut end) = read(begin(false, None)?, first).await?;
    // What is short is packed on its way out, as all answers are.
    let mut packed = false;
    if paging.whole && made.failed.is_none() && end.next_cursor.is_some() {
        drop((made, page.take()));
        let turn = app.tables.turn().await?;
        packed = format == Format::Csv && takes_gzip(request.headers());
        (made, end) = read(begin(packed, Some(turn))?, paging.table()).await?;
        if made.failed.is_none() && end.next_cursor.is_some() {
            return Err(too_many_rows());
        }
    }
    // The last of it is compressed, sealed and written.
    let lying = web::block(move || made.done()).await.map_err(Problem::internal)??;
    let mut answer = if format == Format::Xlsx { xlsx::head(table.name) } else { csv::head(table.name) };
    if packed {
        answer.insert_header((CONTENT_ENCODING, GZIP)).insert_header((VARY, "Accept-Encoding"));
    }
    let mut answer = lying.sent_by(answer, export);
    place_of_the_page(question, end.as_of_position, end.next_cursor.as_deref(), answer.headers_mut());
    Ok(answer)
}

/// The answer that is a page of a list in memory as a table, of which these are the rows.
///
/// # Errors
/// 422 `too_many_rows`.
pub(crate) fn of_memory(
    request: &HttpRequest,
    question: &Question,
    (format, paging): (Format, &Page),
    table: &Table,
    page: Listed<Vec<Cell>>,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(request)?.language();
    csv::list_as(question, paging.whole, &page, |rows| {
        if format == Format::Xlsx {
            return xlsx::answer(table.name, xlsx::headed(table.columns, rows.to_vec(), language));
        }
        Ok(csv::answer(table.name, csv::headed(table.columns, rows.to_vec(), language)))
    })
}

/// The same of a list that has no pages: these are all of its rows.
pub(crate) fn whole(
    request: &HttpRequest,
    question: &Question,
    format: Format,
    table: &Table,
    (rows, as_of_position): (Vec<Vec<Cell>>, Position),
) -> Result<HttpResponse, Problem> {
    let paging = Page { limit: TABLE_ROWS_MAX, cursor: None, whole: true };
    of_memory(request, question, (format, &paging), table, Listed { items: rows, next_cursor: None, as_of_position })
}

/// The same of a list that everybody may read; `answer` is begun and says what else there is to be said.
pub(crate) fn of_everybody(
    request: &HttpRequest,
    mut answer: HttpResponseBuilder,
    format: Format,
    table: &Table,
    rows: Vec<Vec<Cell>>,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(request)?.language();
    // Its headings are in one language.
    answer.insert_header((VARY, "Accept, Accept-Language"));
    if format == Format::Xlsx {
        xlsx::mark(&mut answer, table.name);
        return Ok(answer.body(xlsx::headed(table.columns, rows, language).map_err(Problem::internal)?));
    }
    csv::mark(&mut answer, table.name);
    Ok(answer.body(csv::headed(table.columns, rows, language)))
}

fn making(
    app: &AppState,
    format: Format,
    packed: bool,
    table: &Table,
    language: Language,
    turn: Option<OwnedSemaphorePermit>,
    asking: &Asking,
) -> io::Result<Making> {
    let out = Out::to(&app.tables.directory, &app.tables.lying, packed);
    let kind = if format == Format::Xlsx {
        Kind::Xlsx(Box::new(Sheet::headed(out, table.columns, language)))
    } else {
        Kind::Csv(Box::new(Lines::headed(out, table.columns, language)?))
    };
    let (unwanted, stopping) = (Arc::clone(&asking.0), Arc::clone(&app.stopping));
    Ok(Making { kind: Some(kind), failed: None, unwanted, stopping, _turn: turn })
}

/// Why a table could not be laid down.
fn unlaid(error: io::Error) -> Problem {
    if error.get_ref().is_some_and(|inner| inner.is::<Crowded>()) {
        return Problem::new(HttpCode::Overloaded)
            .because(
                format!("已有 {TABLES_LYING_MAX} 个大表格等待客户端取走。"),
                format!("{TABLES_LYING_MAX} large tables wait to be taken by their clients already."),
            )
            .retry_after(5);
    }
    let is = |kinds: &[io::ErrorKind]| kinds.contains(&error.kind());
    if is(&[io::ErrorKind::FileTooLarge]) {
        let mebibytes = TABLE_BYTES_MAX >> 20;
        return Problem::new(HttpCode::TooManyRows).because(
            format!("表格最大 {mebibytes} MiB；请用 from、to 等缩小范围，或用 limit 分页。"),
            format!(
                "A table has at most {mebibytes} MiB: narrow it, by from and to for example, or take pages by limit."
            ),
        );
    }
    if is(&[io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded]) {
        return Problem::new(HttpCode::StorageFull).retry_after(30).caused_by(error);
    }
    if is(&[io::ErrorKind::InvalidData]) {
        return Problem::internal(error);
    }
    Problem::new(HttpCode::StorageFailed).retry_after(5).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_table_from_being_made_has_its_status() {
        for (error, status, code) in [
            (io::Error::other(Crowded), 429, "overloaded"),
            (io::ErrorKind::FileTooLarge.into(), 422, "too_many_rows"),
            (io::ErrorKind::StorageFull.into(), 503, "storage_full"),
            (io::ErrorKind::QuotaExceeded.into(), 503, "storage_full"),
            (io::ErrorKind::PermissionDenied.into(), 503, "storage_failed"),
            (io::Error::other("another"), 503, "storage_failed"),
            (io::ErrorKind::InvalidData.into(), 500, "internal"),
        ] {
            let problem = unlaid(error);
            assert_eq!((problem.code.status(), problem.code.as_str()), (status, code));
        }
    }
}
