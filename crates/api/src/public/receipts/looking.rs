//! Who holds the code of a path, and what they are shown.

use super::view::ReceiptView;
use crate::http::context::PathParts;
use crate::limits::READ_WAIT;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use casework::loaded::AsOf;
use casework::receipts::Holder;

/// Whoever holds the code of a path.
///
/// # Errors
/// One 404 for whatever is no code that holds; 503 while the codes are read after a start.
pub(super) async fn holder(app: &AppState, parts: &PathParts) -> Result<Holder, Problem> {
    held(app, parts).await.map(|(holder, _)| holder)
}

/// The same where it may be nobody's.
///
/// # Errors
/// 503 while the codes are read after a start.
pub(super) async fn found(app: &AppState, parts: &PathParts) -> Result<Option<Holder>, Problem> {
    match holder(app, parts).await {
        Ok(holder) => Ok(Some(holder)),
        Err(problem) if problem.code == HttpCode::NotFound.into() => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The same with what they are shown now. For a code that is nobody's the same is made of another issue, and thrown away.
///
/// # Errors
/// Those of [`holder`].
pub(super) async fn held(app: &AppState, parts: &PathParts) -> Result<(Holder, ReceiptView), Problem> {
    let code = parts.get("code");
    let looked_up = tokio::time::timeout(READ_WAIT, app.casework.look_up_receipt(code)).await;
    let late = |_| Problem::new(HttpCode::ReadModelBehind);
    let found = looked_up.map_err(late)??.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let loaded = app.casework.issue(found.issue, AsOf::Now).await?;
    let shown = ReceiptView::with_looks(app, found.issue, &loaded, &app.present()).await?;
    let holder = app.casework.holder(found, code).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok((holder, shown))
}
