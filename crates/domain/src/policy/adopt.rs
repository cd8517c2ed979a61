//! Adopting a policy version: the document is read strictly and every number must be in a sane range, since a wrong
//! one would decide every due date after it.

use super::lists::{self, MAX_TOPICS};
use super::{Policies, Policy, PolicyEvent};
use crate::days;
use crate::refusal::{Code, Refusal};
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use std::collections::BTreeSet;

/// Adopts a whole document as the next version. `today` is the town's day of adoption.
///
/// Errors: every fault of the document at once, with those of `succeeds`; [`Code::AlreadyAdopted`] where it says what
/// the newest version says.
pub fn adopt(policies: &Policies, document: &Value, today: NaiveDate) -> Result<PolicyEvent, Vec<Refusal>> {
    let policy = fits(policies, document, today)?;
    if policies.newest().is_some_and(|newest| says_the_same(newest, &policy)) {
        return Err(vec![Refusal::new(Code::AlreadyAdopted)]);
    }
    // What is stored is the typed form written out: the same members, each in its one written form.
    match serde_json::to_value(&policy) {
        Ok(stored) => Ok(PolicyEvent::VersionAdopted(stored.into())),
        Err(error) => Err(vec![unreadable(&error)]),
    }
}

/// Reads and checks a document that is to follow the versions there are, without adopting it.
///
/// Errors: every fault at once, with pointers into the document; those of `succeeds` among them.
pub fn fits(policies: &Policies, document: &Value, today: NaiveDate) -> Result<Policy, Vec<Refusal>> {
    let zone = document.get("time_zone").and_then(Value::as_str);
    if zone.is_some_and(|name| name.parse::<chrono_tz::Tz>().is_err()) {
        return Err(vec![Refusal::new(Code::UnknownTimeZone).at("/time_zone")]);
    }
    let policy: Policy = serde_json::from_value(document.clone()).map_err(|error| vec![unreadable(&error)])?;
    let (policy, faults) = judged(policies, policy, today, &|_| true);
    if faults.is_empty() { Ok(policy) } else { Err(faults) }
}

/// What is wrong with the values of a version that is to follow those there are. `said` tells whether a place of the
/// document could be read: of what stands in `policy` at any other place nothing is said.
pub fn faults(policies: &Policies, policy: &Policy, today: NaiveDate, said: &dyn Fn(&str) -> bool) -> Vec<Refusal> {
    judged(policies, policy.clone(), today, said).1
}

/// Puts texts in form, and finds what is wrong with the values.
fn judged(
    policies: &Policies,
    mut policy: Policy,
    today: NaiveDate,
    said: &dyn Fn(&str) -> bool,
) -> (Policy, Vec<Refusal>) {
    let mut faults = Vec::new();
    match text::title(&policy.name) {
        Ok(name) => policy.name = name,
        Err(refusal) => faults.push(refusal.at("/name")),
    }
    faults.extend(days::plausible(policy.effective_from, "/effective_from").err());
    faults.extend(policy.clock.from.and_then(|from| days::plausible(from, "/clock/from").err()));
    for (pointer, value, (least, most)) in numbers(&policy) {
        if !(least..=most).contains(&value) {
            faults.push(Refusal::out_of_range(least, most).at(pointer));
        }
    }
    topics(&mut policy, said, &mut faults);
    lists::faults(&policy, said, &mut faults);
    faults.retain(|fault| fault.pointer.as_deref().is_none_or(said));
    orders(&policy, said, &mut faults);
    // One that says what the newest says is refused for that alone.
    if !policies.newest().is_some_and(|newest| says_the_same(newest, &policy)) {
        let mut of_succession = succeeds(policies, &policy, today);
        // A day outside of all ranges is told once.
        of_succession.retain(|fault| {
            let at = fault.pointer.as_deref();
            at.is_none_or(said) && faults.iter().all(|told| told.pointer.as_deref() != at)
        });
        faults.extend(of_succession);
    }
    (policy, faults)
}

