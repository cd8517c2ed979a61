//! Bars for people, as SVG that stands in a page (SVG 2): shares of a figure, parts of a number of days, votes. Each bar has its
//! numbers beside it, and each chart its text for those who cannot see it (WAI-ARIA `img`). Black on white, so that a printer
//! without colours tells all of it. Whole numbers only: what is drawn is rounded, what is written is not.

use maud::{Markup, html};

/// Width of a chart, of its bars, and of each line, in its own units.
const WIDTH: u64 = 640;
const BAR: u64 = 420;
const LINE: u64 = 40;

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
    let mut from = 0;
    let parts: Vec<(u64, u64, &str)> = bar
        .parts
        .iter()
        .zip(FILLS)
        .map(|(part, fill)| {
            let width = length(*part, bar.of).min(BAR - from);
            from += width;
            (from - width, width, fill)
        })
        .collect();
    html! {
        text x="0" y=(top + 13) { (bar.label) }
        rect x="0" y=(top + 18) width=(BAR) height="12" fill="#fff" stroke="#888" {}
        @for (x, width, fill) in parts { rect x=(x) y=(top + 18) width=(width) height="12" fill=(fill) stroke="#000" {} }
        @if let Some((n, of)) = bar.beside {
            rect x="0" y=(top + 32) width=(length(n, of)) height="4" fill="none" stroke="#000" {}
        }
        text x=(BAR + 8) y=(top + 29) { (bar.told) }
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
            "width=\"404\" height=\"12\" fill=\"#333\"",
            "width=\"420\" height=\"4\" fill=\"none\"",
        ] {
            assert!(chart.contains(part), "{part}\n{chart}");
        }
    }

    #[test]
    fn the_parts_of_a_bar_follow_one_another_within_it() {
        let chart = bars("", "", &[bar(&[2, 1, 1], 4, None)]).into_string();
        for part in
            ["x=\"0\" y=\"18\" width=\"210\"", "x=\"210\" y=\"18\" width=\"105\"", "x=\"315\" y=\"18\" width=\"105\""]
        {
            assert!(chart.contains(part), "{part}\n{chart}");
        }
        let over = bars("", "", &[bar(&[4, 4], 4, None)]).into_string();
        assert!(over.contains("x=\"420\" y=\"18\" width=\"0\""), "{over}");
    }
}
