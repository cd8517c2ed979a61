//! T2, T12: the final answer (正式答复). Whoever receives answers (谁接待、谁答复).

use super::delivery::tried_enough;
use super::step::{after_turn, in_cycle, require};
use super::{Evidence, FinalAnswerGiven, Issue};
use crate::deadline::within_reach;
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{AnswerChannel, EvidenceKind, IssueState, Outcome};
use chrono::{DateTime, NaiveDate, Utc};

/// An answer as it comes in, but for its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerDraft {
    /// The outcome.
    pub outcome: Outcome,
    /// Orally or in writing.
    pub channel: AnswerChannel,
    /// When it was delivered.
    pub delivered_at: DateTime<Utc>,
    /// What shows that it arrived.
    pub evidence: EvidenceKind,
    /// Given at the reception itself.
    pub on_the_spot: bool,
    /// The delegate who spoke; left out, the responsible one.
    pub answered_by: Option<DelegateId>,
    /// For `planned`: when it is to be done.
    pub commitment_on: Option<NaiveDate>,
    /// Whether a basis is given; `declined` needs one, nothing else has one.
    pub basis_given: bool,
}

/// What could be read of an answer: for all that can be said of it whatever the issue. A value that is not there was
/// not sent, or could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerParts {
    /// The outcome.
    pub outcome: Option<Outcome>,
    /// Orally or in writing.
    pub channel: Option<AnswerChannel>,
    /// The town's day of its delivery.
    pub delivered_on: Option<NaiveDate>,
    /// What shows that it arrived.
    pub evidence: Option<EvidenceKind>,
    /// Whether a day of commitment was sent, readable or not.
    pub commitment_given: bool,
    /// That day.
    pub commitment_on: Option<NaiveDate>,
    /// Whether a basis was sent, readable or not.
    pub basis_given: bool,
}

impl AnswerParts {
    /// Everything that does not fit (C-3.6, C-4.4): a planned outcome without its day (O-17), or with one that is not after the answer; a
    /// declined one ("not our responsibility") without its basis; either where it does not belong; evidence that the
    /// channel does not have.
    ///
    /// [`Code::CommitmentMissing`], [`Code::CommitmentUnexpected`], [`Code::NotLater`], [`Code::BasisMissing`],
    /// [`Code::BasisUnexpected`], [`Code::EvidenceMissing`].
    pub fn faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if let Some(outcome) = self.outcome {
            match (outcome == Outcome::Planned, self.commitment_given) {
                (true, false) => faults.push(Refusal::new(Code::CommitmentMissing).at("/commitment_on")),
                (false, true) => faults.push(Refusal::new(Code::CommitmentUnexpected).at("/commitment_on")),
                (true, true) | (false, false) => {}
            }
            match (outcome == Outcome::Declined, self.basis_given) {
                (true, false) => faults.push(Refusal::new(Code::BasisMissing).at("/basis")),
                (false, true) => faults.push(Refusal::new(Code::BasisUnexpected).at("/basis")),
                (true, true) | (false, false) => {}
            }
        }
        if let (Some(Outcome::Planned), Some(on), Some(delivered_on)) =
            (self.outcome, self.commitment_on, self.delivered_on)
            && on <= delivered_on
        {
            faults.push(Refusal::new(Code::NotLater).under("C-3.6").at("/commitment_on").because(
                "承诺日期须晚于答复送达之日。",
                "The day of the commitment must be later than the day of the answer.",
            ));
        }
        if let (Some(channel), Some(evidence)) = (self.channel, self.evidence)
            && !shows(channel, evidence)
        {
            faults.push(Refusal::new(Code::EvidenceMissing).at("/evidence/kind"));
        }
        faults
    }
}

impl AnswerDraft {
    /// The draft as parts, for what can be said of it whatever the issue; `delivered_on` is the town's day of its delivery.
    pub fn parts(&self, delivered_on: NaiveDate) -> AnswerParts {
        AnswerParts {
            outcome: Some(self.outcome),
            channel: Some(self.channel),
            delivered_on: Some(delivered_on),
            evidence: Some(self.evidence),
            commitment_given: self.commitment_on.is_some(),
            commitment_on: self.commitment_on,
            basis_given: self.basis_given,
        }
    }
}

