//! What a reception belongs to beside its grid: a session, the appointment that it keeps, or what people were heard at
//! (听取意见): an activity, a meeting, a study, a deed. One of them at most (C-3.1).

use super::ReceptionRecorded;
use crate::ids::{ActivityId, AppointmentId, DeedId, MeetingId, SessionId, StudyId};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::ReceptionForm;
use uuid::Uuid;

/// What a reception belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It was held in this session.
    Session(SessionId),
    /// It kept this appointment.
    Appointment(AppointmentId),
    /// People were heard at this activity.
    Activity(ActivityId),
    /// People were heard at this meeting.
    Meeting(MeetingId),
    /// People were heard for this study.
    Study(StudyId),
    /// People were heard at this deed.
    Deed(DeedId),
}

impl Occasion {
    /// The families of what a reception may belong to, and how each is named in it.
    pub const FIELDS: [(&'static str, &'static str); 6] = [
        ("session", "session_id"),
        ("appointment", "appointment_id"),
        ("activity", "activity_id"),
        ("meeting", "meeting_id"),
        ("study", "study_id"),
        ("deed", "deed_id"),
    ];

    /// That of a family, by id.
    pub fn of(family: &str, id: Uuid) -> Option<Self> {
        Some(match family {
            "session" => Self::Session(SessionId(id)),
            "appointment" => Self::Appointment(AppointmentId(id)),
            "activity" => Self::Activity(ActivityId(id)),
            "meeting" => Self::Meeting(MeetingId(id)),
            "study" => Self::Study(StudyId(id)),
            "deed" => Self::Deed(DeedId(id)),
            _ => return None,
        })
    }

    /// Its place among [`Occasion::FIELDS`], and its id.
    const fn parts(self) -> (usize, Uuid) {
        match self {
            Self::Session(id) => (0, id.0),
            Self::Appointment(id) => (1, id.0),
            Self::Activity(id) => (2, id.0),
            Self::Meeting(id) => (3, id.0),
            Self::Study(id) => (4, id.0),
            Self::Deed(id) => (5, id.0),
        }
    }

    /// The family of its stream.
    pub const fn family(self) -> &'static str {
        Self::FIELDS[self.parts().0].0
    }

    /// The field that names it.
    pub const fn field(self) -> &'static str {
        Self::FIELDS[self.parts().0].1
    }

    /// Its id.
    pub const fn id(self) -> Uuid {
        self.parts().1
    }

    /// Whether people are heard at it, elsewhere than where they are received.
    pub const fn is_heard_at(self) -> bool {
        match self {
            Self::Session(_) | Self::Appointment(_) => false,
            Self::Activity(_) | Self::Meeting(_) | Self::Study(_) | Self::Deed(_) => true,
        }
    }

    /// Whether a reception of this form may belong to it.
    const fn fits(self, form: ReceptionForm) -> bool {
        match form {
            ReceptionForm::Hearing => self.is_heard_at(),
            ReceptionForm::Appointment => !self.is_heard_at(),
            ReceptionForm::WalkIn | ReceptionForm::GroupVisit | ReceptionForm::ThemedVisit => {
                matches!(self, Self::Session(_))
            }
        }
    }

    /// Says so in what is recorded.
    pub(super) const fn put_into(self, recorded: &mut ReceptionRecorded) {
        match self {
            Self::Session(id) => recorded.session_id = Some(id),
            Self::Appointment(id) => recorded.appointment_id = Some(id),
            Self::Activity(id) => recorded.activity_id = Some(id),
            Self::Meeting(id) => recorded.meeting_id = Some(id),
            Self::Study(id) => recorded.study_id = Some(id),
            Self::Deed(id) => recorded.deed_id = Some(id),
        }
    }

    /// What a recorded reception belongs to.
    pub(super) fn recorded(recorded: &ReceptionRecorded) -> Option<Self> {
        let ReceptionRecorded { session_id, appointment_id, activity_id, meeting_id, study_id, deed_id, .. } = recorded;
        session_id
            .map(Self::Session)
            .or(appointment_id.map(Self::Appointment))
            .or(activity_id.map(Self::Activity))
            .or(meeting_id.map(Self::Meeting))
            .or(study_id.map(Self::Study))
            .or(deed_id.map(Self::Deed))
    }
}

