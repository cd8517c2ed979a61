//! The parts of a session as its answer shows them.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::notice::Board;
use domain::session::{DayRules, Objection, Presence, Session, Slot};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 轮值安排中的一席。A slot of the rota.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Slot)]
pub struct SlotView {
    /// 起初排定的代表。Who was assigned first.
    pub delegate_id: Uuid,
    /// 以何种身份。In which capacity.
    #[schema(value_type = vocabulary::DelegateType)]
    pub delegate_type: &'static str,
    /// 履行情况。What became of it.
    #[schema(value_type = vocabulary::SlotState)]
    pub state: &'static str,
    /// 顶岗的代表：轮值与到岗均计在其名下。Who stands in: the duty and its attendance are theirs.
    #[serde(skip_serializing_if = "absent")]
    pub substitute_id: Option<Uuid>,
}

impl SlotView {
    /// As the day's rules have it.
    pub fn of(session: &Session, slot: &Slot, rules: &DayRules<'_>) -> Self {
        Self {
            delegate_id: slot.assigned.delegate_id.0,
            delegate_type: slot.assigned.delegate_type.as_str(),
            state: rules.slot_state(session, slot).as_str(),
            substitute_id: slot.substitutions.last().map(|last| last.substitute_id.0),
        }
    }
}

/// 一个单位张贴的公示，与场次现状比对的结果。What a unit posted, held against the session as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SessionNotice)]
pub struct NoticeView {
    /// 单位。The unit.
    pub unit_id: Uuid,
    /// 公开栏。The board.
    #[schema(value_type = vocabulary::NoticeBoard)]
    pub board: &'static str,
    /// 张贴之日：补记过迟的，以记录之日计。The day on which it counts as posted: that of its recording where that came too late.
    pub posted_on: NaiveDate,
    /// 是否按时。Whether in time.
    #[schema(value_type = vocabulary::NoticeTiming)]
    pub timing: &'static str,
    /// 与场次相符。Whether what hangs there is what is so.
    pub matches: bool,
    /// 不符之处。In what it is unlike the session.
    #[schema(value_type = Vec<vocabulary::NoticeDifference>)]
    pub differences: Vec<&'static str>,
    /// 当日或过迟变更。Amended on the day itself, later, or too short a time before.
    pub same_day_change: bool,
}

impl NoticeView {
    /// What hangs on a board; nothing where nothing was posted.
    pub fn of(board: &Board<'_>) -> Option<Self> {
        let ((notice, posted_on), timing) = board.posted.zip(board.timing)?;
        Some(Self {
            unit_id: board.unit_id.0,
            board: board.newest.unwrap_or(notice).board.as_str(),
            posted_on,
            timing: timing.as_str(),
            matches: !board.differs(),
            differences: board.differences.iter().map(|difference| difference.as_str()).collect(),
            same_day_change: board.same_day_change,
        })
    }
}

/// 到场的代表；离开后返回的另列一项。A delegate who was there; who left and came back stands there once more.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Presence)]
pub struct PresenceView {
    /// 代表。The delegate.
    pub delegate_id: Uuid,
    /// 以何种身份。In which capacity.
    #[schema(value_type = vocabulary::DelegateType)]
    pub delegate_type: &'static str,
    /// 签到时间。Since when.
    #[schema(format = DateTime)]
    pub from: String,
    /// 签退时间；未签退的，视为在场至结束。Until when; who did not check out stayed to the end.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub to: Option<String>,
    /// 补记过迟，不计入场次认定。Recorded too late to count for the verdict.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_counted: bool,
}

impl PresenceView {
    /// As the state has it.
    pub fn of(session: &Session, presence: &Presence, rules: &DayRules<'_>, zone: Tz) -> Self {
        let version = presence.came.version;
        Self {
            delegate_id: presence.delegate_id.0,
            delegate_type: presence.delegate_type.as_str(),
            from: business_time(presence.came.at, zone),
            to: presence.left.map(|left| business_time(left.at, zone)),
            not_counted: rules.present(session).all(|counted| counted.came.version != version),
        }
    }
}

/// 群众异议。An objection; its words are in the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Objection)]
pub struct ObjectionView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 涉及的单位。The unit that it is about.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// 事由。What it is about.
    #[schema(value_type = vocabulary::ObjectionGround)]
    pub ground: &'static str,
    /// 提出的时间。When it was made.
    pub at: String,
    /// 是否成立；未答复则省略。Whether it was right; absent until it is answered.
    #[serde(skip_serializing_if = "absent")]
    pub upheld: Option<bool>,
}

impl ObjectionView {
    /// As the state has it.
    pub fn of(objection: &Objection, zone: Tz) -> Self {
        Self {
            id: objection.id.0,
            unit_id: objection.unit_id.map(|unit| unit.0),
            ground: objection.ground.as_str(),
            at: business_time(objection.claim.at, zone),
            upheld: objection.answered.map(|(upheld, _)| upheld),
        }
    }
}

/// 场次的取消。That a session is cancelled.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Cancellation {
    /// 原因。Why.
    #[schema(value_type = vocabulary::SessionReason)]
    pub reason_code: &'static str,
    /// 取消的时间。When.
    pub at: String,
}

/// 报送的接待记录。The record that was filed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FiledRecord {
    /// 内容；已删除的省略，列表中也省略。What it says; absent when erased, and in lists.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// 附件。Files of it.
    #[schema(max_items = 20)]
    pub file_ids: Vec<Uuid>,
}
