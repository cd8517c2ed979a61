//! The annual review beside the second implementation of its indicators.

use super::compare::Beside;
use super::compared::Compared;
use super::dice::Dice;
use super::indicators::{Subject, behind, indicators};
use super::members::{Member, Reading};
use super::town::Town;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every set of rules, the newest last.
const RULES: [&str; 2] = ["review/1", "review/2"];

impl Subject {
    fn kind(&self) -> &'static str {
        match self {
            Self::Delegate(_) => "delegates",
            Self::Grid(_) => "grids",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Delegate(id) | Self::Grid(id) => id,
        }
    }

    /// The address of its review.
    pub fn address(&self, year: i32) -> String {
        format!("/v1/reviews/{year}/{}/{}", self.kind(), self.id())
    }
}

/// Everybody, and every grid.
pub fn subjects(town: &Town) -> Vec<Subject> {
    let delegates = town.delegates.keys().cloned().map(Subject::Delegate);
    delegates.chain(town.grids.keys().cloned().map(Subject::Grid)).collect()
}

/// What the API says of one subject, the indicators by code.
fn told(item: &Value) -> BTreeMap<String, &Value> {
    let indicators = item["indicators"].as_array().unwrap_or_else(|| panic!("no indicators: {item:#}"));
    indicators.iter().map(|indicator| (indicator["code"].as_str().unwrap().to_owned(), indicator)).collect()
}

impl Beside {
    /// Every review of a year as of a position is what the second implementation makes of the same leaves, by all rules that
    /// there are. Returns what was compared by the newest of them, so that a test can see that it compared something.
    #[track_caller]
    pub fn compares_reviews(&self, year: i32, position: u64, dice: &mut Dice) -> Compared {
        let mut newest = Compared::default();
        for rules in RULES {
            newest = self.compares_reviews_by(rules, year, position, dice);
        }
        newest
    }

    #[track_caller]
    fn compares_reviews_by(&self, rules: &'static str, year: i32, position: u64, dice: &mut Dice) -> Compared {
        let earlier;
        let town = if position == self.town.position {
            &self.town
        } else {
            earlier = Town::of(&self.log.leaves[..usize::try_from(position).unwrap()]);
            &earlier
        };
        // The newest ones are those of whoever names none.
        let by = if Some(&rules) == RULES.last() { String::new() } else { format!("&rules={rules}") };
        let reading = Reading::new(town, rules, year);
        let members = reading.members();
        let mut compared = Compared::default();
        let mut all: BTreeMap<(&str, String), Value> = BTreeMap::new();
        for (kind, one) in [("delegates", "delegate"), ("grids", "grid")] {
            let answer = self.office.get(&format!("/v1/reviews/{year}/{kind}?as_of_position={position}{by}")).good();
            assert_eq!(answer["as_of_position"], json!(position));
            assert_eq!(answer["policy_position"], json!(reading.policy_position), "{answer:#}");
            assert_eq!(answer["rules"], *rules);
            for item in answer["items"].as_array().unwrap() {
                let unknown_year = !town.calendars.newest().knows(reading.first);
                assert!(!unknown_year || item["provisional"] == true, "{year} has no calendar: {item:#}");
                all.insert((kind, item[one]["id"].as_str().unwrap().to_owned()), item.clone());
            }
        }
        let subjects = subjects(town);
        for subject in &subjects {
            let ours = indicators(&reading, &members, subject);
            let item = all.get(&(subject.kind(), subject.id().to_owned()));
            let Some(item) = item else {
                let figures = ours.values().all(|figure| figure["of"] == 0);
                assert!(figures, "seed {}: {} is not among all: {ours:?}", self.seed, subject.address(year));
                continue;
            };
            self.same_indicators(&reading, &members, subject, year, (&ours, item), &mut compared);
        }
        let among_all = |subject: &&Subject| all.contains_key(&(subject.kind(), subject.id().to_owned()));
        let among_all: Vec<&Subject> = subjects.iter().filter(among_all).collect();
        if let Some(subject) = (!among_all.is_empty()).then(|| *dice.one(&among_all)) {
            let alone = self.office.get(&format!("{}?as_of_position={position}{by}", subject.address(year))).good();
            let among = &all[&(subject.kind(), subject.id().to_owned())];
            assert_eq!(alone["indicators"], among["indicators"], "alone and among all: {}", subject.address(year));
            self.lists_are_behind(&reading, subject, year, &alone);
        }
        compared
    }

