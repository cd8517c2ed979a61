//! What the figures of a dashboard are narrowed to, where whoever asks does not see everything.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use domain::access::Scope;
use domain::ids::AreaId;
use domain::vocabulary::DelegateType;
use read_models::{DashboardQuery, Within};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 统计所限的范围：只计角色看得到的。What the figures are narrowed to: rows and sums are of what the role sees, and of nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DashboardScope, example = json!({"area_ids": ["0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"]}))]
pub struct ScopeView {
    /// 网格。Of these grids.
    #[serde(skip_serializing_if = "absent")]
    pub area_ids: Option<Vec<Uuid>>,
    /// 代表本人。Of these delegates.
    #[serde(skip_serializing_if = "absent")]
    pub delegate_ids: Option<Vec<Uuid>>,
    /// 承办单位。Of these offices.
    #[serde(skip_serializing_if = "absent")]
    pub office_ids: Option<Vec<Uuid>>,
    /// 某类代表的条线。Of the line of this type of delegates.
    #[schema(value_type = Option<vocabulary::DelegateType>)]
    #[serde(skip_serializing_if = "absent")]
    pub delegate_type: Option<&'static str>,
}

/// What rows a dashboard lists.
pub(super) struct Listed<'a> {
    /// What it was asked for.
    pub query: &'a DashboardQuery,
    /// What whoever asks may see.
    pub within: &'a Within,
}

impl Listed<'_> {
    /// Whether a grid has a row, be there anything to count or not.
    pub fn has_grid(&self, grid: AreaId) -> bool {
        match (&self.within.scope, self.query.grid_id) {
            (Scope::Town | Scope::Figures, asked) => asked.is_none_or(|asked| asked == grid),
            (Scope::Grids(grids), asked) => grids.contains(&grid) && asked.is_none_or(|asked| asked == grid),
            // What is theirs lies in some grids, and others say nothing.
            (Scope::Own { .. } | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt, _) => false,
        }
    }

    /// Whether what has nothing to count has a row with zeros.
    pub fn has_zeros(&self) -> bool {
        match &self.within.scope {
            Scope::Town | Scope::Figures | Scope::Grids(_) => true,
            Scope::Own { .. } | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt => false,
        }
    }

    /// Whether these are all grids of the town.
    pub fn has_all_grids(&self) -> bool {
        self.query.grid_id.is_none() && matches!(self.within.scope, Scope::Town | Scope::Figures)
    }
}

impl ScopeView {
    /// Of a scope, in the grid asked for; nothing where it is the whole town.
    pub fn of(scope: &Scope, grid: Option<AreaId>) -> Option<Self> {
        let nothing = Self { area_ids: None, delegate_ids: None, office_ids: None, delegate_type: None };
        match scope {
            Scope::Town | Scope::Figures | Scope::Receipt => None,
            Scope::Grids(grids) => {
                let asked = grids.iter().filter(|id| grid.is_none_or(|grid| grid == **id));
                Some(Self { area_ids: Some(asked.map(|id| id.0).collect()), ..nothing })
            }
            Scope::Own { delegates, account: _ } => {
                Some(Self { delegate_ids: Some(delegates.iter().map(|id| id.0).collect()), ..nothing })
            }
            Scope::Offices(offices) => {
                Some(Self { office_ids: Some(offices.iter().map(|id| id.0).collect()), ..nothing })
            }
            Scope::PartyLine => Some(Self { delegate_type: Some(DelegateType::Party.as_str()), ..nothing }),
        }
    }
}
