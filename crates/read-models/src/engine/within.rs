//! What whoever asks may see of a list: the scope of their action, as conditions of the question. A row that is beyond it is
//! not counted, not skipped: it is not there.

use crate::engine::list::Select;
use crate::engine::question::Question;
use domain::access::Scope;
use domain::ids::DelegateId;
use uuid::Uuid;

/// What may be seen of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// It is, in any of these ways, one of these delegates' own.
    pub delegates: &'static [&'static str],
    /// It is what one of these accounts recorded.
    pub accounts: Option<&'static str>,
    /// It is of the party's line, one of these delegates being a party delegate's; or, where it ends in no `in`, by itself.
    pub line: Of,
    /// It is, in any of these ways, dispatched to one of these offices, or they were asked about it.
    pub offices: &'static [&'static str],
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
    /// Adds the conditions to a list.
    pub(crate) fn narrow(&self, select: &mut Select, by: &Conditions) {
        if self.says(by) {
            select.also("");
            self.say(select.push(""), by);
        }
    }

    /// Adds them to a question that has conditions already.
    pub(crate) fn also(&self, question: &mut Question, by: &Conditions) {
        if self.says(by) {
            self.say(question.push(" and "), by);
        }
    }

    /// Whether it leaves anything out.
    fn says(&self, by: &Conditions) -> bool {
        match &self.scope {
            Scope::Town | Scope::Figures => false,
            Scope::PartyLine => !matches!(by.line, Of::All),
            Scope::Grids(_) | Scope::Own { .. } | Scope::Offices(_) | Scope::Receipt => true,
        }
    }

    fn say(&self, question: &mut Question, by: &Conditions) {
        match &self.scope {
            Scope::Town | Scope::Figures => {}
            Scope::Grids(grids) => any_of(question, [(by.grids, ids(grids, |id| id.0))]),
            Scope::Own { delegates, account } => {
                let own = ids(delegates, |id| id.0);
                let of_delegates = by.delegates.iter().map(|condition| (*condition, own.clone()));
                any_of(question, of_delegates.chain(by.accounts.map(|condition| (condition, vec![account.0]))));
            }
            Scope::Offices(offices) => {
                let offices = ids(offices, |id| id.0);
                any_of(question, by.offices.iter().map(|condition| (*condition, offices.clone())));
            }
            Scope::PartyLine => match by.line {
                Of::All => {}
                Of::Row(condition) => {
                    question.push(condition);
                }
                Of::Delegates(condition) => any_of(question, [(condition, ids(&self.party, |id| id.0))]),
            },
            Scope::Receipt => any_of(question, []),
        }
    }
}

fn ids<T>(of: &[T], id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    of.iter().map(id).collect()
}

/// Conditions, any of which is enough, each with the ids in which it ends; what it leaves open is closed behind them. Where
/// there are no ids, there is nothing to be seen.
fn any_of(question: &mut Question, conditions: impl IntoIterator<Item = (&'static str, Vec<Uuid>)>) {
    let mut before = "(";
    for (condition, ids) in conditions.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        question.push(before).push(condition).bind_list(ids.into_iter());
        let open = condition.matches('(').count().saturating_sub(condition.matches(')').count());
        question.push(&")".repeat(open));
        before = " or ";
    }
    question.push(if before == "(" { "1 = 0" } else { ")" });
}
