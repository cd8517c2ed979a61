//! Figures that four ways of counting agree on, over random histories: counters kept while the log grows, counters
//! folded again from the first leaf, a plain recount of the list behind each figure, and a second small implementation
//! that knows nothing but the log as it is served.
//!
//! Reading order: `log` and `days` (what is read), `cycles`, `issues`, `sessions`, `undertakings`, `recurring` and `town`
//! (what it means), `dashboards`, `members` and `indicators` (what is counted); then `clock`, `driver` and `commands` (who
//! makes histories), `compare`, `reviews` and `compared` (what is set beside what) and `histories` (the tests).
//!
//! `HUIYIN_FIGURES_SEEDS=7` draws one history, `HUIYIN_FIGURES_SEEDS=0..50` fifty of them; without it there are a few,
//! the same in every run. `HUIYIN_FIGURES_COMMANDS=400` makes them longer. A test that fails says its seed, the position,
//! the figure, both values, and the leaves of one issue that the two see differently. Histories reach up to now, so a
//! seed draws the same deeds on another day's dates.

mod clock;
mod commands;
mod compare;
mod compared;
mod cycles;
mod dashboards;
mod days;
mod dice;
mod driver;
mod histories;
mod indicators;
mod issues;
mod log;
mod members;
mod recurring;
mod reviews;
mod sessions;
mod town;
mod undertakings;
