//! What signing in takes beside the log: the store of sign-ins, the hashing of passwords, second factors that wait for
//! their first code, and whoever knows the tokens of an identity provider.

use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use chrono::{DateTime, Utc};
use identity::password::Hasher;
use identity::pending::Pending;
use identity::sign_ins::{SignIns, Trouble};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Tokens of a provider that may be looked at at once: each has a thread of its own, and may wait for keys on it.
const LOOKED_AT_MAX: usize = 4;
/// When to ask again while a provider's keys cannot be had, in seconds.
pub(crate) const PROVIDER_AGAIN_S: u32 = 60;

/// Whose token of a provider this is, in the provider's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// The provider.
    pub issuer: String,
    /// Its name for them.
    pub subject: String,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

/// Why nobody is known by a token of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotIdentified {
    /// The token is not good.
    Refused,
    /// The provider's keys cannot be had.
    Unavailable,
}

/// Looks at a token of a provider; it may take some seconds.
pub type Provider = dyn Fn(&str, DateTime<Utc>) -> Result<Identified, NotIdentified> + Send + Sync;

/// What signing in takes.
pub struct People {
    /// The store of sign-ins.
    pub sign_ins: SignIns,
    /// Hashes passwords and compares them.
    pub hasher: Hasher,
    /// Second factors that wait for their first code.
    pub pending: Pending,
    /// What the service is called where authenticators show it.
    pub service: String,
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) looking: Arc<Semaphore>,
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("People")
    }
}

impl People {
    /// With this store, and under this name.
    pub fn new(sign_ins: SignIns, service: &str) -> Self {
        Self {
            sign_ins,
            hasher: Hasher::default(),
            pending: Pending::default(),
            service: service.to_owned(),
            provider: None,
            looking: Arc::new(Semaphore::new(LOOKED_AT_MAX)),
        }
    }

    /// With a provider whose tokens are taken.
    #[must_use]
    pub fn with_provider(
        mut self,
        provider: impl Fn(&str, DateTime<Utc>) -> Result<Identified, NotIdentified> + Send + Sync + 'static,
    ) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        Self::new(HttpCode::StorageFailed).caused_by(trouble).retry_after(5)
    }
}
