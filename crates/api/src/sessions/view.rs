//! A session in an answer: what is recorded of it, and what follows from that by the policy in force on its day.

use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::sessions::parts::{Cancellation, FiledRecord, NoticeView, ObjectionView, PresenceView, SlotView};
use crate::state::{AppState, Snapshot};
use casework::Failure;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::ids::{DelegateId, SessionId};
use domain::leave::{Leaves, LeavesOf};
use domain::notice::{Board, notice_due};
use domain::policy::Policy;
use domain::session::{DayRules, Session, judge, record_due_on, short_of};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// 接待场次：一个网格在一个接待日的一次接待。A session: one grid's sitting of one service day. What follows from its record
/// (states of slots, notices, the verdict) is told as of the day the answer speaks of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Session, example = json!({
    "id": "5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "ordinary_on": "2026-10-08", "held_on": "2026-10-08", "from": "13:30", "to": "16:30", "venue": "太平村党群服务站",
    "merged_days": ["2026-10-01"], "state": "closed", "published": true,
    "slots": [
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party", "state": "attended"},
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e20", "delegate_type": "deputy", "state": "substituted",
            "substitute_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e21"}
    ],
    "short_of": [], "notice_due_on": "2026-09-30", "notice_shortened": false,
    "notices": [{"unit_id": "0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a", "board": "village_affairs", "posted_on": "2026-09-29",
        "timing": "in_time", "matches": true, "differences": [], "same_day_change": false}],
    "notice_missing_of": [], "objections": [], "opened_at": "2026-10-08T13:30:00+08:00", "closed_at": "2026-10-08T16:25:00+08:00",
    "present": [
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party", "from": "2026-10-08T13:30:00+08:00"},
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e21", "delegate_type": "deputy", "from": "2026-10-08T13:35:00+08:00"}
    ],
    "overlap_minutes": 170, "visitor_count": 0, "record_due_on": "2026-10-09", "record_filed_on": "2026-10-09",
    "record": {"text": "无群众来访。", "file_ids": []}, "verdict": "valid", "reasons": [], "remarks": [], "version": 14
}))]
pub struct SessionView {
    /// 编号，由网格与接待日推算。Its id, which follows from the grid and the service day.
    pub id: Uuid,
    /// 网格。The grid.
    pub grid_id: Uuid,
    /// 对应的接待日，不变。The service day that it stands for; it never changes.
    pub ordinary_on: NaiveDate,
    /// 举行之日。The day on which it is held.
    pub held_on: NaiveDate,
    /// 开始时间。From this time of day.
    pub from: String,
    /// 结束时间。To this time of day.
    pub to: String,
    /// 地点。Where; absent where nothing was said.
    #[serde(skip_serializing_if = "absent")]
    pub venue: Option<String>,
    /// 合并于此的其他接待日。Other service days that are held together with it.
    pub merged_days: Vec<NaiveDate>,
    /// 所据年度的工作日历尚未公布。Planned through a year whose calendar is not published yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// 加开的场次。No service day asks for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    /// 所补的场次。The missed session that it makes up for.
    #[serde(skip_serializing_if = "absent")]
    pub makes_up_session_id: Option<Uuid>,
    /// 状态。State.
    #[schema(value_type = vocabulary::SessionState)]
    pub state: &'static str,
    /// 取消的原因与时间。Why and when it was cancelled.
    #[serde(skip_serializing_if = "absent")]
    pub cancelled: Option<Cancellation>,
    /// 轮值安排已公布。Whether the rota is published.
    pub published: bool,
    /// 轮值安排。The rota.
    #[schema(max_items = 18)]
    pub slots: Vec<SlotView>,
    /// 排班不足的代表类别；离任之后的班次按空缺计。The kinds of which fewer will come, by the rota, than the policy asks for: a duty after
    /// somebody's last day counts as empty until the session is opened.
    #[schema(value_type = Vec<vocabulary::DelegateType>)]
    pub short_of: Vec<&'static str>,
    /// 应公示之日。The day by which the notice is due.
    pub notice_due_on: NaiveDate,
    /// 因工作日历所限，公示期缩短。The calendar left less time for the notice than the policy gives.
    pub notice_shortened: bool,
    /// 已张贴的公示，每单位一项。What was posted, one entry a unit.
    pub notices: Vec<NoticeView>,
    /// 应公示而尚未公示的单位。The units that owe a notice and have posted none.
    pub notice_missing_of: Vec<Uuid>,
    /// 群众异议。Objections.
    pub objections: Vec<ObjectionView>,
    /// 开始的时间。When it was opened.
    #[serde(skip_serializing_if = "absent")]
    pub opened_at: Option<String>,
    /// 结束的时间。When it was closed.
    #[serde(skip_serializing_if = "absent")]
    pub closed_at: Option<String>,
    /// 到场的代表，依签到先后。Who was there, in the order in which they came.
    pub present: Vec<PresenceView>,
    /// 所要求的代表同时在场的分钟数；结束之前或当日未过则省略。Minutes for which the delegates required were there together; absent until it is closed or its day is over.
    #[serde(skip_serializing_if = "absent")]
    pub overlap_minutes: Option<u32>,
    /// 来访人数；结束后才有，0 也是一个数。How many came, once it is closed; 0 is a number like any.
    #[serde(skip_serializing_if = "absent")]
    pub visitor_count: Option<u32>,
    /// 应报送记录之日；未开始则省略。The day by which the record is due; absent until it is opened.
    #[serde(skip_serializing_if = "absent")]
    pub record_due_on: Option<NaiveDate>,
    /// 报送之日：补记过迟的，以记录之日计。The day on which the record counts as filed.
    #[serde(skip_serializing_if = "absent")]
    pub record_filed_on: Option<NaiveDate>,
    /// 报送的记录。The record.
    #[serde(skip_serializing_if = "absent")]
    pub record: Option<FiledRecord>,
    /// 场次认定；因可免责的原因取消的省略。The verdict; absent where it was cancelled for a reason that excuses.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::Verdict>)]
    pub verdict: Option<&'static str>,
    /// 使场次无效的情形。Every finding that makes it invalid.
    #[schema(value_type = Vec<vocabulary::Finding>)]
    pub reasons: Vec<&'static str>,
    /// 其他情形。Every other finding.
    #[schema(value_type = Vec<vocabulary::Finding>)]
    pub remarks: Vec<&'static str>,
    /// 版本，即 `ETag`。Version, also the `ETag`.
    pub version: u64,
    /// 其记录有更正，见其事件。Something of its record was corrected; its events say what.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
    /// 有待决定的更正。A correction of its record awaits a decision.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_pending: bool,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl SessionView {
    /// A session at a moment, with the text of its record.
    ///
    /// # Errors
    /// Where the leaves of those on the rota, or the record, cannot be read.
    pub async fn of(
        app: &AppState,
        id: SessionId,
        loaded: &Loaded<Session>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let session = &loaded.state;
        let leaves = leaves(app, session.on_duty(), snapshot).await?;
        let mut view = Self::facts(id, session, &leaves, snapshot)?;
        if let (Some(record), Some(filed)) = (&mut view.record, session.record) {
            let sight = app.sight(snapshot, id, loaded).await?;
            record.withheld = sight.withholds(loaded.boxes_of(filed.version)).map(Into::into);
            record.text = app.casework.text_of(&sight, loaded, &session.corrections, filed.version, 0, "text").await?;
        }
        Ok(view)
    }

