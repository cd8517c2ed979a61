//! T2, T12: the final answer (正式答复). Whoever receives answers (谁接待、谁答复).

use super::step::{after_turn, require};
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

/// Gives the final answer (T2, T12, C-3.6, C-4.4). On a registered issue it implies taking.
///
/// Errors: [`Code::CommitmentMissing`] and [`Code::CommitmentUnexpected`], [`Code::BasisMissing`] and
/// [`Code::BasisUnexpected`], [`Code::DueTooFar`]; a delivery in the future or before what it follows; a state that
/// awaits no answer ([`Code::AlreadyAnswered`], [`Code::AlreadyEscalated`], …); [`Code::NotTheResponsibleDelegate`];
/// [`Code::NotOnTheSpot`]; [`Code::EvidenceMissing`], [`Code::NotEnoughAttempts`].
pub fn answer(issue: &Issue, rules: &Rules<'_>, draft: &AnswerDraft) -> Result<FinalAnswerGiven, Refusal> {
    commitment(rules, draft)?;
    basis(draft)?;
    after_turn(issue, rules, draft.delivered_at).map_err(|refusal| refusal.at("/delivered_at"))?;
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer, IssueState::Merged])?;
    let answered_by = draft.answered_by.unwrap_or(issue.responsible_delegate_id);
    if answered_by != issue.responsible_delegate_id {
        return Err(Refusal::new(Code::NotTheResponsibleDelegate).at("/answered_by"));
    }
    if draft.on_the_spot {
        on_the_spot(issue, rules, draft)?;
    }
    evidence(issue, draft)?;
    Ok(FinalAnswerGiven {
        outcome: draft.outcome,
        channel: draft.channel,
        on_the_spot: draft.on_the_spot,
        answered_by,
        evidence: Evidence { kind: draft.evidence },
        commitment_on: draft.commitment_on,
    })
}

/// A planned outcome names its day, which lies after the answer; no other outcome has one (O-17).
fn commitment(rules: &Rules<'_>, draft: &AnswerDraft) -> Result<(), Refusal> {
    let refuse = |code| Err(Refusal::new(code).at("/commitment_on"));
    match (draft.outcome, draft.commitment_on) {
        (Outcome::Planned, None) => refuse(Code::CommitmentMissing),
        (Outcome::Planned, Some(on)) => {
            within_reach(on).map_err(|refusal| refusal.under("C-3.6").at("/commitment_on"))?;
            if on <= rules.town_date(draft.delivered_at) {
                return Err(Refusal::new(Code::NotLater).under("C-3.6").at("/commitment_on").because(
                    "承诺日期须晚于答复送达之日。",
                    "The day of the commitment must be later than the day of the answer.",
                ));
            }
            Ok(())
        }
        (Outcome::Resolved | Outcome::Explained | Outcome::Declined, Some(_)) => refuse(Code::CommitmentUnexpected),
        (Outcome::Resolved | Outcome::Explained | Outcome::Declined, None) => Ok(()),
    }
}

/// "Not our responsibility" says on which basis; no other outcome has one.
fn basis(draft: &AnswerDraft) -> Result<(), Refusal> {
    let code = match (draft.outcome, draft.basis_given) {
        (Outcome::Declined, false) => Code::BasisMissing,
        (Outcome::Resolved | Outcome::Planned | Outcome::Explained, true) => Code::BasisUnexpected,
        (Outcome::Declined, true) | (Outcome::Resolved | Outcome::Planned | Outcome::Explained, false) => return Ok(()),
    };
    Err(Refusal::new(code).at("/basis"))
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

/// An oral answer is confirmed, witnessed or signed for; a written one signed for, receipted or posted (C-4.4).
fn evidence(issue: &Issue, draft: &AnswerDraft) -> Result<(), Refusal> {
    let fits = match draft.channel {
        AnswerChannel::Oral => match draft.evidence {
            EvidenceKind::VisitorConfirmation | EvidenceKind::Witness | EvidenceKind::Signature => true,
            EvidenceKind::DeliveryReceipt | EvidenceKind::Posted => false,
        },
        AnswerChannel::Written => match draft.evidence {
            EvidenceKind::Signature | EvidenceKind::DeliveryReceipt | EvidenceKind::Posted => true,
            EvidenceKind::VisitorConfirmation | EvidenceKind::Witness => false,
        },
    };
    if !fits {
        return Err(Refusal::new(Code::EvidenceMissing).at("/evidence/kind"));
    }
    // Nobody can be reached who has withdrawn; everyone else is tried first, and attempts are not recorded yet.
    if draft.evidence == EvidenceKind::Posted && !issue.on_own_motion {
        return Err(Refusal::new(Code::NotEnoughAttempts).at("/evidence/kind"));
    }
    Ok(())
}
