#![allow(clippy::unwrap_used)]
use super::*;

fn path_of(svg: &str) -> &str {
    svg.split("path d=\"").nth(1).unwrap().split('"').next().unwrap()
}

/// The modules that a path paints, read back.
fn painted(path: &str) -> Vec<(i32, i32)> {
    let mut all = Vec::new();
    for run in path.split('M').skip(1) {
        let (at, rest) = run.split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (length, back) = rest.split_once("v1h-").unwrap();
        assert_eq!(back, format!("{length}z"));
        let (x, y, length): (i32, i32, i32) = (x.parse().unwrap(), y.parse().unwrap(), length.parse().unwrap());
        all.extend((x..x + length).map(|x| (x - QUIET, y - QUIET)));
    }
    all
}

#[test]
fn the_picture_paints_the_modules_of_the_code_and_white_around_them() {
    let text = format!("https://example.org/r/7K2M-P4QX-9D3T-VH6B#1.88122.{0}.88123.{0}", "q".repeat(43));
    let svg = picture(&text, Language::En).unwrap().into_string();
    let code = QrCode::encode_text(&text, QrCodeEcc::Medium).unwrap();
    let side = code.size() + 8;
    assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")), "{svg}");
    let painted = painted(path_of(&svg));
    let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    let dark: Vec<_> = all.filter(|(x, y)| code.get_module(*x, *y)).collect();
    assert_eq!(painted, dark);
    assert!(svg.len() < 12 * 1024, "{} bytes", svg.len());
    assert!(picture(&"a".repeat(5_000), Language::En).is_none());
}

#[test]
fn a_page_is_for_who_prefers_one() {
    let wants = |accept: &str| {
        let accepted = (!accept.is_empty()).then_some(accept);
        matches!(Format::negotiate(&[Format::Json, Format::Html], None, accepted), Ok(Format::Html))
    };
    for (accept, page) in [
        ("", false),
        ("*/*", false),
        ("application/json", false),
        ("application/json, text/html", false),
        ("application/xml", false),
        ("text/html", true),
        ("text/html,application/json;q=0.5", true),
    ] {
        assert_eq!(wants(accept), page, "{accept}");
    }
}
