//! A liaison officer gone wild: commands drawn by seeded dice, most of them sensible, some not, over HTTP.
//!
//! Everything is recorded now, but claimed for the past: receptions reach back for months, and what follows happens
//! hours to days after what went before, so that some of it is in time, some late and some has not happened yet.

use super::clock::now;
use super::commands::{self, appraisals, around, deeds, filings, gatherings, receptions, sessions};
use super::compare::Beside;
use super::dice::Dice;
use super::issues::Issue;
use super::log::Leaf;
use chrono::{DateTime, Duration, FixedOffset, NaiveTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The town's time.
pub fn town_time(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap())
}

/// A grid and who is there.
#[derive(Clone, Debug)]
pub struct Grid {
    pub id: String,
    pub units: Vec<String>,
    pub delegates: Vec<String>,
    /// A deputy whom the driver brought along: the roster has none.
    pub deputy: String,
}

/// Who draws the commands.
#[derive(Debug)]
pub struct Driver {
    pub dice: Dice,
    /// A few grids only: figures are to meet.
    pub grids: Vec<Grid>,
    pub offices: Vec<String>,
    /// A document that shows whatever is to be shown.
    pub file: String,
    /// The issue it was about last.
    last: String,
    /// How often a fact was told, by whether it was recorded.
    pub told: BTreeMap<(String, u16), u32>,
}

impl Driver {
    /// Gets to know the first grids of the town and registers the offices.
    #[track_caller]
    pub fn meet(beside: &Beside, seed: u64) -> Self {
        let office = &beside.office;
        let ids = |path: &str| -> Vec<String> {
            let page = office.get(path).good();
            page["items"].as_array().unwrap().iter().map(crate::harness::id).collect()
        };
        let named = ["代表甲", "代表乙", "代表丙"];
        let grids = ids("/v1/grids").into_iter().zip(named).map(|(id, name)| {
            let (units, delegates) =
                (ids(&format!("/v1/units?grid_id={id}")), ids(&format!("/v1/delegates?grid_id={id}")));
            let deputy = json!({"name": name, "delegate_type": "deputy", "grid_id": id, "from": "2023-12-01"});
            let deputy = crate::harness::id(&office.post("/v1/delegates", &deputy).created()["delegate"]);
            Grid { units, delegates: delegates.into_iter().take(4).collect(), deputy, id }
        });
        let offices =
            [("党代表工作室", "party_studio"), ("人大办公室", "congress_office"), ("城管中队", "institution")];
        Self {
            dice: Dice::new(seed),
            grids: grids.collect(),
            offices: offices.map(|(name, kind)| office.registers_office(name, kind)).to_vec(),
            file: crate::harness::id(&crate::files::stores(office, &crate::files::pdf(200))),
            last: String::new(),
            told: BTreeMap::new(),
        }
    }

    /// Sends so many commands.
    #[track_caller]
    pub fn does(&mut self, beside: &mut Beside, commands: u32) {
        for _ in 0..commands {
            self.step(beside);
        }
    }

    #[track_caller]
    fn step(&mut self, beside: &mut Beside) {
        match self.dice.below(100) {
            0..13 => self
                .sends(beside, "receptions", |driver, _| ("/v1/receptions".to_owned(), receptions::reception(driver))),
            13..16 => self.sends(beside, "reception corrections", receptions::correction_of_reception),
            16..31 => self.major_step(beside),
            31..33 => self.sends(beside, "reference", around::reference),
            33..43 => self.session_step(beside),
            43..60 => self.undertakes(beside),
            _ => self.issue_step(beside),
        }
    }

    /// Something that delegates do beside receiving people, or that the annual review is about.
    #[track_caller]
    pub fn undertakes(&mut self, beside: &mut Beside) {
        match self.dice.below(20) {
            0..4 => self.sends(beside, "deed", deeds::step),
            4..9 => self.sends(beside, "activity", gatherings::activity),
            9..12 => self.sends(beside, "meeting", gatherings::meeting),
            12..15 => self.sends(beside, "study", filings::study),
            15..18 => self.sends(beside, "typical case", filings::case),
            _ => self.sends(beside, "dispute", appraisals::step),
        }
    }

