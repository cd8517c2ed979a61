//! Of which things somebody may do something: one decision, for a thing that was loaded and for the rows of a list alike.

use crate::access::action::Action;
use crate::access::cell::{Cell, column};
use crate::ids::{AccountId, AreaId, DelegateId, IssueId, MajorIssueId, OfficeId, ReceptionId};
use crate::vocabulary::Role;

/// What one grant that is in force gives beside its role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// The grid of a convener or a liaison.
    pub grid: Option<AreaId>,
    /// The delegate who somebody is.
    pub delegate: Option<DelegateId>,
    /// The office of a handling unit.
    pub office: Option<OfficeId>,
}

/// Who asks, in the role they act in, with all grants of that role that are in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The account.
    pub account: AccountId,
    /// The role.
    pub role: Role,
    /// What its grants give.
    pub holdings: Vec<Holding>,
}

/// Of which things an action may be done. Lists add it to what they ask for, so that a list and its things never differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Of anything in the town.
    Town,
    /// Of anything in the town, without a personal part.
    Figures,
    /// Of what is a delegate's own, or an account's.
    Own {
        /// The delegates.
        delegates: Vec<DelegateId>,
        /// The account.
        account: AccountId,
    },
    /// Of what lies in these grids.
    Grids(Vec<AreaId>),
    /// Of what is of the party's line.
    PartyLine,
    /// Of what is dispatched to these offices.
    Offices(Vec<OfficeId>),
    /// Of the issue whose receipt code is in the path.
    Receipt,
}

/// What access turns on of a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thing {
    /// The grids in which it lies; none where it concerns the whole town.
    pub grids: Vec<AreaId>,
    /// Delegates whose own it is.
    pub delegates: Vec<DelegateId>,
    /// Delegates whose own it once was, who go on reading it.
    pub former: Vec<DelegateId>,
    /// Accounts whose entry it is.
    pub accounts: Vec<AccountId>,
    /// What its line follows from.
    pub line: Line,
    /// Offices to which it is dispatched, or that were asked for input.
    pub offices: Vec<OfficeId>,
    /// Issues that it is made of: it is their delegates' own.
    pub issues: Vec<IssueId>,
    /// The major issue that it has become: it is dispatched where that is.
    pub major_issue: Option<MajorIssueId>,
    /// It has come to a level on which the town's offices decide (L3 and above), no grid.
    pub town_decides: bool,
}

/// What the line of a thing follows from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// It is of no line.
    #[default]
    None,
    /// It belongs to a grid and to no delegate, and so to both lines.
    Both,
    /// Of the party's where a party delegate is among these.
    Of(Vec<DelegateId>),
    /// Of the reception in which it was raised.
    Reception(ReceptionId),
    /// Of the party's where one of these issues is.
    Issues(Vec<IssueId>),
    /// Known already: whether it is of the party's.
    Party(bool),
}

/// Of which things somebody may do something; `None` where the table gives their role none.
pub fn scope(rights: &Rights, action: Action) -> Option<Scope> {
    let holdings = || rights.holdings.iter();
    match action.row().cells[column(rights.role)?] {
        Cell::Nothing => None,
        Cell::Own => {
            let delegates = holdings().filter_map(|holding| holding.delegate).collect();
            Some(Scope::Own { delegates, account: rights.account })
        }
        Cell::Grid | Cell::Station => Some(Scope::Grids(holdings().filter_map(|holding| holding.grid).collect())),
        Cell::Line => Some(Scope::PartyLine),
        Cell::Dispatched => Some(Scope::Offices(holdings().filter_map(|holding| holding.office).collect())),
        Cell::Town => Some(Scope::Town),
        Cell::Figures => Some(Scope::Figures),
        Cell::Receipt => Some(Scope::Receipt),
    }
}

impl Scope {
    /// Whether an action of this scope may be done of a thing. `is_party` says whether somebody is a party delegate.
    ///
    /// A former delegate reads what was once theirs and commands nothing of it; a grid decides on nothing that has come
    /// to the town's level, in the actions of which docs/ACCESS.md says so.
    pub fn holds(&self, action: Action, thing: &Thing, is_party: impl Fn(DelegateId) -> bool) -> bool {
        match self {
            Self::Town | Self::Figures => true,
            Self::Own { delegates, account } => {
                let now = thing.delegates.iter().any(|own| delegates.contains(own));
                let once = !action.is_command() && thing.former.iter().any(|own| delegates.contains(own));
                now || once || thing.accounts.contains(account)
            }
            Self::Grids(grids) => {
                let lies_there = thing.grids.iter().any(|grid| grids.contains(grid));
                lies_there && !(thing.town_decides && OF_THE_LEVEL.contains(&action))
            }
            Self::PartyLine => match &thing.line {
                // What these say, whoever asks reads first.
                Line::None | Line::Reception(_) | Line::Issues(_) => false,
                Line::Both => true,
                Line::Of(delegates) => delegates.iter().any(|delegate| is_party(*delegate)),
                Line::Party(party) => *party,
            },
            Self::Offices(offices) => thing.offices.iter().any(|office| offices.contains(office)),
            Self::Receipt => false,
        }
    }
}

/// Actions of the major-issue process that go to the town's offices from L3 on (T7, T11).
const OF_THE_LEVEL: &[Action] = &[
    Action::IssueDecideExtension,
    Action::MajorIssueAssign,
    Action::MajorIssueChangeLevel,
    Action::MajorIssueConclude,
    Action::MajorIssueDecideRefusal,
    Action::MajorIssueDeliberate,
    Action::MajorIssueTriage,
    Action::MajorIssueVerify,
    Action::MeetingDecide,
    Action::MeetingDefer,
];
