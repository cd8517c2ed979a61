//! What one event says of the years and the people whose review may have to look at its stream. Too much is harmless,
//! too little is not: what is not needed by any indicator yet is named all the same.

use crate::engine::decode::Fact;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::Stamp;
use domain::activity::ActivityEvent;
use domain::appraisal::AppraisalEvent;
use domain::correction::CorrectedValue;
use domain::deed::DeedEvent;
use domain::event::Event;
use domain::issue::{IssueEvent, Reviewed};
use domain::meeting::MeetingEvent;
use domain::reception::ReceptionEvent;
use domain::session::SessionEvent;
use domain::study::StudyEvent;
use domain::typical_case::TypicalCaseEvent;
use uuid::Uuid;

/// Whose review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    Grid(Uuid),
    Delegate(Uuid),
}

impl Of {
    /// The stored kind and id.
    pub(super) const fn stored(self) -> (i64, Uuid) {
        match self {
            Self::Grid(id) => (0, id),
            Self::Delegate(id) => (1, id),
        }
    }
}

/// What an event touches.
#[derive(Debug, Default)]
pub(super) struct Touch {
    /// Years of days named or claimed.
    pub years: Vec<i32>,
    /// Grids and delegates named.
    pub of: Vec<Of>,
    /// What becomes of the visitor's waiting for a word.
    pub waiting: Waiting,
}

/// What an event does to the waiting for a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Nothing.
    #[default]
    AsBefore,
    /// A word is promised for a day of this year.
    Since(i32),
    /// No word is owed any more.
    Over,
}

impl Touch {
    fn at(stamp: &Stamp, zone: Tz) -> Self {
        let mut touch = Self::default();
        touch.instant(stamp.recorded_at, zone);
        touch.instant(stamp.occurred_at, zone);
        touch
    }

    fn instant(&mut self, at: DateTime<Utc>, zone: Tz) {
        self.day(at.with_timezone(&zone).date_naive());
    }

    fn day(&mut self, on: NaiveDate) {
        self.years.push(on.year());
    }

    fn delegate(&mut self, id: Uuid) {
        self.of.push(Of::Delegate(id));
    }

    /// A right value in place of a recorded one, or one that is proposed. Which it is does not matter here.
    fn value(&mut self, value: Option<&CorrectedValue>, zone: Tz) {
        let Some(value) = value else { return };
        if let Some(at) = value.instant() {
            self.instant(at, zone);
        }
        if let Some(on) = value.day() {
            self.day(on);
        }
        // A unit's id is nobody's as a delegate, and never asked for.
        if let Some(id) = value.uuid() {
            self.delegate(id);
        }
    }
}

/// What an event touches, and whether it begins its stream; nothing of a family that no review looks at.
pub(super) fn of(fact: &Fact, zone: Tz) -> Option<(bool, Touch)> {
    let stamp = &fact.stamp;
    match &fact.event {
        Event::Issue(event) => Some((matches!(event, IssueEvent::Raised(_)), of_issue(event, stamp, zone))),
        Event::Reception(event) => {
            Some((matches!(event, ReceptionEvent::Recorded(_)), of_reception(event, stamp, zone)))
        }
        Event::Session(event) => Some((matches!(event, SessionEvent::Planned(_)), of_session(event, stamp, zone))),
        Event::Study(event) => {
            let begins = matches!(event, StudyEvent::Started(_) | StudyEvent::Inspected(_));
            Some((begins, of_study(event, stamp, zone)))
        }
        Event::Deed(event) => Some((matches!(event, DeedEvent::Pledged(_)), of_deed(event, stamp, zone))),
        Event::TypicalCase(event) => {
            Some((matches!(event, TypicalCaseEvent::Nominated(_)), of_case(event, stamp, zone)))
        }
        Event::Activity(event) => Some((matches!(event, ActivityEvent::Held(_)), of_activity(event, stamp, zone))),
        Event::Meeting(event) => Some((matches!(event, MeetingEvent::Convened(_)), of_meeting(event, stamp, zone))),
        // It begins with whatever is said first.
        Event::Appraisal(event) => Some((stamp.version == 1, of_appraisal(event, stamp, zone))),
        Event::Log(_)
        | Event::Account(_)
        | Event::Access(_)
        | Event::Proposal(_)
        | Event::Programme(_)
        | Event::Policy(_)
        | Event::Calendar(_)
        | Event::Area(_)
        | Event::Delegate(_)
        | Event::Office(_)
        | Event::Roster(_)
        | Event::MajorIssue(_)
        | Event::Leave(_)
        | Event::Appointment(_)
        | Event::Obligation(_)
        | Event::Review(_)
        | Event::File(_)
        | Event::Erasure(_)
        | Event::LegalHold(_)
        | Event::PersonalData(_)
        | Event::LogOpening(_) => None,
    }
}

