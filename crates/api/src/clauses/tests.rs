//! The page for people and the table, of one clause with an obligation that was not kept.
#![allow(clippy::unwrap_used)]

use crate::clauses::content;
use crate::clauses::html::{Behind, page};
use crate::clauses::table::table;
use crate::clauses::view::{BothView, CheckView, ClauseView};
use crate::http::csv::headed;
use crate::obligations::sums::FiguresView;
use crate::obligations::view::ObligationView;
use crate::state::Snapshot;
use casework::loaded::AsOf;
use casework::reference::Reference;
use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::{Key, LedgerEntry, LedgerEvent, OwedBy, Subject};
use domain::ids::{AreaId, ObligationId, SessionId};
use domain::language::Language;
use domain::vocabulary::{Breach, ExplanationState, ObligationCode, Tier};
use event_store::Position;
use read_models::{ObligationRange, ObligationRow, ObligationSum};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const GRID: AreaId = AreaId(Uuid::from_u128(0x0198_f3c0_1b2c_7d3e_8f40_5a6b_7c8d_9e0f));
const SESSION: SessionId = SessionId(Uuid::from_u128(0x5b2c_9a10_4f3e_8d21_8a10_6e2f_1c7e_3b21));

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn range() -> ObligationRange {
    ObligationRange { grid_id: Some(GRID), from: Some(day("2026-01-01")), to: None }
}

fn clause() -> ClauseView {
    let known = domain::clause::clause("C-4.1").unwrap();
    let sum = ObligationSum { fulfilled: 40, late: 2, missing: 1, not_yet_due: 3, excused: 0 };
    ClauseView {
        id: known.id,
        heading: BothView { zh: known.part, en: known.heading },
        wording: BothView { zh: known.wording, en: known.english },
        built: true,
        figures: FiguresView::of(&BTreeMap::from([(ObligationCode::O4, sum)]), &range(), Some("C-4.1")),
        to_come: vec!["O-9"],
        facts: BTreeMap::from([("session.closed", 43)]),
        checks: BTreeMap::from([("work_leave", CheckView { n: 2, list: "/v1/leaves?state=approved".to_owned() })]),
    }
}

fn entry() -> LedgerEntry {
    let at: DateTime<Utc> = "2026-10-08T08:30:00Z".parse().unwrap();
    LedgerEntry {
        id: ObligationId(Uuid::from_u128(7)),
        key: Key { code: ObligationCode::O4, part: None, about: format!("session/{SESSION}"), period: None },
        grid_id: GRID,
        owed_by: OwedBy { name: Some("<script>周敏".to_owned()), ..OwedBy::area(GRID) },
        opens_on: day("2026-10-08"),
        due_on: day("2026-10-09"),
        provisional: false,
        excused: false,
        kept_from: Some(day("2026-10-12")),
        late: true,
        missing_from: Some(day("2026-10-13")),
        explanation: ExplanationState::None,
        tier: Some(Tier::Reminder),
        what: vec![Breach::RecordLate],
        events: vec![LedgerEvent { position: 5_301, event_type: "session.closed".to_owned(), at }],
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        as_of: AsOf::Now,
        position: Position(9),
        today: day("2026-11-29"),
        reference: Arc::new(Reference::default()),
        reader: casework::access::Reader::default(),
    }
}

#[test]
fn every_figure_leads_to_its_list_and_every_obligation_to_its_events() {
    let row = ObligationRow { place: 1, subject: Subject::Session(SESSION), entry: entry() };
    let behind = BTreeMap::from([("C-4.1", Behind { rows: vec![row], are_all: false })]);
    for (language, more) in [(Language::Zh, "更多"), (Language::En, "More")] {
        let text = page(&[clause()], 9, &behind, &range(), &snapshot(), language).into_string();
        let within = format!("grid_id={GRID}&amp;from=2026-01-01");
        for link in [
            format!("/v1/obligations?code=O-4&amp;status=late&amp;{within}\">2<"),
            format!("/v1/obligations?clause=C-4.1&amp;status=missing&amp;{within}\">1<"),
            format!("/v1/obligations?clause=C-4.1&amp;status=late,missing&amp;{within}\">{more}<"),
            format!("/v1/sessions/{SESSION}/events"),
            "/v1/events?type=session.closed".to_owned(),
            "/v1/leaves?state=approved\">2<".to_owned(),
        ] {
            assert!(text.contains(&link), "{link}\n{text}");
        }
        assert!(text.contains("40 / 43") && text.contains("&lt;script&gt;周敏") && !text.contains("<script"), "{text}");
    }
}

#[test]
fn facts_are_told_in_words_and_keep_their_type() {
    for (language, is_word) in [
        (Language::Zh, (|c: char| c > '\u{2e80}') as fn(char) -> bool),
        (Language::En, |c: char| c.is_ascii_uppercase()),
    ] {
        let mut told = 0;
        for known in domain::clause::CLAUSES {
            let facts: BTreeMap<_, _> = content::facts(known.id).map(|of_type| (of_type.name, 3)).collect();
            let clause = ClauseView { id: known.id, facts: facts.clone(), ..clause() };
            let text = page(&[clause], 9, &BTreeMap::new(), &range(), &snapshot(), language).into_string();
            for name in facts.keys() {
                let after = text.split(&format!("title=\"{name}\">")).nth(1).expect(name);
                let said = after.split('<').next().unwrap();
                assert!(said.starts_with(is_word) && !said.ends_with(['。', '.']), "{name}: {said}");
                told += 1;
            }
            assert!(!facts.keys().any(|name| text.contains(&format!(">{name}<"))), "{text}");
        }
        assert!(told > 50, "{told}");
    }
}

#[test]
fn a_table_has_a_line_for_the_clause_each_code_fact_and_check() {
    let table = table(&[clause()], 9, day("2026-11-29"), Language::En, headed);
    let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("clause,heading,kind,code,n,fulfilled,late,"), "{table}");
    let kinds: Vec<_> = lines[1..].iter().map(|line| line.contains(",C-4.1") || line.starts_with("C-4.1")).collect();
    assert_eq!(kinds, [true; 4], "{table}");
    assert!(lines[2].contains("obligations,O-4,,40,2,1,3,0,40,43,"), "{table}");
    assert!(lines[3].contains("facts,session.closed,43,"), "{table}");
}

#[test]
fn an_obligation_is_shown_as_it_stands_on_the_day() {
    let zone = chrono_tz::Asia::Shanghai;
    let shown = |on: &str| json!(ObligationView::of(&entry(), day(on), zone).unwrap());
    let late = shown("2026-10-12");
    assert_eq!((&late["status"], late.get("overtaken"), late.get("part")), (&json!("late"), None, None));
    assert_eq!(late["about"], json!({"family": "session", "id": SESSION}));
    assert_eq!(late["owed_by"], json!({"family": "area", "id": GRID, "name": "<script>周敏"}));
    assert_eq!(
        late["events"],
        json!([{"position": 5301, "type": "session.closed", "at": "2026-10-08T16:30:00+08:00"}])
    );
    let before = shown("2026-10-10");
    assert_eq!((&before["status"], &before["overtaken"]), (&json!("not_yet_due"), &json!(true)));
}
