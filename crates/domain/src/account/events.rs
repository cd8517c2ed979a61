//! The facts of accounts, as stored (FORMAT §7). Logins, names of persons, and every secret lie in boxes of class
//! `identity`.

use crate::event_type::events;
use crate::ids::{AreaId, DelegateId, GrantId, OfficeId, TokenId};
use crate::vocabulary::{GrantReason, Holder, Role, SecondFactor};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `account/<uuid>`.
    AccountEvent {
        /// An account exists.
        Created(AccountCreated) = "account.created"/2, "",
            "建立账户。", "An account was created.";
        /// A role was given on an area, for a delegate or for an office.
        GrantGiven(GrantGiven) = "account.grant_given"/1, "",
            "授予权限。", "A grant was given.";
        /// A grant ended.
        GrantEnded(GrantEnded) = "account.grant_ended"/1, "",
            "终止授权。", "A grant was ended.";
        /// Nobody is let in by the account any more.
        Suspended(AccountSuspended) = "account.suspended"/1, "",
            "停用账户。", "The account was suspended.";
        /// They are let in again.
        Reinstated(AccountReinstated) = "account.reinstated"/1, "",
            "恢复账户。", "The account was reinstated.";
        /// A code was given with which a person sets password and second factor.
        EnrolmentIssued(EnrolmentIssued) = "account.enrolment_issued"/1, "",
            "发放开通码；只留密文。", "An enrolment code was issued; it is not in the record.";
        /// A person set their password.
        PasswordSet(PasswordSet) = "account.password_set"/1, "",
            "设置密码；只留密文。", "A password was set; it is not in the record.";
        /// A person set their second factor.
        SecondFactorSet(SecondFactorSet) = "account.second_factor_set"/1, "",
            "设置第二因素；只留密文。", "A second factor was set; its secret is not in the record.";
        /// An identity at a provider was bound to the account.
        IdentityBound(IdentityBound) = "account.identity_bound"/1, "",
            "绑定外部身份。", "An identity at a provider was bound to the account.";
        /// A token was issued; its hash is in a box.
        TokenIssued(TokenIssued) = "account.token_issued"/2, "",
            "签发令牌；只留密文，不含令牌本身。", "A token was issued; its secret is not in the record.";
        /// A token is no longer good.
        TokenRevoked(TokenRevoked) = "account.token_revoked"/1, "",
            "吊销令牌。", "A token was revoked.";
        /// An administrator was let in again by whoever holds data and keys.
        Recovered(AccountRecovered) = "account.recovered"/1, "",
            "由持有数据与密钥者恢复管理员账户。", "An administrator was let in again by whoever holds the data and the keys.";
    }
}

/// `account.created`: somebody may ask and command. Schema 1 has no `holder` and always `roles`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountCreated {
    /// Name of the account (an office or a program; for people, their duty).
    pub name: String,
    /// Who acts by it; of schema 1 not known, and taken for a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// Roles in which it acts until access rules are adopted; none where it acts by grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

/// `account.grant_given/1`: the account may act in a role, of what the area, delegate or office says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantGiven {
    /// The grant.
    pub grant_id: GrantId,
    /// The role.
    pub role: Role,
    /// The grid of a convener or a liaison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<AreaId>,
    /// The delegate who acts by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate_id: Option<DelegateId>,
    /// The office that acts by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_id: Option<OfficeId>,
    /// Its last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_on: Option<NaiveDate>,
}

/// `account.grant_ended/1`: a grant holds no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantEnded {
    /// The grant.
    pub grant_id: GrantId,
    /// Why.
    pub reason_code: GrantReason,
}

/// `account.suspended/1`: tokens and sign-ins of the account are refused from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSuspended {
    /// Why.
    pub reason_code: GrantReason,
}

/// `account.reinstated/1`: they are accepted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountReinstated {}

/// `account.enrolment_issued/1`: there is a code; earlier credentials ended. The SHA-256 of the code lies in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentIssued {
    /// Until when it can be used, ms since 1970 UTC.
    pub expires_at: i64,
}

/// `account.password_set/1`: the argon2id string lies in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordSet {}

/// `account.second_factor_set/1`: its secret lies in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorSet {
    /// Which it is.
    pub kind: SecondFactor,
}

/// `account.identity_bound/1`: issuer and subject lie in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityBound {}

/// `account.token_issued`: there is a token. Its hash lies in a box of the event, its secret nowhere. Schema 1 has neither
/// `name` nor `grant_ids`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssued {
    /// The token's id, not its secret.
    pub token_id: TokenId,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Instant after which it is refused, ms since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Grants of the account that it uses; all of them where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_ids: Vec<GrantId>,
}

/// `account.token_revoked/1`: the token is refused from now on, for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    /// The token's id.
    pub token_id: TokenId,
}

/// `account.recovered/1`: done with the server stopped, data and keys at hand; it stands on the day's slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRecovered {}
