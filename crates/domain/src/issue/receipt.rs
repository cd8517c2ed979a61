//! What the holder of a receipt code may do and is told (C-3.6): the visitor's own word, without an account. Whoever has the
//! code speaks for the visitor, so that nothing of it is asked twice in one cycle, and nothing of a person is told.

use super::correcting::as_corrected;
use super::evidence::{VISITOR_FILES_MAX, visitor_files, visitor_may_attach};
use super::feedback::{self, FeedbackDraft};
use super::{
    FeedbackRecorded, Issue, IssueEvent, ReceiptReissued, ReopeningRequested, Withdrawn, reopening, withdrawal,
};
use crate::Stamp;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step::not_full;
use crate::vocabulary::{FeedbackBy, Outcome, ReceiptAct, ReceiptStep, ReopeningGround, Satisfaction};
use chrono::{Days, NaiveDate};

/// The clause that a visitor speaks under.
pub const CLAUSE: &str = "C-3.6";

/// Grounds on which a visitor asks for a reopening. A wrong outcome is found by the service.
pub const GROUNDS: [ReopeningGround; 3] =
    [ReopeningGround::Dissatisfied, ReopeningGround::NewFacts, ReopeningGround::CommitmentBroken];

/// Says how the answer is (T13), as of now. A later word takes the place of this one.
///
/// Errors: [`Code::TooMany`]; those of [`feedback::record`].
pub fn give_feedback(
    issue: &Issue,
    rules: &Rules<'_>,
    satisfaction: Satisfaction,
) -> Result<FeedbackRecorded, Refusal> {
    let recorded =
        feedback::record(issue, rules, &FeedbackDraft { satisfaction, by: FeedbackBy::Visitor, given_at: rules.now })
            .map_err(without_pointer)?;
    not_full(issue.version, CLAUSE)?;
    Ok(recorded)
}

/// Asks for a reopening (T15), once in a cycle: whoever asked, and whatever was decided.
///
/// Errors: [`Code::InvalidValue`] at `/ground` for a ground that is not the visitor's; [`Code::NotAnswered`],
/// [`Code::IssueNotOpen`]; [`Code::AlreadyRequested`]; those of [`reopening::request`].
pub fn ask_reopening(issue: &Issue, rules: &Rules<'_>, ground: ReopeningGround) -> Result<ReopeningRequested, Refusal> {
    ground_fits(ground)?;
    super::step::answered(issue)?;
    if issue.reopening_pending.is_some() || !issue.refused_grounds.is_empty() {
        return Err(Refusal::new(Code::AlreadyRequested).under("C-3.6"));
    }
    reopening::request(issue, rules, ground, rules.now)
}

/// A visitor's ground is one of [`GROUNDS`].
///
/// Errors at `/ground`: [`Code::InvalidValue`].
pub fn ground_fits(ground: ReopeningGround) -> Result<(), Refusal> {
    if GROUNDS.contains(&ground) {
        return Ok(());
    }
    let names: Vec<_> = GROUNDS.iter().map(|ground| ground.as_str()).collect();
    let names = names.join(", ");
    Err(Refusal::new(Code::InvalidValue)
        .under(CLAUSE)
        .at("/ground")
        .because(format!("须为 {names} 之一。"), format!("Must be one of {names}.")))
}

/// Takes an open issue back (T16), as of now. That it goes on of its own motion is for the service to say.
///
/// Errors: those of [`withdrawal::withdraw`].
pub fn take_back(issue: &Issue, rules: &Rules<'_>) -> Result<Withdrawn, Refusal> {
    withdrawal::withdraw(issue, rules, false, rules.now)
}

/// Gives the visitor another code, whatever the state of the issue: the one before holds no longer.
///
/// Errors: [`Code::TooMany`].
pub fn reissue(issue: &Issue) -> Result<ReceiptReissued, Refusal> {
    not_full(issue.version, CLAUSE)?;
    Ok(ReceiptReissued {})
}

/// A body of a visitor says no time: what is said against one is said of the thing.
fn without_pointer(refusal: Refusal) -> Refusal {
    Refusal { pointer: None, ..refusal }
}

/// Something that the visitor may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Can {
    /// What.
    pub what: ReceiptAct,
    /// The last day on which it counts, where there is one.
    pub until: Option<NaiveDate>,
    /// Of a reopening: on which grounds, each with its last day where it has one.
    pub grounds: Vec<(ReopeningGround, Option<NaiveDate>)>,
    /// Of files: how many more.
    pub left: Option<usize>,
}

