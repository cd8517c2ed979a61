//! What the handlers of reference data share. People, places, rules and accounts are folded in memory, so their lists
//! are pages of a map in the order of its keys, and a replayed answer is told from the map as it was then.

use crate::http::commands::{CommandResult, settle};
use crate::http::extract::{Command, Question};
use crate::http::format::Format;
use crate::input::filters::named;
use crate::input::query::{AsOf as AsOfAsked, Page, Query};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::access::Reader;
use casework::governed::Governed;
use casework::loaded::{AsOf, id_of};
use casework::transact::Outcome;
use event_store::CommandRecord;
use read_models::QueryMark;
use std::sync::Arc;
use uuid::Uuid;

/// The result of a command on reference data; `again` says what a recorded one made or changed.
pub(crate) async fn settle_governed<T>(
    app: &AppState,
    command: &Command,
    ran: Outcome<Governed<T>>,
    again: impl AsyncFnOnce(&CommandRecord) -> Result<T, Problem>,
) -> Result<CommandResult<Governed<T>>, Problem> {
    // Shown right after it, whatever came since.
    let now = |did: &Governed<T>| {
        let (position, reference) = (did.position, Arc::clone(&did.reference));
        let today = reference.town_date(app.casework.now());
        (position, Snapshot { as_of: AsOf::Position(position), position, today, reference, reader: Reader::default() })
    };
    let load = async |record: &CommandRecord| {
        let reference = app.casework.reference_at(record.last).await?;
        Ok::<_, Problem>(Governed { made: again(record).await?, reference, position: record.last })
    };
    settle(app, command, ran, now, load).await
}

/// The id in the name of the stream that a recorded command wrote last.
pub(crate) async fn written_id(app: &AppState, record: &CommandRecord) -> Result<Uuid, Problem> {
    let stream = app.casework.stream_at(record.last).await?;
    Ok(id_of(&stream)?)
}

/// The moment that a question about one thing names.
pub(crate) async fn asked_about(app: &AppState, question: &Question) -> Result<Snapshot, Problem> {
    let (as_of, at_least) = question.read(|query| Some((query.as_of(), query.at_least())))?;
    app.log_covers(question, at_least).await?;
    read_by(app, question, as_of).await
}

/// The same of a thing with names and numbers of people, which may be asked for in full.
pub(crate) async fn asked_about_people(app: &AppState, question: &Question) -> Result<Snapshot, Problem> {
    let (as_of, at_least, _) = question.read(|query| Some((query.as_of(), query.at_least(), query.open())))?;
    app.log_covers(question, at_least).await?;
    read_by(app, question, as_of).await
}

async fn read_by(app: &AppState, question: &Question, as_of: AsOfAsked) -> Result<Snapshot, Problem> {
    let reader = question.reader(app.casework.access_adopted())?;
    Ok(Snapshot { reader, ..app.snapshot(as_of).await? })
}

/// The same where the answer has several formats.
pub(crate) async fn asked_about_as(
    app: &AppState,
    question: &Question,
    offered: &[Format],
) -> Result<(Snapshot, Format), Problem> {
    let ((as_of, at_least), format) = question.read_as(offered, |query| Some((query.as_of(), query.at_least())))?;
    app.log_covers(question, at_least).await?;
    Ok((read_by(app, question, as_of).await?, format))
}

/// Notes a cursor that did not come from the list with this mark, beside what else is wrong with the query.
pub(crate) fn goes_on(query: &mut Query, page: &Page, mark: &str) {
    query.goes_on(page, |cursor| key_of(cursor, mark).is_some());
}

/// One page of `things`, which come by ascending `key`, and the cursor of the next. `mark` says which list with which
/// filters it is: elsewhere the cursor is refused.
pub(crate) fn cut<T>(
    page: &Page,
    mark: &str,
    things: impl Iterator<Item = T>,
    key: impl Fn(&T) -> u128,
) -> Result<(Vec<T>, Option<String>), Problem> {
    let after = match &page.cursor {
        Some(cursor) => Some(key_of(cursor, mark).ok_or_else(Problem::bad_cursor)?),
        None => None,
    };
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut left = things.skip_while(|thing| after.is_some_and(|after| key(thing) <= after));
    let kept: Vec<T> = left.by_ref().take(limit).collect();
    let next = match kept.last() {
        Some(last) if left.next().is_some() => Some(cursor_of(key(last), mark)),
        Some(_) | None => None,
    };
    Ok((kept, next))
}

/// The same of a list that may be asked for by `ids` (`filters.rs`): what is named comes in that order, on one page.
pub(crate) fn cut_or_named<T>(
    page: &Page,
    ids: &[Uuid],
    mark: &str,
    things: impl Iterator<Item = T>,
    id_of: impl Fn(&T) -> Uuid,
) -> Result<(Vec<T>, Option<String>), Problem> {
    if ids.is_empty() {
        cut(page, mark, things, |thing| id_of(thing).as_u128())
    } else {
        Ok((named(things, ids, id_of), None))
    }
}

/// The cursor behind a key of the list with this mark.
pub(crate) fn cursor_of(key: u128, mark: &str) -> String {
    QueryMark::of(mark).cursor(&key.to_be_bytes())
}

/// The key that a cursor of the list with this mark stands behind.
pub(crate) fn key_of(cursor: &str, mark: &str) -> Option<u128> {
    QueryMark::of(mark).place(cursor).ok().map(u128::from_be_bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::problem::codes::HttpCode;

    fn page(limit: u64, cursor: Option<String>) -> Page {
        Page { limit, cursor, whole: false }
    }

    #[test]
    fn pages_follow_one_another_without_a_gap_and_end() {
        let things = [3_u128, 5, 8, 13, 21];
        let mut seen = Vec::new();
        let mut cursor = None;
        let mut pages = 0;
        loop {
            let (kept, next) = cut(&page(2, cursor), "numbers", things.iter(), |n| **n).unwrap();
            seen.extend(kept.into_iter().copied());
            pages += 1;
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((seen.as_slice(), pages), (things.as_slice(), 3));
        // A full last page is the last: there is no empty one after it.
        let (kept, next) = cut(&page(5, None), "numbers", things.iter(), |n| **n).unwrap();
        assert_eq!((kept.len(), next), (5, None));
    }

    #[test]
    fn a_page_goes_on_behind_what_is_gone_and_takes_in_what_came() {
        let (_, next) = cut(&page(2, None), "numbers", [3_u128, 5, 8].iter(), |n| **n).unwrap();
        let (kept, _) = cut(&page(9, next), "numbers", [3_u128, 6, 8].iter(), |n| **n).unwrap();
        assert_eq!(kept, [&6, &8]);
    }

    #[test]
    fn a_cursor_belongs_to_its_list_and_cannot_be_made_up() {
        let cursor = cursor_of(7, "units of a");
        assert_eq!(key_of(&cursor, "units of a"), Some(7));
        for bad in [cursor.as_str(), "", "x", "AAAA", &cursor[1..]] {
            let refused = cut(&page(1, Some(bad.to_owned())), "units of b", [1_u128].iter(), |n| **n).unwrap_err();
            assert_eq!(refused.code, HttpCode::BadCursor.into(), "{bad}");
        }
    }
}
