//! Accounts, their grants and their tokens: who asks and commands (docs/ACCESS.md).

mod decide;
mod events;
mod grants;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{
    TOKEN_DAYS_MAX, TokenDraft, create, expires_later, issue_token, login_is_free, not_oneself, reinstate,
    revoke_token, roles_fit, suspend,
};
pub use events::{
    AccountCreated, AccountEvent, AccountRecovered, AccountReinstated, AccountSuspended, EnrolmentIssued, GrantEnded,
    GrantGiven, IdentityBound, PasswordSet, SecondFactorSet, TokenIssued, TokenRevoked,
};
pub use grants::{GrantDraft, TownOffices, end, give, holding, rights, roles_in_force};
pub use state::{Account, Accounts, Credentials, Grant, Token};
