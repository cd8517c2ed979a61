//! What waits for somebody: tasks, read from the rows of the boards. No model of its own: each kind is one question to the rows
//! that know of it, and the list is all of them in one order.

mod query;
mod row;
#[macro_use]
mod source;
mod sources;
mod whose;

#[cfg(test)]
pub(crate) use query::plan;
pub use query::{MODELS, Mine, NotOf, TaskCounts, TaskQuery};
pub(crate) use query::{count, list};
pub use row::TaskRow;
