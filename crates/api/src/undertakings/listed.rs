//! Lists of undertakings: rows say which, the log says what.

use crate::http::csv::Cell;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{Items, page};
use crate::http::tables::{self, Making};
use crate::input::filters;
use crate::input::query::{Page, Query};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::loaded::{AsOf, Entity, Loaded};
use domain::language::text;
use read_models::{Listed, PageEnd, PageRequest, UndertakingFamily, UndertakingQuery, names};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// Rows of a table that are written together, away from the threads that wait for the log.
const WRITTEN_TOGETHER: usize = 100;

/// A table: the names of its columns in zh and en, and a row's cells from how a thing is shown.
pub(crate) struct Table<V, const COLUMNS: usize> {
    /// Of the file, without its ending.
    pub name: &'static str,
    /// In zh and en.
    pub columns: &'static [(&'static str, &'static str); COLUMNS],
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
    let ((mut wanted, at_least, paging), format) =
        question.read_as(&Format::OF_LISTS, |query| whole(query, &known, read))?;
    wanted.within = app.within(question)?;
    app.reads_for(names::UNDERTAKING_LIST, question, at_least).await?;
    let snapshot = app.present_to(question)?;
    let today = snapshot.today;
    if format.is_table() {
        let of = tables::Table { name: table.name, columns: table.columns };
        return tables::list(app, request, question, (format, &paging), &of, async |making, page: PageRequest| {
            let listed = app.read_models.ids_of_undertakings(&wanted, today, &page).await?;
            let snapshot = Snapshot { as_of: AsOf::Position(listed.as_of_position), ..snapshot.clone() };
            written(making, app, listed, &snapshot, id_from, &show, &table).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let Listed { items, next_cursor, as_of_position } =
        app.read_models.undertakings(&wanted, today, &paging.request()).await?;
    let snapshot = Snapshot { as_of: AsOf::Position(as_of_position), ..snapshot };
    let mut things: Vec<(S::Id, Arc<Loaded<S>>)> = Vec::with_capacity(items.len());
    for id in items {
        let id = id_from(id);
        things.push((id, app.casework.load(id, snapshot.as_of).await?));
    }
    // That all of a page are looked at is one fact; one by one they are then known to be seen.
    let seen: Vec<_> = things.iter().map(|(id, loaded)| (*id, &**loaded)).collect();
    app.casework.sights(&snapshot.reader, &seen).await?;
    let mut views = Vec::with_capacity(things.len());
    for (id, loaded) in &things {
        views.push(show(*id, loaded, &snapshot, true).await?);
    }
    let items = Items { items: views, next_cursor, as_of_position: Some(as_of_position.0) };
    Ok(page(&question.path, &question.query, &items))
}

/// A table with these rows, a few of which are held at a time.
async fn written<S: Entity, V, const COLUMNS: usize>(
    mut making: Making,
    app: &AppState,
    listed: Listed<Uuid>,
    snapshot: &Snapshot,
    id_from: fn(Uuid) -> S::Id,
    show: &impl AsyncFn(S::Id, &Loaded<S>, &Snapshot, bool) -> Result<V, Problem>,
    table: &Table<V, COLUMNS>,
) -> Result<(Making, PageEnd), Problem> {
    for ids in listed.items.chunks(WRITTEN_TOGETHER) {
        let mut rows: Vec<Vec<Cell>> = Vec::with_capacity(ids.len());
        for id in ids {
            let id = id_from(*id);
            let loaded: Arc<Loaded<S>> = app.casework.load(id, snapshot.as_of).await?;
            rows.push((table.row)(&show(id, &loaded, snapshot, false).await?, snapshot).into());
        }
        let written = web::block(move || {
            let wanted = rows.into_iter().try_for_each(|cells| making.row(cells));
            (making, wanted)
        });
        let wanted;
        (making, wanted) = written.await.map_err(Problem::internal)?;
        if wanted.is_break() {
            break;
        }
    }
    Ok((making, PageEnd { next_cursor: listed.next_cursor, as_of_position: listed.as_of_position }))
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
