//! The fair proposal: who is chosen, and the bounds that hold over random towns.

use crate::Fold as _;
use crate::delegate::{Assigned, AssignmentEnded, DelegateEvent, Delegates};
use crate::fixtures::{day, policies, stamp};
use crate::ids::{DelegateId, LeaveId, SessionId};
use crate::leave::{LeaveDecided, LeaveEvent, LeaveRequested, LeavesOf};
use crate::policy::{Policies, PolicyEvent};
use crate::session::fixture::{DEPUTY, GRID, Given, NO_LEAVE, PARTY, TOWN, leaves, people};
use crate::session::{Proposal, Proposing, RotaAssigned, Session, SessionEvent, propose};
use crate::vocabulary::{DelegateType, LeaveReason, SessionReason};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Sessions of the grid on so many Thursdays.
fn thursdays(first: &str, count: usize) -> BTreeMap<SessionId, Session> {
    let days = day(first).iter_days().step_by(7).take(count);
    days.map(|on| (SessionId::of(GRID, on), Given::planned_on(&on.to_string(), "2026-01-05 09:00").session)).collect()
}

fn proposed(
    sessions: &BTreeMap<SessionId, Session>,
    delegates: &Delegates,
    leaves: &LeavesOf,
    policies: &Policies,
) -> Proposal {
    let sessions = sessions.iter().map(|(id, session)| (*id, session)).collect();
    let known = Proposing { grid_id: GRID, sessions: &sessions, delegates, leaves, policies };
    propose(&known, day("2026-01-01"), day("2027-12-31"))
}

fn who(proposal: &Proposal) -> Vec<Vec<DelegateId>> {
    proposal.items.iter().map(|item| item.slots.iter().map(|slot| slot.delegate_id).collect()).collect()
}

#[test]
fn everybody_serves_in_turn_and_with_everybody() {
    let sessions = thursdays("2026-06-04", 9);
    let proposal = proposed(&sessions, &TOWN.delegates, &NO_LEAVE, &policies());
    let pairs: BTreeSet<Vec<DelegateId>> = who(&proposal).into_iter().collect();
    assert_eq!(pairs.len(), 9, "each of three Party delegates with each of three deputies");
    assert!(proposal.items.iter().all(|item| item.short_of.is_empty()));
    assert!(proposal.load.iter().all(|load| (load.before, load.proposed) == (0, 3)), "{:?}", proposal.load);
    // The same question has the same answer.
    assert_eq!(proposed(&sessions, &TOWN.delegates, &NO_LEAVE, &policies()), proposal);
}

#[test]
fn what_was_served_counts_and_what_was_cancelled_does_not() {
    let mut sessions = thursdays("2026-06-04", 4);
    let mut served = sessions.iter_mut();
    let mut serve = |n: u128, who: &[DelegateId], cancelled: bool| {
        let slots =
            who.iter().map(|id| crate::session::AssignedSlot { delegate_id: *id, delegate_type: DelegateType::Party });
        let rota = SessionEvent::RotaAssigned(RotaAssigned { slots: slots.collect(), proposal_position: None });
        let (_, session) = served.next().unwrap();
        session.held.on = day("2026-05-07") + chrono::Days::new(7 * u64::try_from(n).unwrap());
        session.apply(&rota, &stamp(200, 2));
        session.apply(&SessionEvent::RotaPublished(crate::session::RotaPublished {}), &stamp(201, 3));
        if cancelled {
            let reason_code = SessionReason::Weather;
            session.apply(&SessionEvent::Cancelled(crate::session::SessionCancelled { reason_code }), &stamp(202, 4));
        }
    };
    serve(0, &[PARTY[0]], false);
    serve(1, &[PARTY[1]], false);
    serve(2, &[PARTY[2]], true);
    let proposal = proposed(&sessions, &TOWN.delegates, &NO_LEAVE, &policies());
    assert_eq!(proposal.items.len(), 1);
    assert_eq!(who(&proposal)[0][0], PARTY[2]);
    let before: Vec<u32> = proposal.load.iter().take(3).map(|load| load.before).collect();
    assert_eq!(before, [1, 1, 0]);
}

