//! Who and what there is in a store: read once, before anything is measured.

use crate::client::Client;
use chrono::{Days, NaiveDate};
use fastrand::Rng;
use serde_json::Value;

/// A grid and what belongs to it.
pub struct Grid {
    pub id: String,
    pub units: Vec<String>,
    pub delegates: Vec<String>,
}

/// All grids with their units and delegates, the topics, and the days of the record.
pub struct Town {
    pub grids: Vec<Grid>,
    pub topics: Vec<String>,
    pub since: NaiveDate,
    pub today: NaiveDate,
}

impl Town {
    pub fn read(client: &mut Client) -> Self {
        // Who holds both mandates would have to be named with one of them.
        let plain = |item: &&Value| item["mandates"].as_array().is_none_or(|mandates| mandates.len() == 1);
        let mut ids = |path: &str| {
            items(&client.json(path)).iter().filter(plain).map(|item| text(&item["id"])).collect::<Vec<_>>()
        };
        let grids = ids("/v1/grids?limit=1000");
        let grids = grids.into_iter().map(|id| Grid {
            units: ids(&format!("/v1/units?grid_id={id}&limit=1000")),
            delegates: ids(&format!("/v1/delegates?grid_id={id}&limit=1000")),
            id,
        });
        let grids: Vec<Grid> = grids.filter(|grid| !grid.delegates.is_empty()).collect();
        let topics = items(&client.json("/v1/topics")).iter().map(|topic| text(&topic["code"])).collect();
        let first = client.json("/v1/events?limit=1");
        let since: NaiveDate = text(&items(&first)[0]["recorded_at"])[..10].parse().unwrap();
        let today = text(&client.json("/v1/dashboards/overview")["as_of_date"]).parse().unwrap();
        // The first days are those of settling in.
        Self { grids, topics, since: since + Days::new(3), today }
    }
}

/// Ids of every issue of a store, a thousand a page.
pub fn issue_ids(client: &mut Client) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let page = client.json(&format!("/v1/issues?limit=1000{cursor}"));
        ids.extend(items(&page).iter().map(|issue| text(&issue["id"])));
        next = page["next_cursor"].as_str().map(|cursor| format!("&cursor={cursor}"));
    }
    ids
}

/// Makes an account for somebody who works at the desk, which no other has the name of: its token.
pub fn account(client: &mut Client) -> String {
    let account = format!(r#"{{"name":"接待窗口{:016x}","roles":["liaison"]}}"#, Rng::new().u64(..));
    let (status, issued) = client.post("/v1/tokens", &account);
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&issued));
    let issued: Value = serde_json::from_slice(&issued).unwrap();
    text(&issued["secret"])
}

/// How long the events of a type are on average, as the log tells them.
pub fn event_bytes(client: &mut Client, event_type: &str) -> usize {
    let (status, lines) = client.get(&format!("/v1/events?format=ndjson&limit=1000&after=20000&type={event_type}"));
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&lines));
    lines.len() / lines.iter().filter(|byte| **byte == b'\n').count().max(1)
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
