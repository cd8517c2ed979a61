//! What must come of a request: by the letters of the printed table and whose everything is, by none of the server's code.

use super::planted::{Relation, Whose};
use std::collections::BTreeMap;

/// The roles of the columns, as the golden table has them.
pub const ROLES: [&str; 10] = [
    "delegate",
    "convener",
    "liaison",
    "party_studio",
    "congress_office",
    "handling_unit",
    "auditor",
    "report_job",
    "visitor",
    "administrator",
];

/// The table as it is printed.
const PRINTED: &str = include_str!("../../../../../docs/ACCESS.md");

/// The ten letters of every action.
pub fn golden() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = PRINTED.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|line| line.split_once('`'));
    let cells = |rest: &'static str| rest.split(" | ").skip(1).take(10).map(str::trim).collect::<Vec<_>>();
    rows.map(|(name, rest)| (name, cells(rest))).filter(|(_, cells)| cells.len() == 10).collect()
}

/// What comes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody is known (401).
    Unknown,
    /// The role may not (403 `forbidden`).
    Forbidden,
    /// It is not there for them (404 `not_found`).
    NotFound,
    /// They read it, but may not do this (403 `out_of_scope`).
    OutOfScope,
    /// Access has nothing against it: done, or refused by a rule or by the version that it insisted on.
    Through,
    /// It is in the list.
    Listed,
    /// It is not.
    Unlisted,
}

/// Whether a letter reaches a thing.
pub fn reaches(letter: &str, role: &str, whose: &Whose) -> bool {
    match letter {
        "O" => whose.account || (role == "delegate" && whose.delegate),
        "G" | "St" => whose.grid,
        "L" => whose.line,
        "D" => whose.office,
        "T" | "Σ" | "R" => true,
        _ => false,
    }
}

/// The action that reads a kind of thing.
pub fn reading(kind: &str) -> &'static str {
    match kind {
        "issue" | "leaf" => "issue.read",
        "reception" => "reception.read",
        "major_issue" => "major_issue.read",
        "session" => "session.read",
        "meeting" => "meeting.read",
        "activity" => "activity.read",
        "deed" => "deed.read",
        "study" => "study.read",
        "appointment" => "appointment.read",
        "typical_case" => "typical_case.read",
        "obligation" => "obligation.read",
        "file" => "file.read",
        "legal_hold" => "legal_hold.list",
        "account" => "account.read",
        "token" => "token.read",
        "proposal" => "proposal.read",
        "leave" => "leave.list",
        "delegate" => "delegate.read",
        "grid" => "place.read",
        "office" => "office.read",
        "review_of_delegate" | "review_of_grid" => "review.read",
        "receipt" => "receipt.read",
        "unit" => "place.read",
        "policy" => "policy.read",
        "clause" => "clause.read",
        "roster" => "roster.read",
        "erasure" => "erasure.read",
        kind => panic!("nothing reads {kind}"),
    }
}

/// The outcome for a thing that is named.
pub fn of_one(letters: (&str, &str), role: &str, relation: Relation, whose: &Whose, is_question: bool) -> Outcome {
    let (letter, read) = letters;
    if let Some(closed) = closed(letter, role) {
        return closed;
    }
    if relation == Relation::None {
        return Outcome::NotFound;
    }
    match (reaches(letter, role, whose), reaches(read, role, whose)) {
        (true, _) => Outcome::Through,
        (false, true) if !is_question => Outcome::OutOfScope,
        (false, _) => Outcome::NotFound,
    }
}

/// What the role alone decides.
pub fn closed(letter: &str, role: &str) -> Option<Outcome> {
    match (letter, role) {
        ("–", "visitor") => Some(Outcome::Unknown),
        ("–", _) => Some(Outcome::Forbidden),
        _ => None,
    }
}
