//! The sessions (接待场次) of the story that are still being told: who is to sit there, and what is to become of each.

use super::dice::Dice;
use chrono::NaiveDate;
use domain::ids::{DelegateId, SessionId};
use domain::reception::DelegateDraft;
use domain::session::Session;
use domain::vocabulary::DelegateType;
use std::collections::{BTreeMap, HashMap};

/// How the day of a session goes. Shares are invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// As it should.
    Held,
    /// One of those on duty does not come.
    OneAbsent,
    /// One of those on duty comes for the last half hour.
    OneLate,
    /// Nobody opens it.
    Missed,
    /// It is cancelled before.
    Cancelled,
    /// It is moved before, and then held.
    Moved,
}

/// How its notice is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posting {
    InTime,
    Late,
    /// By all units but one.
    OneMissing,
    /// With other hours than the session's.
    Wrong,
    Never,
}

/// A session of the story, from the publication of its rota until nothing more waits for it.
#[derive(Clone, Debug)]
pub(super) struct SessionStory {
    /// Which.
    pub id: SessionId,
    /// Index of its grid.
    pub grid: usize,
    /// Its day, as far as the story knows.
    pub held_on: NaiveDate,
    /// How its day goes.
    pub course: Course,
    /// How its notice is posted.
    pub posting: Posting,
    /// Who is on duty, by kind.
    pub on_duty: Vec<DelegateDraft>,
    /// Who of them has leave, and nobody has taken over.
    pub away: Option<DelegateId>,
    /// Who was there when it was opened.
    pub present: Vec<DelegateDraft>,
    /// Issues raised there that are to be taken in hand when it closes; true for those that have no step of their own yet.
    pub to_take: Vec<(usize, bool)>,
    /// Who came.
    pub visitors: u32,
    /// Steps so far: every one has a chance and a key of its own.
    pub steps: u64,
    /// Actions that wait for it in the queue.
    pub waiting: u32,
}

/// What is being told, by numbers in the order of telling.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    told: BTreeMap<usize, SessionStory>,
    numbers: HashMap<SessionId, usize>,
    begun: usize,
    /// Everybody who ever was on a rota of a grid, in order of their first duty. Ids are random, and with them who comes
    /// first of those whose turn it is; by this order the same seed tells the same story about whoever it is.
    on_rotas: HashMap<usize, Vec<DelegateDraft>>,
}

impl Sessions {
    /// Begins the story of a session whose rota was published.
    pub fn begin(&mut self, grid: usize, id: SessionId, session: &Session, seed: u64) -> usize {
        let number = self.begun;
        self.begun += 1;
        let on_duty = on_duty(session);
        let known = self.on_rotas.entry(grid).or_default();
        for one in &on_duty {
            if known.iter().all(|other| other.delegate_id != one.delegate_id) {
                known.push(*one);
            }
        }
        let mut dice = dice(seed, number, 0);
        let course = dice.weighed(
            &[
                (900, Course::Held),
                (32, Course::OneAbsent),
                (16, Course::OneLate),
                (20, Course::Missed),
                (14, Course::Cancelled),
                (18, Course::Moved),
            ],
            Course::Held,
        );
        let posting = dice.weighed(
            &[
                (905, Posting::InTime),
                (35, Posting::Late),
                (25, Posting::OneMissing),
                (20, Posting::Wrong),
                (15, Posting::Never),
            ],
            Posting::InTime,
        );
        let story = SessionStory {
            id,
            grid,
            held_on: session.held.on,
            course,
            posting,
            on_duty,
            away: None,
            present: Vec::new(),
            to_take: Vec::new(),
            visitors: 0,
            steps: 0,
            waiting: 0,
        };
        self.numbers.insert(id, number);
        self.told.insert(number, story);
        number
    }

    /// How many have begun.
    pub fn begun(&self) -> usize {
        self.begun
    }

    /// A session that is being told.
    pub fn get(&self, number: usize) -> Option<&SessionStory> {
        self.told.get(&number)
    }

