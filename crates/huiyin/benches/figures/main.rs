//! Whether figures cost more as the log grows: dashboards, lists and reviews at two sizes, beside a bare handler and a
//! plain SQL count in the same run; and how long opening, catching up and rebuilding take.
//!
//! `cargo bench -p huiyin --bench figures` prints tables for docs/PERFORMANCE.md. The stores are made by `huiyin simulate`
//! below cargo's directory and kept there: 20 years with about 10,000 issues, and with as many towns' worth as
//! `HUIYIN_BENCH_TOWNS` says (2; the published figures are of 21, about 1,000,000 issues). Each question is asked over one
//! keep-alive connection, the next after the last answer, `HUIYIN_BENCH_SECONDS` long (2); both sizes take turns,
//! `HUIYIN_BENCH_ROUNDS` times (3), and a figure is the median of its rounds. `HUIYIN_BENCH_PART` may be `growing` or
//! `answering`, for one of the two tables only.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot go on"
)]

#[path = "../http/bare.rs"]
mod bare;
#[path = "../http/conditions.rs"]
mod conditions;
#[path = "../http/load.rs"]
mod load;
mod questions;
mod sql;
mod store;

use load::{Figures, Request};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;
use store::{Served, Store};

/// As in the product.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != bare::ARGUMENT).skip(1);
    if let (Some(posted), Some(read)) = (arguments.next(), arguments.next()) {
        return bare::serve(posted.parse().unwrap(), read.parse().unwrap());
    }
    let seconds = Duration::from_secs_f64(setting("HUIYIN_BENCH_SECONDS", 2.0));
    let rounds: usize = setting("HUIYIN_BENCH_ROUNDS", 3);
    let towns: f64 = setting("HUIYIN_BENCH_TOWNS", 2.0);

    let stores = [Store::simulated(0.21), Store::simulated(towns)];
    println!("{}\n", conditions::line(&stores[1].data, seconds, rounds));
    let part: String = setting("HUIYIN_BENCH_PART", String::new());
    if part != "answering" {
        growing(&stores);
    }
    if part != "growing" {
        answering(&stores, seconds, rounds);
    }
}

/// Opening, catching up, rebuilding, and memory.
fn growing(stores: &[Store]) {
    println!(
        "| Events | Issues | Catch-up, events/s | Rebuild, events/s | Ready after a stop | Ready after kill -9 | Memory |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for store in stores {
        store.forget_read_models();
        let mut served = store.serve();
        let caught_up = served.caught_up();
        let (events, issues) = (served.head(), sql::issues(&store.data));
        let rebuilt = served.rebuilt();
        served.stop();
        let (mut served, after_stop) = store.serve_timed();
        served.kill();
        let (mut served, after_kill) = store.serve_timed();
        for question in questions::all(&served) {
            served.ask(&question.path);
        }
        let rate = |took: Duration| f64::from(u32::try_from(events).unwrap()) / took.as_secs_f64();
        println!(
            "| {events} | {issues} | {:.0} | {:.0} | {:.2} s | {:.2} s | {} MB |",
            rate(caught_up),
            rate(rebuilt),
            after_stop.as_secs_f64(),
            after_kill.as_secs_f64(),
            served.memory_kib() / 1024
        );
        served.stop();
    }
    println!();
}

/// Every question at both sizes, in turns.
fn answering(stores: &[Store], seconds: Duration, rounds: usize) {
    let mut all: Vec<Served> = stores.iter().map(Store::serve).collect();
    for served in &all {
        served.caught_up();
    }
    let asked: Vec<Vec<questions::Question>> = all.iter().map(questions::all).collect();
    let (bare_pid, bare_address) = bare(all[1].ask(&asked[1][0].path).len());
    let bare_request = Request::get(bare::GET, &all[1].token);
    let rows = asked[0].len();
    let mut figures: Vec<Vec<Figures>> = vec![Vec::new(); rows * all.len() + 1];
    for _ in 0..rounds {
        figures[rows * 2].push(load::measure(bare_address, bare_pid, &bare_request, 200, 1, seconds));
        for row in 0..rows {
            for (size, served) in all.iter().enumerate() {
                let request = Request::get(&asked[size][row].path, &served.token);
                let measured = load::measure(served.address, served.pid(), &request, 200, 1, seconds);
                figures[row * 2 + size].push(measured);
            }
        }
    }
    println!(
        "| Question | p50 small | p50 large | p99 small | p99 large | p99 large / small | Plain SQL count, large |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let one = Figures::median(&figures[rows * 2]);
    println!(
        "| bare handler, same length as the first answer | | {:.2} ms | | {:.2} ms | | |",
        ms(one.p50),
        ms(one.p99)
    );
    for row in 0..rows {
        let [small, large] = [0, 1].map(|size| Figures::median(&figures[row * 2 + size]));
        let question = &asked[1][row];
        let count = question.count.as_ref().map(|count| ms(sql::timed(&stores[1].data, count)));
        println!(
            "| {} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} | {} |",
            question.name,
            ms(small.p50),
            ms(large.p50),
            ms(small.p99),
            ms(large.p99),
            ms(large.p99) / ms(small.p99),
            count.map_or_else(String::new, |took| format!("{took:.2} ms")),
        );
    }
    for served in &mut all {
        served.stop();
    }
}

/// The bare handler, which ends with this process's standard input.
fn bare(bytes: usize) -> (u32, SocketAddr) {
    let length = bytes.to_string();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([bare::ARGUMENT, &length, &length])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port.trim().parse().unwrap()));
    let pid = child.id();
    store::end_with_this_process(child);
    (pid, address)
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
