//! `docs/GLOSSARY.md`, its Chinese page and `vocabulary.rs` say the same.
//!
//! What could go wrong: a value is added, renamed or given another term in the code, and the page that offices and
//! front ends read keeps the old one. The page is read as it stands: one section per list, one row per value.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use domain::vocabulary::*;

const GLOSSARY: &str = include_str!("../../../docs/GLOSSARY.md");
const CHINESE: &str = include_str!("../../../docs/zh/GLOSSARY.md");
const VOCABULARY: [&str; 13] = [
    include_str!("../src/vocabulary.rs"),
    include_str!("../src/vocabulary/accounts.rs"),
    include_str!("../src/vocabulary/activities.rs"),
    include_str!("../src/vocabulary/meetings.rs"),
    include_str!("../src/vocabulary/obligations.rs"),
    include_str!("../src/vocabulary/personal.rs"),
    include_str!("../src/vocabulary/receipts.rs"),
    include_str!("../src/vocabulary/reviews.rs"),
    include_str!("../src/vocabulary/services.rs"),
    include_str!("../src/vocabulary/sessions.rs"),
    include_str!("../src/vocabulary/studies.rs"),
    include_str!("../src/vocabulary/tasks.rs"),
    include_str!("../src/vocabulary/typical_cases.rs"),
];

/// What one list says: its clause, and stored name to the Chinese and the English term.
#[derive(Debug, PartialEq, Eq)]
struct List {
    clause: String,
    terms: BTreeMap<String, (String, String)>,
}

/// Every list as the code has it.
fn in_code() -> BTreeMap<String, List> {
    let mut lists = BTreeMap::new();
    macro_rules! list {
        ($($name:ident),+ $(,)?) => {$(
            let terms = $name::ALL.iter().map(|value| {
                assert_eq!($name::parse(value.as_str()), Some(*value), "{value} is not read back");
                (value.as_str().to_owned(), (value.zh().to_owned(), value.en().to_owned()))
            });
            lists.insert(
                stringify!($name).to_owned(),
                List { clause: $name::CLAUSE.to_owned(), terms: terms.collect() },
            );
        )+};
    }
    list!(
        AccountState,
        ActivityFault,
        ActivityKind,
        ActivityMode,
        AgendaItemState,
        AnswerChannel,
        AppointmentState,
        AppraisedBy,
        AttendanceClass,
        Breach,
        CancelledBy,
        ClauseCheck,
        ClockState,
        DeedKind,
        DeedState,
        DeferralReason,
        DelegateType,
        DepartureReason,
        DisputeState,
        DisputedFamily,
        Dormant,
        DueRule,
        ErasureGround,
        ErasureRefusal,
        ErasureState,
        EvidenceKind,
        ExplanationState,
        ExtensionReason,
        FeedbackBy,
        FileKind,
        Finding,
        Grade,
        GrantReason,
        HandoverReason,
        Holder,
        Indicator,
        IssueKind,
        IssueState,
        LastWordKind,
        LegalHoldState,
        NarrativeRetention,
        HeldBack,
        PersonalClass,
        Purpose,
        Lateness,
        LeaveReason,
        LeaveState,
        Level,
        LinkKind,
        MajorIssueState,
        MeetingKind,
        MeetingState,
        NoticeBoard,
        NoticeDifference,
        NoticeTiming,
        ObjectionGround,
        ObligationCode,
        ObligationPart,
        ObligationStatus,
        OfficeEndReason,
        OfficeKind,
        Outcome,
        OutreachForm,
        Placement,
        ProposalState,
        PublicationChannel,
        ReceiptAct,
        ReceiptStep,
        ReceptionForm,
        ReopeningGround,
        ReviewState,
        Role,
        Satisfaction,
        SecondFactor,
        SessionReason,
        SessionState,
        Shortfall,
        SlotState,
        StatutoryChannel,
        StudyKind,
        StudyState,
        StudyUse,
        SubstitutionReason,
        SuspensionReason,
        TaskKind,
        Tier,
        TriageDecision,
        TypicalCaseState,
        UnitKind,
        Verdict,
        WordChannel,
    );
    lists
}

/// Every list as the page has it: the sections below `## Values`.
fn in_glossary() -> BTreeMap<String, List> {
    let (_, values) = GLOSSARY.split_once("\n## Values\n").unwrap();
    let mut lists = BTreeMap::new();
    for section in values.split("\n### ").skip(1) {
        let mut lines = section.lines();
        let name = lines.next().unwrap().trim().to_owned();
        let mut list = List { clause: String::new(), terms: BTreeMap::new() };
        for line in lines {
            if let Some(clause) = line.strip_prefix("Clause: ") {
                list.clause = clause.trim_end_matches('.').to_owned();
            } else if let Some(row) = line.strip_prefix("| `") {
                let cells: Vec<&str> = row.split('|').map(str::trim).collect();
                assert!(!cells[3].is_empty(), "{name}: no meaning in {line}");
                let terms = (cells[1].to_owned(), cells[2].to_owned());
                let twice = list.terms.insert(cells[0].trim_end_matches('`').to_owned(), terms);
                assert_eq!(twice, None, "{name}: two rows for one name: {line}");
            }
        }
        assert!(lists.insert(name.clone(), list).is_none(), "two sections for {name}");
    }
    lists
}

#[test]
fn every_value_has_its_stored_name_its_terms_in_both_languages_and_its_clause_in_the_glossary() {
    let (code, page) = (in_code(), in_glossary());
    for (name, list) in &code {
        assert_eq!(page.get(name), Some(list), "section {name} of docs/GLOSSARY.md");
    }
    let code: BTreeSet<&String> = code.keys().collect();
    let page: BTreeSet<&String> = page.keys().collect();
    assert_eq!(page, code, "sections of docs/GLOSSARY.md");
}

/// The list above is written by hand; this notices a new one in the source that is not in it.
#[test]
fn no_vocabulary_of_the_source_is_left_out_of_this_comparison() {
    let declared: BTreeSet<String> = VOCABULARY
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.trim_start().split_once(", clause \""))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(declared, in_code().into_keys().collect());
}

/// What both pages share of a row: the word and its official term, or the stored name and its terms.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let rows = page.lines().filter(|line| line.starts_with("| ")).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let shared = if cells[0].starts_with('`') { 3 } else { 2 };
        cells.into_iter().take(shared).collect()
    });
    // The headings of the tables are in the page's own language.
    rows.filter(|cells: &Vec<&str>| !matches!(cells[0], "Word" | "Stored name" | "词" | "存储的名称")).collect()
}

#[test]
fn the_chinese_page_has_every_word_of_the_english_one_in_its_order() {
    let (english, chinese) = (rows(GLOSSARY), rows(CHINESE));
    assert!(english.len() > 150);
    for (english, chinese) in english.iter().zip(&chinese) {
        assert_eq!(chinese, english, "docs/zh/GLOSSARY.md");
    }
    assert_eq!(chinese.len(), english.len(), "docs/zh/GLOSSARY.md");
}
