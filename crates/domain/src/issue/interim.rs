//! T6: a word to the visitor between registration and answer (阶段性答复).

use super::step::{in_cycle, require};
use super::{InterimReplyGiven, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};

/// What is told, but for the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterimDraft {
    /// How.
    pub channel: WordChannel,
    /// When the visitor was told.
    pub told_at: DateTime<Utc>,
    /// When they will hear again.
    pub next_word_on: NaiveDate,
}

/// Records an interim reply (T6, C-3.6). It never stops the clock of the answer.
///
/// Errors: an issue that is not open; [`Code::NotLater`] and [`Code::NextWordTooFar`] for the next word; a time in the
/// future or before the cycle.
pub fn reply(issue: &Issue, rules: &Rules<'_>, draft: &InterimDraft) -> Result<InterimReplyGiven, Refusal> {
    in_cycle(issue, rules, draft.told_at).map_err(|refusal| refusal.at("/told_at"))?;
    let told_on = rules.town_date(draft.told_at);
    if draft.next_word_on <= told_on {
        return Err(Refusal::new(Code::NotLater)
            .under("C-3.6")
            .at("/next_word_on")
            .because("下次告知日期须晚于本次告知之日。", "The next word must be later than the day of this one."));
    }
    let latest = rules.calendars.after(told_on, rules.policy.escalation.interim_every_working_days).on;
    if draft.next_word_on > latest {
        return Err(Refusal::new(Code::NextWordTooFar).at("/next_word_on").because(
            format!("下次告知日期最迟为 {latest}。"),
            format!("The next word is due by {latest} at the latest."),
        ));
    }
    require(
        issue,
        &[
            IssueState::Registered,
            IssueState::InHand,
            IssueState::Escalated,
            IssueState::AwaitingAnswer,
            IssueState::Merged,
        ],
    )?;
    Ok(InterimReplyGiven { channel: draft.channel, next_word_on: draft.next_word_on })
}
