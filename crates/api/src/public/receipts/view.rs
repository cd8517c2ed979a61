//! What a receipt code shows: how an issue stands, its steps and days, who answers, and what may be done.

use crate::http::response::absent;
use crate::limits::READ_WAIT;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use casework::access::looks::Looked;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::deadline;
use domain::ids::IssueId;
use domain::issue::{Issue, receipt};
use domain::reception::Reception;
use domain::vocabulary::{DelegateType, Outcome};
use serde::Serialize;
use utoipa::ToSchema;

/// An issue, as the holder of its receipt code sees it: nothing of a person, of what was said, or of what it is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Receipt, example = json!({
    "number": "2026-88122", "state": "answered",
    "steps": [{"kind": "registered", "on": "2026-11-19"}, {"kind": "answered", "on": "2026-11-24", "outcome": "resolved"}],
    "answer_due_on": "2026-11-26", "provisional": false, "last_word": {"kind": "final_answer", "on": "2026-11-24"},
    "grid": "太平网格", "responsible_delegate": {"name": "陈建国", "delegate_type": "party"},
    "can": [{"what": "feedback", "until": "2026-12-08"},
        {"what": "reopening", "grounds": [{"ground": "dissatisfied", "until": "2026-12-24"}, {"ground": "new_facts"}]},
        {"what": "files", "left": 3}],
    "viewed": {"accounts": 2, "days": 5},
    "position": 88140
}))]
pub struct ReceiptView {
    /// The town's year of registration and the position of its first leaf.
    pub number: String,
    /// State.
    #[schema(value_type = vocabulary::IssueState)]
    pub state: &'static str,
    /// 办理经过，按记录的先后。Its course, in the order of recording.
    pub steps: Vec<ReceiptStepView>,
    /// When the answer is due.
    pub answer_due_on: NaiveDate,
    /// Counted through a year without a published calendar.
    pub provisional: bool,
    /// How it stands against its due date today; absent once nothing is owed any more.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::Lateness>)]
    pub lateness: Option<&'static str>,
    /// When the visitor is to hear next.
    #[serde(skip_serializing_if = "absent")]
    pub interim_due_on: Option<NaiveDate>,
    /// The last thing the visitor was told.
    pub last_word: ReceiptWordView,
    /// What its grid is called.
    pub grid: String,
    /// The one delegate who owes the answer (首问责任人).
    pub responsible_delegate: ReceiptDelegateView,
    /// 现在可做的事。What may be done now by the code.
    pub can: Vec<ReceiptCanView>,
    /// How many looked at what the visitor told; absent before access rules are adopted, as nothing is recorded of it then.
    #[serde(skip_serializing_if = "absent")]
    pub viewed: Option<ReceiptLooksView>,
    /// The log up to here is in this answer.
    pub position: u64,
}

/// 采用权限规则以来，有多少账户在多少天查看过事项的内容，或来访人的姓名、电话。Since access rules were adopted: how many accounts
/// looked on how many days at what was said of the issue, or at the name or number of its reception.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptLooks, example = json!({"accounts": 2, "days": 5}))]
pub struct ReceiptLooksView {
    /// How many accounts.
    pub accounts: usize,
    /// On how many days.
    pub days: usize,
}

/// A step of its course.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptStepTold)]
pub struct ReceiptStepView {
    /// What happened.
    #[schema(value_type = vocabulary::ReceiptStep)]
    pub kind: &'static str,
    /// On which day.
    pub on: NaiveDate,
    /// Of an answer: its outcome.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::Outcome>)]
    pub outcome: Option<&'static str>,
}

/// The last thing the visitor was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptWord)]
pub struct ReceiptWordView {
    /// What it was.
    #[schema(value_type = vocabulary::LastWordKind)]
    pub kind: &'static str,
    /// On which day.
    pub on: NaiveDate,
}

/// Who owes the answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptDelegate)]
pub struct ReceiptDelegateView {
    /// Their name.
    pub name: String,
    /// In which capacity; absent where they hold no mandate any more.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::DelegateType>)]
    pub delegate_type: Option<&'static str>,
}

/// Something that may be done by the code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptCan)]
pub struct ReceiptCanView {
    /// What.
    #[schema(value_type = vocabulary::ReceiptAct)]
    pub what: &'static str,
    /// The last day for it; absent where there is none.
    #[serde(skip_serializing_if = "absent")]
    pub until: Option<NaiveDate>,
    /// 可据以申请重办的理由。Of a reopening: the grounds that are heard.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<ReceiptGroundView>,
    /// 还可补充的份数。Of files: how many more.
    #[serde(skip_serializing_if = "absent")]
    pub left: Option<usize>,
}

