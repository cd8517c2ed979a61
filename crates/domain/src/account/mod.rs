//! Accounts, their grants and their tokens: who asks and commands (docs/ACCESS.md).

mod credentials;
mod decide;
mod events;
mod grants;
mod login;
mod state;
#[cfg(test)]
mod tests;

pub use credentials::{
    ENROLMENT_LIFE, bind_identity, issue_enrolment, needs_second_factor, recover, set_password, set_second_factor,
    unchanged_since,
};
pub use decide::{
    TOKEN_DAYS_MAX, TokenDraft, create, expires_later, free_login, issue_token, not_oneself, reinstate, revoke_token,
    roles_fit, suspend,
};
pub use events::{
    AccountCreated, AccountEvent, AccountRecovered, AccountReinstated, AccountSuspended, EnrolmentIssued, GrantEnded,
    GrantGiven, IdentityBound, PasswordSet, SecondFactorSet, TokenIssued, TokenRevoked,
};
pub use grants::{GrantDraft, TownOffices, end, give, holding, rights, roles_in_force};
pub use login::{CHARS_MAX as LOGIN_CHARS_MAX, Login};
pub use state::{Account, Accounts, Credentials, Grant, Token};
