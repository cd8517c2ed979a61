//! Sessions as their leaves tell them: who had a duty, who came, what was announced; and what that comes to as of a day, by
//! the policy in force on the session's day and the newest calendars.
//!
//! A fact counts on the day that it is claimed for when it was recorded within so many working days of it, else on the day
//! on which it was recorded.

use super::days::Calendar;
use super::log::{Leaf, corrected, day};
use super::town::Town;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use serde_json::Value;
use std::collections::BTreeSet;

/// A slot of the rota, and who has it now.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub holder: String,
    kind: String,
}

/// Somebody was there.
#[derive(Clone, Debug)]
struct Presence {
    who: String,
    kind: String,
    came: Leaf,
    left: Option<Leaf>,
}

/// A session, corrections in their places.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub grid: String,
    /// What was said last of its day, hours and place.
    place: Value,
    pub held_on: NaiveDate,
    /// The leaf that put it on its day, and whether somebody did that by hand.
    day_by: (Leaf, bool),
    pub slots: Vec<Slot>,
    cancelled: Option<String>,
    opened: Option<Leaf>,
    closed: Option<Leaf>,
    record: Option<Leaf>,
    presences: Vec<Presence>,
    /// What hung out, in turn, by unit.
    notices: Vec<(String, Leaf)>,
}

impl Session {
    pub fn read(stream: &[Leaf]) -> Self {
        let leaves = corrected(stream);
        let first = leaves[0].clone();
        let mut session = Self {
            id: first.id().to_owned(),
            grid: first.text("grid_id").unwrap(),
            place: first.public.clone(),
            held_on: first.day("held_on").unwrap(),
            day_by: (first, false),
            slots: Vec::new(),
            cancelled: None,
            opened: None,
            closed: None,
            record: None,
            presences: Vec::new(),
            notices: Vec::new(),
        };
        for leaf in leaves {
            session.follow(leaf);
        }
        session
    }

    fn follow(&mut self, leaf: Leaf) {
        let named = |name: &str| leaf.text(name).unwrap_or_default();
        match leaf.fact() {
            "planned" | "moved" => {
                let on = leaf.day("held_on").unwrap();
                let again = leaf.fact() == "planned";
                if again || on != self.held_on {
                    self.day_by = (leaf.clone(), !again && named("reason_code") != "calendar");
                }
                if again {
                    self.cancelled = None;
                }
                self.held_on = on;
                self.place = leaf.public.clone();
            }
            "cancelled" => self.cancelled = Some(named("reason_code")),
            "rota_assigned" => {
                let slots = leaf.public["slots"].as_array().unwrap().iter();
                let text = |slot: &Value, name: &str| slot[name].as_str().unwrap().to_owned();
                self.slots = slots
                    .map(|slot| Slot { holder: text(slot, "delegate_id"), kind: text(slot, "delegate_type") })
                    .collect();
            }
            "duty_substituted" => {
                let given_up = named("delegate_id");
                let slot = self.slots.iter_mut().find(|slot| slot.holder == given_up).unwrap();
                slot.holder = named("substitute_id");
            }
            "opened" => self.opened = Some(leaf),
            "closed" => self.closed = Some(leaf),
            "record_filed" => self.record = Some(leaf),
            "checked_in" => {
                let (who, kind) = (named("delegate_id"), named("delegate_type"));
                self.presences.push(Presence { who, kind, came: leaf, left: None });
            }
            "checked_out" => {
                let who = named("delegate_id");
                let there = self.presences.iter_mut().rev().find(|presence| presence.who == who);
                // Whoever came may have been corrected since.
                if let Some(there) = there {
                    there.left = Some(leaf);
                }
            }
            "notice_posted" | "notice_amended" => self.notices.push((named("unit_id"), leaf)),
            _ => {}
        }
    }
}