/// A ground of a reopening.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptGround)]
pub struct ReceiptGroundView {
    /// Which.
    #[schema(value_type = vocabulary::ReopeningGround)]
    pub ground: &'static str,
    /// The last day on which it is heard; absent where there is none.
    #[serde(skip_serializing_if = "absent")]
    pub until: Option<NaiveDate>,
}

impl ReceiptView {
    /// The same, with how many looked.
    ///
    /// # Errors
    /// What keeps the log from being read; 503 while who looked is read after a start.
    pub async fn with_looks(
        app: &AppState,
        id: IssueId,
        loaded: &Loaded<Issue>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let view = Self::of(app, id, loaded, snapshot).await?;
        let reception = app.casework.reception(loaded.state.reception_id, snapshot.as_of).await?;
        let looked = tokio::time::timeout(READ_WAIT, app.casework.looks_at(&[loaded.first, reception.first])).await;
        let Looked { accounts, days } = looked.map_err(|_| Problem::new(HttpCode::ReadModelBehind))??;
        let viewed = app.casework.access_adopted().then_some(ReceiptLooksView { accounts, days });
        Ok(Self { viewed, ..view })
    }

    /// An issue at a moment, but for how many looked: what was recorded a moment ago waits for nothing else.
    ///
    /// # Errors
    /// What keeps the log from being read.
    pub async fn of(app: &AppState, id: IssueId, loaded: &Loaded<Issue>, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let zone = reference.time_zone();
        let rules = reference.rules(loaded.state.policy, app.casework.now())?;
        let issue = &*loaded.state.on(snapshot.today, zone, &reference.calendars);
        let history = app.casework.issue_history(id, loaded).await?;
        let steps = receipt::course(issue, &history, &rules);
        let lateness = issue
            .is_open()
            .then(|| deadline::lateness(issue, rules.policy, &reference.calendars, snapshot.today).as_str());
        let reception = app.casework.reception(issue.reception_id, snapshot.as_of).await?;
        Ok(Self {
            number: issue.number(zone),
            state: issue.state.as_str(),
            steps: steps.into_iter().map(ReceiptStepView::of).collect(),
            answer_due_on: issue.due.on,
            provisional: issue.due.provisional,
            lateness,
            interim_due_on: issue.interim_due_on,
            last_word: ReceiptWordView { kind: issue.last_word.kind.as_str(), on: rules.town_date(issue.last_word.at) },
            grid: reference.name_of(issue.grid_id.0).unwrap_or_default().to_owned(),
            responsible_delegate: delegate(issue, &reception.state, snapshot),
            can: receipt::can(issue, &rules).into_iter().map(ReceiptCanView::of).collect(),
            viewed: None,
            position: loaded.position.0.max(snapshot.position.0),
        })
    }
}

impl ReceiptStepView {
    fn of(told: receipt::Told) -> Self {
        let receipt::Told { kind, on, outcome } = told;
        Self { kind: kind.as_str(), on, outcome: outcome.map(Outcome::as_str) }
    }
}

impl ReceiptCanView {
    fn of(can: receipt::Can) -> Self {
        let receipt::Can { what, until, grounds, left } = can;
        let grounds = grounds.into_iter().map(|(ground, until)| ReceiptGroundView { ground: ground.as_str(), until });
        Self { what: what.as_str(), until, grounds: grounds.collect(), left }
    }
}

/// Who owes the answer: in the capacity in which they received, else in one that they hold.
fn delegate(issue: &Issue, reception: &Reception, snapshot: &Snapshot) -> ReceiptDelegateView {
    let id = issue.responsible_delegate_id;
    let received = reception.delegates.iter().find(|receiving| receiving.delegate_id == id);
    let known = snapshot.reference.delegates.get(id);
    let held = || {
        let mut types = DelegateType::ALL.iter().copied();
        types.find(|held| known.is_some_and(|delegate| delegate.holds(*held, snapshot.today)))
    };
    let delegate_type = received.map(|receiving| receiving.delegate_type).or_else(held);
    ReceiptDelegateView {
        name: known.map(|delegate| delegate.name.clone()).unwrap_or_default(),
        delegate_type: delegate_type.map(DelegateType::as_str),
    }
}
