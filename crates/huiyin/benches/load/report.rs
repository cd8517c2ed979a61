//! The tables, as Markdown.

use crate::figures::{Line, Spread};
use crate::growing::Growing;
use crate::row::Row;
use crate::run::{Measurement, Results};
use crate::settings::Part;
use std::fmt::Write as _;

/// Every table of every size.
pub fn tables(all: &[Results], threads: bool) -> String {
    let mut out = String::new();
    for results in all {
        one_size(&mut out, results, threads);
    }
    if all.iter().any(|results| results.growing().is_some()) {
        let _infallible = writeln!(out, "### As the log grows\n");
        conditions(&mut out, all, Part::Growing);
        growing(&mut out, all);
    }
    if all.iter().any(|results| !results.lines(Part::Questions).is_empty()) {
        let _infallible = writeln!(
            out,
            "### Each question by itself\n\nOne connection, each question after the last answer, one round half as long; ids, days, grids, delegates and topics drawn anew each time.\n"
        );
        conditions(&mut out, all, Part::Questions);
        questions(&mut out, all);
    }
    out.trim_end().to_owned()
}

/// Those of a part, of each size for which they were not told with its tables above.
fn conditions(out: &mut String, all: &[Results], part: Part) {
    for results in all {
        let told = |part: &Part| results.parts.get(part).map(|measurement| &measurement.conditions);
        let here = told(&part);
        if here.is_some() && !ONE_SIZE.iter().any(|(part, _)| told(part) == here) {
            let _infallible = writeln!(out, "{}\n", here.map_or("", String::as_str));
        }
    }
}

/// What is measured at one size only.
const ONE_SIZE: [(Part, &str); 4] = [
    (Part::Closed, "Closed loop:"),
    (Part::Open, "Open loop, times from when each request was due:"),
    (
        Part::Cold,
        "Cold: right after a start, nothing of the store in the page cache, no warming up, 64 connections, one round:",
    ),
    (Part::Long, "For longer, 64 connections, one round, fifth by fifth:"),
];

/// The tables of one size; conditions wherever they are not those of the table above.
fn one_size(out: &mut String, results: &Results, threads: bool) {
    let _infallible = writeln!(out, "### With {} issues\n", thousands(results.issues as f64));
    let mut told = "";
    for (part, title) in ONE_SIZE {
        let Some(Measurement { conditions, seconds, .. }) = results.parts.get(&part) else { continue };
        if told != conditions {
            let _infallible = writeln!(out, "{conditions}\n");
            told = conditions;
        }
        let _infallible = writeln!(out, "{title}\n");
        match part {
            Part::Long => long(out, results.lines(part), *seconds),
            Part::Closed | Part::Open | Part::Cold | Part::Growing | Part::Questions => lines(out, results.lines(part)),
        }
    }
    if threads {
        self::threads(out, results.lines(Part::Closed));
    }
}

fn lines(out: &mut String, lines: &[Line]) {
    let _infallible = writeln!(
        out,
        "| What | Connections | A second | Of the bare handler | p50 | p99 | Server CPU | Generator | Memory | Read models behind |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    );
    for line in lines {
        let row = Row::named(&line.row);
        let behind = line.lag_events.zip(line.lag_ms).map(|(events, ms)| format!("{events:.0} events, {ms:.0} ms"));
        let _infallible = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} µs | {:.0} µs | {:.0} MB | {} |",
            label(line),
            line.rate.map_or_else(|| line.connections.to_string(), |rate| format!("{}/s due", thousands(rate))),
            rate(&line.per_second, line.refused),
            share(line, row, lines).map_or_else(String::new, |share| format!("{share:.0} %")),
            ms(&line.p50_ms),
            ms(&line.p99_ms),
            around(&line.cpu_us),
            line.generator_us,
            line.resident_mb,
            behind.unwrap_or_default(),
        );
    }
    out.push('\n');
}

fn label(line: &Line) -> String {
    format!("{}{}", Row::named(&line.row).label(), if line.before { ", before" } else { "" })
}

/// Of the bare handler with as many connections in the same run, percent.
pub fn share(line: &Line, row: Row, lines: &[Line]) -> Option<f64> {
    let bare = row.bare()?.name();
    let bare = lines.iter().find(|other| other.row == bare && other.connections == line.connections)?;
    Some(line.per_second.median / bare.per_second.median * 100.0)
}

