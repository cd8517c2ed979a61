//! Who may do what: the table of actions and roles, and the one decision over it (docs/ACCESS.md).

mod action;
mod adopt;
mod cell;
mod events;
mod scope;
mod table;
#[cfg(test)]
mod tests;

pub use action::{Action, ActionKind, ActionRow};
pub use adopt::{Access, Adopted, FIRST_TOKEN_DAYS, adopt};
pub use cell::{COLUMNS, Cell};
pub use events::{AccessEvent, TableAdopted};
pub use scope::{Holding, Line, Rights, Scope, Thing, scope};
pub use table::{TABLE_NAME, Table, mark};
