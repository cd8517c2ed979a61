//! One session (接待场次) after another: what is done on its days, planted wrongs among it, and what is owed in the end.

use crate::calendar::{Calendar, at};
use crate::planted::{Key, Standing, key};
use crate::year::{Act, Year};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A session whose rota is published.
#[derive(Clone, Debug)]
pub struct Sitting {
    pub id: String,
    pub grid: usize,
    pub held_on: NaiveDate,
    pub planned_on: NaiveDate,
    /// A Party delegate and a deputy.
    pub slots: [String; 2],
    /// Another Party delegate of the grid, who is not on duty.
    pub other: String,
}

/// What becomes of it. The first is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Good,
    /// Everything is written down a working day later, and counts.
    WrittenDownLater,
    PartyAbsent,
    DeputyAbsent,
    /// The Party delegate on duty does not come; another one does.
    AnotherCame,
    /// Both were there, together for too short a time.
    ShortTogether,
    NotHeld,
    /// Nobody opens it; another session makes up for it.
    MadeUp,
    /// It is closed two working days later, and does not count as held.
    ClosedTooLate,
    RecordLate,
    RecordNever,
    NoticeLate,
    NoticeNever,
    NoticeUnlike,
    /// Somebody stands in; what hangs out is amended, or not.
    StoodIn,
    StoodInUnsaid,
    LeaveGranted,
    LeaveGrantedTooLate,
    LeaveRefused,
    CancelledByWeather,
    CancelledForNobody,
    Moved,
    MovedUnsaid,
}

pub const FATES: [Fate; 23] = [
    Fate::Good,
    Fate::WrittenDownLater,
    Fate::PartyAbsent,
    Fate::DeputyAbsent,
    Fate::AnotherCame,
    Fate::ShortTogether,
    Fate::NotHeld,
    Fate::MadeUp,
    Fate::ClosedTooLate,
    Fate::RecordLate,
    Fate::RecordNever,
    Fate::NoticeLate,
    Fate::NoticeNever,
    Fate::NoticeUnlike,
    Fate::StoodIn,
    Fate::StoodInUnsaid,
    Fate::LeaveGranted,
    Fate::LeaveGrantedTooLate,
    Fate::LeaveRefused,
    Fate::CancelledByWeather,
    Fate::CancelledForNobody,
    Fate::Moved,
    Fate::MovedUnsaid,
];

impl Fate {
    /// Whether it can befall a session: not where a holiday stands in the way of what must happen before, or no room is left
    /// after it.
    pub fn fits(self, calendar: &Calendar, sitting: &Sitting, last_of_quarter: bool) -> bool {
        let on = sitting.held_on;
        let (_, in_time) = calendar.notice_due(on, sitting.planned_on);
        match self {
            Self::Moved | Self::MovedUnsaid => calendar.after(on, 1) == on + Days::new(1) && !last_of_quarter,
            Self::NoticeLate | Self::NoticeNever => calendar.after(in_time, 1) < on,
            Self::MadeUp => !last_of_quarter,
            _ => true,
        }
    }

    /// Whether anybody sits there, and may receive.
    fn sits(self) -> bool {
        let nobody = [Self::NotHeld, Self::MadeUp, Self::CancelledByWeather, Self::CancelledForNobody];
        !nobody.contains(&self)
    }
}

/// The keys of what a session makes people owe.
struct Owed<'s> {
    sitting: &'s Sitting,
    all: BTreeMap<Key, Standing>,
}

impl<'s> Owed<'s> {
    /// As everything should be, on the day that it is held.
    fn of(
        sitting: &'s Sitting,
        units: &[String],
        held_on: NaiveDate,
        notice_due: NaiveDate,
        calendar: &Calendar,
    ) -> Self {
        let mut owed = Self { sitting, all: BTreeMap::new() };
        let kept = Standing::fulfilled;
        owed.owes("O-1", "", kept(held_on));
        owed.owes("O-2", "", kept(held_on));
        for who in &sitting.slots {
            owed.owes("O-3", who, kept(held_on));
        }
        owed.owes("O-4", "", kept(calendar.after(held_on, 1)));
        for unit in units {
            owed.owes("O-5", unit, kept(notice_due));
        }
        owed
    }

    fn owes(&mut self, code: &str, part: &str, standing: Standing) {
        self.all.insert(key(code, part, &self.sitting.id, ""), standing);
    }

    fn owes_not(&mut self, code: &str) {
        self.all.remove(&key(code, "", &self.sitting.id, ""));
    }

    /// All notices.
    fn notices(&mut self, units: &[String], standing: &Standing) {
        for unit in units {
            self.owes("O-5", unit, standing.clone());
        }
    }
}

