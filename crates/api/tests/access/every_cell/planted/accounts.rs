//! What is an account's: its tokens and grants, what it proposed, and the erasures that it asked for.

use super::{Planted, Relation, Whose};
use serde_json::json;

impl Planted {
    /// Accounts of others, and their tokens; everybody's own is asked for by its role.
    pub(super) async fn accounts(&mut self) {
        let deputy = self.town.delegates[1][1].clone();
        let grants = [
            (Relation::OwnGrid, json!({"role": "liaison", "area_id": self.town.grids[0]})),
            (Relation::SiblingGrid, json!({"role": "liaison", "area_id": self.town.grids[1]})),
            (Relation::OtherLine, json!({"role": "delegate", "delegate_id": deputy})),
            (Relation::OtherOffice, json!({"role": "handling_unit", "office_id": self.town.offices[1]})),
        ];
        for (relation, grant) in grants {
            let (account, token) = self.town.account(relation.words(), &grant).await;
            let shown = self.town.server.told(&token, "/v1/me").await;
            let token = shown["token"]["id"].as_str().unwrap_or_else(|| panic!("{shown}")).to_owned();
            self.grant_of(&account).await;
            self.put("account", relation, &account, Whose::default());
            self.put("token", relation, &token, Whose::default());
        }
    }

    pub(super) async fn grant_of(&mut self, account: &str) {
        let shown = self.town.server.told(&self.town.server.token, &format!("/v1/accounts/{account}")).await;
        self.keep("{grant_id}", account, &shown["grants"][0]["id"]);
    }

    /// What some roles proposed about an account or a hold, which is of no line and in no grid.
    pub(super) async fn proposals(&mut self) {
        let account = json!({"name": "新岗位", "holder": "machine"});
        let hold = json!({"issue_id": self.town.issues[1], "reason": "配合调查。", "until_on": "2027-06-30"});
        let proposals = [
            ("administrator", "/v1/accounts", account),
            ("congress_office", "/v1/legal-holds", hold.clone()),
            ("auditor", "/v1/legal-holds", hold),
        ];
        for (role, path, body) in proposals {
            let proposed = self.town.server.done(self.town.token(role), path, &body).await;
            let id = proposed["proposal"]["id"].as_str().unwrap_or_else(|| panic!("{proposed}")).to_owned();
            self.own.insert(("proposal", role), id);
        }
    }

    /// An erasure that each role asked for. It may be of several grids, so it is theirs who asked for it, and the town's.
    pub(super) async fn erasures(&mut self) {
        let roles = ["delegate", "convener", "liaison", "party_studio", "congress_office"];
        for (visitor, role) in roles.into_iter().enumerate() {
            let body = json!({"persons": [{"reception_id": self.crowded, "visitor": visitor}], "ground": "request",
                "reason": "来电"});
            let asked = self.town.server.done(self.town.token(role), "/v1/erasures", &body).await;
            let id = asked["erasure"]["id"].as_str().unwrap_or_else(|| panic!("{asked}")).to_owned();
            self.own.insert(("erasure", role), id);
        }
    }

    /// What is of the account of a role; and the same of another role.
    pub fn of_account(&self, kind: &'static str, role: &str) -> (Option<&String>, Option<&String>) {
        let own = self.own.iter().find(|((of, by), _)| *of == kind && *by == role).map(|one| one.1);
        let other = self.own.iter().find(|((of, by), _)| *of == kind && *by != role).map(|one| one.1);
        (own, other)
    }
}