/// The day from which a fact of anything but an issue counts.
pub fn counts_on(policy: &Value, calendar: &Calendar, leaf: &Leaf) -> NaiveDate {
    let within = policy["clock"]["claim_working_days"].as_u64().unwrap();
    let in_time = calendar.after(leaf.occurred_on(), within);
    if leaf.recorded_on() <= in_time { leaf.occurred_on() } else { leaf.recorded_on() }
}

/// A session judged as of a day, by what a town knows.
pub struct Judging<'a> {
    town: &'a Town,
    session: &'a Session,
    policy: &'a Value,
    calendar: &'a Calendar,
    today: NaiveDate,
}

impl<'a> Judging<'a> {
    /// Nothing before the first policy.
    pub fn new(town: &'a Town, calendar: &'a Calendar, session: &'a Session, today: NaiveDate) -> Option<Self> {
        let (_, policy) = town.policy_on(session.held_on)?;
        Some(Self { town, session, policy, calendar, today })
    }

    fn number(&self, group: &str, name: &str) -> u64 {
        self.policy[group][name].as_u64().unwrap_or_else(|| panic!("the policy has no {group}.{name}"))
    }

    fn names(&self, group: &str, name: &str) -> Vec<&str> {
        self.policy[group][name].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
    }

    fn counts_on(&self, leaf: &Leaf) -> NaiveDate {
        counts_on(self.policy, self.calendar, leaf)
    }

    fn counts_on_its_day(&self, leaf: &&Leaf) -> bool {
        self.counts_on(leaf) == self.session.held_on
    }

    fn was_held(&self) -> bool {
        self.session.opened.as_ref().is_some_and(|opened| self.counts_on_its_day(&opened))
    }

