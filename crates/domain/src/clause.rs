//! The clauses of the notice: what each says, and what of it is recorded. Facts, rules, obligations and figures name the
//! clause that they rest on where they are declared; whoever starts from a clause (`docs/CLAUSES.md`, the ledger) finds them
//! by its id.

use crate::language::Language;

/// One clause.
#[derive(Debug, PartialEq, Eq)]
pub struct Clause {
    /// How it is cited, for ever.
    pub id: &'static str,
    /// Where it stands in the notice: number and heading.
    pub part: &'static str,
    /// The heading in English.
    pub heading: &'static str,
    /// What the notice says, in its own words; `……` where some are left out.
    pub wording: &'static str,
    /// What it says, in English.
    pub english: &'static str,
    /// Whether what it asks for is recorded; else it is still to come, though some of it may be there.
    pub built: bool,
}

impl Clause {
    /// Its heading in a language.
    pub const fn heading_in(&self, language: Language) -> &'static str {
        language.pick(self.part, self.heading)
    }

    /// What it says in a language.
    pub const fn wording_in(&self, language: Language) -> &'static str {
        language.pick(self.wording, self.english)
    }
}

/// The clause of an id.
pub fn clause(id: &str) -> Option<&'static Clause> {
    CLAUSES.iter().find(|clause| clause.id == id)
}

/// Declares the table: id, whether it is built, heading and wording in Chinese and in English.
macro_rules! clauses {
    ($($id:literal $state:ident, $part:literal, $heading:literal, $wording:literal, $english:literal;)+) => {
        /// Every clause, in the order of the notice.
        pub const CLAUSES: &[Clause] = &[$(Clause {
            id: $id,
            part: $part,
            heading: $heading,
            wording: $wording,
            english: $english,
            built: clauses!($state),
        }),+];
    };
    (built) => { true };
    (to_come) => { false };
}

