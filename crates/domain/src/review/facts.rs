//! What the indicators need of one issue: its stream, corrections in effect, taken apart into cycles.

use super::book::Book;
use super::corrected;
use super::interim::InterimDates;
use crate::ids::{AreaId, DelegateId, IssueId};
use crate::issue::{Due, FinalAnswerGiven, Issue, IssueEvent, Reviewed};
use crate::vocabulary::{DueRule, Satisfaction};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate, Utc};

/// One issue, for the review.
#[derive(Debug)]
pub struct IssueFacts {
    /// The issue.
    pub id: IssueId,
    /// Position of its first leaf.
    pub first_position: u64,
    /// When the first leaf was recorded.
    pub first_recorded_at: DateTime<Utc>,
    /// Its grid.
    pub grid_id: AreaId,
    pub(super) held_on: NaiveDate,
    pub(super) cycles: Vec<Cycle>,
}

/// One cycle: with its issue, a member of the review's populations.
#[derive(Debug)]
pub(super) struct Cycle {
    pub number: u32,
    /// Day from which its clock counts.
    pub from: NaiveDate,
    pub original_due_on: NaiveDate,
    /// Who was responsible when it began.
    pub responsible: DelegateId,
    /// Who became responsible later, and from which day on.
    pub handovers: Vec<(NaiveDate, DelegateId)>,
    /// Later due dates, in the order recorded.
    pub dues: Vec<DueStep>,
    pub suspensions: Vec<Suspension>,
    pub escalations: Vec<Escalation>,
    pub reports: Vec<Report>,
    pub interim: InterimDates,
    pub end: Option<End>,
    pub answer: Option<Answer>,
    pub feedback: Option<(DateTime<Utc>, Satisfaction)>,
    /// What the newest look at its commitment said.
    pub commitment_kept: Option<bool>,
    pub reopened: bool,
    /// When each of its leaves was recorded, and whether it was a correction.
    pub leaves: Vec<(NaiveDate, bool)>,
}

/// Another due date.
#[derive(Clone, Copy, Debug)]
pub(super) struct DueStep {
    pub on: NaiveDate,
    /// From which day it was in force.
    pub since: NaiveDate,
    /// False where the same promise was counted again: by a calendar published later, or a correction.
    pub turn: bool,
}

/// Days `(since, until]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub since: NaiveDate,
    pub until: Option<NaiveDate>,
}

/// A clock that stood still: its days do not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suspension {
    pub span: Span,
    /// The first day at whose end the clock runs again; none known while nothing ended it.
    pub runs_on: Option<NaiveDate>,
    /// The last day on which it may stand still.
    pub until_on: NaiveDate,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Escalation {
    pub span: Span,
    pub returned: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    pub on: NaiveDate,
    /// By when the answer should follow, and whether a year without a calendar was counted through.
    pub answer_by: NaiveDate,
    pub provisional: bool,
}

/// How the duty to answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub on: NaiveDate,
    pub how: Ending,
    pub leaf: Stamp,
    pub provisional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Answered,
    Referred,
    Withdrawn,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub given: FinalAnswerGiven,
    /// Last day on which feedback counts.
    pub feedback_until: NaiveDate,
    pub provisional: bool,
}

impl IssueFacts {
    /// Takes an issue's stream apart, as far as it is handed in: the events of the first N leaves, in order. Nothing
    /// when it does not begin with `issue.raised`.
    pub fn of(id: IssueId, events: &[(IssueEvent, Stamp)], book: &Book) -> Option<Self> {
        let events = corrected::issue(events);
        let (IssueEvent::Raised(raised), first) = events.first()? else {
            return None;
        };
        let mut facts = Self {
            id,
            first_position: first.position,
            first_recorded_at: first.recorded_at,
            grid_id: raised.grid_id,
            held_on: book.day(first.occurred_at),
            cycles: Vec::with_capacity(1),
        };
        // What a suspension leaves follows from the issue itself. Hardly any issue is ever suspended.
        let mut issue =
            events.iter().any(|(event, _)| matches!(event, IssueEvent::ClockSuspended(_))).then(Issue::default);
        for (event, leaf) in events.iter() {
            if let Some(issue) = &mut issue {
                facts.run_again(issue, book.day(leaf.recorded_at), book);
                issue.apply(event, leaf);
            }
            facts.take(event, leaf, book);
        }
        if let Some(issue) = &issue {
            facts.run_again(issue, NaiveDate::MAX, book);
        }
        Some(facts)
    }

