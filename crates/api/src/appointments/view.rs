//! An appointment in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::receptions::visitors::VisitorView;
use crate::state::{AppState, Snapshot};
use casework::loaded::Loaded;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::appointment::{Agreement, Appointment};
use domain::claims::Claim;
use domain::correction::Corrections;
use domain::ids::AppointmentId;
use domain::vocabulary::{CancelledBy, WordChannel};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 应约走访的预约。An appointment: somebody asks that a delegate comes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Appointment, example = json!({
    "id": "0198f3c6-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "state": "scheduled",
    "requested_at": "2026-11-19T15:00:00+08:00", "visitor": {"name": "王秀英", "phone": "13800001234"},
    "text": "腿脚不便，请代表上门谈加装电梯的事。", "contact_due_on": "2026-11-20", "provisional": false,
    "contacted_at": "2026-11-20T10:00:00+08:00",
    "contacts": [{"channel": "phone", "contacted_at": "2026-11-20T10:00:00+08:00", "text": "下周二前回复具体时间。"}],
    "scheduled": {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "scheduled_on": "2026-11-26", "from": "13:30",
        "place": "太平村3号楼", "agreed_at": "2026-11-20T16:00:00+08:00"},
    "overdue": false, "version": 3
}))]
pub struct AppointmentView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 网格。The grid.
    pub grid_id: Uuid,
    /// 单位。The unit, where there is one.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// 指名预约的代表。The delegate who is asked for, where that is one in particular.
    #[serde(skip_serializing_if = "absent")]
    pub delegate_id: Option<Uuid>,
    /// 状态。State.
    #[schema(value_type = vocabulary::AppointmentState)]
    pub state: &'static str,
    /// 预约的时间。When it was asked for.
    pub requested_at: String,
    /// 预约人；表格中省略。Who asks; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub visitor: Option<VisitorView>,
    /// 所为何事；已删除的省略，表格中也省略。What it is about; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 应联系之日。The day by which whoever asked is to be contacted.
    pub contact_due_on: NaiveDate,
    /// 该日期间的日历尚未公布。The calendar of those days is not published yet.
    pub provisional: bool,
    /// 首次联系或约定的时间；尚未联系则省略。When whoever asked was first contacted, or a day was first agreed; absent until then.
    #[serde(skip_serializing_if = "absent")]
    pub contacted_at: Option<String>,
    /// 与预约人的联系，依记录先后。How whoever asked was contacted, in the order recorded.
    #[schema(max_items = 100)]
    pub contacts: Vec<ContactView>,
    /// 现行的约定；未约定则省略。What is agreed now; absent until something is.
    #[serde(skip_serializing_if = "absent")]
    pub scheduled: Option<AgreementView>,
    /// 约定之日已过，未走访也未取消。The day agreed is past, and it was neither kept nor called off.
    pub overdue: bool,
    /// 走访的时间。When the delegate came.
    #[serde(skip_serializing_if = "absent")]
    pub kept_at: Option<String>,
    /// 走访的联系记录。The reception that the visit was.
    #[serde(skip_serializing_if = "absent")]
    pub reception_id: Option<Uuid>,
    /// 取消。Who called it off.
    #[serde(skip_serializing_if = "absent")]
    pub cancelled: Option<AppointmentCancelledView>,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// 版本，即 `ETag`。Version, also the `ETag`.
    pub version: u64,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// 一次联系。A contact with whoever asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactView {
    /// 方式。How.
    #[schema(value_type = vocabulary::WordChannel)]
    pub channel: &'static str,
    /// 时间。When.
    pub contacted_at: String,
    /// 所说的内容；表格中省略。What was said; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
}

/// 约定。What is agreed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Agreement)]
pub struct AgreementView {
    /// 走访的代表。Who will come.
    pub delegate_id: Uuid,
    /// 约定之日。On which day.
    pub scheduled_on: NaiveDate,
    /// 开始的时间。From this time of day.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    /// 地点；表格中省略。Where; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub place: Option<String>,
    /// 约定的时间。When that was agreed.
    pub agreed_at: String,
}