/// Whether a kind of evidence shows that an answer arrived: an oral one is confirmed, witnessed or signed for; a written
/// one signed for, receipted or posted (C-4.4).
fn shows(channel: AnswerChannel, evidence: EvidenceKind) -> bool {
    match channel {
        AnswerChannel::Oral => match evidence {
            EvidenceKind::VisitorConfirmation | EvidenceKind::Witness | EvidenceKind::Signature => true,
            EvidenceKind::DeliveryReceipt | EvidenceKind::Posted => false,
        },
        AnswerChannel::Written => match evidence {
            EvidenceKind::Signature | EvidenceKind::DeliveryReceipt | EvidenceKind::Posted => true,
            EvidenceKind::VisitorConfirmation | EvidenceKind::Witness => false,
        },
    }
}

/// Whoever records an answer in a delegate's name shows by more than a witness that it arrived (separation of duties, S8): of a
/// witness nothing is recorded, so it might be whoever recorded it.
///
/// Errors: [`Code::EvidenceMissing`] at `/evidence/kind`.
pub fn shown_by_another(evidence: EvidenceKind) -> Result<(), Refusal> {
    match evidence {
        EvidenceKind::VisitorConfirmation
        | EvidenceKind::Signature
        | EvidenceKind::DeliveryReceipt
        | EvidenceKind::Posted => Ok(()),
        EvidenceKind::Witness => Err(Refusal::new(Code::EvidenceMissing).at("/evidence/kind").because(
            "联络员代录的答复不能以见证人为凭：请取得来访人确认或签收；书面答复可凭送达回执。",
            "An answer that a liaison records in the delegate's name needs more than a witness: the visitor's confirmation or \
             signature; of a written one, a delivery receipt.",
        )),
    }
}

/// Gives the final answer (T2, T12, C-3.6, C-4.4). On a registered issue it implies taking.
///
/// Errors: those of [`AnswerParts::faults`], [`Code::DueTooFar`]; a delivery in the future or before what it follows; a state that
/// awaits no answer ([`Code::AlreadyAnswered`], [`Code::AlreadyEscalated`], …); [`Code::NotTheResponsibleDelegate`];
/// [`Code::NotOnTheSpot`]; for a posted answer [`Code::NotTaken`] of a registered issue,
/// [`Code::NotEnoughAttempts`].
pub fn answer(issue: &Issue, rules: &Rules<'_>, draft: &AnswerDraft) -> Result<FinalAnswerGiven, Refusal> {
    if let Some(fault) = draft.parts(rules.town_date(draft.delivered_at)).faults().into_iter().next() {
        return Err(fault);
    }
    if let Some(on) = draft.commitment_on {
        within_reach(on).map_err(|refusal| refusal.under("C-3.6").at("/commitment_on"))?;
    }
    let at = |refusal: Refusal| refusal.at("/delivered_at");
    in_cycle(issue, rules, draft.delivered_at).map_err(at)?;
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer, IssueState::Merged])?;
    after_turn(issue, rules, draft.delivered_at).map_err(at)?;
    let answered_by = draft.answered_by.unwrap_or(issue.responsible_delegate_id);
    if answered_by != issue.responsible_delegate_id {
        return Err(Refusal::new(Code::NotTheResponsibleDelegate).at("/answered_by"));
    }
    if draft.on_the_spot {
        on_the_spot(issue, rules, draft)?;
    }
    if draft.evidence == EvidenceKind::Posted {
        posted(issue, rules, draft).map_err(|refusal| refusal.at("/evidence/kind"))?;
    }
    Ok(FinalAnswerGiven {
        outcome: draft.outcome,
        channel: draft.channel,
        on_the_spot: draft.on_the_spot,
        answered_by,
        evidence: Evidence { kind: draft.evidence },
        commitment_on: draft.commitment_on,
    })
}

/// T2: of an issue just registered, on the day of its reception.
fn on_the_spot(issue: &Issue, rules: &Rules<'_>, draft: &AnswerDraft) -> Result<(), Refusal> {
    let same_day = rules.town_date(draft.delivered_at) == rules.town_date(issue.raised_at);
    if issue.state == IssueState::Registered && same_day {
        Ok(())
    } else {
        Err(Refusal::new(Code::NotOnTheSpot).at("/on_the_spot"))
    }
}