    /// A suspension whose last day has passed by a day is over, without an event. One that nothing has ended yet will be:
    /// its date is known as soon as it begins.
    fn run_again(&mut self, issue: &Issue, by: NaiveDate, book: &Book) {
        let Some(cycle) = self.cycles.last_mut().filter(|cycle| cycle.end.is_none()) else { return };
        let open = cycle.suspensions.last().filter(|known| known.span.until.is_none() && known.until_on < by);
        if let Some(until_on) = open.map(|known| known.until_on) {
            let due = issue.after_suspension(book.time_zone(), book.all_calendars()).due.on;
            cycle.resume(until_on, until_on.succ_opt().unwrap_or(until_on));
            cycle.dues.push(DueStep { on: due, since: until_on, turn: true });
        }
    }

    fn take(&mut self, event: &IssueEvent, leaf: &Stamp, book: &Book) {
        if let IssueEvent::Raised(raised) = event {
            // The day of the reception, corrected where it was: the clock starts on it (C-4.4).
            self.cycles.push(Cycle::begun(1, self.held_on, raised.due.on, raised.responsible_delegate_id));
        } else if let IssueEvent::Reopened(reopened) = event {
            if let Some(before) = self.cycles.last_mut() {
                before.reopened = true;
                let responsible = before.responsible_at_last();
                self.cycles.push(Cycle::begun(reopened.cycle, reopened.due.from, reopened.due.on, responsible));
            }
        } else if let Some(cycle) = self.cycles.last_mut() {
            cycle.take(event, leaf, book);
        }
        if let Some(cycle) = self.cycles.last_mut() {
            let correction = matches!(event, IssueEvent::Corrected(_));
            cycle.leaves.push((book.day(leaf.recorded_at), correction));
        }
    }
}

impl Cycle {
    fn begun(number: u32, from: NaiveDate, due_on: NaiveDate, responsible: DelegateId) -> Self {
        Self {
            number,
            from,
            original_due_on: due_on,
            responsible,
            handovers: Vec::new(),
            dues: Vec::new(),
            suspensions: Vec::new(),
            escalations: Vec::new(),
            reports: Vec::new(),
            interim: InterimDates::default(),
            end: None,
            answer: None,
            feedback: None,
            commitment_kept: None,
            reopened: false,
            leaves: Vec::new(),
        }
    }

    fn responsible_at_last(&self) -> DelegateId {
        self.handovers.last().map_or(self.responsible, |(_, successor)| *successor)
    }

