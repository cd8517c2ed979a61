//! A year of the whole town, driven over HTTP: an agenda of what is done when, the clocks moved from one thing to the next,
//! and what everybody owes by it.

use crate::calendar::{self, Calendar, at, day};
use crate::clocks::Hands;
use crate::dice::Dice;
use crate::issues::{Course, Raised};
use crate::meetings::Sat;
use crate::planted::{Planted, told_key};
use crate::server::Server;
use crate::sittings::{FATES, Fate, Sitting};
use crate::town::{self, Files, Grid, Offices};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// What follows an answer.
type Follows = Box<dyn FnOnce(&mut Year, &Value)>;

/// Something that is done.
pub enum Act {
    Post {
        path: String,
        body: Value,
    },
    /// What comes next is planned by what is answered.
    Ask {
        path: String,
        body: Value,
        then: Follows,
    },
    /// Something is planned by what is known by then.
    Then(Box<dyn FnOnce(&mut Year)>),
    /// A reception, and the issues raised there in turn.
    Receive {
        body: Value,
        raised: Vec<Raised>,
    },
    /// A session ends; what waits for it is taken in hand.
    Close {
        sitting: Sitting,
        at: DateTime<Utc>,
    },
    /// A delegate asks for leave for a day, and it is decided at once.
    Leave {
        delegate: String,
        on: NaiveDate,
        approved: bool,
    },
    /// A session more.
    MakeUp {
        missed: Sitting,
    },
    /// The service days of a quarter are planned and staffed.
    Plan {
        from: NaiveDate,
        to: NaiveDate,
    },
    /// The clock over obligations runs.
    RunClock,
}

/// The year under way.
pub struct Year {
    pub server: Server,
    hands: Hands,
    pub calendar: Calendar,
    pub service_days: Vec<NaiveDate>,
    pub dice: Dice,
    pub planted: Planted,
    pub grids: Vec<Grid>,
    pub offices: Offices,
    pub files: Files,
    agenda: BTreeMap<(DateTime<Utc>, u64), Act>,
    put: u64,
    /// Issues that wait for the closing of their session.
    pub to_take: HashMap<String, Vec<String>>,
    /// Whose turn it is to go wrong, of sessions and of issues.
    fates: VecDeque<Fate>,
    pub turn: usize,
    pub until: DateTime<Utc>,
    /// When the clock runs.
    pub runs: BTreeSet<DateTime<Utc>>,
    /// Who left office.
    pub gone: Vec<String>,
    /// Meetings of every grid and quarter, as they are planned.
    pub sat: Vec<Sat>,
    /// Meetings that are convened, by grid and day.
    pub convened: HashMap<(usize, NaiveDate), String>,
    /// Typical cases by quarter.
    pub cases: HashMap<&'static str, usize>,
    /// Things that the clock found, over all its runs.
    pub found: u64,
}

impl Year {
    /// The town on the first working day of the year; the clock runs every so many days.
    pub async fn begin(seed: u64, clock_every: u64) -> Self {
        let begins = at(day("2026-01-05"), "08:00");
        let hands = Hands::at(begins);
        let server = Server::start(&hands).await;
        let calendar = Calendar::of_the_papers();
        let mut dice = Dice::of(seed);
        let mut fates: Vec<Fate> = FATES[1..].to_vec();
        dice.shuffle(&mut fates);
        let mut year = Self {
            grids: town::settle(&server).await,
            offices: town::register(&server).await,
            files: town::store(&server).await,
            server,
            hands,
            service_days: calendar.service_days(day("2026-01-06"), day("2026-12-31")),
            calendar,
            dice,
            planted: Planted::default(),
            agenda: BTreeMap::new(),
            put: 0,
            to_take: HashMap::new(),
            fates: fates.into(),
            turn: usize::try_from(seed % 11).unwrap(),
            until: at(day("2027-04-20"), "12:00"),
            runs: BTreeSet::new(),
            gone: Vec::new(),
            sat: Vec::new(),
            convened: HashMap::new(),
            cases: HashMap::new(),
            found: 0,
        };
        // Planned on the working day after the last session of the quarter before.
        for (planned, from, to) in [
            ("2026-01-05", "2026-01-06", "2026-03-31"),
            ("2026-03-27", "2026-04-01", "2026-06-30"),
            ("2026-06-26", "2026-07-01", "2026-09-30"),
            ("2026-09-28", "2026-10-01", "2026-12-31"),
        ] {
            year.put(at(day(planned), "09:00"), Act::Plan { from: day(from), to: day(to) });
        }
        let mut on = day("2026-01-06");
        while at(on, "00:20") < year.until {
            year.put(at(on, "00:20"), Act::RunClock);
            year.runs.insert(at(on, "00:20"));
            on = on + Days::new(clock_every);
        }
        year.post(at(day("2026-11-04"), "10:00"), "/v1/calendars/2027".to_owned(), calendar::paper_of_2027());
        year.plan_offices();
        let dice = &mut Dice::of(seed + 1000);
        year.plan_deeds(dice);
        year.plan_studies(dice);
        year.plan_appointments(dice);
        year.plan_no_cases();
        year.plan_activities(dice);
        year.plan_symposia(dice);
        year.plan_meetings(dice);
        year.plan_major_issues();
        year.plan_reviews();
        year
    }

