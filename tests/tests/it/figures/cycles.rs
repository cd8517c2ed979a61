//! The cycles of an issue: from raising or reopening to the next reopening, with their due dates and suspensions.

use super::days::{Calendar, Calendars};
use super::log::{Leaf, day};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// A span in which the clock stood still, by town days; open while it lasts.
#[derive(Clone, Debug)]
pub struct Suspension {
    /// The leaf that began it.
    pub began: Leaf,
    /// How it ended.
    pub ended: Option<Ended>,
    /// What a calendar published while it lasted makes of the date after it.
    recounted: Option<Value>,
}

/// How a suspension ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// By a leaf.
    By(Leaf),
    /// Of itself, after its last day.
    Alone,
}

impl Suspension {
    /// One that a leaf began, and nothing has ended.
    pub fn begun_by(leaf: &Leaf) -> Self {
        Self { began: leaf.clone(), ended: None, recounted: None }
    }

    /// Its first day, which still ran.
    pub fn since(&self) -> NaiveDate {
        self.began.occurred_on()
    }

    /// The last day on which it may stand still.
    pub fn last_day(&self) -> NaiveDate {
        self.began.day("until_on").unwrap()
    }

    /// The last day that does not count.
    fn until(&self) -> Option<NaiveDate> {
        match &self.ended {
            Some(Ended::By(leaf)) => Some(leaf.occurred_on()),
            Some(Ended::Alone) => Some(self.last_day()),
            None => None,
        }
    }
}

/// A due date, with the leaf that set it; or that of a suspension, where it came about when the suspension ended of itself.
#[derive(Clone, Debug)]
pub struct Step {
    pub leaf: Leaf,
    pub on: NaiveDate,
    /// The last day of that suspension.
    pub alone_since: Option<NaiveDate>,
}

/// How a cycle's duty to answer ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Answered(Leaf),
    Referred(Leaf),
    Withdrawn(Leaf),
}

impl End {
    /// The leaf that ended it.
    pub fn leaf(&self) -> &Leaf {
        match self {
            Self::Answered(leaf) | Self::Referred(leaf) | Self::Withdrawn(leaf) => leaf,
        }
    }
}

/// From raising or reopening to the next reopening.
#[derive(Clone, Debug)]
pub struct Cycle {
    /// The leaf that began it.
    pub began: Leaf,
    /// Its due dates; the first is the original.
    pub dues: Vec<Step>,
    /// The day from which the running clock counts.
    pub clock_from: NaiveDate,
    pub suspensions: Vec<Suspension>,
    /// The whole clock before an escalation, to which a return may lead back.
    pub promised: Option<(Value, NaiveDate)>,
    pub due: Value,
    pub interim_due_on: Option<NaiveDate>,
    pub end: Option<End>,
    /// The feedback that counts: the one given last.
    pub feedback: Option<Leaf>,
    /// Every leaf of the cycle.
    pub leaves: Vec<Leaf>,
}

impl Cycle {
    pub fn new(began: &Leaf) -> Self {
        let due = began.public["due"].clone();
        let on = day(&due["on"]).unwrap();
        Self {
            began: began.clone(),
            dues: vec![Step { leaf: began.clone(), on, alone_since: None }],
            clock_from: day(&due["from"]).unwrap(),
            suspensions: Vec::new(),
            promised: None,
            due,
            interim_due_on: None,
            end: None,
            feedback: None,
            leaves: Vec::new(),
        }
    }

    /// The due date in force.
    pub fn due_on(&self) -> NaiveDate {
        self.dues.last().unwrap().on
    }

    /// The first due date.
    pub fn original_due_on(&self) -> NaiveDate {
        self.dues[0].on
    }

    pub fn set_due(&mut self, leaf: &Leaf) {
        let due = leaf.public["due"].clone();
        let open = self.suspensions.last_mut().filter(|known| known.ended.is_none());
        if let Some(open) = open
            && leaf.fact() == "deadline_recomputed"
            && due["rule"] == "resumption"
            && day(&due["from"]) == Some(open.last_day())
        {
            open.recounted = Some(due);
            return;
        }
        self.dues.push(Step { leaf: leaf.clone(), on: day(&due["on"]).unwrap(), alone_since: None });
        // A resumption goes on with the old clock.
        if due["rule"] != "resumption" {
            self.clock_from = day(&due["from"]).unwrap();
        } else if let Some((promised, from)) = &self.promised
            && *promised == due
        {
            self.clock_from = *from;
        }
        self.due = due;
    }

    pub fn resume(&mut self, leaf: &Leaf) {
        if let Some(last) = self.suspensions.last_mut().filter(|last| last.ended.is_none()) {
            last.ended = Some(Ended::By(leaf.clone()));
        }
    }

    /// The clock runs again of itself where the last day of its suspension lies before a day: due so many working days after
    /// it as were left, by the calendars that the suspension knew.
    pub fn run_again(&mut self, calendars: &Calendars, by: NaiveDate) {
        let (due_on, rule) = (self.due_on(), self.due["rule"].clone());
        let ended = self.end.is_some();
        let Some(open) =
            self.suspensions.last_mut().filter(|last| last.ended.is_none() && last.last_day() < by && !ended)
        else {
            return;
        };
        let (last_day, calendar) = (open.last_day(), calendars.at(open.began.calendar));
        let kept = open.began.public["remaining_working_days"].as_u64().unwrap();
        // What was promised anew while it lasted counts from the same clock.
        let promised =
            if rule == "final_answer" || rule == "extension" { calendar.between(open.since(), due_on) } else { 0 };
        let left = kept.max(promised);
        let counted = if left == 0 { calendar.on_or_after(last_day) } else { calendar.after(last_day, left) };
        open.ended = Some(Ended::Alone);
        let recounted = open.recounted.take();
        let leaf = open.began.clone();
        let on = recounted.as_ref().map_or(counted.max(due_on), |due| day(&due["on"]).unwrap());
        self.dues.push(Step { leaf, on, alone_since: Some(last_day) });
        if let Some(due) = recounted {
            self.due = due;
        } else if counted >= due_on {
            self.due = json!({"rule": "resumption", "from": last_day, "on": on, "working_days": left});
        }
    }

    /// Since when the clock stands still.
    pub fn suspended_since(&self) -> Option<NaiveDate> {
        self.suspensions.last().filter(|span| span.ended.is_none()).map(Suspension::since)
    }

    /// Working days from the clock's start to a day, without those in which it stood still.
    pub fn passed(&self, calendar: &Calendar, to: NaiveDate) -> u64 {
        let still: u64 = self
            .suspensions
            .iter()
            .filter_map(|span| span.until().map(|until| (span.since().max(self.clock_from), until.min(to))))
            .map(|(since, until)| calendar.between(since, until))
            .sum();
        calendar.between(self.clock_from, to) - still
    }
}
