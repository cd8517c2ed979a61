//! What is the whole town's: offices, a hold, and what is public record.

use super::{Planted, Relation, Whose, of_grid};
use serde_json::json;

impl Planted {
    /// What concerns the whole town: offices, a hold, a unit, and what is public record.
    pub(super) async fn record_of_town(&mut self) {
        self.does("/v1/reviews/2026/opening", &json!({})).await;
        let hold = json!({"issue_id": self.town.issues[0], "reason": "配合调查。", "until_on": "2027-06-30"});
        let hold = self.begins("/v1/legal-holds", &hold, "legal_hold").await;
        self.put("legal_hold", Relation::OwnGrid, &hold, Whose::default());
        let (own, other) = (self.town.offices[0].clone(), self.town.offices[1].clone());
        self.put("office", Relation::Own, &own, Whose { office: true, line: true, ..Whose::default() });
        self.put("office", Relation::OtherOffice, &other, Whose { line: true, ..Whose::default() });
        let office = json!({"name": "党代表工作室", "kind": "party_studio"});
        let studio = self.begins("/v1/offices", &office, "office").await;
        self.put("studio", Relation::Own, &studio, Whose::default());
        let roster = self.town.server.import("party", "grid,unit,name\n太平,太平村,李明\n增建,,王芳\n").await;
        let roster = roster["roster_import"]["id"].as_str().unwrap_or_else(|| panic!("{roster}"));
        self.put("roster", Relation::Own, roster, Whose::default());
        let first = async |path: &str, name: &str| {
            let all = self.town.server.told(&self.town.server.token, path).await;
            let id = &all["items"][0][name];
            id.as_str().map_or_else(|| id.to_string(), str::to_owned)
        };
        let unit = first("/v1/units", "id").await;
        let policy = first("/v1/policies", "position").await;
        let clause = first("/v1/clauses", "id").await;
        self.put("unit", Relation::OwnGrid, &unit, of_grid(0));
        self.put("policy", Relation::Own, &policy, Whose::default());
        self.put("clause", Relation::Own, &clause, Whose::default());
    }
}
