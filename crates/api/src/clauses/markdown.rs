//! `docs/CLAUSES.md` and its Chinese page, made of what calls, facts, rules, obligations and figures say of their clauses.
//! `UPDATE=1 cargo test -p api --lib clauses` writes them anew.

#![allow(clippy::unwrap_used)]
use super::content;
use crate::openapi;
use crate::routes::table;
use domain::access::Action;
use domain::clause::{CLAUSES, Clause};
use domain::language::Language;
use domain::review::RuleSet;
use domain::vocabulary::{ActivityFault, Breach, ClauseCheck, Indicator, ObligationCode};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A call: method and path, and its action.
struct Call {
    line: String,
    action: Action,
}

/// The calls of each clause, in the order of the table of routes.
fn calls() -> BTreeMap<String, Vec<Call>> {
    let (routes, mut calls) = (table(), BTreeMap::<String, Vec<Call>>::new());
    let document = openapi::document(&routes);
    for route in routes.iter() {
        let path = route.documented_path();
        let told = document["paths"][&path][route.method.to_lowercase()]["x-clause"].as_str().unwrap_or_default();
        for clause in told.split(", ").filter(|clause| !clause.is_empty()) {
            let line = format!("{} {path}", route.method);
            calls.entry(clause.to_owned()).or_default().push(Call { line, action: route.action });
        }
    }
    calls
}

/// The row of one clause on a page.
fn told(clause: &Clause, calls: &[Call], language: Language) -> String {
    let mut text = format!("## {} {}\n\n", clause.id, clause.heading_in(language));
    writeln!(text, "> {}\n", clause.wording).unwrap();
    if language == Language::En {
        writeln!(text, "{}\n", clause.english).unwrap();
    }
    if !clause.built {
        writeln!(
            text,
            "{}\n",
            language.pick("**待建**：其事实尚未记录。", "**To come**: its facts are not recorded yet.")
        )
        .unwrap();
    }
    let comma = language.pick("，", ", ");
    let mut rows = Vec::new();
    let mut row = |zh, en, cells: Vec<String>| {
        if !cells.is_empty() {
            rows.push(format!("| {} | {} |\n", language.pick(zh, en), cells.join(comma)));
        }
    };
    row(
        "调用",
        "Calls",
        calls
            .iter()
            .map(|call| format!("`{}` {}", call.line, language.pick(call.action.row().zh, call.action.row().en)))
            .collect(),
    );
    row("事件", "Facts", content::facts(clause.id).map(|known| format!("`{}`", known.name)).collect());
    row("规则", "Rules", content::rules(clause.id).map(|code| format!("`{code}`")).collect());
    row("不完备之处", "Faults", content::faults(clause.id).map(|fault| lacked(fault, language)).collect());
    row("义务", "Obligations", content::obligations(clause.id).map(|code| owed(code, language)).collect());
    row("指标", "Indicators", content::indicators(clause.id).map(|one| counted(one, language)).collect());
    row("核对", "Checks", content::checks(clause.id).map(|check| looked_at(check, language)).collect());
    if !rows.is_empty() {
        text.push_str(language.pick("| 内容 | 依据本条的 |\n|---|---|\n", "| What | By this clause |\n|---|---|\n"));
        text.extend(rows);
    }
    text
}

fn owed(code: ObligationCode, language: Language) -> String {
    let breaches: Vec<&Breach> =
        domain::clock::ROWS.iter().filter(|row| row.code == code).flat_map(|row| row.breaches).collect();
    let mut names: Vec<_> = breaches.iter().map(|breach| format!("`{breach}`")).collect();
    names.dedup();
    let what = language.pick(code.zh(), code.en());
    if domain::clock::is_only_counted(code) {
        format!("{code} {what}{}", language.pick("（仅作统计）", " (only counted)"))
    } else if content::is_recorded(code) {
        format!("{code} {what}{}", language.pick("（", " ("))
            + &names.join(language.pick("、", ", "))
            + language.pick("）", ")")
    } else {
        format!("{code} {what}{}", to_come(language))
    }
}

