//! What whoever asks may see of a list: the rows within the scope of its action.

use crate::http::caller::Caller;
use crate::http::extract::Question;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use casework::access::Asker;
use casework::access::admission::is_party;
use domain::access::Scope;
use domain::delegate::Delegate;
use domain::ids::{AreaId, DelegateId};
use read_models::{Within, names};

impl Caller {
    /// Who asks, as use cases ask what they may do.
    ///
    /// # Errors
    /// 400 where no role was named.
    pub fn asker(&self) -> Result<Asker, Problem> {
        let role = self.role.ok_or_else(|| Problem::new(HttpCode::RoleNeeded))?;
        Ok(self.account.asker(role))
    }
}

impl AppState {
    /// What whoever asks may see of the list that they ask for.
    ///
    /// # Errors
    /// 403 where that is nothing.
    pub fn within(&self, question: &Question) -> Result<Within, Problem> {
        let caller = &question.caller;
        let authority = self.casework.authority(&caller.asker()?, caller.action)?;
        let scope = authority.scope();
        let party = if scope == Scope::PartyLine { self.party_delegates() } else { Vec::new() };
        Ok(Within { scope, party })
    }

    /// The grid that figures are asked of, where it is within what whoever asks may see; nothing where they ask of none, and
    /// have not just one.
    ///
    /// # Errors
    /// 403 beyond it.
    pub fn grid_within(&self, within: &Within, asked: Option<AreaId>) -> Result<Option<AreaId>, Problem> {
        match (&within.scope, asked) {
            (Scope::Grids(grids), Some(asked)) if !grids.contains(&asked) => Err(Problem::new(HttpCode::OutOfScope)
                .because("该网格不在所用角色的范围之内。", "That grid is beyond the role.")),
            (Scope::Grids(grids), None) => Ok(match grids.as_slice() {
                [only] => Some(*only),
                _ => None,
            }),
            (
                Scope::Town
                | Scope::Figures
                | Scope::Grids(_)
                | Scope::Own { .. }
                | Scope::PartyLine
                | Scope::Offices(_)
                | Scope::Receipt,
                asked,
            ) => Ok(asked),
        }
    }

    /// Waits for the rows of obligations and, where what is whose is known of the rows of others too, for those.
    ///
    /// # Errors
    /// Where they are not to be read yet.
    pub async fn reads_obligations(
        &self,
        within: &Within,
        question: &Question,
        at_least: Option<u64>,
    ) -> Result<(), Problem> {
        self.reads_for(names::OBLIGATIONS, question, at_least).await?;
        if matches!(within.scope, Scope::Offices(_)) {
            self.reads_for(names::ISSUE_BOARD, question, at_least).await?;
            self.reads_for(names::MAJOR_ISSUE_BOARD, question, at_least).await?;
        }
        Ok(())
    }

    /// Every delegate of the party's line.
    pub fn party_delegates(&self) -> Vec<DelegateId> {
        let reference = self.casework.reference();
        reference.delegates.all().map(|one| one.id).filter(|id| is_party(&reference, *id)).collect()
    }

    /// The delegates within a scope: all of them where it is the town, else those that serve in its grids, are of its line,
    /// or are whoever asks.
    pub fn delegates_within(&self, within: &Within, known: &Snapshot) -> Option<Vec<DelegateId>> {
        match &within.scope {
            Scope::Town | Scope::Figures => None,
            Scope::PartyLine => Some(within.party.clone()),
            Scope::Own { delegates, account: _ } => Some(delegates.clone()),
            Scope::Grids(grids) => {
                let serves = |one: &&Delegate| {
                    one.assignments_on(known.today).any(|assignment| grids.contains(&assignment.grid_id))
                };
                Some(known.reference.delegates.all().filter(serves).map(|one| one.id).collect())
            }
            Scope::Offices(_) | Scope::Receipt => Some(Vec::new()),
        }
    }
}