    /// A session without its words. `leaves` are those of everybody who is on duty.
    ///
    /// # Errors
    /// Where there is no policy at all.
    pub fn facts(id: SessionId, session: &Session, leaves: &LeavesOf, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let (areas, calendars, zone) = (&reference.areas, &reference.calendars, reference.time_zone());
        let policy = policy_of(session, snapshot)?;
        let (delegates, today) = (&reference.delegates, snapshot.today);
        let rules = DayRules { policy, calendars, leaves, delegates, today };
        let boards: Vec<Board<'_>> = Board::owed(session, areas, &rules).collect();
        let due = notice_due(session, policy, calendars);
        // Until then it is not known when it ends.
        let over = session.closed.is_some() || session.opened.is_some() && session.held.on < snapshot.today;
        let judged = judge(session, areas, &rules);
        let (reasons, remarks) =
            judged.as_ref().map_or((&[][..], &[][..]), |judged| (&judged.reasons, &judged.remarks));
        let missing = boards.iter().filter(|board| board.is_missing() && session.cancelled.is_none());
        let counts_on = |claim: domain::claims::Claim| claim.counts_on(policy, calendars);
        Ok(Self {
            id: id.0,
            grid_id: session.grid_id.0,
            ordinary_on: session.ordinary_on,
            held_on: session.held.on,
            from: session.held.from.to_string(),
            to: session.held.to.to_string(),
            venue: session.held.venue.clone(),
            merged_days: session.held.merged_days.clone(),
            provisional: session.provisional,
            extra: session.extra,
            makes_up_session_id: session.makes_up_session_id.map(|missed| missed.0),
            state: session.state.as_str(),
            cancelled: session.cancelled.map(|(reason, claim)| Cancellation {
                reason_code: reason.as_str(),
                at: business_time(claim.at, zone),
            }),
            published: session.published.is_some(),
            slots: session.slots.iter().map(|slot| SlotView::of(session, slot, &rules)).collect(),
            short_of: short_of(session, &reference.delegates, policy).into_iter().map(|of| of.as_str()).collect(),
            notice_due_on: due.on,
            notice_shortened: due.shortened,
            notices: boards.iter().filter_map(NoticeView::of).collect(),
            notice_missing_of: missing.map(|board| board.unit_id.0).collect(),
            objections: session.objections.iter().map(|objection| ObjectionView::of(objection, zone)).collect(),
            opened_at: session.opened.map(|opened| business_time(opened.at, zone)),
            closed_at: session.closed.map(|closed| business_time(closed.at, zone)),
            present: session.presences.iter().map(|one| PresenceView::of(session, one, &rules, zone)).collect(),
            overlap_minutes: over.then(|| rules.overlap_minutes(session)),
            visitor_count: session.visitor_count,
            record_due_on: session.opened.map(|_| record_due_on(session, &rules)),
            record_filed_on: session.record.map(counts_on),
            record: session.record.map(|_| FiledRecord {
                text: None,
                withheld: None,
                file_ids: session.record_file_ids.iter().map(|file| file.0).collect(),
            }),
            verdict: judged.as_ref().map(|judged| judged.verdict.as_str()),
            reasons: reasons.iter().map(|finding| finding.as_str()).collect(),
            remarks: remarks.iter().map(|finding| finding.as_str()).collect(),
            version: session.version,
            corrected: !session.corrections.made().is_empty(),
            correction_pending: !session.corrections.pending().is_empty(),
            as_of_position: None,
        })
    }
}

/// The policy in force on a session's day; before the first that one was planned under.
fn policy_of<'a>(session: &Session, snapshot: &'a Snapshot) -> Result<&'a Policy, Failure> {
    let reference = &snapshot.reference;
    reference.policies.in_force(session.held.on).map_or_else(|| reference.policy_of(session.policy), Ok)
}

/// The leaves of delegates, as of the moment that is told of.
pub(super) async fn leaves(
    app: &AppState,
    of: impl Iterator<Item = DelegateId>,
    snapshot: &Snapshot,
) -> Result<LeavesOf, Failure> {
    let mut leaves = LeavesOf::new();
    for delegate in of.collect::<BTreeSet<_>>() {
        let known = match app.casework.load::<Leaves>(delegate, snapshot.as_of).await {
            Err(Failure::NotFound) => Arc::default(),
            loaded => loaded?,
        };
        leaves.insert(delegate, known.state.clone());
    }
    Ok(leaves)
}
