//! Figures and votes of a dossier for people: charts, and below them the table of all numbers of the figures.

use super::chart::{Bar, bars};
use super::content::{AdjustedView, Dossier};
use super::remark::{remark, told};
use crate::reviews::appraisal_view::VotesView;
use crate::reviews::view::ReviewView;
use domain::language::Language;
use domain::review::{Figure, Measure, Ratio};
use domain::vocabulary::{AppraisedBy, Grade, Indicator};
use maud::{Markup, html};

/// What a figure is called.
pub(super) fn name_of(indicator: &str, language: Language) -> &str {
    Indicator::parse(indicator).map_or(indicator, |known| language.pick(known.zh(), known.en()))
}

/// The figures of a dossier.
pub(super) fn section(dossier: &Dossier, language: Language) -> Markup {
    if dossier.figures.is_empty() {
        return html! { p.note { (language.pick("指标尚未冻结。", "The figures are not frozen yet.")) } };
    }
    let adjusted = &dossier.view.adjusted;
    html! {
        @if let Some(until) = dossier.view.figures.as_ref().map(ReviewView::until) {
            p.note { (language.pick("指标计至 ", "Counted until ")) (until) (language.pick("。", ".")) }
        }
        @if dossier.view.figures.as_ref().is_some_and(ReviewView::is_provisional) {
            p.note { (language.pick("暂定：有年度尚未公布工作日历，工作日按周一至周五计。", "Provisional: a year without a published calendar was counted Monday to Friday.")) }
        }
        (shares(&dossier.figures, adjusted, language))
        @if !adjusted.is_empty() {
            p.note { (language.pick("细线为连同调整的数值；指标本身不变。", "The thin line is the figure with its adjustments; the figure itself stays.")) }
        }
        (working_days(&dossier.figures, language))
        (table(&dossier.figures, adjusted, language))
    }
}

/// The two numbers that a bar of a share shows; nothing for what is no share, or one of nothing.
fn share(measure: &Measure) -> Option<Ratio> {
    let ratio = match measure {
        Measure::Share(ratio) | Measure::Targeted(ratio, _) | Measure::Used { share: ratio, .. } => *ratio,
        Measure::Satisfied(said) => said.content,
        Measure::WorkingDays { .. } | Measure::Unavailable => return None,
    };
    (ratio.of > 0).then_some(ratio)
}

/// A chart with a text that says what the bars say; nothing where there is no bar.
fn chart(title: &str, all: &[Bar], language: Language) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let about: Vec<_> = all.iter().map(|bar| format!("{}{}{}", bar.label, language.colon(), bar.told)).collect();
    html! { h3 { (title) } (bars(title, &about.join(language.pick("；", "; ")), all)) }
}

fn shares(figures: &[Figure], adjusted: &[AdjustedView], language: Language) -> Markup {
    let bar = |figure: &Figure| {
        let Ratio { n, of } = share(&figure.measure)?;
        let sums = adjusted.iter().find(|one| one.indicator == figure.indicator.as_str()).map(AdjustedView::sums);
        let beside = sums.and_then(|(n, of)| u64::try_from(n).ok().zip(u64::try_from(of).ok()));
        let told = match beside {
            None => told(n, of),
            Some((sum_n, sum_of)) => format!("{} → {sum_n} / {sum_of}", told(n, of)),
        };
        let label = language.pick(figure.indicator.zh(), figure.indicator.en()).to_owned();
        Some(Bar { label, parts: vec![n], of, told, beside })
    };
    let all: Vec<Bar> = figures.iter().filter_map(bar).collect();
    chart(language.pick("各项比例", "Shares"), &all, language)
}

