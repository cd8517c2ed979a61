//! Papers and pictures that belong to an issue (C-3.6): attached by the service, or sent by the visitor with the receipt code.

use super::step::{answered, in_cycle};
use super::{EvidenceAttached, Issue};
use crate::file::{MediaType, NamedFile, named_faults, named_ids};
use crate::ids::FileId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step::not_full;
use chrono::{DateTime, Utc};

/// The clause that an issue's evidence is recorded under.
pub const CLAUSE: &str = "C-3.6";
/// Files that a visitor may send for one issue, in all its cycles. A bound on what strangers may store, not a rule of the service.
pub const VISITOR_FILES_MAX: usize = 3;
/// Longest file that a visitor may send, in bytes.
pub const VISITOR_BYTES_MAX: usize = 8 * 1024 * 1024;
/// What a visitor may send: what every phone makes and every office reads.
pub const VISITOR_TYPES: [MediaType; 4] = [MediaType::Pdf, MediaType::Jpeg, MediaType::Png, MediaType::Webp];

/// Attaches files to an issue, in whatever state it is.
///
/// Errors, what is wrong with the body all at once: [`Code::Missing`] at `/file_ids` where there are none, those of
/// [`named_faults`]; then a time in the future or before the cycle; [`Code::TooMany`].
pub fn attach(
    issue: &Issue,
    rules: &Rules<'_>,
    files: &[NamedFile],
    at: DateTime<Utc>,
) -> Result<EvidenceAttached, Vec<Refusal>> {
    let mut faults = named_faults(files, issue.files.len(), CLAUSE);
    faults.extend(some_files(files.len()).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    let step = in_cycle(issue, rules, at)
        .map_err(|refusal| refusal.at("/occurred_at"))
        .and_then(|()| not_full(issue.version, CLAUSE));
    step.map_err(|refusal| vec![refusal])?;
    Ok(EvidenceAttached { file_ids: named_ids(files), by_visitor: false })
}

/// Evidence is one file at least.
///
/// Errors at `/file_ids`: [`Code::Missing`].
pub fn some_files(count: usize) -> Result<(), Refusal> {
    if count > 0 { Ok(()) } else { Err(Refusal::new(Code::Missing).under(CLAUSE).at("/file_ids")) }
}

/// Attaches a file that the visitor sent, which is stored in the same append.
///
/// Errors: those of [`visitor_may_attach`].
pub fn attach_by_visitor(issue: &Issue, file_id: FileId) -> Result<EvidenceAttached, Refusal> {
    visitor_may_attach(issue)?;
    Ok(EvidenceAttached { file_ids: vec![file_id], by_visitor: true })
}

/// That the visitor may send one more file, asked before its bytes are taken.
///
/// Errors: [`Code::IssueNotOpen`] once the issue is withdrawn or referred; [`Code::TooMany`] beyond [`VISITOR_FILES_MAX`].
pub fn visitor_may_attach(issue: &Issue) -> Result<(), Refusal> {
    if !issue.is_open() {
        // Answered or closed it may be taken up again, and what is to be shown for that belongs to it.
        answered(issue)?;
    }
    not_full(issue.version, CLAUSE)?;
    if visitor_files(issue) < VISITOR_FILES_MAX {
        return Ok(());
    }
    Err(Refusal::new(Code::TooMany).under(CLAUSE).as_rule().because(
        format!("一个事项最多可凭查询码补充 {VISITOR_FILES_MAX} 份材料。"),
        format!("At most {VISITOR_FILES_MAX} files may be sent for one issue by its receipt code."),
    ))
}

/// How many files the visitor has sent.
pub fn visitor_files(issue: &Issue) -> usize {
    issue.files.iter().filter(|file| file.by_visitor).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::{Given, at, refused, rules};
    use super::super::{IssueEvent, withdrawal};
    use super::*;
    use crate::vocabulary::{FileKind, IssueState};
    use uuid::Uuid;

    const WHEN: &str = "2026-12-20 10:00";

    fn file(n: u128) -> NamedFile {
        NamedFile { id: FileId(Uuid::from_u128(n)), kind: Some(FileKind::Image) }
    }

    fn codes(refused: Result<EvidenceAttached, Vec<Refusal>>) -> Vec<(Code, Option<String>)> {
        refused.unwrap_err().into_iter().map(|refusal| (refusal.code, refusal.pointer)).collect()
    }

    fn sent(given: Given, n: u128) -> Given {
        let event = attach_by_visitor(&given.issue, file(n).id).unwrap();
        given.then(WHEN, IssueEvent::EvidenceAttached(event))
    }

    #[test]
    fn evidence_is_attached_in_any_state_and_changes_none() {
        for given in [Given::registered(), Given::escalated(), Given::closed()] {
            let attached = attach(&given.issue, &rules(WHEN), &[file(1), file(2)], at(WHEN)).unwrap();
            let before = given.issue.state;
            let then = given.then(WHEN, IssueEvent::EvidenceAttached(attached)).issue;
            assert_eq!((then.state, then.files.len()), (before, 2));
            assert!(then.files.iter().all(|file| !file.by_visitor));
        }
    }

    #[test]
    fn evidence_names_files_that_are_there_each_once() {
        let (issue, now) = (Given::registered().issue, rules(WHEN));
        let unknown = NamedFile { kind: None, ..file(2) };
        let faults = codes(attach(&issue, &now, &[file(1), unknown, file(1)], at(WHEN)));
        let at_index = |index: usize| Some(format!("/file_ids/{index}"));
        assert_eq!(faults, [(Code::UnknownId, at_index(1)), (Code::Duplicate, at_index(2))]);
        let none = codes(attach(&issue, &now, &[], at(WHEN)));
        assert_eq!(none, [(Code::Missing, Some("/file_ids".to_owned()))]);
        let early = codes(attach(&issue, &now, &[file(1)], at("2026-11-19 14:09")));
        assert_eq!(early, [(Code::BeforeReception, Some("/occurred_at".to_owned()))]);
    }

    #[test]
    fn a_visitor_sends_three_files_whatever_the_service_attaches() {
        let service = EvidenceAttached { file_ids: (10..20).map(|n| file(n).id).collect(), by_visitor: false };
        let mut given = Given::answered().then(WHEN, IssueEvent::EvidenceAttached(service));
        for n in 1..=3 {
            given = sent(given, n);
        }
        let refusal = attach_by_visitor(&given.issue, file(4).id).unwrap_err();
        assert_eq!((refusal.code, refusal.kind), (Code::TooMany, crate::refusal::Kind::Rule));
        assert_eq!((visitor_files(&given.issue), given.issue.files.len()), (3, 13));
        assert_eq!(given.issue.state, IssueState::Answered);
    }

    #[test]
    fn nothing_is_sent_for_an_issue_that_was_withdrawn() {
        let given = Given::in_hand();
        assert!(visitor_may_attach(&given.issue).is_ok());
        let withdrawn = withdrawal::withdraw(&given.issue, &rules(WHEN), false, at(WHEN)).unwrap();
        let issue = given.then(WHEN, IssueEvent::Withdrawn(withdrawn)).issue;
        assert_eq!(refused(visitor_may_attach(&issue)), Code::IssueNotOpen);
    }

    #[test]
    fn a_stream_that_is_full_takes_nothing_more_from_visitors() {
        let issue = Issue { version: crate::step::EVENTS_MAX, ..Given::answered().issue };
        assert_eq!(refused(visitor_may_attach(&issue)), Code::TooMany);
    }
}
