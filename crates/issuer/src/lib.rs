//! Tokens that another service signs: access tokens of an OpenID Connect provider (RFC 9068), checked by its published
//! keys as RFC 8725 asks. Huiyin is the resource server and nothing else: how somebody gets such a token is between them
//! and the provider.
//!
//! It knows no log, no casework and no routes. It says whose token it is in the issuer's words; which account that is, and
//! what it may do, comes from the log alone. Instants are handed in.
//!
//! Begin reading at `jwt.rs`, then `keys.rs`.

#[cfg(test)]
mod fixture;
pub mod jwt;
pub mod keys;
