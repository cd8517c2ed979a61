//! `GET /v1/personal-data/views`: who looked, in which role, when and what for.

use super::view::PersonalDataViewed;
use crate::http::extract::Question;
use crate::http::reference::{cursor_of, goes_on, key_of};
use crate::http::response::{Items, page};
use crate::input::body::id;
use crate::input::filters;
use crate::input::params::ListParams;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::access::views::{ViewsPage, ViewsWanted};
use casework::loaded::{AsOf, Entity as _};
use domain::access::Scope;
use domain::ids::{IssueId, ReceptionId};
use domain::issue::Issue;
use domain::reception::Reception;
use event_store::{Position, StreamId};
use utoipa::ToSchema;

/// A page of views.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct PersonalDataViewPage {
    /// The views, in the order in which they were recorded.
    items: Vec<PersonalDataViewed>,
    /// Where the next page begins: a page may hold few views, or none, before the last.
    next_cursor: Option<String>,
}

/// See who looked at personal data
///
/// 谁在何时以何角色、为何目的查看过个人信息：每个账户对每件事项当日首次查看记一条。可按事项、联系记录或账户查询；只写其中之一。召集人只看到本网格的。
///
/// Who looked at personal data, in which role, when and what for: the first time that an account opened a thing on a day. By an
/// issue, a reception or an account, one of them. A convener sees those of their grid; whoever has the party's line asks by an
/// issue or a reception.
#[utoipa::path(get, path = "/v1/personal-data/views", tag = "personal data", params(
    ("issue_id" = Option<Uuid>, Query, description = "事项。The issue."),
    ("reception_id" = Option<Uuid>, Query, description = "联系记录。The reception."),
    ("account_id" = Option<Uuid>, Query, description = "查看的账户。The account that looked."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "首日。First day."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "末日。Last day."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = PersonalDataViewPage),
))]
pub(crate) async fn list_views(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let (issue, reception, account, (from, to), mark, at_least, asked) = question.read(|query| {
        query.now_only();
        let issue = query.optional("issue_id", id());
        let reception = query.optional("reception_id", id());
        let account = filters::account(query, &known);
        let named = [issue.is_some(), reception.is_some(), account.is_some()];
        if named.iter().filter(|named| **named).count() > 1 {
            query.fault("account_id", HttpCode::BadParameter);
        }
        let days = filters::days(query, ("from", "to"), &known);
        let asked = query.page();
        let mark = format!("views {issue:?} {reception:?} {account:?} {days:?}");
        goes_on(query, &asked, &mark);
        Some((issue, reception, account, days, mark, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let stream =
        issue.map(|id| Issue::stream(IssueId(id))).or_else(|| reception.map(|id| Reception::stream(ReceptionId(id))));
    let scope = app.within(&question)?.scope;
    let first = match &stream {
        Some(stream) => Some(first_of(&app, &question, stream).await?),
        None => None,
    };
    let grids = match (scope, first) {
        (Scope::Grids(grids), None) => Some(grids),
        (Scope::PartyLine, None) => {
            return Err(Problem::new(HttpCode::OutOfScope).because(
                "请以 issue_id 或 reception_id 写明查询哪一事项或联系记录。",
                "Name an issue or a reception by issue_id or reception_id.",
            ));
        }
        (Scope::Grids(_) | Scope::PartyLine, Some(_))
        | (Scope::Town | Scope::Figures | Scope::Own { .. } | Scope::Offices(_) | Scope::Receipt, _) => None,
    };
    let wanted = ViewsWanted { firsts: first.map(|first| vec![first]), account, from, to, grids };
    let after = match &asked.cursor {
        Some(cursor) => {
            key_of(cursor, &mark).and_then(|key| u64::try_from(key).ok()).ok_or_else(Problem::bad_cursor)?
        }
        None => 0,
    };
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let ViewsPage { found, next } = app.casework.views(Position(after), limit, &wanted).await?;
    let town = app.casework.reference().time_zone();
    let items: Vec<_> = found.iter().map(|view| PersonalDataViewed::of(view, town)).collect();
    let next_cursor = next.map(|position| cursor_of(position.0.into(), &mark));
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Where a thing begins in the log, for whoever may see who looked at it.
async fn first_of(app: &AppState, question: &Question, stream: &StreamId) -> Result<Position, Problem> {
    let unknown = || Problem::new(HttpCode::NotFound);
    let asker = question.caller.asker()?;
    let id = stream.uuid().unwrap_or_default();
    let (first, thing) = if stream.family() == Issue::FAMILY {
        let loaded = app.casework.issue(IssueId(id), AsOf::Now).await.map_err(|_| unknown())?;
        (loaded.first, casework::access::admission::thing_of(IssueId(id), &loaded))
    } else {
        let loaded = app.casework.reception(ReceptionId(id), AsOf::Now).await.map_err(|_| unknown())?;
        (loaded.first, casework::access::admission::thing_of(ReceptionId(id), &loaded))
    };
    if app.casework.may(&asker, question.caller.action, &thing).await? { Ok(first) } else { Err(unknown()) }
}
