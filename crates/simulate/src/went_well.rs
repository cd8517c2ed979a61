//! What went well lately, of which typical cases are made.

use domain::ids::{ActivityId, DeedId, IssueId};
use domain::typical_case::CaseSources;
use std::collections::HashMap;

/// Issues of a grid that are remembered for having ended well.
const ISSUES_MAX: usize = 2;

/// Something that went well.
#[derive(Clone, Copy, Debug)]
pub(super) enum Well {
    Activity(ActivityId),
    Deed(DeedId),
    /// A case was made of it all.
    Nominated,
}

/// What went well lately, by grid: a typical case is made of it.
#[derive(Debug, Default)]
pub(super) struct WentWell(HashMap<usize, CaseSources>);

impl WentWell {
    /// An issue that was answered and is over.
    pub fn issue(&mut self, grid: usize, id: IssueId) {
        let ids = &mut self.0.entry(grid).or_default().issue_ids;
        ids.push(id);
        if ids.len() > ISSUES_MAX {
            ids.remove(0);
        }
    }

    /// Something that delegates did.
    pub fn saw(&mut self, grid: usize, well: Well) {
        let sources = self.0.entry(grid).or_default();
        match well {
            Well::Activity(id) => sources.activity_ids = vec![id],
            Well::Deed(id) => sources.deed_ids = vec![id],
            Well::Nominated => *sources = CaseSources::default(),
        }
    }

    /// All that a case of a grid could be made of.
    pub fn of(&self, grid: usize) -> Option<&CaseSources> {
        self.0.get(&grid).filter(|sources| **sources != CaseSources::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_grid_remembers_the_last_of_what_went_well_until_a_case_is_made_of_it() {
        let mut well = WentWell::default();
        assert!(well.of(3).is_none());
        (1..=4).for_each(|n| well.issue(3, IssueId(Uuid::from_u128(n))));
        well.saw(3, Well::Deed(DeedId(Uuid::from_u128(8))));
        well.saw(3, Well::Deed(DeedId(Uuid::from_u128(9))));
        let sources = well.of(3).cloned().unwrap_or_default();
        let issues: Vec<u128> = sources.issue_ids.iter().map(|id| id.0.as_u128()).collect();
        assert_eq!((issues, sources.deed_ids), (vec![3, 4], vec![DeedId(Uuid::from_u128(9))]));
        well.saw(3, Well::Nominated);
        assert!(well.of(3).is_none());
    }
}
