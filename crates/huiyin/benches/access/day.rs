//! A day of a town whose people look at what concerns them: how many leaves record that they do.

use crate::client::Client;
use crate::town::{Town, text};
use serde_json::Value;
use std::net::SocketAddr;

/// Pages of a list that an office goes through.
const OFFICE_PAGES: usize = 2;
/// Issues that each reads whole.
const OFFICE_ISSUES: usize = 15;
const CONVENER_ISSUES: usize = 8;
const DELEGATE_ISSUES: usize = 3;
/// Receptions of which a convener asks for the whole number, to call back.
const CALLED_BACK: usize = 2;

/// What a day made.
pub struct Day {
    /// Accounts that looked.
    pub accounts: usize,
    /// Questions that they asked, in the morning and once more in the afternoon.
    pub questions: usize,
    /// Leaves after the morning, and those that the afternoon added.
    pub leaves: [u64; 2],
}

impl Day {
    pub fn of(town: &Town) -> Self {
        let mut office = Client::open(town.adopted.address, &town.tokens["congress_office"]);
        let mut day = Self { accounts: town.people.len(), questions: 0, leaves: [0, 0] };
        for half in 0..2 {
            let before = head(&mut office);
            for (role, token) in &town.people {
                day.questions += looked(town.adopted.address, role, token);
            }
            day.leaves[half] = head(&mut office) - before;
        }
        day
    }
}

fn head(office: &mut Client) -> u64 {
    office.json("/v1/events?limit=1")["head"].as_u64().unwrap()
}

/// Somebody goes through what is open of theirs, and reads some of it whole.
fn looked(address: SocketAddr, role: &str, token: &str) -> usize {
    let mut asker = Client::open(address, token);
    let (pages, issues, called_back) = match role {
        "convener" => (1, CONVENER_ISSUES, CALLED_BACK),
        "delegate" => (1, DELEGATE_ISSUES, 0),
        _ => (OFFICE_PAGES, OFFICE_ISSUES, 0),
    };
    let mut read: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    let mut questions = 0;
    for _ in 0..pages {
        let page = asker.json(&format!("/v1/issues?state=open&limit=50{cursor}"));
        questions += 1;
        read.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    for issue in read.iter().take(issues) {
        asker.json(&format!("/v1/issues/{}", text(&issue["id"])));
        questions += 1;
    }
    for issue in read.iter().take(called_back) {
        let path = format!("/v1/receptions/{}?open=contact", text(&issue["reception_id"]));
        assert_eq!(asker.get_for(&path, "call_back").0, 200, "{path}");
        questions += 1;
    }
    questions
}
