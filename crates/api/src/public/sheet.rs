//! The sheet of a session (公示单): one page of A4, in the words that people read on a board (C-5.2).

use crate::public::page::{day, names, remark, whole};
use crate::public::view::{PublicNotice, PublicState};
use crate::state::Snapshot;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ids::AreaId;
use domain::language::Language;
use domain::policy::Policy;
use domain::session::Session;
use domain::vocabulary::{DelegateType, OfficeKind};
use event_store::{Hash, Position};
use maud::{Markup, html};
use read_models::SessionRow;

/// A sheet hangs on a board of the town: it is in Chinese, whoever asks.
const ZH: Language = Language::Zh;

/// The sheet of a session, for the board of a unit where one is named. `of_log` is what of the log it is made of.
pub(super) fn sheet(row: &SessionRow, unit: Option<AreaId>, snapshot: &Snapshot, of_log: (Position, Hash)) -> Markup {
    let notice = PublicNotice::of(row, snapshot);
    let reference = &snapshot.reference;
    let unit_name = unit.and_then(|unit| reference.areas.name(unit));
    let topics = topics(&row.session, unit, reference.policies.in_force(row.session.held.on));
    let (position, root) = of_log;
    let body = html! {
        h1 { "两代表联系服务群众接待公示" }
        p.whose { @if let Some(unit) = unit_name { (unit) "　" } (notice.grid) }
        @if notice.state != PublicState::Planned { p.changed { (remark(&notice, ZH)) } }
        table.sheet {
            (line("接待日期", &day(notice.held_on, ZH)))
            (line("接待时间", &format!("{}—{}", notice.from, notice.to)))
            (line("接待地点", notice.venue.as_deref().unwrap_or("待定")))
            @for of in [DelegateType::Party, DelegateType::Deputy] {
                @if notice.names(of).next().is_some() { (line(of.zh(), &names(&notice, of, ZH))) }
            }
            @if !topics.is_empty() { (line("接待主题", &topics.join("、"))) }
        }
        @if notice.state != PublicState::Cancelled { p.said { "欢迎党员和群众前来反映情况，提出意见、建议和需求。" } }
        p.said { "对本公示或接待工作有异议的，可向" (where_to_object(snapshot)) "提出。" }
        @if let Some(issuer) = issuer(snapshot) { p.issued { "发布：" (issuer) } }
        footer {
            p { "场次编号：" (notice.session_id) }
            p { "内容截至回音日志第 " (position.0) " 条记录；当时的日志根：" (STANDARD.encode(root)) }
            p { "日志只能增加、不能修改，任何人都可以核对：/log/checkpoint" }
        }
    };
    whole(&format!("{}接待公示 {}", notice.grid, notice.held_on), &body, ZH)
}

fn line(name: &str, value: &str) -> Markup {
    html! { tr { th scope="row" { (name) } td { (value) } } }
}

/// What was announced last, by the unit, else by any.
fn topics(session: &Session, unit: Option<AreaId>, policy: Option<&Policy>) -> Vec<String> {
    let of_unit = |notice: &&domain::session::Notice| unit.is_none_or(|unit| notice.unit_id == unit);
    let Some(newest) = session.notices.iter().rfind(of_unit) else { return Vec::new() };
    let name = |code: &String| {
        let topic = policy.and_then(|policy| policy.topic(code));
        topic.map_or_else(|| code.clone(), |topic| topic.zh.clone())
    };
    newest.content.topics.iter().map(name).collect()
}

/// Who issued it: the programme's issuer where that is said, else the town.
fn issuer(snapshot: &Snapshot) -> Option<&str> {
    let town = || snapshot.reference.areas.town().map(|town| town.name.as_str());
    snapshot.reference.programme.issuer().or_else(town)
}

/// The offices that watch over the service, by their own names where they are registered.
fn where_to_object(snapshot: &Snapshot) -> String {
    let named = |kind: OfficeKind| {
        let mut offices = snapshot.reference.offices.all().filter(move |office| office.kind == kind);
        offices.next().map_or_else(|| kind.zh().to_owned(), |office| office.name.clone())
    };
    format!("本网格联络员、{}或{}", named(OfficeKind::PartyStudio), named(OfficeKind::CongressOffice))
}
