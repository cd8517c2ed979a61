//! What everybody may know as tables for a spreadsheet, with the same words as the pages for people.

use crate::http::cells::{SEPARATOR, day, id};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::public::case_view::PublicCase;
use crate::public::review_view::PublicResult;
use crate::public::view::PublicNotice;
use domain::vocabulary::DelegateType;

/// Notices.
pub(super) const NOTICES: Table = Table {
    name: "notices",
    columns: &[
        ("场次编号", "session_id"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("接待之日", "held_on"),
        ("开始", "from"),
        ("结束", "to"),
        ("地点", "venue"),
        ("党代表", "party_delegates"),
        ("人大代表", "deputies"),
        ("状态", "state"),
        ("原定之日", "moved_from"),
        ("应张贴单位数", "units"),
        ("已张贴单位数", "posted"),
    ],
};

/// One of them.
pub(super) fn notice(notice: &PublicNotice) -> Vec<Cell> {
    let named = |of| notice.names(of).collect::<Vec<_>>().join(SEPARATOR);
    let posted = notice.units.iter().filter(|unit| unit.posted_on.is_some()).count();
    vec![
        id(notice.session_id),
        id(notice.grid_id),
        notice.grid.as_str().into(),
        day(notice.held_on),
        notice.from.as_str().into(),
        notice.to.as_str().into(),
        notice.venue.as_deref().into(),
        named(DelegateType::Party).into(),
        named(DelegateType::Deputy).into(),
        notice.state.as_str().into(),
        notice.moved_from.map(day).into(),
        number(notice.units.len()),
        number(posted),
    ]
}

/// Typical cases.
pub(super) const CASES: Table = Table {
    name: "typical-cases",
    columns: &[
        ("典型案例编号", "id"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("首次发布之日", "published_on"),
        ("发布渠道", "channels"),
        ("文本", "text"),
        ("加注", "annotations"),
    ],
};

/// One of them.
pub(super) fn case(case: &PublicCase) -> Vec<Cell> {
    let annotations: Vec<_> = case.annotations.iter().filter_map(|one| one.text.as_deref()).collect();
    vec![
        id(case.id),
        id(case.grid_id),
        case.grid.as_str().into(),
        day(case.published_on),
        case.channels.join(SEPARATOR).into(),
        case.text.as_deref().into(),
        annotations.join("\n").into(),
    ]
}

/// Results of annual reviews.
pub(super) const RESULTS: Table = Table {
    name: "results",
    columns: &[
        ("年度", "year"),
        ("姓名", "name"),
        ("身份", "delegate_types"),
        ("等次", "grade"),
        ("公布之日", "posted_on"),
        ("指标代码", "code"),
        ("分子", "n"),
        ("分母", "of"),
        ("分子调整", "by_n"),
        ("分母调整", "by_of"),
    ],
};

/// One of them, with a row for each figure that has numbers.
pub(super) fn results(year: i32, one: &PublicResult) -> impl Iterator<Item = Vec<Cell>> + '_ {
    let figures = one.indicators.iter().filter_map(|figure| Some((figure.code(), figure.numbers()?)));
    figures.map(move |(code, (n, of))| {
        let adjusted = one.adjusted.iter().find(|adjusted| adjusted.indicator == code);
        vec![
            i64::from(year).into(),
            one.name.as_str().into(),
            one.delegate_types.join(SEPARATOR).into(),
            one.grade.into(),
            day(one.posted_on),
            code.into(),
            n.into(),
            of.into(),
            adjusted.map(|adjusted| adjusted.by_n).into(),
            adjusted.map(|adjusted| adjusted.by_of).into(),
        ]
    })
}

fn number(count: usize) -> Cell {
    u64::try_from(count).unwrap_or(u64::MAX).into()
}
