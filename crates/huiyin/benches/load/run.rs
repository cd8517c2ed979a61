//! One size after the other, part by part; in each, rounds in turns, so that whatever else the machine does meets all rows.

use crate::conditions;
use crate::engine::Arrivals;
use crate::figures::{Line, Round};
use crate::growing::{self, Growing};
use crate::peers::umadb;
use crate::questions;
use crate::report::thousands;
use crate::row::Row;
use crate::settings::{Part, Settings};
use crate::site::{Peers, Site};
use crate::store::Store;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections of everything that is measured at one number only.
pub const CONNECTIONS: usize = 64;
/// Connections that an open loop has at most.
const OPEN_CONNECTIONS: usize = 256;

/// What one size showed, part by part.
#[derive(Default, Serialize, Deserialize)]
pub struct Results {
    pub issues: usize,
    pub parts: BTreeMap<Part, Measurement>,
}

/// What one part showed, and under which conditions.
#[derive(Serialize, Deserialize)]
pub struct Measurement {
    pub conditions: String,
    /// Seconds of a round.
    pub seconds: f64,
    pub shown: Shown,
}

/// Figures of a part.
#[derive(Serialize, Deserialize)]
pub enum Shown {
    Lines(Vec<Line>),
    Growing(Growing),
}

impl Results {
    /// The lines of a part; none if it was not measured.
    pub fn lines(&self, part: Part) -> &[Line] {
        match self.parts.get(&part).map(|measurement| &measurement.shown) {
            Some(Shown::Lines(lines)) => lines,
            Some(Shown::Growing(_)) | None => &[],
        }
    }

    pub fn growing(&self) -> Option<&Growing> {
        match &self.parts.get(&Part::Growing)?.shown {
            Shown::Growing(growing) => Some(growing),
            Shown::Lines(_) => None,
        }
    }
}

/// Rounds of the rows of one table, in the order in which the rows came first.
#[derive(Default)]
struct Table(Vec<(Line, Vec<Round>)>);

impl Table {
    fn add(&mut self, row: Row, before: bool, connections: usize, arrivals: Arrivals, round: Round) {
        let rate = match arrivals {
            Arrivals::Closed => None,
            Arrivals::Open(rate) => Some(rate.round()),
        };
        let key = Line { row: row.name().into(), before, connections, rate, ..Line::default() };
        let same = |line: &Line| {
            (&line.row, line.before, line.connections, line.rate) == (&key.row, before, connections, rate)
        };
        let per_second = round.measured.done as f64 / round.measured.length.as_secs_f64();
        let mark = if before { " (before)" } else { "" };
        eprintln!(
            "{}{mark}, {connections} connections{}: {per_second:.0}/s",
            row.name(),
            rate.map_or_else(String::new, |rate| format!(", {rate}/s due"))
        );
        match self.0.iter_mut().find(|(line, _)| same(line)) {
            Some((_, rounds)) => rounds.push(round),
            None => self.0.push((key, vec![round])),
        }
    }

    fn lines(self) -> Vec<Line> {
        let line = |(key, rounds): (Line, Vec<Round>)| {
            let Line { row, before, connections, rate, .. } = key;
            Line { row, before, connections, rate, ..Line::of(&rounds) }
        };
        self.0.into_iter().map(line).collect()
    }
}

/// So many issues are asked for one after the other before a round; more are more than a server keeps.
const ASKED_BEFORE_MAX: usize = 200_000;

/// Everything that one size is measured with.
pub struct Run<'a> {
    settings: &'a Settings,
    site: Site,
    before: Option<Site>,
    peers: Peers,
}

impl<'a> Run<'a> {
    pub fn of(settings: &'a Settings, issues: usize, largest: bool) -> Results {
        let stores = &settings.stores;
        let store = Store::of(issues, &settings.binary, stores, "issues");
        let growing = settings.has(Part::Growing).then(|| growing::measure(&store));
        let mut site = Site::open(store);
        let before = settings.before.as_ref().map(|binary| Site::open(Store::of(issues, binary, stores, "before")));
        let asked_for = settings.rows.iter().any(|row| row.of_umadb()) && settings.has(Part::Closed);
        let umadb = asked_for.then(|| umadb::find(settings.umadb.as_deref(), stores));
        let umadb_there = umadb.as_ref().and_then(|found| found.as_deref().ok());
        let peers = Peers::start(site.answer_bytes(), umadb_there, stores);
        let conditions = conditions(settings, &site, umadb.and_then(Result::err));
        let mut run = Run { settings, site, before, peers };
        let mut results = Results { issues, ..Results::default() };
        let mut keep = |part: Part, seconds: Duration, shown: Shown| {
            let (conditions, seconds) = (conditions.clone(), seconds.as_secs_f64());
            results.parts.insert(part, Measurement { conditions, seconds, shown });
        };
        if let Some(growing) = growing {
            keep(Part::Growing, Duration::ZERO, Shown::Growing(growing));
        }
        let mut closed = Vec::new();
        if settings.has(Part::Closed) {
            closed = run.closed(largest);
            keep(Part::Closed, settings.seconds, Shown::Lines(closed.clone()));
        }
        if settings.has(Part::Open) {
            keep(Part::Open, settings.seconds, Shown::Lines(run.open(&closed)));
        }
        if settings.has(Part::Questions) {
            keep(Part::Questions, settings.seconds / 2, Shown::Lines(run.questions()));
        }
        if settings.has(Part::Long) {
            keep(Part::Long, settings.long, Shown::Lines(run.long()));
        }
        if settings.has(Part::Closed) {
            // Last of what one server is asked: what is kept of it would show in all other rows.
            closed.extend(run.asked_before());
            keep(Part::Closed, settings.seconds, Shown::Lines(closed));
        }
        if settings.has(Part::Cold) {
            keep(Part::Cold, settings.seconds, Shown::Lines(run.cold()));
        }
        results
    }

