//! What everybody may know of sessions, without a token: published rotas and nothing else, as a list, as a sheet to be hung
//! out, as calendars (C-5.2).

mod calendars;
mod departures;
mod objecting;
mod page;
mod sheet;

use crate::harness::{Answer, Office, id, text, today};
use chrono::Days;
use serde_json::{Value, json};

/// A venue that is a trap for whoever does not escape.
const VENUE: &str = "太平村<script>alert(1)</script>; \"党群\", 'A&B' 服务站\\一楼";

/// An office with the sessions of its first grid for two months, a Party delegate and a deputy on each rota, all published
/// but the last.
struct Town {
    office: Office,
    deputy: String,
    /// Planned sessions in the order of their days.
    sessions: Vec<String>,
}

impl Town {
    fn planned() -> Self {
        let office = Office::open();
        let (grid, first) = (office.grid.clone(), today());
        let deputy = json!({"name": "王小明", "delegate_type": "deputy", "grid_id": grid, "from": "2023-12-01"});
        let deputy = id(&office.post("/v1/delegates", &deputy).created()["delegate"]);
        let venue = json!({"name": VENUE, "from": first});
        office.post(&format!("/v1/grids/{grid}/venue"), &venue).good();
        let range = json!({"from": first + Days::new(7), "to": first + Days::new(63), "grid_ids": [grid]});
        let planned = office.post("/v1/session-plans", &range).good();
        let list = format!("/v1/sessions?grid_id={grid}&at_least={}", planned["position"]);
        let listed = office.get(&list).good();
        let sessions: Vec<String> = listed["items"].as_array().unwrap().iter().map(id).collect();
        assert!(sessions.len() >= 6, "{listed:#}");
        let town = Self { office, deputy, sessions };
        let slots = json!([{"delegate_id": town.office.delegate}, {"delegate_id": town.deputy}]);
        let items: Vec<Value> =
            town.sessions.iter().map(|session| json!({"session_id": session, "slots": slots})).collect();
        town.office.post(&format!("/v1/grids/{grid}/rotas"), &json!({"items": items})).good();
        town
    }

    fn published() -> Self {
        let town = Self::planned();
        town.publishes(&town.sessions[..town.sessions.len() - 1]);
        town
    }

    fn publishes(&self, sessions: &[String]) {
        let path = format!("/v1/grids/{}/rota-publications", self.office.grid);
        let done = self.office.post(&path, &json!({"session_ids": sessions})).good();
        self.is_shown(&done);
    }

    /// Does something to a session.
    fn does(&self, session: &str, fact: &str, body: &Value) -> Value {
        let done = self.office.post(&format!("/v1/sessions/{session}/{fact}"), body).good();
        self.is_shown(&done);
        done
    }

    /// Waits until the list has what a command did; strangers cannot wait for anything.
    fn is_shown(&self, done: &Value) {
        self.office.get(&format!("/v1/sessions?limit=1&at_least={}", done["position"])).good();
    }

    /// What a stranger is answered.
    fn tells(&self, path: &str) -> Answer {
        self.office.call("GET", path).without("Authorization").send()
    }

    fn notices(&self, query: &str) -> Vec<Value> {
        let page = self.tells(&format!("/v1/public/notices{query}")).good();
        assert!(page.get("next_cursor").is_none(), "{page:#}");
        page["items"].as_array().unwrap().clone()
    }
}

#[test]
fn strangers_are_told_what_is_published_and_nothing_else() {
    let town = Town::planned();
    let grid = town.office.grid.clone();
    let paths = |session: &str| {
        [
            "/v1/public/notices".to_owned(),
            "/v1/public/notices?format=html".to_owned(),
            "/v1/public/notices?format=ics".to_owned(),
            format!("/v1/public/notices/{session}"),
            format!("/v1/public/calendars/grids/{grid}.ics"),
            format!("/v1/public/calendars/delegates/{}.ics", town.office.delegate),
        ]
    };
    let [secret, shown] = [&town.sessions[0], &town.sessions[1]];
    assert_eq!(town.notices(""), Vec::<Value>::new());
    town.publishes(std::slice::from_ref(shown));
    let objection = json!({"ground": "other", "text": "证人的话", "name": "张证人", "phone": "13800001234"});
    let objected = town.does(shown, "objections", &objection);
    let waiting = town.office.get("/v1/sessions?pending=objection").good();
    assert_eq!((waiting["items"].as_array().unwrap().len(), &waiting["items"][0]["id"]), (1, &json!(shown)));
    let answer = format!("objections/{}/answer", text(&objected, "/session/objections/0/id"));
    town.does(shown, &answer, &json!({"upheld": false, "text": "已核实。"}));
    assert_eq!(town.office.get("/v1/sessions?pending=objection").good()["items"], json!([]));
    let liaison = json!({"name": "李联络", "from": today()});
    town.office.post(&format!("/v1/grids/{grid}/liaison"), &liaison).good();
    for path in paths(shown) {
        let told = town.tells(&path).is(200);
        let said = told.text().replace("\r\n ", "");
        assert!(said.contains(shown.as_str()) && !said.contains(secret.as_str()), "{path}\n{said}");
        assert!(!["证人", "13800001234", "李联络"].iter().any(|word| said.contains(word)), "{path}\n{said}");
        let is_page = told.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        assert!(!is_page || said.contains("&lt;script&gt;") && !said.contains("<script"), "{path}\n{said}");
        assert_eq!(told.header("cache-control"), Some("public, max-age=60"), "{path}");
    }
    town.tells(&format!("/v1/public/notices/{secret}")).problem(404, "not_found");

    let notice = &town.notices("")[0];
    let delegate = town.office.get(&format!("/v1/delegates/{}", town.office.delegate)).good();
    assert_eq!(
        notice["delegates"],
        json!([{"name": delegate["name"], "delegate_type": "party"}, {"name": "王小明", "delegate_type": "deputy"}])
    );
    assert_eq!((text(notice, "/state"), text(notice, "/venue")), ("planned", VENUE));
    assert!(notice.get("moved_from").is_none() && notice.get("names").is_none(), "{notice:#}");
    let units = notice["units"].as_array().unwrap();
    assert!(!units.is_empty() && units.iter().all(|unit| unit.get("posted_on").is_none()), "{notice:#}");
}

