//! What is told of one session.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use crate::state::Snapshot;
use chrono::NaiveDate;
use domain::ids::AreaId;
use domain::notice::owing_units;
use domain::policy::Policy;
use domain::session::{PlacedBy, Session};
use domain::vocabulary::{DelegateType, SessionState};
use read_models::SessionRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Notices in the order of their days.
#[derive(Serialize, ToSchema)]
pub struct PublicNoticePage {
    /// 公示，依接待之日先后。The notices, in the order of their days.
    pub items: Vec<PublicNotice>,
    /// 下一页由此开始；末页省略。Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "absent")]
    pub next_cursor: Option<String>,
    /// 内容所据的日志位置。The log up to here is in the rows.
    pub as_of_position: u64,
}

/// 一次接待的公示。The notice of a session whose rota is published.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "session_id": "5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "grid": "太平网格",
    "held_on": "2026-10-09", "from": "13:30", "to": "16:30", "venue": "太平村党群服务站",
    "delegates": [{"name": "汪洁", "delegate_type": "party"}, {"name": "王小明", "delegate_type": "deputy"}],
    "state": "moved", "moved_from": "2026-10-08",
    "units": [{"unit_id": "0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a", "name": "太平村", "posted_on": "2026-09-29"}]
}))]
pub struct PublicNotice {
    /// 场次编号。The session.
    pub session_id: Uuid,
    /// 网格编号。The grid.
    pub grid_id: Uuid,
    /// 网格名称。What the grid is called.
    pub grid: String,
    /// 接待之日。The day.
    pub held_on: NaiveDate,
    /// 开始时间。From this time of day.
    pub from: String,
    /// 结束时间。To this time of day.
    pub to: String,
    /// 地点。Where; absent where nothing was said.
    #[serde(skip_serializing_if = "absent")]
    pub venue: Option<String>,
    /// 届时到场的轮值代表；已离任的不在其中。Who is to sit there; nobody who has left.
    #[schema(max_items = 18)]
    pub delegates: Vec<PublicDelegate>,
    /// 照常、改期或取消。As planned, moved or cancelled.
    pub state: PublicState,
    /// 原定之日；日期未改则省略。The day that it was planned for, where it is held on another.
    #[serde(skip_serializing_if = "absent")]
    pub moved_from: Option<NaiveDate>,
    /// 应张贴公示的单位。The units that are to hang it out.
    pub units: Vec<PublicUnit>,
}

/// 轮值代表。A delegate on duty.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicDelegate {
    /// 姓名。Name.
    pub name: String,
    /// 以何种身份。In which capacity.
    #[schema(value_type = vocabulary::DelegateType)]
    pub delegate_type: &'static str,
}

/// 场次是否照常。Whether a session is held as it was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PublicState {
    /// 照常。As planned.
    Planned,
    /// 改期、改时或改地点。Moved to another day, other hours or another venue.
    Moved,
    /// 取消。Cancelled.
    Cancelled,
}

/// 应张贴公示的单位。A unit that is to hang the notice out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicUnit {
    /// 单位编号。The unit.
    pub unit_id: Uuid,
    /// 单位名称。What it is called.
    pub name: String,
    /// 张贴之日；尚未张贴则省略。The day on which it was posted; absent where it was not yet.
    #[serde(skip_serializing_if = "absent")]
    pub posted_on: Option<NaiveDate>,
}

impl PublicNotice {
    /// Of a session as its row has it.
    pub fn of(row: &SessionRow, snapshot: &Snapshot) -> Self {
        let (session, reference) = (&row.session, &snapshot.reference);
        let policy = reference.policies.in_force(session.held.on);
        Self {
            session_id: row.session_id.0,
            grid_id: session.grid_id.0,
            grid: reference.areas.name(session.grid_id).unwrap_or_default().to_owned(),
            held_on: session.held.on,
            from: session.held.from.to_string(),
            to: session.held.to.to_string(),
            venue: session.held.venue.clone(),
            delegates: policy
                .into_iter()
                .flat_map(|policy| session.coming(&reference.delegates, policy))
                .map(|slot| {
                    let delegate = reference.delegates.get(slot.on_duty());
                    let name = delegate.map(|delegate| delegate.name.clone()).unwrap_or_default();
                    PublicDelegate { name, delegate_type: slot.assigned.delegate_type.as_str() }
                })
                .collect(),
            state: PublicState::of(session),
            moved_from: session.held.moved_from,
            units: policy.map_or_else(Vec::new, |policy| units(session, policy, snapshot)),
        }
    }

    /// The names of those of one kind.
    pub fn names(&self, of: DelegateType) -> impl Iterator<Item = &str> {
        let of = self.delegates.iter().filter(move |delegate| delegate.delegate_type == of.as_str());
        of.map(|delegate| delegate.name.as_str())
    }
}

impl PublicState {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
        }
    }

    fn of(session: &Session) -> Self {
        match (session.state, session.held.by) {
            (SessionState::Cancelled, _) => Self::Cancelled,
            (SessionState::Planned | SessionState::Open | SessionState::Closed, PlacedBy::Plan) => Self::Planned,
            (
                SessionState::Planned | SessionState::Open | SessionState::Closed,
                PlacedBy::Calendar | PlacedBy::Hand,
            ) => Self::Moved,
        }
    }
}

fn units(session: &Session, policy: &Policy, snapshot: &Snapshot) -> Vec<PublicUnit> {
    let reference = &snapshot.reference;
    let posted_on = |unit: AreaId| {
        let posted = session.notices_of(unit).next()?;
        Some(posted.claim.counts_on(policy, &reference.calendars))
    };
    let unit = |unit: &domain::area::Unit| PublicUnit {
        unit_id: unit.id.0,
        name: unit.name.clone(),
        posted_on: posted_on(unit.id),
    };
    owing_units(&reference.areas, session, policy, &reference.calendars).map(unit).collect()
}
