//! The ledger as a page for people: clause by clause, on screen and on paper. Every text is escaped by the macro that writes
//! it; the one style sheet stands in the page and is allowed by its digest, and nothing else may be loaded or run.

use crate::clauses::content;
use crate::clauses::ledger::Ledger;
use crate::clauses::view::ClauseView;
use crate::obligations::sums::{ObligationCounts, list};
use crate::state::Snapshot;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::clock::{OwedBy, Subject};
use domain::language::Language;
use domain::vocabulary::{Breach, ClauseCheck, ObligationCode};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use read_models::{ObligationRange, ObligationRow};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Obligations shown below one clause; the list has all.
pub(crate) const SHOWN_MAX: u32 = 50;

/// What of a clause was not kept in time.
pub(crate) struct Behind {
    /// Due last first.
    pub rows: Vec<ObligationRow>,
    /// Whether there are no more.
    pub are_all: bool,
}

const STYLE: &str = include_str!("ledger.css");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// The page as an answer.
pub(crate) fn answer(
    clauses: &[ClauseView],
    as_of_position: u64,
    behind: &BTreeMap<&'static str, Behind>,
    ledger: &Ledger,
    language: Language,
) -> HttpResponse {
    let page = page(clauses, as_of_position, behind, &ledger.range, &ledger.snapshot, language);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(page.into_string())
}

pub(super) fn page(
    clauses: &[ClauseView],
    as_of_position: u64,
    behind: &BTreeMap<&'static str, Behind>,
    range: &ObligationRange,
    snapshot: &Snapshot,
    language: Language,
) -> Markup {
    let title = language.pick("“两代表”网格化联系服务 条款台账", "The liaison service, clause by clause");
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.scope { (scope(range, as_of_position, snapshot, language)) }
                @for clause in clauses {
                    (section(clause, behind.get(clause.id), range, snapshot, language))
                }
            }
        }
    }
}

/// Of which grid, which days and which moment the page is.
fn scope(range: &ObligationRange, as_of_position: u64, snapshot: &Snapshot, language: Language) -> String {
    let place = range.grid_id.and_then(|grid| snapshot.reference.name_of(grid.0));
    let place = place.unwrap_or(language.pick("全镇", "the whole town"));
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
    let (from, to, today) = (day(range.from), day(range.to), snapshot.today);
    match language {
        Language::Zh => format!("{place}；期限 {from} 至 {to}；{today}，日志序号 {as_of_position}"),
        Language::En => format!("{place}; due {from} to {to}; {today}, log position {as_of_position}"),
    }
}

fn section(
    clause: &ClauseView,
    behind: Option<&Behind>,
    range: &ObligationRange,
    snapshot: &Snapshot,
    language: Language,
) -> Markup {
    html! {
        section id=(clause.id) {
            h2 { a href=(format!("#{}", clause.id)) { (clause.id) } " " (language.pick(clause.heading.zh, clause.heading.en)) }
            blockquote lang="zh-CN" { (clause.wording.zh) }
            @if language == Language::En { p { (clause.wording.en) } }
            @if !clause.built {
                p.later { (language.pick("待建：其事实尚未记录。", "To come: its facts are not recorded yet.")) }
            }
            @if !clause.figures.by_code.is_empty() { (sums(clause, range, language)) }
            @if !clause.to_come.is_empty() {
                p.later {
                    (language.pick("待建的义务：", "Obligations to come: "))
                    @for code in &clause.to_come { (owed(code, language)) " " }
                }
            }
            @if !clause.checks.is_empty() { (checks(clause, language)) }
            @if !clause.facts.is_empty() { (facts(clause, language)) }
            @if let Some(behind) = behind.filter(|behind| !behind.rows.is_empty()) {
                (not_kept(clause, behind, range, snapshot, language))
            }
        }
    }
}

/// `O-4 file the session's record`.
fn owed(code: &str, language: Language) -> String {
    let term = ObligationCode::parse(code).map_or("", |code| language.pick(code.zh(), code.en()));
    format!("{code} {term}")
}

fn sums(clause: &ClauseView, range: &ObligationRange, language: Language) -> Markup {
    // Where all is only counted there is no sum.
    let all = clause.figures.list.as_ref();
    let all = all.map(|_| (language.pick("合计", "All").to_owned(), &clause.figures.counts, ("clause", clause.id)));
    let codes = clause.figures.by_code.iter().map(|of| (owed(of.code, language), &of.counts, ("code", of.code)));
    html! {
        table {
            thead { tr {
                th { (language.pick("义务", "Obligation")) }
                @for (zh, en, _) in STATUSES { th.n { (language.pick(zh, en)) } }
                th.n { (language.pick("按期履行", "Kept in time")) }
            } }
            tbody { @for (name, counts, by) in codes.chain(all) {
                tr {
                    th scope="row" { a href=(list(range, &[by])) { (name) } }
                    @for (status, n) in STATUSES.iter().map(|(.., status)| *status).zip(in_order(counts)) {
                        td.n { @if n == 0 { "0" } @else { a href=(list(range, &[by, ("status", status)])) { (n) } } }
                    }
                    td.n { (counts.kept.n) " / " (counts.kept.of) }
                }
            } }
        }
    }
}

