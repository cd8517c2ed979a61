//! What a theme activity leaves: its evidence, and its report to both offices (O-10).

use super::things::{CONGRESS, JIANGQIAO, KEPT, LATE_KEPT, MISSING, STUDIO, standing, statuses, told, town};
use super::years::{held, missing, stream, theme};
use crate::activity::{ActivityEvent, ActivitySubmitted, EvidenceAttached};
use crate::clock::Recorded;
use crate::ids::{ActivityId, FileId};
use crate::session::fixture::{GRID, OTHER_GRID};
use crate::vocabulary::{ActivityKind, FileKind, Shortfall};
use std::collections::BTreeMap;
use uuid::Uuid;

#[test]
fn a_theme_activity_leaves_evidence_and_reports() {
    let town = town();
    let (paper, picture) = (FileId(Uuid::from_u128(0xc1)), FileId(Uuid::from_u128(0xc2)));
    let kinds = BTreeMap::from([(paper, FileKind::Document), (picture, FileKind::Image)]);
    let of = |more: &[(ActivityEvent, &str, &str)]| {
        let mut facts = vec![(theme(), "2026-11-10 09:00", "2026-11-10 09:00")];
        facts.extend(more.iter().cloned());
        Recorded::Activity {
            id: ActivityId(Uuid::from_u128(0x900)),
            events: stream(1000, &facts),
            kinds: kinds.clone(),
        }
    };
    let attached = |files: &[FileId]| ActivityEvent::EvidenceAttached(EvidenceAttached { file_ids: files.to_vec() });
    let sent = |office_id| ActivityEvent::Submitted(ActivitySubmitted { office_id, file_ids: Vec::new() });
    let nothing = of(&[]);
    assert_eq!(
        told(&nothing, &town, "2026-11-20 00:00"),
        [
            "O-10 reminder due 11-17 judged 11-18 09:00",
            "O-10 reminder due 11-17 judged 11-18 09:00",
            "O-10 evidence_missing due 11-17 judged 11-19 00:00",
            "O-10 report_missing due 11-17 judged 11-19 00:00",
        ]
    );
    let by = |recorded: &Recorded| standing(recorded, &town, "2026-11-20");
    assert_eq!(by(&nothing), [(GRID.to_string(), MISSING), (JIANGQIAO.to_string(), MISSING)]);
    let half = of(&[
        (attached(&[paper]), "2026-11-12 09:00", "2026-11-12 09:00"),
        (sent(STUDIO), "2026-11-16 09:00", "2026-11-16 09:00"),
    ]);
    assert_eq!(statuses(&half, &town, "2026-11-20"), [MISSING, MISSING]);
    assert_eq!(missing(&half, &town), Some(vec![Shortfall::CongressOffice]));
    let whole = of(&[
        (attached(&[paper]), "2026-11-12 09:00", "2026-11-12 09:00"),
        (sent(STUDIO), "2026-11-16 09:00", "2026-11-16 09:00"),
        (attached(&[picture]), "2026-11-17 18:00", "2026-11-18 08:00"),
        (sent(CONGRESS), "2026-11-19 09:00", "2026-11-19 09:00"),
    ]);
    assert_eq!(statuses(&whole, &town, "2026-11-20"), [KEPT, LATE_KEPT]);
    // What was held for two grids is the town's; another kind owes neither.
    let both = Recorded::Activity {
        id: ActivityId(Uuid::from_u128(0x900)),
        events: stream(
            1000,
            &[(held(ActivityKind::ThemeActivity, &[GRID, OTHER_GRID], &[]), "2026-11-10 09:00", "2026-11-10 09:00")],
        ),
        kinds: BTreeMap::new(),
    };
    assert_eq!(by(&both), [(JIANGQIAO.to_string(), MISSING), (JIANGQIAO.to_string(), MISSING)]);
    let other = Recorded::Activity {
        id: ActivityId(Uuid::from_u128(0x900)),
        events: stream(1000, &[(held(ActivityKind::Symposium, &[GRID], &[]), "2026-11-10 09:00", "2026-11-10 09:00")]),
        kinds: BTreeMap::new(),
    };
    assert_eq!(by(&other), []);
}
