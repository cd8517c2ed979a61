//! `/v1/me/…`: what an account does for itself.

pub(crate) mod credentials;
