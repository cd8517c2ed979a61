//! Delegates who sat somewhere: each once, and in a capacity that they hold on the day.

use super::ReceivingDelegate;
use crate::delegate::Delegates;
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::DelegateType;
use chrono::NaiveDate;

/// A delegate who was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelegateDraft {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity; needed only of holders of both mandates.
    pub delegate_type: Option<DelegateType>,
}

/// The delegates of a list in the capacity in which they sat on a day, and what is wrong with the others. One of another
/// grid is welcome. An entry that could not be read is passed over; without the day nobody's capacity is known.
///
/// At `/delegates/<index>`: [`Code::DelegateTwice`], [`Code::UnknownId`], [`Code::DelegateWithoutMandate`],
/// [`Code::DelegateTypeNeeded`].
pub fn attending(
    delegates: &Delegates,
    named: &[Option<DelegateDraft>],
    held_on: Option<NaiveDate>,
) -> (Vec<ReceivingDelegate>, Vec<Refusal>) {
    let (mut attending, mut faults) = (Vec::new(), Vec::new());
    for (index, one) in named.iter().enumerate() {
        let Some(one) = one else { continue };
        let pointer = format!("/delegates/{index}/delegate_id");
        if named[..index].iter().flatten().any(|other| other.delegate_id == one.delegate_id) {
            faults.push(Refusal::new(Code::DelegateTwice).at(pointer));
            continue;
        }
        if delegates.get(one.delegate_id).is_none() {
            faults.push(Refusal::new(Code::UnknownId).at(pointer));
            continue;
        }
        let Some(held_on) = held_on else { continue };
        match delegates.capacity(one.delegate_id, one.delegate_type, held_on) {
            Ok(delegate_type) => attending.push(ReceivingDelegate { delegate_id: one.delegate_id, delegate_type }),
            Err(refusal) => {
                let member = refusal.pointer.clone().unwrap_or_default();
                faults.push(refusal.at(format!("/delegates/{index}{member}")));
            }
        }
    }
    (attending, faults)
}

/// Everybody of a list that is corrected is somebody, once, with the mandate of their capacity on the day.
///
/// Errors at `/value`: [`Code::UnknownId`], [`Code::DelegateTwice`], [`Code::DelegateWithoutMandate`].
pub fn sat(delegates: &Delegates, list: &[ReceivingDelegate], held_on: NaiveDate) -> Result<(), Refusal> {
    let unfit = |code: Code| Err(Refusal::new(code).at("/value"));
    for (index, one) in list.iter().enumerate() {
        let Some(person) = delegates.get(one.delegate_id) else { return unfit(Code::UnknownId) };
        if list[..index].iter().any(|other| other.delegate_id == one.delegate_id) {
            return unfit(Code::DelegateTwice);
        }
        if !person.holds(one.delegate_type, held_on) {
            return unfit(Code::DelegateWithoutMandate);
        }
    }
    Ok(())
}
