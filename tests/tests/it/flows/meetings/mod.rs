//! A grid's meetings over HTTP: convened, major issues before them, held, and what they left over; the grid's agenda.

mod record;
mod refusals;

use crate::harness::http::Problem;
use crate::harness::{Office, demand, id, instant, now, text, today};
use chrono::{Datelike as _, Days, Duration};
use serde_json::{Value, json};

/// An office with a meeting of its grid that is convened for today.
struct Convened {
    office: Office,
    meeting: String,
}

impl Convened {
    fn today() -> Self {
        let office = Office::open();
        let meeting = convened(&office, &json!({}));
        Self { office, meeting }
    }

    fn path(&self, fact: &str) -> String {
        format!("/v1/meetings/{}/{fact}", self.meeting)
    }

    /// A command on the meeting: the meeting after it.
    #[track_caller]
    fn does(&self, fact: &str, body: &Value) -> Value {
        self.office.post(&self.path(fact), body).is(200).json()["meeting"].clone()
    }

    #[track_caller]
    fn refuses(&self, fact: &str, body: &Value, status: u16, code: &str) -> Problem {
        self.office.refuses_command(&self.path(fact), body, status, code)
    }

    #[track_caller]
    fn read(&self) -> Value {
        self.office.get(&format!("/v1/meetings/{}", self.meeting)).good()
    }

    /// Closes it, held just now by the two delegates of the office.
    #[track_caller]
    fn closes(&self) -> Value {
        self.does("closing", &self.closing())
    }

    fn closing(&self) -> Value {
        let (one, other) = (&self.office.delegate, &self.office.other_delegate);
        json!({"held_at": instant(now()), "delegates": [{"delegate_id": one}, {"delegate_id": other}],
            "attendance": {"party_organisation": 2, "official": 1}, "text": "研究重大问题。"})
    }
}

/// Convenes a meeting of the office's grid for today, with these fields besides or in place of others: its id.
#[track_caller]
fn convened(office: &Office, with: &Value) -> String {
    id(&office.post("/v1/meetings", &convening(office, with)).created()["meeting"])
}

fn convening(office: &Office, with: &Value) -> Value {
    let mut body =
        json!({"grid_id": office.grid, "kind": "regular", "scheduled_on": today(), "with_work_meeting": true});
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    body
}

/// A major issue of the office's grid that was escalated so many days ago.
#[track_caller]
fn escalated(office: &Office, days_ago: i64) -> String {
    escalated_in(office, &office.grid, days_ago)
}

#[track_caller]
fn escalated_in(office: &Office, grid: &str, days_ago: i64) -> String {
    let when = now() - Duration::days(days_ago);
    let mut body = office.reception(when - Duration::minutes(30), &[demand("停车难")]);
    body["grid_id"] = json!(grid);
    let issue = id(&office.post("/v1/receptions", &body).created()["issues"][0]);
    let escalation =
        json!({"level": "L2", "reason": "本级难以解决", "occurred_at": instant(when - Duration::minutes(20))});
    id(&office.does(&issue, "escalations", &escalation).is(201).json()["major_issue"])
}

/// One that was accepted then, too.
#[track_caller]
fn accepted(office: &Office, days_ago: i64) -> String {
    accepts(office, escalated(office, days_ago), days_ago)
}

#[track_caller]
fn accepts(office: &Office, major: String, days_ago: i64) -> String {
    let when = now() - Duration::days(days_ago) - Duration::minutes(10);
    office.handles(&major, "triage", &json!({"decision": "accept", "occurred_at": instant(when)})).good();
    major
}

#[track_caller]
fn agenda(office: &Office) -> Value {
    office.get(&format!("/v1/grids/{}/agenda?at_least={}", office.grid, office.head())).good()
}

/// The ids of a list once it covers everything acknowledged.
#[track_caller]
fn listed(office: &Office, filters: &str) -> Vec<String> {
    let list = office.get(&format!("/v1/meetings?{filters}&at_least={}", office.head())).good();
    list["items"].as_array().unwrap().iter().map(id).collect()
}

fn quarter() -> String {
    format!("{}-Q{}", today().year(), today().month0() / 3 + 1)
}

