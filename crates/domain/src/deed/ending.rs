//! A deed ends: it is completed, with what shows it, or given up, with a reason (C-3.4). Paired support ends by either.

use super::events::{DeedAbandoned, DeedCompleted};
use super::state::Deed;
use crate::ids::FileId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::{files, follows};
use crate::vocabulary::DeedState;
use chrono::{DateTime, Utc};

/// Completes a deed (C-3.4), before its day, on it or after it: what was promised is still wanted when it is late.
///
/// Errors: [`Code::TooMany`] and [`Code::Duplicate`] at `/file_ids`; a time in the future or before the pledge;
/// [`Code::AlreadyCompleted`], [`Code::WrongState`] of one that was given up; [`Code::EvidenceMissing`] without a file.
pub fn complete(
    deed: &Deed,
    rules: &Rules<'_>,
    file_ids: &[FileId],
    at: DateTime<Utc>,
) -> Result<DeedCompleted, Refusal> {
    files(file_ids).map_err(|refusal| refusal.under("C-3.4"))?;
    follows(rules, at, Some(deed.pledged))?;
    match deed.state {
        DeedState::Pledged => {}
        DeedState::Completed => return Err(Refusal::new(Code::AlreadyCompleted)),
        DeedState::Abandoned => {
            return Err(Refusal::new(Code::WrongState)
                .under("C-3.4")
                .because("该实事已经放弃，请另行认领。", "The deed was given up; pledge it anew."));
        }
    }
    if file_ids.is_empty() {
        return Err(Refusal::new(Code::EvidenceMissing).as_rule().under("C-3.4").at("/file_ids").because(
            "完成实事须附凭证，请先上传文件或影像。",
            "A completed deed needs evidence: upload a document, picture or recording first and name it here.",
        ));
    }
    Ok(DeedCompleted { file_ids: file_ids.to_vec() })
}

/// Gives a deed up (C-3.4). The reason that it needs is the caller's to have. Given up by its day, nothing is owed of it any
/// more; it stays among those promised.
///
/// Errors: a time in the future or before the pledge; [`Code::AlreadyAbandoned`], [`Code::WrongState`] of one that is
/// completed.
pub fn abandon(deed: &Deed, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<DeedAbandoned, Refusal> {
    follows(rules, at, Some(deed.pledged))?;
    match deed.state {
        DeedState::Pledged => Ok(DeedAbandoned {}),
        DeedState::Abandoned => Err(Refusal::new(Code::AlreadyAbandoned)),
        DeedState::Completed => Err(Refusal::new(Code::WrongState)
            .under("C-3.4")
            .because("该实事已经完成，不能放弃。", "The deed is completed; it cannot be given up.")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::deed::fixture::{FILE, Given, no};
    use crate::issue::fixture::{at, rules};
    use crate::refusal::Kind;
    use crate::session::FILES_MAX;
    use uuid::Uuid;

    const NOW: &str = "2026-12-01 09:00";

    fn complete_now(given: &Given, file_ids: &[FileId]) -> Result<DeedCompleted, Refusal> {
        complete(&given.deed, &rules(NOW), file_ids, at(NOW))
    }

    #[test]
    fn a_deed_is_completed_once_with_what_shows_it() {
        let given = Given::pledged();
        assert_eq!(complete_now(&given, &[FILE]).unwrap().file_ids, [FILE]);
        let refusal = complete_now(&given, &[]).unwrap_err();
        assert_eq!(refusal.kind, Kind::Rule);
        assert!(refusal.detail.en.contains("upload"));
        assert_eq!(no(Err::<(), _>(refusal)), "evidence_missing C-3.4 /file_ids");
        assert_eq!(no(complete_now(&Given::completed(), &[FILE])), "already_completed C-3.4");
        // What is completed already needs no second evidence.
        assert_eq!(no(complete_now(&Given::completed(), &[])), "already_completed C-3.4");
        assert_eq!(no(complete_now(&Given::abandoned(), &[FILE])), "wrong_state C-3.4");
    }

    #[test]
    fn files_are_named_once_and_not_too_many() {
        let given = Given::pledged();
        assert_eq!(no(complete_now(&given, &[FILE, FILE])), "duplicate C-3.4 /file_ids/1");
        let many: Vec<FileId> = (0..=FILES_MAX as u128).map(|n| FileId(Uuid::from_u128(n))).collect();
        assert_eq!(no(complete_now(&given, &many)), "too_many C-3.4 /file_ids");
        assert!(complete_now(&given, &many[1..]).is_ok());
    }

    #[test]
    fn a_deed_is_given_up_once_and_not_when_it_is_done() {
        let abandon_now = |given: &Given| abandon(&given.deed, &rules(NOW), at(NOW));
        assert_eq!(abandon_now(&Given::pledged()), Ok(DeedAbandoned {}));
        assert_eq!(no(abandon_now(&Given::abandoned())), "already_abandoned C-3.4");
        assert_eq!(no(abandon_now(&Given::completed())), "wrong_state C-3.4");
    }

    #[test]
    fn it_ends_after_the_pledge_and_not_in_the_future() {
        let deed = Given::pledged().deed;
        let done = |when: &str| no(complete(&deed, &rules(NOW), &[FILE], at(when)));
        assert_eq!(done("2026-11-19 13:59"), "before_previous - /occurred_at");
        assert_eq!(done("2026-12-01 09:01"), "in_the_future - /occurred_at");
        let up = |when: &str| no(abandon(&deed, &rules(NOW), at(when)));
        assert_eq!(up("2026-11-19 13:59"), "before_previous - /occurred_at");
        assert_eq!(up("2026-12-01 09:01"), "in_the_future - /occurred_at");
    }
}
