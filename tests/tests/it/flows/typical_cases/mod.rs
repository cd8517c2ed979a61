//! Typical cases: from what a grid did well to what everybody may read of it, and what is said beside it later (C-5.3).

mod due;
mod everybody;
mod refused;

use crate::files::stores;
use crate::harness::{Answer, Office, id, instant, now, text};
use serde_json::{Value, json};

/// What stands in the nomination alone: in its title, in its text.
const NOMINATED: [&str; 2] = ["王秀英家的灯", "锦绣苑3号楼602室"];
/// The text that may be published, which is a trap for whoever does not escape.
const TEXT: &str = "有居民反映<b>楼道灯</b>不亮 & 代表当日联系物业。\n三天后修好。";

/// An office, an issue that was answered, and the two offices that cases go to.
struct Town {
    office: Office,
    issue: String,
    studio: String,
    congress: String,
}

impl Town {
    fn open() -> Self {
        let office = Office::open();
        let issue = office.raises("楼道灯不亮");
        office.does(&issue, "answers", &office.answer()).good();
        let studio = office.registers_office("江桥党代表工作室", "party_studio");
        let congress = office.registers_office("江桥人大办公室", "congress_office");
        Self { office, issue, studio, congress }
    }

    /// The body of a nomination with these sources.
    fn nomination(&self, sources: &Value) -> Value {
        let text = format!("{}，代表当日联系物业，三天后修好。", NOMINATED[1]);
        json!({"grid_id": self.office.grid, "title": NOMINATED[0], "text": text, "sources": sources})
    }

    fn nominates(&self) -> String {
        let body = self.nomination(&json!({"issue_ids": [self.issue]}));
        id(&self.office.post("/v1/typical-cases", &body).created()["typical_case"])
    }

    /// Does something to a case, which then is in this state.
    #[track_caller]
    fn does(&self, case: &str, fact: &str, body: &Value, state: &str) -> Value {
        let done = self.office.post(&of(case, fact), body).good();
        assert_eq!(text(&done, "/typical_case/state"), state, "{done:#}");
        done
    }

    fn deidentifies(&self, case: &str, text: &str, state: &str) -> Value {
        self.does(case, "deidentification", &json!({"text": text}), state)
    }

    /// A case that was submitted to the studio.
    fn submitted(&self) -> String {
        let case = self.nominates();
        self.deidentifies(&case, TEXT, "deidentified");
        self.does(&case, "submissions", &json!({"office_id": self.studio}), "submitted");
        case
    }

    /// The same, decided on.
    fn decided(&self, selected: bool) -> String {
        let case = self.submitted();
        let state = if selected { "selected" } else { "rejected" };
        self.does(&case, "selection", &json!({"selected": selected, "reason": "评审组的话"}), state);
        case
    }

    fn publishes(&self, case: &str, channel: &str) -> Value {
        self.does(case, "publication", &post(channel), "published")
    }

    /// What a stranger is answered.
    fn tells(&self, query: &str) -> Answer {
        let path = format!("/v1/public/typical-cases{query}");
        self.office.call("GET", &path).without("Authorization").send()
    }

    /// The cases that strangers are told, up to the head of the log.
    fn told(&self, query: &str) -> Vec<Value> {
        // Strangers cannot wait for anything.
        self.listed("limit=1");
        let page = self.tells(query).good();
        assert!(page.get("names").is_none(), "{page:#}");
        page["items"].as_array().unwrap().clone()
    }

    /// The ids of a list, up to the head of the log.
    fn listed(&self, query: &str) -> Vec<String> {
        let path = format!("/v1/typical-cases?{query}&at_least={}", self.office.head());
        self.office.get(&path).good()["items"].as_array().unwrap().iter().map(id).collect()
    }
}

/// The address of something that happens to a case.
fn of(case: &str, fact: &str) -> String {
    format!("/v1/typical-cases/{case}/{fact}")
}

fn post(channel: &str) -> Value {
    json!({"channel": channel, "posted_at": instant(now())})
}

