//! The sections about issues: answers, escalation, time, feedback.

use serde::{Deserialize, Serialize};

/// Answers and their due dates (C-4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Working days from the reception to the final answer.
    pub final_working_days: u32,
    /// Target for simple consultations.
    pub consultation_target_working_days: u32,
    /// Working days from the clock's start that an extension may reach.
    pub extension_total_working_days: u32,
    /// Extension requests a cycle.
    pub extensions_max: u32,
    /// Working days after an escalation was returned.
    pub after_return_working_days: u32,
    /// Working days after the outcome was reported back.
    pub after_report_back_working_days: u32,
    /// Working days after reopening.
    pub rework_working_days: u32,
    /// Calendar days while escalated.
    pub outer_limit_calendar_days: u32,
    /// Months while escalated to L4.
    pub outer_limit_l4_months: u32,
    /// Working days within which a delivery must be recorded to count from its day.
    pub delivery_recorded_within_working_days: u32,
    /// Attempts before an answer may be posted.
    pub undeliverable_attempts: u32,
    /// Different days those attempts must fall on.
    pub undeliverable_days: u32,
}

/// Escalation (C-3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Working days for the convener's check.
    pub review_working_days: u32,
    /// Working days to the first interim word.
    pub interim_first_working_days: u32,
    /// Working days between interim words.
    pub interim_every_working_days: u32,
}

/// Handling of major issues (C-3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// Working days of the lead office.
    pub unit_working_days: u32,
    /// Working days of its one extension.
    pub unit_extension_working_days: u32,
    /// Working days for refusing a dispatch.
    pub refusal_working_days: u32,
    /// Working days of supporting offices.
    pub support_working_days: u32,
    /// Working days at L2.
    pub l2_working_days: u32,
    /// Working days at L3.
    pub l3_working_days: u32,
    /// Months at L4.
    pub l4_months: u32,
    /// Issues that one major issue may hold.
    pub issues_per_major_issue_max: u32,
}

/// Suspension of clocks (C-4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Calendar days at most.
    pub days_max: u32,
}

/// When an issue is called late (C-4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatenessRule {
    /// Working days before the due date.
    pub due_soon_working_days: u32,
    /// Long overdue when more than this many times the days given have passed.
    pub long_overdue_factor: u32,
}

/// Reminders, supervision, circulars (C-4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    /// 催办
    pub reminder_working_days_after_due: u32,
    /// 督办
    pub supervision_working_days_after_due: u32,
    /// 通报
    pub circular_working_days_after_due: u32,
}

/// Feedback of visitors (C-3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// Working days to the call-back.
    pub call_back_working_days: u32,
    /// Working days in which feedback counts.
    pub window_working_days: u32,
    /// Weights in thousandths.
    pub weights_permille: Weights,
    /// Responses below which nobody is ranked.
    pub ranking_responses_min: u32,
}

/// Weights of satisfaction, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// 满意
    pub satisfied: u32,
    /// 基本满意
    pub basically_satisfied: u32,
    /// 不满意
    pub dissatisfied: u32,
}

/// Reopening (C-3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// Calendar days from delivery.
    pub window_calendar_days: u32,
    /// Working days for the decision.
    pub decision_working_days: u32,
}

/// Handover of responsibility (C-4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// Working days.
    pub working_days: u32,
}