impl Year {
    /// Puts everything that is done about a session on the agenda, and writes down what is owed.
    pub fn plan_sitting(&mut self, sitting: &Sitting, fate: Fate) {
        let units = self.grids[sitting.grid].units.clone();
        let planned_for = sitting.held_on;
        let moved = matches!(fate, Fate::Moved | Fate::MovedUnsaid);
        let held_on = if moved { self.calendar.after(planned_for, 1) } else { planned_for };
        let (due_on, in_time) = self.calendar.notice_due(planned_for, sitting.planned_on);
        let counted = if moved { self.calendar.moved_notice_due(held_on) } else { due_on };
        let mut owed = Owed::of(sitting, &units, held_on, counted, &self.calendar);
        self.post_notices(sitting, fate, in_time, &mut owed);
        self.before_the_day(sitting, fate, in_time, held_on, &mut owed);
        if fate.sits() {
            self.on_the_day(sitting, fate, held_on, &mut owed);
        } else {
            owed.owes_not("O-2");
            owed.owes_not("O-4");
        }
        for (key, standing) in owed.all {
            self.planted.owes(key, standing);
        }
    }

    fn session(&mut self, when: DateTime<Utc>, sitting: &Sitting, call: &str, body: Value) {
        self.put(when, Act::Post { path: format!("/v1/sessions/{}/{call}", sitting.id), body });
    }

    fn post_notices(&mut self, sitting: &Sitting, fate: Fate, in_time: NaiveDate, owed: &mut Owed<'_>) {
        let units = self.grids[sitting.grid].units.clone();
        let on = sitting.held_on;
        let posted = at(in_time, "10:00");
        let mut body = json!({"board": "village_affairs", "posted_at": posted});
        match fate {
            Fate::NoticeLate => {
                let (late, others) = units.split_first().unwrap();
                let when = at(self.calendar.after(in_time, 1), "11:00");
                // A reminder goes out at nine of the working day after, while it can still hang in time for the session.
                owed.owes("O-5", late, Standing::late(in_time, &["notice_late"]).tier("reminder"));
                let body =
                    json!({"board": "online", "posted_at": when, "unit_ids": [late], "late_reason": "公示栏维修。"});
                self.session(when, sitting, "notices", body);
                if others.is_empty() {
                    return;
                }
            }
            Fate::NoticeNever => {
                let what = ["notice_late", "notice_missing"];
                owed.owes("O-5", &units[0], Standing::missing(in_time, &what).tier("reminder"));
                if units.len() == 1 {
                    return;
                }
            }
            Fate::NoticeUnlike => {
                let held_on = on.to_string();
                body["content"] =
                    json!({"held_on": held_on, "from": "13:30", "to": "17:30", "delegate_ids": sitting.slots});
                let wrong = Standing { tier: Some(None), ..Standing::missing(in_time, &["notice_mismatch"]) };
                owed.notices(&units, &wrong);
            }
            _ => {}
        }
        if matches!(fate, Fate::NoticeLate | Fate::NoticeNever) {
            body["unit_ids"] = json!(units[1..]);
        }
        self.session(posted, sitting, "notices", body);
    }

    fn before_the_day(
        &mut self,
        sitting: &Sitting,
        fate: Fate,
        in_time: NaiveDate,
        held_on: NaiveDate,
        owed: &mut Owed<'_>,
    ) {
        let units = self.grids[sitting.grid].units.clone();
        let on = sitting.held_on;
        let [party, deputy] = sitting.slots.clone();
        let unlike = Standing { tier: Some(None), ..Standing::missing(in_time, &["notice_mismatch"]) };
        match fate {
            Fate::StoodIn | Fate::StoodInUnsaid => {
                let substitute = sitting.other.clone();
                let body = json!({"delegate_id": party, "substitute_id": substitute, "reason_code": "work"});
                self.session(at(in_time, "14:00"), sitting, "substitutions", body);
                owed.owes("O-3", &substitute, Standing::fulfilled(on));
                if fate == Fate::StoodIn {
                    let when = at(in_time, "15:00");
                    self.session(when, sitting, "notice-amendments", json!({"posted_at": when}));
                } else {
                    owed.notices(&units, &unlike);
                }
            }
            Fate::LeaveGranted | Fate::LeaveRefused => {
                self.put(
                    at(in_time, "14:00"),
                    Act::Leave { delegate: party.clone(), on, approved: fate == Fate::LeaveGranted },
                );
            }
            Fate::LeaveGrantedTooLate => {
                self.put(at(on, "09:00"), Act::Leave { delegate: party.clone(), on, approved: true });
            }
            Fate::CancelledByWeather | Fate::CancelledForNobody => {
                let excuses = fate == Fate::CancelledByWeather;
                let code = if excuses { "weather" } else { "no_delegate" };
                let body = json!({"reason_code": code, "reason": "当日无法开展。"});
                self.session(at(on, "09:30"), sitting, "cancellation", body);
                let excused = Standing::excused();
                owed.notices(&units, &excused);
                owed.owes("O-3", &party, excused.clone());
                owed.owes("O-3", &deputy, excused.clone());
                owed.owes("O-1", "", if excuses { excused } else { Standing::missing(on, &["session_missed"]) });
            }
            Fate::Moved | Fate::MovedUnsaid => {
                let body =
                    json!({"held_on": held_on.to_string(), "reason_code": "other", "reason": "当日召开全镇会议。"});
                self.session(at(in_time, "14:00"), sitting, "moves", body);
                if fate == Fate::Moved {
                    let when = at(in_time, "15:00");
                    self.session(when, sitting, "notice-amendments", json!({"posted_at": when}));
                } else {
                    let due_on = Some(self.calendar.moved_notice_due(held_on));
                    owed.notices(&units, &Standing { due_on, ..unlike });
                }
            }
            Fate::NotHeld | Fate::MadeUp => {
                owed.owes("O-1", "", Standing::missing(on, &["session_missed"]));
                owed.owes("O-3", &party, Standing::missing(on, &["duty_missed"]));
                owed.owes("O-3", &deputy, Standing::missing(on, &["duty_missed"]));
                if fate == Fate::MadeUp {
                    let decided = at(self.calendar.after(on, 2), "10:00");
                    self.put(decided, Act::MakeUp { missed: sitting.clone() });
                }
            }
            _ => {}
        }
    }

