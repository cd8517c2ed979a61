//! How a correction changes what an issue shows (T20): where the corrected event's value is the one shown now, the right
//! value takes its place. What a later fact has superseded, and what past cycles were, stays in the history, corrected
//! there ([`Issue::corrections`]).

use super::{Answer, Issue, LastWord};
use crate::Stamp;
use crate::correction::{CorrectedValue, OCCURRED_AT};
use crate::ids::{AreaId, DelegateId};
use crate::issue::IssueCorrected;
use crate::vocabulary::{AnswerChannel, EvidenceKind, FeedbackBy, IssueKind, LastWordKind, Outcome, Satisfaction};

impl Issue {
    /// Version of the event whose box holds the newest correction of a text, as its member `value`; nothing where the
    /// text of the event itself still holds. The subject of the issue is `(1, "/personal/0/subject")`, its text
    /// `(1, "/personal/0/text")`.
    pub fn corrected_box(&self, event_version: u64, pointer: &str) -> Option<u64> {
        self.corrections.corrected_box(event_version, pointer)
    }

    pub(super) fn correct(&mut self, corrected: &IssueCorrected, at: &Stamp) {
        let IssueCorrected { event_version, pointer, value, due } = corrected;
        self.corrections.make(*event_version, pointer, value.as_ref(), at);
        if let Some(value) = value {
            self.correct_raised(*event_version, pointer, value);
            self.correct_words(*event_version, pointer, value);
            self.correct_feedback(*event_version, pointer, value);
            self.correct_stop(*event_version, pointer, value);
            self.correct_commitment(*event_version, pointer, value);
            if let Some(answer) = self.answer.as_mut().filter(|answer| answer.version == *event_version) {
                answer.correct(pointer, value);
            }
        }
        if let Some(due) = due {
            self.set_due(due, at);
            if let Some(change) = self.due_changes.last_mut() {
                change.corrected = true;
            }
        }
    }

    fn correct_raised(&mut self, event_version: u64, pointer: &str, value: &CorrectedValue) {
        if event_version != 1 {
            return;
        }
        match pointer {
            "/public/kind" => take(&mut self.kind, value.text().and_then(IssueKind::parse)),
            "/public/topic" => take(&mut self.topic, value.text().map(str::to_owned)),
            "/public/unit_id" => self.unit_id = value.uuid().map(AreaId).or(self.unit_id),
            "/public/visitor" => self.visitor = value.index().or(self.visitor),
            "/public/responsible_delegate_id" if self.responsible_version == 1 => {
                take(&mut self.responsible_delegate_id, value.uuid().map(DelegateId));
            }
            OCCURRED_AT => self.correct_held_at(value),
            _ => {}
        }
    }

    fn correct_held_at(&mut self, value: &CorrectedValue) {
        take(&mut self.raised_at, value.instant());
        if self.cycle == 1 {
            self.cycle_began_at = self.raised_at;
        }
        if self.turned_version == 1 {
            self.turned_at = self.raised_at;
        }
    }

    fn correct_words(&mut self, event_version: u64, pointer: &str, value: &CorrectedValue) {
        if pointer == "/public/next_word_on" && self.interim_version == Some(event_version) {
            self.interim_due_on = value.day().or(self.interim_due_on);
        }
        let word = self.words.iter_mut().find(|word| word.version == event_version);
        if let (OCCURRED_AT, Some(word), Some(at)) = (pointer, word, value.instant()) {
            word.word.at = at;
            self.last_word = self.newest_word();
        }
    }

    fn correct_feedback(&mut self, event_version: u64, pointer: &str, value: &CorrectedValue) {
        let Some(feedback) = self.feedback_given.iter_mut().find(|given| given.version == event_version) else {
            return;
        };
        match pointer {
            "/public/satisfaction" => take(&mut feedback.satisfaction, value.text().and_then(Satisfaction::parse)),
            "/public/by" => take(&mut feedback.by, value.text().and_then(FeedbackBy::parse)),
            OCCURRED_AT => take(&mut feedback.given_at, value.instant()),
            _ => {}
        }
        self.feedback = self.newest_feedback();
    }

    /// The delivery of the answer, or the telling of a referral: what ended the duty in this cycle.
    fn correct_stop(&mut self, event_version: u64, pointer: &str, value: &CorrectedValue) {
        let stopped = (self.stopped_version == Some(event_version)).then_some(self.stopped_at).flatten();
        let (OCCURRED_AT, Some(before), Some(at)) = (pointer, stopped, value.instant()) else { return };
        self.stopped_at = Some(at);
        // A suspension that ended with it ends with it still: the issue is judged as its clock stood then.
        if let Some(span) = self.suspended_spans.last_mut().filter(|span| span.until == before) {
            span.until = at;
        }
    }

    fn correct_commitment(&mut self, event_version: u64, pointer: &str, value: &CorrectedValue) {
        let Some(check) = self.commitment_check.as_mut().filter(|check| check.version == event_version) else { return };
        match pointer {
            "/public/kept" => take(&mut check.kept, value.flag()),
            "/public/verified_on" => take(&mut check.verified_on, value.day()),
            _ => {}
        }
    }

    /// The last of all words to the visitor. A word recorded late does not hide a later one, but the receipt is none:
    /// an answer on the spot comes before it.
    pub(super) fn newest_word(&self) -> LastWord {
        let receipt = LastWord { kind: LastWordKind::Receipt, at: self.first_recorded_at };
        self.words.iter().map(|word| word.word).fold(receipt, |last, word| {
            let later = last.kind == LastWordKind::Receipt || word.at.timestamp_millis() >= last.at.timestamp_millis();
            if later { word } else { last }
        })
    }

    /// The last given of this cycle's feedback. Later means given later, not recorded later.
    pub(super) fn newest_feedback(&self) -> Option<super::Feedback> {
        self.feedback_given.iter().copied().max_by_key(|given| given.given_at)
    }
}

impl Answer {
    fn correct(&mut self, pointer: &str, value: &CorrectedValue) {
        match pointer {
            "/public/outcome" => take(&mut self.given.outcome, value.text().and_then(Outcome::parse)),
            "/public/channel" => take(&mut self.given.channel, value.text().and_then(AnswerChannel::parse)),
            "/public/evidence/kind" => take(&mut self.given.evidence.kind, value.text().and_then(EvidenceKind::parse)),
            "/public/commitment_on" => self.noted_commitment_on = value.day().or(self.noted_commitment_on),
            OCCURRED_AT => take(&mut self.delivered_at, value.instant()),
            _ => {}
        }
        self.promise();
    }

    /// Only a planned outcome has a day on which it is to be done.
    pub(super) fn promise(&mut self) {
        self.given.commitment_on = self.noted_commitment_on.filter(|_| self.given.outcome == Outcome::Planned);
    }
}

/// A value that cannot be read changes nothing: a fold never fails.
fn take<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