#[test]
fn a_grid_studies_its_major_issues_in_its_quarterly_meeting() {
    let day = Convened::today();
    let office = &day.office;
    let (decided, left, new) = (accepted(office, 1), accepted(office, 1), accepted(office, 0));
    let meeting = day.read();
    assert_eq!((&meeting["state"], &meeting["kind"]), (&json!("convened"), &json!("regular")));
    assert_eq!((&meeting["quarter"], &meeting["with_work_meeting"]), (&json!(quarter()), &json!(true)));
    assert!(meeting.get("untabled").is_none() && meeting.get("attendance").is_none(), "{meeting:#}");

    // What waits longest is first; the day is that of the triage.
    let waiting = agenda(office);
    let ids: Vec<String> =
        waiting["items"].as_array().unwrap().iter().map(|one| text(one, "/major_issue_id").to_owned()).collect();
    assert_eq!((ids.len(), &ids[2]), (3, &new), "{waiting:#}");
    let first = &waiting["items"][0];
    assert_eq!(
        (&first["days_waiting"], &first["state"], &first["level"]),
        (&json!(1), &json!("triaged"), &json!("L2"))
    );
    assert_eq!((&first["decision_outstanding"], &waiting["decisions_outstanding"]), (&json!(true), &json!(3)));
    assert!(first.get("last_meeting").is_none() && first.get("next_meeting").is_none());

    let tabled = day.does("agenda-items", &json!({"major_issue_id": decided}));
    assert_eq!((&tabled["agenda_items"][0]["state"], &tabled["version"]), (&json!("tabled"), &json!(2)));
    let waiting = agenda(office);
    let told = waiting["items"].as_array().unwrap().iter().find(|one| one["major_issue_id"] == json!(decided)).unwrap();
    assert_eq!(told["next_meeting"], json!({"meeting_id": day.meeting, "on": today(), "state": "tabled"}));

    // A decision is the deliberation of the major issue, in one append.
    let before = office.head();
    let after = day.does("decisions", &json!({"major_issue_id": decided, "decision": "划线停车，月底前完成。"}));
    assert_eq!(office.head(), before + 2);
    assert_eq!(after["agenda_items"][0]["state"], "decided");
    assert_eq!(after["agenda_items"][0]["decision"], "划线停车，月底前完成。");
    let major = office.get(&format!("/v1/major-issues/{decided}")).good();
    assert_eq!((&major["state"], &major["deliberated_on"]), (&json!("deliberated"), &json!([today()])));
    let history = office.get(&format!("/v1/major-issues/{decided}/events")).good();
    let last = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["public"], json!({"held_on": today(), "meeting_id": day.meeting}));
    assert_eq!(agenda(office)["decisions_outstanding"], 2);

    // Closed with one left over: what was accepted on the day itself is for the next meeting.
    let closed = day.closes();
    assert_eq!((&closed["state"], &closed["untabled"]), (&json!("closed"), &json!([left])), "{closed:#}");
    assert_eq!(closed["attendance"], json!({"party_organisation": 2, "official": 1}));
    assert_eq!((closed["delegates"].as_array().unwrap().len(), &closed["text"]), (2, &json!("研究重大问题。")));
    let read = day.read();
    assert_eq!((&read["untabled"], &read["agenda_items"]), (&json!([left]), &closed["agenda_items"]));
    let waiting = agenda(office);
    let told = waiting["items"].as_array().unwrap().iter().find(|one| one["major_issue_id"] == json!(decided)).unwrap();
    assert_eq!(told["last_meeting"], json!({"meeting_id": day.meeting, "on": today(), "state": "decided"}));
    // As it was before it was closed.
    let then = office.get(&format!("/v1/meetings/{}?as_of_position={}", day.meeting, before + 2)).good();
    assert_eq!((&then["state"], &then["as_of_position"]), (&json!("convened"), &json!(before + 2)));
}