    fn on_the_day(&mut self, sitting: &Sitting, fate: Fate, on: NaiveDate, owed: &mut Owed<'_>) {
        let [mut party, deputy] = sitting.slots.clone();
        let next = self.calendar.after(on, 1);
        // Written down at once, or on the next working day.
        let later = fate == Fate::WrittenDownLater;
        let recorded = |time: &str| if later { at(next, "10:00") } else { at(on, time) };
        self.session(recorded("13:30"), sitting, "opening", json!({"occurred_at": at(on, "13:30")}));
        let missed = Standing::missing(on, &["duty_missed"]);
        let failed = Standing::missing(on, &["composition_failed"]);
        let mut came = vec![(party.clone(), "13:31"), (deputy.clone(), "13:32")];
        match fate {
            Fate::StoodIn | Fate::StoodInUnsaid => {
                party = sitting.other.clone();
                came[0].0 = party.clone();
            }
            Fate::AnotherCame => {
                came[0].0 = sitting.other.clone();
                owed.owes("O-3", &party, missed);
            }
            Fate::PartyAbsent | Fate::LeaveRefused | Fate::LeaveGrantedTooLate => {
                came.remove(0);
                owed.owes("O-2", "", failed);
                owed.owes("O-3", &party, missed);
            }
            Fate::LeaveGranted => {
                came.remove(0);
                owed.owes("O-2", "", failed);
                owed.owes("O-3", &party, Standing::excused());
            }
            Fate::DeputyAbsent => {
                came.remove(1);
                owed.owes("O-2", "", failed);
                owed.owes("O-3", &deputy, missed);
            }
            Fate::ShortTogether => {
                came[1].1 = "15:45";
                owed.owes("O-2", "", failed);
            }
            _ => {}
        }
        // Deputies receive, so that a Party delegate who leaves office has nothing open but what is planted.
        let receives = came.iter().find(|(who, _)| *who == deputy).map(|(who, _)| who.clone());
        for (who, time) in came {
            let body = json!({"delegate_id": who, "occurred_at": at(on, time)});
            self.session(recorded(time), sitting, "check-ins", body);
        }
        if let Some(deputy) = receives.filter(|_| !later && fate != Fate::ClosedTooLate)
            && self.dice.below(3) == 0
        {
            self.plan_reception(sitting, &deputy, on);
        }
        let (closed, filed) = match fate {
            Fate::ClosedTooLate => (at(self.calendar.after(on, 2), "10:00"), Some(self.calendar.after(on, 2))),
            Fate::RecordLate => (at(on, "16:31"), Some(self.calendar.after(on, 3))),
            Fate::RecordNever => (at(on, "16:31"), None),
            _ => (recorded("16:31"), Some(next)),
        };
        self.put(closed, Act::Close { sitting: sitting.clone(), at: at(on, "16:31") });
        if let Some(filed) = filed {
            self.session(at(filed, "11:00"), sitting, "records", json!({"text": "接待记录。"}));
        }
        match fate {
            Fate::ClosedTooLate => {
                owed.owes("O-1", "", Standing::missing(on, &["session_missed"]));
                owed.owes("O-4", "", Standing::late(next, &["record_late"]));
            }
            // The reminder goes out at nine of the working day after it was due, when nothing was filed.
            Fate::RecordLate => owed.owes("O-4", "", Standing::late(next, &["record_late"]).tier("reminder")),
            Fate::RecordNever => {
                let never = Standing::missing(next, &["record_late"]);
                owed.owes("O-4", "", Standing { tier: Some(self.tier_of_what_is_open(next)), ..never });
            }
            _ => {}
        }
    }

    /// A day for a session more: some days on, worked, and no service day.
    pub fn day_to_make_up(&self, decided_on: NaiveDate) -> NaiveDate {
        let free = |day: &NaiveDate| {
            self.calendar.works(*day)
                && !self.service_days.contains(day)
                && !self.service_days.contains(&(*day - Days::new(1)))
        };
        (decided_on + Days::new(7)).iter_days().find(free).unwrap()
    }
}
