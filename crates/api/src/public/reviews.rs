//! `GET /v1/public/reviews/{year}`: the published results of an annual review, without a token (C-5.2). Names of delegates and
//! nobody else's; no words of anybody, no votes, no disputes.

use crate::http::context::{PathParts, RequestContext};
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::http::tables;
use crate::limits::READ_WAIT;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::public::page::{self, A_MINUTE, whole};
use crate::public::table;
use crate::reviews::dossier::content::{AdjustedView, types_in};
use crate::reviews::frozen::frozen_year;
use crate::reviews::frozen_years::FrozenYear;
use crate::reviews::reading::year_of;
use crate::reviews::view::IndicatorView;
use crate::reviews::year::appraisals;
use crate::state::{AppState, Snapshot};
use actix_web::http::header::VARY;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use domain::appraisal::{Appraisal, Appraisee};
use domain::ids::DelegateId;
use domain::language::Language;
use domain::vocabulary::{DelegateType, Grade, Indicator};
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

/// 公布的评议结果。The published results of a year.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "year": 2026, "position": 88141, "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "rules": "review/1",
    "items": [{"name": "汪洁", "delegate_types": ["party"], "grade": "excellent", "posted_on": "2027-01-28",
        "indicators": [{"code": "on_time", "clause": "C-4.4", "n": 26, "of": 27}],
        "adjusted": [{"indicator": "on_time", "n": 26, "of": 27, "by_n": 1, "by_of": 0}]}],
    "as_of_position": 90211
}))]
pub struct PublicReviews {
    /// 年度。The year.
    pub year: i32,
    /// 指标截至的日志位置。The figures are those of the leaves up to here.
    pub position: u64,
    /// 该位置的日志根（base64）。Root of the tree over them (base64).
    pub root: String,
    /// 算法。Formulas and shape of the figures.
    pub rules: String,
    /// 结果已公布的代表。Delegates whose result is published.
    pub items: Vec<PublicResult>,
    /// 内容所据的日志位置。The log up to here is in the answer.
    pub as_of_position: u64,
}

/// 一名代表的评议结果。The result of a delegate.
#[derive(Serialize, ToSchema)]
pub struct PublicResult {
    /// 姓名。Name.
    pub name: String,
    /// 当年的代表资格。In which capacities they served in the year.
    #[schema(value_type = Vec<vocabulary::DelegateType>)]
    pub delegate_types: Vec<&'static str>,
    /// 等次。The grade.
    #[schema(value_type = vocabulary::Grade)]
    pub grade: &'static str,
    /// 公布之日。The day on which it was posted.
    pub posted_on: NaiveDate,
    /// 冻结的指标。The frozen figures.
    pub indicators: Vec<IndicatorView>,
    /// 有调整的指标；列于指标之旁，不并入其中。The figures that were adjusted; beside the figures, never in them.
    pub adjusted: Vec<AdjustedView>,
}

impl PublicReviews {
    async fn read(app: &AppState, year: i32, snapshot: &Snapshot) -> Result<Self, Problem> {
        let frozen = frozen_year(app, year, READ_WAIT).await?;
        let mut items = Vec::new();
        for (id, appraisal) in appraisals(app, year, snapshot).await? {
            items.extend(PublicResult::of(id, year, &appraisal.state, &frozen, snapshot));
        }
        Ok(Self {
            year,
            position: frozen.freeze.position,
            root: frozen.freeze.root.clone(),
            rules: frozen.freeze.rules.clone(),
            items,
            as_of_position: snapshot.position.0,
        })
    }
}

impl PublicResult {
    /// Of a delegate whose result is published.
    fn of(id: DelegateId, year: i32, appraisal: &Appraisal, frozen: &FrozenYear, snapshot: &Snapshot) -> Option<Self> {
        let (grade, _) = appraisal.result?;
        let posted = appraisal.published?;
        let delegate = snapshot.reference.delegates.get(id)?;
        let own = frozen.figures.get(&Appraisee::Delegate(id))?;
        Some(Self {
            name: delegate.name.clone(),
            delegate_types: types_in(delegate, year).into_iter().map(DelegateType::as_str).collect(),
            grade: grade.as_str(),
            posted_on: snapshot.reference.town_date(posted.at),
            indicators: own.view.indicators().to_vec(),
            adjusted: AdjustedView::all(&own.figures, appraisal),
        })
    }
}