/// An answer is posted after enough attempts (C-4.4).
fn posted(issue: &Issue, rules: &Rules<'_>, draft: &AnswerDraft) -> Result<(), Refusal> {
    // What nobody took in hand was not tried to be delivered either.
    if issue.state == IssueState::Registered {
        return Err(Refusal::new(Code::NotTaken));
    }
    // Nobody can be reached who has withdrawn; everyone else is tried first.
    if issue.on_own_motion { Ok(()) } else { tried_enough(issue, rules, draft.delivered_at) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::{Given, SUCCESSOR, at, oral, refused, rules};
    use super::super::{IssueEvent, withdrawal};
    use super::*;
    use crate::fixtures::day;
    use crate::vocabulary::{ClockState, LastWordKind, Satisfaction};

    const WHEN: &str = "2026-11-24 10:00";

    fn code(given: &Given, draft: &AnswerDraft) -> Code {
        refused(answer(&given.issue, &rules("2026-12-20 10:00"), draft))
    }

    #[test]
    fn the_responsible_delegate_answers_and_the_clock_stops_at_delivery() {
        let then = Given::in_hand().and_answered(WHEN).issue;
        assert_eq!((then.state, then.clock), (IssueState::Answered, ClockState::Stopped));
        let answer = then.answer.unwrap();
        assert_eq!((answer.delivered_at, answer.cycle, answer.version), (at(WHEN), 1, 3));
        assert_eq!(then.stopped_at, Some(at(WHEN)));
        assert_eq!(then.last_word.kind, LastWordKind::FinalAnswer);
    }

    #[test]
    fn what_is_recorded_in_a_delegates_name_is_shown_by_another_than_a_witness() {
        let refusal = shown_by_another(EvidenceKind::Witness).unwrap_err();
        assert_eq!((refusal.code, refusal.clause), (Code::EvidenceMissing, Some("C-4.4")));
        assert_eq!(refusal.pointer.as_deref(), Some("/evidence/kind"));
        for shown in EvidenceKind::ALL.iter().filter(|kind| **kind != EvidenceKind::Witness) {
            assert!(shown_by_another(*shown).is_ok(), "{shown}");
        }
    }

    #[test]
    fn an_answer_to_a_registered_issue_implies_taking_it() {
        assert_eq!(Given::registered().and_answered(WHEN).issue.state, IssueState::Answered);
    }

    #[test]
    fn whoever_receives_answers() {
        let draft = AnswerDraft { answered_by: Some(SUCCESSOR), ..oral(WHEN) };
        let refusal = answer(&Given::in_hand().issue, &rules(WHEN), &draft).unwrap_err();
        assert_eq!((refusal.code, refusal.clause), (Code::NotTheResponsibleDelegate, Some("C-4.4")));
        assert_eq!(refusal.pointer.as_deref(), Some("/answered_by"));
    }

    #[test]
    fn nothing_is_answered_twice_nor_before_the_outcome_is_known() {
        assert_eq!(code(&Given::answered(), &oral("2026-11-25 10:00")), Code::AlreadyAnswered);
        assert_eq!(code(&Given::closed(), &oral("2026-11-26 10:00")), Code::IssueClosed);
        assert_eq!(code(&Given::escalated(), &oral(WHEN)), Code::AlreadyEscalated);
        // Delivered before the escalation, recorded after it: what is told is the escalation.
        assert_eq!(code(&Given::escalated(), &oral("2026-11-19 15:00")), Code::AlreadyEscalated);
        assert_eq!(Given::awaiting_answer().and_answered("2026-12-11 10:00").issue.state, IssueState::Answered);
    }

    #[test]
    fn an_answer_is_not_delivered_before_what_it_follows() {
        assert_eq!(code(&Given::in_hand(), &oral("2026-11-19 14:00")), Code::BeforeReception);
        assert_eq!(code(&Given::awaiting_answer(), &oral("2026-12-10 09:59")), Code::BeforePrevious);
        assert_eq!(code(&Given::in_hand(), &oral("2026-12-20 10:01")), Code::InTheFuture);
    }

    #[test]
    fn on_the_spot_means_a_registered_issue_on_the_day_it_was_held() {
        let spot = |when| AnswerDraft { on_the_spot: true, ..oral(when) };
        let given = answer(&Given::registered().issue, &rules("2026-11-19 18:00"), &spot("2026-11-19 14:30")).unwrap();
        assert!(given.on_the_spot);
        assert_eq!(code(&Given::registered(), &spot("2026-11-20 09:00")), Code::NotOnTheSpot);
        assert_eq!(code(&Given::in_hand(), &spot("2026-11-19 17:00")), Code::NotOnTheSpot);
    }

    #[test]
    fn evidence_fits_the_way_of_answering() {
        let fits = |channel, evidence| {
            let draft = AnswerDraft { channel, evidence, ..oral(WHEN) };
            answer(&Given::in_hand().issue, &rules(WHEN), &draft).map(|_| ()).map_err(|refusal| refusal.code)
        };
        use AnswerChannel::{Oral, Written};
        use EvidenceKind::{DeliveryReceipt, Posted, Signature, VisitorConfirmation, Witness};
        for (channel, evidence, expected) in [
            (Oral, VisitorConfirmation, Ok(())),
            (Oral, Witness, Ok(())),
            (Oral, Signature, Ok(())),
            (Oral, DeliveryReceipt, Err(Code::EvidenceMissing)),
            (Oral, Posted, Err(Code::EvidenceMissing)),
            (Written, Signature, Ok(())),
            (Written, DeliveryReceipt, Ok(())),
            (Written, VisitorConfirmation, Err(Code::EvidenceMissing)),
            (Written, Witness, Err(Code::EvidenceMissing)),
            (Written, Posted, Err(Code::NotEnoughAttempts)),
        ] {
            assert_eq!(fits(channel, evidence), expected, "{channel} {evidence}");
        }
    }

    #[test]
    fn on_own_motion_an_answer_may_be_posted_without_attempts() {
        let given = Given::in_hand();
        let withdrawn = withdrawal::withdraw(&given.issue, &rules("2026-11-20 10:00"), true, at("2026-11-20 10:00"));
        let given = given.then("2026-11-20 10:00", IssueEvent::Withdrawn(withdrawn.unwrap()));
        let draft = AnswerDraft { channel: AnswerChannel::Written, evidence: EvidenceKind::Posted, ..oral(WHEN) };
        assert!(answer(&given.issue, &rules(WHEN), &draft).is_ok());
        let withdrawn = IssueEvent::Withdrawn(super::super::Withdrawn { on_own_motion: true });
        assert_eq!(code(&Given::registered().then("2026-11-20 10:00", withdrawn), &draft), Code::NotTaken);
    }

    #[test]
    fn a_planned_outcome_names_a_later_day_and_no_other_outcome_does() {
        let planned =
            |on: Option<&str>| AnswerDraft { outcome: Outcome::Planned, commitment_on: on.map(day), ..oral(WHEN) };
        let given = Given::in_hand();
        let kept = answer(&given.issue, &rules(WHEN), &planned(Some("2026-12-31"))).unwrap();
        assert_eq!(kept.commitment_on, Some(day("2026-12-31")));
        assert_eq!(code(&given, &planned(None)), Code::CommitmentMissing);
        assert_eq!(code(&given, &planned(Some("2026-11-24"))), Code::NotLater);
        assert_eq!(code(&given, &planned(Some("2101-01-01"))), Code::DueTooFar);
        let unexpected = AnswerDraft { commitment_on: Some(day("2026-12-31")), ..oral(WHEN) };
        assert_eq!(code(&given, &unexpected), Code::CommitmentUnexpected);
    }

    #[test]
    fn a_declined_outcome_says_on_which_basis_and_no_other_does() {
        let given = Given::in_hand();
        let declined = AnswerDraft { outcome: Outcome::Declined, ..oral(WHEN) };
        assert_eq!(code(&given, &declined), Code::BasisMissing);
        assert!(answer(&given.issue, &rules(WHEN), &AnswerDraft { basis_given: true, ..declined }).is_ok());
        assert_eq!(code(&given, &AnswerDraft { basis_given: true, ..oral(WHEN) }), Code::BasisUnexpected);
    }

    #[test]
    fn an_answer_given_outlives_its_feedback() {
        let then = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied).issue;
        assert_eq!(then.satisfaction(), Some(Satisfaction::Dissatisfied));
        assert!(then.answer.is_some());
    }
}
