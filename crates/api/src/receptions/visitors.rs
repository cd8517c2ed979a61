//! People in answers: who came, for whom a deed is, who asks for a visit.

use crate::http::response::absent;
use crate::problem::Problem;
use crate::state::AppState;
use casework::loaded::{Entity, Loaded};
use casework::personal::Part;
use domain::correction::Corrections;
use domain::reception::Visitor;
use event_store::SubjectId;
use serde::Serialize;
use utoipa::ToSchema;

/// A visitor. All absent: anonymous.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = Visitor)]
pub struct VisitorView {
    /// Name.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// Phone number.
    #[serde(skip_serializing_if = "absent")]
    pub phone: Option<String>,
    /// True when the person was erased.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// True when no name was given.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
}

impl VisitorView {
    /// Somebody who came, or nobody in particular.
    pub(crate) async fn of<S: Entity>(
        app: &AppState,
        loaded: &Loaded<S>,
        corrections: &Corrections,
        visitor: &Visitor,
    ) -> Result<Self, Problem> {
        match visitor {
            Visitor::Anonymous { .. } => Ok(Self { anonymous: true, ..Self::default() }),
            Visitor::Named { subject } => Self::named(app, loaded, corrections, subject).await,
        }
    }

    /// Somebody whom the first event of a thing names by their subject, as they are called and reached now.
    pub(crate) async fn named<S: Entity>(
        app: &AppState,
        loaded: &Loaded<S>,
        corrections: &Corrections,
        subject: &str,
    ) -> Result<Self, Problem> {
        let mut view = Self::default();
        let text = async |index, member| app.casework.text_of(loaded, corrections, 1, index, member).await;
        let subject = SubjectId::parse(subject);
        let parts = loaded.parts(&app.casework, 1).await?;
        for (kept, part) in parts.iter().filter(|(kept, _)| Some(kept.subject) == subject) {
            match (kept.class.as_str(), part) {
                (_, Part::Erased) => view.erased = true,
                ("identity", _) => view.name = text(kept.index, "name").await?,
                ("contact", _) => view.phone = text(kept.index, "phone").await?,
                (_, _) => {}
            }
        }
        Ok(view)
    }
}
