//! What a step of what delegates do beside receiving people needs to know, and what it comes to.

use super::dice::Dice;
use super::people::{self, GridDesk};
use super::receptions::Heard;
use super::steps::Effect;
use super::town::Town;
use super::undertaking_steps::{Bureau, OnAgenda, Undertaking, UndertakingStep};
use super::went_well::Well;
use casework::transact::Outcome;
use casework::undertakings::NewFiling;
use casework::{CommandContext, Failure};
use chrono::{DateTime, Utc};
use domain::clock::{Member, Subject};
use domain::ids::{AccountId, DelegateId, OfficeId};
use domain::reception::{DelegateDraft, ReceivingDelegate};
use domain::vocabulary::{DelegateType, Role};

/// What a step came to, and what follows.
pub(super) struct Undertaken {
    pub did: Effect,
    pub then: Vec<(DateTime<Utc>, UndertakingStep)>,
    /// What the clock over obligations is to look at, beside the grid.
    pub about: Option<Subject>,
    /// What was begun, where it counts for a year of the grid.
    pub member: Option<Member>,
    /// The reception that it was.
    pub heard: Option<Heard>,
    /// What became of major issues, by number.
    pub majors: Vec<(usize, OnAgenda)>,
    /// What may be made a typical case of.
    pub well: Option<Well>,
}

impl Undertaken {
    /// It had become pointless.
    pub fn moot() -> Self {
        Self { did: Effect::Moot, ..Self::then(Vec::new()) }
    }

    /// It happened.
    pub fn then(then: Vec<(DateTime<Utc>, UndertakingStep)>) -> Self {
        Self { did: Effect::Happened, then, about: None, member: None, heard: None, majors: Vec::new(), well: None }
    }

    /// It was a reception, unless nobody could receive.
    pub fn heard(heard: Option<Heard>) -> Self {
        let did = if heard.is_some() { Effect::Happened } else { Effect::Moot };
        Self { did, heard, ..Self::then(Vec::new()) }
    }

    /// It concerns something that the clock over obligations looks at.
    pub fn about(self, subject: Subject) -> Self {
        Self { about: Some(subject), ..self }
    }

    /// It began something that counts for a year of the grid.
    pub fn member(self, member: Member) -> Self {
        Self { member: Some(member), ..self }
    }

    /// Something became of major issues.
    pub fn majors(self, majors: Vec<(usize, OnAgenda)>) -> Self {
        Self { majors, ..self }
    }

    /// It went well.
    pub fn well(self, well: Well) -> Self {
        Self { well: Some(well), ..self }
    }
}

/// What a step needs to know.
pub(super) struct Doing<'a> {
    pub of: &'a Undertaking,
    pub desk: &'a GridDesk,
    /// When it is said to have happened.
    pub at: DateTime<Utc>,
    pub key: String,
}

impl Doing<'_> {
    /// A call of somebody of the grid.
    pub fn by(&self, role: Role) -> CommandContext {
        people::call(self.desk.account, role, &self.key)
    }

    /// One of several calls of a step.
    pub fn part(&self, role: Role, part: &str) -> CommandContext {
        people::call(self.desk.account, role, &format!("{}/{part}", self.key))
    }

    /// A call of an office of the town.
    pub fn by_office(&self, (_, account): (OfficeId, AccountId), bureau: Bureau) -> CommandContext {
        let role = match bureau {
            Bureau::Studio => Role::PartyStudio,
            Bureau::Congress => Role::CongressOffice,
        };
        people::call(account, role, &self.key)
    }

    /// What goes to an office, without papers.
    pub fn filing(&self, (office_id, _): (OfficeId, AccountId), text: Option<&str>) -> NewFiling {
        NewFiling { office_id, file_ids: Vec::new(), text: text.map(str::to_owned), at: Some(self.at) }
    }
}

impl Town<'_> {
    /// An office of the town with its account.
    pub(super) fn bureau(&self, bureau: Bureau) -> (OfficeId, AccountId) {
        match bureau {
            Bureau::Studio => self.people.studio,
            Bureau::Congress => self.people.congress_office,
        }
    }

    /// Some delegates of a grid who hold a mandate today: one of either kind first, then more, at most so many.
    pub(super) fn team(&self, grid: usize, most: usize, dice: &mut Dice) -> Vec<DelegateDraft> {
        let of_kind = |kind| self.in_office(grid, kind);
        let (party, deputies) = (of_kind(DelegateType::Party), of_kind(DelegateType::Deputy));
        let mut team: Vec<DelegateDraft> = Vec::with_capacity(most);
        for turn in 0..most {
            let (kind, there) =
                if turn == 1 { (DelegateType::Deputy, &deputies) } else { (DelegateType::Party, &party) };
            let others: Vec<_> = there.iter().filter(|id| team.iter().all(|one| one.delegate_id != **id)).collect();
            let one = dice.pick(&others).map(|id| **id);
            team.extend(one.map(|delegate_id| DelegateDraft { delegate_id, delegate_type: Some(kind) }));
        }
        team
    }

    /// The delegates of a grid of one kind, in an order that is the same each time. Deputies, of whom some leave, come in the order
    /// of their first duty, by which it is told who leaves.
    pub(super) fn in_office(&self, grid: usize, kind: DelegateType) -> Vec<DelegateId> {
        let (reference, today) = (self.casework.reference(), self.today());
        match kind {
            DelegateType::Party => {
                let Some(desk) = self.people.grids.get(grid) else { return Vec::new() };
                people::assigned(&reference, desk.id, kind, today).into_iter().map(|(id, _)| id).collect()
            }
            DelegateType::Deputy => {
                let holds = |who: &DelegateId| reference.delegates.holding(*who, today).is_ok();
                self.sessions.on_rotas(grid, kind).filter(holds).collect()
            }
        }
    }
}

/// Those who took part, as they receive.
pub(super) fn as_receiving(there: &[ReceivingDelegate]) -> Vec<DelegateDraft> {
    let one = |one: &ReceivingDelegate| DelegateDraft {
        delegate_id: one.delegate_id,
        delegate_type: Some(one.delegate_type),
    };
    there.iter().map(one).collect()
}

/// What was begun; nothing of a story is told twice.
pub(super) fn begun<T>(outcome: Outcome<T>) -> Result<T, Failure> {
    match outcome {
        Outcome::Done(begun) => Ok(begun),
        Outcome::Replayed(_) => Err(Failure::KeyReused),
    }
}
