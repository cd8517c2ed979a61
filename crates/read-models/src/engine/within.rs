//! What whoever asks may see of a list: the scope of their action, as conditions of the question. A row that is beyond it is
//! not counted, not skipped: it is not there.

use crate::engine::list::Select;
use domain::access::Scope;
use domain::ids::DelegateId;
use uuid::Uuid;

/// What may be seen of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The scope of the action.
    pub scope: Scope,
    /// The delegates of the party's line, where the scope is that line.
    pub party: Vec<DelegateId>,
}

impl Default for Within {
    fn default() -> Self {
        Self { scope: Scope::Town, party: Vec::new() }
    }
}

/// How a list knows whose a row is. Each condition ends where the ids of the scope follow, in parentheses; one that begins
/// more than it ends is closed by `)`.
pub(crate) struct Conditions {
    /// It lies in one of these grids.
    pub grids: &'static str,
    /// It is one of these delegates' own.
    pub delegates: &'static str,
    /// It is of the party's line, one of these delegates being a party delegate's; or, where it ends in no `in`, by itself.
    pub line: Of,
    /// It is dispatched to one of these offices.
    pub offices: Option<&'static str>,
}

/// What the party's line of a list is.
pub(crate) enum Of {
    /// All of it: what belongs to grids.
    All,
    /// Known of the row itself.
    Row(&'static str),
    /// Of these delegates.
    Delegates(&'static str),
}

impl Within {
    /// Adds the conditions to a question.
    pub(crate) fn narrow(&self, select: &mut Select, by: &Conditions) {
        match &self.scope {
            Scope::Town | Scope::Figures => {}
            Scope::Grids(grids) => among(select, by.grids, grids.iter().map(|id| id.0)),
            Scope::Own { delegates, account: _ } => among(select, by.delegates, delegates.iter().map(|id| id.0)),
            Scope::Offices(offices) => match by.offices {
                Some(condition) => among(select, condition, offices.iter().map(|id| id.0)),
                None => select.also("1 = 0"),
            },
            Scope::PartyLine => match by.line {
                Of::All => {}
                Of::Row(condition) => select.also(condition),
                Of::Delegates(condition) => among(select, condition, self.party.iter().map(|id| id.0)),
            },
            Scope::Receipt => select.also("1 = 0"),
        }
    }
}

/// A condition, the ids in which it ends, and what it leaves open.
fn among(select: &mut Select, condition: &'static str, ids: impl ExactSizeIterator<Item = Uuid>) {
    if ids.len() == 0 {
        select.also("1 = 0");
        return;
    }
    select.also(condition);
    select.bind_list(ids);
    let open = condition.matches('(').count().saturating_sub(condition.matches(')').count());
    for _ in 0..open {
        select.push(")");
    }
}
