//! What people say of a breach.

use crate::clock::{Explained, ExplanationDecided, ObligationEvent, ObligationRecord, decide, explain};
use crate::fixtures::day;
use crate::ids::AccountId;
use crate::issue::fixture::{at, rules};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{ExplanationState, ObligationStatus};
use crate::{Fold as _, Stamp};
use uuid::Uuid;

const CLAUSE: &str = "C-4.1";

fn record(events: &[(ObligationEvent, &str)]) -> ObligationRecord {
    let mut record = ObligationRecord::default();
    for (version, (event, when)) in (1..).zip(events) {
        let stamp =
            Stamp { occurred_at: at(when), recorded_at: at(when), ..crate::fixtures::stamp(700 + version, version) };
        record.apply(event, &stamp);
    }
    record
}

fn explained(when: &'static str) -> (ObligationEvent, &'static str) {
    (ObligationEvent::Explained(Explained { file_ids: Vec::new() }), when)
}

fn decided(accepted: bool, when: &'static str) -> (ObligationEvent, &'static str) {
    (ObligationEvent::ExplanationDecided(ExplanationDecided { accepted }), when)
}

fn said(record: &ObligationRecord, status: ObligationStatus, when: &str) -> Result<Explained, Refusal> {
    explain(record, (day("2026-11-20"), status), CLAUSE, &rules("2026-12-10 09:00"), &[], at(when))
}

fn no<T: std::fmt::Debug>(result: Result<T, Refusal>) -> (Code, Option<&'static str>) {
    let refusal = result.unwrap_err();
    (refusal.code, refusal.clause)
}

#[test]
fn what_is_late_or_missing_is_explained_one_at_a_time_and_three_times_at_most() {
    let when = "2026-12-01 09:00";
    for status in [ObligationStatus::Late, ObligationStatus::Missing] {
        assert!(said(&record(&[]), status, when).is_ok());
    }
    for status in [ObligationStatus::NotYetDue, ObligationStatus::Fulfilled, ObligationStatus::Excused] {
        assert_eq!(no(said(&record(&[]), status, when)), (Code::NotInBreach, Some(CLAUSE)));
    }
    let waiting = record(&[explained(when)]);
    assert_eq!(waiting.explanation(), ExplanationState::Pending);
    assert_eq!(no(said(&waiting, ObligationStatus::Late, when)), (Code::ExplanationPending, Some(CLAUSE)));
    let refused = [explained(when), decided(false, when)];
    assert!(said(&record(&refused), ObligationStatus::Late, when).is_ok());
    assert_eq!(no(said(&record(&refused), ObligationStatus::Late, "2026-11-30 09:00")).0, Code::BeforePrevious);
    let thrice = record(&[refused.clone(), refused.clone(), refused].concat());
    assert_eq!(no(said(&thrice, ObligationStatus::Late, when)), (Code::TooMany, Some(CLAUSE)));
    assert_eq!(no(said(&record(&[]), ObligationStatus::Late, "2026-12-10 09:01")).0, Code::InTheFuture);
    // Nobody explains a breach before its day.
    assert!(said(&record(&[]), ObligationStatus::Late, "2026-11-20 00:00").is_ok());
    assert_eq!(no(said(&record(&[]), ObligationStatus::Late, "2026-11-19 23:59")).0, Code::BeforePrevious);
}

#[test]
fn who_gave_the_explanation_that_waits_is_known_until_it_is_decided() {
    let when = "2026-12-01 09:00";
    let who = AccountId(Uuid::from_u128(5));
    let mut told = record(&[]);
    assert_eq!(told.explained_by(), None);
    let at = |version: u64, account: AccountId| Stamp {
        account: Some(account),
        ..crate::fixtures::stamp(700 + version, version)
    };
    told.apply(&explained(when).0, &at(1, who));
    assert_eq!(told.explained_by(), Some(who));
    told.apply(&decided(false, when).0, &at(2, AccountId(Uuid::from_u128(6))));
    assert_eq!(told.explained_by(), None);
}

#[test]
fn an_explanation_is_decided_once() {
    let when = "2026-12-01 09:00";
    let decide = |record: &ObligationRecord, at_time: &str| {
        decide(record, CLAUSE, &rules("2026-12-10 09:00"), true, at(at_time))
    };
    assert_eq!(no(decide(&record(&[]), when)), (Code::NoExplanationPending, Some(CLAUSE)));
    assert!(decide(&record(&[explained(when)]), when).is_ok());
    assert_eq!(no(decide(&record(&[explained(when)]), "2026-11-30 09:00")).0, Code::BeforePrevious);
    let accepted = record(&[explained(when), decided(true, when)]);
    assert_eq!(accepted.explanation(), ExplanationState::Accepted);
    assert_eq!(no(decide(&accepted, when)).0, Code::NoExplanationPending);
}