#[test]
fn a_meeting_puts_a_major_issue_off_and_a_later_decision_stands() {
    let day = Convened::today();
    let office = &day.office;
    let major = accepted(office, 1);
    let deferral = json!({"major_issue_id": major, "reason_code": "needs_facts", "reason": "待检测报告。"});
    let item = day.does("deferrals", &deferral)["agenda_items"][0].clone();
    assert_eq!(
        (&item["state"], &item["reason_code"], &item["reason"]),
        (&json!("deferred"), &json!("needs_facts"), &json!("待检测报告。"))
    );
    assert!(item.get("tabled_at").is_none(), "{item:#}");
    // The next one decides; the agenda says what the last one made of it.
    let closed = day.closes();
    assert_eq!(closed["untabled"], json!([]), "it came before the meeting");
    let told = agenda(office)["items"][0].clone();
    let last = json!({"meeting_id": day.meeting, "on": today(), "state": "deferred", "reason_code": "needs_facts"});
    assert_eq!((&told["last_meeting"], &told["decision_outstanding"]), (&last, &json!(true)));

    let next = Convened { meeting: convened(office, &json!({"kind": "extraordinary"})), office: day.office };
    next.does("deferrals", &deferral);
    let item = next.does("decisions", &json!({"major_issue_id": major, "decision": "按方案办理。"}))["agenda_items"][0]
        .clone();
    assert_eq!((&item["state"], &item["reason_code"]), (&json!("decided"), &json!("needs_facts")));
}

#[test]
fn a_deliberation_that_names_its_meeting_is_told_to_it() {
    let day = Convened::today();
    let office = &day.office;
    let major = accepted(office, 1);
    let before = office.head();
    let body = json!({"held_on": today(), "meeting_id": day.meeting, "decision": "由城建中心牵头。"});
    let answer = office.handles(&major, "deliberations", &body).good();
    assert_eq!((&answer["major_issue"]["state"], office.head()), (&json!("deliberated"), before + 2));
    let item = day.read()["agenda_items"][0].clone();
    assert_eq!((&item["state"], &item["decision"]), (&json!("decided"), &json!("由城建中心牵头。")));
    let events = office.get(&format!("/v1/meetings/{}/events", day.meeting)).good();
    assert_eq!(events["items"][1]["type"], "meeting.major_issue_decided");
    assert_eq!(events["items"][1]["public"], json!({"major_issue_id": major}));
}

#[test]
fn meetings_are_listed_by_grid_delegate_day_quarter_kind_and_state() {
    let day = Convened::today();
    let office = &day.office;
    let later = (today() + Days::new(100)).to_string();
    let other = convened(
        office,
        &json!({"kind": "extraordinary", "scheduled_on": later, "with_work_meeting": false, "reason": "急事。"}),
    );
    day.closes();
    let (here, all) = (day.meeting.clone(), [other.clone(), day.meeting.clone()]);
    assert_eq!(listed(office, ""), all, "the latest day first");
    assert_eq!(listed(office, &format!("grid_id={}", office.grid)), all);
    assert_eq!(listed(office, &format!("delegate_id={}", office.other_delegate)), std::slice::from_ref(&here));
    assert_eq!(listed(office, &format!("quarter={}", quarter())), std::slice::from_ref(&here));
    assert_eq!(listed(office, &format!("quarter={}&from={later}", quarter())), [""; 0]);
    assert_eq!(listed(office, &format!("from={later}&to={later}")), std::slice::from_ref(&other));
    assert_eq!(listed(office, "kind=extraordinary"), std::slice::from_ref(&other));
    assert_eq!(listed(office, "state=closed"), [here]);
    assert_eq!(listed(office, "state=convened,cancelled"), [other]);
    office.refuses_question("/v1/meetings?quarter=2026-Q5", 400, "bad_parameter").at("/query/quarter", "invalid_value");
    let table = office.get("/v1/meetings?format=csv").is(200).text();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains(&quarter()) && !table.contains("急事"), "{table}");
    let sheet = office.get("/v1/meetings?format=xlsx").is(200);
    assert!(sheet.body.starts_with(b"PK"), "no workbook");
}

#[test]
fn a_meeting_is_called_off_with_a_reason_and_a_grid_that_is_none_has_no_agenda() {
    let day = Convened::today();
    let cancelled = day.does("cancellation", &json!({"reason": "与镇会议冲突。"}));
    assert_eq!(
        (&cancelled["state"], &cancelled["cancellation_reason"]),
        (&json!("cancelled"), &json!("与镇会议冲突。"))
    );
    let nobody = crate::harness::NOBODY;
    day.office.refuses_question(&format!("/v1/grids/{nobody}/agenda"), 404, "not_found");
    assert_eq!(agenda(&day.office)["items"], json!([]));
}
