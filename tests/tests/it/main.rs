//! The server from outside: the binary `huiyin`, a data directory, HTTP.
//!
//! Reading order: `harness` (how a server is started and spoken to), `flows` (what the service is for), then what goes
//! wrong: `bad_input`, `body_faults`, `query_faults`, `conditional`, `boards`, `clock`, `clock_walk`, `crash`,
//! `data_directory`, `files`, `full_disk`, `lost_keys`, `signed`. `log_proofs`, `as_of`, `difference`, `figures` and
//! `golden_directory` are what an auditor relies on, `personal` and `erasures` what a visitor relies on, `print` whoever reads on paper,
//! `readme`, `examples` and `contract` what a newcomer relies on, `imports`, `layout` and `references` what who changes the code relies on.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod harness;
mod merkle;

mod around;
mod as_of;
mod bad_input;
mod boards;
mod body_faults;
mod clock;
mod clock_walk;
mod conditional;
mod contract;
mod crash;
mod data_directory;
mod difference;
mod docs_page;
mod edge;
mod erasures;
mod examples;
mod figures;
mod files;
mod flows;
mod full_disk;
mod golden_directory;
mod imports;
mod layout;
mod log_proofs;
mod lost_keys;
mod people;
mod personal;
mod print;
mod public_notices;
mod punctuation;
mod query_faults;
mod readme;
mod receipts;
mod references;
mod reviews;
mod service_days;
mod signed;
mod threats;
mod year;