/// 取消。How an appointment was called off.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppointmentCancelled)]
pub struct AppointmentCancelledView {
    /// 由谁取消。Who called it off.
    #[schema(value_type = vocabulary::CancelledBy)]
    pub by: &'static str,
    /// 原因；表格中省略。Why; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub reason: Option<String>,
    /// 时间。When.
    pub cancelled_at: String,
}

impl ContactView {
    fn of(channel: WordChannel, claim: Claim, zone: Tz) -> Self {
        Self { channel: channel.as_str(), contacted_at: business_time(claim.at, zone), text: None }
    }
}

impl AgreementView {
    fn of(agreed: &Agreement, zone: Tz) -> Self {
        Self {
            delegate_id: agreed.delegate_id.0,
            scheduled_on: agreed.on,
            from: agreed.from.to_string(),
            place: None,
            agreed_at: business_time(agreed.claim.at, zone),
        }
    }
}

impl AppointmentCancelledView {
    fn of(by: CancelledBy, claim: Claim, zone: Tz) -> Self {
        Self { by: by.as_str(), reason: None, cancelled_at: business_time(claim.at, zone) }
    }
}

impl AppointmentView {
    /// An appointment with its words and whoever asked.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(
        app: &AppState,
        id: AppointmentId,
        loaded: &Loaded<Appointment>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let asked = &loaded.state;
        // Of an appointment nothing is corrected.
        let none = Corrections::default();
        let sight = app.sight(snapshot, id, loaded).await?;
        let text = async |version, member| app.casework.text_of(&sight, loaded, &none, version, 0, member).await;
        let mut view = Self::facts(id, asked, snapshot)?;
        view.visitor = Some(VisitorView::of(app, &sight, loaded, &none, &asked.visitor).await?);
        view.withheld = sight.withholds(&loaded.boxes).map(Into::into);
        view.text = text(1, "text").await?;
        for (shown, (_, claim)) in view.contacts.iter_mut().zip(&asked.contacts) {
            shown.text = text(claim.version, "text").await?;
        }
        if let (Some(shown), Some(agreed)) = (&mut view.scheduled, asked.agreed()) {
            shown.place = text(agreed.claim.version, "place").await?;
        }
        if let (Some(shown), Some((_, claim))) = (&mut view.cancelled, asked.cancelled) {
            shown.reason = text(claim.version, "reason").await?;
        }
        Ok(view)
    }

    /// An appointment without its words.
    ///
    /// # Errors
    /// Where there is no policy at all.
    pub fn facts(id: AppointmentId, asked: &Appointment, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let (zone, policy) = (reference.time_zone(), reference.policy_of(asked.policy)?);
        let at = |claim: Claim| business_time(claim.at, zone);
        let due = asked.contact_due(policy, &reference.calendars);
        let first = asked.first_contact(policy, &reference.calendars);
        Ok(Self {
            id: id.0,
            grid_id: asked.grid_id.0,
            unit_id: asked.unit_id.map(|unit| unit.0),
            delegate_id: asked.delegate_id.map(|who| who.0),
            state: asked.state.as_str(),
            requested_at: at(asked.requested),
            visitor: None,
            text: None,
            contact_due_on: due.on,
            provisional: due.provisional,
            contacted_at: first.map(|(_, claim)| at(claim)),
            contacts: asked.contacts.iter().map(|(channel, claim)| ContactView::of(*channel, *claim, zone)).collect(),
            scheduled: asked.agreed().map(|agreed| AgreementView::of(agreed, zone)),
            overdue: asked.is_overdue(snapshot.today),
            kept_at: asked.kept.map(|(_, claim)| at(claim)),
            reception_id: asked.kept.map(|(reception, _)| reception.0),
            cancelled: asked.cancelled.map(|(by, claim)| AppointmentCancelledView::of(by, claim, zone)),
            withheld: None,
            version: asked.version,
            as_of_position: None,
        })
    }
}