    fn closed(&mut self, largest: bool) -> Vec<Line> {
        let mut table = Table::default();
        for _ in 0..self.settings.rounds {
            for connections in self.settings.connections(largest) {
                let lengths = self.lengths();
                let lengths = if connections == CONNECTIONS { lengths } else { half(lengths) };
                for row in self.settings.rows_at(connections).into_iter().filter(|row| *row != Row::IssueWarm) {
                    self.once(&mut table, row, Arrivals::Closed, connections, lengths);
                }
            }
        }
        table.lines()
    }

    /// Single issues after each was asked for once, where a server keeps as many.
    fn asked_before(&mut self) -> Vec<Line> {
        let mut table = Table::default();
        let wanted = self.settings.rows.contains(&Row::IssueWarm) && self.site.store.ids.len() <= ASKED_BEFORE_MAX;
        for _ in 0..if wanted { self.settings.rounds } else { 0 } {
            self.once(&mut table, Row::IssueWarm, Arrivals::Closed, CONNECTIONS, self.lengths());
        }
        table.lines()
    }

    /// Half of what the closed loop reached, and the rates that were asked for.
    fn open(&mut self, closed: &[Line]) -> Vec<Line> {
        let mut table = Table::default();
        for row in [Row::Receptions, Row::Issue, Row::Mix] {
            if !self.settings.rows.contains(&row) {
                continue;
            }
            let reached = |line: &&Line| line.row == row.name() && !line.before && line.connections == CONNECTIONS;
            let half = match closed.iter().find(reached) {
                Some(line) => line.per_second.median / 2.0,
                None => {
                    let round = self.site.measure(row, Arrivals::Closed, CONNECTIONS, self.lengths());
                    round.measured.done as f64 / round.measured.length.as_secs_f64() / 2.0
                }
            };
            let given = if row == Row::Issue { &[][..] } else { &self.settings.rates[..] };
            for _ in 0..self.settings.rounds {
                for rate in std::iter::once(half).chain(given.iter().copied()) {
                    self.once(&mut table, row, Arrivals::Open(rate), OPEN_CONNECTIONS, self.lengths());
                }
            }
        }
        table.lines()
    }

    /// One connection, each question after the last answer; one round.
    fn questions(&mut self) -> Vec<Line> {
        let mut table = Table::default();
        for at in 0..questions::NAMES.len() {
            self.once(&mut table, Row::Question(at), Arrivals::Closed, 1, half(self.lengths()));
        }
        table.lines()
    }

    fn long(&mut self) -> Vec<Line> {
        let mut table = Table::default();
        for row in [Row::Receptions, Row::Mix].into_iter().filter(|row| self.settings.rows.contains(row)) {
            let lengths = (Duration::ZERO, self.settings.long);
            self.once(&mut table, row, Arrivals::Closed, CONNECTIONS, lengths);
        }
        table.lines()
    }

    /// Right after a start, with nothing of the store in the page cache, and without warming up.
    fn cold(mut self) -> Vec<Line> {
        let mut table = Table::default();
        for row in [Row::Issue, Row::History, Row::List, Row::Mix] {
            self.site = self.site.cooled_down();
            let round = self.site.measure(row, Arrivals::Closed, CONNECTIONS, (Duration::ZERO, self.settings.seconds));
            table.add(row, false, CONNECTIONS, Arrivals::Closed, round);
        }
        table.lines()
    }

    /// A round of a row by whoever it is asked of, of the earlier version too.
    fn once(
        &mut self,
        table: &mut Table,
        row: Row,
        arrivals: Arrivals,
        connections: usize,
        lengths: (Duration, Duration),
    ) {
        if !row.of_the_product() {
            if let Some(round) = self.peers.measure(row, &mut self.site, connections, lengths) {
                table.add(row, false, connections, arrivals, round);
            }
            return;
        }
        table.add(row, false, connections, arrivals, self.site.measure(row, arrivals, connections, lengths));
        if let Some(before) = &mut self.before {
            table.add(row, true, connections, arrivals, before.measure(row, arrivals, connections, lengths));
        }
    }

    fn lengths(&self) -> (Duration, Duration) {
        (self.settings.seconds / 5, self.settings.seconds)
    }
}

/// Machine and versions, the store, how it was called and how often it was measured.
fn conditions(settings: &Settings, site: &Site, no_umadb: Option<String>) -> String {
    let (issues, events) = (thousands(site.store.ids.len() as f64), thousands(site.head() as f64));
    let store = if site.store.is_copied() { "a copy" } else { "a store that earlier runs have added to" };
    let Settings { command, rounds, .. } = settings;
    let seconds = settings.seconds.as_secs_f64();
    let machine = conditions::line(&settings.stores);
    let no_umadb = no_umadb.map_or_else(String::new, |why| format!("\nUmaDB was not measured: {why}."));
    format!(
        "{machine}\n`cargo bench -p huiyin --bench load -- {command}`; {issues} issues in {events} events at the beginning, in {store}; \
         interleaved rounds: {rounds}, of {seconds} s after a fifth of that to warm up (half as long with other than {CONNECTIONS} connections); \
         medians, lowest and highest round in brackets.{no_umadb}"
    )
}

fn half((warm_up, length): (Duration, Duration)) -> (Duration, Duration) {
    (warm_up / 2, length / 2)
}

/// Where the figures of a size are kept.
pub fn kept(stores: &Path, issues: usize) -> PathBuf {
    stores.join(format!("results-{issues}.json"))
}
