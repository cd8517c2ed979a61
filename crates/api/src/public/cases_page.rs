//! Published typical cases as a page for people (C-5.3). What stands in a case is in the words of the town, whoever reads it.

use crate::public::case_view::{PublicCase, PublicCasePage};
use crate::public::page::{day, end, whole};
use domain::language::Language;
use maud::{Markup, html};

/// The list of cases.
pub(super) fn list(cases: &PublicCasePage, next: Option<&str>, language: Language) -> Markup {
    let title = language.pick("两代表联系服务群众典型案例", "Typical cases of the liaison service");
    let body = html! {
        h1 { (title) }
        @if cases.items.is_empty() {
            p { (language.pick("尚无已发布的典型案例。", "No typical case is published.")) }
        }
        @for case in &cases.items { (one(case, language)) }
        (end(next, cases.as_of_position, language))
    };
    whole(title, &body, language)
}

fn one(case: &PublicCase, language: Language) -> Markup {
    html! {
        article id=(case.id) {
            h2 { (case.grid) (language.pick("　", ", ")) (day(case.published_on, language)) }
            (said(case.text.as_deref(), language))
            @for annotation in &case.annotations {
                aside {
                    h3 { (language.pick("加注", "Annotation")) (language.pick("　", ", ")) (day(annotation.annotated_on, language)) }
                    (said(annotation.text.as_deref(), language))
                }
            }
        }
    }
}

/// A text, each line a paragraph.
fn said(text: Option<&str>, language: Language) -> Markup {
    html! {
        @match text {
            Some(text) => { div lang=(Language::Zh.tag()) {
                @for line in text.lines().filter(|line| !line.trim().is_empty()) { p { (line) } }
            } }
            None => { p { (language.pick("内容已删除。", "Its text was erased.")) } }
        }
    }
}