/// Read the published results of an annual review
///
/// 无需令牌：一个年度已公布的评议结果：代表的姓名、身份、等次、公布之日，以及冻结的指标与调整（C-5.2），没有其他人。尚未冻结的为 404。网页的语言随 Accept-Language。
///
/// Without a token: the published results of a year, with name, capacity, grade, the day posted and the frozen figures with what
/// was adjusted beside them; nobody else is in it. 404 before the freeze. The page for people is in the language that
/// `Accept-Language` asks for (C-5.2).
#[utoipa::path(get, path = "/v1/public/reviews/{year}", tag = "public", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ("format" = Option<String>, Query, pattern = r"^(json|html|csv|xlsx)$", description = "json、html、csv 或 xlsx。json, html, csv or xlsx."),
), responses(
    (status = 200, description = "公布的结果。The published results.", content(
        (PublicReviews = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,姓名,身份,等次,公布之日,指标代码,分子,分母\r\n2026,汪洁,party,excellent,2027-01-28,on_time,26,27\r\n"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn of_year(
    app: web::Data<AppState>,
    request: HttpRequest,
    parts: PathParts,
) -> Result<HttpResponse, Problem> {
    let year = year_of(parts.get("year")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let offered = [Format::Json, Format::Html, Format::Csv, Format::Xlsx];
    let ((), format) = read_open(&request, &offered, |_| Some(()))?;
    let snapshot = app.present();
    let _page = app.one_page().await;
    let reviews = PublicReviews::read(&app, year, &snapshot).await?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header(A_MINUTE)
        .insert_header((VARY, if format == Format::Html { "Accept, Accept-Language" } else { "Accept" }));
    if format.is_table() {
        let rows = reviews.items.iter().flat_map(|one| table::results(reviews.year, one)).collect();
        return tables::of_everybody(&request, answer, format, &table::RESULTS, rows);
    }
    if format == Format::Html {
        let language = RequestContext::of(&request)?.language();
        return Ok(page::answer(answer, as_page(&reviews, language)));
    }
    Ok(answer.json(reviews))
}

/// The columns of the list. On a narrow screen each cell has its column's name before it.
const HEADS: [(&str, &str); 4] = [("姓名", "Name"), ("身份", "Capacity"), ("等次", "Grade"), ("公布之日", "Posted on")];

fn as_page(reviews: &PublicReviews, language: Language) -> Markup {
    let year = reviews.year;
    let title = match language {
        Language::Zh => format!("{year} 年度代表述职评议结果"),
        Language::En => format!("Annual review of delegates, {year}"),
    };
    let body = html! {
        h1 { (title) }
        @if reviews.items.is_empty() {
            p { (language.pick("尚无已公布的结果。", "No result is published yet.")) }
        } @else {
            table.list {
                thead { tr { @for (zh, en) in HEADS { th { (language.pick(zh, en)) } } } }
                tbody { @for one in &reviews.items { tr {
                    @let cells = [one.name.clone(), capacities(one, language), grade(one, language).to_owned(), one.posted_on.to_string()];
                    @for ((zh, en), cell) in HEADS.iter().zip(cells) { td data-column=(language.pick(zh, en)) { (cell) } }
                } } }
            }
            @for one in &reviews.items {
                h2 { (one.name) (language.pick("：", ": ")) (grade(one, language)) }
                (figures(one, language))
            }
        }
        footer {
            p {
                (language.pick("指标截至回音日志第 ", "Figures as of record ")) (reviews.position)
                (language.pick(" 条记录；当时的日志根：", " of the Huiyin log; its root then: ")) (reviews.root)
            }
            p { (language.pick("日志只能增加、不能修改，任何人都可以核对：/log/checkpoint", "The log only grows and is never changed; anybody can check it: /log/checkpoint")) }
        }
    };
    whole(&title, &body, language)
}

fn capacities(one: &PublicResult, language: Language) -> String {
    let types = one.delegate_types.iter().filter_map(|of| DelegateType::parse(of));
    let types: Vec<_> = types.map(|of| language.pick(of.zh(), of.en())).collect();
    types.join(language.pick("、", ", "))
}

fn grade(one: &PublicResult, language: Language) -> &'static str {
    Grade::parse(one.grade).map_or(one.grade, |grade| language.pick(grade.zh(), grade.en()))
}

fn figures(one: &PublicResult, language: Language) -> Markup {
    let heads = [("指标", "Figure"), ("分子", "n"), ("分母", "of"), ("连同调整", "With adjustments")];
    let shown = one.indicators.iter().filter_map(|figure| Some((figure.code(), figure.numbers()?)));
    let name = |code: &str| Indicator::parse(code).map_or("", |known| language.pick(known.zh(), known.en()));
    html! {
        table {
            thead { tr { @for (zh, en) in heads { th { (language.pick(zh, en)) } } } }
            tbody { @for (code, (n, of)) in shown {
                @let sums = one.adjusted.iter().find(|adjusted| adjusted.indicator == code).map(AdjustedView::sums);
                tr {
                    th scope="row" { (name(code)) }
                    td { (n) }
                    td { (of) }
                    td { @if let Some((n, of)) = sums { (n) " / " (of) } }
                }
            } }
        }
    }
}
