//! `POST /v1/personal-data/exports`: all that is held of people, for themselves to read (PIPL Art. 45).

use super::held::{HeldPersonView, PersonalDataExport};
use super::page;
use crate::erasures::persons::{NamedPerson, PERSONS_MAX};
use crate::http::context::RequestContext;
use crate::http::extract::Command;
use crate::http::format::Format;
use crate::input::body::{List, Perhaps, body};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};

body! {
    /// 要导出的人。Whose data is exported.
    #[example = {"persons": [{"reception_id": "0198f3c1-0000-7000-8000-000000000001", "visitor": 0}]}]
    struct ExportPersons {
        /// 涉及的人，至少一个，每个一次；同一人在几次接待中来过的，逐一写明。Whose: one at least, each once; somebody who was in several receptions is named for each.
        persons: List<Perhaps<NamedPerson>, PERSONS_MAX, 1>,
    }
}

/// Export what is held of people
///
/// 导出所保存的个人信息（个人信息保护法第四十五条）：每个人的姓名和电话、来自哪次接待、其事项的每一条记录及其中的全部文字、附件名称、何人查看过、更正过什么、何时删除了什么。人的写法与删除申请相同；几次接待中的是否同一人，以经办人所写为准。超出所用角色范围的与没有的同样答
/// 422 unknown_id。`format=html` 供打印，语言按 Accept-Language。这是查询：不看 Idempotency-Key。采用访问规则之后须以 Huiyin-Purpose 写明目的，并先记录查看、后答复；未能记录的，只答事实。
///
/// Everything that is held of people (PIPL Art. 45): name and number of each, from which reception they come, every event of their
/// issues with all words, names of files, who looked, what was corrected and what was erased when. People are named as for an
/// erasure; that those of several receptions are one person is believed. Who is beyond the scope of the role is 422 `unknown_id`,
/// as who is not there. `format=html` is for print, in the language of Accept-Language. It is a question: no Idempotency-Key is
/// looked at. Once access rules are adopted Huiyin-Purpose has to say what for (400 `purpose_missing`), and that somebody looks is
/// on record before the answer; what could not be recorded is withheld.
#[utoipa::path(post, path = "/v1/personal-data/exports", tag = "personal data", request_body = ExportPersons, params(
    ("Huiyin-Purpose" = Option<schema::Purpose>, Header, description = "查看的目的。What for."),
    ("format" = Option<String>, Query, pattern = r"^(json|html)$", description = "json 或 html。json or html."),
), responses(
    (status = 200, description = "所保存的信息。What is held.", content(
        (PersonalDataExport = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn export(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let reader = command.reader_of_people(app.casework.access_adopted())?;
    let format = command.read_format(&request, &[Format::Json, Format::Html])?;
    let mut reading = command.reading(ExportPersons::read)?;
    let named = |body: &ExportPersons| body.persons.iter().map(|one| one.as_ref()?.named()).collect::<Vec<_>>();
    if let Some(persons) = reading.body().map(named) {
        reading.faults().note(app.casework.unfit_for_export(&reader, &persons).await?);
    }
    let persons: Vec<_> = named(&reading.finish()?).into_iter().flatten().collect();
    let _slot = app.one_export(command.caller.account.id).await?;
    let held = app.casework.held_of(&reader, &persons).await?;
    let snapshot = Snapshot { reader, ..app.present() };
    let mut views = Vec::with_capacity(held.len());
    for one in held {
        views.push(HeldPersonView::of(&app, one, &snapshot).await?);
    }
    let export = PersonalDataExport { persons: views, as_of_position: snapshot.position.0 };
    if format == Format::Html {
        let language = RequestContext::of(&request)?.language();
        return Ok(page::answer(&export, &snapshot.reference, language));
    }
    Ok(HttpResponse::Ok().json(export))
}
