//! `/v1/sign-ins`: signing in and out, with a cookie that only a browser's pages of this server can use.

pub(crate) mod commands;
pub mod people;
pub(crate) mod trying;
