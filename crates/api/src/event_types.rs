//! Every stored event type as the OpenAPI document describes it: what it says, under which clause, the shape of its
//! public part, and an example, which is the domain's own golden file.

use domain::event::Event;
use serde_json::{Map, Value, json};

/// A stored type in words.
pub(crate) struct EventType {
    /// Its stored name, `<family>.<fact>`.
    pub name: &'static str,
    zh: &'static str,
    en: &'static str,
    /// The domain's golden file of the type: `{"type","schema","public"}`.
    golden: &'static str,
}

macro_rules! event_types {
    // The number is that of the newest schema, where it is not the first.
    (@golden $name:literal) => { include_str!(concat!("../../domain/golden/", $name, ".1.json")) };
    (@golden $name:literal $schema:literal) => {
        include_str!(concat!("../../domain/golden/", $name, ".", stringify!($schema), ".json"))
    };
    ($($name:literal $(/ $schema:literal)? $zh:literal $en:literal;)+) => {
        const EVENT_TYPES: &[EventType] = &[$(EventType {
            name: $name,
            zh: $zh,
            en: $en,
            golden: event_types!(@golden $name $($schema)?),
        }),+];
    };
}

event_types! {
    "log.opened" "日志开启，载明其编号、来源名与验证密钥。" "The log was opened; it names its id, origin and verifier keys.";
    "account.created" "建立账户及其可用的角色。" "An account was created, with the roles it may act in.";
    "account.token_issued" "签发令牌；只留密文，不含令牌本身。" "A token was issued; its secret is not in the record.";
    "account.token_revoked" "吊销令牌。" "A token was revoked.";
    "programme.established" "活动自某日起施行。" "The programme was established, in effect from a day.";
    "policy.version_adopted" "通过一版规则，全文在此。" "A version of the policy was adopted; the whole of it stands here.";
    "calendar.published" "公布一年的工作日历。" "A year's working calendar was published.";
    "calendar.amended" "修订一年的工作日历。" "A year's working calendar was amended.";
    "area.town_defined" "设立镇级区域。" "The town was defined.";
    "area.grid_defined" "设立网格。" "A grid was defined.";
    "area.unit_defined" "设立网格下的村、社区或单位。" "A village, community or institution of a grid was defined.";
    "area.convener_appointed" "任命网格召集人。" "A grid's convener was appointed.";
    "area.liaison_appointed" "任命网格联络员。" "A grid's liaison was appointed.";
    "delegate.registered" "登记一名代表。" "A delegate was registered.";
    "delegate.mandate_given" "代表取得党代表或人大代表资格。" "A delegate was given a mandate, of the party or of the congress.";
    "delegate.assigned" "代表编入网格或其下单位。" "A delegate was assigned to a grid or a unit of it.";
    "delegate.assignment_ended" "代表的编组结束。" "A delegate's assignment ended.";
    "delegate.departed" "代表离任。" "A delegate departed.";
    "office.registered" "登记一个办公室、部门或单位。" "An office was registered.";
    "roster.imported" "导入名单；记下各项数目与文件的 SHA-256。" "A roster was imported; counts and the file's SHA-256 are kept.";
    "reception.recorded" "记录一次接待：形式、地点、代表、来访人数与事项。" "A reception was recorded: form, place, delegates, visitors, issues.";
    "reception.correction_proposed" "提出更正接待记录，须经批准。" "A correction of a reception's record was proposed and needs approval.";
    "reception.correction_refused" "不准更正接待记录。" "A correction of a reception's record was refused.";
    "reception.corrected" "更正接待记录；原件保留。" "A reception's record was corrected; the original stays.";
    "issue.raised" "来访人提出事项，明确首问责任人与答复期限。" "A visitor raised an issue; it names the responsible delegate and the due date.";
    "issue.taken" "受理事项。" "The issue was taken in hand.";
    "issue.referred" "告知法定途径。" "The visitor was referred to a statutory channel.";
    "issue.interim_reply_given" "作阶段性答复，并约定下次答复之日。" "An interim reply was given, with the day of the next word.";
    "issue.extension_requested" "申请延期。" "More time was asked for.";
    "issue.extension_granted" "准予延期，告知来访人后生效。" "More time was granted; in effect once the visitor is told.";
    "issue.extension_refused" "不准延期。" "More time was refused.";
    "issue.visitor_told_of_extension" "已将延期告知来访人，新期限生效。" "The visitor was told of more time; the new due date is in effect.";
    "issue.clock_suspended" "中止计时。" "The clock was stopped.";
    "issue.clock_resumed" "恢复计时。" "The clock runs again.";
    "issue.escalated" "上报，进入网格重大问题处理流程。" "The issue was escalated into the grids' major-issue process.";
    "issue.escalation_returned" "上报退回，由本级答复。" "The escalation was returned; the delegate answers.";
    "issue.outcome_reported_back" "处理结果反馈至首问责任人。" "The outcome was reported back to the responsible delegate.";
    "issue.final_answer_given" "正式答复来访人。" "The final answer was given to the visitor.";
    "issue.feedback_recorded" "记录来访人的评价。" "The visitor's feedback was recorded.";
    "issue.closed" "办结。" "The issue was closed.";
    "issue.reopening_requested" "申请重办。" "It was asked to take the issue up again.";
    "issue.reopening_refused" "不予重办。" "Taking it up again was refused.";
    "issue.reopened" "重办，开始新的一轮。" "The issue was reopened; a new cycle begins.";
    "issue.withdrawn" "来访人撤回；代表可主动继续办理。" "The visitor withdrew; the delegate may go on of their own motion.";
    "issue.responsibility_handed_over" "责任移交另一名代表。" "Responsibility was handed over to another delegate.";
    "issue.deadline_recomputed"/2 "新公布的日历或层级变更使未到期限后移。" "A newly published calendar, or another level of the major issue, moved an open due date.";
    "issue.delivery_attempted" "试图送达答复而未能送达。" "The visitor was to be told and could not be reached.";
    "issue.commitment_verified" "核实列入计划的承诺是否兑现。" "It was looked at whether what a planned answer promised is done.";
    "issue.merged" "与另一事项并案办理，仍各自答复。" "The issue is handled together with another, and answered for itself.";
    "issue.unmerged" "撤销并案。" "The merging was undone.";
    "issue.linked" "与另一事项关联。" "The issue was linked to another.";
    "issue.input_requested" "向有关单位征询情况。" "An office was asked for information.";
    "issue.input_given" "有关单位回复征询。" "The information was given.";
    "issue.correction_proposed" "提出更正，须经批准。" "A correction was proposed and needs approval.";
    "issue.correction_refused" "不准更正。" "A correction was refused.";
    "issue.corrected" "更正记录；原件保留，期限重新计算。" "The record was corrected; the original stays, and the due date follows.";
    "major_issue.submitted" "提交重大问题。" "A major issue was submitted.";
    "major_issue.issue_joined" "又一事项并入重大问题。" "Another issue joined the major issue.";
    "major_issue.triaged" "审核：受理、退回或转法定途径。" "It was triaged: accepted, returned or referred.";
    "major_issue.deliberated" "会商。" "It was deliberated.";
    "major_issue.assigned" "交办，明确牵头与配合单位及期限。" "It was assigned to a lead office and supporting ones, with a due date.";
    "major_issue.accepted" "承办单位接收。" "The lead office accepted it.";
    "major_issue.dispatch_refused" "承办单位提出退回。" "The lead office refused it.";
    "major_issue.refusal_decided" "对退回作出决定。" "The refusal was decided on.";
    "major_issue.outcome_reported" "报告处理结果。" "The outcome was reported.";
    "major_issue.verified" "核实处理结果。" "The outcome was verified.";
    "major_issue.returned_for_rework" "退回重办。" "It was returned for rework.";
    "major_issue.level_raised" "提级办理。" "It was raised to a higher level.";
    "major_issue.level_lowered" "降级办理。" "It was lowered to a lower level.";
    "major_issue.concluded" "处理完结，结果交还各事项的首问责任人。" "It was concluded; the outcome goes back to each issue's delegate.";
}

