//! Documents of schema 1 say nothing of rota, sessions, boards and the clock. They are read with the values of
//! `data/policy-since-2.json`, their clock standing still, and are shown as they were adopted. Documents of schema 2 say what
//! those of schema 3 say; their clock knows fewer obligations. Schema 4 added how long personal data is kept.

use super::Policy;
use super::events::Adopted;
use super::sections::SINCE_4;
use serde_json::Value;

/// Exactly the members that schema 2 has and schema 1 had not.
const SINCE_2: &str = include_str!("../../../../data/policy-since-2.json");

/// Reads a document of the log. What has no `clock` is of schema 1: of schema 2 nothing may be left out.
///
/// Errors: a document that is of neither.
pub(super) fn read(adopted: &Adopted) -> serde_json::Result<Policy> {
    let Adopted { document, schema } = adopted;
    if document.get("clock").is_some() {
        return Ok(Policy { schema: *schema, ..serde_json::from_value(document.clone())? });
    }
    let mut whole = document.clone();
    complete(&mut whole, &serde_json::from_str(SINCE_2)?);
    Ok(Policy { schema: 1, ..serde_json::from_value(whole)? })
}

impl Policy {
    /// The document as it was adopted.
    ///
    /// Errors: none of a policy that was read.
    pub fn document(&self) -> serde_json::Result<Value> {
        let mut document = serde_json::to_value(self)?;
        if self.schema < 4 {
            strip(&mut document, &serde_json::from_str(SINCE_4)?);
        }
        if self.schema == 1 {
            strip(&mut document, &serde_json::from_str(SINCE_2)?);
        }
        Ok(document)
    }
}

/// Puts what is added beside what is there.
fn complete(document: &mut Value, added: &Value) {
    let (Value::Object(document), Value::Object(added)) = (document, added) else { return };
    for (member, value) in added {
        match document.get_mut(member) {
            Some(there) => complete(there, value),
            None => {
                document.insert(member.clone(), value.clone());
            }
        }
    }
}

/// Takes away what was added, and the sections that hold nothing else.
fn strip(document: &mut Value, added: &Value) {
    let (Value::Object(document), Value::Object(added)) = (document, added) else { return };
    for (member, value) in added {
        if let (Some(there @ Value::Object(_)), Value::Object(_)) = (document.get_mut(member), value) {
            strip(there, value);
            if there.as_object().is_some_and(|left| !left.is_empty()) {
                continue;
            }
        }
        document.remove(member);
    }
}
