//! A remark about the name that something is given: that another one looks like it.

use domain::language::Language;
use domain::roster::WarningCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 关于新名称的一条提示：另一网格、单位、办公室或账户的名称看起来相同，所用字符不同。A remark about a new name: that of another grid,
/// unit, office or account looks the same and is written with other characters.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LooksAlike, example = json!({
    "code": "looks_alike", "id": "0198f3c1-0000-7000-8000-000000000010",
    "detail": "与“江桥镇城建办”看起来相同，但所用字符不同。如指同一处，请改用已有的。"
}))]
pub struct LooksAlikeView {
    /// 提示的种类。What kind of remark.
    #[schema(value_type = crate::rosters::view::WarningCodeSchema)]
    pub code: &'static str,
    /// 另一网格、单位、办公室或账户的编号。The id of the other grid, unit, office or account.
    pub id: Uuid,
    /// 说明，语言同答复。The remark, in the language of the answer.
    pub detail: String,
}

impl LooksAlikeView {
    /// Of which other, by id and name, a new name may be taken.
    pub fn of<'a>(others: impl Iterator<Item = (Uuid, &'a str)>, language: Language) -> Vec<Self> {
        let told = others.map(|(id, name)| Self {
            code: WarningCode::LooksAlike.as_str(),
            id,
            detail: match language {
                Language::Zh => format!("与“{name}”看起来相同，但所用字符不同。如指同一处，请改用已有的。"),
                Language::En => {
                    format!(
                        "It looks like {name} and is written with other characters; if the same is meant, use that one."
                    )
                }
            },
        });
        told.collect()
    }
}
