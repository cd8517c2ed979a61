//! `huiyin simulate`: years of invented casework in a fresh data directory, told through the same use cases that serve
//! the API. It opens the directory itself; no read model runs meanwhile.

use super::remote::{CommandResult, Trouble, directories, options_of};
use super::values::{self, Invalid};
use crate::admin_token;
use crate::background;
use crate::bootstrap;
use crate::files;
use crate::progress::Bar;
use crate::terminal::{print, say};
use api::problem::causes;
use api::reviews::frozen::digests;
use api::server;
use casework::bootstrap::{Bootstrap, Started};
use casework::{Casework, Failure};
use clap::{Arg, ArgMatches, Command};
use domain::language::Language;
use event_store::open::{OpenOptions, OpenedLog, Progress};
use event_store::{EventStore, Position};
use serde_json::Value;
use simulate::{Extent, Report, SimulatedClock, tell, thousandths};
use std::ops::{ControlFlow, RangeInclusive};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Years, in thousandths: two and a half weeks to forty years.
const YEARS: RangeInclusive<u32> = 50..=40_000;
/// Towns' worth, in thousandths.
const TOWNS_WORTH: RangeInclusive<u32> = 100..=1_000_000;
/// sled's cache while a story is told, bytes. Nobody else is served meanwhile, and pages that stay need not be read
/// again: old issues are touched as often as new ones.
const CACHE_BYTES: u64 = 1024 * 1024 * 1024;

/// `huiyin simulate` with its options.
pub fn command(language: Language) -> Command {
    let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
    let about = say(
        "在空的数据目录中写入若干年的模拟记录，到现在为止（事项均为虚构；党代表用名单中的真实姓名，其余姓名为虚构）",
        "Fill an empty data directory with years of simulated casework that end now (all that happens is invented, and all names but those of the Party delegates, which are the roster's)",
    );
    let decimal = |name: &'static str, variable: &'static str, bounds: RangeInclusive<u32>| {
        Arg::new(name)
            .long(name)
            .env(variable)
            .value_name("N")
            .value_parser(move |text: &str| within(text, &bounds, language))
    };
    directories(Command::new("simulate").about(about), language)
        .arg(
            decimal("years", "HUIYIN_YEARS", YEARS)
                .default_value("1")
                .help(say("年数，可为小数（0.05 至 40）", "How many years; a decimal number (0.05 to 40)")),
        )
        .arg(decimal("towns-worth", "HUIYIN_TOWNS_WORTH", TOWNS_WORTH).default_value("1").help(say(
            "接待和事项的数量相当于几个镇（0.1 至 1000）；网格和人员仍是一个镇的",
            "How many towns' worth of receptions and issues (0.1 to 1000); grids and people stay those of one",
        )))
        .arg(
            Arg::new("seed")
                .long("seed")
                .env("HUIYIN_SEED")
                .value_name("N")
                .default_value("1")
                .value_parser(values::whole::<u64>(language, 0..=u64::MAX))
                .help(say(
                    "随机种子；种子和起止日期相同，经过就相同",
                    "Seed of chance; the same seed tells the same story of the same days",
                )),
        )
}

fn within(text: &str, bounds: &RangeInclusive<u32>, language: Language) -> Result<u32, Invalid> {
    let number = thousandths(text).filter(|number| bounds.contains(number));
    let decimal = |number: u32| f64::from(number) / 1000.0;
    number.ok_or_else(|| values::between(language, &decimal(*bounds.start()), &decimal(*bounds.end())))
}

/// Tells the story and says what it came to. Asked to stop (Ctrl-C, SIGTERM), it ends after the commands under way.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let options = OpenOptions { cache_bytes: CACHE_BYTES, ..options_of(matches) };
    let number = |name: &str| matches.get_one::<u32>(name).copied().unwrap_or(1000);
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or(1);
    let extent = Extent::ending_now(number("years"), number("towns-worth"), seed);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(cannot)?;
    let begun = Instant::now();
    let report = runtime.block_on(simulate(&options, &extent, language))?;
    for line in lines(&report, begun.elapsed(), &options.data, language) {
        print(&line);
    }
    Ok(())
}

fn cannot(error: impl std::fmt::Display) -> Trouble {
    Trouble::Cannot(error.to_string())
}

