//! How many people came, by class: as it is sent, and as it is shown.

use crate::http::response::absent;
use crate::input::body::{Count, body, nested};
use domain::vocabulary::AttendanceClass;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

body! {
    /// 代表以外各类人员的到会人数，没有的不写。How many people came beside the delegates, by class; a class of which nothing is to
    /// be said is left out.
    struct AttendanceBody {
        /// 党组织。Of Party organisations.
        party_organisation: Option<Count>,
        /// 党员代表。Party members.
        party_member: Option<Count>,
        /// 群众代表。Residents.
        resident: Option<Count>,
        /// 群团组织代表。Of mass organisations.
        mass_organisation: Option<Count>,
        /// 部门负责人。Officials.
        official: Option<Count>,
    }
}

nested! { AttendanceBody }

impl AttendanceBody {
    /// The classes of which something was said.
    pub fn counts(&self) -> BTreeMap<AttendanceClass, u32> {
        let counts = [
            (AttendanceClass::PartyOrganisation, self.party_organisation),
            (AttendanceClass::PartyMember, self.party_member),
            (AttendanceClass::Resident, self.resident),
            (AttendanceClass::MassOrganisation, self.mass_organisation),
            (AttendanceClass::Official, self.official),
        ];
        counts.into_iter().filter_map(|(class, count)| Some((class, count?))).collect()
    }
}

/// 代表以外各类人员的到会人数。How many people came beside the delegates, by class.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Attendance)]
pub struct AttendanceView {
    /// 党组织。Of Party organisations.
    #[serde(skip_serializing_if = "absent")]
    party_organisation: Option<u32>,
    /// 党员代表。Party members.
    #[serde(skip_serializing_if = "absent")]
    party_member: Option<u32>,
    /// 群众代表。Residents.
    #[serde(skip_serializing_if = "absent")]
    resident: Option<u32>,
    /// 群团组织代表。Of mass organisations.
    #[serde(skip_serializing_if = "absent")]
    mass_organisation: Option<u32>,
    /// 部门负责人。Officials.
    #[serde(skip_serializing_if = "absent")]
    official: Option<u32>,
}

impl AttendanceView {
    /// As a state has it.
    pub(crate) fn of(counts: &BTreeMap<AttendanceClass, u32>) -> Self {
        let of = |class| counts.get(&class).copied();
        Self {
            party_organisation: of(AttendanceClass::PartyOrganisation),
            party_member: of(AttendanceClass::PartyMember),
            resident: of(AttendanceClass::Resident),
            mass_organisation: of(AttendanceClass::MassOrganisation),
            official: of(AttendanceClass::Official),
        }
    }

    /// How many came in all.
    pub(crate) fn in_all(&self) -> u64 {
        let of = [self.party_organisation, self.party_member, self.resident, self.mass_organisation, self.official];
        of.into_iter().flatten().map(u64::from).sum()
    }
}
