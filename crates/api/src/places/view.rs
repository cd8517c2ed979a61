//! Grids and units in an answer.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use crate::state::Snapshot;
use chrono::NaiveDate;
use domain::area::{Grid, Unit};
use domain::vocabulary::DelegateType;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A first-level grid (一级网格). Counts and office-holders are those of the day the answer speaks of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Grid, example = json!({
    "id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格", "level": 1, "units": 4,
    "delegates": {"party": 10, "deputy": 0}, "convener_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f",
    "convener_vacant": false, "liaison": {"name": "李明", "from": "2024-01-01"}, "version": 3
}))]
pub struct GridView {
    /// Its id.
    pub id: Uuid,
    /// Official name.
    pub name: String,
    /// 原来的名称，依改用的先后；没有则不列。Earlier names, in the order in which they were given up; absent without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub former_names: Vec<String>,
    /// Always 1.
    pub level: u8,
    /// How many units it has.
    pub units: usize,
    /// How many delegates with a mandate are assigned to it or to a unit of it.
    pub delegates: GridDelegates,
    /// The convener (召集人); absent where nobody was appointed.
    #[serde(skip_serializing_if = "absent")]
    pub convener_id: Option<Uuid>,
    /// Nobody convenes: nobody was appointed, or who was holds no mandate any more.
    pub convener_vacant: bool,
    /// The liaison officer (联络员), who need not be a delegate and therefore has a name, not an id.
    #[serde(skip_serializing_if = "absent")]
    pub liaison: Option<LiaisonView>,
    /// 接待地点；未设定则省略。Where its sessions are held, unless something else is said of one; absent where nothing was set.
    #[serde(skip_serializing_if = "absent")]
    pub venue: Option<String>,
    /// Version, also the `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// Delegates of a grid by type; who holds both mandates counts in both.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct GridDelegates {
    /// 党代表。Party delegates.
    pub party: usize,
    /// 人大代表。Deputies.
    pub deputy: usize,
}

/// A liaison officer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Liaison)]
pub struct LiaisonView {
    /// Name.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
}

impl GridView {
    /// A grid at a moment.
    pub fn of(grid: &Grid, snapshot: &Snapshot) -> Self {
        let reference = &snapshot.reference;
        let today = snapshot.today;
        let delegates = |held| reference.delegates.of_grid(grid.id, held, today).count();
        let liaison = grid.liaison_on(today);
        Self {
            id: grid.id.0,
            name: grid.name.clone(),
            former_names: grid.former_names.clone(),
            level: grid.level,
            units: reference.areas.units_of(grid.id).count(),
            delegates: GridDelegates { party: delegates(DelegateType::Party), deputy: delegates(DelegateType::Deputy) },
            convener_id: grid.convener_on(today).map(|delegate| delegate.0),
            convener_vacant: grid.convener_vacant(&reference.delegates, today),
            liaison: liaison.map(|term| LiaisonView { name: term.name.clone(), from: term.from }),
            venue: grid.venue_on(today).map(str::to_owned),
            version: grid.version,
            as_of_position: None,
        }
    }
}

/// A unit of a grid: a village, a community or an institution.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Unit, example = json!({
    "id": "0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a", "name": "太平村", "kind": "village",
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "version": 1
}))]
pub struct UnitView {
    /// Its id.
    pub id: Uuid,
    /// Official name.
    pub name: String,
    /// 原来的名称，依改用的先后；没有则不列。Earlier names, in the order in which they were given up; absent without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub former_names: Vec<String>,
    /// Its kind.
    #[schema(value_type = vocabulary::UnitKind)]
    pub kind: &'static str,
    /// The grid.
    pub grid_id: Uuid,
    /// Version, also the `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl UnitView {
    /// A unit.
    pub fn of(unit: &Unit) -> Self {
        Self {
            id: unit.id.0,
            name: unit.name.clone(),
            former_names: unit.former_names.clone(),
            kind: unit.kind.as_str(),
            grid_id: unit.grid_id.0,
            version: unit.version,
            as_of_position: None,
        }
    }
}