    fn take(&mut self, event: &IssueEvent, leaf: &Stamp, book: &Book) {
        let resumes = book.resumes_on_the_last_day() && matches!(event, IssueEvent::ClockResumed(_));
        if let Some(due) = event.due().filter(|due| resumes || !self.still_to_come(due)) {
            let turn = !matches!(event, IssueEvent::DeadlineRecomputed(_) | IssueEvent::Corrected(_));
            // A resumption holds from the day that it is claimed for, however late it was recorded: its date is the earlier
            // for it. What is counted again holds for the promise as it was made, whenever that is found out.
            let resumed = matches!(event, IssueEvent::ClockResumed(_));
            let since = if resumed { book.day(leaf.occurred_at) } else { book.counts_from(leaf).on };
            self.dues.push(DueStep { on: due.on, since, turn });
        }
        let Some(event) = event.reviewed() else { return };
        match event {
            Reviewed::InterimReplyGiven(reply) => {
                self.interim.word(book.counts_from(leaf).on, leaf, book);
                self.interim.set(reply.next_word_on, *leaf);
            }
            Reviewed::ClockSuspended(suspended) => {
                let before = self.suspensions.last().map(|known| &known.span);
                let since = after_the_last(before, book.counts_from(leaf).on);
                let until_on = suspended.until_on.max(since);
                self.suspensions.push(Suspension { span: Span { since, until: None }, runs_on: None, until_on });
            }
            Reviewed::ClockResumed(_) => {
                let on = book.day(leaf.occurred_at);
                self.resume(on, on);
            }
            Reviewed::Escalated(escalated) => {
                let on = book.counts_from(leaf).on;
                self.interim.drop_on(on, leaf, book);
                self.interim.set(escalated.interim_due_on, *leaf);
                let since = after_the_last(self.escalations.last().map(|escalation| &escalation.span), on);
                self.escalations.push(Escalation { span: Span { since, until: None }, returned: false });
            }
            Reviewed::EscalationReturned(_) => self.come_back(book.counts_from(leaf).on, true, leaf, book),
            Reviewed::OutcomeReportedBack(_) => {
                let on = book.counts_from(leaf).on;
                self.come_back(on, false, leaf, book);
                self.resume(on, on);
                let within = book.policy(leaf).answer.after_report_back_working_days;
                let last = book.after(leaf, on, within);
                self.reports.push(Report { on, answer_by: last.on, provisional: last.provisional });
            }
            Reviewed::FinalAnswerGiven(given) => {
                let on = self.stop(Ending::Answered, leaf, book);
                let window = book.policy(leaf).feedback.window_working_days;
                let last = book.after(leaf, on, window);
                self.answer =
                    Some(Answer { given: given.clone(), feedback_until: last.on, provisional: last.provisional });
            }
            Reviewed::Referred(_) => {
                self.stop(Ending::Referred, leaf, book);
            }
            Reviewed::Withdrawn(withdrawn) => {
                if !withdrawn.on_own_motion {
                    self.stop(Ending::Withdrawn, leaf, book);
                }
            }
            Reviewed::FeedbackRecorded(feedback) => {
                // Later means given later, not recorded later.
                if self.feedback.is_none_or(|(given_at, _)| given_at <= leaf.occurred_at) {
                    self.feedback = Some((leaf.occurred_at, feedback.satisfaction));
                }
            }
            Reviewed::CommitmentVerified(verified) => self.commitment_kept = Some(verified.kept),
            Reviewed::ResponsibilityHandedOver(handover) => {
                self.handovers.push((book.counts_from(leaf).on, handover.to_delegate_id));
            }
            // These begin a cycle, or bring a due date and nothing else; what is proposed is not so yet.
            Reviewed::Raised(_)
            | Reviewed::Reopened(_)
            | Reviewed::VisitorToldOfExtension(_)
            | Reviewed::DeadlineRecomputed(_)
            | Reviewed::CorrectionProposed(_)
            | Reviewed::Corrected(_) => {}
        }
    }

    /// A date that a calendar published meanwhile gives to a suspension that is not over: it is not in force yet.
    fn still_to_come(&self, due: &Due) -> bool {
        let open = self.suspensions.last().filter(|known| known.span.until.is_none());
        due.rule == DueRule::Resumption && open.is_some_and(|known| known.until_on == due.from)
    }

    /// The clock runs again: days after `until` count, and at the end of `runs_on` it runs.
    fn resume(&mut self, until: NaiveDate, runs_on: NaiveDate) {
        if let Some(open) = self.suspensions.last_mut().filter(|known| known.span.until.is_none()) {
            // It may have been recorded too late to count from its day.
            open.span.until = Some(until.max(open.span.since).min(open.until_on));
            open.runs_on = Some(runs_on.max(open.span.since));
        }
    }

    /// An escalation is over: returned, or its outcome reported back.
    fn come_back(&mut self, on: NaiveDate, returned: bool, leaf: &Stamp, book: &Book) {
        self.interim.drop_on(on, leaf, book);
        if let Some(open) = self.escalations.last_mut().filter(|escalation| escalation.span.until.is_none()) {
            open.span.until = Some(on);
            open.returned = returned;
        }
    }

    fn stop(&mut self, how: Ending, leaf: &Stamp, book: &Book) -> NaiveDate {
        let counted = book.counts_from(leaf);
        self.interim.drop_on(counted.on, leaf, book);
        self.end = Some(End { on: counted.on, how, leaf: *leaf, provisional: counted.provisional });
        counted.on
    }
}

/// No day lies in two spans of a kind, though the one before it may have been recorded too late to count from its day.
fn after_the_last(last: Option<&Span>, since: NaiveDate) -> NaiveDate {
    last.and_then(|span| span.until).map_or(since, |until| until.max(since))
}
