//! What a person is called and signs in with.

/// What a person is called and signs in with, as the box of their account holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The login.
    pub login: Option<String>,
    /// The name.
    pub person_name: Option<String>,
}
