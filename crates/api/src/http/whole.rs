//! What a table says of the list that it is of: which position, which page, and that it is too long to be whole.

use crate::http::extract::Question;
use crate::http::response::next_page;
use crate::limits::TABLE_ROWS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, LINK};
use event_store::Position;

/// Says of a table of which position its rows are, and where the next page is.
pub(crate) fn place_of_the_page(question: &Question, as_of: Position, next: Option<&str>, headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static("huiyin-as-of-position"), as_of.0.into());
    let next = next.map(|cursor| next_page(&question.path, &question.query, cursor));
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
        headers.insert(LINK, next);
    }
}

/// 422 `too_many_rows`.
pub(crate) fn too_many_rows() -> Problem {
    Problem::new(HttpCode::TooManyRows).because(
        format!("一次最多 {TABLE_ROWS_MAX} 行；请用 from、to 等缩小范围，或用 limit 分页。"),
        format!(
            "At most {TABLE_ROWS_MAX} rows at once: narrow it, by from and to for example, or take pages by limit."
        ),
    )
}
