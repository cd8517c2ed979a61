//! What the document says of names beside ids (`http/names.rs`).

use serde_json::{Value, json};

/// What the document says of an operation whose answers have names: the parameter.
pub(crate) fn parameter() -> Value {
    json!({
        "name": "names", "in": "query", "required": false, "schema": {"type": "boolean", "default": true},
        "description": "false：答复中不附名称。false: the answer is given without `names`.",
    })
}

/// The member itself, which every such answer may have besides its own.
pub(crate) fn schema() -> Value {
    json!({
        "type": "object",
        "description": "答复中出现的网格、单位、代表、办公室和账户的名称。What the grids, units, delegates, offices and accounts in the \
            answer are called.",
        "properties": {"names": {
            "type": "object", "additionalProperties": {"type": "string"},
            "description": "按编号列出名称；答复中没有这类编号，或查询中写明 names=false 时省略。名称以现在为准，查询过去时以当时为准。\
                The name of each id. Absent where the answer holds no such id, and with names=false. Names are those of now, \
                or of the moment that was asked about.",
            "example": {"0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f": "太平网格"},
        }},
    })
}
