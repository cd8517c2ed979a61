//! A small vocabulary for talking to a real server: `office.records_reception(…)`, `.good()`, `.problem(409, "…")`.

mod binary;
mod browser;
mod calendar;
mod demo;
mod faketime;
pub mod http;
mod office;
mod paper;
mod python;
mod server;
mod sync_trap;
mod tools;

pub use binary::{huiyin, workspace};
pub use browser::{Browser, there_is_a_browser};
pub use calendar::WorkingDays;
pub use demo::Demo;
pub use faketime::FakedClock;
pub use http::{Answer, Call, Problem, id, of_nobody, path, text};
pub use office::{Office, demand, head_of, instant, now, today};
pub use paper::{Paper, paper_can_be_read};
pub use python::{python_with, there_is_python};
pub use server::{Place, Server};
pub use sync_trap::SyncTrap;
pub use tools::there_is;

/// A well-formed id that nothing has.
pub const NOBODY: &str = "0198c0de-0000-7000-8000-000000000001";
