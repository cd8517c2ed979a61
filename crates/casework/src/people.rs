//! Delegates, offices, the names of grids and units, and who convenes or liaises for a grid (C-1, C-5.1).

use crate::access::things;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::governed::{Draft, Governed};
use crate::issues::OccurredAt;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use chrono::NaiveDate;
use domain::access::{Line, Thing};
use domain::area;
use domain::delegate::{self, Delegate, DelegateEvent, NewDelegate, Renaming};
use domain::ids::{AreaId, DelegateId, OfficeId};
use domain::office;
use domain::refusal::{Code, Refusal};
use domain::vocabulary::{DelegateType, DepartureReason, OfficeEndReason, OfficeKind};
use event_store::StreamId;
use serde_json::json;

/// How the term of somebody who holds an office of a grid ends.
#[derive(Clone, Debug)]
pub struct OfficeEnding {
    /// The last day.
    pub to: NaiveDate,
    /// Why.
    pub reason_code: OfficeEndReason,
    /// Why, in words.
    pub reason: Option<String>,
}

impl OfficeEnding {
    fn said(&self, draft: &mut Draft<'_>) {
        if let Some(reason) = &self.reason {
            draft.say("narrative", json!({"reason": reason}));
        }
    }
}

impl Casework {
    /// Registers a delegate with a first mandate and assignment.
    #[boxed(?Send)]
    pub async fn register_delegate(
        &self,
        call: &CommandContext,
        new: &NewDelegate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<DelegateId>>, Failure> {
        let id = DelegateId(self.new_id());
        self.govern(call, None, at, |draft| {
            let events = delegate::register(&draft.reference.delegates, &draft.reference.areas, new)?;
            let line = Line::Party(new.delegate_type == DelegateType::Party);
            draft.admit(call, &Thing { grids: vec![new.grid_id], line, ..Thing::default() })?;
            draft.within(new.grid_id.0);
            draft.write(StreamId::of("delegate", id.0), events)?;
            Ok(id)
        })
        .await
    }

    /// Gives a delegate another name, for a reason.
    #[boxed(?Send)]
    pub async fn rename_delegate(
        &self,
        call: &CommandContext,
        id: DelegateId,
        renaming: &Renaming,
        reason: &str,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<DelegateId>>, Failure> {
        self.change_delegate(call, id, at, |draft, known| {
            draft.say("narrative", json!({"reason": reason}));
            delegate::rename(&draft.reference.delegates, known, renaming)
        })
        .await
    }

    /// Gives a delegate a mandate of another type, or anew.
    #[boxed(?Send)]
    pub async fn give_mandate(
        &self,
        call: &CommandContext,
        id: DelegateId,
        delegate_type: DelegateType,
        from: NaiveDate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<DelegateId>>, Failure> {
        self.change_delegate(call, id, at, |_, known| delegate::give_mandate(known, delegate_type, from)).await
    }

    /// Assigns a delegate to a grid, perhaps to a unit of it.
    #[boxed(?Send)]
    pub async fn assign_delegate(
        &self,
        call: &CommandContext,
        id: DelegateId,
        grid_id: AreaId,
        unit_id: Option<AreaId>,
        from: NaiveDate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<DelegateId>>, Failure> {
        // Shape comes before existence (ADR 0026); areas are never removed.
        let reference = self.reference();
        let unknown = |pointer| Refusal::new(Code::UnknownId).at(pointer);
        let grid = reference.areas.grid(grid_id).map_or_else(|| Some(unknown("/grid_id")), |_| None);
        let unit = unit_id.filter(|unit| reference.areas.unit(*unit).is_none()).map(|_| unknown("/unit_id"));
        let faults: Vec<Refusal> = [grid, unit].into_iter().flatten().collect();
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults));
        }
        self.change_delegate(call, id, at, |draft, known| {
            let event = delegate::assign(known, &draft.reference.areas, grid_id, unit_id, from)?;
            draft.within(grid_id.0);
            Ok(event)
        })
        .await
    }

    /// Records that a delegate left.
    #[boxed(?Send)]
    pub async fn depart_delegate(
        &self,
        call: &CommandContext,
        id: DelegateId,
        reason: DepartureReason,
        on: NaiveDate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<DelegateId>>, Failure> {
        self.change_delegate(call, id, at, |_, known| delegate::depart(known, reason, on)).await
    }

    /// Registers an office.
    #[boxed(?Send)]
    pub async fn register_office(
        &self,
        call: &CommandContext,
        name: &str,
        kind: OfficeKind,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<OfficeId>>, Failure> {
        let id = OfficeId(self.new_id());
        self.govern(call, None, at, |draft| {
            draft.admit(call, &Thing { line: Line::Both, ..Thing::default() })?;
            let event = office::register(&draft.reference.offices, name, kind)?;
            draft.write(StreamId::of("office", id.0), [event])?;
            Ok(id)
        })
        .await
    }

    /// Gives an office another name, for a reason.
    #[boxed(?Send)]
    pub async fn rename_office(
        &self,
        call: &CommandContext,
        id: OfficeId,
        name: &str,
        reason: &str,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<OfficeId>>, Failure> {
        let stream = StreamId::of("office", id.0);
        self.govern(call, Some(&stream), at, |draft| {
            let known = draft.reference.offices.get(id).ok_or(Failure::NotFound)?;
            let event = office::rename(&draft.reference.offices, known, name)?;
            draft.say("narrative", json!({"reason": reason}));
            draft.write(stream.clone(), [event])?;
            Ok(id)
        })
        .await
    }

    /// Gives a grid another name, for a reason.
    #[boxed(?Send)]
    pub async fn rename_grid(
        &self,
        call: &CommandContext,
        grid: AreaId,
        name: &str,
        reason: &str,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        self.change_grid(call, grid, at, |draft| {
            draft.say("narrative", json!({"reason": reason}));
            area::rename(&draft.reference.areas, grid, name)
        })
        .await
    }

    /// Gives a unit another name, for a reason.
    #[boxed(?Send)]
    pub async fn rename_unit(
        &self,
        call: &CommandContext,
        unit: AreaId,
        name: &str,
        reason: &str,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        let stream = StreamId::of("area", unit.0);
        self.govern(call, Some(&stream), at, |draft| {
            let known = draft.reference.areas.unit(unit).ok_or(Failure::NotFound)?;
            let event = area::rename(&draft.reference.areas, unit, name)?;
            draft.within(known.grid_id.0);
            draft.say("narrative", json!({"reason": reason}));
            draft.write(stream.clone(), [event])?;
            Ok(unit)
        })
        .await
    }

    /// Appoints a grid's convener.
    #[boxed(?Send)]
    pub async fn appoint_convener(
        &self,
        call: &CommandContext,
        grid: AreaId,
        delegate_id: DelegateId,
        from: NaiveDate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        // Shape comes before existence (ADR 0026); delegates are never removed.
        if self.reference().delegates.get(delegate_id).is_none() {
            return Err(Refusal::new(Code::UnknownId).at("/delegate_id").into());
        }
        self.change_grid(call, grid, at, |draft| {
            draft.rely_on(StreamId::of("delegate", delegate_id.0));
            area::appoint_convener(&draft.reference.areas, &draft.reference.delegates, grid, delegate_id, from)
        })
        .await
    }

    /// Appoints a grid's liaison officer.
    #[boxed(?Send)]
    pub async fn appoint_liaison(
        &self,
        call: &CommandContext,
        grid: AreaId,
        name: &str,
        from: NaiveDate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        self.change_grid(call, grid, at, |draft| area::appoint_liaison(&draft.reference.areas, grid, name, from)).await
    }

    /// Ends the term of a grid's convener, perhaps with a reason in words.
    #[boxed(?Send)]
    pub async fn end_convener(
        &self,
        call: &CommandContext,
        grid: AreaId,
        ending: &OfficeEnding,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        self.change_grid(call, grid, at, |draft| {
            ending.said(draft);
            area::end_convener(&draft.reference.areas, grid, ending.to, ending.reason_code)
        })
        .await
    }

    /// Ends the term of a grid's liaison officer, likewise.
    #[boxed(?Send)]
    pub async fn end_liaison(
        &self,
        call: &CommandContext,
        grid: AreaId,
        ending: &OfficeEnding,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        self.change_grid(call, grid, at, |draft| {
            ending.said(draft);
            area::end_liaison(&draft.reference.areas, grid, ending.to, ending.reason_code)
        })
        .await
    }

    /// Sets where a grid's sessions are held from a day on.
    #[boxed(?Send)]
    pub async fn set_venue(
        &self,
        call: &CommandContext,
        grid: AreaId,
        name: &str,
        from: NaiveDate,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        self.change_grid(call, grid, at, |draft| area::set_venue(&draft.reference.areas, grid, name, from)).await
    }

    async fn change_grid(
        &self,
        call: &CommandContext,
        grid: AreaId,
        at: OccurredAt,
        decide: impl Fn(&mut Draft<'_>) -> Result<area::AreaEvent, Refusal>,
    ) -> Result<Outcome<Governed<AreaId>>, Failure> {
        let stream = StreamId::of("area", grid.0);
        self.govern(call, Some(&stream), at, |draft| {
            if draft.reference.areas.grid(grid).is_none() {
                return Err(Failure::NotFound);
            }
            draft.admit(call, &Thing { grids: vec![grid], line: Line::Both, ..Thing::default() })?;
            let event = decide(draft)?;
            draft.within(grid.0);
            draft.write(stream.clone(), [event])?;
            Ok(grid)
        })
        .await
    }

    async fn change_delegate(
        &self,
        call: &CommandContext,
        id: DelegateId,
        at: OccurredAt,
        decide: impl Fn(&mut Draft<'_>, &Delegate) -> Result<DelegateEvent, Refusal>,
    ) -> Result<Outcome<Governed<DelegateId>>, Failure> {
        let stream = StreamId::of("delegate", id.0);
        self.govern(call, Some(&stream), at, |draft| {
            let known = draft.reference.delegates.get(id).ok_or(Failure::NotFound)?;
            draft.admit(call, &things::of_delegate(draft.reference, id, draft.reference.town_date(draft.now)))?;
            let event = decide(draft, known)?;
            draft.write(stream.clone(), [event])?;
            Ok(id)
        })
        .await
    }
}
