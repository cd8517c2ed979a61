//! Other stores, asked the like in the same run.

pub mod umadb;
