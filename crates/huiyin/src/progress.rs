//! Progress of long work: a bar with a rate and an end on a terminal, plain lines in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Lines that a pipe gets for one piece of work.
const LINES_MAX: u64 = 20;

/// A bar for one piece of work.
pub struct Bar {
    what: String,
    bar: Option<ProgressBar>,
    shown: AtomicU64,
    begun: Instant,
}

impl Bar {
    /// Begins one.
    pub fn new(what: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {per_sec} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(what.to_owned());
            bar
        });
        Self { what: what.to_owned(), bar, shown: AtomicU64::new(0), begun: Instant::now() }
    }

    /// So much is done of so much.
    pub fn at(&self, done: u64, total: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            None => {
                let twentieth = (done * LINES_MAX).checked_div(total).unwrap_or(0);
                if self.shown.fetch_max(twentieth, Ordering::Relaxed) < twentieth {
                    let rate = u128::from(done) * 1000 / self.begun.elapsed().as_millis().max(1);
                    crate::terminal::say(&format!("{} {done}/{total} {rate}/s", self.what));
                }
            }
        }
    }

    /// It is done.
    pub fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
