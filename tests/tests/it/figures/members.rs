//! Members of a review: one for each cycle of each issue, with the days by which it is judged.
//!
//! A fact that was claimed for an earlier day than it was recorded on counts from its claimed day only when it was
//! recorded soon enough after it; else from the day on which it was recorded.

use super::cycles::{Cycle, End, Ended, Step};
use super::days::Calendar;
use super::issues::Issue;
use super::log::{Leaf, day};
use super::town::Town;
use chrono::NaiveDate;
use serde_json::Value;
use std::rc::Rc;

/// A span of days, (since, until]; open while `until` is absent.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub since: NaiveDate,
    pub until: Option<NaiveDate>,
}

impl Span {
    /// Whether a day lies in it.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.since < day && self.until.is_none_or(|until| day <= until)
    }
}

/// A span in which the clock stood still.
#[derive(Clone, Copy, Debug)]
struct Still {
    span: Span,
    /// The last day at whose end it stood still, at most.
    last: NaiveDate,
    /// The last day on which it might.
    named: NaiveDate,
    /// The leaf that ended it.
    ended_by: Option<u64>,
}

impl Still {
    /// Whether the clock stood still at the end of a day.
    fn holds(self, day: NaiveDate) -> bool {
        self.span.since <= day && day <= self.last
    }
}

/// An interim date that has come.
#[derive(Clone, Copy, Debug)]
pub struct Interim {
    pub on: NaiveDate,
    pub kept: bool,
}

/// One (issue, cycle).
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub issue: &'a Issue,
    pub cycle: &'a Cycle,
    /// 0 for the first.
    pub index: usize,
    /// The due date by which it is judged.
    pub due_on: NaiveDate,
    /// Who is responsible for it.
    pub delegate: String,
    /// The day on which the answer, or a referral in time, reached the visitor.
    pub delivered_on: Option<NaiveDate>,
    /// The visitor withdrew before it was due: it counts nowhere.
    pub is_void: bool,
    pub suspensions: Vec<Span>,
    pub escalations: Vec<Span>,
}

/// A year's reading of a town.
#[derive(Debug)]
pub struct Reading<'a> {
    pub town: &'a Town,
    /// `review/1` or `review/2`.
    pub rules: &'static str,
    /// 1 January.
    pub first: NaiveDate,
    /// Its last day, or the day of the last leaf.
    pub until: NaiveDate,
    /// The policy in force on `until`, for leaves that name none, and for weights.
    pub policy: &'a Value,
    pub policy_position: u64,
}

impl<'a> Reading<'a> {
    /// A year by the town's leaves.
    pub fn new(town: &'a Town, rules: &'static str, year: i32) -> Self {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let until = NaiveDate::from_ymd_opt(year, 12, 31).unwrap().min(town.recorded_on);
        let (policy_position, policy) = town.policy_on(until).unwrap();
        Self { town, rules, first, until, policy, policy_position }
    }

    /// Whether a day lies in the year, and not after the last leaf.
    pub fn in_year(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.until
    }

    /// The calendar a leaf was decided under.
    pub fn calendar(&self, leaf: &Leaf) -> Rc<Calendar> {
        self.town.calendars.at(leaf.calendar)
    }

    /// A number of the policy a leaf was decided under.
    pub fn value(&self, leaf: &Leaf, group: &str, name: &str) -> u64 {
        let policy = if leaf.policy == 0 { self.policy } else { self.town.policy(leaf.policy) };
        policy[group][name].as_u64().unwrap_or_else(|| panic!("the policy has no {group}.{name}"))
    }

    /// The day from which a claimed fact counts.
    pub fn day_of(&self, leaf: &Leaf) -> NaiveDate {
        let within = self.value(leaf, "answer", "delivery_recorded_within_working_days");
        let in_time = self.calendar(leaf).after(leaf.occurred_on(), within);
        if leaf.recorded_on() <= in_time { leaf.occurred_on() } else { leaf.recorded_on() }
    }