/// The columns of sums: heading, and the value of `status`.
const STATUSES: [(&str, &str, &str); 5] = [
    ("已履行", "Fulfilled", "fulfilled"),
    ("逾期履行", "Late", "late"),
    ("未履行", "Missing", "missing"),
    ("未到期", "Not yet due", "not_yet_due"),
    ("免责", "Excused", "excused"),
];

const fn in_order(counts: &ObligationCounts) -> [u64; 5] {
    [counts.fulfilled, counts.late, counts.missing, counts.not_yet_due, counts.excused]
}

fn checks(clause: &ClauseView, language: Language) -> Markup {
    let term = |name: &str| ClauseCheck::parse(name).map_or("", |check| language.pick(check.zh(), check.en()));
    html! {
        h3 { (language.pick("核对", "Checks")) }
        ul { @for (name, check) in &clause.checks {
            li { (term(name)) (language.colon()) a href=(check.list) { (check.n) } }
        } }
    }
}

fn facts(clause: &ClauseView, language: Language) -> Markup {
    html! {
        h3 { (language.pick("事件", "Facts")) }
        ul.facts { @for (name, n) in &clause.facts {
            li { a href=(format!("/v1/events?type={name}")) title=(name) { (content::said(name, language)) } (language.colon()) (n) }
        } }
    }
}

fn not_kept(
    clause: &ClauseView,
    behind: &Behind,
    range: &ObligationRange,
    snapshot: &Snapshot,
    language: Language,
) -> Markup {
    let whole = list(range, &[("clause", clause.id), ("status", "late,missing")]);
    html! {
        h3 { (language.pick("未按期履行的义务", "Not kept in time")) }
        table {
            thead { tr {
                @for (zh, en) in [("期限", "Due"), ("义务", "Obligation"), ("网格", "Grid"), ("义务人", "Owed by"), ("状态", "Status"), ("认定", "Found")] {
                    th { (language.pick(zh, en)) }
                }
            } }
            tbody { @for row in &behind.rows {
                @let entry = &row.entry;
                @let status = entry.status_on(snapshot.today);
                tr {
                    td { a href=(format!("/v1/obligations/{}", entry.id)) { (entry.due_on) } }
                    td { a href=(history(row.subject)) { (owed(entry.key.code.as_str(), language)) } }
                    td { (snapshot.reference.name_of(entry.grid_id.0).unwrap_or_default()) }
                    td { (whose(&entry.owed_by, snapshot)) }
                    td { (language.pick(status.zh(), status.en())) }
                    td { (found(&entry.what, language)) }
                }
            } }
        }
        @if !behind.are_all {
            p { a href=(whole) { (language.pick("更多", "More")) } }
        }
    }
}

fn whose(owed_by: &OwedBy, snapshot: &Snapshot) -> String {
    let name = owed_by.name.as_deref().or_else(|| snapshot.reference.name_of(owed_by.id));
    name.unwrap_or_default().to_owned()
}

fn found(what: &[Breach], language: Language) -> String {
    let terms: Vec<_> = what.iter().map(|breach| language.pick(breach.zh(), breach.en())).collect();
    terms.join(language.pick("、", ", "))
}

/// The address of the history of what an obligation is about; of a grid, the grid; of a year of a delegate, the dossier of the review.
fn history(subject: Subject) -> String {
    match subject {
        Subject::Session(id) => format!("/v1/sessions/{id}/events"),
        Subject::Issue(id) => format!("/v1/issues/{id}/events"),
        Subject::Grid(id) | Subject::GridYear(id, _) => format!("/v1/grids/{id}"),
        Subject::Deed(id) => format!("/v1/deeds/{id}/events"),
        Subject::Study(id) => format!("/v1/studies/{id}/events"),
        Subject::Appointment(id) => format!("/v1/appointments/{id}/events"),
        Subject::Activity(id) => format!("/v1/activities/{id}/events"),
        Subject::MajorIssue(id) => format!("/v1/major-issues/{id}/events"),
        Subject::DelegateYear(id, year) => format!("/v1/reviews/{year}/delegates/{id}/dossier"),
    }
}