/// Every stored type, in the order of the domain's list.
pub(crate) fn all() -> impl Iterator<Item = &'static EventType> {
    EVENT_TYPES.iter()
}

/// The schemas, `<Type>Facts` each for the public part, and `EventType`, the list of the names.
pub fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    let names: Vec<_> = EVENT_TYPES.iter().map(|event_type| event_type.name).collect();
    let lines: Vec<_> =
        EVENT_TYPES.iter().map(|known| format!("- `{}`: {}{}", known.name, known.zh, known.en)).collect();
    schemas.insert(
        "EventType".to_owned(),
        json!({
            "type": "string", "enum": names,
            "description": format!("事件类型。The types of events.\n\n{}", lines.join("\n")),
        }),
    );
    for event_type in EVENT_TYPES {
        schemas.insert(event_type.facts(), event_type.schema());
    }
    schemas
}

/// The public part of a type's golden file.
pub(crate) fn public_of(event_type: &EventType) -> Value {
    let mut golden: Value = serde_json::from_str(event_type.golden).unwrap_or_default();
    golden["public"].take()
}

/// `issue.final_answer_given` is `IssueFinalAnswerGiven`: names of schemas become names of types, which have no dots.
pub(crate) fn pascal(name: &str) -> String {
    let words = name.split(['.', '_']);
    words.map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default()).collect()
}

