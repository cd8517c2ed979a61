//! `/v1/major-issues`: the grid's major-issue process (网格重大问题处理流程).

pub mod bodies;
pub mod commands;
pub mod questions;
pub mod table;
pub mod view;