    fn present(&self) -> impl Iterator<Item = &'a Presence> {
        self.session.presences.iter().filter(|presence| self.counts_on_its_day(&&presence.came))
    }

    /// The duties that count: whose, and whether they came.
    pub fn duties(&self) -> Vec<(&'a str, bool)> {
        let session = self.session;
        if session.cancelled.is_some() {
            return Vec::new();
        }
        let came = |slot: &Slot| self.present().any(|there| there.who == slot.holder && there.kind == slot.kind);
        let all = session.slots.iter().map(|slot| (slot, came(slot)));
        all.filter(|(slot, came)| *came || !(self.on_leave(&slot.holder) || self.gone(slot).is_some()))
            .map(|(slot, came)| (slot.holder.as_str(), came))
            .collect()
    }

    /// On leave that was approved on a day before, and not taken back by the day itself.
    fn on_leave(&self, who: &str) -> bool {
        let on = self.session.held_on;
        let leaves = self.town.leaves_of(who);
        let of_one = |id: &Value, fact: &str| {
            leaves
                .iter()
                .find(|leaf| leaf.fact() == fact && leaf.public["leave_id"] == *id)
                .map(|one| self.counts_on(one))
        };
        leaves.iter().filter(|leaf| leaf.fact() == "requested").any(|asked| {
            let id = &asked.public["leave_id"];
            let covers = asked.day("from").unwrap() <= on && on <= asked.day("to").unwrap();
            covers
                && of_one(id, "approved").is_some_and(|approved| approved < on)
                && of_one(id, "withdrawn").is_none_or(|withdrawn| withdrawn > on)
        })
    }

    /// The departure before the day after which a holder has no mandate of the kind asked for.
    fn gone(&self, slot: &Slot) -> Option<&'a Leaf> {
        let mut left = None;
        let mut holds = false;
        for leaf in self.town.people.get(&slot.holder).into_iter().flatten() {
            match leaf.fact() {
                "mandate_given" if leaf.public["delegate_type"] == *slot.kind => {
                    holds |= leaf.day("from").unwrap() <= self.session.held_on;
                }
                "departed" if leaf.day("on").unwrap() < self.session.held_on => {
                    left = Some(leaf);
                    // Everything held until now ended; what is given later may begin again.
                    holds = false;
                }
                _ => {}
            }
        }
        left.filter(|_| !holds)
    }

    /// Minutes for which as many of both kinds as the policy asks for were there together.
    fn minutes_together(&self) -> i64 {
        let Some(opened) = self.session.opened.as_ref().filter(|_| self.was_held()) else { return 0 };
        let closed = self.session.closed.as_ref().filter(|closed| self.counts_on_its_day(closed));
        let end = closed.map_or_else(|| self.its_hour(), |closed| closed.occurred_at).max(opened.occurred_at);
        let within = |at: DateTime<Utc>| at.clamp(opened.occurred_at, end);
        let spans: Vec<(&str, DateTime<Utc>, DateTime<Utc>)> = self
            .present()
            .map(|there| {
                let until = there.left.as_ref().map_or(end, |left| within(left.occurred_at));
                (there.kind.as_str(), within(there.came.occurred_at), until)
            })
            .collect();
        let marks: BTreeSet<DateTime<Utc>> = spans.iter().flat_map(|(_, from, to)| [*from, *to]).collect();
        let marks: Vec<DateTime<Utc>> = marks.into_iter().collect();
        let together = marks.windows(2).filter(|span| {
            ["party", "deputy"].iter().all(|kind| {
                let there = spans.iter().filter(|(of, from, to)| of == kind && *from <= span[0] && span[1] <= *to);
                there.count() as u64 >= self.number("composition", kind)
            })
        });
        together.map(|span| span[1] - span[0]).sum::<Duration>().num_minutes()
    }

    /// The hour at which it is to end: the town is eight hours ahead.
    fn its_hour(&self) -> DateTime<Utc> {
        let to = self.session.place["to"].as_str().unwrap();
        format!("{}T{to}:00+08:00", self.session.held_on).parse::<DateTime<chrono::FixedOffset>>().unwrap().to_utc()
    }

    /// The last day on which what happened on a day can be written down so that it counts there.
    fn last_to_write_down(&self, on: NaiveDate) -> NaiveDate {
        self.calendar.after(on, self.number("clock", "claim_working_days"))
    }

    /// Whether it is valid; nothing while that may change, and of a session cancelled for a reason that excuses.
    pub fn verdict(&self) -> Option<bool> {
        let session = self.session;
        let cancelled = session.cancelled.as_deref();
        if cancelled.is_some_and(|reason| self.names("session", "excusing_reasons").contains(&reason)) {
            return None;
        }
        let record_due = self.calendar.after(session.held_on, self.number("record", "filing_working_days"));
        let day_is_open = self.today <= self.last_to_write_down(session.held_on);
        let waits_for_record = cancelled.is_none() && session.record.is_none() && (self.was_held() || day_is_open);
        if day_is_open || waits_for_record && self.today <= self.last_to_write_down(record_due) {
            return None;
        }
        let mut found: Vec<&str> = Vec::new();
        if self.was_held() {
            let of = |kind: &str| {
                let people: BTreeSet<&String> =
                    self.present().filter(|there| there.kind == kind).map(|there| &there.who).collect();
                people.len() as u64
            };
            let short = |kind: &str| of(kind) < self.number("composition", kind);
            if short("party") {
                found.push("party_missing");
            }
            if short("deputy") {
                found.push("deputy_missing");
            }
            let minutes = i64::try_from(self.number("service_day", "presence_overlap_minutes")).unwrap();
            if found.is_empty() && self.minutes_together() < minutes {
                found.push("overlap_short");
            }
            match &session.record {
                None => found.push("record_missing"),
                Some(filed) if self.counts_on(filed) > record_due => found.push("record_late"),
                Some(_) => {}
            }
        } else {
            found.push("not_held");
        }
        if cancelled.is_none() {
            for notice in self.notices() {
                found.extend(notice.found);
            }
            if self.duties().iter().any(|(_, came)| !came) {
                found.push("absence");
            }
        }
        let invalidates = self.names("session", "invalidated_by");
        Some(!found.iter().any(|finding| invalidates.contains(finding)))
    }

    /// The notices that units owe.
    pub fn notices(&self) -> Vec<Notice<'a>> {
        if self.session.cancelled.is_some() {
            return Vec::new();
        }
        let (due_on, unpunished) = self.notice_due();
        let kinds = self.names("notice", "unit_kinds");
        let mut owing: Vec<&'a Leaf> = self.town.units_of(&self.session.grid).collect();
        owing.retain(|unit| kinds.contains(&unit.public["unit_kind"].as_str().unwrap()));
        owing.retain(|unit| unit.occurred_on() < unpunished && unit.occurred_on() <= self.session.held_on);
        owing.into_iter().map(|unit| self.notice(unit.id(), due_on, unpunished)).collect()
    }

    /// The day by which it is due, and the last one on which posting it is not punished.
    fn notice_due(&self) -> (NaiveDate, NaiveDate) {
        assert_eq!(self.policy["notice"]["rest_day_rule"], "last_working_day_before");
        let on = self.session.held_on;
        let mut due = on - Days::new(self.number("notice", "lead_days"));
        while !self.calendar.is_working(due) {
            due = due.pred_opt().unwrap();
        }
        let (leaf, by_hand) = &self.session.day_by;
        let first_after = self.calendar.after(self.counts_on(leaf), 1);
        if *by_hand || first_after <= due { (due, due) } else { (first_after.min(on.pred_opt().unwrap()), first_after) }
    }

    fn notice(&self, unit: &'a str, due_on: NaiveDate, unpunished: NaiveDate) -> Notice<'a> {
        let on = self.session.held_on;
        let hung: Vec<&Leaf> =
            self.session.notices.iter().filter(|(board, _)| board == unit).map(|(_, leaf)| leaf).collect();
        let mut found = Vec::new();
        let posted_on = hung.first().map(|first| self.counts_on(first));
        match posted_on {
            None => found.push("notice_missing"),
            Some(posted_on) if posted_on > unpunished => found.push("notice_late"),
            Some(_) => {}
        }
        let on_the_day = hung.iter().rev().find(|leaf| self.today <= on || self.counts_on(leaf) <= on);
        if on_the_day.is_some_and(|leaf| !self.says_what_is_so(&leaf.public["content"])) {
            found.push("notice_mismatch");
        }
        let lead = Days::new(self.number("notice", "amendment_lead_days"));
        if hung.iter().skip(1).any(|leaf| self.counts_on(leaf) + lead > on) {
            found.push("same_day_change");
        }
        Notice { unit, due_on, posted_on, found }
    }

    fn says_what_is_so(&self, content: &Value) -> bool {
        let same = |name: &str| content.get(name) == self.session.place.get(name);
        let announced: BTreeSet<&str> =
            content["delegate_ids"].as_array().unwrap().iter().map(|who| who.as_str().unwrap()).collect();
        let ends = format!("{}T00:00:00+08:00", self.session.held_on.succ_opt().unwrap());
        let ends: DateTime<chrono::FixedOffset> = ends.parse().unwrap();
        let coming = self.session.slots.iter().filter(|slot| {
            // Whoever came, came; and what is told only after the day changes nothing of whom it was to expect.
            self.session.presences.iter().any(|there| there.who == slot.holder)
                || self.gone(slot).is_none_or(|left| left.recorded_at >= ends)
        });
        let coming: BTreeSet<&str> = coming.map(|slot| slot.holder.as_str()).collect();
        day(&content["held_on"]) == Some(self.session.held_on)
            && ["from", "to", "venue"].into_iter().all(same)
            && announced == coming
    }
}

/// What a unit hung out.
pub struct Notice<'a> {
    pub unit: &'a str,
    pub due_on: NaiveDate,
    pub posted_on: Option<NaiveDate>,
    found: Vec<&'static str>,
}

impl Notice<'_> {
    /// Posted in time, and on the day it said what was so.
    pub fn is_kept(&self) -> bool {
        !["notice_missing", "notice_late", "notice_mismatch"].iter().any(|finding| self.found.contains(finding))
    }
}
