//! `huiyin clock`: runs the clock over obligations, by asking a running server or, where there is none, with the data
//! directory opened here.

use super::local;
use super::remote::{CommandResult, RemoteServer, Trouble};
use crate::terminal::print;
use api::clock::running::{self, RunError};
use api::problem::causes;
use api::state::AppState;
use casework::Failure;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use clap::{Arg, ArgAction, ArgMatches, Command};
use domain::language::Language;
use read_models::ListError;
use serde_json::json;
use std::time::{Duration, Instant};

/// How long it waits for the rows of a directory that nobody serves.
const PATIENCE: Duration = Duration::from_secs(3600);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// `huiyin clock [--until TIME] [--dry-run]` with its options.
pub fn command(language: Language) -> Command {
    let command = Command::new("clock")
        .about(language.pick(
            "运行履职时钟：记录截至某一时刻已发生的逾期和催办、督办、通报",
            "Run the clock over obligations: record the breaches and tiers that came about up to an instant",
        ))
        .arg(
            Arg::new("until")
                .long("until")
                .env("HUIYIN_UNTIL")
                .value_name("TIME")
                .value_parser(DateTime::parse_from_rfc3339)
                .help(language.pick(
                    "截至时刻，如 2027-01-01T00:00:00+08:00；省略时为现在",
                    "Up to this instant, such as 2027-01-01T00:00:00+08:00; left out it is now",
                )),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .env("HUIYIN_DRY_RUN")
                .action(ArgAction::SetTrue)
                .help(language.pick("只说有多少，不记录", "Only tell how much it is; record nothing")),
        );
    RemoteServer::options(command, language)
}

/// Runs it by the server that answers, else in the data directory.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let remote = RemoteServer::of(matches, language);
    let until = matches.get_one::<DateTime<FixedOffset>>("until").map(DateTime::to_utc);
    let dry_run = matches.get_flag("dry-run");
    let events = match by_asking(&remote, until, dry_run) {
        Err(Trouble::NoServer(_)) => by_oneself(&remote, until, dry_run)?,
        ended => ended?,
    };
    print(&told(events, dry_run, language));
    Ok(())
}

fn told(events: u64, dry_run: bool, language: Language) -> String {
    match (language, dry_run) {
        (Language::Zh, false) => format!("已记录 {events} 条"),
        (Language::Zh, true) => format!("待记录 {events} 条"),
        (Language::En, false) => format!("{events} events recorded"),
        (Language::En, true) => format!("{events} events to be recorded"),
    }
}

fn by_asking(remote: &RemoteServer, until: Option<DateTime<Utc>>, dry_run: bool) -> Result<u64, Trouble> {
    let until = until.map(|until| until.to_rfc3339_opts(SecondsFormat::Millis, true));
    let body = until.map_or_else(|| json!({}), |until| json!({"until": until}));
    let answer = remote.json("POST", &format!("/v1/clock-runs?dry_run={dry_run}"), Some(&body))?;
    Ok(answer["clock_run"]["events"].as_u64().unwrap_or_default())
}

fn by_oneself(remote: &RemoteServer, until: Option<DateTime<Utc>>, dry_run: bool) -> Result<u64, Trouble> {
    let language = remote.language;
    let cannot = |failure: Failure| Trouble::Cannot(causes::of_failure(&failure, language));
    local::open(remote)?.with_boards(remote, async |casework, read_models| {
        let drawn = casework.recompute_deadlines(event_store::Position(0)).await;
        drawn.map_err(cannot)?;
        let app = AppState::new(casework, read_models);
        let until = until.unwrap_or_else(|| app.casework.now());
        let began = Instant::now();
        let ran = loop {
            match running::run(&app, until, dry_run).await {
                // The rows are being folded: with a log of years that takes minutes.
                Err(RunError::Behind(_) | RunError::Rows(ListError::Unavailable(_))) if began.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                ended => break ended,
            }
        };
        let ran = ran.map_err(|error| match error {
            RunError::Failed(failure) => cannot(failure),
            RunError::Behind(_) | RunError::Rows(_) => Trouble::Cannot(error.to_string()),
        });
        Ok(ran?.events)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_it_was_is_told_in_both_languages() {
        assert_eq!(told(3, false, Language::Zh), "已记录 3 条");
        assert_eq!(told(0, true, Language::En), "0 events to be recorded");
    }
}