/// Whether a version may follow those there are: the same time zone, which belongs to the log, and no first day in the
/// past, where decisions were taken under other rules already. The first version begins when it likes.
///
/// Errors: [`Code::TimeZoneFixed`], [`Code::OutOfRange`] at `/effective_from`.
fn succeeds(policies: &Policies, policy: &Policy, today: NaiveDate) -> Vec<Refusal> {
    let Some(zone) = policies.time_zone() else { return Vec::new() };
    let mut faults = Vec::new();
    if policy.time_zone != zone {
        let name = zone.name();
        faults.push(Refusal::new(Code::TimeZoneFixed).at("/time_zone").because(
            format!("时区须为 {name}：它随首个规则版本确定，在记录的存续期间不变。"),
            format!("The time zone must be {name}: it is that of the first version for the life of the log."),
        ));
    }
    if policy.effective_from < today {
        faults.push(Refusal::new(Code::OutOfRange).at("/effective_from").because(
            format!("规则不能从过去的日期起生效；最早为今天 {today}。"),
            format!("A policy cannot take effect in the past; the earliest day is today, {today}."),
        ));
    }
    faults
}

fn says_the_same(a: &Policy, b: &Policy) -> bool {
    let bare =
        |policy: &Policy| Policy { position: 0, adopted_at: DateTime::<Utc>::default(), town: None, ..policy.clone() };
    bare(a) == bare(b)
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    Refusal::new(Code::InvalidValue)
        .under("C-0")
        .because(format!("规则文本无法读取：{error}"), format!("The policy cannot be read: {error}."))
}