/// Everything that the visitor may do now, in the order of [`ReceiptAct::ALL`]: what the decisions above would not refuse.
pub fn can(issue: &Issue, rules: &Rules<'_>) -> Vec<Can> {
    let plain = |what| Can { what, until: None, grounds: Vec::new(), left: None };
    let each = ReceiptAct::ALL.iter().filter_map(|act| match act {
        ReceiptAct::Feedback => {
            give_feedback(issue, rules, Satisfaction::Satisfied).ok()?;
            let delivered_at = issue.answer.as_ref()?.delivered_at;
            Some(Can { until: Some(feedback::window_end(rules, delivered_at)), ..plain(*act) })
        }
        ReceiptAct::Reopening => {
            let open = GROUNDS.into_iter().filter(|ground| ask_reopening(issue, rules, *ground).is_ok());
            let grounds: Vec<_> = open.map(|ground| (ground, ground_until(issue, rules, ground))).collect();
            (!grounds.is_empty()).then(|| Can { grounds, ..plain(*act) })
        }
        ReceiptAct::Withdrawal => take_back(issue, rules).ok().map(|_| plain(*act)),
        ReceiptAct::Files => {
            visitor_may_attach(issue).ok()?;
            Some(Can { left: Some(VISITOR_FILES_MAX.saturating_sub(visitor_files(issue))), ..plain(*act) })
        }
    });
    each.collect()
}

/// The last day on which a ground is heard.
fn ground_until(issue: &Issue, rules: &Rules<'_>, ground: ReopeningGround) -> Option<NaiveDate> {
    match ground {
        ReopeningGround::Dissatisfied | ReopeningGround::WrongOutcome => {
            let window = Days::new(rules.policy.reopening.window_calendar_days.into());
            rules.town_date(issue.answer.as_ref()?.delivered_at).checked_add_days(window)
        }
        ReopeningGround::NewFacts | ReopeningGround::CommitmentBroken => None,
    }
}

/// A step of the course of an issue, as a visitor is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub kind: ReceiptStep,
    /// The town's day on which it did.
    pub on: NaiveDate,
    /// Of an answer: its outcome.
    pub outcome: Option<Outcome>,
}

/// The course of an issue, as corrected, in the order of recording. Who did what, to which office it went and what was said is
/// not in it: a slip that is found says nothing of a person.
pub fn course(issue: &Issue, history: &[(IssueEvent, Stamp)], rules: &Rules<'_>) -> Vec<Told> {
    let corrected = as_corrected(history, &issue.corrections);
    let told = corrected.iter().filter_map(|(event, at)| {
        let outcome = if let IssueEvent::FinalAnswerGiven(answer) = event { Some(answer.outcome) } else { None };
        Some(Told { kind: step(event)?, on: rules.town_date(at.occurred_at), outcome })
    });
    told.collect()
}

/// What a visitor is told of a fact; nothing of what concerns the service alone.
const fn step(event: &IssueEvent) -> Option<ReceiptStep> {
    Some(match event {
        IssueEvent::Raised(_) => ReceiptStep::Registered,
        IssueEvent::Taken(_) => ReceiptStep::Taken,
        IssueEvent::Referred(_) => ReceiptStep::Referred,
        IssueEvent::InterimReplyGiven(_) => ReceiptStep::InterimReply,
        IssueEvent::VisitorToldOfExtension(_) => ReceiptStep::Extended,
        IssueEvent::ClockSuspended(_) => ReceiptStep::Suspended,
        IssueEvent::ClockResumed(_) => ReceiptStep::Resumed,
        IssueEvent::Escalated(_) => ReceiptStep::Escalated,
        IssueEvent::EscalationReturned(_) => ReceiptStep::Returned,
        IssueEvent::OutcomeReportedBack(_) => ReceiptStep::OutcomeReported,
        IssueEvent::FinalAnswerGiven(_) => ReceiptStep::Answered,
        IssueEvent::FeedbackRecorded(_) => ReceiptStep::Feedback,
        IssueEvent::Closed(_) => ReceiptStep::Closed,
        IssueEvent::ReopeningRequested(_) => ReceiptStep::ReopeningRequested,
        IssueEvent::ReopeningRefused(_) => ReceiptStep::ReopeningRefused,
        IssueEvent::Reopened(_) => ReceiptStep::Reopened,
        IssueEvent::Withdrawn(_) => ReceiptStep::Withdrawn,
        IssueEvent::EvidenceAttached(_) => ReceiptStep::EvidenceAttached,
        IssueEvent::ReceiptReissued(_) => ReceiptStep::ReceiptReissued,
        IssueEvent::ExtensionRequested(_)
        | IssueEvent::ExtensionGranted(_)
        | IssueEvent::ExtensionRefused(_)
        | IssueEvent::ResponsibilityHandedOver(_)
        | IssueEvent::DeadlineRecomputed(_)
        | IssueEvent::DeliveryAttempted(_)
        | IssueEvent::CommitmentVerified(_)
        | IssueEvent::Merged(_)
        | IssueEvent::Unmerged(_)
        | IssueEvent::Linked(_)
        | IssueEvent::InputRequested(_)
        | IssueEvent::InputGiven(_)
        | IssueEvent::CorrectionProposed(_)
        | IssueEvent::CorrectionRefused(_)
        | IssueEvent::Corrected(_) => return None,
    })
}

/// Whether a visitor can have the proof of a fact: that it was raised, answered, and asked to be taken up again.
pub const fn is_proved(event: &IssueEvent) -> bool {
    matches!(
        step(event),
        Some(
            ReceiptStep::Registered
                | ReceiptStep::Answered
                | ReceiptStep::ReopeningRequested
                | ReceiptStep::ReopeningRefused
                | ReceiptStep::Reopened
        )
    )
}

#[cfg(test)]
mod tests;