async fn simulate(options: &OpenOptions, extent: &Extent, language: Language) -> Result<Report, Trouble> {
    let bar = Bar::new(language.pick("打开", "opening"));
    let opened = event_store::open::open(options, &|progress: Progress| bar.at(progress.done, progress.total)).await;
    bar.done();
    let OpenedLog { log, keys, notes, .. } =
        opened.map_err(|error| cannot(language.pick(&error.message.zh, &error.message.en)))?;
    for note in notes {
        say(language.pick(&note.zh, &note.en));
    }
    let clock = SimulatedClock::standing_at(extent.begins_at);
    let store = EventStore::start(log, clock.clock()).await.map_err(cannot)?;
    let told = match store.head().position {
        Position(0) => story(&store, Arc::new(keys), &clock, &options.data, extent, language).await,
        Position(_) => Err(cannot(language.pick(
            "模拟记录只能写入空的日志，而此数据目录已有记录。请换一个目录。",
            "`simulate` needs an empty log, and this data directory holds one. Name another.",
        ))),
    };
    store.shutdown().await;
    told
}

async fn story(
    store: &EventStore,
    keys: Arc<event_store::KeyDirectory>,
    clock: &SimulatedClock,
    data: &Path,
    extent: &Extent,
    language: Language,
) -> Result<Report, Trouble> {
    let in_words = |failure: Failure| cannot(causes::of_failure(&failure, language));
    let bootstrap = in_force_from(bootstrap::compiled_in(true).map_err(cannot)?, extent);
    let token_file = admin_token::file(data);
    let Started { casework, .. } =
        Casework::start(store.clone(), keys, clock.clock(), &bootstrap, |token| admin_token::keep(&token_file, token))
            .await
            .map_err(in_words)?;
    let casework = casework.with_files(files::open(data, language).map_err(Trouble::Cannot)?);
    let stop = Arc::new(AtomicBool::new(false));
    let (asked, stopping) = (server::asked_to_stop().map_err(cannot)?, Arc::clone(&stop));
    let listening = tokio::spawn(async move {
        asked.await;
        stopping.store(true, Ordering::Relaxed);
    });
    let bar = Bar::new(language.pick("模拟", "simulating"));
    let progress = |leaves: u64, expected: u64| {
        bar.at(leaves, expected);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let told = tell(&casework, clock, extent, &digests, &progress).await.map_err(in_words);
    bar.done();
    listening.abort();
    if told.is_ok() {
        // The story drew the consequences of its calendars itself; the server need not look at every issue again.
        background::keep_drawn(data, casework.reference().calendars.newest().map(Position).unwrap_or_default());
    }
    told
}

/// Programme and policy in force when the story begins, however long ago that is.
fn in_force_from(bootstrap: Bootstrap, extent: &Extent) -> Bootstrap {
    let begins_on = extent.begins_at.date_naive();
    let mut bootstrap = bootstrap;
    if begins_on < bootstrap.effective_on {
        bootstrap.effective_on = begins_on;
        bootstrap.policy["effective_from"] = Value::from(begins_on.to_string());
    }
    bootstrap
}

fn lines(report: &Report, took: Duration, data: &Path, language: Language) -> [String; 2] {
    let (sessions, receptions) = (report.sessions, report.receptions);
    let (issues, majors) = (report.issues, report.major_issues);
    let (leaves, seconds) = (report.leaves, took.as_secs_f64());
    let rate = u128::from(leaves) * 1000 / took.as_millis().max(1);
    let begin = match report.broken_off {
        true => language.pick("提前停止：", "Stopped early: "),
        false => language.pick("已模拟：", "Simulated: "),
    };
    let mut told = match language {
        Language::Zh => format!(
            "{begin}{sessions} 场接待场次、{receptions} 次接待、{issues} 件事项、{majors} 件重大问题，共 {leaves} 条记录，用时 {seconds:.1} 秒（每秒 {rate} 条）。"
        ),
        Language::En => format!(
            "{begin}{sessions} sessions, {receptions} receptions, {issues} issues and {majors} major issues, {leaves} events in {seconds:.1} s ({rate} events/s)."
        ),
    };
    if report.refusals() > 0 {
        let each: Vec<String> = report.refused.iter().map(|(what, count)| format!("{what} {count}")).collect();
        told.push_str(language.pick("被规则拒绝而略去：", " Left out because a rule refused: "));
        told.push_str(&each.join(", "));
    }
    let next = language.pick("启动服务：", "Serve it with:");
    [told, format!("{next} huiyin serve --data {}", data.display())]
}