/// Every type with its terms, without the full stop.
pub(crate) fn terms() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    EVENT_TYPES.iter().map(|known| (known.name, known.zh.trim_end_matches('。'), known.en.trim_end_matches('.')))
}

/// The clause that a type is recorded under; empty where it rests on none.
pub(crate) fn clause(name: &str) -> Option<&'static str> {
    EVENT_TYPES.iter().find(|known| known.name == name).and_then(EventType::clause)
}

impl EventType {
    fn clause(&self) -> Option<&'static str> {
        let golden: Value = serde_json::from_str(self.golden).ok()?;
        let schema = u32::try_from(golden["schema"].as_u64()?).ok()?;
        Event::decode(self.name, schema, golden["public"].clone()).ok().map(|event| event.clause())
    }

    /// The name of the type in the names of schemas.
    pub fn pascal(&self) -> String {
        pascal(self.name)
    }

    /// The name of the schema of its public part.
    pub fn facts(&self) -> String {
        format!("{}Facts", self.pascal())
    }

    /// What it says, in both languages.
    pub fn words(&self) -> String {
        format!("{}\n{}", self.zh, self.en)
    }

    fn schema(&self) -> Value {
        let golden: Value = serde_json::from_str(self.golden).unwrap_or_default();
        let public = golden["public"].clone();
        let schema = golden["schema"].as_u64().and_then(|schema| u32::try_from(schema).ok()).unwrap_or(1);
        let clause = Event::decode(self.name, schema, public.clone()).map_or("", |event| event.clause());
        let mut shape = shape(self.name, "", &public);
        shape["description"] = json!(self.words());
        shape["example"] = public;
        shape["x-schema"] = json!(schema);
        if !clause.is_empty() {
            shape["x-clause"] = json!(clause);
        }
        shape
    }
}

/// The JSON schema of a value as the golden file has it. Which keys may be absent, an example cannot tell: the format's
/// own page does.
fn shape(event_type: &str, key: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let properties: Map<_, _> =
                members.iter().map(|(key, value)| (key.clone(), shape(event_type, key, value))).collect();
            if properties.is_empty() {
                json!({"type": "object"})
            } else {
                json!({"type": "object", "properties": properties})
            }
        }
        Value::Array(items) => {
            // An item may have keys that the first has not: a visitor has a subject or is anonymous.
            let mut shapes = items.iter().map(|item| shape(event_type, key, item));
            let mut items = shapes.next().unwrap_or_else(|| json!({}));
            for other in shapes {
                if let (Some(known), Value::Object(more)) =
                    (items.get_mut("properties").and_then(Value::as_object_mut), &other["properties"])
                {
                    known.extend(more.clone());
                }
            }
            json!({"type": "array", "items": items})
        }
        Value::String(text) => match list_of(event_type, key) {
            Some(list) => json!({"$ref": format!("#/components/schemas/{list}")}),
            None if crate::body::parse_uuid(text).is_some() => json!({"type": "string", "format": "uuid"}),
            None if crate::body::parse_date(text).is_some() => json!({"type": "string", "format": "date"}),
            None => json!({"type": "string"}),
        },
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::Null => json!({}),
    }
}

