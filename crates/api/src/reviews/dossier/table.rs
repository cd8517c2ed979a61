//! The dossier as one sheet: a row for each figure, vote, dispute, adjustment, and for report and result.

use super::content::Dossier;
use super::figures::{name_of, numbers};
use crate::http::cells::{day, id, shown_instant};
use crate::http::csv::Cell;
use crate::state::Snapshot;
use domain::language::Language;
use domain::vocabulary::{AppraisedBy, DisputeState, Grade};

const COLUMNS: [(&str, &str); 8] = [
    ("部分", "section"),
    ("项目", "item"),
    ("编号", "id"),
    ("分子", "n"),
    ("分母", "of"),
    ("内容", "text"),
    ("说明", "remark"),
    ("时间", "at"),
];

/// A row of the sheet.
struct Row {
    section: (&'static str, &'static str),
    item: Cell,
    id: Cell,
    n: Cell,
    of: Cell,
    text: Cell,
    remark: Cell,
    at: Cell,
}

impl Row {
    fn of(section: (&'static str, &'static str), item: impl Into<Cell>) -> Self {
        let [id, n, of, text, remark, at] = [const { Cell::Nothing }; 6];
        Self { section, item: item.into(), id, n, of, text, remark, at }
    }

    fn cells(self, language: Language) -> Vec<Cell> {
        let section = language.pick(self.section.0, self.section.1).into();
        vec![section, self.item, self.id, self.n, self.of, self.text, self.remark, self.at]
    }
}

/// The dossier, as a table of the kind that `headed` makes.
pub(super) fn table<T>(
    dossier: &Dossier,
    snapshot: &Snapshot,
    language: Language,
    headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
) -> T {
    let rows = about(dossier, snapshot, language)
        .into_iter()
        .chain(figures(dossier, language))
        .chain(votes(dossier, language))
        .chain(disputes(dossier, snapshot, language))
        .chain(adjustments(dossier, snapshot, language));
    headed(&COLUMNS, rows.map(|row| row.cells(language)).collect(), language)
}

/// Whose it is, the result and the report.
fn about(dossier: &Dossier, snapshot: &Snapshot, language: Language) -> Vec<Row> {
    let appraisal = &dossier.view.appraisal;
    let delegate = Row {
        id: id(appraisal.delegate.id),
        n: i64::from(appraisal.year).into(),
        text: appraisal.delegate.name.as_str().into(),
        ..Row::of(("代表", "delegate"), language.pick("年度", "year"))
    };
    let result = appraisal.result.as_ref().map(|result| Row {
        text: result.text.as_deref().into(),
        remark: shown_instant(result.published_at.as_deref(), snapshot),
        at: shown_instant(result.set_at.as_str(), snapshot),
        ..Row::of(
            ("结果", "result"),
            Grade::parse(result.grade).map_or(result.grade, |grade| language.pick(grade.zh(), grade.en())),
        )
    });
    let report = appraisal.report.as_ref();
    let sections = report.into_iter().flat_map(|report| {
        let texts =
            [(("网格化联系服务", "liaison service"), &report.liaison_service), (("其他", "other"), &report.other)];
        texts.into_iter().filter_map(|((zh, en), text)| {
            let text = text.as_deref()?.into();
            Some(Row {
                text,
                at: shown_instant(report.submitted_at.as_str(), snapshot),
                ..Row::of(("报告", "report"), language.pick(zh, en))
            })
        })
    });
    std::iter::once(delegate).chain(result).chain(sections).collect()
}

fn figures<'a>(dossier: &'a Dossier, language: Language) -> impl Iterator<Item = Row> + 'a {
    dossier.figures.iter().map(move |figure| {
        let numbers = numbers(&figure.measure);
        Row {
            n: numbers.map(|(n, _)| n).into(),
            of: numbers.map(|(_, of)| of).into(),
            remark: figure.indicator.clause().into(),
            ..Row::of(("指标", "figure"), language.pick(figure.indicator.zh(), figure.indicator.en()))
        }
    })
}

fn votes<'a>(dossier: &'a Dossier, language: Language) -> impl Iterator<Item = Row> + 'a {
    dossier.view.appraisal.appraisals.iter().flat_map(move |votes| {
        let by = AppraisedBy::parse(votes.by).map_or(votes.by, |by| language.pick(by.zh(), by.en()));
        let all: u64 = votes.ballots.values().map(|count| u64::from(*count)).sum();
        votes.ballots.iter().map(move |(grade, count)| Row {
            n: u64::from(*count).into(),
            of: all.into(),
            text: Grade::parse(grade).map_or(*grade, |grade| language.pick(grade.zh(), grade.en())).into(),
            at: day(votes.held_on),
            ..Row::of(("测评", "vote"), by)
        })
    })
}

fn disputes<'a>(dossier: &'a Dossier, snapshot: &'a Snapshot, language: Language) -> impl Iterator<Item = Row> + 'a {
    dossier.view.appraisal.disputes.iter().map(move |dispute| {
        let state = DisputeState::parse(dispute.state).map_or("", |state| language.pick(state.zh(), state.en()));
        let decision = dispute.decision_text.as_deref().unwrap_or_default();
        Row {
            id: id(dispute.id),
            text: dispute.text.as_deref().into(),
            remark: if decision.is_empty() {
                state.into()
            } else {
                format!("{state}{}{decision}", language.colon()).into()
            },
            at: shown_instant(dispute.raised_at.as_str(), snapshot),
            ..Row::of(("异议", "dispute"), name_of(dispute.indicator, language))
        }
    })
}

fn adjustments<'a>(dossier: &'a Dossier, snapshot: &'a Snapshot, language: Language) -> impl Iterator<Item = Row> + 'a {
    dossier.view.appraisal.adjustments.iter().map(move |one| Row {
        id: one.dispute_id.map(id).unwrap_or(Cell::Nothing),
        n: one.n.into(),
        of: one.of.into(),
        text: one.reason.as_deref().into(),
        at: shown_instant(one.made_at.as_str(), snapshot),
        ..Row::of(("调整", "adjustment"), name_of(one.indicator, language))
    })
}