    /// Puts something on the agenda.
    pub fn put(&mut self, when: DateTime<Utc>, act: Act) {
        self.put += 1;
        self.agenda.insert((when, self.put), act);
    }

    pub fn post(&mut self, when: DateTime<Utc>, path: String, body: Value) {
        self.put(when, Act::Post { path, body });
    }

    pub fn ask(
        &mut self,
        when: DateTime<Utc>,
        path: String,
        body: Value,
        then: impl FnOnce(&mut Self, &Value) + 'static,
    ) {
        self.put(when, Act::Ask { path, body, then: Box::new(then) });
    }

    /// Something new of a family; what follows is told its id.
    pub fn begins(
        &mut self,
        when: DateTime<Utc>,
        family: &'static str,
        body: Value,
        then: impl FnOnce(&mut Self, &str) + 'static,
    ) {
        let plural =
            if let Some(stem) = family.strip_suffix('y') { format!("{stem}ies") } else { format!("{family}s") };
        self.ask(when, format!("/v1/{plural}"), body, move |year, answer| {
            then(year, answer[family.replace('-', "_")]["id"].as_str().unwrap());
        });
    }

    pub fn then(&mut self, when: DateTime<Utc>, then: impl FnOnce(&mut Self) + 'static) {
        self.put(when, Act::Then(Box::new(then)));
    }

    /// Does everything on the agenda in its turn, and lets the clock run a last time.
    pub async fn pass(&mut self) {
        while let Some(((when, _), act)) = self.agenda.pop_first() {
            self.hands.move_to(when);
            self.act(when, act).await;
        }
        self.hands.move_to(self.until);
        self.act(self.until, Act::RunClock).await;
    }

    async fn act(&mut self, now: DateTime<Utc>, act: Act) {
        match act {
            Act::Post { path, body } => drop(self.server.post(&path, &body).await),
            Act::Ask { path, body, then } => {
                let answer = self.server.post(&path, &body).await;
                then(self, &answer);
            }
            Act::Then(then) => then(self),
            Act::Receive { body, raised } => {
                let answer = self.server.post("/v1/receptions", &body).await;
                let ids = answer["issues"].as_array().unwrap().iter().map(|issue| issue["id"].as_str().unwrap());
                for (id, raised) in ids.zip(raised) {
                    self.plan_issue(&Raised { id: id.to_owned(), ..raised });
                }
            }
            Act::Close { sitting, at } => {
                let taken = self.to_take.remove(&sitting.id).unwrap_or_default();
                let body = json!({"visitor_count": taken.len(), "taken_issue_ids": taken, "occurred_at": at});
                self.server.post(&format!("/v1/sessions/{}/closing", sitting.id), &body).await;
            }
            Act::Leave { delegate, on, approved } => {
                let path = format!("/v1/delegates/{delegate}/leaves");
                let body = json!({"from": on.to_string(), "to": on.to_string(), "reason_code": "work"});
                let answer = self.server.post(&path, &body).await;
                let id = answer["leave"]["id"].as_str().unwrap().to_owned();
                let body = json!({"approved": approved, "reason": "已知悉。"});
                self.server.post(&format!("{path}/{id}/decision"), &body).await;
            }
            Act::MakeUp { missed } => self.make_up(now, &missed).await,
            Act::Plan { from, to } => self.plan_quarter(now, from, to).await,
            Act::RunClock => {
                let run = self.server.post("/v1/clock-runs", &json!({})).await;
                self.found += run["clock_run"]["events"].as_u64().unwrap();
            }
        }
    }

    /// Plans a quarter; then grid by grid what is proposed is assigned and published, and every session has its fate.
    async fn plan_quarter(&mut self, now: DateTime<Utc>, from: NaiveDate, to: NaiveDate) {
        let body = json!({"from": from.to_string(), "to": to.to_string()});
        let plan = self.server.post("/v1/session-plans", &body).await;
        let held: Vec<NaiveDate> = self.service_days.iter().copied().filter(|on| from <= *on && *on <= to).collect();
        assert_eq!(plan["session_plan"]["planned"].as_u64().unwrap(), (held.len() * self.grids.len()) as u64);
        let planned_on = (now + chrono::Duration::hours(8)).date_naive();
        for grid in 0..self.grids.len() {
            let staffed = self.staff(grid, from, to, planned_on).await;
            assert_eq!(staffed.iter().map(|sitting| sitting.held_on).collect::<Vec<_>>(), held);
            let last = staffed.len() - 1;
            for (index, sitting) in staffed.iter().enumerate() {
                let fate = if index == last && self.leaves_office(sitting) {
                    Fate::Good
                } else if self.dice.below(4) == 0 {
                    self.next_fate(sitting, index + 2 > last)
                } else {
                    Fate::Good
                };
                self.plan_sitting(sitting, fate);
            }
        }
    }

