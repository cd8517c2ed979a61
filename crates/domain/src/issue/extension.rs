//! T7: more time (延期): asked before expiry, decided, and in effect only once the visitor is told.

use super::step::{after_turn, in_cycle, require};
use super::{ExtensionGranted, ExtensionRefused, ExtensionRequested, ExtensionState, Issue, VisitorToldOfExtension};
use crate::deadline;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{ExtensionReason, IssueState, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};

const EXTENDABLE: &[IssueState] = &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer];

/// An extension as it is asked for, but for the reason's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionDraft {
    /// Why.
    pub reason_code: ExtensionReason,
    /// The date asked for.
    pub new_due_on: NaiveDate,
    /// When it was asked.
    pub at: DateTime<Utc>,
}

/// Asks for more time (T7, C-4.4). On a registered issue it implies taking.
///
/// Whether the due date has passed is judged today, not by the time claimed: back-dating gains nothing.
///
/// Errors: [`Code::DueTooFar`], [`Code::NotLater`]; a state that cannot be extended; [`Code::ExtensionAfterDue`],
/// [`Code::ExtensionOnce`], [`Code::ExtensionTooLong`]; a time in the future or before what it follows.
pub fn request(issue: &Issue, rules: &Rules<'_>, draft: &ExtensionDraft) -> Result<ExtensionRequested, Refusal> {
    let at_date = |refusal: Refusal| refusal.at("/new_due_on");
    let new = deadline::extension(rules, issue.clock_from, draft.new_due_on).map_err(at_date)?;
    after_turn(issue, rules, draft.at).map_err(|refusal| refusal.at("/occurred_at"))?;
    require(issue, EXTENDABLE)?;
    if draft.new_due_on <= issue.due.on {
        return Err(at_date(Refusal::new(Code::NotLater)));
    }
    before_expiry(issue, rules)?;
    if issue.extension_requests >= rules.policy.answer.extensions_max {
        return Err(Refusal::new(Code::ExtensionOnce));
    }
    let total = deadline::passed(issue, rules.policy, rules.calendars, new.on);
    let most = rules.policy.answer.extension_total_working_days;
    if total > most {
        return Err(at_date(Refusal::new(Code::ExtensionTooLong)).because(
            format!("自起算日起共 {total} 个工作日，超过 {most} 个工作日的上限。"),
            format!("That is {total} working days from the clock's start; {most} are the most."),
        ));
    }
    Ok(ExtensionRequested { reason_code: draft.reason_code, new_due_on: draft.new_due_on })
}

/// Grants the extension asked for (T7). The old date stands until the visitor is told.
///
/// Errors: [`Code::NoExtensionPending`], [`Code::AlreadyDecided`]; a state that cannot be extended;
/// [`Code::ExtensionAfterDue`]; a time in the future or before the request.
pub fn grant(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ExtensionGranted, Refusal> {
    decidable(issue, rules, at)?;
    before_expiry(issue, rules)?;
    Ok(ExtensionGranted {})
}

/// Refuses the extension asked for (T7).
///
/// Errors: as for [`grant`], but for expiry.
pub fn refuse(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ExtensionRefused, Refusal> {
    decidable(issue, rules, at)?;
    Ok(ExtensionRefused {})
}

/// Tells the visitor of a granted extension, which takes effect with it (T7).
///
/// Errors: [`Code::ExtensionNotGranted`], [`Code::AlreadyTold`], [`Code::ToldTooLate`]; a state that cannot be extended;
/// a time in the future or before the decision.
pub fn notify(
    issue: &Issue,
    rules: &Rules<'_>,
    channel: WordChannel,
    told_at: DateTime<Utc>,
) -> Result<VisitorToldOfExtension, Refusal> {
    in_cycle(issue, rules, told_at).map_err(|refusal| refusal.at("/told_at"))?;
    require(issue, EXTENDABLE)?;
    let Some(extension) = issue.extension else {
        return Err(Refusal::new(Code::ExtensionNotGranted));
    };
    match extension.state {
        ExtensionState::Granted => {}
        ExtensionState::InEffect => return Err(Refusal::new(Code::AlreadyTold)),
        ExtensionState::Requested | ExtensionState::Refused => return Err(Refusal::new(Code::ExtensionNotGranted)),
    }
    rules.claimed(told_at, extension.at, Code::BeforePrevious).map_err(|refusal| refusal.at("/told_at"))?;
    if rules.town_date(told_at) > issue.due.on {
        return Err(Refusal::new(Code::ToldTooLate).at("/told_at"));
    }
    let new = deadline::extension(rules, issue.clock_from, extension.new_due_on)?;
    Ok(VisitorToldOfExtension { channel, due: deadline::later(new, &issue.due) })
}

fn before_expiry(issue: &Issue, rules: &Rules<'_>) -> Result<(), Refusal> {
    // A clock that stands still does not expire.
    let expired = issue.suspension.is_none() && rules.today > issue.due.on;
    if expired { Err(Refusal::new(Code::ExtensionAfterDue)) } else { Ok(()) }
}

fn decidable(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    require(issue, EXTENDABLE)?;
    let Some(extension) = issue.extension else {
        return Err(Refusal::new(Code::NoExtensionPending));
    };
    match extension.state {
        ExtensionState::Requested => {}
        ExtensionState::Granted | ExtensionState::Refused | ExtensionState::InEffect => {
            return Err(Refusal::new(Code::AlreadyDecided));
        }
    }
    rules.claimed(at, extension.at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))
}
