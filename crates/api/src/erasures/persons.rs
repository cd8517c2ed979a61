//! People as bodies name them: a visitor of a reception, or whoever holds a receipt.

use crate::input::body::{Faults, Index, Kind, Line, Perhaps, Place, body, object};
#[cfg(test)]
use crate::input::body::{Schemas, refer_to};
use crate::problem::Fault;
use casework::erasures::PersonNamed;
use domain::ids::ReceptionId;
use domain::refusal::{Code, Refusal};
use serde_json::Value;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::Schema;
#[cfg(test)]
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// Most people that one body names.
pub(crate) const PERSONS_MAX: usize = 50;
const CODE_CHARS_MAX: usize = 40;

body! {
    /// 一个人：某次接待的来访人，或持回执者。A person: a visitor of a reception, or whoever holds a receipt.
    struct NamedPerson {
        /// 接待。The reception.
        reception_id: Option<Perhaps<Uuid>>,
        /// 来访人序号，自 0 起。Which of its visitors, from 0.
        visitor: Option<Perhaps<Index>>,
        /// 回执码，代替以上两项。A receipt code, instead of both.
        receipt_code: Option<Perhaps<Line<CODE_CHARS_MAX>>>,
    }
}

impl Kind for NamedPerson {
    type Value = Self;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self> {
        let person = object(Self::read)(value, place, faults)?;
        if let Some(refusal) = person.named_otherwise() {
            faults.push(Fault::from(refusal.at(place.pointer())));
        }
        Some(person)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        refer_to::<Self>()
    }

    #[cfg(test)]
    fn schemas(schemas: &mut Schemas) {
        let name = <Self as ToSchema>::name().into_owned();
        schemas.push((name, <Self as PartialSchema>::schema()));
        <Self as ToSchema>::schemas(schemas);
    }
}

impl NamedPerson {
    /// A person is named in one way, and wholly; what was sent counts, readable or not.
    fn named_otherwise(&self) -> Option<Refusal> {
        let (reception, visitor) = (self.reception_id.is_some(), self.visitor.is_some());
        let named = if self.receipt_code.is_some() { !reception && !visitor } else { reception && visitor };
        (!named).then(|| {
            Refusal::new(Code::InvalidValue).because(
                "请写明 reception_id 和 visitor，或只写 receipt_code。",
                "Name reception_id and visitor, or receipt_code alone.",
            )
        })
    }

    /// As the use cases take it; nothing of somebody who is not well named.
    pub fn named(&self) -> Option<PersonNamed> {
        match (self.reception_id, self.visitor, &self.receipt_code) {
            (Some(Some(reception_id)), Some(Some(visitor)), None) => {
                Some(PersonNamed::Visitor { reception_id: ReceptionId(reception_id), visitor })
            }
            (None, None, Some(Some(receipt_code))) => Some(PersonNamed::Receipt { receipt_code: receipt_code.clone() }),
            (_, _, _) => None,
        }
    }
}