/// Every number with its range. `(0, …)` where nothing at all is a lawful choice.
#[rustfmt::skip] // one line a number reads best
fn numbers(p: &Policy) -> Vec<(&'static str, u32, (u32, u32))> {
    const DAYS: (u32, u32) = (1, 250);
    const DAYS_OR_NONE: (u32, u32) = (0, 250);
    const MONTHS: (u32, u32) = (1, 24);
    const TIMES: (u32, u32) = (0, 100);
    const PERMILLE: (u32, u32) = (0, 1000);
    const KEPT: (u32, u32) = (30, 36_500);
    vec![
        ("/service_day/presence_overlap_minutes", p.service_day.presence_overlap_minutes, (0, 1440)),
        ("/retention/contact_days_after_close", p.retention.contact_days_after_close, KEPT),
        ("/retention/identity_days_after_close", p.retention.identity_days_after_close, KEPT),
        ("/retention/files_days_after_close", p.retention.files_days_after_close, KEPT),
        ("/retention/decision_working_days", p.retention.decision_working_days, DAYS),
        ("/service_day/move_days_max", p.service_day.move_days_max, (0, 366)),
        ("/composition/party", p.composition.party, TIMES),
        ("/composition/deputy", p.composition.deputy, TIMES),
        ("/rota/window_days", p.rota.window_days, (1, 3660)),
        ("/rota/load_slack", p.rota.load_slack, TIMES),
        ("/rota/long_leave_days", p.rota.long_leave_days, (0, 366)),
        ("/notice/lead_days", p.notice.lead_days, (0, 60)),
        ("/notice/amendment_lead_days", p.notice.amendment_lead_days, (0, 60)),
        ("/record/filing_working_days", p.record.filing_working_days, DAYS_OR_NONE),
        ("/record/registration_working_days", p.record.registration_working_days, DAYS_OR_NONE),
        ("/appointment/first_contact_working_days", p.appointment.first_contact_working_days, DAYS),
        ("/answer/final_working_days", p.answer.final_working_days, DAYS),
        ("/answer/consultation_target_working_days", p.answer.consultation_target_working_days, DAYS_OR_NONE),
        ("/answer/extension_total_working_days", p.answer.extension_total_working_days, DAYS),
        ("/answer/extensions_max", p.answer.extensions_max, (0, 10)),
        ("/answer/after_return_working_days", p.answer.after_return_working_days, DAYS),
        ("/answer/after_report_back_working_days", p.answer.after_report_back_working_days, DAYS),
        ("/answer/rework_working_days", p.answer.rework_working_days, DAYS),
        ("/answer/outer_limit_calendar_days", p.answer.outer_limit_calendar_days, (1, 730)),
        ("/answer/outer_limit_l4_months", p.answer.outer_limit_l4_months, MONTHS),
        ("/answer/delivery_recorded_within_working_days", p.answer.delivery_recorded_within_working_days, DAYS_OR_NONE),
        ("/answer/undeliverable_attempts", p.answer.undeliverable_attempts, (1, 100)),
        ("/answer/undeliverable_days", p.answer.undeliverable_days, (1, 100)),
        ("/escalation/review_working_days", p.escalation.review_working_days, DAYS),
        ("/escalation/interim_first_working_days", p.escalation.interim_first_working_days, DAYS),
        ("/escalation/interim_every_working_days", p.escalation.interim_every_working_days, DAYS),
        ("/handling/unit_working_days", p.handling.unit_working_days, DAYS),
        ("/handling/unit_extension_working_days", p.handling.unit_extension_working_days, DAYS_OR_NONE),
        ("/handling/refusal_working_days", p.handling.refusal_working_days, DAYS_OR_NONE),
        ("/handling/support_working_days", p.handling.support_working_days, DAYS),
        ("/handling/l2_working_days", p.handling.l2_working_days, DAYS),
        ("/handling/l3_working_days", p.handling.l3_working_days, DAYS),
        ("/handling/l4_months", p.handling.l4_months, MONTHS),
        // Concluding writes one stream per issue in one append, and an append takes 1,024 streams.
        ("/handling/issues_per_major_issue_max", p.handling.issues_per_major_issue_max, (1, 200)),
        ("/suspension/days_max", p.suspension.days_max, (1, 366)),
        ("/lateness/due_soon_working_days", p.lateness.due_soon_working_days, DAYS_OR_NONE),
        ("/lateness/long_overdue_factor", p.lateness.long_overdue_factor, (1, 20)),
        ("/supervision/reminder_working_days_after_due", p.supervision.reminder_working_days_after_due, DAYS),
        ("/supervision/supervision_working_days_after_due", p.supervision.supervision_working_days_after_due, DAYS),
        ("/supervision/circular_working_days_after_due", p.supervision.circular_working_days_after_due, DAYS),
        ("/feedback/call_back_working_days", p.feedback.call_back_working_days, DAYS),
        ("/feedback/window_working_days", p.feedback.window_working_days, DAYS),
        ("/feedback/weights_permille/satisfied", p.feedback.weights_permille.satisfied, PERMILLE),
        ("/feedback/weights_permille/basically_satisfied", p.feedback.weights_permille.basically_satisfied, PERMILLE),
        ("/feedback/weights_permille/dissatisfied", p.feedback.weights_permille.dissatisfied, PERMILLE),
        ("/feedback/ranking_responses_min", p.feedback.ranking_responses_min, (0, 10_000)),
        ("/reopening/window_calendar_days", p.reopening.window_calendar_days, (1, 730)),
        ("/reopening/decision_working_days", p.reopening.decision_working_days, DAYS),
        ("/handover/working_days", p.handover.working_days, DAYS),
        ("/offices/vacancy_grace_working_days", p.offices.vacancy_grace_working_days, DAYS_OR_NONE),
        ("/cadence/theme_activities_per_quarter", p.cadence.theme_activities_per_quarter, TIMES),
        ("/cadence/meetings_per_quarter", p.cadence.meetings_per_quarter, TIMES),
        ("/cadence/symposia_per_half_year", p.cadence.symposia_per_half_year, TIMES),
        ("/cadence/report_working_days", p.cadence.report_working_days, DAYS),
        ("/cadence/study_filing_working_days", p.cadence.study_filing_working_days, DAYS),
        ("/cadence/inspection_report_working_days", p.cadence.inspection_report_working_days, DAYS),
        ("/consultation/briefings_min", p.consultation.briefings_min, TIMES),
        ("/consultation/hearings_min", p.consultation.hearings_min, TIMES),
        ("/theme_activity/documents_min", p.theme_activity.documents_min, TIMES),
        ("/theme_activity/recordings_min", p.theme_activity.recordings_min, TIMES),
        ("/commitment/check_working_days", p.commitment.check_working_days, DAYS_OR_NONE),
        ("/review/dispute_working_days", p.review.dispute_working_days, DAYS),
        ("/clock/claim_working_days", p.clock.claim_working_days, DAYS_OR_NONE),
        ("/clock/advance_working_days", p.clock.advance_working_days, DAYS),
    ]
}

