//! Whether a corrected event could have been recorded when it was, and contradicts nothing that was recorded later.

use super::fields::FIELDS;
use super::record::{Record, Recorded, as_corrected, in_order};
use crate::correction::{CorrectedValue, Field, contradicts, corrected, field, no_change, of_value, said};
use crate::event::Event;
use crate::issue::answering::{AnswerDraft, answer};
use crate::issue::closing;
use crate::issue::commitment::{self, VerificationDraft};
use crate::issue::feedback::{self, FeedbackDraft};
use crate::issue::interim::{self, InterimDraft};
use crate::issue::referral::{refer, refer_escalated};
use crate::issue::{FinalAnswerGiven, Issue, IssueEvent, Place, Raised};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{AnswerChannel, EvidenceKind, IssueState, Outcome, ReopeningGround};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate, Utc};

/// The event to correct, as it stands with the corrections before this one.
pub(super) struct Target {
    history: Vec<Recorded>,
    index: usize,
    pointer: String,
    /// What of the event; nothing where that is a sealed text.
    place: Option<Place>,
    /// The row of the table.
    pub field: Field,
}

impl Target {
    /// Finds it.
    ///
    /// Errors: [`Code::NothingToCorrect`].
    pub fn find(record: &Record<'_>, event_version: u64, pointer: &str) -> Result<Self, Refusal> {
        let history = as_corrected(record.history, &record.issue.corrections);
        let index = history.iter().position(|(_, at)| at.version == event_version);
        let Some(index) = index else {
            return Err(Refusal::new(Code::NothingToCorrect)
                .at("/event_version")
                .because("该事项没有这一版本的事件。", "The issue has no event of that version."));
        };
        let field = field(FIELDS, history[index].0.event_type().name, pointer)?;
        Ok(Self { history, index, pointer: pointer.to_owned(), place: Place::of(pointer), field })
    }

