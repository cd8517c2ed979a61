//! Finding somebody by their number or their name (PIPL Art. 45): in which receptions they were, and which issues they raised
//! there.

use crate::access::Reader;
use crate::access::admission::thing_of;
use crate::access::sight::{LookedAt, Sight, Withheld};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::persons::index::Came;
use crate::read::loaded::{AsOf, Loaded};
use crate::write::failure::Failure;
use domain::access::{Action, Scope};
use domain::ids::{AreaId, IssueId, ReceptionId};
use domain::issue::Issue;
use domain::personal_data::Sought;
use domain::reception::Reception;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Somebody who was found in a reception.
#[derive(Clone, Debug)]
pub struct PersonFound {
    /// The reception.
    pub reception_id: ReceptionId,
    /// The same, as it now is.
    pub reception: Arc<Loaded<Reception>>,
    /// Which of its visitors, from 0.
    pub visitor: u32,
    /// The issues that they raised in it, in order.
    pub issues: Vec<(IssueId, Arc<Loaded<Issue>>)>,
    /// Something that is sealed in the reception is damaged, so that it cannot be read who they are.
    pub damaged: bool,
}

/// What a search comes to.
#[derive(Clone, Debug, Default)]
pub struct PersonsFound {
    /// Who was found, the newest reception first.
    pub found: Vec<PersonFound>,
    /// More were, who are not told.
    pub more: bool,
    /// Why nobody is told of although some may have been found.
    pub withheld: Option<Withheld>,
}

impl Casework {
    /// Looks for somebody within what whoever asks may see of people, at most `limit` times. That they were found is on record
    /// when this returns, as a look at the class by which they were.
    ///
    /// Errors: [`Failure::Forbidden`] where it is not for the role.
    #[boxed]
    pub async fn search_persons(
        &self,
        reader: &Reader,
        sought: &Sought,
        limit: usize,
    ) -> Result<PersonsFound, Failure> {
        let action = Action::PersonalSearch;
        let asker = reader.asker.as_ref().ok_or(Failure::Forbidden { action })?;
        let authority = self.authority(asker, action)?;
        // Of receptions of other grids none is read, so that it takes no longer where there are such.
        let grids = if let Scope::Grids(grids) = authority.scope() { Some(grids) } else { None };
        let is_near = |came: &Came| grids.as_ref().is_none_or(|grids| grids.contains(&AreaId(came.grid)));
        let mut receptions: BTreeMap<ReceptionId, Arc<Loaded<Reception>>> = BTreeMap::new();
        let (mut found, mut more) = (Vec::new(), false);
        for came in self.came(sought).await?.into_iter().filter(is_near) {
            let reception = match receptions.get(&came.reception_id) {
                Some(known) => Arc::clone(known),
                None => self.reception(came.reception_id, AsOf::Now).await?,
            };
            if !self.reaches(&authority, action, &thing_of(came.reception_id, &reception)).await? {
                continue;
            }
            if found.len() == limit {
                more = true;
                break;
            }
            receptions.insert(came.reception_id, Arc::clone(&reception));
            found.push((came, reception));
        }
        if let Some(withheld) = self.note_found(reader, sought, receptions.values()).await {
            return Ok(PersonsFound { withheld: Some(withheld), ..PersonsFound::default() });
        }
        let mut told = Vec::with_capacity(found.len());
        for (Came { reception_id, visitor, .. }, reception) in found {
            let issues = self.issues_of(&reception.state, Some(visitor)).await?;
            // Opened for whoever shows it, who need not open it again.
            let damaged = match reception.parts(self, 1).await {
                Err(Failure::Fault(_)) => true,
                parts => parts.map(|_| false)?,
            };
            told.push(PersonFound { reception_id, reception, visitor, issues, damaged });
        }
        Ok(PersonsFound { found: told, more, withheld: None })
    }

    /// Records that somebody is found in these receptions; why they are not told where that cannot be recorded.
    async fn note_found(
        &self,
        reader: &Reader,
        sought: &Sought,
        receptions: impl Iterator<Item = &Arc<Loaded<Reception>>>,
    ) -> Option<Withheld> {
        if !self.access_adopted() {
            return None;
        }
        let class = sought.class();
        let sight = Sight::of_class(class);
        let looked_at = |reception: &Arc<Loaded<Reception>>| LookedAt {
            classes: BTreeSet::from([class]),
            ..LookedAt::of(reception)
        };
        let seen = self.looked_at(reader, receptions.map(|one| (sight, looked_at(one))).collect()).await;
        seen.iter().find_map(|sight| sight.withholds_class(class))
    }

    /// The issues of a reception that one of its visitors raised, in order.
    pub(super) async fn issues_of(
        &self,
        reception: &Reception,
        visitor: Option<u32>,
    ) -> Result<Vec<(IssueId, Arc<Loaded<Issue>>)>, Failure> {
        let mut issues = Vec::new();
        for id in &reception.issue_ids {
            let issue = self.issue(*id, AsOf::Now).await?;
            if issue.state.visitor == visitor {
                issues.push((*id, issue));
            }
        }
        Ok(issues)
    }
}