/// What an event of an issue touches.
fn of_issue(event: &IssueEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    event.days().all().for_each(|on| touch.day(on));
    let Some(event) = event.reviewed() else { return touch };
    match event {
        Reviewed::Raised(raised) => {
            touch.of.push(Of::Grid(raised.grid_id.0));
            touch.delegate(raised.responsible_delegate_id.0);
        }
        Reviewed::InterimReplyGiven(reply) => touch.waiting = Waiting::Since(reply.next_word_on.year()),
        Reviewed::Escalated(escalated) => touch.waiting = Waiting::Since(escalated.interim_due_on.year()),
        Reviewed::ClockSuspended(suspended) => {
            // What is left after it is counted by calendars, which are not asked here: a year of rest days is enough.
            let left = Days::new(2 * u64::from(suspended.remaining_working_days) + 366);
            touch.years.extend(suspended.until_on.year()..=(suspended.until_on + left).year());
        }
        Reviewed::FinalAnswerGiven(answer) => {
            touch.delegate(answer.answered_by.0);
            touch.waiting = Waiting::Over;
        }
        Reviewed::Referred(_) => touch.waiting = Waiting::Over,
        Reviewed::Withdrawn(withdrawn) => {
            if !withdrawn.on_own_motion {
                touch.waiting = Waiting::Over;
            }
        }
        Reviewed::ResponsibilityHandedOver(handover) => {
            touch.delegate(handover.from_delegate_id.0);
            touch.delegate(handover.to_delegate_id.0);
        }
        // Told while the clock stands still, the days given are counted after it.
        Reviewed::VisitorToldOfExtension(told) => touch.years.push(told.due.on.year() + 1),
        Reviewed::CorrectionProposed(proposed) => touch.value(proposed.value.as_ref(), zone),
        Reviewed::Corrected(corrected) => {
            touch.value(corrected.value.as_ref(), zone);
            touch.years.extend(corrected.due.as_ref().map(|due| due.on.year() + 1));
        }
        // Whether a word is still owed after these is not asked: the waiting lasts until the issue ends.
        Reviewed::EscalationReturned(_)
        | Reviewed::OutcomeReportedBack(_)
        | Reviewed::Reopened(_)
        | Reviewed::ClockResumed(_)
        | Reviewed::FeedbackRecorded(_)
        | Reviewed::CommitmentVerified(_)
        | Reviewed::DeadlineRecomputed(_) => {}
    }
    touch
}

/// What an event of a reception touches.
fn of_reception(event: &ReceptionEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        ReceptionEvent::Recorded(recorded) => {
            touch.of.push(Of::Grid(recorded.grid_id.0));
            for seat in &recorded.delegates {
                touch.delegate(seat.delegate_id.0);
            }
        }
        ReceptionEvent::CorrectionProposed(proposed) => touch.value(proposed.value.as_ref(), zone),
        ReceptionEvent::Corrected(corrected) => touch.value(corrected.value.as_ref(), zone),
        ReceptionEvent::CorrectionRefused(_) => {}
    }
    touch
}

/// What an event of a session touches: days on which it is or was to be held, and everybody who has or had a duty.
fn of_session(event: &SessionEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        SessionEvent::Planned(planned) => {
            touch.of.push(Of::Grid(planned.grid_id.0));
            touch.day(planned.held_on);
        }
        SessionEvent::Moved(moved) => touch.day(moved.held_on),
        SessionEvent::RotaAssigned(assigned) => {
            assigned.slots.iter().for_each(|slot| touch.delegate(slot.delegate_id.0));
        }
        SessionEvent::DutySubstituted(substituted) => touch.delegate(substituted.substitute_id.0),
        // None of these moves it, or gives a duty to anybody.
        SessionEvent::Cancelled(_)
        | SessionEvent::RotaPublished(_)
        | SessionEvent::Opened(_)
        | SessionEvent::CheckedIn(_)
        | SessionEvent::CheckedOut(_)
        | SessionEvent::Closed(_)
        | SessionEvent::RecordFiled(_)
        | SessionEvent::NoticePosted(_)
        | SessionEvent::NoticeAmended(_)
        | SessionEvent::ObjectionRecorded(_)
        | SessionEvent::ObjectionAnswered(_)
        | SessionEvent::CorrectionProposed(_)
        | SessionEvent::CorrectionRefused(_)
        | SessionEvent::Corrected(_) => {}
    }
    touch
}

