//! One issue, read from its leaves: what it is now.
//!
//! Corrections first: a value that was corrected stands in the leaf it belongs to before the leaves are followed.

use super::cycles::{Cycle, End, Suspension};
use super::days::{Calendar, Calendars};
use super::log::{Leaf, corrected, town_day};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::Value;

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
                cycle.suspensions.push(Suspension::begun_by(leaf));
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