/// What does not fit between the form of a reception and what it names, all at once: [`Code::FieldUnexpected`] at what another
/// form has, and at everything behind the first; [`Code::ContextMissing`] at `/form` of a hearing that names nothing at which
/// people are heard.
pub fn occasion_faults(form: Option<ReceptionForm>, named: &[Occasion]) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (index, occasion) in named.iter().enumerate() {
        let unexpected = |zh: String, en: String| {
            Refusal::new(Code::FieldUnexpected).under("C-3.1").at(format!("/{}", occasion.field())).because(zh, en)
        };
        if form.is_some_and(|form| !occasion.fits(form)) {
            faults.push(unexpected(
                format!("此种形式的联系记录没有 {}。", occasion.field()),
                format!("A reception of this form has no {}.", occasion.field()),
            ));
        } else if let Some(first) = named[..index].first() {
            faults.push(unexpected(
                format!("已写明 {}，一次联系只属于一处。", first.field()),
                format!("It names {} already, and belongs to one of them.", first.field()),
            ));
        }
    }
    if form == Some(ReceptionForm::Hearing) && !named.iter().any(|occasion| occasion.is_heard_at()) {
        faults.push(Refusal::new(Code::ContextMissing).at("/form"));
    }
    faults
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    fn of(family: &str) -> Occasion {
        Occasion::of(family, ID).unwrap()
    }

    fn said(form: ReceptionForm, families: &[&str]) -> Vec<String> {
        let named: Vec<Occasion> = families.iter().map(|family| of(family)).collect();
        let faults = occasion_faults(Some(form), &named).into_iter();
        faults.map(|fault| format!("{} {}", fault.code, fault.pointer.unwrap_or_default())).collect()
    }

    #[test]
    fn each_is_named_by_a_field_of_its_own() {
        for (family, field) in Occasion::FIELDS {
            assert_eq!((of(family).family(), of(family).field(), of(family).id()), (family, field, ID));
        }
        assert_eq!(Occasion::of("issue", ID), None);
    }

    #[test]
    fn a_hearing_names_the_one_thing_at_which_people_were_heard() {
        for family in ["activity", "meeting", "study", "deed"] {
            assert!(said(ReceptionForm::Hearing, &[family]).is_empty());
            let unexpected = format!("field_unexpected /{family}_id");
            assert_eq!(said(ReceptionForm::WalkIn, &[family]), [unexpected.as_str()]);
            assert_eq!(said(ReceptionForm::Appointment, &[family]), [unexpected]);
        }
        assert_eq!(said(ReceptionForm::Hearing, &[]), ["context_missing /form"]);
        assert_eq!(said(ReceptionForm::Hearing, &["deed", "study"]), ["field_unexpected /study_id"]);
        let wrong = ["field_unexpected /session_id", "context_missing /form"];
        assert_eq!(said(ReceptionForm::Hearing, &["session"]), wrong);
    }

    #[test]
    fn other_forms_may_be_of_a_session_and_a_visit_by_appointment_may_keep_one() {
        for form in [ReceptionForm::WalkIn, ReceptionForm::GroupVisit, ReceptionForm::ThemedVisit] {
            assert!(said(form, &[]).is_empty() && said(form, &["session"]).is_empty());
            assert_eq!(said(form, &["appointment"]), ["field_unexpected /appointment_id"]);
        }
        for one in [&[][..], &["session"], &["appointment"]] {
            assert!(said(ReceptionForm::Appointment, one).is_empty());
        }
        let both = said(ReceptionForm::Appointment, &["session", "appointment"]);
        assert_eq!(both, ["field_unexpected /appointment_id"]);
    }

    #[test]
    fn of_a_form_that_could_not_be_read_only_the_number_is_told() {
        assert!(occasion_faults(None, &[of("deed")]).is_empty());
        assert_eq!(occasion_faults(None, &[of("deed"), of("session")]).len(), 1);
    }
}
