//! Major issues (重大问题): the grid's process for what cannot be answered on the spot or is hard to solve (C-3.6, G-2;
//! domain §4.3).

mod events;
mod state;

pub use events::*;
pub use state::*;