    /// Every member.
    pub fn members(&self) -> Vec<Member<'a>> {
        let all = self.town.issues.values();
        all.flat_map(|issue| issue.cycles.iter().enumerate().map(|(index, cycle)| self.member(issue, index, cycle)))
            .collect()
    }

    fn member(&self, issue: &'a Issue, index: usize, cycle: &'a Cycle) -> Member<'a> {
        // A suspension that nobody ends will end of itself: its date is known.
        let mut through = cycle.clone();
        through.run_again(&self.town.calendars, NaiveDate::MAX);
        let stills = self.stills(&through);
        let escalations = self.spans(cycle, &["escalated"], &["escalation_returned", "outcome_reported_back"]);
        let ended_on = cycle.end.as_ref().map(|end| self.day_of(end.leaf()));
        let (due_on, reached) = self.effective_due(&through, &stills, ended_on);
        let is_void = matches!(cycle.end, Some(End::Withdrawn(_))) && !reached;
        let delivered_on = match &cycle.end {
            Some(End::Answered(_)) => ended_on,
            Some(End::Referred(_)) => ended_on.filter(|on| *on <= due_on),
            Some(End::Withdrawn(_)) | None => None,
        };
        Member {
            issue,
            cycle,
            index,
            due_on,
            delegate: self.responsible(issue, cycle, due_on),
            delivered_on,
            is_void,
            suspensions: stills.iter().map(|still| still.span).collect(),
            escalations,
        }
    }

    /// When the clock stood still: from the day from which the suspension counts, until it was resumed or ended of itself.
    fn stills(&self, cycle: &Cycle) -> Vec<Still> {
        let mut stills: Vec<Still> = Vec::new();
        for known in &cycle.suspensions {
            let earliest = stills.last().and_then(|before| before.span.until).unwrap_or(NaiveDate::MIN);
            let since = earliest.max(self.day_of(&known.began));
            let last_day = known.last_day().max(since);
            let (until, last) = match &known.ended {
                None => (None, last_day),
                Some(Ended::Alone) => (Some(last_day), last_day),
                Some(Ended::By(leaf)) => {
                    let on = if leaf.fact() == "clock_resumed" { leaf.occurred_on() } else { self.day_of(leaf) };
                    let on = on.max(since);
                    (Some(on.min(last_day)), last_day.min(on.pred_opt().unwrap()))
                }
            };
            let ended_by = match &known.ended {
                Some(Ended::By(leaf)) => Some(leaf.position),
                Some(Ended::Alone) | None => None,
            };
            stills.push(Still { span: Span { since, until }, last, named: last_day, ended_by });
        }
        stills
    }

    fn spans(&self, cycle: &Cycle, begin: &[&str], end: &[&str]) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for leaf in &cycle.leaves {
            if begin.contains(&leaf.fact()) {
                // Days recorded late may overlap; none counts twice.
                let earliest = spans.last().and_then(|last| last.until);
                let since = earliest.map_or(self.day_of(leaf), |earliest| earliest.max(self.day_of(leaf)));
                spans.push(Span { since, until: None });
            } else if end.contains(&leaf.fact())
                && let Some(last) = spans.last_mut()
            {
                last.until.get_or_insert(self.day_of(leaf));
            }
        }
        spans
    }

    /// A date that has been reached is not rescued by what comes later, except that the promise itself is recounted
    /// (another calendar, a corrected record). No date passes while the clock stands still. And whether it was reached.
    fn effective_due(&self, cycle: &Cycle, stills: &[Still], ended_on: Option<NaiveDate>) -> (NaiveDate, bool) {
        let stands = |day: NaiveDate| stills.iter().any(|still| still.holds(day));
        let mut in_force = cycle.original_due_on();
        // A date that is over when it is given passes on the day that it is given.
        let mut given_on = NaiveDate::MIN;
        for step in cycle.dues[1..].iter().filter(|step| !self.overlooks(step, stills)) {
            let since = match step.leaf.fact() {
                _ if step.alone_since.is_some() => step.alone_since.unwrap(),
                // The date is the earlier for it.
                "clock_resumed" => step.leaf.occurred_on(),
                _ => self.day_of(&step.leaf),
            };
            let is_turn = !["deadline_recomputed", "corrected"].contains(&step.leaf.fact());
            if is_turn {
                if in_force < since && !stands(in_force.max(given_on)) {
                    return (in_force, true);
                }
                given_on = since;
            }
            in_force = step.on;
        }
        match ended_on {
            Some(ended_on) if stands(in_force.max(given_on)) && stands(ended_on) => (in_force.max(ended_on), false),
            Some(ended_on) => (in_force, in_force <= ended_on),
            None => (in_force, false),
        }
    }

    /// `review/1` has a fault that stays: it overlooks the date of a resumption on the last day of the suspension.
    fn overlooks(&self, step: &Step, stills: &[Still]) -> bool {
        let due = &step.leaf.public["due"];
        let of_a_resumption = step.leaf.fact() == "clock_resumed" && due["rule"] == "resumption";
        let on_the_last_day =
            |still: &Still| still.ended_by == Some(step.leaf.position) && day(&due["from"]) == Some(still.named);
        self.rules == "review/1" && of_a_resumption && stills.iter().any(on_the_last_day)
    }

    /// Who was responsible on the day it was due.
    fn responsible(&self, issue: &Issue, cycle: &Cycle, due_on: NaiveDate) -> String {
        let before = issue.responsible.iter().rev().find(|(leaf, _)| leaf.position <= cycle.began.position);
        let handed = issue.responsible.iter().rev().find(|(leaf, _)| {
            leaf.position > cycle.began.position
                && cycle.leaves.iter().any(|other| other.position == leaf.position)
                && self.day_of(leaf) <= due_on
        });
        handed.or(before).unwrap().1.clone()
    }

    /// The interim dates of a member that have come by the end of the year, each kept or passed in silence.
    pub fn interims(&self, member: &Member<'_>) -> Vec<Interim> {
        let mut dates = Vec::new();
        // The date in force, and the leaf that set it.
        let mut force: Option<(NaiveDate, &Leaf)> = None;
        let silent = |force: &mut Option<(NaiveDate, &Leaf)>, dates: &mut Vec<Interim>, before: NaiveDate| {
            while let Some((on, set)) = *force
                && on < before
            {
                dates.push(Interim { on, kept: false });
                let every = self.value(set, "escalation", "interim_every_working_days").max(1);
                *force = Some((self.calendar(set).after(on, every), set));
            }
        };
        for leaf in &member.cycle.leaves {
            let on = self.day_of(leaf);
            match leaf.fact() {
                "interim_reply_given" => {
                    silent(&mut force, &mut dates, on);
                    dates.extend(force.map(|(on, _)| Interim { on, kept: true }));
                    force = day(&leaf.public["next_word_on"]).map(|next| (next, leaf));
                }
                "escalated" => {
                    silent(&mut force, &mut dates, on);
                    force = day(&leaf.public["interim_due_on"]).map(|next| (next, leaf));
                }
                "escalation_returned" | "outcome_reported_back" | "final_answer_given" | "referred" => {
                    silent(&mut force, &mut dates, on);
                    force = None;
                }
                "withdrawn" if leaf.public["on_own_motion"] != true => {
                    silent(&mut force, &mut dates, on);
                    force = None;
                }
                _ => {}
            }
        }
        silent(&mut force, &mut dates, self.until.succ_opt().unwrap());
        dates
    }
}
