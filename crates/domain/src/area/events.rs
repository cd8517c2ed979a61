//! The facts of areas, as stored (FORMAT §7).

use crate::ids::{AreaId, DelegateId};
use crate::vocabulary::UnitKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Facts in streams `area/<uuid>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum AreaEvent {
    /// The town.
    #[serde(rename = "area.town_defined")]
    TownDefined(TownDefined),
    /// A first-level grid.
    #[serde(rename = "area.grid_defined")]
    GridDefined(GridDefined),
    /// A unit of a grid.
    #[serde(rename = "area.unit_defined")]
    UnitDefined(UnitDefined),
    /// A grid's convener (召集人).
    #[serde(rename = "area.convener_appointed")]
    ConvenerAppointed(ConvenerAppointed),
    /// A grid's liaison officer (联络员).
    #[serde(rename = "area.liaison_appointed")]
    LiaisonAppointed(LiaisonAppointed),
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
