//! What recorded values of a meeting may be corrected.

use crate::correction::place::places;
use crate::vocabulary::AttendanceClass;

places! {
    /// A place in an event of a meeting, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        Kind = "/public/kind";
        ScheduledOn = "/public/scheduled_on";
        WithWorkMeeting = "/public/with_work_meeting";
        ReasonCode = "/public/reason_code";
        DelegateId = "/public/delegates/*/delegate_id";
        DelegateType = "/public/delegates/*/delegate_type";
        PartyOrganisations = "/public/attendance/party_organisation";
        PartyMembers = "/public/attendance/party_member";
        Residents = "/public/attendance/resident";
        MassOrganisations = "/public/attendance/mass_organisation";
        Officials = "/public/attendance/official";
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
            | Self::Kind
            | Self::ScheduledOn
            | Self::WithWorkMeeting
            | Self::ReasonCode
            | Self::DelegateId
            | Self::DelegateType => None,
        }
    }
}
