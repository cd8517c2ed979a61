//! Bars for people, as SVG that stands in a page (SVG 2): shares of a figure, parts of a number of days, votes. Each bar has its
//! name before it and its numbers behind it, and each chart its text for those who cannot see it (WAI-ARIA `img`). A line is low,
//! so that all figures of a year stand on one page with what is above them. Black on white, so that a printer without colours
//! tells all of it. Whole numbers only: what is drawn is rounded, what is written is not.

use maud::{Markup, html};

/// Width of a chart, where its bars begin, how long the longest is, and how high each line, in its own units.
const WIDTH: u64 = 720;
const LEFT: u64 = 280;
const BAR: u64 = 220;
const LINE: u64 = 24;

/// One bar with what is beside it.
pub(super) struct Bar {
    /// What it is.
    pub label: String,
    /// Its parts, in order, of `of`. Most bars have one.
    pub parts: Vec<u64>,
    /// What the whole width stands for.
    pub of: u64,
    /// What is written at its end.
    pub told: String,
    /// Another bar in outline below it, of so many of so many: what it is with adjustments.
    pub beside: Option<(u64, u64)>,
}

/// How each part of a bar is filled: dark, lighter, and only an outline.
const FILLS: [&str; 3] = ["#333", "#aaa", "#fff"];

/// A chart of bars, one below the other. `title` and `about` are its text.
pub(super) fn bars(title: &str, about: &str, bars: &[Bar]) -> Markup {
    let height = LINE * u64::try_from(bars.len()).unwrap_or(0);
    html! {
        svg.chart role="img" aria-label=(format!("{title}\n{about}")) viewBox=(format!("0 0 {WIDTH} {height}")) {
            title { (title) }
            desc { (about) }
            @for (line, bar) in (0..).zip(bars) { (one(line * LINE, bar)) }
        }
    }
}

fn one(top: u64, bar: &Bar) -> Markup {
    let (mut from, end) = (LEFT, LEFT + BAR);
    let parts: Vec<(u64, u64, &str)> = bar
        .parts
        .iter()
        .zip(FILLS)
        .map(|(part, fill)| {
            let width = length(*part, bar.of).min(end - from);
            from += width;
            (from - width, width, fill)
        })
        .collect();
    html! {
        text x="0" y=(top + 14) { (bar.label) }
        rect x=(LEFT) y=(top + 3) width=(BAR) height="12" fill="#fff" stroke="#888" {}
        @for (x, width, fill) in parts { rect x=(x) y=(top + 3) width=(width) height="12" fill=(fill) stroke="#000" {} }
        @if let Some((n, of)) = bar.beside {
            rect x=(LEFT) y=(top + 17) width=(length(n, of)) height="4" fill="none" stroke="#000" {}
        }
        text x=(end + 8) y=(top + 14) { (bar.told) }
    }
}

/// The length of so many of so many, rounded down; nothing of nothing has none.
fn length(n: u64, of: u64) -> u64 {
    let length = u128::from(n.min(of)) * u128::from(BAR);
    length.checked_div(u128::from(of)).and_then(|length| u64::try_from(length).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(parts: &[u64], of: u64, beside: Option<(u64, u64)>) -> Bar {
        Bar { label: "按时<答复>率".to_owned(), parts: parts.to_vec(), of, told: "26 / 27".to_owned(), beside }
    }

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_longer_than_the_whole() {
        assert_eq!([length(0, 27), length(27, 27), length(1, 3), length(5, 4)], [0, BAR, BAR / 3, BAR]);
        assert_eq!(length(0, 0), 0);
        assert_eq!(length(u64::MAX, u64::MAX), BAR);
    }

    #[test]
    fn a_chart_has_its_text_and_every_number() {
        let chart = bars("指标", "按时答复率 26 / 27", &[bar(&[26], 27, Some((27, 27)))]).into_string();
        for part in [
            "role=\"img\"",
            "<title>指标</title>",
            "<desc>按时答复率 26 / 27</desc>",
            "按时&lt;答复&gt;率",
            ">26 / 27</text>",
            "x=\"280\" y=\"3\" width=\"211\" height=\"12\" fill=\"#333\"",
            "x=\"280\" y=\"17\" width=\"220\" height=\"4\" fill=\"none\"",
        ] {
            assert!(chart.contains(part), "{part}\n{chart}");
        }
    }

    #[test]
    fn the_parts_of_a_bar_follow_one_another_within_it() {
        let chart = bars("", "", &[bar(&[2, 1, 1], 4, None)]).into_string();
        for part in
            ["x=\"280\" y=\"3\" width=\"110\"", "x=\"390\" y=\"3\" width=\"55\"", "x=\"445\" y=\"3\" width=\"55\""]
        {
            assert!(chart.contains(part), "{part}\n{chart}");
        }
        let over = bars("", "", &[bar(&[4, 4], 4, None)]).into_string();
        assert!(over.contains("x=\"500\" y=\"3\" width=\"0\""), "{over}");
    }
}
