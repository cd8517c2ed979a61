//! What is held of people as a page for them, on screen and on paper. Every text is escaped by the macro that writes it; the one
//! style sheet stands in the page and is allowed by its digest, and nothing else may be loaded or run.

use super::held::{HeldEventView, HeldPersonView, PersonalDataExport, SaidView};
use crate::http::html::policy_of;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use casework::reference::Reference;
use chrono::DateTime;
use domain::language::Language;
use domain::vocabulary::{ErasureState, PersonalClass, Purpose, Role};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use std::sync::LazyLock;
use uuid::Uuid;

const STYLE: &str = include_str!("page.css");

static POLICY: LazyLock<String> = LazyLock::new(|| policy_of(STYLE));

/// Members of what was said, as people call them; what is not here is told by its own name.
const MEMBERS: [(&str, &str, &str); 10] = [
    ("name", "姓名", "Name"),
    ("phone", "电话", "Telephone"),
    ("subject", "事由", "Subject"),
    ("text", "内容", "Text"),
    ("reason", "理由", "Reason"),
    ("comment", "意见", "Comment"),
    ("basis", "依据", "Basis"),
    ("value", "更正为", "Corrected to"),
    ("decision", "决定", "Decision"),
    ("note", "备注", "Note"),
];

/// What a page is written with.
struct Writing<'a> {
    reference: &'a Reference,
    language: Language,
}

/// The page as an answer.
pub(super) fn answer(export: &PersonalDataExport, reference: &Reference, language: Language) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(Writing { reference, language }.page(export).into_string())
}

impl<'a> Writing<'a> {
    fn pick(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.language.pick(zh, en)
    }

