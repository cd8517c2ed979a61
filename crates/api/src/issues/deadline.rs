//! Why an issue is due when it is.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::Snapshot;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::deadline::{ExplainedDay, explain, moves};
use domain::issue::Issue;
use serde::Serialize;
use utoipa::ToSchema;

/// The explanation of a due date.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Deadline, example = json!({
    "answer_due_on": "2026-11-26", "original_answer_due_on": "2026-11-26", "provisional": false, "clause": "C-4.4",
    "from": "2026-11-19", "working_days": 5, "policy": {"position": 4, "rule": "final_answer"}, "calendar": {"position": 7},
    "days": [{"date": "2026-11-19", "counted": false, "why": "start_day"}, {"date": "2026-11-20", "counted": true, "n": 1}],
    "complete": true,
    "changes": [{"position": 88122, "cycle": 1, "why": "final_answer", "to": "2026-11-26"}]
}))]
pub struct DeadlineView {
    /// When the answer is due.
    pub answer_due_on: NaiveDate,
    /// First due date of the cycle.
    pub original_answer_due_on: NaiveDate,
    /// Counted through a year without a published calendar.
    pub provisional: bool,
    /// Where the duty comes from.
    pub clause: &'static str,
    /// Day from which is counted; not itself counted.
    pub from: NaiveDate,
    /// Working days given, as many as `days` counts, where the rule counts them.
    #[serde(skip_serializing_if = "absent")]
    pub working_days: Option<u32>,
    /// Calendar days given, where the rule counts them.
    #[serde(skip_serializing_if = "absent")]
    pub calendar_days: Option<u32>,
    /// Months given, where the rule counts them.
    #[serde(skip_serializing_if = "absent")]
    pub months: Option<u32>,
    /// Under which policy version and rule.
    pub policy: PolicyUsed,
    /// The newest calendar event by which the date was counted.
    #[serde(skip_serializing_if = "absent")]
    pub calendar: Option<CalendarUsed>,
    /// Every day from the start to the due date.
    pub days: Vec<DayView>,
    /// False where the list of days was cut off at its bound.
    pub complete: bool,
    /// How the date came about, oldest first.
    pub changes: Vec<ChangeView>,
}

/// A policy version and a rule of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyUsed {
    /// Position of the policy version.
    #[serde(skip_serializing_if = "absent")]
    pub position: Option<u64>,
    /// The rule.
    #[schema(value_type = vocabulary::DueRule)]
    pub rule: &'static str,
}

/// A calendar event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarUsed {
    /// Its position.
    pub position: u64,
}

/// One day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeadlineDay)]
pub struct DayView {
    /// The day.
    pub date: NaiveDate,
    /// Whether it counts.
    pub counted: bool,
    /// Its number, where it counts.
    #[serde(skip_serializing_if = "absent")]
    pub n: Option<u32>,
    /// Why not, or why all the same: `start_day`, `weekend`, `public_holiday`, `local_closure`, `suspended`,
    /// `make_up_day`, `promised`.
    #[serde(skip_serializing_if = "absent")]
    pub why: Option<&'static str>,
    /// Name of the holiday, closure or make-up day.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
}

/// One change of the date.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeadlineChange)]
pub struct ChangeView {
    /// Position of the event that moved it.
    pub position: u64,
    /// Cycle it belongs to.
    pub cycle: u32,
    /// The rule the new date comes from.
    #[schema(value_type = vocabulary::DueRule)]
    pub why: &'static str,
    /// Year of the calendar that moved it, where a calendar did.
    #[serde(skip_serializing_if = "absent")]
    pub calendar_year: Option<i32>,
    /// True where a correction of the time of its reception moved it; the correcting event is at `position`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
    /// The date before; absent where a cycle begins.
    #[serde(skip_serializing_if = "absent")]
    pub from: Option<NaiveDate>,
    /// The date after.
    pub to: NaiveDate,
}

impl DeadlineView {
    /// The explanation of an issue's due date at a moment.
    pub fn of(loaded: &Loaded<Issue>, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let issue = &*loaded.state.on(snapshot.today, reference.time_zone(), &reference.calendars);
        let policy = reference.policy_of(issue.policy)?;
        let explained = explain(issue, policy, &reference.calendars);
        let due = &issue.due;
        Ok(Self {
            answer_due_on: due.on,
            original_answer_due_on: issue.original_due.on,
            provisional: due.provisional,
            clause: "C-4.4",
            from: explained.from,
            working_days: explained.working_days,
            calendar_days: due.calendar_days,
            months: due.months,
            policy: PolicyUsed { position: issue.policy, rule: due.rule.as_str() },
            calendar: explained.calendar.map(|position| CalendarUsed { position }),
            days: explained.days.into_iter().map(day).collect(),
            complete: explained.complete,
            changes: moves(issue)
                .into_iter()
                .map(|change| ChangeView {
                    position: change.position,
                    cycle: change.cycle,
                    why: change.due.rule.as_str(),
                    calendar_year: change.calendar_year,
                    corrected: change.corrected,
                    from: change.from,
                    to: change.due.on,
                })
                .collect(),
        })
    }
}

fn day(day: ExplainedDay) -> DayView {
    DayView { date: day.date, counted: day.counted(), n: day.n, why: day.why.map(|why| why.as_str()), name: day.name }
}