/// What an event of a study touches. It is due so many working days after it was finished, which calendars count that are not
/// asked here: the year after is enough.
fn of_study(event: &StudyEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        StudyEvent::Started(begun) | StudyEvent::Inspected(begun) => {
            // The town's review looks at what is of any grid. One of the whole town is of none that there is.
            touch.of.push(Of::Grid(begun.grid_id.unwrap_or_default().0));
            touch.delegate(begun.lead_delegate_id.0);
        }
        StudyEvent::CorrectionProposed(proposed) => touch.value(proposed.value.as_ref(), zone),
        StudyEvent::Corrected(corrected) => touch.value(corrected.value.as_ref(), zone),
        StudyEvent::Finished(_)
        | StudyEvent::Submitted(_)
        | StudyEvent::Acknowledged(_)
        | StudyEvent::Used(_)
        | StudyEvent::OpinionsHeard(_)
        | StudyEvent::CorrectionRefused(_) => {}
    }
    let next: Vec<i32> = touch.years.iter().map(|year| year + 1).collect();
    touch.years.extend(next);
    touch
}

/// What an event of a deed touches.
fn of_deed(event: &DeedEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        DeedEvent::Pledged(pledged) => {
            touch.of.push(Of::Grid(pledged.grid_id.0));
            touch.delegate(pledged.owner_delegate_id.0);
            touch.day(pledged.promised_on);
        }
        DeedEvent::CorrectionProposed(proposed) => touch.value(proposed.value.as_ref(), zone),
        DeedEvent::Corrected(corrected) => touch.value(corrected.value.as_ref(), zone),
        DeedEvent::Completed(_)
        | DeedEvent::Abandoned(_)
        | DeedEvent::OpinionsHeard(_)
        | DeedEvent::CorrectionRefused(_) => {}
    }
    touch
}

/// What an event of a typical case touches: the day of each of its facts, one of which submitted it.
fn of_case(event: &TypicalCaseEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        TypicalCaseEvent::Nominated(nominated) => touch.of.push(Of::Grid(nominated.grid_id.0)),
        TypicalCaseEvent::Deidentified(_)
        | TypicalCaseEvent::Submitted(_)
        | TypicalCaseEvent::Selected(_)
        | TypicalCaseEvent::Rejected(_)
        | TypicalCaseEvent::Published(_)
        | TypicalCaseEvent::Annotated(_) => {}
    }
    touch
}

/// What an event of an activity touches: the grids that it was held for. Whoever is assigned to one of them may have attended
/// it, so a delegate's review asks for what their grids held.
fn of_activity(event: &ActivityEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        ActivityEvent::Held(held) => touch.of.extend(held.grid_ids.iter().map(|grid| Of::Grid(grid.0))),
        ActivityEvent::CorrectionProposed(proposed) => touch.value(proposed.value.as_ref(), zone),
        ActivityEvent::Corrected(corrected) => touch.value(corrected.value.as_ref(), zone),
        ActivityEvent::EvidenceAttached(_)
        | ActivityEvent::Submitted(_)
        | ActivityEvent::Acknowledged(_)
        | ActivityEvent::ImprovementAdopted(_)
        | ActivityEvent::ImprovementCompleted(_)
        | ActivityEvent::OpinionsHeard(_)
        | ActivityEvent::CorrectionRefused(_) => {}
    }
    touch
}

/// What an event of a meeting touches, likewise. It is of the day on which it was held, which its closing says.
fn of_meeting(event: &MeetingEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        MeetingEvent::Convened(convened) => touch.of.push(Of::Grid(convened.grid_id.0)),
        MeetingEvent::CorrectionProposed(proposed) => touch.value(proposed.value.as_ref(), zone),
        MeetingEvent::Corrected(corrected) => touch.value(corrected.value.as_ref(), zone),
        MeetingEvent::MajorIssueTabled(_)
        | MeetingEvent::MajorIssueDecided(_)
        | MeetingEvent::MajorIssueDeferred(_)
        | MeetingEvent::Closed(_)
        | MeetingEvent::Cancelled(_)
        | MeetingEvent::OpinionsHeard(_)
        | MeetingEvent::CorrectionRefused(_) => {}
    }
    touch
}

/// What an event of an appraisal touches: the delegate, once something is disputed. It is of no grid; the town's review looks
/// at what is of any.
fn of_appraisal(event: &AppraisalEvent, stamp: &Stamp, zone: Tz) -> Touch {
    let mut touch = Touch::at(stamp, zone);
    match event {
        AppraisalEvent::EntryDisputed(disputed) => {
            touch.of.push(Of::Grid(Uuid::nil()));
            touch.delegate(disputed.delegate_id.0);
        }
        AppraisalEvent::IndicatorsFrozen(_)
        | AppraisalEvent::ReportSubmitted(_)
        | AppraisalEvent::Appraised(_)
        | AppraisalEvent::DisputeDecided(_)
        | AppraisalEvent::Adjusted(_)
        | AppraisalEvent::ResultSet(_)
        | AppraisalEvent::ResultPublished(_) => {}
    }
    touch
}
