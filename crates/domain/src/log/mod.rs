//! The log about itself, and the accounts that act on it.

mod accounts;
mod events;
#[cfg(test)]
mod tests;

pub use accounts::{Account, Accounts, Token, create, expires_later, issue_token, revoke_token, roles_fit};
pub use events::{AccountCreated, AccountEvent, LogEvent, Opened, TokenIssued, TokenRevoked};