fn working_days(figures: &[Figure], language: Language) -> Markup {
    let days = figures.iter().filter_map(|figure| match &figure.measure {
        Measure::WorkingDays { n, of, delegate, unit, suspended } if *of > 0 => {
            Some((figure.indicator, *n, [*delegate, *unit, *suspended]))
        }
        Measure::WorkingDays { .. }
        | Measure::Share(_)
        | Measure::Targeted(..)
        | Measure::Used { .. }
        | Measure::Satisfied(_)
        | Measure::Unavailable => None,
    });
    let days: Vec<_> = days.collect();
    // Each part is ranked on its own, so that together they may be more than the whole.
    let longest =
        |(_, n, parts): &(Indicator, u32, [u32; 3])| u64::from(*n).max(parts.iter().copied().map(u64::from).sum());
    let widest = days.iter().map(longest).max().unwrap_or(0);
    let bar = |(indicator, n, [delegate, unit, suspended]): &(Indicator, u32, [u32; 3])| Bar {
        label: language.pick(indicator.zh(), indicator.en()).to_owned(),
        parts: [delegate, unit, suspended].map(|part| u64::from(*part)).to_vec(),
        of: widest,
        told: match language {
            Language::Zh => format!("{n} 日：{delegate} + {unit} + {suspended}"),
            Language::En => format!("{n} days: {delegate} + {unit} + {suspended}"),
        },
        beside: None,
    };
    let all: Vec<Bar> = days.iter().map(bar).collect();
    let title = language
        .pick("答复用时（工作日：代表 + 承办 + 中止）", "Working days to the answer (delegate + unit + suspended)");
    chart(title, &all, language)
}

fn table(figures: &[Figure], adjusted: &[AdjustedView], language: Language) -> Markup {
    let heads = [
        ("指标", "Figure"),
        ("条款", "Clause"),
        ("分子", "n"),
        ("分母", "of"),
        ("连同调整", "Adjusted"),
        ("说明", "Remark"),
    ];
    html! {
        table.figures {
            thead { tr { @for (zh, en) in heads { th { (language.pick(zh, en)) } } } }
            tbody { @for figure in figures {
                @let numbers = numbers(&figure.measure);
                @let sums = adjusted.iter().find(|one| one.indicator == figure.indicator.as_str()).map(AdjustedView::sums);
                tr {
                    th scope="row" { (language.pick(figure.indicator.zh(), figure.indicator.en())) }
                    td.short { (figure.indicator.clause()) }
                    @match numbers {
                        Some((n, of)) => { td.n { (n) } td.n { (of) } }
                        None => { td.n { "–" } td.n { "–" } }
                    }
                    td.n { @if let Some((n, of)) = sums { (n) " / " (of) } }
                    td { (remark(&figure.measure, language)) }
                }
            } }
        }
    }
}

/// The two numbers of a figure; nothing where no recorded fact decides it.
pub(super) fn numbers(measure: &Measure) -> Option<(u64, u64)> {
    match measure {
        Measure::Share(ratio) | Measure::Targeted(ratio, _) | Measure::Used { share: ratio, .. } => {
            Some((ratio.n, ratio.of))
        }
        Measure::Satisfied(said) => Some((said.content.n, said.content.of)),
        Measure::WorkingDays { n, of, delegate: _, unit: _, suspended: _ } => Some((u64::from(*n), *of)),
        Measure::Unavailable => None,
    }
}

/// A vote: how many were for each grade.
pub(super) fn vote(votes: &VotesView, language: Language) -> Markup {
    let by = AppraisedBy::parse(votes.by).map_or(votes.by, |by| language.pick(by.zh(), by.en()));
    let all: u64 = votes.ballots.values().map(|count| u64::from(*count)).sum();
    let bar = |grade: &Grade| {
        let count = u64::from(*votes.ballots.get(grade.as_str())?);
        let label = language.pick(grade.zh(), grade.en()).to_owned();
        Some(Bar { label, parts: vec![count], of: all, told: told(count, all), beside: None })
    };
    let bars: Vec<Bar> = Grade::ALL.iter().filter_map(bar).collect();
    let title = match language {
        Language::Zh => format!("{by}，{}，共 {all} 票", votes.held_on),
        Language::En => format!("{by}, {}, {all} ballots", votes.held_on),
    };
    chart(&title, &bars, language)
}
