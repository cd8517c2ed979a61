//! People in answers: who came, for whom a deed is, who asks for a visit.

use crate::http::reader::WithheldView;
use crate::http::response::absent;
use crate::problem::Problem;
use crate::state::AppState;
use casework::access::Sight;
use casework::loaded::{Entity, Loaded};
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
    /// 姓名和电话不显示，及其原因。Name and phone number are not shown, and why.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// True when no name was given.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
}

impl VisitorView {
    /// Somebody who came, or nobody in particular.
    pub(crate) async fn of<S: Entity>(
        app: &AppState,
        sight: &Sight,
        loaded: &Loaded<S>,
        corrections: &Corrections,
        visitor: &Visitor,
    ) -> Result<Self, Problem> {
        match visitor {
            Visitor::Anonymous { .. } => Ok(Self { anonymous: true, ..Self::default() }),
            Visitor::Named { subject } => Self::named(app, sight, loaded, corrections, subject).await,
        }
    }

    /// Somebody whom the first event of a thing names by their subject, as they are called and reached now.
    pub(crate) async fn named<S: Entity>(
        app: &AppState,
        sight: &Sight,
        loaded: &Loaded<S>,
        corrections: &Corrections,
        subject: &str,
    ) -> Result<Self, Problem> {
        let mut view = Self::default();
        let text = async |index, member| app.casework.text_of(sight, loaded, corrections, 1, index, member).await;
        let subject = SubjectId::parse(subject);
        let erased = loaded.erased(&app.casework, 1).await?;
        view.erased = erased.iter().any(|kept| Some(kept.subject) == subject);
        let theirs = || loaded.boxes_of(1).filter(|kept| Some(kept.subject) == subject);
        let named = theirs().filter(|kept| ["identity", "contact"].contains(&kept.class.as_str()));
        view.withheld = sight.withholds(named).map(Into::into);
        for kept in theirs() {
            match kept.class.as_str() {
                "identity" => view.name = text(kept.index, "name").await?,
                "contact" => view.phone = text(kept.index, "phone").await?,
                _ => {}
            }
        }
        Ok(view)
    }
}
