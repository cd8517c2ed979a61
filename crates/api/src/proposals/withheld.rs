//! What is told to nobody of a request that was proposed. A receipt code lets whoever has it speak for a visitor; what somebody
//! signs in with whoever decides reads with the proposal, and nobody reads in the log.

use serde_json::Value;

/// What is told to nobody, not even to whoever decides.
const OF_ALL: &[&str] = &["receipt_code"];
/// What the log does not tell beside that: what somebody signs in with, and what they are called at a provider.
const IN_LOG: &[&str] = &["receipt_code", "login", "subject"];

/// The body of a proposed request as whoever decides on it is told.
pub(crate) fn to_deciders(mut body: Value) -> Value {
    withhold(&mut body, OF_ALL);
    body
}

/// A personal part that holds a proposed request, as the log tells it; nothing where it holds none, or all of it may be told.
pub(crate) fn in_log(part: &[u8]) -> Option<Value> {
    // A request has a path; what has none is not looked into.
    memchr::memmem::find(part, b"\"path\":")?;
    let mut part: Value = serde_json::from_slice(part).ok()?;
    let members = part.as_object_mut()?;
    let is_request =
        ["method", "path", "query", "body"].iter().all(|name| members.get(*name).is_some_and(Value::is_string));
    let text = members.get("body").and_then(Value::as_str).filter(|_| is_request)?;
    if let Ok(mut body) = serde_json::from_str::<Value>(text) {
        if !withhold(&mut body, IN_LOG) {
            return None;
        }
        members.insert("body".to_owned(), Value::String(body.to_string()));
    } else {
        // It was read as JSON before it was proposed; what is not, nobody can look through.
        members.remove("body");
        members.insert("withheld".to_owned(), Value::Bool(true));
    }
    Some(part)
}

/// Takes members of these names out, at any depth, and says so where they were; whether there were any.
fn withhold(value: &mut Value, names: &[&str]) -> bool {
    match value {
        Value::Object(members) => {
            let all = members.len();
            names.iter().for_each(|name| drop(members.remove(*name)));
            let mut any = members.len() != all;
            if any {
                members.insert("withheld".to_owned(), Value::Bool(true));
            }
            for member in members.values_mut() {
                any |= withhold(member, names);
            }
            any
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| withhold(item, names) | any),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn part(body: &str) -> Vec<u8> {
        json!({"method": "POST", "path": "/v1/accounts", "query": "", "body": body}).to_string().into_bytes()
    }

    fn body_in_log(body: &str) -> Option<Value> {
        let told = in_log(&part(body))?;
        Some(serde_json::from_str(told["body"].as_str().unwrap()).unwrap())
    }

    #[test]
    fn threat_what_somebody_signs_in_with_is_in_no_event_of_a_proposal() {
        println!("attempted: read a login from the events of a proposal");
        let told = body_in_log(r#"{"name":"岗位", "login" : "wang.fang", "holder":"person"}"#);
        assert_eq!(told, Some(json!({"name": "岗位", "holder": "person", "withheld": true})));
        let told = body_in_log(r#"{"issuer":"https://a.example","subject":"7"}"#);
        assert_eq!(told, Some(json!({"issuer": "https://a.example", "withheld": true})));
        assert_eq!(body_in_log(r#"{"table":"huiyin/1"}"#), None);
        assert_eq!(in_log(br#"{"path":"/login","text":"\"login\":1"}"#), None, "no request");
        let unread = in_log(&part("no JSON, login: wang.fang")).unwrap();
        assert_eq!(unread, json!({"method": "POST", "path": "/v1/accounts", "query": "", "withheld": true}));
        println!("caught: it is in none");
    }

    #[test]
    fn a_receipt_code_is_told_to_nobody() {
        let hold =
            json!({"persons": [{"receipt_code": "ABCD-EFGH"}, {"reception_id": "7", "visitor": 0}], "reason": "诉讼"});
        let told = json!({"persons": [{"withheld": true}, {"reception_id": "7", "visitor": 0}], "reason": "诉讼"});
        assert_eq!(to_deciders(hold.clone()), told);
        assert_eq!(body_in_log(&hold.to_string()), Some(told));
        let account = json!({"login": "wang.fang"});
        assert_eq!(to_deciders(account.clone()), account, "who decides reads whom they let in");
    }
}
