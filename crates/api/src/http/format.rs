//! In which format an answer is wanted: by `?format=`, else by `Accept`.

use crate::http::language::weighted;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

/// A format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Ndjson,
    /// Plain text.
    Text,
    /// A table, as CSV with a line of column names.
    Csv,
    /// A table, as a workbook.
    Xlsx,
    /// A page for people.
    Html,
    /// iCalendar (RFC 5545).
    Calendar,
    /// Server-sent events, which do not end.
    Events,
}

impl Format {
    /// What every list offers that is a table, too.
    pub const OF_LISTS: [Self; 3] = [Self::Json, Self::Csv, Self::Xlsx];

    /// Whether it is a table.
    pub fn is_table(self) -> bool {
        self == Self::Csv || self == Self::Xlsx
    }

    /// The name in `?format=`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Text => "text",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Calendar => "ics",
            Self::Events => "events",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Html => "text/html",
            Self::Calendar => "text/calendar",
            Self::Events => "text/event-stream",
        }
    }

    fn matches(self, range: &str) -> bool {
        let media_type = self.media_type();
        range == "*/*"
            || range.eq_ignore_ascii_case(media_type)
            || (self == Self::Ndjson && range.eq_ignore_ascii_case("application/ndjson"))
            || range
                .strip_suffix("/*")
                .is_some_and(|kind| media_type.split('/').next().is_some_and(|ours| ours.eq_ignore_ascii_case(kind)))
    }

    /// The one of `offered` that the client prefers; the first is the default.
    ///
    /// # Errors
    /// 406 `not_acceptable`, with the formats there are.
    pub fn negotiate(offered: &[Self], named: Option<&str>, accept: Option<&str>) -> Result<Self, Problem> {
        let found = match (named, accept) {
            (Some(named), _) => offered.iter().find(|format| format.name() == named),
            (None, None) => offered.first(),
            (None, Some(accept)) => Self::preferred(offered, accept),
        };
        found.copied().ok_or_else(|| {
            let names: Vec<_> = offered.iter().map(|format| format.name()).collect();
            let names = names.join(", ");
            Problem::new(HttpCode::NotAcceptable).because(format!("可用格式：{names}。"), format!("Formats: {names}."))
        })
    }

    /// RFC 9110 §12.5.1: for each format the most exact range decides its weight; ties go to the order we offer.
    fn preferred<'a>(offered: &'a [Self], accept: &str) -> Option<&'a Self> {
        let mut best: Option<(&Self, u16)> = None;
        for format in offered {
            let weight = accept
                .split(',')
                .take(32)
                .map(weighted)
                .filter(|(range, _)| format.matches(range))
                .max_by_key(|(range, _)| !range.contains('*'))
                .map_or(0, |(_, weight)| weight);
            if weight > best.map_or(0, |(_, weight)| weight) {
                best = Some((format, weight));
            }
        }
        best.map(|(format, _)| format)
    }
}

/// What `Accept` says. Several such lines are one list (RFC 9110 §5.3); almost always there is one, which is not copied.
pub(crate) fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut lines = headers.get_all(ACCEPT);
    let first = lines.next()?;
    let Some(second) = lines.next() else { return Some(first.clone()) };
    let all: Vec<_> = [first, second].into_iter().chain(lines).map(HeaderValue::as_bytes).collect();
    HeaderValue::from_bytes(&all.join(&b", "[..])).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_client_chooses_among_what_there_is() {
        let both = [Format::Json, Format::Ndjson];
        for (named, accept, expected) in [
            (None, None, Some(Format::Json)),
            (None, Some("*/*"), Some(Format::Json)),
            (None, Some("text/html,application/*;q=0.8"), Some(Format::Json)),
            (None, Some("application/x-ndjson"), Some(Format::Ndjson)),
            (None, Some("application/ndjson, */*;q=0.1"), Some(Format::Ndjson)),
            (None, Some("application/json;q=0, */*"), Some(Format::Ndjson)),
            (Some("ndjson"), Some("application/json"), Some(Format::Ndjson)),
            (Some("xlsx"), None, None),
            (None, Some("text/csv"), None),
        ] {
            let found = Format::negotiate(&both, named, accept);
            assert_eq!(found.as_ref().ok().copied(), expected, "{named:?} {accept:?}");
            if let Err(problem) = found {
                assert_eq!(problem.code.status(), 406);
            }
        }
    }
}
