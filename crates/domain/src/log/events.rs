//! The facts of the log itself and of accounts, as stored (FORMAT §7).

use crate::event_type::events;
use crate::ids::TokenId;
use crate::vocabulary::Role;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

events! {
    /// Facts in stream `log`.
    LogEvent {
        /// The first leaf of every log.
        Opened(Opened) = "log.opened"/1, "",
            "日志开启，载明其编号、来源名与验证密钥。", "The log was opened; it names its id, origin and verifier keys.";
    }
}

/// `log.opened/1`: which log this is and which keys sign it (FORMAT §1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The log's id.
    pub log_id: Uuid,
    /// Name under which checkpoints are signed.
    pub origin: String,
    /// Verifier keys in C2SP signed-note form.
    pub keys: Vec<String>,
    /// Program and version that opened it.
    pub software: String,
    /// True for a demonstration log; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

events! {
    /// Facts in streams `account/<uuid>`.
    AccountEvent {
        /// An account exists.
        Created(AccountCreated) = "account.created"/1, "",
            "建立账户及其可用的角色。", "An account was created, with the roles it may act in.";
        /// A token was issued; its hash is in a box.
        TokenIssued(TokenIssued) = "account.token_issued"/1, "",
            "签发令牌；只留密文，不含令牌本身。", "A token was issued; its secret is not in the record.";
        /// A token is no longer good.
        TokenRevoked(TokenRevoked) = "account.token_revoked"/1, "",
            "吊销令牌。", "A token was revoked.";
    }
}

/// `account.created/1`: somebody may ask and command, in these roles, once a token is issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountCreated {
    /// Name of the account (an office or a program; for people, their duty).
    pub name: String,
    /// Roles in which it may act.
    pub roles: Vec<Role>,
}

/// `account.token_issued/1`: there is a token. Its hash lies in a box of the event, its secret nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssued {
    /// The token's id, not its secret.
    pub token_id: TokenId,
    /// Instant after which it is refused, ms since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// `account.token_revoked/1`: the token is refused from now on, for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    /// The token's id.
    pub token_id: TokenId,
}
