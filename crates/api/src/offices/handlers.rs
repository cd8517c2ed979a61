//! `/v1/offices`: the offices and handling units that lead, support, verify or receive reports.

use crate::http::commands::run;
use crate::http::context::Asked;
use crate::http::extract::{Command, PathId, Question};
use crate::http::reference::{asked_about, cut_or_named, goes_on, settle_governed, written_id};
use crate::http::response::{Done, Items, one, page};
use crate::input::body::{Name, PastInstant, body, choice, line};
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::limits::NAME_CHARS_MAX;
use crate::offices::view::OfficeView;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::Edge;
use crate::rosters::looks_alike::LooksAlikeView;
use crate::state::Office;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::OfficeId;
use domain::text;
use domain::vocabulary::OfficeKind;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of offices.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct OfficePage {
    /// The offices, in the order in which they became known.
    items: Vec<OfficeView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

#[derive(Debug)]
struct OfficeQuery {
    kind: Option<OfficeKind>,
    q: Option<String>,
}

/// List offices
///
/// 办公室和承办单位，按登记先后排序。
///
/// Offices and handling units, in the order in which they became known.
#[utoipa::path(get, path = "/v1/offices", tag = "offices", params(
    ("kind" = Option<schema::OfficeKind>, Query, description = "类别。Kind."),
    ("q" = Option<String>, Query, description = "名称包含；不分全角半角、大小写和空格。Part of the name; width, case and spaces do not count.", example = "办公室"),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = OfficePage),
))]
pub(crate) async fn list_offices(office: web::Data<Office>, question: Question) -> Result<HttpResponse, Problem> {
    let (wanted, mark, ids, at_least, asked) = question.read(|query| {
        query.now_only();
        let wanted = OfficeQuery {
            kind: query.optional("kind", choice(OfficeKind::ALL, OfficeKind::as_str)),
            q: query.optional("q", line(NAME_CHARS_MAX)),
        };
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("offices {wanted:?}");
        goes_on(query, &asked, &mark);
        Some((wanted, mark, ids, query.at_least(), asked))
    })?;
    office.log_covers(&question, at_least).await?;
    let reference = office.casework.reference();
    let offices = reference.offices.all().filter(|one| {
        wanted.kind.is_none_or(|kind| one.kind == kind)
            && wanted.q.as_ref().is_none_or(|q| text::name_holds(&one.name, q))
    });
    let (kept, next_cursor) = cut_or_named(&asked, &ids, &mark, offices, |one| one.id.0)?;
    let items = kept.into_iter().map(OfficeView::of).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read an office
///
/// 一个办公室或承办单位，现在或过去某一时刻。
///
/// An office or handling unit, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/offices/{id}", tag = "offices", params(AsOfParams), responses(
    (status = 200, description = "办公室。The office.", body = OfficeView),
))]
pub(crate) async fn one_office(
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let moment = asked_about(&office, &question).await?;
    let known = moment.reference.offices.get(OfficeId(id.0)).ok_or_else(|| Problem::new(Edge::NotFound))?;
    let mut view = OfficeView::of(known);
    view.as_of_position = Some(moment.position.0);
    Ok(one(known.version, view))
}

body! {
    /// An office to be registered.
    #[example = {"name": "江桥镇城市建设管理办公室", "kind": "department"}]
    struct RegisterOffice {
        /// Official name, its own.
        name: Name,
        /// Its kind.
        kind: OfficeKind,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// An office after a command.
#[derive(Serialize, ToSchema)]
pub struct OfficeRegistered {
    /// The office.
    office: OfficeView,
    /// 关于名称的提示，不影响登记。Remarks about the name; the registration stands.
    warnings: Vec<LooksAlikeView>,
    /// Position of the command's last event.
    position: u64,
}

/// Register an office
///
/// 登记办公室或承办单位（C-3.5）。名称不得与已有的相同；看起来相同而字符不同时，答复中有提示。
///
/// Registers an office or handling unit (C-3.5). No other one may have its name; one that looks like another and is
/// written with other characters is told as a warning.
#[utoipa::path(post, path = "/v1/offices", tag = "offices", request_body = RegisterOffice, responses(
    (status = 201, description = "已登记。Registered.", body = OfficeRegistered),
))]
pub(crate) async fn register(
    office: web::Data<Office>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let language = Asked::of(&request)?.language();
    let ran = run(&office, &command, RegisterOffice::read, async |call, body| {
        office.casework.register_office(call, &body.name, body.kind, body.occurred_at).await
    })
    .await?;
    let again = async |record: &_| Ok(OfficeId(written_id(&office, record).await?));
    let done = settle_governed(&office, &command, ran, again).await?;
    let offices = &done.moment.reference.offices;
    let known = offices.get(done.did.made).ok_or_else(|| Problem::new(Edge::NotFound))?;
    let alike = offices.looking_like(&known.name).map(|other| (other.id.0, other.name.as_str()));
    let headers = Done {
        created: Some(format!("/v1/offices/{}", done.did.made)),
        version: Some(known.version),
        replayed: done.replayed,
    };
    let mut answer = headers.answer(OfficeRegistered {
        office: OfficeView::of(known),
        warnings: LooksAlikeView::of(alike, language),
        position: done.did.position.0,
    });
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}