#[test]
fn nobody_owes_what_was_served_before_they_came_or_while_they_were_long_away() {
    // Two have served ten times each; the third comes in June.
    let mut delegates = Delegates::default();
    for id in [PARTY[0], PARTY[1]] {
        people(&mut delegates, id, &[DelegateType::Party], GRID, "2023-12-01");
    }
    people(&mut delegates, PARTY[2], &[DelegateType::Party], GRID, "2026-06-01");
    let mut sessions = thursdays("2026-01-08", 26);
    for (index, session) in sessions.values_mut().filter(|session| session.held.on < day("2026-06-01")).enumerate() {
        let slot = crate::session::AssignedSlot { delegate_id: PARTY[index % 2], delegate_type: DelegateType::Party };
        let rota = RotaAssigned { slots: vec![slot], proposal_position: None };
        session.apply(&SessionEvent::RotaAssigned(rota), &stamp(200, 2));
        session.apply(&SessionEvent::RotaPublished(crate::session::RotaPublished {}), &stamp(201, 3));
    }
    let turns = |delegates: &Delegates, leaves: &LeavesOf| -> Vec<usize> {
        let proposal = proposed(&sessions, delegates, leaves, &policies());
        let of = |id| who(&proposal).iter().filter(|slots| slots.contains(&id)).count();
        PARTY.map(of).to_vec()
    };
    assert_eq!(sessions.values().filter(|session| session.held.on >= day("2026-06-01")).count(), 5);
    let mut fair = turns(&delegates, &NO_LEAVE);
    fair.sort_unstable();
    assert_eq!(fair, [1, 2, 2]);
    // Moved to a unit of the grid and back without a gap, the old ones are no newcomers.
    for event in [
        DelegateEvent::AssignmentEnded(AssignmentEnded { grid_id: GRID, unit_id: None, to: day("2026-05-31") }),
        DelegateEvent::Assigned(Assigned {
            grid_id: GRID,
            unit_id: Some(crate::session::fixture::VILLAGE),
            from: day("2026-06-01"),
        }),
    ] {
        delegates.apply(PARTY[0], &event, &stamp(300, 9));
    }
    let since = delegates.get(PARTY[0]).unwrap().available_since(GRID, DelegateType::Party, day("2026-06-04"));
    assert_eq!(since, day("2023-12-01"));
    // A leave of more than thirty days that ended in June compares from then on; approved leave keeps away meanwhile.
    let mut all = Delegates::default();
    for id in PARTY {
        people(&mut all, id, &[DelegateType::Party], GRID, "2023-12-01");
    }
    let id = LeaveId(Uuid::from_u128(0x91));
    let asked = LeaveRequested {
        leave_id: id,
        from: day("2026-01-01"),
        to: day("2026-06-04"),
        reason_code: LeaveReason::Personal,
    };
    let away = leaves(
        PARTY[2],
        &[
            (LeaveEvent::Requested(asked), "2025-12-01 09:00"),
            (LeaveEvent::Approved(LeaveDecided { leave_id: id }), "2025-12-02 09:00"),
        ],
    );
    let turns = turns(&all, &away);
    assert!(turns.iter().all(|turns| (1..=2).contains(turns)), "{turns:?}");
}

#[test]
fn what_cannot_be_filled_is_told() {
    let mut delegates = Delegates::default();
    people(&mut delegates, PARTY[0], &[DelegateType::Party], GRID, "2023-12-01");
    let proposal = proposed(&thursdays("2026-06-04", 2), &delegates, &NO_LEAVE, &policies());
    assert_eq!(proposal.items[0].short_of, [DelegateType::Deputy]);
    // One who holds both mandates has one slot.
    let mut delegates = Delegates::default();
    people(&mut delegates, DEPUTY[0], DelegateType::ALL, GRID, "2023-12-01");
    let proposal = proposed(&thursdays("2026-06-04", 2), &delegates, &NO_LEAVE, &policies());
    assert_eq!((proposal.items[0].slots.len(), &proposal.items[0].short_of), (1, &vec![DelegateType::Deputy]));
}

/// The default with another slack.
fn with_slack(slack: u32) -> Policies {
    let mut document: serde_json::Value = serde_json::from_str(crate::fixtures::POLICY).unwrap();
    document["rota"]["load_slack"] = slack.into();
    let mut policies = Policies::default();
    policies.apply(&PolicyEvent::VersionAdopted(document.into()), &stamp(3, 1));
    policies
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// While nobody comes, goes or is on leave.
    #[test]
    fn loads_and_pairs_stay_within_their_bounds(
        party in 1usize..9, deputy in 1usize..9, count in 1usize..50, slack in 1u32..3, seed in any::<u64>(),
    ) {
        let id = |kind: u64, n: usize| DelegateId(Uuid::from_u64_pair(seed ^ kind, u64::try_from(n).unwrap()));
        let mut delegates = Delegates::default();
        for n in 0..party {
            people(&mut delegates, id(1, n), &[DelegateType::Party], GRID, "2023-12-01");
        }
        for n in 0..deputy {
            people(&mut delegates, id(2, n), &[DelegateType::Deputy], GRID, "2023-12-01");
        }
        let proposal = proposed(&thursdays("2026-01-08", count), &delegates, &NO_LEAVE, &with_slack(slack));
        prop_assert_eq!(proposal.items.len(), count);
        let loads = |of| {
            let loads: Vec<u32> = proposal.load.iter().filter(|load| load.delegate_type == of).map(|load| load.proposed).collect();
            loads.iter().max().unwrap() - loads.iter().min().unwrap()
        };
        prop_assert!(loads(DelegateType::Party) <= 1, "{:?}", proposal.load);
        prop_assert!(loads(DelegateType::Deputy) <= 1 + slack, "{:?}", proposal.load);
        let mut pairs: BTreeMap<Vec<DelegateId>, usize> = BTreeMap::new();
        for pair in who(&proposal) {
            *pairs.entry(pair).or_default() += 1;
        }
        let most = count.div_ceil(party * deputy);
        prop_assert!(pairs.values().all(|times| *times <= most), "{most}: {pairs:?}");
    }
}
