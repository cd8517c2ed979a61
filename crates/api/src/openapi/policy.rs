//! The document of a policy version, described once: requests, answers and the event that adopts it all refer to
//! `PolicyDocument`, whose parts are schemas of their own. Its shape is that of the domain's golden file; the words are here.

use crate::openapi::event_types;
use crate::policies::shape::OPTIONAL;
use domain::event::Event;
use serde_json::{Value, json};

/// Adds `PolicyDocument` and its parts, and lets everything that holds a policy document refer to it.
pub(super) fn describe(schemas: &mut Value) {
    let Some(golden) = Event::types().find(|known| known.name == "policy.version_adopted") else { return };
    let example = event_types::public_of(golden);
    let mut document = json!({"type": "object", "additionalProperties": false});
    for (member, value) in example.as_object().into_iter().flatten() {
        let place = format!("/{member}");
        document["properties"][member] = match value {
            Value::Object(_) => {
                let name = format!("Policy{}", event_types::pascal(member));
                schemas[&name] = object(&place, value);
                json!({"$ref": format!("#/components/schemas/{name}"), "description": words(&place)})
            }
            Value::Array(_) => list(&place),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(&place, value),
        };
    }
    document["required"] = required("", &example);
    document["description"] = json!(
        "一版规则的全文：通知未定的各项数值。除 clock.from 和 retention 外，每一项都要写明。\nA policy version as a whole: every value that the notice leaves open. No member but clock.from and retention may be left out."
    );
    document["example"] = harmless(example);
    // The example of a version holds its document as a whole.
    if let Some(version) = schemas["PolicyVersion"].get_mut("example") {
        version["effective_from"] = document["example"]["effective_from"].clone();
        version["document"] = document["example"].clone();
    }
    schemas["PolicyDocument"] = document;
    schemas[event_types::facts(golden)] = json!({"$ref": "#/components/schemas/PolicyDocument"});
}

/// An example that whoever tries it out by a click does not regret: complete, and in effect only in a distant year.
fn harmless(mut example: Value) -> Value {
    example["name"] = json!("示例规则（仅供试用，2099 年起施行）");
    example["effective_from"] = json!("2099-01-01");
    example
}

fn object(place: &str, value: &Value) -> Value {
    let mut schema = json!({"type": "object", "additionalProperties": false, "description": words(place)});
    for (member, value) in value.as_object().into_iter().flatten() {
        let below = format!("{place}/{member}");
        schema["properties"][member] = match value {
            Value::Object(_) => object(&below, value),
            Value::Array(_) => list(&below),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(&below, value),
        };
    }
    schema["required"] = required(place, value);
    schema
}

/// A list of the topics, or of the codes of a closed list.
fn list(place: &str) -> Value {
    let (of, least) = match place {
        "/topics" => ("Topic", 1),
        "/review/grades" => ("Grade", 1),
        "/session/invalidated_by" => ("Finding", 0),
        "/session/excusing_reasons" => ("SessionReason", 0),
        "/notice/unit_kinds" => ("UnitKind", 0),
        "/symposium/classes" => ("AttendanceClass", 0),
        _ => ("", 0),
    };
    let items = if of.is_empty() {
        // An obligation, or one part of it.
        json!({"type": "string", "pattern": "^O-[1-9][0-9]?(/[a-z]+)?$"})
    } else {
        json!({"$ref": format!("#/components/schemas/{of}")})
    };
    json!({"type": "array", "items": items, "minItems": least, "maxItems": 100, "description": words(place)})
}

fn required(place: &str, value: &Value) -> Value {
    let members = value.as_object().into_iter().flatten().map(|(member, _)| member.as_str());
    members.filter(|member| !OPTIONAL.contains(&format!("{place}/{member}").as_str())).collect()
}

fn scalar(place: &str, value: &Value) -> Value {
    let mut schema = match (place, value) {
        (_, Value::Bool(_)) => json!({"type": "boolean"}),
        (_, Value::Number(_)) => json!({"type": "integer", "format": "int32", "minimum": 0}),
        ("/name", _) => json!({"type": "string", "minLength": 1, "maxLength": 200}),
        ("/effective_from" | "/clock/from", _) => json!({"type": "string", "format": "date"}),
        ("/service_day/weekday", _) => {
            let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            json!({"type": "string", "enum": days})
        }
        ("/service_day/from" | "/service_day/to" | "/clock/notices_at", _) => {
            json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
        }
        ("/service_day/holiday_rule", _) => json!({"type": "string", "enum": ["postpone", "skip", "advance"]}),
        ("/review/freeze_on" | "/review/opens_on" | "/review/result_due_on", _) => {
            json!({"type": "string", "pattern": "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"})
        }
        // The one value there is so far.
        ("/composition/per" | "/notice/rest_day_rule" | "/review/period" | "/retention/narrative", only) => {
            json!({"type": "string", "enum": [only]})
        }
        (_, _) => json!({"type": "string", "minLength": 1}),
    };
    schema["description"] = words(place);
    schema
}