/// The closed list that a key's value is of, where it is of one.
fn list_of(event_type: &str, key: &str) -> Option<&'static str> {
    let (family, fact) = event_type.split_once('.')?;
    Some(match (family, key) {
        ("delegate" | "roster" | "reception", "delegate_type") => "DelegateType",
        ("area", "unit_kind") => "UnitKind",
        ("office", "kind") => "OfficeKind",
        ("delegate", "reason_code") => "DepartureReason",
        ("account", "roles") => "Role",
        ("reception", "form") => "ReceptionForm",
        ("issue" | "major_issue", "rule") => "DueRule",
        ("issue" | "major_issue", "outcome") => "Outcome",
        ("issue" | "major_issue", "statutory_channel") => "StatutoryChannel",
        ("issue" | "major_issue", "level" | "to") => "Level",
        ("issue", "satisfaction") => "Satisfaction",
        ("issue", "by") => "FeedbackBy",
        ("issue", "ground") => "ReopeningGround",
        ("major_issue", "decision") if fact == "triaged" => "TriageDecision",
        ("issue", "kind") if fact == "raised" => "IssueKind",
        // The one `kind` inside an answer is that of its evidence.
        ("issue", "kind") if fact == "final_answer_given" => "EvidenceKind",
        ("issue", "channel") if fact == "final_answer_given" => "AnswerChannel",
        ("issue", "channel") => "WordChannel",
        ("issue", "reason_code") => match fact {
            "extension_requested" => "ExtensionReason",
            "clock_suspended" => "SuspensionReason",
            "responsibility_handed_over" => "HandoverReason",
            _ => return None,
        },
        (_, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::vocabulary;

    #[test]
    fn every_stored_type_is_described() {
        // Of each type the newest schema.
        let mut newest: Vec<(&str, u32)> = Vec::new();
        for (name, schema) in Event::NAMES {
            match newest.last_mut().filter(|(known, _)| known == name) {
                Some(known) => known.1 = *schema,
                None => newest.push((name, *schema)),
            }
        }
        let golden = |event_type: &EventType| serde_json::from_str::<Value>(event_type.golden).unwrap();
        let schema = |event_type| u32::try_from(golden(event_type)["schema"].as_u64().unwrap()).unwrap();
        let described: Vec<_> = EVENT_TYPES.iter().map(|event_type| (event_type.name, schema(event_type))).collect();
        assert_eq!(described, newest, "in the order of the domain's list");
        for event_type in EVENT_TYPES {
            assert!(event_type.zh.ends_with('。') && event_type.en.ends_with('.'), "{}", event_type.name);
            let schema = event_type.schema();
            assert!(schema["example"].is_object() && schema["description"].is_string(), "{}", event_type.name);
            assert_eq!(golden(event_type)["type"].as_str(), Some(event_type.name));
        }
    }

    #[test]
    fn a_shape_names_lists_ids_and_days() {
        let schemas = schemas();
        let raised = &schemas["IssueRaisedFacts"];
        assert_eq!(raised["x-clause"], "C-3.1");
        assert_eq!(raised["properties"]["kind"]["$ref"], "#/components/schemas/IssueKind");
        assert_eq!(raised["properties"]["grid_id"]["format"], "uuid");
        assert_eq!(raised["properties"]["due"]["properties"]["on"]["format"], "date");
        assert_eq!(raised["properties"]["due"]["properties"]["working_days"]["type"], "integer");
        let visitor = &schemas["ReceptionRecordedFacts"]["properties"]["visitors"]["items"]["properties"];
        assert_eq!((&visitor["subject"]["type"], &visitor["anonymous"]["type"]), (&json!("string"), &json!("boolean")));
    }

    /// A list named for a key holds the value that the golden file has under it.
    #[test]
    fn the_examples_are_of_the_lists_they_name() {
        fn check(shape: &Value, value: &Value, lists: &Map<String, Value>, place: &str) {
            if let Some(list) = shape["$ref"].as_str() {
                let list = &lists[list.rsplit('/').next().unwrap()];
                assert!(list["enum"].as_array().unwrap().contains(value), "{place}: {value}");
            }
            if let Some(members) = value.as_object() {
                for (key, value) in members {
                    check(&shape["properties"][key], value, lists, &format!("{place}/{key}"));
                }
            }
            for item in value.as_array().into_iter().flatten() {
                check(&shape["items"], item, lists, place);
            }
        }
        let lists = vocabulary::schemas();
        for event_type in EVENT_TYPES {
            let schema = event_type.schema();
            check(&schema, &schema["example"], &lists, event_type.name);
        }
    }
}
