//! Codes are named once, say something in both languages, and keep the names that clients know.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_code_has_one_plain_name_and_says_something_in_both_languages() {
    let mut names = BTreeSet::new();
    for code in Code::ALL {
        assert!(names.insert(code.as_str()), "{code} twice");
        assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        assert!(code.zh().ends_with('。') && code.en().ends_with('.'), "{code}");
        assert!(!code.zh().is_ascii() && code.en().is_ascii(), "{code}");
    }
}

#[test]
fn the_names_clients_know_are_there() {
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    // The rule codes that the API contract lists.
    for name in [
        "unknown_id",
        "unit_not_in_grid",
        "delegate_without_mandate",
        "before_programme",
        "before_reception",
        "in_the_future",
        "due_too_far",
        "too_long",
        "not_the_responsible_delegate",
        "already_answered",
        "already_escalated",
        "issue_closed",
        "issue_not_open",
        "not_escalated",
        "extension_after_due",
        "feedback_window_over",
        "not_enough_attempts",
        "evidence_missing",
        "major_issue_full",
        "delegate_not_there",
        "not_later",
    ] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn a_refusal_carries_the_clause_of_its_code_until_told_otherwise() {
    let refusal = Refusal::new(Code::NotTheResponsibleDelegate).at("/answered_by");
    assert_eq!(refusal.clause, Some("C-4.4"));
    assert_eq!(refusal.pointer.as_deref(), Some("/answered_by"));
    assert_eq!(refusal.under("C-3.6").clause, Some("C-3.6"));
    assert_eq!(Code::TooLong.clause(), None);
    assert_eq!(Refusal::new(Code::NotTheDay).kind, Kind::Rule);
    assert_eq!(Refusal::new(Code::NotTheDay).unfit().kind, Kind::Invalid);
    assert_eq!(Refusal::new(Code::EvidenceMissing).kind, Kind::Invalid);
    assert_eq!(Refusal::new(Code::EvidenceMissing).as_rule().kind, Kind::Rule);
}
