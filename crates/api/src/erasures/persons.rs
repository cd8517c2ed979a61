//! People as bodies name them: a visitor of a reception, or whoever holds a receipt.

use crate::input::body::{Index, Line, body, nested};
use casework::erasures::PersonNamed;
use domain::ids::ReceptionId;
use domain::refusal::{Code, Refusal};
use uuid::Uuid;

/// Most people that one body names.
pub(crate) const PERSONS_MAX: usize = 50;
const CODE_CHARS_MAX: usize = 40;

body! {
    /// 一个人：某次接待的来访人，或持回执者。A person: a visitor of a reception, or whoever holds a receipt.
    struct NamedPerson {
        /// 接待。The reception.
        reception_id: Option<Uuid>,
        /// 来访人序号，自 0 起。Which of its visitors, from 0.
        visitor: Option<Index>,
        /// 回执码，代替以上两项。A receipt code, instead of both.
        receipt_code: Option<Line<CODE_CHARS_MAX>> => |_| one_way(reception_id?.is_some(), visitor?.is_some(), receipt_code.as_ref()?.is_some()),
    }
}

nested! { NamedPerson }

/// A person is named in one way, and wholly.
fn one_way(reception: bool, visitor: bool, code: bool) -> Option<Refusal> {
    let named = if code { !reception && !visitor } else { reception && visitor };
    if named {
        return None;
    }
    Some(Refusal::new(Code::InvalidValue).because(
        "请写明 reception_id 和 visitor，或只写 receipt_code。",
        "Name reception_id and visitor, or receipt_code alone.",
    ))
}

impl NamedPerson {
    /// As the use cases take it.
    pub fn named(self) -> Option<PersonNamed> {
        match (self.reception_id, self.visitor, self.receipt_code) {
            (Some(reception_id), Some(visitor), None) => {
                Some(PersonNamed::Visitor { reception_id: ReceptionId(reception_id), visitor })
            }
            (None, None, Some(receipt_code)) => Some(PersonNamed::Receipt { receipt_code }),
            (_, _, _) => None,
        }
    }
}
