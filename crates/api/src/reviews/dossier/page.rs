//! The dossier as a page for people, on screen and on paper. Every text is escaped by the macro that writes it; the one style
//! sheet stands in the page and is allowed by its digest, and nothing else may be loaded or run.

use super::content::Dossier;
use super::figures::{self, name_of};
use crate::http::html::policy_of;
use crate::http::reader::WithheldView;
use crate::reviews::appraisal_view::{DisputeView, ReportView};
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use domain::language::Language;
use domain::vocabulary::{DisputeState, DisputedFamily, Grade};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::LazyLock;

const STYLE: &str = include_str!("dossier.css");

static POLICY: LazyLock<String> = LazyLock::new(|| policy_of(STYLE));

/// The page as an answer.
pub(super) fn answer(dossier: &Dossier, language: Language) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(page(dossier, language).into_string())
}

fn page(dossier: &Dossier, language: Language) -> Markup {
    let appraisal = &dossier.view.appraisal;
    let year = appraisal.year;
    let title = match language {
        Language::Zh => format!("{year} 年度述职评议档案"),
        Language::En => format!("Annual review {year}"),
    };
    let types: Vec<_> = dossier.types.iter().map(|of| language.pick(of.zh(), of.en())).collect();
    let types = types.join(language.pick("、", ", "));
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " " (appraisal.delegate.name) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.whose { (appraisal.delegate.name) @if !types.is_empty() { (in_brackets(&types, language)) } }
                (result(dossier, language))
                @if let Some(why) = appraisal.withheld { (withheld(why, language)) }
                h2 { (language.pick("一、评议指标", "1 Figures")) }
                (figures::section(dossier, language))
                h2 { (language.pick("二、述职报告", "2 Report")) }
                (report(appraisal.report.as_ref(), language))
                h2 { (language.pick("三、测评", "3 Votes")) }
                @if appraisal.appraisals.is_empty() { (nothing(language)) }
                @for votes in &appraisal.appraisals { (figures::vote(votes, language)) }
                h2 { (language.pick("四、异议", "4 Disputes")) }
                (disputes(&appraisal.disputes, language))
                h2 { (language.pick("五、调整", "5 Adjustments")) }
                (adjustments(dossier, language))
                (sources(dossier, language))
            }
        }
    }
}

fn nothing(language: Language) -> Markup {
    html! { p.note { (language.pick("无。", "None.")) } }
}

/// Without it a page would look as if nobody had written anything.
fn withheld(why: WithheldView, language: Language) -> Markup {
    let (zh, en) = match why {
        WithheldView::NotTheirs(_) => (
            "所用角色看不到报告、异议和调整的文字；事实与数字如常。",
            "The words of report, disputes and adjustments are not shown to your role; facts and figures are.",
        ),
        WithheldView::NotRecorded(_) => (
            "查看未能记入日志，故不显示文字；事实与数字如常，可稍后再看。",
            "That you look could not be recorded, so no words are shown; facts and figures are. Try again later.",
        ),
    };
    html! { p.note { (language.pick(zh, en)) } }
}

fn in_brackets(text: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("（{text}）"),
        Language::En => format!(" ({text})"),
    }
}

/// An instant as people write it: day and minute of the town.
fn moment(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}

fn result(dossier: &Dossier, language: Language) -> Markup {
    let Some(result) = &dossier.view.appraisal.result else {
        return html! { p.result { (language.pick("评议结果：尚未确定", "Result: not set yet")) } };
    };
    let grade = Grade::parse(result.grade).map_or(result.grade, |grade| language.pick(grade.zh(), grade.en()));
    let set_at = moment(&result.set_at);
    let when = match (&result.published_at, language) {
        (None, Language::Zh) => format!("{set_at} 确定"),
        (None, Language::En) => format!("set {set_at}"),
        (Some(at), Language::Zh) => format!("{set_at} 确定，{} 公布", moment(at)),
        (Some(at), Language::En) => format!("set {set_at}, published {}", moment(at)),
    };
    html! {
        p.result { (language.pick("评议结果：", "Result: ")) (grade) (in_brackets(&when, language)) }
        @if let Some(text) = &result.text { p.words { (text) } }
    }
}