fn counted(indicator: Indicator, language: Language) -> String {
    let later = if RuleSet::NEWEST.decides(indicator) { "" } else { to_come(language) };
    format!("`{indicator}` {}{later}", language.pick(indicator.zh(), indicator.en()))
}

fn lacked(fault: ActivityFault, language: Language) -> String {
    format!("`{fault}` {}", language.pick(fault.zh(), fault.en()))
}

fn looked_at(check: ClauseCheck, language: Language) -> String {
    format!("`{check}` {}", language.pick(check.zh(), check.en()))
}

const fn to_come(language: Language) -> &'static str {
    language.pick("（待建）", " (to come)")
}

fn page(language: Language) -> String {
    let begin = language.pick(
        "# 条款\n\n[English](../CLAUSES.md)\n\n\
         通知逐条对应的内容：记录事实的调用、事件、规则（拒绝代码）、活动的不完备之处、义务、评议指标，以及没有义务时的核对。\n\
         本页由代码生成，与代码不符时测试不通过；重新生成：`UPDATE=1 cargo test -p api --lib clauses`。\
         条款原文的出处见[出处](SOURCES.md)，义务见[办理流程](LIFECYCLE.md)。\n",
        "# Clauses\n\n[中文](zh/CLAUSES.md)\n\n\
         The notice clause by clause: the calls that record its facts, event types, rules (codes of refusals), \
         what an activity may lack, obligations, indicators of the review, and what is looked at where no obligation stands.\n\
         Made from the code, and a test fails where it differs; `UPDATE=1 cargo test -p api --lib clauses` writes it anew. \
         Where the wording is from: [sources](SOURCES.md); obligations: [life cycle](LIFECYCLE.md).\n",
    );
    let calls = calls();
    let clauses = CLAUSES.iter().map(|clause| told(clause, calls.get(clause.id).map_or(&[], Vec::as_slice), language));
    std::iter::once(begin.to_owned()).chain(clauses).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_committed_pages_are_current() {
    for (name, language) in [("CLAUSES.md", Language::En), ("zh/CLAUSES.md", Language::Zh)] {
        let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
        let generated = page(language);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == generated, "docs/{name} is not current: run the test with UPDATE=1");
    }
}

/// What is built has its calls, facts and rules, and is owed, counted or looked at; of the rest no fact is complete.
#[test]
fn a_clause_that_is_built_has_calls_facts_rules_and_figures() {
    let calls = calls();
    for clause in CLAUSES {
        let id = clause.id;
        let recorded = content::obligations(id).any(content::is_recorded);
        let counted = recorded
            || content::checks(id).next().is_some()
            || content::indicators(id).any(|one| RuleSet::NEWEST.decides(one));
        if clause.built {
            assert!(calls.contains_key(id), "{id}: no call names it");
            // What an activity lacks is no refusal: the rule is that it is told.
            let rules = content::rules(id).next().is_some() || content::faults(id).next().is_some();
            assert!(content::facts(id).next().is_some() && rules, "{id}: facts, rules");
            // Of the opening the whole is the figure, of opinions gathered the receptions.
            assert!(counted || ["C-0", "C-3.1"].contains(&id), "{id}: nothing is owed, counted or looked at");
        } else {
            assert!(!recorded, "{id} is said to be to come");
        }
    }
    let to_come: Vec<_> = CLAUSES.iter().filter(|clause| !clause.built).map(|clause| clause.id).collect();
    assert!(to_come.is_empty(), "{to_come:?}");
}

/// A command of the service says on which clause it rests; the notice knows neither accounts with their rights nor files,
/// nor that personal data is erased.
#[test]
fn every_command_names_its_clause() {
    let named: Vec<String> = calls().into_values().flatten().map(|call| call.line).collect();
    for route in table().iter().filter(|route| route.method == "POST" && !route.unrecorded) {
        let line = format!("POST {}", route.documented_path());
        assert!(
            named.contains(&line)
                || [
                    "token.",
                    "file.",
                    "account.",
                    "access.",
                    "proposal.",
                    "erasure.",
                    "legal_hold.",
                    "log.",
                    "receipt.erase"
                ]
                .iter()
                .any(|family| route.action.as_str().starts_with(family)),
            "{line}: its doc comment ends without its clause, such as (C-4.1)"
        );
    }
}