/// Values that must stand in an order to each other, where both could be read.
fn orders(p: &Policy, said: &dyn Fn(&str) -> bool, faults: &mut Vec<Refusal>) {
    let (answer, supervision, weights) = (&p.answer, &p.supervision, &p.feedback.weights_permille);
    let mut ordered = |(less_at, less): (&str, u32), (more_at, more): (&str, u32)| {
        if less > more && said(less_at) && said(more_at) {
            faults.push(Refusal::new(Code::OutOfRange).at(more_at).because(
                format!("不得小于 {less}，即 {less_at} 的值。"),
                format!("Must not be less than {less}, the value of {less_at}."),
            ));
        }
    };
    ordered(
        ("/answer/final_working_days", answer.final_working_days),
        ("/answer/extension_total_working_days", answer.extension_total_working_days),
    );
    ordered(
        ("/answer/undeliverable_days", answer.undeliverable_days),
        ("/answer/undeliverable_attempts", answer.undeliverable_attempts),
    );
    let reminder = ("/supervision/reminder_working_days_after_due", supervision.reminder_working_days_after_due);
    let supervised =
        ("/supervision/supervision_working_days_after_due", supervision.supervision_working_days_after_due);
    let circular = ("/supervision/circular_working_days_after_due", supervision.circular_working_days_after_due);
    ordered(reminder, supervised);
    ordered(supervised, circular);
    let satisfied = ("/feedback/weights_permille/satisfied", weights.satisfied);
    let basically = ("/feedback/weights_permille/basically_satisfied", weights.basically_satisfied);
    let dissatisfied = ("/feedback/weights_permille/dissatisfied", weights.dissatisfied);
    ordered(basically, satisfied);
    ordered(dissatisfied, basically);
    let (from, to) = (&p.service_day.from, &p.service_day.to);
    let hours_said = said("/service_day/from") && said("/service_day/to");
    let (together_at, together) = ("/service_day/presence_overlap_minutes", p.service_day.presence_overlap_minutes);
    let minutes = (to.0 - from.0).num_minutes();
    let told = faults.iter().any(|fault| fault.pointer.as_deref() == Some(together_at));
    if from < to && i64::from(together) > minutes && hours_said && said(together_at) && !told {
        faults.push(Refusal::new(Code::OutOfRange).at(together_at).because(
            format!("接待自 {from} 至 {to} 共 {minutes} 分钟，同时在场的时间不得更长。"),
            format!("A session from {from} to {to} has {minutes} minutes; nobody can be there together for longer."),
        ));
    }
    if from >= to && hours_said {
        faults.push(
            Refusal::new(Code::OutOfRange)
                .at("/service_day/to")
                .because(format!("须晚于开始时间 {from}。"), format!("Must be after {from}, when it begins.")),
        );
    }
}

fn topics(policy: &mut Policy, said: &dyn Fn(&str) -> bool, faults: &mut Vec<Refusal>) {
    if policy.topics.is_empty() {
        faults.push(Refusal::new(Code::Missing).at("/topics"));
    }
    if policy.topics.len() > MAX_TOPICS {
        faults.push(Refusal::new(Code::TooMany).at("/topics"));
        return;
    }
    let mut codes = BTreeSet::new();
    for (index, topic) in policy.topics.iter_mut().enumerate() {
        let plain = !topic.code.is_empty()
            && topic.code.len() <= 40
            && topic.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !plain {
            faults.push(Refusal::new(Code::InvalidValue).at(format!("/topics/{index}/code")));
        }
        let at = format!("/topics/{index}/code");
        // A code that could not be read repeats none.
        if said(&at) && !codes.insert(topic.code.clone()) {
            faults.push(Refusal::new(Code::Duplicate).at(at));
        }
        match text::title(&topic.zh) {
            Ok(zh) => topic.zh = zh,
            Err(refusal) => faults.push(refusal.at(format!("/topics/{index}/zh"))),
        }
    }
}