fn report(report: Option<&ReportView>, language: Language) -> Markup {
    let Some(report) = report else { return nothing(language) };
    html! {
        p.note { (language.pick("提交：", "Submitted: ")) (moment(&report.submitted_at)) }
        h3 { (language.pick("网格化联系服务", "Liaison service")) }
        @if let Some(text) = &report.liaison_service { p.words { (text) } }
        @if let Some(other) = &report.other {
            h3 { (language.pick("其他", "Other")) }
            p.words { (other) }
        }
        @if !report.file_ids.is_empty() {
            p.note { (language.pick("附件：", "Files: ")) @for id in &report.file_ids { a href=(format!("/v1/files/{id}/content")) { (id) } " " } }
        }
    }
}

fn disputes(disputes: &[DisputeView], language: Language) -> Markup {
    if disputes.is_empty() {
        return nothing(language);
    }
    let heads = [("提出", "Raised"), ("指标", "Figure"), ("所指", "About"), ("理由", "Why"), ("认定", "Decision")];
    html! {
        table {
            thead { tr { @for (zh, en) in heads { th { (language.pick(zh, en)) } } } }
            tbody { @for dispute in disputes {
                @let state = DisputeState::parse(dispute.state).map_or("", |state| language.pick(state.zh(), state.en()));
                tr {
                    td.short { (moment(&dispute.raised_at)) }
                    td.name { (name_of(dispute.indicator, language)) }
                    td { @if let Some(of) = dispute.of {
                        (DisputedFamily::parse(of.family).map_or("", |family| language.pick(family.zh(), family.en()))) " " (of.id)
                    } }
                    td { (dispute.text.as_deref().unwrap_or_default()) }
                    td {
                        (state)
                        @if let Some(at) = &dispute.decided_at { (in_brackets(&moment(at), language)) }
                        @if let Some(text) = &dispute.decision_text { (language.colon()) (text) }
                    }
                }
            } }
        }
    }
}

fn adjustments(dossier: &Dossier, language: Language) -> Markup {
    let all = &dossier.view.appraisal.adjustments;
    if all.is_empty() {
        return nothing(language);
    }
    let heads = [("作出", "Made"), ("指标", "Figure"), ("分子", "n"), ("分母", "of"), ("理由", "Why")];
    html! {
        table {
            thead { tr { @for (zh, en) in heads { th { (language.pick(zh, en)) } } } }
            tbody { @for one in all { tr {
                td.short { (moment(&one.made_at)) }
                td.name { (name_of(one.indicator, language)) }
                td.n { (format!("{:+}", one.n)) }
                td.n { (format!("{:+}", one.of)) }
                td { (one.reason.as_deref().unwrap_or_default()) }
            } } }
        }
    }
}

/// From what the page is made, for whoever wants to check it.
fn sources(dossier: &Dossier, language: Language) -> Markup {
    let (view, appraisal) = (&dossier.view, &dossier.view.appraisal);
    let (year, id) = (appraisal.year, appraisal.delegate.id);
    html! {
        footer {
            @if let (Some(frozen), Some(review)) = (&appraisal.frozen, &view.review) {
                p {
                    (language.pick("指标截至日志位置 ", "Figures as of log position ")) (frozen.position)
                    @if let Some(root) = &review.root { (language.pick("；日志根 ", "; root of the log ")) (root) }
                    @if let Some(rules) = &review.rules { (language.pick("；算法 ", "; rules ")) (rules) }
                    @if let Some(policy) = review.policy_position { (language.pick("；规则的日志位置 ", "; policy at log position ")) (policy) }
                    (language.pick("；冻结于 ", "; frozen ")) (moment(&frozen.at))
                }
                p {
                    (language.pick("指标的摘要值（SHA-256） ", "Digest of the figures (SHA-256) ")) (frozen.digest)
                    (language.pick("；原文 ", "; the bytes ")) a href=(format!("/v1/reviews/{year}/delegates/{id}/frozen")) { "/v1/reviews/" (year) "/delegates/" (id) "/frozen" }
                }
            }
            p { (language.pick("本页内容截至日志位置 ", "This page is as of log position ")) (view.as_of_position) }
        }
    }
}
