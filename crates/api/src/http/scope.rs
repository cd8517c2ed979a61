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

    /// The grid that figures are about: the one asked for, where it is within what whoever asks may see, else their only one.
    ///
    /// # Errors
    /// 403 beyond it, and where figures of grids are nothing that they may see.
    pub fn grid_within(&self, question: &Question, asked: Option<AreaId>) -> Result<Option<AreaId>, Problem> {
        let beyond = |zh: &str, en: &str| Err(Problem::new(HttpCode::OutOfScope).because(zh, en));
        match (self.within(question)?.scope, asked) {
            (Scope::Town | Scope::Figures, asked) => Ok(asked),
            (Scope::Grids(grids), Some(asked)) if grids.contains(&asked) => Ok(Some(asked)),
            (Scope::Grids(grids), None) => match grids.as_slice() {
                [only] => Ok(Some(*only)),
                _ => beyond("请以 grid_id 写明本人的一个网格。", "Name one of your grids by grid_id."),
            },
            (Scope::Grids(_), Some(_)) => beyond("该网格不在所用角色的范围之内。", "That grid is beyond the role."),
            (Scope::Own { .. } | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt, _) => beyond(
                "所用角色看不到整个网格的统计；可查看 GET /v1/dashboards/delegates 和 GET /v1/dashboards/obligations。",
                "Figures of whole grids are beyond the role; GET /v1/dashboards/delegates and GET /v1/dashboards/obligations tell \
                 what is within it.",
            ),
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