#[test]
fn a_case_goes_from_its_nomination_to_an_annotation_beside_it() {
    let town = Town::open();
    let office = &town.office;
    let deed = json!({"kind": "pledged_deed", "grid_id": office.grid, "owner_delegate_id": office.delegate,
        "promised_on": now().date_naive() + chrono::Duration::days(30), "title": "更换楼道灯"});
    let deed = id(&office.post("/v1/deeds", &deed).created()["deed"]);
    let sources = json!({"issue_ids": [town.issue], "activity_ids": [], "deed_ids": [deed]});
    let nominated = office.post("/v1/typical-cases", &town.nomination(&sources)).is(201);
    let case = id(&nominated.json()["typical_case"]);
    assert_eq!(nominated.header("location"), Some(format!("/v1/typical-cases/{case}").as_str()));
    assert_eq!(nominated.header("etag"), Some("\"1\""));
    let nominated = nominated.json();
    let shown = &nominated["typical_case"];
    assert_eq!(
        (text(shown, "/state"), text(shown, "/title"), &shown["sources"]),
        ("nominated", NOMINATED[0], &sources)
    );
    assert_eq!((&shown["annotation_due"], shown.get("public_text")), (&json!(false), None));

    let consent = id(&stores(office, &crate::files::pdf(900)));
    let body = json!({"text": TEXT, "consent_file_id": consent});
    let deidentified = town.does(&case, "deidentification", &body, "deidentified");
    let shown = &deidentified["typical_case"];
    assert_eq!((text(shown, "/public_text"), text(shown, "/consent_file_id")), (TEXT, consent.as_str()));
    town.does(&case, "submissions", &json!({"office_id": town.studio}), "submitted");
    let submitted = town.does(&case, "submissions", &json!({"office_id": town.congress}), "submitted");
    let offices = submitted["typical_case"]["submissions"].as_array().unwrap();
    let offices: Vec<&str> = offices.iter().map(|submission| text(submission, "/office_id")).collect();
    assert_eq!(offices, [&town.studio, &town.congress]);
    let reason = json!({"selected": true, "reason": "做法可以推广。"});
    let selected = town.does(&case, "selection", &reason, "selected");
    assert_eq!(text(&selected, "/typical_case/decision_reason"), "做法可以推广。");
    assert!(selected["typical_case"].get("rejected_at").is_none(), "{selected:#}");
    let published = town.publishes(&case, "website");
    let there = &published["typical_case"]["publications"][0];
    assert_eq!((text(there, "/channel"), &there["outdated"]), ("website", &json!(false)));
    let said = json!({"text": "已由物业重新布线。"});
    let annotated = town.does(&case, "annotations", &said, "published");
    assert_eq!(text(&annotated, "/typical_case/annotations/0/text"), "已由物业重新布线。");

    let path = format!("/v1/typical-cases/{case}");
    let now = office.get(&path).is(200);
    assert_eq!(now.header("etag"), Some("\"7\""));
    let mut now = now.json();
    assert_eq!(now["names"][&town.studio], "江桥党代表工作室");
    now.as_object_mut().unwrap().retain(|name, _| !["names", "as_of_position"].contains(&name.as_str()));
    assert_eq!(now, annotated["typical_case"]);
    let before = office.get(&format!("{path}?as_of_position={}", deidentified["position"])).good();
    assert_eq!((text(&before, "/state"), &before["submissions"]), ("deidentified", &json!([])));
    let events = office.get(&format!("{path}/events")).good();
    let types: Vec<&str> = events["items"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect();
    let expected = ["nominated", "deidentified", "submitted", "submitted", "selected", "published", "annotated"];
    assert_eq!(types, expected.map(|fact| format!("typical_case.{fact}")));
}

#[test]
fn a_list_chooses_by_grid_day_and_state_and_is_a_table_too() {
    let town = Town::open();
    let office = &town.office;
    let (nominated, rejected, selected) = (town.nominates(), town.decided(false), town.decided(true));
    assert_eq!(town.listed("state=rejected"), std::slice::from_ref(&rejected));
    let mut both = town.listed("state=nominated,selected");
    both.sort();
    let mut expected = [nominated.clone(), selected.clone()];
    expected.sort();
    assert_eq!(both, expected);
    let today = now().date_naive();
    assert_eq!(town.listed(&format!("grid_id={}&from={today}&to={today}", office.grid)).len(), 3);
    assert_eq!(town.listed(&format!("to={}", today - chrono::Duration::days(1))), Vec::<String>::new());
    let grids = office.get("/v1/grids").good();
    assert_eq!(town.listed(&format!("grid_id={}", id(&grids["items"][1]))), Vec::<String>::new());
    // Nothing of a case is a delegate's.
    let of_delegate = format!("/v1/typical-cases?delegate_id={}", office.delegate);
    office.get(&of_delegate).problem(400, "unknown_parameter").at("/query/delegate_id", "unknown_parameter");
    let over = office.get("/v1/typical-cases?state=over");
    over.problem(400, "bad_parameter").at("/query/state", "invalid_value");

    let path = format!("/v1/typical-cases?format=csv&at_least={}", office.head());
    let table = office.call("GET", &path).with("Accept-Language", "en").send().is(200).text();
    let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("id,version,grid_id,grid,state,nominated_at,deidentified_at,"), "{table}");
    assert!(lines.len() == 4 && lines.iter().any(|line| line.contains("江桥党代表工作室")), "{table}");
    for word in [NOMINATED[0], NOMINATED[1], "居民反映", "评审组的话"] {
        assert!(!table.contains(word), "{word}\n{table}");
    }
    let book = office.get(&path.replace("csv", "xlsx")).is(200);
    assert!(book.header("content-disposition").unwrap().ends_with("\"typical-cases.xlsx\""));
}
