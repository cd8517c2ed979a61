//! People are heard at a deed: a reception of its grid and owner, from the day of the pledge on (C-3.4).

use super::state::Deed;
use crate::hearing::{HEARINGS_MAX, HeardAt, HearingDraft, OpinionsHeard, faults};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;

/// Remembers a hearing at a deed, in the append of the reception that it is. A deed that has ended keeps what was heard:
/// people say what they think of it when it is done.
///
/// Errors, all at once: [`Code::GridNotThere`], [`Code::BeforePrevious`] at `/held_at` before the day of the pledge,
/// [`Code::DelegateNotThere`] for everybody but its owner; else [`Code::TooMany`] beyond [`HEARINGS_MAX`].
pub fn hear(deed: &Deed, rules: &Rules<'_>, draft: &HearingDraft) -> Result<OpinionsHeard, Vec<Refusal>> {
    let heard = HeardAt {
        grid_ids: &[deed.grid_id],
        from: rules.town_date(deed.pledged.at),
        to: None,
        delegate_ids: &[deed.owner_delegate_id],
        clause: "C-3.4",
    };
    let faults = faults(&heard, draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    if deed.heard.len() >= HEARINGS_MAX {
        return Err(vec![Refusal::new(Code::TooMany).under("C-3.4").at("/deed_id")]);
    }
    Ok(OpinionsHeard { reception_id: draft.reception_id, issue_ids: draft.issue_ids.clone() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::deed::fixture::{Given, ISSUE, RECEPTION, said};
    use crate::fixtures::day;
    use crate::issue::fixture::rules;
    use crate::session::fixture::{DEPUTY, GRID, OTHER_GRID, PARTY};

    const NOW: &str = "2026-12-21 09:00";

    fn draft() -> HearingDraft {
        HearingDraft {
            reception_id: RECEPTION,
            grid_id: GRID,
            held_on: day("2026-11-19"),
            delegate_ids: vec![PARTY[0]],
            issue_ids: vec![ISSUE],
        }
    }

    #[test]
    fn its_owner_hears_people_of_its_grid_from_the_pledge_on() {
        for given in [Given::pledged(), Given::completed(), Given::abandoned()] {
            let heard = hear(&given.deed, &rules(NOW), &draft()).unwrap();
            assert_eq!((heard.reception_id, heard.issue_ids), (RECEPTION, vec![ISSUE]));
        }
        let wrong = HearingDraft {
            grid_id: OTHER_GRID,
            held_on: day("2026-11-18"),
            delegate_ids: vec![PARTY[0], DEPUTY[0]],
            ..draft()
        };
        let refusals = hear(&Given::pledged().deed, &rules(NOW), &wrong).unwrap_err();
        let all = [
            "grid_not_there C-3.4 /grid_id",
            "before_previous C-3.4 /held_at",
            "delegate_not_there C-3.4 /delegates/1/delegate_id",
        ];
        assert_eq!(said(&refusals), all);
    }

    #[test]
    fn a_deed_remembers_a_bounded_number_of_hearings() {
        let mut given = Given::pledged();
        for _ in 1..HEARINGS_MAX {
            given = given.and_heard("2026-12-01 10:00");
        }
        assert!(hear(&given.deed, &rules(NOW), &draft()).is_ok());
        let refusals = hear(&given.and_heard("2026-12-01 10:00").deed, &rules(NOW), &draft()).unwrap_err();
        assert_eq!(said(&refusals), ["too_many C-3.4 /deed_id"]);
    }
}