    /// When the event was recorded.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        self.history[self.index].1.recorded_at
    }

    /// The value fits, differs from the present one, and contradicts nothing that was recorded later.
    pub fn check(&self, record: &Record<'_>, rules: &Rules<'_>, value: &CorrectedValue) -> Result<(), Refusal> {
        if self.field.is_text() {
            return record.text.differs(value);
        }
        let (event, at) = &self.history[self.index];
        let event = Event::Issue(event.clone());
        if said(&event, at, &self.pointer).as_ref() == Some(value) {
            return Err(no_change());
        }
        let then = corrected(&event, at, &self.pointer, value);
        let Some((Event::Issue(then), then_at)) = then else {
            return Err(Refusal::new(Code::InvalidValue).under(self.field.clause).at("/value"));
        };
        self.recordable(record, rules, &then, &then_at)?;
        if self.place == Some(Place::OccurredAt) {
            in_order(&self.history, at.version, at.occurred_at, then_at.occurred_at)?;
        }
        self.closes_still(rules, &then, &then_at)
    }

    /// What closed an issue does not fall away behind its back: feedback that was content, or time for feedback that was
    /// over (T14). A closing that the rules of today would not allow in any case is left alone.
    fn closes_still(&self, rules: &Rules<'_>, then: &IssueEvent, then_at: &Stamp) -> Result<(), Refusal> {
        let closed = self.of_this_cycle().find(|(event, _)| matches!(event, IssueEvent::Closed(_)));
        let Some((_, closed_at)) = closed else { return Ok(()) };
        let closes = |corrected: bool| {
            let mut issue = Issue::default();
            for (event, at) in self.history.iter().take_while(|(_, at)| at.version < closed_at.version) {
                if corrected && at.version == then_at.version {
                    issue.apply(then, then_at);
                } else {
                    issue.apply(event, at);
                }
            }
            let rules = Rules::at(rules.policy, rules.calendars, closed_at.recorded_at);
            closing::close(&issue, &rules, closed_at.occurred_at).is_ok()
        };
        if closes(false) && !closes(true) {
            return Err(contradicts("该事项后来据此办结。", "The issue was closed because of it."));
        }
        Ok(())
    }

    /// The corrected event could have been recorded when it was.
    fn recordable(
        &self,
        record: &Record<'_>,
        rules: &Rules<'_>,
        event: &IssueEvent,
        at: &Stamp,
    ) -> Result<(), Refusal> {
        let mut before = Issue::default();
        for (event, at) in &self.history[..self.index] {
            before.apply(event, at);
        }
        let rules = Rules::at(rules.policy, rules.calendars, at.recorded_at);
        let when = at.occurred_at;
        #[expect(clippy::wildcard_enum_match_arm, reason = "of other events the table lists texts only")]
        match event {
            IssueEvent::Raised(raised) => self.raised(record, &rules, raised),
            IssueEvent::FinalAnswerGiven(given) => self.answered(record, &before, &rules, given, when),
            IssueEvent::InterimReplyGiven(reply) => {
                let draft = InterimDraft { channel: reply.channel, told_at: when, next_word_on: reply.next_word_on };
                interim::reply(&before, &rules, &draft).map(drop).map_err(of_value)
            }
            IssueEvent::FeedbackRecorded(feedback) => {
                let draft = FeedbackDraft { satisfaction: feedback.satisfaction, by: feedback.by, given_at: when };
                feedback::record(&before, &rules, &draft).map(drop).map_err(of_value)
            }
            IssueEvent::Referred(referred) => {
                let asked = if before.state == IssueState::Escalated { refer_escalated } else { refer };
                asked(&before, &rules, referred.statutory_channel, when).map(drop).map_err(of_value)
            }
            IssueEvent::CommitmentVerified(verified) => {
                let draft = VerificationDraft { kept: verified.kept, verified_on: verified.verified_on, at: when };
                commitment::verify(&before, &rules, &draft).map(drop).map_err(of_value)?;
                if verified.kept && self.of_this_cycle().any(|(event, _)| calls_it_broken(event)) {
                    return Err(contradicts(
                        "后来以承诺未兑现为由申请了重办。",
                        "Reopening was asked for because the commitment was broken.",
                    ));
                }
                Ok(())
            }
            // A value that no command is asked about is corrected by nobody.
            _ => Err(Refusal::new(Code::NothingToCorrect).at("/pointer")),
        }
    }

    fn raised(&self, record: &Record<'_>, rules: &Rules<'_>, raised: &Raised) -> Result<(), Refusal> {
        let unfit = |code: Code| Err(Refusal::new(code).at("/value"));
        match self.place {
            Some(Place::Topic) if rules.policy.topic(&raised.topic).is_none() => unfit(Code::UnknownTopic),
            Some(Place::UnitId) => match raised.unit_id {
                Some(unit) if record.people.areas.unit(unit).is_none() => unfit(Code::UnknownId),
                Some(unit) if !record.people.areas.unit_in_grid(unit, raised.grid_id) => unfit(Code::UnitNotInGrid),
                Some(_) | None => Ok(()),
            },
            Some(Place::Visitor) => {
                let listed = |at: u32| usize::try_from(at).is_ok_and(|at| at < record.reception.visitors.len());
                match raised.visitor {
                    Some(at) if !listed(at) => Err(Refusal::new(Code::InvalidValue)
                        .under("C-3.1")
                        .at("/value")
                        .because("来访人列表中没有这一位。", "There is no such visitor in the list.")),
                    Some(_) | None => Ok(()),
                }
            }
            Some(Place::ResponsibleDelegateId) => self.responsible(record, raised),
            // A kind is one of its list; when it was raised is corrected with the reception.
            Some(Place::Topic | Place::Kind | Place::OccurredAt) => Ok(()),
            // Of other events, or a text.
            Some(
                Place::Outcome
                | Place::Channel
                | Place::EvidenceKind
                | Place::CommitmentOn
                | Place::NextWordOn
                | Place::Satisfaction
                | Place::By
                | Place::StatutoryChannel
                | Place::Kept
                | Place::VerifiedOn,
            )
            | None => Ok(()),
        }
    }

    /// Who received owes the answer; once they answered or handed the duty over, that is a fact of its own.
    fn responsible(&self, record: &Record<'_>, raised: &Raised) -> Result<(), Refusal> {
        let id = raised.responsible_delegate_id;
        if record.people.delegates.get(id).is_none() {
            return Err(Refusal::new(Code::UnknownId).at("/value"));
        }
        if !record.reception.delegates.iter().any(|sat| sat.delegate_id == id) {
            return Err(Refusal::new(Code::DelegateNotAtReception).at("/value"));
        }
        let rests = |event: &IssueEvent| {
            matches!(event, IssueEvent::FinalAnswerGiven(_) | IssueEvent::ResponsibilityHandedOver(_))
        };
        if self.history.iter().any(|(event, _)| rests(event)) {
            return Err(contradicts(
                "首问责任人已经答复或移交，不能再更正；可以移交。",
                "The responsible delegate has answered or handed the duty over; a handover is possible instead.",
            ));
        }
        Ok(())
    }

    fn answered(
        &self,
        record: &Record<'_>,
        before: &Issue,
        rules: &Rules<'_>,
        given: &FinalAnswerGiven,
        delivered_at: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let planned = given.outcome == Outcome::Planned;
        // A day that was noted for another outcome waits for the outcome to be corrected too.
        let commitment_on = given.commitment_on.filter(|_| planned);
        // Way and evidence are corrected one after the other: only the second is held against the first. What was posted
        // was tried to be delivered before.
        let posted = given.evidence.kind == EvidenceKind::Posted && given.channel == AnswerChannel::Written;
        let evidence = if self.place == Some(Place::EvidenceKind) || posted && self.place == Some(Place::OccurredAt) {
            given.evidence.kind
        } else {
            EvidenceKind::Signature
        };
        let draft = AnswerDraft {
            outcome: given.outcome,
            channel: given.channel,
            delivered_at,
            evidence,
            on_the_spot: given.on_the_spot,
            answered_by: Some(given.answered_by),
            commitment_on,
            basis_given: given.outcome == Outcome::Declined && record.basis_given,
        };
        answer(before, rules, &draft).map_err(of_value)?;
        if self.place == Some(Place::CommitmentOn) && !planned {
            // The day alone, as if the outcome were planned already.
            let draft = AnswerDraft { outcome: Outcome::Planned, commitment_on: given.commitment_on, ..draft };
            answer(before, rules, &AnswerDraft { basis_given: false, ..draft }).map_err(of_value)?;
        }
        self.promised(rules, given, rules.town_date(delivered_at))
    }

    /// A promise that somebody looked at, or called broken, was made before that; and it was broken on the day it was
    /// called so.
    fn promised(&self, rules: &Rules<'_>, given: &FinalAnswerGiven, delivered_on: NaiveDate) -> Result<(), Refusal> {
        let promised_on = given.commitment_on.filter(|_| given.outcome == Outcome::Planned);
        for (event, at) in self.of_this_cycle() {
            #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact rests on a promise")]
            let broken_on = match event {
                IssueEvent::CommitmentVerified(verified) if verified.verified_on < delivered_on => {
                    return Err(contradicts(
                        "承诺的核实日期早于该日。",
                        "Somebody looked at the commitment before that day.",
                    ));
                }
                IssueEvent::CommitmentVerified(verified) => (!verified.kept).then_some(verified.verified_on),
                IssueEvent::ReopeningRequested(request) if request.ground == ReopeningGround::CommitmentBroken => {
                    Some(rules.town_date(at.occurred_at))
                }
                _ => continue,
            };
            if promised_on.is_none_or(|promised_on| broken_on.is_some_and(|on| on <= promised_on)) {
                return Err(contradicts(
                    "该承诺已经核实，或已据以申请重办。",
                    "The commitment was verified, or reopening was asked for because of it.",
                ));
            }
        }
        Ok(())
    }

    /// What came after the event, up to the next cycle.
    fn of_this_cycle(&self) -> impl Iterator<Item = &Recorded> {
        let later = self.history[self.index + 1..].iter();
        later.take_while(|(event, _)| !matches!(event, IssueEvent::Reopened(_)))
    }
}

fn calls_it_broken(event: &IssueEvent) -> bool {
    matches!(event, IssueEvent::ReopeningRequested(request) if request.ground == ReopeningGround::CommitmentBroken)
}
