//! Parts of files (RFC 9110 §14): the part that was asked for, from a file that is the one that was meant.

use super::{content, pdf, stores};
use crate::harness::{Answer, Office};

#[test]
fn a_part_of_a_file_is_that_part() {
    let office = Office::empty();
    let bytes = pdf(1_000_000);
    let path = content(&stores(&office, &bytes));
    let asked = |range: &str| office.call("GET", &path).with("Range", range).send();
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=65535-65536", 65_535, 65_536),
        ("bytes=131072-", 131_072, 999_999),
        ("bytes=-10", 999_990, 999_999),
        ("bytes=999999-2000000", 999_999, 999_999),
        ("bytes=100-900000", 100, 900_000),
    ] {
        let answer = asked(range).is(206);
        assert_eq!(answer.header("content-range"), Some(&*format!("bytes {first}-{last}/1000000")), "{range}");
        assert_eq!(answer.header("content-length"), Some(&*(last - first + 1).to_string()), "{range}");
        assert!(answer.body == bytes[first..=last], "{range}");
    }
    for range in ["bytes=1000000-", "bytes=5000000-6000000", "bytes=-0"] {
        let answer = asked(range);
        assert_eq!(answer.header("content-range"), Some("bytes */1000000"), "{range}");
        answer.problem(416, "range_not_satisfiable");
    }
    for range in ["bytes=9-1", "lines=1-2", "bytes=0-1,4-5"] {
        assert!(asked(range).is(200).body == bytes, "{range}");
    }
}

#[test]
fn a_download_goes_on_where_it_ended_if_it_is_still_the_same_file() {
    let office = Office::empty();
    let (bytes, other) = (pdf(200_000), pdf(200_001));
    let path = content(&stores(&office, &bytes));
    let other = content(&stores(&office, &other));
    let tag = |answer: &Answer| answer.header("etag").unwrap().to_owned();
    let (ours, theirs) = (tag(&office.get(&path)), tag(&office.get(&other)));
    assert_ne!(ours, theirs);
    assert!(ours.starts_with('"') && ours.len() == 45, "a strong one: {ours}");
    let asked =
        |name: &str, value: &str| office.call("GET", &path).with("Range", "bytes=100000-").with(name, value).send();
    let rest = asked("If-Range", &ours).is(206);
    assert!(rest.body == bytes[100_000..] && tag(&rest) == ours);
    assert!(asked("If-Range", &theirs).is(200).body == bytes);
    assert!(asked("If-Range", &format!("W/{ours}")).is(200).body == bytes);
    let known = asked("If-None-Match", &ours).is(304);
    assert!(known.body.is_empty() && tag(&known) == ours);
    asked("If-Match", &theirs).problem(412, "stale_version");
    let head = office.call("HEAD", &path).with("Range", "bytes=0-1").send().is(200);
    assert_eq!((head.header("content-length"), head.body.len()), (Some("200000"), 0));
}
