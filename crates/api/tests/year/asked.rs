//! The ledger asked one by one, which is another way through the log than its lists.

use crate::planted::{Key, told_key};
use crate::year::Year;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

impl Year {
    /// One obligation of each code, part and standing is told by itself as in the list; breaches say what was missing.
    pub async fn ask_one_by_one(&self, told: &[Value]) {
        let mut some: BTreeMap<[String; 3], &Value> = BTreeMap::new();
        for one in told {
            let (code, part, ..) = told_key(one);
            // Of a delegate or a unit its id is the part.
            let part = if part.contains('-') { String::new() } else { part };
            some.insert([code, part, one["status"].as_str().unwrap().to_owned()], one);
        }
        for (which, listed) in some {
            let mut one = self.server.get(&format!("/v1/obligations/{}", id(listed))).await;
            for not_in_lists in ["explanations", "names", "version", "as_of_position"] {
                one.as_object_mut().unwrap().remove(not_in_lists);
            }
            assert_eq!(&one, listed, "{which:?}");
        }
        let by_key: HashMap<Key, &Value> = told.iter().map(|one| (told_key(one), one)).collect();
        for (key, without) in self.planted.without() {
            let events = self.server.list(&format!("/v1/obligations/{}/events", id(by_key[key]))).await;
            let breach = events.iter().find(|event| event["type"] == "obligation.breached");
            let missing = breach.unwrap_or_else(|| panic!("no breach of {key:?}"))["public"]["missing"].as_array();
            let mut missing: Vec<&str> = missing.into_iter().flatten().filter_map(Value::as_str).collect();
            missing.sort_unstable();
            assert_eq!(missing, without, "{key:?}");
        }
    }
}

fn id(one: &Value) -> &str {
    one["id"].as_str().unwrap()
}