fn long(out: &mut String, lines: &[Line], seconds: f64) {
    let _infallible = writeln!(
        out,
        "| What, for {seconds} s | A second, first fifth | last fifth | Memory after the first | after the last | p99 | Server CPU | Read models behind |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    );
    for line in lines {
        let [first, .., last] = line.fifths;
        let _infallible = writeln!(
            out,
            "| {} | {} | {} | {:.0} MB | {:.0} MB | {} | {:.0} µs | {:.0} events, {:.0} ms |",
            label(line),
            thousands(first.0),
            thousands(last.0),
            first.1,
            last.1,
            ms(&line.p99_ms),
            line.cpu_us.median,
            line.lag_events.unwrap_or_default(),
            line.lag_ms.unwrap_or_default(),
        );
    }
    out.push('\n');
}

fn growing(out: &mut String, all: &[Results]) {
    let _infallible = writeln!(
        out,
        "| Events | Catch-up, events/s | Rebuild, events/s | Ready after a stop | Ready after kill -9 under load | Log, bytes an event | Read models | Memory caught up | rebuilt | started again |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    );
    for one in all.iter().filter_map(Results::growing) {
        let Growing { events, catch_up, rebuild, after_stop, after_kill, log_bytes, models_bytes, .. } = one;
        let _infallible = writeln!(
            out,
            "| {} | {} | {} | {after_stop:.2} s | {after_kill:.2} s | {} | {} | {:.0} MB | {:.0} MB | {:.0} MB |",
            thousands(*events as f64),
            thousands(*catch_up),
            thousands(*rebuild),
            thousands(*log_bytes),
            thousands(*models_bytes),
            one.caught_up_mb,
            one.rebuilt_mb,
            one.restarted_mb,
        );
    }
    out.push('\n');
}

/// A row a question, two columns a size.
fn questions(out: &mut String, all: &[Results]) {
    let sizes: Vec<&Results> = all.iter().filter(|results| !results.lines(Part::Questions).is_empty()).collect();
    let mut head = "| Question |".to_owned();
    for results in &sizes {
        let issues = thousands(results.issues as f64);
        let _infallible = write!(head, " p50, {issues} issues | p99 | Server CPU |");
    }
    let _infallible = writeln!(out, "{head}\n|---|{}", "---:|---:|---:|".repeat(sizes.len()));
    for line in sizes[0].lines(Part::Questions) {
        let mut cells = format!("| {} |", label(line));
        for results in &sizes {
            let same = results
                .lines(Part::Questions)
                .iter()
                .find(|other| (&other.row, other.before) == (&line.row, line.before));
            // None was answered in time.
            let same = same.filter(|line| line.per_second.median > 0.0);
            let cell = same.map_or_else(
                || " – | – | – |".to_owned(),
                |line| format!(" {} | {} | {:.0} µs |", ms(&line.p50_ms), ms(&line.p99_ms), line.cpu_us.median),
            );
            cells.push_str(&cell);
        }
        let _infallible = writeln!(out, "{cells}");
    }
    out.push('\n');
}

fn threads(out: &mut String, lines: &[Line]) {
    let _infallible = writeln!(out, "Server CPU by threads, µs:\n");
    for line in lines.iter().filter(|line| Row::named(&line.row).of_the_product()) {
        let mut threads: Vec<(&String, &f64)> = line.threads.iter().filter(|(_, spent)| **spent >= 0.5).collect();
        threads.sort_by(|one, other| other.1.total_cmp(one.1));
        let threads: Vec<String> = threads.iter().map(|(name, spent)| format!("{name} {spent:.0}")).collect();
        let _infallible = writeln!(out, "- {}, {} connections: {}", label(line), line.connections, threads.join(", "));
    }
    out.push('\n');
}

/// Median and spread, and what was turned away.
fn rate(spread: &Spread, refused: u64) -> String {
    let refused = if refused > 0 { format!(", {} refused", thousands(refused as f64)) } else { String::new() };
    format!("{}{refused}", around(spread))
}

fn around(spread: &Spread) -> String {
    let Spread { median, min, max } = *spread;
    if min == max {
        thousands(median)
    } else {
        format!("{} ({}–{})", thousands(median), thousands(min), thousands(max))
    }
}

fn ms(spread: &Spread) -> String {
    format!("{:.2} ms", spread.median)
}

/// `12,345`.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
