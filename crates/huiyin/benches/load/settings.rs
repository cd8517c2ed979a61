//! What is measured, how often and how long: arguments, each with a default.

use crate::row::Row;
use crate::run::CONNECTIONS;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// What a run consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// Opening, catching up, rebuilding, disk and memory.
    Growing,
    /// Every row in a closed loop.
    Closed,
    /// Arrivals that do not wait for answers.
    Open,
    /// Each question of the boards and the log by itself.
    Questions,
    /// With nothing of the store in the page cache.
    Cold,
    /// Receptions and the mix for longer, fifth by fifth.
    Long,
}

impl Part {
    const ALL: [(&str, Self); 6] = [
        ("growing", Self::Growing),
        ("closed", Self::Closed),
        ("open", Self::Open),
        ("questions", Self::Questions),
        ("cold", Self::Cold),
        ("long", Self::Long),
    ];
}

/// One run.
pub struct Settings {
    pub issues: Vec<usize>,
    pub parts: Vec<Part>,
    pub rows: Vec<Row>,
    connections: Vec<usize>,
    /// Rows were named.
    chosen: bool,
    pub rates: Vec<f64>,
    pub seconds: Duration,
    pub long: Duration,
    pub rounds: usize,
    pub stores: PathBuf,
    pub binary: OsString,
    pub before: Option<OsString>,
    pub umadb: Option<PathBuf>,
    pub threads: bool,
    pub write: bool,
    /// As it was called, for the head of the tables.
    pub command: String,
}

impl Settings {
    /// From the command line and the environment.
    pub fn read() -> Self {
        let matches = command().get_matches();
        let many = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned().collect::<Vec<_>>();
        let rows: Vec<Row> = many("rows").iter().map(|name| Row::named(name)).collect();
        let chosen = !rows.is_empty();
        let parts = match many("parts").as_slice() {
            [] if chosen => vec![Part::Closed],
            [] => Part::ALL.iter().map(|(_, part)| *part).collect(),
            names => names.iter().map(|name| part(name)).collect(),
        };
        Self {
            issues: numbers(&matches, "issues"),
            parts,
            rows: if chosen { with_bare(rows) } else { Row::IN_TABLE.to_vec() },
            connections: numbers(&matches, "connections"),
            chosen,
            rates: many("rates").iter().map(|rate| rate.parse().expect("a rate is a number")).collect(),
            seconds: seconds(&matches, "seconds"),
            long: seconds(&matches, "long"),
            rounds: matches.get_one::<usize>("rounds").copied().unwrap_or(1).max(1),
            stores: matches.get_one::<PathBuf>("stores").cloned().unwrap_or_default(),
            binary: matches.get_one::<OsString>("binary").cloned().unwrap_or_default(),
            before: matches.get_one::<OsString>("before").cloned(),
            umadb: matches.get_one::<PathBuf>("umadb").cloned(),
            threads: matches.get_flag("threads"),
            write: matches.get_flag("write"),
            command: std::env::args().skip(1).filter(|word| word != "--bench").collect::<Vec<_>>().join(" "),
        }
    }

    /// Numbers of connections of the closed loop: all of the table on the largest store, else the one that all rows have.
    pub fn connections(&self, largest: bool) -> Vec<usize> {
        match self.connections.as_slice() {
            [] if self.chosen || !largest => vec![CONNECTIONS],
            [] => vec![1, 16, CONNECTIONS, 256],
            given => given.to_vec(),
        }
    }

    /// Rows of the closed loop with so many connections: all of them with the usual number, or where they were named.
    pub fn rows_at(&self, connections: usize) -> Vec<Row> {
        let all = self.chosen || connections == CONNECTIONS;
        self.rows.iter().copied().filter(|row| all || Row::MAIN.contains(row)).collect()
    }

    /// Whether a part was asked for.
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}

/// Every row of the product brings the bare handler that it is compared with.
fn with_bare(rows: Vec<Row>) -> Vec<Row> {
    let mut all: Vec<Row> = rows.iter().filter_map(|row| row.bare()).collect();
    all.extend(rows);
    let mut once = Vec::new();
    for row in all {
        if !once.contains(&row) {
            once.push(row);
        }
    }
    once
}

fn part(name: &str) -> Part {
    let known = || Part::ALL.map(|(name, _)| name).join(", ");
    Part::ALL.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name}: parts are {}", known())).1
}

fn seconds(matches: &ArgMatches, name: &str) -> Duration {
    Duration::from_secs_f64(matches.get_one::<f64>(name).copied().unwrap_or(1.0))
}

fn numbers(matches: &ArgMatches, name: &str) -> Vec<usize> {
    matches.get_many::<usize>(name).into_iter().flatten().copied().collect()
}

fn command() -> Command {
    let list = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_delimiter(',').help(help);
    let one = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name).long(name).default_value(default).help(help)
    };
    Command::new("load")
        .about("How fast the server answers under a load that looks like a working day")
        .arg(list("issues", "Sizes of the stores").value_parser(value_parser!(usize)).default_value("10000"))
        .arg(list("parts", "growing, closed, open, questions, cold, long; all, or `closed` where rows are named"))
        .arg(list("rows", "Rows of the closed and the open loop; all of the table"))
        .arg(
            list("connections", "Connections: 1,16,64,256, or 64 where rows are named")
                .value_parser(value_parser!(usize)),
        )
        .arg(list("rates", "Arrivals a second of the open loop, beside half of the closed loop's rate"))
        .arg(one("seconds", "2", "Length of one measurement").value_parser(value_parser!(f64)))
        .arg(one("long", "20", "Length of a measurement of the part `long`").value_parser(value_parser!(f64)))
        .arg(one("rounds", "3", "How often each is made, in turns").value_parser(value_parser!(usize)))
        .arg(
            one("stores", concat!(env!("CARGO_TARGET_TMPDIR"), "/load-stores"), "Where the stores are kept")
                .env("HUIYIN_BENCH_STORES")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            one(
                "binary",
                env!("CARGO_BIN_EXE_huiyin"),
                "The binary that is measured; the one that was built with this",
            )
            .env("HUIYIN_BENCH_BINARY")
            .value_parser(value_parser!(OsString)),
        )
        .arg(
            Arg::new("before")
                .long("before")
                .env("HUIYIN_BENCH_BEFORE")
                .value_parser(value_parser!(OsString))
                .help("The binary of an earlier version, measured beside"),
        )
        .arg(
            Arg::new("umadb")
                .long("umadb")
                .env("HUIYIN_BENCH_UMADB")
                .value_parser(value_parser!(PathBuf))
                .help("The server of UmaDB; otherwise it is installed from the Python registry"),
        )
        .arg(flag("threads", "Print where the server's processor time goes, by threads"))
        .arg(flag("write", "Keep the figures beside the stores and write the tables into docs/PERFORMANCE.md"))
        .arg(flag("bench", "As cargo says").hide(true))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}
