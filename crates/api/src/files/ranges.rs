//! Which part of a file is asked for (RFC 9110 §14), and whether under conditions that hold (RFC 9110 §13).

use actix_web::HttpMessage;
use actix_web::http::header::{
    EntityTag, Header as _, IF_MATCH, IF_NONE_MATCH, IF_RANGE, IfMatch, IfNoneMatch, IfRange, RANGE, Range,
};
use std::ops;

/// What is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// A part: 206.
    Part(ops::Range<u64>),
    /// A part that it does not have: 416.
    Beyond,
    /// What the client has already: 304.
    Known,
    /// Another one than there is: 412.
    Other,
}

/// What a request asks of a file of this tag and length. Of several ranges none is served by itself: the whole is, as a
/// server may (RFC 9110 §14.2).
pub(crate) fn wanted(request: &impl HttpMessage, tag: &EntityTag, bytes: u64) -> Wanted {
    let sent = |name| request.headers().contains_key(name);
    if sent(IF_MATCH) {
        let holds = match IfMatch::parse(request) {
            Ok(IfMatch::Any) => true,
            Ok(IfMatch::Items(tags)) => tags.iter().any(|asked| asked.strong_eq(tag)),
            Err(_) => false,
        };
        if !holds {
            return Wanted::Other;
        }
    }
    if sent(IF_NONE_MATCH) {
        let known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|asked| asked.weak_eq(tag)),
            Err(_) => false,
        };
        if known {
            return Wanted::Known;
        }
    }
    if !sent(RANGE) || request.headers().get_all(RANGE).count() > 1 {
        return Wanted::Whole;
    }
    if sent(IF_RANGE) {
        let same = match IfRange::parse(request) {
            Ok(IfRange::EntityTag(asked)) => asked.strong_eq(tag),
            // A file has no date of its own here.
            Ok(IfRange::Date(_)) | Err(_) => false,
        };
        if !same {
            return Wanted::Whole;
        }
    }
    // What is no range of bytes says nothing.
    let Ok(Range::Bytes(asked)) = Range::parse(request) else { return Wanted::Whole };
    // The parser passes over a range that it cannot read, and the client would take one part for another.
    let told = request.headers().get(RANGE).map_or(0, |range| range.as_bytes().split(|byte| *byte == b',').count());
    if told != asked.len() {
        return Wanted::Whole;
    }
    let mut there = asked.iter().filter_map(|one| one.to_satisfiable_range(bytes));
    match (there.next(), asked.len()) {
        (None, _) => Wanted::Beyond,
        (Some((first, last)), 1) => Wanted::Part(first..last + 1),
        (Some(_), _) => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn asked(headers: &[(&'static str, &str)]) -> Wanted {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header(*header);
        }
        wanted(&request.to_srv_request(), &EntityTag::new_strong("abc".to_owned()), 1000)
    }

    #[test]
    fn a_range_is_what_http_says_it_is() {
        for (range, wanted) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=0-999", Wanted::Part(0..1000)),
            ("bytes=10-", Wanted::Part(10..1000)),
            ("bytes=-1", Wanted::Part(999..1000)),
            ("bytes=-5000", Wanted::Part(0..1000)),
            ("bytes=990-5000", Wanted::Part(990..1000)),
            ("bytes=1000-", Wanted::Beyond),
            ("bytes=1000-1001, 2000-", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=0-1, 5-6", Wanted::Whole),
            ("bytes=0-1, 9-5", Wanted::Whole),
            ("bytes=5-1", Wanted::Whole),
            ("bytes=x-", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("bytes", Wanted::Whole),
        ] {
            assert_eq!(asked(&[("range", range)]), wanted, "{range}");
        }
        assert_eq!(asked(&[]), Wanted::Whole);
        assert_eq!(asked(&[("range", "bytes=0-1"), ("range", "bytes=2-3")]), Wanted::Whole);
    }

    #[test]
    fn a_condition_that_does_not_hold_changes_what_is_answered() {
        let part = ("range", "bytes=1-2");
        for (headers, wanted) in [
            (vec![part, ("if-range", "\"abc\"")], Wanted::Part(1..3)),
            (vec![part, ("if-range", "\"other\"")], Wanted::Whole),
            (vec![part, ("if-range", "W/\"abc\"")], Wanted::Whole),
            (vec![part, ("if-range", "Thu, 26 Nov 2026 00:00:00 GMT")], Wanted::Whole),
            (vec![("if-range", "\"abc\"")], Wanted::Whole),
            (vec![("if-none-match", "\"x\", \"abc\"")], Wanted::Known),
            (vec![part, ("if-none-match", "*")], Wanted::Known),
            (vec![("if-none-match", "\"x\"")], Wanted::Whole),
            (vec![part, ("if-match", "\"abc\"")], Wanted::Part(1..3)),
            (vec![("if-match", "\"x\"")], Wanted::Other),
            (vec![("if-match", "*")], Wanted::Whole),
        ] {
            assert_eq!(asked(&headers), wanted, "{headers:?}");
        }
    }
}
