//! The steps that the stories of what delegates do beside receiving people are made of. What a step does is in the file of its
//! family (`…_steps.rs`).

use domain::clock::Member;
use domain::ids::{ActivityId, AppointmentId, DeedId, ImprovementId, MeetingId, StudyId, TypicalCaseId};
use domain::vocabulary::{ActivityKind, CancelledBy, DeedKind, MeetingKind, StudyKind};

/// One step of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undertaking {
    /// Index of its grid.
    pub grid: usize,
    /// The number of the thing in the story.
    pub number: u64,
    /// The how manieth of its family it is: what has to happen now and then happens by turns.
    pub nth: u64,
    /// Where the step stands among those of the thing, for its chance and its key.
    pub turn: u64,
    /// What is done.
    pub step: UndertakingStep,
}

/// A step, by family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UndertakingStep {
    Activity(ActivityStep),
    Meeting(MeetingStep),
    Study(StudyStep),
    Deed(DeedStep),
    Appointment(AppointmentStep),
    Case(CaseStep),
    /// On the record of one of them.
    Mend(Mending),
}

impl UndertakingStep {
    /// What it is called in a report, whatever it is done with.
    pub fn name(self) -> String {
        format!("{self:?}").split(['(', ')', ' ']).take(2).collect::<Vec<_>>().join(" ")
    }

    /// What counts for a year of its grid, where it is known by then.
    pub const fn member(self) -> Option<Member> {
        match self {
            Self::Activity(step) => step.of(),
            Self::Meeting(step) => step.of(),
            Self::Case(step) => step.of(),
            Self::Mend(Mending::Correct(thing) | Mending::Propose(thing) | Mending::Decide(thing, _)) => match thing {
                Thing::Activity(id) => Some(Member::Activity(id)),
                Thing::Meeting(id) => Some(Member::Meeting(id)),
                Thing::Study(_) | Thing::Deed(_) => None,
            },
            Self::Study(_) | Self::Deed(_) | Self::Appointment(_) => None,
        }
    }

    /// Whether it is a step of a meeting, which may decide on any major issue of its grid.
    pub const fn is_of_a_meeting(self) -> bool {
        matches!(self, Self::Meeting(_))
    }
}

/// One of both offices that everything is reported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bureau {
    Studio,
    Congress,
}

/// A step of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ActivityStep {
    Hold(ActivityKind),
    Hear(ActivityId),
    Keep(ActivityId),
    Submit(ActivityId, Bureau),
    Acknowledge(ActivityId, Bureau),
    Adopt(ActivityId),
    Improve(ActivityId, ImprovementId),
}

impl ActivityStep {
    const fn of(self) -> Option<Member> {
        match self {
            Self::Hold(_) => None,
            Self::Hear(id)
            | Self::Keep(id)
            | Self::Submit(id, _)
            | Self::Acknowledge(id, _)
            | Self::Adopt(id)
            | Self::Improve(id, _) => Some(Member::Activity(id)),
        }
    }
}

/// A step of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MeetingStep {
    Convene(MeetingKind),
    Table(MeetingId),
    Meet(MeetingId),
    CallOff(MeetingId),
    Hear(MeetingId),
}

impl MeetingStep {
    const fn of(self) -> Option<Member> {
        match self {
            Self::Convene(_) => None,
            Self::Table(id) | Self::Meet(id) | Self::CallOff(id) | Self::Hear(id) => Some(Member::Meeting(id)),
        }
    }
}

/// A step of a study or an inspection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StudyStep {
    Start(StudyKind),
    Hear(StudyId),
    Finish(StudyId),
    Submit(StudyId, Bureau),
    Acknowledge(StudyId, Bureau),
    Use(StudyId),
}

/// A step of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeedStep {
    Pledge(DeedKind),
    Visit(DeedId),
    Complete(DeedId),
    GiveUp(DeedId),
}

/// A step of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AppointmentStep {
    Request,
    Contact(AppointmentId),
    Agree(AppointmentId),
    /// Another day is agreed.
    Move(AppointmentId),
    Visit(AppointmentId),
    CallOff(AppointmentId, CancelledBy),
}

/// A step of a typical case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseStep {
    Nominate,
    Deidentify(TypicalCaseId),
    Submit(TypicalCaseId, Bureau),
    Select(TypicalCaseId),
    Publish(TypicalCaseId),
    Annotate(TypicalCaseId),
}

impl CaseStep {
    const fn of(self) -> Option<Member> {
        match self {
            Self::Nominate => None,
            Self::Deidentify(id) | Self::Submit(id, _) | Self::Select(id) | Self::Publish(id) | Self::Annotate(id) => {
                Some(Member::TypicalCase(id))
            }
        }
    }
}

/// Whose record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Activity(ActivityId),
    Meeting(MeetingId),
    Study(StudyId),
    Deed(DeedId),
}

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mending {
    Correct(Thing),
    Propose(Thing),
    /// On what was proposed for the event of this version.
    Decide(Thing, u64),
}

/// What a meeting makes of a major issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnAgenda {
    /// It will be before it.
    Tabled,
    /// It was deliberated on.
    Decided,
    /// Nothing came of it.
    Left,
}
