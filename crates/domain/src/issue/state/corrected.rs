//! How a correction changes what an issue shows (T20): where the corrected event's value is the one shown now, the right
//! value takes its place. What a later fact has superseded, and what past cycles were, stays in the history, corrected
//! there ([`Issue::corrections`]).

use super::{Answer, CommitmentCheck, Feedback, Issue, LastWord};
use crate::Stamp;
use crate::correction::CorrectedValue;
use crate::correction::place::put;
use crate::ids::{AreaId, DelegateId};
use crate::issue::{IssueCorrected, Place};
use crate::vocabulary::{AnswerChannel, EvidenceKind, FeedbackBy, IssueKind, LastWordKind, Outcome, Satisfaction};
use chrono::{DateTime, Utc};

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
        if let (Some(place), Some(value)) = (Place::of(pointer), value) {
            self.put_right(place, *event_version, value);
        }
        if let Some(due) = due {
            self.set_due(due, at);
            if let Some(change) = self.due_changes.last_mut() {
                change.corrected = true;
            }
        }
    }

    /// The right value in its place, where the event of that version is the one that is shown.
    fn put_right(&mut self, place: Place, version: u64, value: &CorrectedValue) {
        let raised = version == 1;
        let text = value.text();
        match place {
            Place::OccurredAt => {
                if let Some(at) = value.instant() {
                    self.put_time_right(version, at);
                }
            }
            Place::Kind => put(raised.then_some(&mut self.kind), text.and_then(IssueKind::parse)),
            Place::Topic => put(raised.then_some(&mut self.topic), text.map(str::to_owned)),
            Place::UnitId => put(raised.then_some(&mut self.unit_id), value.uuid().map(|id| Some(AreaId(id)))),
            Place::Visitor => put(raised.then_some(&mut self.visitor), value.index().map(Some)),
            Place::ResponsibleDelegateId => {
                let still = raised && self.responsible_version == 1;
                put(still.then_some(&mut self.responsible_delegate_id), value.uuid().map(DelegateId));
            }
            Place::NextWordOn => {
                let awaited = self.interim_version == Some(version);
                put(awaited.then_some(&mut self.interim_due_on), value.day().map(Some));
            }
            Place::Outcome => {
                let answer = self.answer_of(version).map(|answer| &mut answer.given.outcome);
                put(answer, text.and_then(Outcome::parse));
                self.answer_of(version).into_iter().for_each(Answer::promise);
            }
            Place::CommitmentOn => {
                put(self.answer_of(version).map(|answer| &mut answer.noted_commitment_on), value.day().map(Some));
                self.answer_of(version).into_iter().for_each(Answer::promise);
            }
            // How an interim reply was given is not shown.
            Place::Channel => {
                let channel = self.answer_of(version).map(|answer| &mut answer.given.channel);
                put(channel, text.and_then(AnswerChannel::parse));
            }
            Place::EvidenceKind => {
                let kind = self.answer_of(version).map(|answer| &mut answer.given.evidence.kind);
                put(kind, text.and_then(EvidenceKind::parse));
            }
            Place::Satisfaction => {
                let satisfaction = self.feedback_of(version).map(|given| &mut given.satisfaction);
                put(satisfaction, text.and_then(Satisfaction::parse));
                self.feedback = self.newest_feedback();
            }
            Place::By => {
                put(self.feedback_of(version).map(|given| &mut given.by), text.and_then(FeedbackBy::parse));
                self.feedback = self.newest_feedback();
            }
            Place::Kept => put(self.check_of(version).map(|check| &mut check.kept), value.flag()),
            Place::VerifiedOn => put(self.check_of(version).map(|check| &mut check.verified_on), value.day()),
            // Where a visitor was sent is not shown.
            Place::StatutoryChannel => {}
        }
    }

    fn put_time_right(&mut self, version: u64, at: DateTime<Utc>) {
        if version == 1 {
            self.raised_at = at;
            if self.cycle == 1 {
                self.cycle_began_at = at;
            }
            if self.turned_version == 1 {
                self.turned_at = at;
            }
        }
        if let Some(word) = self.words.iter_mut().find(|word| word.version == version) {
            word.word.at = at;
            self.last_word = self.newest_word();
        }
        put(self.feedback_of(version).map(|given| &mut given.given_at), Some(at));
        self.feedback = self.newest_feedback();
        self.put_stop_right(version, at);
        put(self.answer_of(version).map(|answer| &mut answer.delivered_at), Some(at));
    }

    fn answer_of(&mut self, version: u64) -> Option<&mut Answer> {
        self.answer.as_mut().filter(|answer| answer.version == version)
    }

    fn feedback_of(&mut self, version: u64) -> Option<&mut Feedback> {
        self.feedback_given.iter_mut().find(|given| given.version == version)
    }

    fn check_of(&mut self, version: u64) -> Option<&mut CommitmentCheck> {
        self.commitment_check.as_mut().filter(|check| check.version == version)
    }

    /// The delivery of the answer, or the telling of a referral: what ended the duty in this cycle.
    fn put_stop_right(&mut self, version: u64, at: DateTime<Utc>) {
        let stopped = (self.stopped_version == Some(version)).then_some(self.stopped_at).flatten();
        let Some(before) = stopped else { return };
        self.stopped_at = Some(at);
        // A suspension that ended with it ends with it still: the issue is judged as its clock stood then.
        if let Some(span) = self.suspended_spans.last_mut().filter(|span| span.until == before) {
            span.until = at;
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
    pub(super) fn newest_feedback(&self) -> Option<Feedback> {
        self.feedback_given.iter().copied().max_by_key(|given| given.given_at)
    }
}

impl Answer {
    /// Only a planned outcome has a day on which it is to be done.
    pub(super) fn promise(&mut self) {
        self.given.commitment_on = self.noted_commitment_on.filter(|_| self.given.outcome == Outcome::Planned);
    }
}