    /// Draws a command and sends it; `beside` reads on, so that the next draw knows what came of it.
    #[track_caller]
    fn sends(&mut self, beside: &mut Beside, what: &str, draw: impl FnOnce(&mut Self, &Beside) -> (String, Value)) {
        let (path, body) = draw(self, beside);
        if path.is_empty() {
            return;
        }
        let answer = beside.office.post(&path, &body);
        let status = answer.status;
        assert!(
            (200..300).contains(&status) || [409, 422].contains(&status),
            "seed {}: {path} {body} was answered {status}\n{}",
            beside.seed,
            answer.text()
        );
        *self.told.entry((what.to_owned(), status)).or_default() += 1;
        beside.reads_on();
    }

    #[track_caller]
    fn issue_step(&mut self, beside: &mut Beside) {
        let ids = beside.town.ids("issue");
        if ids.is_empty() {
            return;
        }
        // Often the same one again, so that lives become long; else of three one that is not over.
        let same = beside.town.issues.get(&self.last).filter(|_| self.dice.percent(70));
        let issue = match same {
            Some(issue) => issue.clone(),
            None => {
                let drawn: Vec<&Issue> = (0..3).map(|_| &beside.town.issues[self.dice.one(&ids)]).collect();
                (*drawn.iter().find(|issue| issue.is_open()).unwrap_or(&drawn[0])).clone()
            }
        };
        self.last.clone_from(&issue.id);
        let (fact, body) = commands::of_issue(self, beside, &issue);
        self.sends(beside, &fact, |_, _| (format!("/v1/issues/{}/{fact}", issue.id), body));
    }

    /// Something about sessions, often of one that is held today.
    #[track_caller]
    fn session_step(&mut self, beside: &mut Beside) {
        let (path, body) = sessions::step(self, beside);
        let fact = path.rsplit('/').next().unwrap_or_default().to_owned();
        self.sends(beside, &format!("session {fact}"), |_, _| (path, body));
    }

    #[track_caller]
    fn major_step(&mut self, beside: &mut Beside) {
        let mut open = beside.town.ids("major_issue");
        open.retain(|id| beside.town.majors[id].is_open());
        if open.is_empty() {
            return self.issue_step(beside);
        }
        let major = self.dice.one(&open).clone();
        let (fact, body) = around::of_major(self, beside, &major);
        self.sends(beside, &format!("major {fact}"), |_, _| (format!("/v1/major-issues/{major}/{fact}"), body));
    }

    /// An instant after this one and not after now, hours to days on, in the office's hours more often than not.
    pub fn after(&mut self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let hours = match self.dice.below(20) {
            0..5 => self.dice.below(3),
            5..15 => self.dice.below(4 * 24),
            15..19 => self.dice.below(15 * 24),
            _ => self.dice.below(60 * 24),
        };
        let hours = i64::try_from(hours).unwrap();
        let mut then = town_time(at + Duration::hours(hours) + Duration::minutes(1));
        if self.dice.percent(60) && hours > 24 {
            let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
            then = then.with_time(nine).unwrap();
        }
        then.min(now())
    }

    /// An instant at most a day after what happened last.
    pub fn soon(&mut self, leaves: &[Leaf]) -> DateTime<FixedOffset> {
        let last = leaves.iter().map(|leaf| leaf.occurred_at).max().unwrap();
        let minutes = i64::try_from(self.dice.below(24 * 60)).unwrap();
        town_time(last + Duration::minutes(1 + minutes)).min(now())
    }

    /// An instant for what happens next to an issue; sometimes one that cannot be.
    pub fn next(&mut self, leaves: &[Leaf]) -> DateTime<FixedOffset> {
        let last = leaves.iter().map(|leaf| leaf.occurred_at).max().unwrap();
        match self.dice.below(50) {
            0 => town_time(last - Duration::days(3)),
            1 => now() + Duration::days(2),
            _ => self.after(last),
        }
    }
}