    /// What is behind each figure that is a share is as much as the figure says; and of sessions and undertakings
    /// what their leaves say.
    #[track_caller]
    fn lists_are_behind(&self, reading: &Reading<'_>, subject: &Subject, year: i32, review: &Value) {
        let (rules, position) = (reading.rules, reading.town.position);
        let sorted = |mut members: Vec<Value>| {
            members.sort_by_key(Value::to_string);
            members
        };
        let ours = if rules == "review/1" { BTreeMap::new() } else { behind(reading, subject) };
        for (code, told) in told(review) {
            // Of these the n is of leaves, of days, or of those who said something.
            if ["corrections", "median_wd", "p90_wd", "satisfaction"].contains(&code.as_str())
                || told["available"] == false
            {
                continue;
            }
            let (mut members, mut cursor) = (Vec::new(), String::new());
            loop {
                let query = format!("as_of_position={position}&rules={rules}&limit=1000{cursor}");
                let page = self.office.get(&format!("{}/indicators/{code}?{query}", subject.address(year))).good();
                members.extend(page["items"].as_array().unwrap().clone());
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let counted = members.iter().filter(|member| member["counted"] == true).count();
            let figure = format!("seed {}: {code} of {} as of {position}", self.seed, subject.address(year));
            assert_eq!((&told["n"], &told["of"]), (&json!(counted), &json!(members.len())), "{figure}");
            if let Some(ours) = ours.get(code.as_str()) {
                assert_eq!(sorted(members), sorted(ours.clone()), "{figure}");
            }
        }
    }

    #[track_caller]
    fn same_indicators(
        &self,
        reading: &Reading<'_>,
        members: &[Member<'_>],
        subject: &Subject,
        year: i32,
        (ours, item): (&BTreeMap<&'static str, Value>, &Value),
        compared: &mut Compared,
    ) {
        let told = told(item);
        for (code, indicator) in &told {
            compared.is_named(subject.kind(), code);
            assert!(
                indicator["available"] == false || ours.contains_key(code.as_str()),
                "{code} is told, but nobody recounted it: {indicator}"
            );
        }
        for (code, ours) in ours {
            let theirs = told.get(*code).unwrap_or_else(|| panic!("{code} is missing: {item:#}"));
            let mut theirs = (*theirs).clone();
            for name in ["code", "clause", "target_permille"] {
                theirs.as_object_mut().unwrap().remove(name);
            }
            if *ours != theirs {
                let figure = format!("{} as of {}: {code}", subject.address(year), reading.town.position);
                let odd = self.odd_member(reading, members, subject, year, code);
                self.differs(&figure, ours, &theirs, odd.as_deref());
            }
            compared.agrees(subject.kind(), code, ours);
        }
    }

    /// An issue that the two see differently, by the list behind the indicator.
    fn odd_member(
        &self,
        reading: &Reading<'_>,
        members: &[Member<'_>],
        subject: &Subject,
        year: i32,
        code: &str,
    ) -> Option<String> {
        let (rules, position) = (reading.rules, reading.town.position);
        let query = format!("as_of_position={position}&rules={rules}&limit=1000");
        let path = format!("{}/indicators/{code}?{query}", subject.address(year));
        let behind = self.office.get(&path).good();
        let items = behind["items"].as_array()?;
        members.iter().map(|member| &member.issue.id).find_map(|issue| {
            let alone: Vec<Member<'_>> = members.iter().filter(|member| member.issue.id == *issue).cloned().collect();
            let ours = indicators(reading, &alone, subject);
            let theirs: Vec<&Value> = items.iter().filter(|item| item["issue_id"] == **issue).collect();
            let counted = theirs.iter().filter(|item| item["counted"] == true).count();
            let days = ["median_wd", "p90_wd"].contains(&code);
            let differs = ours[code]["of"] != json!(theirs.len())
                || !days && ours[code]["n"] != json!(counted)
                || days && theirs.len() == 1 && ours[code]["n"] != theirs[0]["working_days"];
            // Of those that count receptions, too, an issue alone says nothing.
            (differs && !["late_records", "corrections"].contains(&code)).then(|| {
                eprintln!("{code}: alone by the second reading {}, by the server {theirs:?}", ours[code]);
                issue.clone()
            })
        })
    }
}