clauses! {
    "C-0" built, "前言", "Opening",
        "为“两代表”有组织、经常性地开展活动提供有效载体，……经研究决定在全镇开展“两代表”网格化联系服务活动",
        "The grid liaison service of the two kinds of delegates is set up in the whole town, so that their work is organised and regular.";
    "C-1" built, "一、指导思想", "Part 1, guiding idea",
        "以全镇网格为单位，坚持方便代表联系党员群众、有利于代表开展活动的原则，……实现代表履职和直接联系党员群众、联系选民的常态化、制度化",
        "The service goes by the town's grids, in a way that makes it easy for delegates to act; that they meet Party members, residents and voters directly becomes regular and a matter of rules.";
    "C-2" built, "二、时间安排", "Part 2, time",
        "根据“两代表”网格化联系服务安排（详见附件1），每周四下午开展联系服务活动",
        "The service takes place every Thursday afternoon, by the arrangement of Annex 1.";
    "C-3.1" built, "三（一）收集民意", "Part 3 (1), gathering opinion",
        "“两代表”通过在网格中接待来访、集中走访、专题走访、应约走访等形式，倾听党员群众呼声，回应民意",
        "Delegates listen to Party members and residents in their grids, and respond: they receive who comes, visit in groups or on a theme, and visit by appointment.";
    "C-3.2" built, "三（二）政策宣讲", "Part 3 (2), explaining policy",
        "“两代表”可以通过专题辅导、代表宣讲、经验交流等方式向群众宣传……也可以邀请有关部门负责人就群众关心关注的热点问题，进行政策宣传和答疑解惑",
        "Delegates may explain policy by lectures, talks and exchanges; heads of departments may be asked to answer questions on what concerns people.";
    "C-3.3" built, "三（三）民主恳谈", "Part 3 (3), democratic consultation",
        "组织代表开展民主恳谈活动，专门听取网格内党组织、党员和群众的意见建议",
        "Delegates hold consultations to hear what Party organisations, Party members and residents of the grid think and suggest.";
    "C-3.4" built, "三（四）为民服务", "Part 3 (4), serving the people",
        "组织代表领办实事、结对帮扶、走访慰问、开展咨询和志愿服务等",
        "Delegates take on practical deeds, support households, visit those in need, give advice and volunteer.";
    "C-3.5" built, "三（五）调查研究", "Part 3 (5), studies",
        "代表在调查研究结束后形成书面材料，报送党代表工作室和人大办公室……代表可以进行巡查和监督，将监督情况及时上报",
        "A finished study goes in writing to the Party-delegate studio and the congress office; what delegates find when they inspect is reported in good time.";
    "C-3.6" built, "三（六）意见建议反馈", "Part 3 (6), answers",
        "要做到件件有答复，事事有回音。对不能当场解答或难以解决的问题，进入网格重大问题处理流程",
        "Every matter is answered and every concern echoed back; what cannot be answered on the spot or is hard to solve goes to the grid's major-issue process.";
    "C-4.1" built, "四（一）设立代表网格化联系服务日", "Part 4 (1), the service day",
        "要落实代表轮值接待，每个网格至少要有一名党代表和一名人大代表参与接待，并做好相关记录",
        "Delegates receive by rota: in each grid at least one Party delegate and one people's congress deputy, and it is recorded.";
    "C-4.2" built, "四（二）组织季度主题活动", "Part 4 (2), theme activities",
        "每季度开展一次主题活动……要注意收集基层意见，留存相关文件影像资料，并把活动情况报党代表工作室和人大办公室",
        "A theme activity is held each quarter; opinions are gathered, documents and pictures kept, and both offices told of it.";
    "C-4.3a" built, "四（三）会议联系制度，一是", "Part 4 (3), regular meetings",
        "代表网格化联系服务季度例会，原则上与一级网格工作例会合并召开，参与研究网格内重大问题",
        "A regular meeting each quarter, as a rule together with that of the first-level grid, takes part in studying the grid's major issues.";
    "C-4.3b" built, "四（三）会议联系制度，二是", "Part 4 (3), symposia",
        "代表群众座谈会，每半年进行一次，邀请群团组织代表、党员代表、群众代表参加",
        "A symposium of delegates and residents is held each half-year, with people of mass organisations, Party members and residents.";
    "C-4.4" built, "四（四）代表首问责任制度", "Part 4 (4), whoever is asked first",
        "以“谁接待、谁答复”为原则，把基层反映的意见建议，在一定的时间内，以口头或书面的形式进行答复",
        "Whoever receives answers: opinions and suggestions are answered within a set time, orally or in writing.";
    "C-5.1" built, "五（一）加强工作推进", "Part 5 (1), carrying it out",
        "设一名召集人，负责活动的组织与安排；设一名联络员负责做好代表网格化联系服务的具体工作",
        "A convener organises and arranges what is done in a grid; a liaison officer sees to the daily work.";
    "C-5.2" built, "五（二）加强社会监督", "Part 5 (2), public oversight",
        "要将代表网格化联系服务活动作为代表年度述职评议的重要内容……二级网格要在村务或党务公开栏内做好代表网格化联系服务的公示（一般提前三天公示）",
        "The service is an important part of each delegate's annual review; second-level grids give notice of it on their public boards, as a rule three days before.";
    "C-5.3" built, "五（三）加强舆论宣传", "Part 5 (3), spreading the word",
        "要及时上报代表网格化联系服务中一些典型案例，形成一些好经验、好做法",
        "Typical cases are reported in good time, so that good experience and practice come of them.";
    "C-A1" built, "附件1", "Annex 1",
        "江桥镇“两代表”网格化联系服务安排表",
        "The roster: the town's grids, their units, and the Party delegates of each.";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::event::Event;
    use crate::event_type::EventType;
    use crate::refusal::Code;
    use crate::vocabulary::{Indicator, ObligationCode};
    use std::collections::BTreeSet;

    const ENGLISH: &str = include_str!("../../../docs/SOURCES.md");
    const CHINESE: &str = include_str!("../../../docs/zh/SOURCES.md");

    /// The rows of clauses of a page: id, part, wording.
    fn rows(page: &'static str) -> Vec<[&'static str; 3]> {
        let rows = page.lines().filter(|line| line.starts_with("| C-"));
        let cells = |row: &'static str| row.split('|').map(str::trim).skip(1).take(3).collect::<Vec<_>>();
        rows.map(|row| cells(row).try_into().unwrap()).collect()
    }

    #[test]
    fn the_pages_of_sources_say_what_the_table_says() {
        let table: Vec<_> = CLAUSES.iter().map(|one| [one.id, one.part, one.wording]).collect();
        assert_eq!(rows(CHINESE), table);
        // The opening has no number, and an English name on the English page.
        let english: Vec<_> = rows(ENGLISH).into_iter().map(|[id, _, wording]| [id, wording]).collect();
        assert_eq!(english, table.iter().map(|[id, _, wording]| [*id, *wording]).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_names_a_clause_names_one_of_the_table() {
        let named = Event::types().flat_map(EventType::clauses);
        let named = named.chain(Code::ALL.iter().filter_map(|code| code.clause()));
        let named = named.chain(Indicator::ALL.iter().map(|one| one.clause()));
        let named: BTreeSet<_> = named.chain(ObligationCode::ALL.iter().map(|code| code.clause())).collect();
        assert!(named.iter().all(|id| clause(id).is_some()), "{named:?}");
    }

    #[test]
    fn every_clause_is_said_in_both_languages_and_cited_one_way() {
        let ids: BTreeSet<_> = CLAUSES.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), CLAUSES.len());
        for one in CLAUSES {
            assert!(one.english.is_ascii() && one.english.ends_with('.') && one.heading.is_ascii(), "{}", one.id);
            assert!(!one.wording.is_ascii() && !one.part.is_ascii(), "{}", one.id);
        }
    }
}
