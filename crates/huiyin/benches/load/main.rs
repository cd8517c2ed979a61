//! How fast the server answers under a load that looks like a working day.
//!
//! `cargo bench -p huiyin --bench load` measures everything and prints tables; with `--write` it puts them into
//! docs/PERFORMANCE.md. `cargo bench -p huiyin --bench load -- --rows receptions,issue --seconds 2 --rounds 3` is a quick
//! look, `-- --help` lists what can be chosen.
//!
//! Each server is a process of its own: the product (and an earlier version of it, `HUIYIN_BENCH_BEFORE`) on stores of
//! `huiyin simulate`, bare handlers, a raw file behind one, and UmaDB. The load comes from one thread of this process
//! (`engine`), which asks nothing twice (`asker`). Rounds are interleaved.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its figures, and stops where it cannot go on"
)]

mod aims;
mod asker;
mod bare;
mod client;
mod conditions;
mod engine;
mod figures;
mod growing;
mod lag;
mod page;
mod peers;
mod process;
mod questions;
mod report;
mod row;
mod run;
mod servers;
mod settings;
mod site;
mod store;
mod texts;
mod town;
mod wire;

use run::{Results, Run, kept};
use settings::Settings;
use std::fs;

/// As in the product, so that both sides have the same.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != bare::ARGUMENT).skip(1);
    if let (Some(posted), Some(read), Some(file)) = (arguments.next(), arguments.next(), arguments.next()) {
        return bare::serve(posted.parse().unwrap(), read.parse().unwrap(), file.as_ref());
    }
    let settings = Settings::read();
    fs::create_dir_all(&settings.stores).unwrap();
    let largest = settings.issues.iter().max().copied();
    let mut all = Vec::new();
    for issues in settings.issues.iter().copied() {
        let results = Run::of(&settings, issues, Some(issues) == largest);
        if settings.write {
            keep(&settings, results);
        } else {
            all.push(results);
        }
    }
    if settings.write {
        // What other runs measured stays.
        all = kept_results(&settings);
    }
    let (aims, tables) = (aims::table(&all), report::tables(&all, settings.threads));
    if settings.write {
        page::write(&aims, &tables);
    } else {
        println!("{aims}\n\n{tables}");
    }
}

/// Writes down what was measured, beside the parts of that size that were measured earlier.
fn keep(settings: &Settings, results: Results) {
    let file = kept(&settings.stores, results.issues);
    let earlier = fs::read(&file).ok().and_then(|earlier| serde_json::from_slice::<Results>(&earlier).ok());
    let mut all = earlier.unwrap_or_default();
    all.issues = results.issues;
    all.parts.extend(results.parts);
    fs::write(file, serde_json::to_string_pretty(&all).unwrap()).unwrap();
}

/// Of every size that was measured and kept, smallest first.
fn kept_results(settings: &Settings) -> Vec<Results> {
    let files = fs::read_dir(&settings.stores).unwrap().flatten();
    let ours = files.filter(|file| file.file_name().to_string_lossy().starts_with("results-"));
    let mut all: Vec<Results> =
        ours.map(|file| serde_json::from_str(&fs::read_to_string(file.path()).unwrap()).unwrap()).collect();
    all.sort_by_key(|results| results.issues);
    all
}