    async fn staff(&mut self, grid: usize, from: NaiveDate, to: NaiveDate, planned_on: NaiveDate) -> Vec<Sitting> {
        let of = self.grids[grid].clone();
        let proposal = self.server.get(&format!("/v1/grids/{}/rota-proposal?from={from}&to={to}", of.id)).await;
        let items = proposal["items"].as_array().unwrap();
        let slots = |item: &Value| -> [String; 2] {
            let slots = item["slots"].as_array().unwrap().iter();
            let who: Vec<String> = slots.map(|slot| slot["delegate_id"].as_str().unwrap().to_owned()).collect();
            who.try_into().unwrap()
        };
        let sittings: Vec<Sitting> = items
            .iter()
            .map(|item| {
                let slots = slots(item);
                Sitting {
                    id: item["session_id"].as_str().unwrap().to_owned(),
                    grid,
                    held_on: day(item["held_on"].as_str().unwrap()),
                    planned_on,
                    other: of
                        .party
                        .iter()
                        .find(|who| !slots.contains(who) && !self.gone.contains(*who))
                        .unwrap()
                        .clone(),
                    slots,
                }
            })
            .collect();
        self.publish(&sittings, &proposal["as_of_position"]).await;
        sittings
    }

    async fn publish(&self, sittings: &[Sitting], proposed_at: &Value) {
        let grid = &self.grids[sittings[0].grid].id;
        let slots = |sitting: &Sitting| {
            let [party, deputy] = &sitting.slots;
            json!([{"delegate_id": party, "delegate_type": "party"}, {"delegate_id": deputy, "delegate_type": "deputy"}])
        };
        let items: Vec<Value> =
            sittings.iter().map(|sitting| json!({"session_id": sitting.id, "slots": slots(sitting)})).collect();
        let mut body = json!({"items": items});
        if proposed_at.is_u64() {
            body["proposal_position"] = proposed_at.clone();
        }
        self.server.post(&format!("/v1/grids/{grid}/rotas"), &body).await;
        let ids: Vec<&String> = sittings.iter().map(|sitting| &sitting.id).collect();
        self.server.post(&format!("/v1/grids/{grid}/rota-publications"), &json!({"session_ids": ids})).await;
    }

    async fn make_up(&mut self, now: DateTime<Utc>, missed: &Sitting) {
        let planned_on = (now + chrono::Duration::hours(8)).date_naive();
        let held_on = self.day_to_make_up(planned_on);
        let body = json!({"grid_id": self.grids[missed.grid].id, "held_on": held_on.to_string(),
            "makes_up_session_id": missed.id, "reason": "补开。"});
        let added = self.server.post("/v1/sessions", &body).await;
        let id = added["session"]["id"].as_str().unwrap().to_owned();
        let sitting = Sitting { id, planned_on, held_on, ..missed.clone() };
        self.publish(std::slice::from_ref(&sitting), &Value::Null).await;
        self.plan_sitting(&sitting, Fate::Good);
    }

    /// The next way of going wrong that fits.
    fn next_fate(&mut self, sitting: &Sitting, last_of_quarter: bool) -> Fate {
        let fits = |fate: &Fate| fate.fits(&self.calendar, sitting, last_of_quarter);
        let Some(index) = self.fates.iter().position(fits) else { return Fate::Good };
        let fate = self.fates.remove(index).unwrap();
        self.fates.push_back(fate);
        fate
    }

    /// In four grids a Party delegate leaves office on the day of a quarter's last session, with an issue open.
    fn leaves_office(&mut self, sitting: &Sitting) -> bool {
        let course = match (sitting.grid, sitting.held_on.to_string().as_str()) {
            (2, "2026-03-26") | (5, "2026-06-25") => Course::HandedOver,
            (3, "2026-03-26") | (6, "2026-06-25") => Course::Orphaned,
            _ => return false,
        };
        let [on_duty, _] = &sitting.slots;
        let is_convener = *on_duty == self.grids[sitting.grid].convener;
        let who = if is_convener { sitting.other.clone() } else { on_duty.clone() };
        self.plan_reception_of(sitting, &who, sitting.held_on, vec![course]);
        self.gone.push(who);
        true
    }

    /// One breach of each kind is explained; every other explanation is accepted, and excuses.
    pub async fn explain(&mut self) {
        let told = self.server.list("/v1/obligations?status=missing").await;
        for (key, accepted) in self.planted.missing().into_iter().zip([true, false].into_iter().cycle()) {
            let is_it = |one: &&Value| one["about"]["id"] == key.2.as_str() && told_key(one) == key;
            let id = told.iter().find(is_it).unwrap_or_else(|| panic!("{key:?} is not told"))["id"].as_str().unwrap();
            let path = format!("/v1/obligations/{id}/explanations");
            self.server.post(&path, &json!({"text": "当日因防汛抢险，无法开展。"})).await;
            let body = json!({"accepted": accepted, "reason": "经核实。"});
            self.server.post(&format!("{path}/decision"), &body).await;
            if accepted {
                self.planted.excuse(&key);
            }
        }
    }
}
