//! Lists of undertakings: rows say which, the log says what.

use crate::http::context::RequestContext;
use crate::http::csv::{self, Cell};
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{Items, page};
use crate::http::xlsx;
use crate::input::filters;
use crate::input::query::{Page, Query};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse};
use casework::loaded::{AsOf, Entity, Loaded};
use domain::language::{Language, text};
use read_models::{Listed, UndertakingFamily, UndertakingQuery, names};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// A table: the names of its columns in zh and en, and a row's cells from how a thing is shown.
pub(crate) struct Table<V, const COLUMNS: usize> {
    /// Of the file, without its ending.
    pub name: &'static str,
    /// In zh and en.
    pub columns: [(&'static str, &'static str); COLUMNS],
    /// The cells of a row.
    pub row: fn(&V, &Snapshot) -> [Cell; COLUMNS],
}

/// Answers a list of one family as JSON, CSV or XLSX. Each thing is shown as of the position that the rows are of, which is also
/// what the snapshot that `show` is given says it is of; `words` says whether with what was said of it, which tables leave out.
pub(crate) async fn list<S: Entity, V: Serialize, const COLUMNS: usize>(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
    read: impl FnOnce(&mut Query, &Snapshot) -> UndertakingQuery,
    id_from: fn(Uuid) -> S::Id,
    show: impl AsyncFn(S::Id, &Loaded<S>, &Snapshot, bool) -> Result<V, Problem>,
    table: Table<V, COLUMNS>,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(question).await;
    let formats = [Format::Json, Format::Csv, Format::Xlsx];
    let ((wanted, at_least, paging), format) = question.read_as(&formats, |query| whole(query, &known, read))?;
    app.reads_for(names::UNDERTAKING_LIST, question, at_least).await?;
    let _page = app.one_page().await;
    let snapshot = app.present();
    let is_table = format != Format::Json;
    let asked = if is_table { paging.table() } else { paging.request() };
    let Listed { items, next_cursor, as_of_position } =
        app.read_models.undertakings(&wanted, snapshot.today, &asked).await?;
    let as_of = AsOf::Position(as_of_position);
    let snapshot = Snapshot { as_of, ..snapshot };
    let mut views = Vec::with_capacity(items.len());
    for id in items {
        let id = id_from(id);
        let loaded: Arc<Loaded<S>> = app.casework.load(id, as_of).await?;
        views.push(show(id, &loaded, &snapshot, !is_table).await?);
    }
    if is_table {
        let language = RequestContext::of(request)?.language();
        let listed = Listed { items: views, next_cursor, as_of_position };
        return csv::list_as(question, paging.whole, &listed, |views| {
            as_file(format, &table, views, &snapshot, language)
        });
    }
    let items = Items { items: views, next_cursor, as_of_position: Some(as_of_position.0) };
    Ok(page(&question.path, &question.query, &items))
}

fn as_file<V, const COLUMNS: usize>(
    format: Format,
    table: &Table<V, COLUMNS>,
    views: &[V],
    snapshot: &Snapshot,
    language: Language,
) -> Result<HttpResponse, Problem> {
    let rows = views.iter().map(|view| Vec::from((table.row)(view, snapshot)));
    if format == Format::Xlsx {
        return xlsx::answer(table.name, xlsx::headed(&table.columns, rows, language));
    }
    Ok(csv::answer(table.name, csv::headed(&table.columns, rows, language)))
}

fn whole(
    query: &mut Query,
    known: &Snapshot,
    read: impl FnOnce(&mut Query, &Snapshot) -> UndertakingQuery,
) -> Option<(UndertakingQuery, Option<u64>, Page)> {
    query.now_only();
    let page = query.page();
    let wanted = read(query, known);
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

/// The filters that every one of these lists has.
pub(crate) fn common(query: &mut Query, known: &Snapshot, family: UndertakingFamily) -> UndertakingQuery {
    let (from, to) = filters::days(query, ("from", "to"), known);
    UndertakingQuery {
        grid_id: filters::grid(query, known),
        delegate_id: filters::delegate(query, known),
        from,
        to,
        ..UndertakingQuery::of(family)
    }
}

/// The states asked for, where another filter speaks of some states only: those of them that it is of, all of these where none
/// were asked for. That none are left is a fault of the query, for nothing could be found.
pub(crate) fn of_states<T: Copy>(
    query: &mut Query,
    name: &str,
    asked: Vec<T>,
    all: &[T],
    is_of: impl Fn(&T) -> bool,
) -> Vec<T> {
    let wanted = if asked.is_empty() { all.to_vec() } else { asked };
    let states: Vec<T> = wanted.into_iter().filter(is_of).collect();
    if states.is_empty() {
        let detail = text(
            format!("{name} 与所写的 state 不能同时成立。"),
            format!("Nothing is in one of the states asked for and meets {name}."),
        );
        query.fault_because(name, HttpCode::BadParameter, detail);
    }
    states
}
