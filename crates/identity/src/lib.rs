//! Who asks: passwords, second factors and sign-ins of people.
//!
//! It knows no log, no casework and no HTTP. What is kept of an account is handed in; what it makes is handed back. All
//! instants are handed in as well, so that a test can be under a clock of its own.
//!
//! Begin reading at `password.rs` and `totp.rs`, which keep nothing; then `sign_ins.rs`, the private store
//! beside the data. Tokens that another service signs are looked at by the crate `issuer`.

pub mod password;
pub mod pending;
pub mod secrets;
pub mod sign_ins;
pub mod totp;
