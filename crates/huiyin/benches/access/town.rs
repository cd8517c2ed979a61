//! A town of a year with an account of some roles, once without access rules and once with them: the same log twice, each
//! under a server of its own.

use crate::client::Client;
use crate::product::{Product, exchange};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Towns' worth of receptions: enough that no id is asked for twice.
const TOWNS: &str = "3";
/// Grids of one town.
const GRIDS: usize = 14;
const PATIENCE: Duration = Duration::from_secs(600);
/// Nobody is told to wait.
const OPTIONS: &[&str] = &["--rate-account", "off", "--log", "error"];

/// Both servers, and whatever is asked for.
pub struct Town {
    pub open: Product,
    pub adopted: Product,
    /// Tokens by role.
    pub tokens: BTreeMap<&'static str, String>,
    /// The grid of the convener.
    pub grid: String,
    /// The people of one town, by role and token: its conveners, offices and some delegates.
    pub people: Vec<(&'static str, String)>,
    /// Ids by the path of their kind: what the convener may not read, then what they may.
    pub ids: Vec<(&'static str, Vec<String>, Vec<String>)>,
}

impl Town {
    pub fn told(dir: &Path) -> Self {
        let (one, other) = (dir.join("one"), dir.join("other"));
        std::fs::create_dir_all(&one).unwrap();
        let mut simulate = Command::new(env!("CARGO_BIN_EXE_huiyin"));
        simulate.arg("simulate").arg("--data").arg(one.join("data")).args(["--towns-worth", TOWNS]);
        assert!(simulate.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
        let open = started(&one);
        let mut admin = Client::open(open.address, &open.token);
        let grid = with_a_convener(&mut admin);
        let tokens = accounts(&mut admin, &grid);
        let people = people(&mut admin);
        let ids = ids(&mut admin, &grid);
        // A copy of a log in use would be none.
        drop((open, admin));
        assert!(Command::new("cp").arg("-a").args([&one, &other]).status().unwrap().success());
        let (open, adopted) = (started(&one), started(&other));
        let mut admin = Client::open(adopted.address, &adopted.token);
        admin.post("/v1/access/adoption", &json!({"table": "huiyin/1"}));
        Self { open, adopted, tokens, grid, people, ids }
    }
}

fn started(dir: &Path) -> Product {
    let product = Product::start(dir, OPTIONS);
    let began = Instant::now();
    while exchange(product.address, &product.head("GET", "/health/ready", "", 0), &[]).0 != 200 {
        assert!(began.elapsed() < PATIENCE, "the boards are not ready");
        std::thread::sleep(Duration::from_millis(100));
    }
    product
}

fn with_a_convener(admin: &mut Client) -> String {
    let grids = admin.json("/v1/grids?limit=1000");
    let has = |grid: &&Value| grid["convener_id"].is_string() && grid["convener_vacant"] == false;
    let found = grids["items"].as_array().unwrap().iter().find(has);
    text(&found.unwrap()["id"])
}

fn accounts(admin: &mut Client, grid: &str) -> BTreeMap<&'static str, String> {
    let office = text(&admin.json("/v1/offices?limit=1")["items"][0]["id"]);
    let delegate = text(&admin.json(&format!("/v1/delegates?grid_id={grid}&limit=1"))["items"][0]["id"]);
    let grants = [
        ("delegate", json!({"role": "delegate", "delegate_id": delegate})),
        ("convener", json!({"role": "convener", "area_id": grid})),
        ("party_studio", json!({"role": "party_studio"})),
        ("handling_unit", json!({"role": "handling_unit", "office_id": office})),
        ("congress_office", json!({"role": "congress_office"})),
    ];
    grants.into_iter().map(|(role, grant)| (role, account(admin, role, &grant))).collect()
}

/// An account with a grant, as a token of it.
fn account(admin: &mut Client, role: &str, grant: &Value) -> String {
    let until = chrono::Utc::now() + chrono::Duration::days(2);
    let created = admin
        .post("/v1/accounts", &json!({"name": format!("bench {role} {}", fastrand::u64(..)), "holder": "machine"}));
    let account = text(&created["account"]["id"]);
    admin.post(&format!("/v1/accounts/{account}/grants"), grant);
    let token = admin.post("/v1/tokens", &json!({"account_id": account, "name": role, "expires_at": until}));
    text(&token["secret"])
}

/// Of each grid of one town its convener, where there is one, and a delegate, and two of either office.
fn people(admin: &mut Client) -> Vec<(&'static str, String)> {
    let mut people = Vec::new();
    let grids = admin.json("/v1/grids?limit=1000");
    for grid in grids["items"].as_array().unwrap().iter().take(GRIDS) {
        let id = text(&grid["id"]);
        if grid["convener_id"].is_string() && grid["convener_vacant"] == false {
            people.push(("convener", account(admin, "convener", &json!({"role": "convener", "area_id": id}))));
        }
        let delegates = admin.json(&format!("/v1/delegates?grid_id={id}&limit=1"));
        if let Some(delegate) = delegates["items"].get(0) {
            let grant = json!({"role": "delegate", "delegate_id": delegate["id"]});
            people.push(("delegate", account(admin, "delegate", &grant)));
        }
    }
    for role in ["party_studio", "congress_office"] {
        people.extend((0..2).map(|_| (role, account(admin, role, &json!({"role": role})))));
    }
    people
}

fn ids(admin: &mut Client, grid: &str) -> Vec<(&'static str, Vec<String>, Vec<String>)> {
    let mut found = Vec::new();
    for list in ["issues", "receptions", "major-issues"] {
        let (mut others, mut own, mut cursor) = (Vec::new(), Vec::new(), String::new());
        loop {
            let page = admin.json(&format!("/v1/{list}?names=false&limit=1000{cursor}"));
            for item in page["items"].as_array().unwrap() {
                if item["grid_id"] == grid { &mut own } else { &mut others }.push(text(&item["id"]));
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        found.push((list, others, own));
    }
    // A file is seen by whoever's role reaches what names it: those that the grid's own affairs name are the convener's.
    let (mut files, mut named, mut after) = (Vec::new(), BTreeSet::new(), 0);
    loop {
        let page = admin.json(&format!("/v1/events?limit=1000&after={after}"));
        for event in page["items"].as_array().unwrap() {
            let public = event["public"].to_string();
            if event["type"] == "file.stored" {
                files.push(of_stream(&event["stream"]));
            } else if event["area"] == grid || public.contains(grid) {
                named.extend(public.split('"').filter(|word| word.len() == grid.len()).map(str::to_owned));
            }
        }
        after = page["scanned_to"].as_u64().unwrap();
        if page["scanned_to"] == page["head"] {
            break;
        }
    }
    files.retain(|file| !named.contains(file));
    found.push(("files", files, Vec::new()));
    found
}

fn of_stream(stream: &Value) -> String {
    stream.as_str().unwrap().split_once('/').unwrap().1.to_owned()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
