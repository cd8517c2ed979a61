//! Annual reviews as tables for a spreadsheet: a single one with a row for each indicator, all of them with a row for each
//! delegate or grid. Whole numbers only: shares are for the reader to divide.

use crate::http::csv::Cell;
use crate::reviews::view::Named;
use casework::reviews::Frame;
use domain::language::Language;
use domain::review::{Figure, Measure, Ratio, RuleSet, Subject, Tally};
use domain::vocabulary::Indicator;

/// The columns after those that name the indicator.
const PARTS: [(&str, &str); 15] = [
    ("分子", "n"),
    ("分母", "of"),
    ("目标(‰)", "target_permille"),
    ("代表用时", "delegate_wd"),
    ("承办用时", "unit_wd"),
    ("中止用时", "suspended_wd"),
    ("加权分子", "weighted_n"),
    ("加权分母", "weighted_of"),
    ("评价数", "responses_n"),
    ("应评价数", "responses_of"),
    ("区间下限(‰)", "wilson_low_permille"),
    ("区间上限(‰)", "wilson_high_permille"),
    ("参与排名", "ranked"),
    ("被采用数", "referenced_n"),
    ("应采用数", "referenced_of"),
];

/// How many of them a table has: one by older rules stays as it was.
const fn parts_of(rule_set: RuleSet) -> usize {
    match rule_set {
        RuleSet::One => 13,
        RuleSet::Two => PARTS.len(),
    }
}

/// One review, as a table of the kind that `headed` makes: a row for each indicator.
pub fn single<T>(
    named: &Named,
    tally: &Tally,
    frame: &Frame,
    language: Language,
    headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
) -> T {
    let whose = whose(named.subject);
    let mut columns = vec![("年度", "year"), whose.0, whose.1];
    columns.extend([("序号", "as_of_position"), ("算法", "rules"), ("暂定", "provisional")]);
    columns.extend([("指标代码", "code"), ("指标", "indicator"), ("条款", "clause"), ("可计算", "available")]);
    let parts_of = parts_of(frame.rule_set());
    columns.extend(PARTS.into_iter().take(parts_of));
    let figures = tally.figures(frame.rule_set(), named.subject, frame.book.own_policy());
    let rows = figures.iter().map(|figure| {
        let mut row = about(named, tally, frame);
        row.push(figure.indicator.as_str().into());
        row.push(title(figure.indicator, language).into());
        row.push(figure.indicator.clause().into());
        row.push((figure.measure != Measure::Unavailable).into());
        row.extend(parts(figure).into_iter().take(parts_of));
        row
    });
    headed(&columns, rows.collect(), language)
}

/// All reviews, the same: a row for each delegate or grid, the indicators that are decided side by side.
pub fn all<'a, T>(
    subject: Subject,
    rows: impl IntoIterator<Item = (Named, &'a Tally)>,
    frame: &Frame,
    language: Language,
    headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
) -> T {
    let blank = Tally::default().figures(frame.rule_set(), subject, frame.book.own_policy());
    let whose = whose(subject);
    let about_heads =
        [("年度", "year"), whose.0, whose.1, ("序号", "as_of_position"), ("算法", "rules"), ("暂定", "provisional")];
    let mut heads: Vec<(String, String)> =
        about_heads.iter().map(|(zh, en)| ((*zh).to_owned(), (*en).to_owned())).collect();
    for figure in &blank {
        for ((zh, en), _) in PARTS.iter().zip(has(figure)).filter(|(_, has)| *has) {
            let title = |language| title(figure.indicator, language);
            heads.push((format!("{} {zh}", title(Language::Zh)), format!("{} {en}", title(Language::En))));
        }
    }
    let heads: Vec<(&str, &str)> = heads.iter().map(|(zh, en)| (zh.as_str(), en.as_str())).collect();
    let rows = rows.into_iter().map(|(named, tally)| {
        let mut row = about(&named, tally, frame);
        for figure in tally.figures(frame.rule_set(), subject, frame.book.own_policy()) {
            row.extend(parts(&figure).into_iter().zip(has(&figure)).filter(|(_, has)| *has).map(|(cell, _)| cell));
        }
        row
    });
    headed(&heads, rows.collect(), language)
}

type Heading = (&'static str, &'static str);

fn whose(subject: Subject) -> (Heading, Heading) {
    match subject {
        Subject::Delegate => (("代表编号", "delegate_id"), ("代表", "delegate")),
        Subject::Grid => (("网格编号", "grid_id"), ("网格", "grid")),
    }
}

fn about(named: &Named, tally: &Tally, frame: &Frame) -> Vec<Cell> {
    vec![
        i64::from(frame.period.year).into(),
        named.id.to_string().into(),
        named.name.clone().into(),
        frame.position.0.into(),
        frame.rule_set().as_str().into(),
        frame.provisional(tally).into(),
    ]
}

/// What an indicator is called: its Chinese term, or its code.
fn title(indicator: Indicator, language: Language) -> &'static str {
    language.pick(indicator.zh(), indicator.as_str())
}

/// Which of [`PARTS`] an indicator has, whatever its values.
fn has(figure: &Figure) -> [bool; PARTS.len()] {
    match figure.measure {
        Measure::Unavailable => [false; PARTS.len()],
        Measure::Share(_) => only(&[0, 1]),
        Measure::Targeted(..) => only(&[0, 1, 2]),
        Measure::WorkingDays { .. } => only(&[0, 1, 3, 4, 5]),
        Measure::Used { .. } => only(&[0, 1, 13, 14]),
        Measure::Satisfied(_) => only(&[0, 1, 6, 7, 8, 9, 10, 11, 12]),
    }
}

fn only(places: &[usize]) -> [bool; PARTS.len()] {
    std::array::from_fn(|place| places.contains(&place))
}

/// The cells of [`PARTS`].
fn parts(figure: &Figure) -> [Cell; PARTS.len()] {
    let mut cells = std::array::from_fn(|_| Cell::Nothing);
    let mut share = |ratio: Ratio, more: &[(usize, Cell)]| {
        cells[0] = ratio.n.into();
        cells[1] = ratio.of.into();
        for (place, cell) in more {
            if let Some(there) = cells.get_mut(*place) {
                *there = cell.clone();
            }
        }
    };
    let small = |number: u32| Cell::from(u64::from(number));
    match figure.measure {
        Measure::Unavailable => {}
        Measure::Share(ratio) => share(ratio, &[]),
        Measure::Targeted(ratio, target) => share(ratio, &[(2, small(target))]),
        Measure::WorkingDays { n, of, delegate, unit, suspended } => {
            let split = [(3, small(delegate)), (4, small(unit)), (5, small(suspended))];
            share(Ratio { n: n.into(), of }, &split);
        }
        Measure::Used { share: ratio, referenced } => {
            share(ratio, &[(13, referenced.n.into()), (14, referenced.of.into())]);
        }
        Measure::Satisfied(said) => share(
            said.content,
            &[
                (6, said.weighted.n.into()),
                (7, said.weighted.of.into()),
                (8, said.responses.n.into()),
                (9, said.responses.of.into()),
                (10, said.wilson_95_permille.map(|(low, _)| u64::from(low)).into()),
                (11, said.wilson_95_permille.map(|(_, high)| u64::from(high)).into()),
                (12, said.ranked.into()),
            ],
        ),
    }
    cells
}