    /// An instant as people write it: day and minute of the town.
    fn moment(&self, at: &str) -> String {
        let zone = self.reference.time_zone();
        let instant = DateTime::parse_from_rfc3339(at).map(|at| at.with_timezone(&zone));
        instant.map_or_else(|_| at.to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
    }

    /// Several terms as the language lists them.
    fn list(&self, terms: impl Iterator<Item = &'a str>) -> String {
        terms.collect::<Vec<_>>().join(self.pick("、", ", "))
    }

    fn classes(&self, names: &[&'static str]) -> String {
        self.list(names.iter().map(|name| self.class(name)))
    }

    fn class(&self, name: &'a str) -> &'a str {
        PersonalClass::parse(name).map_or(name, |class| self.language.pick(class.zh(), class.en()))
    }

    /// What something is called that is known by its id.
    fn name_of(&self, id: Uuid) -> String {
        let names = self.reference.names();
        names
            .place(id)
            .and_then(|place| names.all().get(place))
            .map_or_else(|| id.to_string(), |(_, name)| name.clone())
    }

    fn role(&self, name: &'a str) -> &'a str {
        Role::parse(name).map_or(name, |role| self.language.pick(role.zh(), role.en()))
    }

    fn page(&self, export: &PersonalDataExport) -> Markup {
        let title = self.pick("所保存的个人信息", "What is held of you");
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    h1 { (title) }
                    @for person in &export.persons { (self.person(person)) }
                    footer { p {
                        (self.pick("本页内容截至日志位置 ", "This page is as of log position ")) (export.as_of_position)
                    } }
                }
            }
        }
    }

    fn person(&self, person: &HeldPersonView) -> Markup {
        let reception = &person.reception;
        let numbers = self.list(person.issues.iter().map(|issue| issue.number.as_str()));
        html! {
            section {
                h2 { (self.pick("接待 ", "Reception of ")) (self.moment(&reception.held_at)) " " (self.name_of(reception.grid_id)) }
                table.facts { tbody {
                    (self.row(self.pick("姓名", "Name"), &self.who(person, person.who.name.as_deref())))
                    (self.row(self.pick("电话", "Telephone"), &self.who(person, person.who.phone.as_deref())))
                    (self.row(self.pick("来源", "From"), &html! {
                        (self.pick("接待 ", "reception ")) (reception.id)
                        @if let Some(session) = reception.session_id { (self.pick("，接待场次 ", ", session ")) (session) }
                        @if let Some(visitor) = person.visitor { (self.pick("，来访人序号 ", ", visitor ")) (visitor) }
                    }))
                    (self.row(self.pick("事项", "Issues"), &html! { (numbers) }))
                } }
                h3 { (self.pick("记录", "Records")) }
                @for event in &person.events { (self.event(event)) }
                h3 { (self.pick("附件", "Files")) }
                (self.table(&[("附件", "File"), ("名称", "Name"), ("记录", "Recorded")], person.files.iter().map(|file| vec![
                    html! { (file.id) },
                    html! { @match &file.name {
                        Some(name) => (name),
                        None => (self.pick(
                            if file.erased { "已删除" } else { "不显示" },
                            if file.erased { "erased" } else { "withheld" },
                        )),
                    } },
                    html! { (self.moment(&file.recorded_at)) },
                ])))
                h3 { (self.pick("更正", "Corrections")) }
                (self.table(&[("何处", "Of"), ("更正为", "To"), ("时间", "When")], person.corrections.iter().map(|made| vec![
                    html! { (made.stream) " " (made.event_version) " " (made.pointer) },
                    html! { @if let Some(value) = &made.value { (plain(value)) } },
                    html! { (self.moment(&made.recorded_at)) },
                ])))
                h3 { (self.pick("何人查看过", "Who looked")) }
                (self.table(
                    &[("时间", "When"), ("何人", "Who"), ("角色", "Role"), ("目的", "What for"), ("内容", "What")],
                    person.views.iter().map(|view| vec![
                        html! { (self.moment(&view.at)) },
                        html! { (self.name_of(view.account_id)) },
                        html! { (Role::parse(&view.role).map_or(view.role.as_str(), |role| self.language.pick(role.zh(), role.en()))) },
                        html! { (Purpose::parse(view.purpose).map_or(view.purpose, |purpose| self.language.pick(purpose.zh(), purpose.en()))) },
                        html! { (self.classes(&view.classes)) },
                    ]),
                ))
                h3 { (self.pick("删除", "Erasures")) }
                (self.table(
                    &[("申请", "Requested"), ("类别", "What"), ("状态", "State"), ("完成", "Completed")],
                    person.erasures.iter().map(|erasure| vec![
                        html! { (self.moment(&erasure.requested_at)) },
                        html! { (self.classes(&erasure.classes)) },
                        html! { (ErasureState::parse(erasure.state).map_or(erasure.state, |state| self.language.pick(state.zh(), state.en()))) },
                        html! { (erasure.completed_at.as_deref().map(|at| self.moment(at)).unwrap_or_default()) },
                    ]),
                ))
            }
        }
    }

    /// A name or a number, or why there is none.
    fn who(&self, person: &HeldPersonView, text: Option<&str>) -> Markup {
        let who = &person.who;
        html! {
            @if let Some(text) = text { (text) }
            @else if who.withheld.is_some() { span.note { (self.pick("不显示：查看未能记录", "withheld: the look could not be recorded")) } }
            @else if who.erased { span.note { (self.pick("没有，或已删除", "none, or erased")) } }
            @else { span.note { (self.pick("未留", "not given")) } }
        }
    }

    fn row(&self, head: &str, cell: &Markup) -> Markup {
        html! { tr { th { (head) } td { (cell) } } }
    }

    fn table(&self, heads: &[(&'a str, &'a str)], rows: impl ExactSizeIterator<Item = Vec<Markup>>) -> Markup {
        html! {
            @if rows.len() == 0 {
                p.note { (self.pick("无。", "None.")) }
            } @else {
                table {
                    thead { tr { @for (zh, en) in heads { th { (self.pick(zh, en)) } } } }
                    tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
                }
            }
        }
    }

    fn event(&self, event: &'a HeldEventView) -> Markup {
        let title = event.known.map_or(event.event_type.as_str(), |known| self.language.pick(known.zh, known.en));
        html! {
            div.event {
                p { (self.moment(&event.recorded_at)) " " (title) span.note { " " (self.role(&event.role)) " · " (event.position) } }
                @for said in &event.said { (self.said(said)) }
            }
        }
    }

    fn said(&self, said: &'a SaidView) -> Markup {
        let class = self.class(&said.class);
        let told = said.text.as_ref().and_then(Value::as_object);
        html! {
            @if let Some(told) = told {
                @for (member, text) in told { p.words { span.note { (self.member(member)) (self.language.colon()) } (plain(text)) } }
            } @else if said.erased {
                p.words { span.note { (class) (self.language.colon()) (self.pick("已删除", "erased")) } }
            } @else {
                p.words { span.note { (class) (self.language.colon()) (self.pick("不显示：查看未能记录", "withheld: the look could not be recorded")) } }
            }
        }
    }

    fn member(&self, name: &'a str) -> &'a str {
        let known = MEMBERS.iter().find(|(member, _, _)| *member == name);
        known.map_or(name, |(_, zh, en)| self.language.pick(zh, en))
    }
}

/// A value as people read it: a text without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_without_its_quotes() {
        assert_eq!(plain(&serde_json::json!("楼道灯")), "楼道灯");
        assert_eq!(plain(&serde_json::json!({"n": 1})), r#"{"n":1}"#);
    }
}
