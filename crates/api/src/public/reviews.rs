//! `GET /v1/public/reviews/{year}`: the published results of an annual review, without a token (C-5.2). Names of delegates and
//! nobody else's; no words of anybody, no votes, no disputes.

use crate::http::context::{PathParts, RequestContext};
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::http::tables;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::public::page::{self, A_MINUTE, whole};
use crate::public::review_view::{PublicResult, PublicReviews};
use crate::public::table;
use crate::reviews::dossier::content::AdjustedView;
use crate::reviews::reading::year_of;
use crate::state::AppState;
use actix_web::http::header::VARY;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::language::Language;
use domain::vocabulary::{DelegateType, Grade, Indicator};
use maud::{Markup, html};

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

/// The results as a page.
pub(super) fn as_page(reviews: &PublicReviews, language: Language) -> Markup {
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
