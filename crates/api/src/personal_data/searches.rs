//! `POST /v1/personal-data/searches`: in which receptions somebody was. What is asked for stands in the body, because an address
//! with its query is written down elsewhere; it is a question all the same, and changes nothing.

use crate::http::extract::Command;
use crate::http::reader::WithheldView;
use crate::http::response::absent;
use crate::input::body::{Phone, Place, VisitorName, body};
use crate::limits::{PERSONS_FOUND_MAX, READ_WAIT};
use crate::openapi::vocabulary as schema;
use crate::problem::codes::HttpCode;
use crate::problem::{Fault, Problem};
use crate::receptions::visitors::VisitorView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::access::Sight;
use casework::persons::searching::{PersonFound, PersonsFound};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::ids::IssueId;
use domain::issue::Issue;
use domain::language::{Text, text};
use domain::personal_data::{NAME_CHARS_MIN, PHONE_DIGITS_MIN, Sought};
use domain::refusal::{Code, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

body! {
    /// 要找的人：电话或姓名，只写其一。Somebody who is looked for: by a number or a name, one of them.
    #[example = {"phone": "138 0013 8000"}]
    struct SearchPersons {
        /// 电话，写法不拘。A number, however it is written.
        phone: Option<Phone>,
        /// 姓名，须完整。A name, the whole of it.
        name: Option<VisitorName> => |_| one_of_both(phone.as_ref()?.is_some(), name.as_ref()?.is_some()),
    }
}

fn one_of_both(phone: bool, name: bool) -> Option<Refusal> {
    (phone == name).then(|| {
        Refusal::new(Code::InvalidValue)
            .because("请写明 phone 或 name，只写其一。", "Name phone or name, and not both.")
    })
}

impl SearchPersons {
    /// Whom it is about.
    fn sought(&self) -> Option<Sought> {
        self.phone.as_deref().and_then(Sought::phone).or_else(|| self.name.as_deref().and_then(Sought::name))
    }

    /// What nobody is looked for by, being too short.
    fn too_short(&self) -> Vec<Fault> {
        let fault = |name: &str, detail: Text| Place::Key(&Place::Root, name).because(HttpCode::QueryTooShort, detail);
        let phone = self.phone.as_deref().filter(|phone| Sought::phone(phone).is_none()).map(|_| {
            let zh = format!("电话至少要有 {PHONE_DIGITS_MIN} 位数字。");
            fault("phone", text(zh, format!("A number has {PHONE_DIGITS_MIN} digits at least.")))
        });
        let name = self.name.as_deref().filter(|name| Sought::name(name).is_none()).map(|_| {
            let zh = format!("姓名至少要有 {NAME_CHARS_MIN} 个字。");
            fault("name", text(zh, format!("A name has {NAME_CHARS_MIN} characters at least.")))
        });
        phone.into_iter().chain(name).collect()
    }
}

/// Reads whom somebody looks for: all that is wrong with it at once, 400 where nothing but its length is.
fn read(command: &Command) -> Result<Sought, Problem> {
    command.read_query(|_| Some(()))?;
    let mut reading = command.reading(SearchPersons::read)?;
    let too_short = reading.body().map(SearchPersons::too_short).unwrap_or_default();
    too_short.into_iter().for_each(|fault| reading.faults().push(fault));
    let sought = reading.finish()?.sought();
    sought.ok_or_else(|| Problem::internal("somebody is looked for by nothing"))
}

/// 查找的结果。What a search comes to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "reception_id": "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01", "visitor": 0, "held_on": "2026-11-19",
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "王**", "phone": "138****8000",
    "issues": [{"id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "number": "2026-88122"}]
}]}))]
pub struct PersonsFoundView {
    /// Where they were, the newest first; at most 100.
    items: Vec<PersonFoundView>,
    /// More were found than are told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    more: bool,
    /// Nobody is told of, because that somebody looks could not be recorded; absent otherwise.
    #[serde(skip_serializing_if = "absent")]
    withheld: Option<WithheldView>,
}

