//! What access rules cost, and whether the time of a 404 tells what is there.
//!
//! `cargo bench -p huiyin --bench access` starts two servers of its own over the same year, one of which has adopted the
//! access table, and asks over HTTP, one question after the other. What is not yours and what is not there take turns, and
//! no id is asked for twice; two servers take turns in blocks. The first sight of an issue on a day, which is recorded, is
//! held beside a later one, and the leaves are counted that a day of a town makes. Each row has medians, their ratio, and
//! how long all but one in twenty took.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its figures, and stops where it cannot go on"
)]

mod client;
mod day;
#[path = "../common/product.rs"]
mod product;
mod town;

use client::Client;
use std::time::Duration;
use town::Town;
use uuid::Uuid;

/// So many questions of each of two things that are compared.
const QUESTIONS: usize = 10_000;
/// So many of a list, which takes longer.
const PAGES: usize = 1_000;
/// So many come before, which do not count.
const WARMING: usize = 500;
/// So many of one server before it is the other's turn: with fewer it is measured what a processor forgets in between.
const BLOCK: usize = 50;
/// Connections one after the other, over which the questions of two servers are spread.
const ROUNDS: usize = 20;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let mut town = Town::told(dir.path());
    println!("\n| 404, by a convener | Each | Not yours | Not there | Ratio | Not yours, p95 | Not there, p95 |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let mut convener = Client::open(town.adopted.address, &town.tokens["convener"]);
    let kinds = town.ids.iter().map(|(_, others, _)| others.len().min(QUESTIONS)).collect::<Vec<_>>();
    let all: usize = kinds.iter().sum();
    // As the town has them, and so many together that it is the number said above.
    let mut together = (Vec::new(), Vec::new());
    for ((path, others, _), kind) in town.ids.iter_mut().zip(kinds) {
        let share = (QUESTIONS * kind).div_ceil(all.max(QUESTIONS)).min(kind);
        others.truncate(share + WARMING.min(kind - share));
        let warming = others.split_off(share);
        missing(&mut convener, path, &warming);
        let [not_yours, not_there] = missing(&mut convener, path, others);
        row(&format!("`/v1/{path}/{{id}}`"), &not_yours, &not_there);
        together.0.extend(not_yours);
        together.1.extend(not_there);
    }
    row("all of them", &together.0, &together.1);
    let own = &town.ids[0].2;
    let one = |n: usize| format!("/v1/issues/{}", own[n % own.len()]);
    println!("\n| Sights, adopted | Each | First of the day | Later | Ratio | First, p95 | Later, p95 |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let mut office = Client::open(town.adopted.address, &town.tokens["congress_office"]);
    let mut sights = || -> Vec<Duration> {
        own.iter().take(PAGES).map(|id| asked(&mut office, &format!("/v1/issues/{id}"), 200)).collect()
    };
    let (first, later) = (sights(), sights());
    row("one issue, congress_office", &first, &later);
    let day = day::Day::of(&town);
    let [morning, afternoon] = day.leaves;
    println!("\n| A day of a town | Accounts | Questions | Leaves of the morning | Of the afternoon |");
    println!("|---|---:|---:|---:|---:|");
    println!("| views | {} | {} | {morning} | {afternoon} |", day.accounts, day.questions);
    println!("\n| Access | Each | Adopted | Not adopted | Ratio | Adopted, p95 | Not adopted, p95 |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    // What is compared are later sights: nothing is recorded on the way.
    for id in own {
        asked(&mut convener, &format!("/v1/issues/{id}"), 200);
    }
    for role in ["convener", "congress_office"] {
        compared(&town, role, &format!("one issue, {role}"), QUESTIONS, one);
    }
    let page = format!("/v1/issues?limit=50&grid_id={}", town.grid);
    for role in ["convener", "congress_office"] {
        compared(&town, role, &format!("page of 50 issues of a grid, {role}"), PAGES, |_| page.clone());
    }
    compared(&town, "congress_office", "page of 50 issues, congress_office", PAGES, |_| {
        "/v1/issues?limit=50".to_owned()
    });
    println!("\n| Page of 50 issues, adopted | Each | Median | p95 |\n|---|---:|---:|---:|");
    for role in ["delegate", "convener", "party_studio", "handling_unit", "congress_office"] {
        let mut asker = Client::open(town.adopted.address, &town.tokens[role]);
        let mut took: Vec<Duration> = (0..PAGES / 5).map(|_| asked(&mut asker, "/v1/issues?limit=50", 200)).collect();
        took.sort();
        println!("| {role} | {} | {} | {} |", took.len(), at(&took, 50), at(&took, 95));
    }
}

/// What is there and not the asker's, and what is not there, in turns.
fn missing(asker: &mut Client, path: &str, others: &[String]) -> [Vec<Duration>; 2] {
    let mut took = [Vec::new(), Vec::new()];
    for (n, id) in others.iter().enumerate() {
        // An id of the same time, so that it is looked for where those that are there lie.
        let near: Uuid = id.parse().unwrap();
        let ms = (near.as_u128() >> 80) as u64;
        let nobodys = uuid::Builder::from_unix_timestamp_millis(ms, &random()).into_uuid();
        let mut ask = |which: usize, id: &str| {
            let one = asked(asker, &format!("/v1/{path}/{id}"), 404);
            took[which].push(one);
        };
        // Now the one first, now the other.
        let nobodys = nobodys.to_string();
        for which in if n % 2 == 0 { [0, 1] } else { [1, 0] } {
            ask(which, if which == 0 { id } else { &nobodys });
        }
    }
    took
}

fn random() -> [u8; 10] {
    std::array::from_fn(|_| fastrand::u8(..))
}

/// The same questions of both servers, in turns of a block.
///
/// Each round has connections of its own: which thread of the server answers a connection, and on which processor, is chance
/// once a connection, and worth more than what is measured.
fn compared(town: &Town, role: &str, what: &str, times: usize, path: impl Fn(usize) -> String) {
    let servers = [&town.open, &town.adopted];
    let mut took = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        let mut askers = servers.map(|server| Client::open(server.address, &town.tokens[role]));
        let mut ask = |which: usize, n: usize| asked(&mut askers[which], &path(n), 200);
        let first = round * times / ROUNDS;
        for n in first..first + WARMING / ROUNDS {
            ask(0, n);
            ask(1, n);
        }
        let numbers: Vec<usize> = (first..first + times / ROUNDS).collect();
        for (turn, block) in numbers.chunks(BLOCK).enumerate() {
            for which in if turn % 2 == 0 { [0, 1] } else { [1, 0] } {
                took[which].extend(block.iter().map(|n| ask(which, *n)));
            }
        }
    }
    row(what, &took[1], &took[0]);
}

fn asked(asker: &mut Client, path: &str, expected: u16) -> Duration {
    let (status, took) = asker.get(path);
    assert_eq!(status, expected, "{path}");
    took
}

fn row(what: &str, one: &[Duration], other: &[Duration]) {
    let [one, other] = [one, other].map(|took| {
        let mut sorted = took.to_vec();
        sorted.sort();
        sorted
    });
    let middle = |took: &[Duration]| took[took.len() / 2].as_secs_f64();
    println!(
        "| {what} | {} | {} | {} | {:.3} | {} | {} |",
        one.len(),
        at(&one, 50),
        at(&other, 50),
        middle(&one) / middle(&other),
        at(&one, 95),
        at(&other, 95)
    );
}

/// What so many of a hundred took at most, in microseconds.
fn at(sorted: &[Duration], percent: usize) -> String {
    let took = sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)];
    let us = took.as_secs_f64() * 1e6;
    if us < 100.0 { format!("{us:.1} µs") } else { format!("{us:.0} µs") }
}
