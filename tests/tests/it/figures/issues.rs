//! One issue, read from its leaves: what it is now, and each of its cycles.
//!
//! Corrections first: a value that was corrected stands in the leaf it belongs to before the leaves are followed.

use super::days::{Calendar, Calendars};
use super::log::{Leaf, corrected, day, town_day};
use chrono::{DateTime, Duration, NaiveDate, Utc};
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
    promised: Option<(Value, NaiveDate)>,
    due: Value,
    pub interim_due_on: Option<NaiveDate>,
    pub end: Option<End>,
    /// The feedback that counts: the one given last.
    pub feedback: Option<Leaf>,
    /// Every leaf of the cycle.
    pub leaves: Vec<Leaf>,
}

impl Cycle {
    fn new(began: &Leaf) -> Self {
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

    fn set_due(&mut self, leaf: &Leaf) {
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

    fn resume(&mut self, leaf: &Leaf) {
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

/// An issue as its leaves tell it.
#[derive(Clone, Debug)]
pub struct Issue {
    pub id: String,
    pub grid: String,
    pub unit: Option<String>,
    pub kind: String,
    pub topic: String,
    pub held_at: DateTime<Utc>,
    pub state: &'static str,
    before_merge: &'static str,
    pub major: Option<String>,
    pub reopening_pending: bool,
    /// Who is responsible, since which leaf.
    pub responsible: Vec<(Leaf, String)>,
    pub cycles: Vec<Cycle>,
    /// Its leaves with corrections in their places.
    pub leaves: Vec<Leaf>,
}

const OPEN: [&str; 5] = ["registered", "in_hand", "escalated", "awaiting_answer", "merged"];

impl Issue {
    /// Follows a stream from its first leaf.
    pub fn read(stream: &[Leaf], calendars: &Calendars) -> Self {
        let leaves = corrected(stream);
        let raised = &leaves[0];
        assert_eq!(raised.kind, "issue.raised");
        let mut issue = Self {
            id: raised.id().to_owned(),
            grid: raised.text("grid_id").unwrap(),
            unit: raised.text("unit_id"),
            kind: raised.text("kind").unwrap(),
            topic: raised.text("topic").unwrap(),
            held_at: raised.occurred_at,
            state: "registered",
            before_merge: "registered",
            major: None,
            reopening_pending: false,
            responsible: vec![(raised.clone(), raised.text("responsible_delegate_id").unwrap())],
            cycles: vec![Cycle::new(raised)],
            leaves: Vec::new(),
        };
        for leaf in &leaves {
            issue.cycles.last_mut().unwrap().run_again(calendars, leaf.recorded_on());
            issue.follow(leaf);
        }
        issue.leaves = leaves;
        issue
    }

    fn follow(&mut self, leaf: &Leaf) {
        if leaf.fact() == "reopened" {
            self.cycles.push(Cycle::new(leaf));
            self.state = "in_hand";
            self.reopening_pending = false;
        }
        let taken = if self.state == "registered" { "in_hand" } else { self.state };
        let cycle = self.cycles.last_mut().unwrap();
        cycle.leaves.push(leaf.clone());
        match leaf.fact() {
            "taken" | "extension_requested" => self.state = taken,
            "interim_reply_given" => {
                self.state = taken;
                cycle.interim_due_on = leaf.day("next_word_on");
            }
            "responsibility_handed_over" => {
                self.state = taken;
                self.responsible.push((leaf.clone(), leaf.text("to_delegate_id").unwrap()));
            }
            "clock_suspended" => {
                self.state = taken;
                cycle.suspensions.push(Suspension { began: leaf.clone(), ended: None, recounted: None });
            }
            "clock_resumed" => {
                cycle.resume(leaf);
                cycle.set_due(leaf);
            }
            "visitor_told_of_extension" | "deadline_recomputed" => cycle.set_due(leaf),
            "corrected" if leaf.public.get("due").is_some() => cycle.set_due(leaf),
            "escalated" => {
                self.state = "escalated";
                self.major = leaf.text("major_issue_id");
                cycle.promised = Some((cycle.due.clone(), cycle.clock_from));
                cycle.interim_due_on = leaf.day("interim_due_on");
                cycle.set_due(leaf);
            }
            "escalation_returned" => {
                self.state = "in_hand";
                self.major = None;
                cycle.interim_due_on = None;
                cycle.set_due(leaf);
                cycle.promised = None;
            }
            "outcome_reported_back" => {
                self.state = "awaiting_answer";
                cycle.interim_due_on = None;
                cycle.promised = None;
                cycle.resume(leaf);
                cycle.set_due(leaf);
            }
            "final_answer_given" => {
                self.state = "answered";
                cycle.end = Some(End::Answered(leaf.clone()));
            }
            "referred" => {
                self.state = "referred";
                cycle.end = Some(End::Referred(leaf.clone()));
            }
            "withdrawn" if leaf.public["on_own_motion"] != true => {
                self.state = "withdrawn";
                cycle.end = Some(End::Withdrawn(leaf.clone()));
            }
            "feedback_recorded" => {
                let newer = cycle.feedback.take_if(|known| known.occurred_at > leaf.occurred_at);
                cycle.feedback = newer.or_else(|| Some(leaf.clone()));
            }
            "closed" => self.state = "closed",
            "reopening_requested" => self.reopening_pending = true,
            "reopening_refused" => self.reopening_pending = false,
            "merged" => {
                self.before_merge = self.state;
                self.state = "merged";
            }
            "unmerged" => self.state = self.before_merge,
            _ => {}
        }
    }

    /// The cycle that runs, or ran last.
    pub fn cycle(&self) -> &Cycle {
        self.cycles.last().unwrap()
    }

    /// Who owes the answer now.
    pub fn delegate(&self) -> &str {
        &self.responsible.last().unwrap().1
    }

    /// Whether an answer is still owed.
    pub fn is_open(&self) -> bool {
        OPEN.contains(&self.state)
    }

    /// Town day of its reception.
    pub fn held_on(&self) -> NaiveDate {
        town_day(self.held_at)
    }

    /// The day by which it is judged: today, but the day from which its answer counts, or that on which its clock stopped.
    pub fn judged_on(&self, policy: &Value, calendar: &Calendar, today: NaiveDate) -> NaiveDate {
        let cycle = self.cycle();
        let counted = |leaf: &Leaf| {
            let within = policy["answer"]["delivery_recorded_within_working_days"].as_u64().unwrap();
            let in_time = leaf.recorded_on() <= calendar.after(leaf.occurred_on(), within);
            if in_time { leaf.occurred_on() } else { leaf.recorded_on() }
        };
        cycle.suspended_since().or_else(|| cycle.end.as_ref().map(|end| counted(end.leaf()))).unwrap_or(today)
    }

    /// How it stands on a day, by the policy its cycle runs under.
    pub fn lateness(&self, policy: &Value, calendar: &Calendar, today: NaiveDate) -> &'static str {
        let (cycle, day) = (self.cycle(), self.judged_on(policy, calendar, today));
        let due_on = cycle.due_on();
        if cycle.end.is_some() {
            return if day > due_on { "overdue" } else { "on_time" };
        }
        if day > due_on {
            let given = cycle.passed(calendar, due_on);
            let factor = policy["lateness"]["long_overdue_factor"].as_u64().unwrap();
            if cycle.passed(calendar, day) > factor * given { "long_overdue" } else { "overdue" }
        } else if calendar.between(day, due_on) <= policy["lateness"]["due_soon_working_days"].as_u64().unwrap() {
            "due_soon"
        } else {
            "on_time"
        }
    }

    /// Whether an interim date has passed in silence.
    pub fn is_silent(&self, today: NaiveDate) -> bool {
        self.interim_due_on().is_some_and(|on| on < today)
    }

    /// The day by which the visitor was to hear, while an answer is owed.
    pub fn interim_due_on(&self) -> Option<NaiveDate> {
        self.cycle().interim_due_on.filter(|_| self.is_open())
    }

    /// Its leaves, one a line, for a test that fails.
    pub fn tell(&self) -> String {
        let line = |leaf: &Leaf| {
            let recorded = leaf.recorded_at + Duration::hours(8);
            let occurred = leaf.occurred_at + Duration::hours(8);
            format!(
                "  {:>6} v{:<3} {:<34} occurred {} recorded {} {}\n",
                leaf.position,
                leaf.version,
                leaf.kind,
                occurred.format("%F %T"),
                recorded.format("%F %T"),
                leaf.public
            )
        };
        format!(
            "issue {} ({}), corrections in their places:\n{}",
            self.id,
            self.state,
            self.leaves.iter().map(line).collect::<String>()
        )
    }
}