#[test]
fn notices_are_chosen_by_place_and_days_and_no_more_than_92_at_once() {
    let town = Town::published();
    let (first, grid) = (today(), &town.office.grid);
    let all = town.notices("");
    assert_eq!(all.len(), town.sessions.len() - 1);
    assert_eq!(town.notices(&format!("?grid_id={grid}&unit_id={}", town.office.unit)), all);
    let grids = town.office.get("/v1/grids").good();
    assert_eq!(town.notices(&format!("?grid_id={}", id(&grids["items"][1]))), Vec::<Value>::new());
    let held_on = text(&all[2], "/held_on");
    assert_eq!(town.notices(&format!("?from={held_on}&to={held_on}")), [all[2].clone()]);
    let widest = first + Days::new(91);
    assert_eq!(town.notices(&format!("?to={widest}")), all);

    let refused = |query: &str, code: &str| {
        let path = format!("/v1/public/notices?{query}");
        let problem = town.tells(&path).problem(400, code);
        problem.constant()
    };
    refused(&format!("to={}", widest + Days::new(1)), "bad_parameter");
    refused(&format!("to={}", first - Days::new(1)), "bad_parameter");
    refused("state=planned", "unknown_parameter");
    refused("as_of_position=1", "unknown_parameter");
    refused("limit=1001", "bad_parameter");
    town.tells("/v1/public/notices?format=ndjson").problem(406, "not_acceptable");

    // Page by page it is the same list, in whichever format the next page is told.
    let (mut paged, mut next) = (Vec::new(), Some("/v1/public/notices?limit=3".to_owned()));
    while let Some(path) = next {
        let page = town.tells(&path).is(200);
        paged.extend(page.json()["items"].as_array().unwrap().clone());
        next = page.header("link").map(|link| link.trim_start_matches('<').split('>').next().unwrap().to_owned());
    }
    assert_eq!(paged, all);
    assert!(town.tells("/v1/public/notices?limit=3&format=html").text().contains("rel=\"next\""));
}

#[test]
fn what_is_moved_cancelled_and_posted_is_told() {
    let town = Town::published();
    let [moved, cancelled, hours] = [0, 1, 2].map(|at| town.sessions[at].as_str());
    let before = town.notices("");
    let posted = json!({"board": "village_affairs", "posted_at": crate::harness::instant(crate::harness::now())});
    let after = town.does(moved, "notices", &posted);
    assert_eq!(after["session"]["notices"][0]["timing"], "in_time", "{after:#}");
    let on = text(&before[0], "/held_on").parse::<chrono::NaiveDate>().unwrap() + Days::new(1);
    let weather = json!({"held_on": on, "reason_code": "weather", "reason": "台风。"});
    let after = town.does(moved, "moves", &weather);
    assert_eq!(after["session"]["notices"][0]["differences"], json!(["held_on"]), "{after:#}");
    town.does(moved, "notice-amendments", &json!({"posted_at": crate::harness::instant(crate::harness::now())}));
    town.does(cancelled, "cancellation", &json!({"reason_code": "epidemic", "reason": "疫情。"}));
    town.does(hours, "moves", &json!({"from": "14:00", "reason_code": "other", "reason": "场地。"}));
    let notices = town.notices("");
    let of = |session: &str| notices.iter().find(|notice| notice["session_id"] == session).unwrap();
    assert_eq!((text(of(moved), "/state"), of(moved)["moved_from"].clone()), ("moved", before[0]["held_on"].clone()));
    assert_eq!(text(of(moved), "/units/0/posted_on"), today().to_string());
    assert_eq!((text(of(cancelled), "/state"), text(of(hours), "/state")), ("cancelled", "moved"));
    assert!(of(hours).get("moved_from").is_none());

    // The same figures, counted by who may ask for them.
    let rows = town.office.get(&format!("/v1/dashboards/sessions?grid_id={}", town.office.grid)).good();
    let row = &rows["items"][0];
    let count = town.sessions.len();
    assert_eq!((row["planned"].clone(), row["cancelled"].clone()), (json!(count), json!(1)), "{row:#}");
    assert_eq!(row["duties_per_head"]["deputy"], json!({"n": count - 1, "of": 1}));
    let behind = town.office.get(&format!("{}&state=cancelled", text(row, "/list"))).good();
    assert_eq!(behind["items"].as_array().unwrap().len(), 1);
    let pending = town.office.get(&format!("{}&verdict=pending", text(row, "/list"))).good();
    assert_eq!(json!(pending["items"].as_array().unwrap().len()), row["pending"]);
}
