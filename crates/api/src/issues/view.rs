//! An issue in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time, recorded_time};
use crate::issues::parts::{
    AnswerView, DeliveryAttemptView, ExtensionView, IssueFileView, LastWordView, LinkView, OpenInputView,
    SuspensionView, extension_state,
};
use crate::issues::slip::SlipView;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::deadline;
use domain::ids::IssueId;
use domain::issue::Issue;
use event_store::Position;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An issue (事项).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Issue, example = json!({
    "id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "number": "2026-88122", "version": 4,
    "state": "answered", "clock": "stopped", "lateness": "on_time", "supervised": false, "cycle": 1, "kind": "demand",
    "topic": "livelihood", "subject": "楼道灯不亮", "text": "3号楼楼道灯三天不亮。",
    "reception_id": "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "responsible_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "raised_at": "2026-11-19T14:10:00+08:00",
    "recorded_at": "2026-11-19T06:40:12.345Z", "answer_due_on": "2026-11-26", "original_answer_due_on": "2026-11-26",
    "provisional": false,
    "answer": {"outcome": "resolved", "channel": "oral", "text": "已联系物业更换。", "delivered_at": "2026-11-19T14:20:00+08:00",
        "answered_by": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "on_the_spot": true, "evidence": {"kind": "visitor_confirmation"}},
    "satisfaction": "satisfied", "reopening_pending": false,
    "last_word": {"kind": "final_answer", "at": "2026-11-19T14:20:00+08:00"}, "as_of_position": 88140
}))]
pub struct IssueView {
    /// Its id.
    pub id: Uuid,
    /// The town's year of registration and the position of its first leaf.
    pub number: String,
    /// 交给来访人的查询码；只在登记联系或补发查询码的答复（及其重放）中出现，其他任何答复都没有。The code that the visitor is given to ask
    /// after the issue. It stands only in the answer that records the reception or gives another code, and in that answer told again.
    #[serde(skip_serializing_if = "absent")]
    pub receipt_code: Option<String>,
    /// 回执上除查询码外的内容；与查询码一同出现。What the slip says beside the code; present where the code is.
    #[serde(skip_serializing_if = "absent")]
    pub receipt: Option<SlipView>,
    /// Version, also the `ETag`.
    pub version: u64,
    /// State.
    #[schema(value_type = vocabulary::IssueState)]
    pub state: &'static str,
    /// Whether the clock runs.
    #[schema(value_type = vocabulary::ClockState)]
    pub clock: &'static str,
    /// How it stands against its due date on the day asked about.
    #[schema(value_type = vocabulary::Lateness)]
    pub lateness: &'static str,
    /// Under supervision (督办).
    pub supervised: bool,
    /// 1 plus the number of reopenings.
    pub cycle: u32,
    /// Opinion, suggestion or demand.
    #[schema(value_type = vocabulary::IssueKind)]
    pub kind: &'static str,
    /// Topic code of the policy.
    pub topic: String,
    /// What it is about; absent when erased.
    #[serde(skip_serializing_if = "absent")]
    pub subject: Option<String>,
    /// What was said; absent when erased, and in lists.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// True when the visitor's personal data were erased.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// The reception it was raised in.
    pub reception_id: Uuid,
    /// Index of the visitor who raised it.
    #[serde(skip_serializing_if = "absent")]
    pub visitor: Option<u32>,
    /// The grid.
    pub grid_id: Uuid,
    /// The unit.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// The one delegate who owes the answer (首问责任人).
    pub responsible_delegate_id: Uuid,
    /// The major issue it is linked to.
    #[serde(skip_serializing_if = "absent")]
    pub major_issue_id: Option<Uuid>,
    /// Level of its escalation.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::Level>)]
    pub level: Option<&'static str>,
    /// While merged: the issue that it is handled with. It still owes its own answer.
    #[serde(skip_serializing_if = "absent")]
    pub primary_issue_id: Option<Uuid>,
    /// Issues that have to do with it; absent where there are none, and in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkView>,
    /// Offices that were asked in this cycle and have not answered, the oldest first; absent where there are none, and
    /// in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs_open: Vec<OpenInputView>,
    /// 事项的材料；没有时及列表中省略。Files that were attached to it; absent where there are none, and in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<IssueFileView>,
    /// Attempts of this cycle to reach the visitor; absent where there are none, and in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delivery_attempts: Vec<DeliveryAttemptView>,
    /// When its reception was held.
    pub raised_at: String,
    /// When it was recorded; absent in lists.
    #[serde(skip_serializing_if = "absent")]
    pub recorded_at: Option<String>,
    /// When the answer is due.
    pub answer_due_on: NaiveDate,
    /// First due date of the cycle.
    pub original_answer_due_on: NaiveDate,
    /// When the visitor is to hear next.
    #[serde(skip_serializing_if = "absent")]
    pub interim_due_on: Option<NaiveDate>,
    /// Counted through a year without a published calendar.
    pub provisional: bool,
    /// Present while the clock stands still.
    #[serde(skip_serializing_if = "absent")]
    pub suspension: Option<SuspensionView>,
    /// The extension asked for in this cycle.
    #[serde(skip_serializing_if = "absent")]
    pub extension: Option<ExtensionView>,
    /// The final answer of this cycle.
    #[serde(skip_serializing_if = "absent")]
    pub answer: Option<AnswerView>,
    /// What the visitor thinks of it; absent while silent.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::Satisfaction>)]
    pub satisfaction: Option<&'static str>,
    /// A request to take it up again awaits a decision.
    pub reopening_pending: bool,
    /// The visitor withdrew, the service goes on of its own motion.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub on_own_motion: bool,
    /// The last thing the visitor was told.
    pub last_word: LastWordView,
    /// Something of its record was corrected; its events say what. Absent in lists.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
    /// A correction of its record awaits a decision.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_pending: bool,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl IssueView {
    /// An issue at a moment, its texts opened.
    pub async fn of(app: &AppState, id: IssueId, loaded: &Loaded<Issue>, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let zone = reference.time_zone();
        // What has ended by itself has ended.
        let issue = &*loaded.state.on(snapshot.today, zone, &reference.calendars);
        let sight = app.sight(snapshot, id, loaded).await?;
        let erased = !loaded.erased(&app.casework, 1).await?.is_empty();
        let text = async |member| app.casework.text_of(&sight, loaded, &issue.corrections, 1, 0, member).await;
        let answer = match &issue.answer {
            Some(answer) => Some(AnswerView::of(app, &sight, loaded, answer, zone).await?),
            None => None,
        };
        let policy = reference.policy_of(issue.policy)?;
        // As the list says it: a calendar that came when nothing was owed any more changes no verdict.
        let then;
        let calendars = if issue.is_open() || reference.calendars.newest() <= Some(issue.position) {
            &reference.calendars
        } else {
            then = reference.calendars.as_of(issue.position);
            &then
        };
        Ok(Self {
            id: id.0,
            number: issue.number(zone),
            receipt_code: None,
            receipt: None,
            files: issue.files.iter().map(IssueFileView::of).collect(),
            version: loaded.version.0,
            state: issue.state.as_str(),
            clock: issue.clock.as_str(),
            lateness: deadline::lateness(issue, policy, calendars, snapshot.today).as_str(),
            supervised: app.casework.is_supervised(id, issue, snapshot.as_of, snapshot.today).await?,
            cycle: issue.cycle,
            kind: issue.kind.as_str(),
            topic: issue.topic.clone(),
            subject: text("subject").await?,
            text: text("text").await?,
            erased,
            withheld: sight.withholds(&loaded.boxes).map(Into::into),
            reception_id: issue.reception_id.0,
            visitor: issue.visitor,
            grid_id: issue.grid_id.0,
            unit_id: issue.unit_id.map(|unit| unit.0),
            responsible_delegate_id: issue.responsible_delegate_id.0,
            major_issue_id: issue.major_issue_id.map(|major| major.0),
            level: issue.level.map(domain::vocabulary::Level::as_str),
            primary_issue_id: issue.merging.map(|merging| merging.primary_issue_id.0),
            links: issue.links.iter().map(LinkView::of).collect(),
            inputs_open: issue.inputs_open.iter().map(|asked| OpenInputView::of(asked, zone)).collect(),
            delivery_attempts: issue
                .delivery_attempts
                .iter()
                .map(|tried| DeliveryAttemptView::of(tried, zone))
                .collect(),
            raised_at: business_time(issue.raised_at, zone),
            recorded_at: Some(recorded_time(issue.first_recorded_at)),
            answer_due_on: issue.due.on,
            original_answer_due_on: issue.original_due.on,
            interim_due_on: issue.interim_due_on,
            provisional: issue.due.provisional,
            suspension: issue.suspension.map(|suspension| SuspensionView {
                reason_code: suspension.reason.as_str(),
                since: business_time(suspension.since, zone),
                until_on: suspension.until_on,
                remaining_working_days: suspension.remaining_working_days,
            }),
            extension: issue.extension.map(|extension| ExtensionView {
                reason_code: extension.reason.as_str(),
                new_due_on: extension.new_due_on,
                state: extension_state(extension.state),
            }),
            answer,
            satisfaction: issue.satisfaction().map(domain::vocabulary::Satisfaction::as_str),
            reopening_pending: issue.reopening_pending.is_some(),
            on_own_motion: issue.on_own_motion,
            last_word: LastWordView {
                kind: issue.last_word.kind.as_str(),
                at: business_time(issue.last_word.at, zone),
            },
            corrected: !issue.corrections.made().is_empty(),
            correction_pending: !issue.corrections.pending().is_empty(),
            as_of_position: None,
        })
    }

    /// With the visitor's receipt code, and what else is on the slip that a command whose last event is at `position` gives.
    /// It is the visitor's only secret: whoever has it can ask in their name, so that nobody else is shown it but who hands it
    /// over.
    ///
    /// # Errors
    /// What keeps the log from being read.
    pub async fn with_receipt(
        mut self,
        app: &AppState,
        loaded: &Loaded<Issue>,
        position: Position,
    ) -> Result<Self, Problem> {
        let code = app.casework.receipt_code(IssueId(self.id), &loaded.state);
        let slip = app.casework.slip(&loaded.state, position).await?;
        self.receipt = Some(SlipView::of(&code, &slip));
        self.receipt_code = Some(code);
        Ok(self)
    }
}
