//! What recorded values of an activity may be corrected.

use crate::correction::place::places;
use crate::vocabulary::AttendanceClass;

places! {
    /// A place in an event of an activity, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        UnitId = "/public/unit_id";
        DelegateId = "/public/delegates/*/delegate_id";
        DelegateType = "/public/delegates/*/delegate_type";
        PartyOrganisations = "/public/attendance/party_organisation";
        PartyMembers = "/public/attendance/party_member";
        Residents = "/public/attendance/resident";
        MassOrganisations = "/public/attendance/mass_organisation";
        Officials = "/public/attendance/official";
        OutreachForm = "/public/outreach_form";
        QuestionsAsked = "/public/questions/asked";
        QuestionsAnswered = "/public/questions/answered";
        Briefings = "/public/briefings";
        Mode = "/public/mode";
        ByOn = "/public/by_on";
    }
}

impl Place {
    /// The class of people whose number stands there.
    pub const fn class(self) -> Option<AttendanceClass> {
        match self {
            Self::PartyOrganisations => Some(AttendanceClass::PartyOrganisation),
            Self::PartyMembers => Some(AttendanceClass::PartyMember),
            Self::Residents => Some(AttendanceClass::Resident),
            Self::MassOrganisations => Some(AttendanceClass::MassOrganisation),
            Self::Officials => Some(AttendanceClass::Official),
            Self::OccurredAt
            | Self::UnitId
            | Self::DelegateId
            | Self::DelegateType
            | Self::OutreachForm
            | Self::QuestionsAsked
            | Self::QuestionsAnswered
            | Self::Briefings
            | Self::Mode
            | Self::ByOn => None,
        }
    }
}
