//! The classes of people that each kind of activity has.

use crate::vocabulary::{ActivityKind, AttendanceClass};

/// The classes of people who attend a kind of activity. A consultation hears Party organisations, Party members and
/// residents (C-3.3).
pub(super) const fn classes_of(kind: ActivityKind) -> &'static [AttendanceClass] {
    match kind {
        ActivityKind::Consultation => {
            &[AttendanceClass::PartyOrganisation, AttendanceClass::PartyMember, AttendanceClass::Resident]
        }
        ActivityKind::Outreach | ActivityKind::ThemeActivity | ActivityKind::Symposium => AttendanceClass::ALL,
    }
}