/// 在一次接待中找到的人。Somebody who was found in a reception.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonFound)]
pub struct PersonFoundView {
    /// The reception.
    reception_id: Uuid,
    /// Which of its visitors, from 0.
    visitor: u32,
    /// On which day it was held.
    held_on: NaiveDate,
    /// The grid.
    grid_id: Uuid,
    /// Who they are, as far as it tells one person from another.
    #[serde(flatten)]
    who: VisitorView,
    /// The issues that they raised there, in order.
    issues: Vec<IssueNamed>,
    /// 此次接待的密封内容有损坏，因此不显示姓名和电话。True where something sealed in the reception is damaged: name and number are not shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    damaged: bool,
}

/// 事项的编号。An issue by its id and its number.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssueNamed {
    /// Its id.
    pub(super) id: Uuid,
    /// Its number.
    pub(super) number: String,
}

impl IssueNamed {
    /// An issue.
    pub(super) fn of(id: IssueId, issue: &Issue, town: Tz) -> Self {
        Self { id: id.0, number: issue.number(town) }
    }
}

async fn found(app: &AppState, found: &PersonFound) -> Result<PersonFoundView, Problem> {
    let PersonFound { reception_id, reception, visitor, issues, damaged } = found;
    let (state, reference) = (&reception.state, app.casework.reference());
    let named = usize::try_from(*visitor).ok().and_then(|which| state.visitors.get(which));
    let named = named.ok_or_else(|| Problem::internal("somebody was found whom the reception does not have"))?;
    Ok(PersonFoundView {
        reception_id: reception_id.0,
        visitor: *visitor,
        held_on: reference.town_date(state.held_at),
        grid_id: state.grid_id.0,
        who: match damaged {
            true => VisitorView::default(),
            false => VisitorView::of(app, &Sight::MASKED, reception, &state.corrections, named).await?,
        },
        issues: issues.iter().map(|(id, issue)| IssueNamed::of(*id, &issue.state, reference.time_zone())).collect(),
        damaged: *damaged,
    })
}

/// Find one person
///
/// 按电话或姓名查找一个人在哪些接待中来过、提出了哪些事项（个人信息保护法第四十五条）。电话只比较数字：全角、空格、连字符和 +86 不影响；姓名须完整，空格和大小写不影响。只答所用角色范围之内的，最近的在前，最多 100
/// 条，还有更多的以 more 注明。这是查询：不产生记录的位置，不看 Idempotency-Key。采用访问规则之后须以 Huiyin-Purpose 写明目的；找到的接待记为一次查看（联系方式或身份），先记录后答复。已删除的不再能找到。
///
/// Looks for somebody by a number or a name: in which receptions they were, and which issues they raised (PIPL Art. 45). Of a
/// number the digits are compared, whether written in full width, with spaces, hyphens or +86; of a name the whole, whatever its
/// spaces and capitals. Within the scope of the role, the newest first, at most 100; `more` says that there are others. It is a
/// question: no `position`, and no Idempotency-Key is looked at. Once access rules are adopted Huiyin-Purpose has to say what for
/// (400 `purpose_missing`), and that they were found is on record before the answer, as a look at the contact or the identity. What
/// was erased is not found any more.
#[utoipa::path(post, path = "/v1/personal-data/searches", tag = "personal data", request_body = SearchPersons, params(
    ("Huiyin-Purpose" = Option<schema::Purpose>, Header, description = "查看的目的。What for."),
), responses(
    (status = 200, description = "找到的人。Who was found.", body = PersonsFoundView),
))]
pub(crate) async fn search(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let reader = command.reader_of_people(app.casework.access_adopted())?;
    let sought = read(&command)?;
    // After a start who came where is read first; what was read stays.
    let read = tokio::time::timeout(READ_WAIT, app.casework.read_persons()).await;
    read.map_err(|_| Problem::new(HttpCode::ReadModelBehind))??;
    let PersonsFound { found: all, more, withheld } =
        app.casework.search_persons(&reader, &sought, PERSONS_FOUND_MAX).await?;
    let mut items = Vec::with_capacity(all.len());
    for one in &all {
        items.push(found(&app, one).await?);
    }
    Ok(HttpResponse::Ok().json(PersonsFoundView { items, more, withheld: withheld.map(Into::into) }))
}
