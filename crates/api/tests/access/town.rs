//! A town of two grids with a delegate of each type in each, receptions of either line, a major issue that is dispatched, and
//! an account of every role.

use crate::server::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What everybody is called by whose it is.
pub struct Town {
    pub server: Server,
    /// Token by role; those of delegates and conveners are of the first grid's.
    pub tokens: BTreeMap<&'static str, String>,
    pub grids: Vec<String>,
    /// Party delegate and deputy of each grid.
    pub delegates: Vec<[String; 2]>,
    pub offices: Vec<String>,
    /// Issues of the first grid: of the party delegate, of the deputy; then of the second.
    pub issues: Vec<String>,
    pub receptions: Vec<String>,
    /// A major issue of the first grid, of the party delegate's issue, led by the first office.
    pub major_issue: String,
    pub accounts: BTreeMap<&'static str, String>,
}

impl Town {
    /// Everything is recorded by the account of the first start, then the table is adopted.
    pub async fn adopted() -> Self {
        let town = Self::new().await;
        town.adopt().await;
        town
    }

    pub async fn adopt(&self) {
        let answer = self.server.done(&self.server.token, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
        assert_eq!(answer["sha256"].as_str().unwrap().get(..16), Some("c32de5d4e0894210"));
        self.server.caught_up().await;
    }

    pub async fn new() -> Self {
        let server = Server::start().await;
        server.import("party", "grid,unit,name\n太平,,李明\n增建,,王芳\n").await;
        server.import("deputy", "grid,unit,name\n太平,,张伟\n增建,,赵敏\n").await;
        let admin = server.token.clone();
        let grids = server.told(&admin, "/v1/grids").await;
        let grid = |name: &str| id_of(&grids, name);
        let grids = vec![grid("太平"), grid("增建")];
        let people = server.told(&admin, "/v1/delegates").await;
        let delegates =
            vec![[id_of(&people, "李明"), id_of(&people, "张伟")], [id_of(&people, "王芳"), id_of(&people, "赵敏")]];
        let mut offices = Vec::new();
        for name in ["水务所", "城管办"] {
            let office = server.done(&admin, "/v1/offices", &json!({"name": name, "kind": "department"})).await;
            offices.push(office["office"]["id"].as_str().unwrap().to_owned());
        }
        for (grid, [party, _]) in grids.iter().zip(&delegates) {
            let body = json!({"delegate_id": party, "from": "2026-01-05"});
            server.done(&admin, &format!("/v1/grids/{grid}/convener"), &body).await;
        }
        let mut town = Self {
            server,
            tokens: BTreeMap::new(),
            grids,
            delegates,
            offices,
            issues: Vec::new(),
            receptions: Vec::new(),
            major_issue: String::new(),
            accounts: BTreeMap::new(),
        };
        town.receive().await;
        town.accounts().await;
        town.server.caught_up().await;
        town
    }

    async fn receive(&mut self) {
        let admin = self.server.token.clone();
        for grid in 0..2 {
            for (line, delegate_type) in ["party", "deputy"].into_iter().enumerate() {
                let delegate = &self.delegates[grid][line];
                let body = json!({
                    "form": "walk_in", "grid_id": self.grids[grid], "held_at": "2026-11-19T14:10:00+08:00",
                    "delegates": [{"delegate_id": delegate, "delegate_type": delegate_type}],
                    "visitors": [{"name": format!("访客{grid}{line}"), "phone": format!("1380013800{grid}")}],
                    "issues": [{"visitor": 0, "kind": "demand", "topic": "livelihood", "subject": format!("水压不足{grid}{line}"),
                        "text": "三楼以上晚上没有水。", "responsible_delegate_id": delegate}],
                });
                let received = self.server.done(&admin, "/v1/receptions", &body).await;
                self.receptions.push(received["reception"]["id"].as_str().unwrap().to_owned());
                self.issues.push(received["issues"][0]["id"].as_str().unwrap().to_owned());
            }
        }
        let path = format!("/v1/issues/{}/escalations", self.issues[0]);
        let escalated = self.server.done(&admin, &path, &json!({"level": "L2", "reason": "需水务所处理"})).await;
        self.major_issue = escalated["issue"]["major_issue_id"].as_str().unwrap().to_owned();
        let of_major = |what: &str| format!("/v1/major-issues/{}/{what}", self.major_issue);
        self.server.done(&admin, &of_major("triage"), &json!({"decision": "accept"})).await;
        let deliberation = json!({"held_on": "2026-11-24", "decision": "交水务所"});
        self.server.done(&admin, &of_major("deliberations"), &deliberation).await;
        self.server.done(&admin, &of_major("assignments"), &json!({"lead_office_id": self.offices[0]})).await;
    }

    async fn accounts(&mut self) {
        let grants = [
            ("delegate", json!({"role": "delegate", "delegate_id": self.delegates[0][1]})),
            ("convener", json!({"role": "convener", "area_id": self.grids[0]})),
            ("liaison", json!({"role": "liaison", "area_id": self.grids[0]})),
            ("party_studio", json!({"role": "party_studio"})),
            ("congress_office", json!({"role": "congress_office"})),
            ("handling_unit", json!({"role": "handling_unit", "office_id": self.offices[0]})),
            ("auditor", json!({"role": "auditor"})),
            ("report_job", json!({"role": "report_job"})),
            ("administrator", json!({"role": "administrator"})),
        ];
        for (role, grant) in grants {
            let (account, token) = self.account(role, &grant).await;
            self.accounts.insert(role, account);
            self.tokens.insert(role, token);
        }
    }

    /// An account with one grant, and a token of it.
    pub async fn account(&self, name: &str, grant: &Value) -> (String, String) {
        let admin = self.server.token.clone();
        let created = self.server.done(&admin, "/v1/accounts", &json!({"name": name, "holder": "machine"})).await;
        let account = created["account"]["id"].as_str().unwrap().to_owned();
        self.server.done(&admin, &format!("/v1/accounts/{account}/grants"), grant).await;
        let body = json!({"account_id": account, "name": format!("{name} token"), "expires_at": in_a_month()});
        let token = self.server.done(&admin, "/v1/tokens", &body).await;
        (account, token["secret"].as_str().unwrap().to_owned())
    }

    pub fn token(&self, role: &str) -> &str {
        &self.tokens[role]
    }
}

pub fn in_a_month() -> &'static str {
    "2026-12-24T10:00:00+08:00"
}

fn id_of(list: &Value, name: &str) -> String {
    let items = list["items"].as_array().unwrap();
    let found = items.iter().find(|one| one["name"].as_str().is_some_and(|text| text.contains(name)));
    found.unwrap_or_else(|| panic!("{name} in {list}"))["id"].as_str().unwrap().to_owned()
}
