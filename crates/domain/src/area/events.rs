//! The facts of areas, as stored (FORMAT §7).

use crate::event_type::events;
use crate::ids::{AreaId, DelegateId};
use crate::vocabulary::{OfficeEndReason, UnitKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `area/<uuid>`.
    AreaEvent {
        /// The town.
        TownDefined(TownDefined) = "area.town_defined"/1, "C-1",
            "设立镇级区域。", "The town was defined.";
        /// A first-level grid.
        GridDefined(GridDefined) = "area.grid_defined"/1, "C-1",
            "设立网格。", "A grid was defined.";
        /// A unit of a grid.
        UnitDefined(UnitDefined) = "area.unit_defined"/1, "C-A1",
            "设立网格下的村、社区或单位。", "A village, community or institution of a grid was defined.";
        /// A grid or a unit has another name.
        Renamed(AreaRenamed) = "area.renamed"/1, "C-1",
            "网格或单位更名。", "A grid or a unit was renamed.";
        /// A grid's convener (召集人).
        ConvenerAppointed(ConvenerAppointed) = "area.convener_appointed"/1, "C-5.1",
            "任命网格召集人。", "A grid's convener was appointed.";
        /// A grid's liaison officer (联络员).
        LiaisonAppointed(LiaisonAppointed) = "area.liaison_appointed"/1, "C-5.1",
            "任命网格联络员。", "A grid's liaison was appointed.";
        /// The convener's last day.
        ConvenerEnded(OfficeEnded) = "area.convener_ended"/1, "C-5.1",
            "网格召集人任职结束。", "A grid's convener ceased to hold the office.";
        /// The liaison's last day.
        LiaisonEnded(OfficeEnded) = "area.liaison_ended"/1, "C-5.1",
            "网格联络员任职结束。", "A grid's liaison ceased to hold the office.";
        /// Where a grid's sessions are held unless something else is said.
        VenueSet(VenueSet) = "area.venue_set"/1, "C-2",
            "设定网格的接待地点。", "The venue of a grid's sessions was set.";
    }
}

/// `area.town_defined/1` (C-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TownDefined {
    /// Official name.
    pub name: String,
    /// Always 0.
    pub level: u8,
}

/// `area.grid_defined/1` (C-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridDefined {
    /// Official name.
    pub name: String,
    /// 1 for a first-level grid.
    pub level: u8,
    /// The town.
    pub parent_id: AreaId,
}

/// `area.unit_defined/1` (C-1, C-A1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitDefined {
    /// Official name.
    pub name: String,
    /// Village, community or institution.
    pub unit_kind: UnitKind,
    /// The grid.
    pub parent_id: AreaId,
}

/// `area.renamed/1` (C-1). Why is in the narrative part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaRenamed {
    /// The new official name.
    pub name: String,
}

/// `area.convener_appointed/1` (C-5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvenerAppointed {
    /// Who convenes.
    pub delegate_id: DelegateId,
    /// First day.
    pub from: NaiveDate,
}

/// `area.liaison_appointed/1` (C-5.1). A liaison need not be a delegate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiaisonAppointed {
    /// Name of the liaison officer, an official record.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
}

/// `area.convener_ended/1`, `area.liaison_ended/1` (C-5.1). Why in words is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeEnded {
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason_code: OfficeEndReason,
}

/// `area.venue_set/1` (C-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VenueSet {
    /// The place, an official record.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
}