fn words(place: &str) -> Value {
    let found = WORDS.iter().find(|(known, _, _)| *known == place);
    found.map_or(Value::Null, |(_, zh, en)| json!(format!("{zh}\n{en}")))
}

/// What each member says, in both languages, with its clause where it is a part.
#[rustfmt::skip] // one line a member reads best
const WORDS: &[(&str, &str, &str)] = &[
    ("/name", "规则的名称。", "What it is called."),
    ("/effective_from", "自该日起作为依据。", "First day for which it decides."),
    ("/time_zone", "时区（IANA 名称），镇上的日期以此为准；日志存续期间不变。", "Time zone by its IANA name, whose dates are the town's dates; the same for the life of the log."),
    ("/service_day", "接待日（C-2）。", "Service days (C-2)."),
    ("/service_day/weekday", "星期几。", "Day of the week."),
    ("/service_day/from", "开始时刻。", "From this time of day."),
    ("/service_day/to", "结束时刻。", "To this time of day."),
    ("/service_day/presence_overlap_minutes", "规定的代表至少同时在场的分钟数。", "Minutes for which the delegates required must be present together, at least."),
    ("/service_day/holiday_rule", "接待日逢非工作日时：`postpone` 顺延，`skip` 取消，`advance` 提前。", "What becomes of a service day that is not a working day: `postpone` to the next one, `skip`, or `advance` to the one before."),
    ("/service_day/allow_make_up_day", "是否可改在调休的工作日。", "Whether it may be moved to a make-up working day."),
    ("/service_day/move_days_max", "场次可由人工移动的最多日历日数，自其原定接待日起算。", "Calendar days by which a session may be moved by hand from its ordinary day, at most."),
    ("/composition", "一场接待的代表组成（C-4.1）。", "Who must sit in a session (C-4.1)."),
    ("/composition/party", "党代表至少人数。", "Party delegates, at least."),
    ("/composition/deputy", "人大代表至少人数。", "Deputies, at least."),
    ("/composition/per", "按哪一类区域计算。", "In each of which areas."),
    ("/rota", "轮值建议（C-4.1）。", "The fair proposal of a rota (C-4.1)."),
    ("/rota/window_days", "计算轮值次数时回溯的日历日数。", "Calendar days back over which duties are counted."),
    ("/rota/load_slack", "为少同班搭档，轮值次数可比最少者多几次。", "By how much a load may be above the least, for a pair that sat together less often."),
    ("/rota/long_leave_days", "请假超过该日历日数的，不补请假期间的轮值。", "A leave of more calendar days than this need not be made up for."),
    ("/session", "场次认定（C-4.1）。", "How a session is judged (C-4.1)."),
    ("/session/invalidated_by", "使场次无效的情形；其余只作备注。", "Findings that make a session invalid; the others are remarks."),
    ("/session/excusing_reasons", "取消场次时可免责的原因。", "Reasons that excuse a cancelled session."),
    ("/notice", "接待公告（C-5.2）。", "Public notices of sessions (C-5.2)."),
    ("/notice/lead_days", "提前的日历日数。", "Calendar days before the session."),
    ("/notice/rest_day_rule", "公告期限逢休息日时的规则。", "What holds where its last day is not worked."),
    ("/notice/amendment_lead_days", "更改公告须提前的日历日数。", "Calendar days before the session for a change."),
    ("/notice/unit_kinds", "须张贴公示的单位类别。", "Kinds of unit that owe a notice."),
    ("/record", "接待记录（C-4.1）。", "Keeping the record (C-4.1)."),
    ("/record/filing_working_days", "接待记录归档的工作日数。", "Working days for filing a session's record."),
    ("/record/registration_working_days", "登记接待的工作日数；超过即为迟录。", "Working days for registering a reception; later ones count as recorded late."),
    ("/appointment", "预约接待（C-3.1）。", "Visits by appointment (C-3.1)."),
    ("/appointment/first_contact_working_days", "首次联系的工作日数。", "Working days to the first contact."),
    ("/answer", "答复及其期限（C-4.4）。", "Answers and their due dates (C-4.4)."),
    ("/answer/final_working_days", "自接待至正式答复的工作日数。", "Working days from the reception to the final answer."),
    ("/answer/consultation_target_working_days", "简单咨询的目标工作日数。", "Target for simple consultations, in working days."),
    ("/answer/extension_total_working_days", "延期可至起算后的第几个工作日。", "Working days from the clock's start that an extension may reach."),
    ("/answer/extensions_max", "每轮申请延期的次数。", "Extension requests a cycle."),
    ("/answer/after_return_working_days", "上报退回后的工作日数。", "Working days after an escalation was returned."),
    ("/answer/after_report_back_working_days", "结果反馈后的工作日数。", "Working days after the outcome was reported back."),
    ("/answer/rework_working_days", "重办的工作日数。", "Working days after reopening."),
    ("/answer/outer_limit_calendar_days", "上报期间的最长期限（日历日）。", "Outer limit while escalated, in calendar days."),
    ("/answer/outer_limit_l4_months", "上报至 L4 时的最长期限（月）。", "Outer limit while escalated to L4, in months."),
    ("/answer/delivery_recorded_within_working_days", "送达须在几个工作日内补录，方按送达之日计。", "Working days within which a delivery must be recorded to count from its day."),
    ("/answer/undeliverable_attempts", "可公示送达之前的送达次数。", "Attempts before an answer may be posted."),
    ("/answer/undeliverable_days", "这些送达须分布的不同日数。", "Different days those attempts must fall on."),
    ("/escalation", "上报（C-3.6）。", "Escalation (C-3.6)."),
    ("/escalation/review_working_days", "召集人审核的工作日数。", "Working days for the convener's check."),
    ("/escalation/interim_first_working_days", "首次阶段性答复的工作日数。", "Working days to the first interim reply."),
    ("/escalation/interim_every_working_days", "两次阶段性答复之间的工作日数。", "Working days between interim replies."),
    ("/handling", "重大问题的办理（C-3.6）。", "Handling of major issues (C-3.6)."),
    ("/handling/unit_working_days", "牵头单位的工作日数。", "Working days of the lead office."),
    ("/handling/unit_extension_working_days", "其一次延期的工作日数。", "Working days of its one extension."),
    ("/handling/refusal_working_days", "提出退回的工作日数。", "Working days for refusing an assignment."),
    ("/handling/support_working_days", "配合单位的工作日数。", "Working days of supporting offices."),
    ("/handling/l2_working_days", "L2 的工作日数。", "Working days at L2."),
    ("/handling/l3_working_days", "L3 的工作日数。", "Working days at L3."),
    ("/handling/l4_months", "L4 的月数。", "Months at L4."),
    ("/handling/issues_per_major_issue_max", "一件重大问题最多关联的事项数。", "Issues that a major issue may have."),
    ("/suspension", "中止计时（C-4.4）。", "Suspension of an issue's clock (C-4.4)."),
    ("/suspension/days_max", "最多的日历日数；一轮内合并计算。", "Calendar days at most, all suspensions of a cycle together."),
    ("/lateness", "何时称为逾期（C-4.4）。", "When an issue is called late (C-4.4)."),
    ("/lateness/due_soon_working_days", "期限前几个工作日称为即将到期。", "Working days before the due date from which it is due soon."),
    ("/lateness/long_overdue_factor", "超过所给日数的几倍称为严重逾期。", "Long overdue when more than this many times the days given have passed."),
    ("/supervision", "催办、督办、通报（C-4.4）。", "Reminders, supervision, circulars (C-4.4)."),
    ("/supervision/reminder_working_days_after_due", "逾期几个工作日后催办。", "Working days overdue until a reminder."),
    ("/supervision/supervision_working_days_after_due", "逾期几个工作日后督办。", "Working days overdue until supervision."),
    ("/supervision/circular_working_days_after_due", "逾期几个工作日后通报。", "Working days overdue until a circular."),
    ("/feedback", "来访人评价（C-3.6）。", "Feedback of visitors (C-3.6)."),
    ("/feedback/call_back_working_days", "回访的工作日数。", "Working days to the call-back."),
    ("/feedback/window_working_days", "评价有效的工作日数。", "Working days in which feedback counts."),
    ("/feedback/weights_permille", "满意程度的权重（千分数）。", "Weights of satisfaction, in thousandths."),
    ("/feedback/weights_permille/satisfied", "满意。", "Satisfied."),
    ("/feedback/weights_permille/basically_satisfied", "基本满意。", "Basically satisfied."),
    ("/feedback/weights_permille/dissatisfied", "不满意。", "Dissatisfied."),
    ("/feedback/ranking_responses_min", "评价少于该数则不作比较。", "Responses below which nobody is compared."),
    ("/reopening", "重办（C-3.6）。", "Reopening (C-3.6)."),
    ("/reopening/window_calendar_days", "自送达起的日历日数。", "Calendar days from delivery."),
    ("/reopening/decision_working_days", "作出决定的工作日数。", "Working days for the decision."),
    ("/handover", "责任移交（C-4.4）。", "Handover of responsibility (C-4.4)."),
    ("/handover/working_days", "移交的工作日数。", "Working days."),
    ("/offices", "召集人与联络员（C-5.1）。", "Conveners and liaisons (C-5.1)."),
    ("/offices/vacancy_grace_working_days", "可空缺的工作日数。", "Working days an office may be vacant."),
    ("/cadence", "活动、例会与报告（C-4.2、C-4.3a、C-4.3b、C-3.5）。", "Activities, meetings, reports (C-4.2, C-4.3a, C-4.3b, C-3.5)."),
    ("/cadence/theme_activities_per_quarter", "每季度主题活动次数（C-4.2）。", "Theme activities a quarter (C-4.2)."),
    ("/cadence/meetings_per_quarter", "每季度工作例会次数（C-4.3a）。", "Regular meetings a quarter (C-4.3a)."),
    ("/cadence/symposia_per_half_year", "每半年座谈会次数（C-4.3b）。", "Symposia a half-year (C-4.3b)."),
    ("/cadence/report_working_days", "向两个办公室报送的工作日数。", "Working days for a report to both offices."),
    ("/cadence/study_filing_working_days", "调研报告归档的工作日数（C-3.5）。", "Working days for filing a study (C-3.5)."),
    ("/cadence/inspection_report_working_days", "视察报告的工作日数（C-3.5）。", "Working days for reporting an inspection (C-3.5)."),
    ("/consultation", "民主恳谈（C-3.3）。", "Democratic consultation (C-3.3)."),
    ("/consultation/briefings_min", "通报至少次数。", "Briefings, at least."),
    ("/consultation/hearings_min", "听取记录至少次数。", "Listening records, at least."),
    ("/theme_activity", "季度主题活动的资料（C-4.2）。", "Evidence of a theme activity (C-4.2)."),
    ("/theme_activity/documents_min", "文件至少件数。", "Documents, at least."),
    ("/theme_activity/recordings_min", "影像资料至少件数。", "Images, sound or video, at least."),
    ("/symposium", "代表群众座谈会（C-4.3b）。", "Symposia (C-4.3b)."),
    ("/symposium/classes", "须有人参加的各类人员。", "Classes of people of whom somebody must attend."),
    ("/commitment", "列入计划的承诺（C-3.6）。", "Commitments of planned answers (C-3.6)."),
    ("/commitment/check_working_days", "承诺日期后核实的工作日数。", "Working days after the promised day within which somebody looks."),
    ("/review", "年度述职评议（C-5.2）。", "The annual review (C-5.2)."),
    ("/review/period", "评议的期间。", "The period it is about."),
    ("/review/freeze_on", "次年冻结指标之日（月-日）。", "Day of the following year on which its indicators are frozen (month-day)."),
    ("/review/dispute_working_days", "可提出异议的工作日数。", "Working days in which entries may be disputed."),
    ("/review/opens_on", "当年自该日起可启动评议（月-日）。", "Day of the year from which its review may be opened (month-day)."),
    ("/review/result_due_on", "次年报告和结果的期限（月-日）。", "Day of the following year by which report and result are due (month-day)."),
    ("/review/grades", "评议结果的等次。", "Grades that a result may be."),
    ("/clock", "履职时钟。", "The clock over obligations."),
    ("/clock/from", "此日之前到期的不计；未写明的，自首个含履职时钟的规则版本记录之日起。", "What was due before this day does not count; without it, the day on which the first policy with a clock over obligations was recorded."),
    ("/clock/claim_working_days", "须在几个工作日内补录，方按所述之日计。", "Working days within which a fact must be recorded to count from the day that it is claimed for."),
    ("/clock/notices_at", "催办、督办、通报和预告的时刻。", "Time of day of reminders, supervision, circulars and advance notices."),
    ("/clock/advance_working_days", "预告在期限前的工作日数。", "Working days before the due date of the advance notice."),
    ("/clock/advance", "须预告的义务。", "Obligations that are announced in advance."),
    ("/clock/tiered", "须催办、督办、通报的义务。", "Obligations that have reminder, supervision and circular."),
    ("/clock/silent", "只作统计、不算未履行的义务。", "Obligations that are counted and never breached."),
    ("/retention", "个人信息的保存期限；未写明的按默认值。", "How long personal data is kept; without it, as long as the default policy says."),
    ("/retention/contact_days_after_close", "事项办结后保存联系方式的日历日数。", "Calendar days after its issue is over for which a way to reach somebody is kept."),
    ("/retention/identity_days_after_close", "事项办结后保存姓名的日历日数。", "Calendar days after its issue is over for which a name is kept."),
    ("/retention/files_days_after_close", "事项办结后保存附件的日历日数。", "Calendar days after its issue is over for which files are kept."),
    ("/retention/narrative", "陈述内容的去留。", "What becomes of words."),
    ("/retention/decision_working_days", "决定删除申请的工作日数。", "Working days for the decision on an erasure."),
    ("/topics", "事项的主题，按显示顺序，至多 100 个。", "Topics of issues, in the order they are shown: up to 100."),
];
