//! What values are called, as the server tells it.

use crate::harness::Office;
use serde_json::Value;

/// The lists of values in one language.
pub struct Vocabulary {
    lists: Value,
    chinese: bool,
}

impl Vocabulary {
    pub fn of(office: &Office, language: &str) -> Self {
        let lists = office.get("/v1/vocabulary").good();
        Self { lists, chinese: language == "zh-CN" }
    }

    fn values(&self, list: &str) -> &[Value] {
        let lists = self.lists["items"].as_array().unwrap();
        let found = lists.iter().find(|one| one["enum"] == list);
        found.unwrap_or_else(|| panic!("no list {list}"))["values"].as_array().unwrap()
    }

    /// What a value is called.
    pub fn name(&self, list: &str, value: &Value) -> &str {
        let term = self.values(list).iter().find(|term| term["value"] == *value);
        let term = term.unwrap_or_else(|| panic!("{list} has no {value}"));
        term[self.pick("zh", "en")].as_str().unwrap()
    }

    /// The values of a list, in their order.
    pub fn all(&self, list: &str) -> impl Iterator<Item = &str> {
        self.values(list).iter().map(|term| term["value"].as_str().unwrap())
    }

    /// One of two texts.
    pub fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.chinese { zh } else { en }
    }

    pub fn brackets(&self, text: &str) -> String {
        if self.chinese { format!("（{text}）") } else { format!(" ({text})") }
    }
}
