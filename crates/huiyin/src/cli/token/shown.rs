//! How a token is shown on the command line, whoever made it or lists it.

use crate::terminal::{print, say};
use domain::language::Language;
use serde_json::Value;

/// The token alone on standard output, so that it can be piped into a file; its id beside it.
pub fn told(id: &str, secret: &str, language: Language) {
    say(&format!("{} {id}", language.pick("令牌编号", "token")));
    print(secret);
}

/// A token in one line: its id first, then whatever else the server tells of it.
pub fn line(token: &Value) -> String {
    let mut line = token["id"].as_str().unwrap_or_default().to_owned();
    for (key, value) in token.as_object().into_iter().flatten().filter(|(key, _)| key.as_str() != "id") {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(",")
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
        };
        line.push_str(&format!("  {key}={text}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_is_one_line_that_begins_with_its_id() {
        let token = json!({"id": "0198", "name": "报表", "roles": ["liaison", "convener"], "revoked": false});
        assert_eq!(line(&token), "0198  name=报表  revoked=false  roles=liaison,convener");
    }
}