    /// A session that is being told.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut SessionStory> {
        self.told.get_mut(&number)
    }

    /// The number of a session that is being told.
    pub fn number(&self, id: SessionId) -> Option<usize> {
        self.numbers.get(&id).copied()
    }

    /// An issue raised on a day: true where the session sits that day, and takes it in hand when it closes.
    pub fn takes(&mut self, number: usize, on: NaiveDate, issue: (usize, bool)) -> bool {
        let sits = self.told.get_mut(&number).filter(|story| story.held_on == on);
        sits.map(|story| story.to_take.push(issue)).is_some()
    }

    /// Sessions to come in which somebody is on duty.
    pub fn ahead_of(&self, who: DelegateId, after: NaiveDate) -> Vec<usize> {
        let theirs =
            |story: &SessionStory| story.held_on > after && story.on_duty.iter().any(|one| one.delegate_id == who);
        self.told.iter().filter(|(_, story)| theirs(story)).map(|(number, _)| *number).collect()
    }

    /// Those of a kind who were ever on a rota of a grid, in order of their first duty.
    pub fn on_rotas(&self, grid: usize, of: DelegateType) -> impl Iterator<Item = DelegateId> {
        let all = self.on_rotas.get(&grid).map_or(&[][..], Vec::as_slice);
        all.iter().filter(move |one| one.delegate_type == Some(of)).map(|one| one.delegate_id)
    }

    /// Forgets a session for which nothing waits any more.
    pub fn end_if_over(&mut self, number: usize) {
        if self.told.get(&number).is_some_and(|story| story.waiting == 0)
            && let Some(story) = self.told.remove(&number)
        {
            self.numbers.remove(&story.id);
        }
    }
}

/// Who is on duty, as they check in.
pub(super) fn on_duty(session: &Session) -> Vec<DelegateDraft> {
    let slots = session.slots.iter();
    slots
        .map(|slot| DelegateDraft { delegate_id: slot.on_duty(), delegate_type: Some(slot.assigned.delegate_type) })
        .collect()
}

/// The chance of one step of a session.
pub(super) fn dice(seed: u64, number: usize, step: u64) -> Dice {
    Dice::of(seed ^ 0x00C0_41A1, u64::try_from(number).unwrap_or(0), step)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::ids::AreaId;
    use domain::session::{AssignedSlot, Slot};
    use uuid::Uuid;

    fn staffed(held_on: &str, who: [u128; 2]) -> Session {
        let kinds = [DelegateType::Party, DelegateType::Deputy];
        let slot = |(who, delegate_type)| Slot {
            assigned: AssignedSlot { delegate_id: DelegateId(Uuid::from_u128(who)), delegate_type },
            substitutions: Vec::new(),
        };
        let mut session = Session { slots: who.into_iter().zip(kinds).map(slot).collect(), ..Session::default() };
        session.held.on = held_on.parse().unwrap();
        session
    }

    #[test]
    fn delegates_are_known_in_the_order_of_their_first_duty() {
        let mut sessions = Sessions::default();
        for (on, who) in [("2026-07-02", [9, 4]), ("2026-07-09", [7, 4]), ("2026-07-16", [9, 1])] {
            let id = SessionId::of(AreaId(Uuid::nil()), on.parse().unwrap());
            sessions.begin(3, id, &staffed(on, who), 1);
        }
        let of = |kind| sessions.on_rotas(3, kind).map(|who| who.0.as_u128()).collect::<Vec<_>>();
        assert_eq!((of(DelegateType::Party), of(DelegateType::Deputy)), (vec![9, 7], vec![4, 1]));
        let who = DelegateId(Uuid::from_u128(9));
        assert_eq!(sessions.ahead_of(who, "2026-07-02".parse().unwrap()), [2]);
    }

    #[test]
    fn a_session_is_forgotten_when_nothing_waits_for_it() {
        let mut sessions = Sessions::default();
        let id = SessionId::of(AreaId(Uuid::nil()), "2026-07-02".parse().unwrap());
        let number = sessions.begin(0, id, &staffed("2026-07-02", [1, 2]), 1);
        sessions.get_mut(number).unwrap().waiting = 1;
        sessions.end_if_over(number);
        assert_eq!(sessions.number(id), Some(number));
        sessions.get_mut(number).unwrap().waiting = 0;
        sessions.end_if_over(number);
        assert_eq!((sessions.number(id), sessions.begun()), (None, 1));
    }
}
