//! What the dossier should say on paper, made of the JSON answer and of nothing else: pieces that stand on one page each, and
//! words that may run over to the next.

use super::vocabulary::Vocabulary;
use serde_json::Value;

/// What a figure of the answer may consist of. What is none of it is on no page.
const PARTS: [&str; 12] = [
    "code",
    "available",
    "clause",
    "n",
    "of",
    "target_permille",
    "split",
    "weighted",
    "responses",
    "referenced",
    "wilson_95_permille",
    "ranked",
];

/// The parts of a dossier.
pub struct Parts<'a> {
    pub dossier: &'a Value,
    pub words: &'a Vocabulary,
}

#[track_caller]
fn number(of: &Value) -> u64 {
    of.as_u64().unwrap_or_else(|| panic!("{of} is no number"))
}

/// Thousandths as per cent with one digit behind the point.
fn percent(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// So many of so many, and how much that is of a whole, rounded to a tenth of a per cent.
fn share(n: u64, of: u64) -> String {
    match (n * 1000 + of / 2).checked_div(of) {
        None => format!("{n} / {of}"),
        Some(permille) => format!("{n} / {of} ({})", percent(permille)),
    }
}

fn share_of(ratio: &Value) -> String {
    share(number(&ratio["n"]), number(&ratio["of"]))
}

/// Day and minute of an instant.
fn moment(at: &Value) -> String {
    at.as_str().unwrap()[..16].replace('T', " ")
}

fn listed(of: &Value) -> &[Value] {
    of.as_array().unwrap()
}

fn text(of: &Value) -> &str {
    of.as_str().unwrap_or_else(|| panic!("{of} is no text"))
}

impl Parts<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.words.pick(zh, en)
    }

    fn appraisal(&self) -> &Value {
        &self.dossier["appraisal"]
    }

    fn indicators(&self) -> &[Value] {
        listed(&self.dossier["figures"]["indicators"])
    }

    fn name(&self, indicator: &Value) -> &str {
        self.words.name("indicator", indicator)
    }

    /// What people said, part by part.
    pub fn said(&self) -> Vec<String> {
        let report = &self.appraisal()["report"];
        let sections = [&report["liaison_service"], &report["other"], &self.appraisal()["result"]["text"]];
        sections.into_iter().filter(|text| text.is_string()).map(|said| text(said).to_owned()).collect()
    }

    /// All the rest.
    pub fn pieces(&self) -> Vec<String> {
        let mut pieces = vec![self.title(), self.result(), self.shares(), self.working_days()];
        pieces.extend(self.figures());
        pieces.extend(self.report());
        pieces.extend(self.votes());
        pieces.extend(self.disputes());
        pieces.extend(self.adjustments());
        pieces.extend(self.sources());
        pieces
    }

    fn title(&self) -> String {
        let (year, name) = (&self.appraisal()["year"], text(&self.appraisal()["delegate"]["name"]));
        self.pick(&format!("{year} 年度述职评议档案{name}"), &format!("Annual review {year}{name}")).to_owned()
    }

    fn result(&self) -> String {
        let result = &self.appraisal()["result"];
        let grade = self.words.name("grade", &result["grade"]);
        let (set, published) = (moment(&result["set_at"]), moment(&result["published_at"]));
        let zh = format!("评议结果：{grade}（{set} 确定，{published} 公布）");
        let en = format!("Result: {grade} (set {set}, published {published})");
        self.pick(&zh, &en).to_owned()
    }

    /// The two numbers of a figure with all its adjustments.
    fn adjusted(&self, indicator: &Value) -> Option<String> {
        let one = listed(&self.dossier["adjusted"]).iter().find(|one| one["indicator"] == *indicator)?;
        let sum = |frozen: &str, by: &str| one[frozen].as_i64().unwrap() + one[by].as_i64().unwrap();
        Some(format!("{} / {}", sum("n", "by_n"), sum("of", "by_of")))
    }

    /// The heading of the first section with the whole chart of shares.
    fn shares(&self) -> String {
        let until = text(&self.dossier["figures"]["until"]);
        let mut chart = format!(
            "{}{}{}{}",
            self.pick("一、评议指标指标计至 ", "1 Figures Counted until "),
            until,
            self.pick("。", "."),
            self.pick("各项比例", "Shares"),
        );
        for figure in self.indicators().iter().filter(|figure| figure.get("split").is_none()) {
            if figure["of"].as_u64() > Some(0) {
                chart += self.name(&figure["code"]);
                chart += &share_of(figure);
                if let Some(adjusted) = self.adjusted(&figure["code"]) {
                    chart += &format!(" → {adjusted}");
                }
            }
        }
        if !listed(&self.dossier["adjusted"]).is_empty() {
            let thin = "The thin line is the figure with its adjustments; the figure itself stays.";
            chart += self.pick("细线为连同调整的数值；指标本身不变。", thin);
        }
        chart
    }

    fn split(figure: &Value) -> [u64; 3] {
        ["delegate", "unit", "suspended"].map(|part| number(&figure["split"][part]))
    }

    fn working_days(&self) -> String {
        let title = "Working days to the answer (delegate + unit + suspended)";
        let mut chart = self.pick("答复用时（工作日：代表 + 承办 + 中止）", title).to_owned();
        for figure in self.indicators().iter().filter(|figure| figure.get("split").is_some()) {
            if number(&figure["of"]) > 0 {
                let [delegate, unit, suspended] = Self::split(figure);
                let days = self.pick(" 日：", " days: ");
                chart += self.name(&figure["code"]);
                chart += &format!("{}{days}{delegate} + {unit} + {suspended}", figure["n"]);
            }
        }
        chart
    }

    /// The rows of the table, the first behind its headings.
    pub fn figures(&self) -> Vec<String> {
        let rows = self.indicators().iter().map(|figure| self.row(figure));
        let mut rows: Vec<String> = rows.collect();
        rows[0] = format!("{}{}", self.heads(), rows[0]);
        rows
    }

    /// The headings of the table of figures.
    pub fn heads(&self) -> &str {
        self.pick("指标条款分子分母连同调整说明", "Figure Clause n of Adjusted Remark")
    }

    fn row(&self, figure: &Value) -> String {
        for part in figure.as_object().unwrap().keys() {
            assert!(PARTS.contains(&part.as_str()), "{part} of a figure is on no page: {figure}");
        }
        let numbers = match figure["available"] == Value::Bool(false) {
            true => format!("––{}", self.pick("尚无记录可以计算", "not recorded yet")),
            false => format!("{} {}", number(&figure["n"]), number(&figure["of"])),
        };
        let adjusted = self.adjusted(&figure["code"]).unwrap_or_default();
        let remark = self.remark(figure);
        format!("{}{}{numbers}{adjusted}{remark}", self.name(&figure["code"]), text(&figure["clause"]))
    }

    fn remark(&self, figure: &Value) -> String {
        let told = |part: &str, zh: &str, en: &str, tell: &dyn Fn(&Value) -> String| {
            figure.get(part).map(|of| format!("{}{}", self.pick(zh, en), tell(of)))
        };
        let between = |of: &Value| {
            format!(
                "{}–{}{}",
                percent(number(&of[0])),
                percent(number(&of[1])),
                self.words.brackets(self.pick("Wilson，95%", "Wilson, 95%"))
            )
        };
        let split = figure.get("split").map(|_| {
            let [delegate, unit, suspended] = Self::split(figure);
            let zh = format!("代表 {delegate} + 承办 {unit} + 中止 {suspended}");
            self.pick(&zh, &format!("delegate {delegate} + unit {unit} + suspended {suspended}")).to_owned()
        });
        let few = (figure["ranked"] == Value::Bool(false))
            .then(|| self.pick("评价过少，不宜比较", "too few responses for a comparison").to_owned());
        let all = [
            told("target_permille", "目标 ", "target ", &|of| percent(number(of))),
            split,
            told("referenced", "其中被引用或采纳 ", "referred to or taken up ", &share_of),
            told("weighted", "加权 ", "weighted ", &share_of),
            told("responses", "收到评价 ", "responses ", &share_of),
            told("wilson_95_permille", "区间 ", "interval ", &between),
            few,
        ];
        all.into_iter().flatten().collect::<Vec<_>>().join(self.pick("；", "; "))
    }

    fn report(&self) -> Vec<String> {
        let report = &self.appraisal()["report"];
        let head =
            format!("{}{}", self.pick("二、述职报告提交：", "2 Report Submitted: "), moment(&report["submitted_at"]));
        let files = listed(&report["file_ids"]).iter().map(|id| text(id).to_owned());
        std::iter::once(head).chain(files).collect()
    }

    /// The votes, each as one chart, the first with the heading.
    fn votes(&self) -> Vec<String> {
        let votes = listed(&self.appraisal()["appraisals"]).iter().map(|vote| {
            let all: u64 = vote["ballots"].as_object().unwrap().values().map(number).sum();
            let (by, on) = (self.words.name("appraised_by", &vote["by"]), text(&vote["held_on"]));
            let title =
                self.pick(&format!("{by}，{on}，共 {all} 票"), &format!("{by}, {on}, {all} ballots")).to_owned();
            self.words.all("grade").fold(title, |chart, grade| match vote["ballots"].get(grade) {
                None => chart,
                Some(count) => {
                    let name = self.words.name("grade", &Value::from(grade));
                    format!("{chart}{name}{}", share(number(count), all))
                }
            })
        });
        self.headed(("三、测评", "3 Votes"), ("", ""), votes.collect())
    }

    /// The parts of a section, the first of them behind the section's heading and its table's.
    fn headed(&self, title: (&str, &str), heads: (&str, &str), mut parts: Vec<String>) -> Vec<String> {
        let first = parts.first_mut().expect("nothing to be headed");
        *first = format!("{}{}{first}", self.pick(title.0, title.1), self.pick(heads.0, heads.1));
        parts
    }

    fn disputes(&self) -> Vec<String> {
        let rows = listed(&self.appraisal()["disputes"]).iter().map(|dispute| {
            let of = dispute
                .get("of")
                .map(|of| format!("{} {}", self.words.name("disputed_family", &of["family"]), text(&of["id"])));
            format!(
                "{}{}{}{}{}{}{}{}",
                moment(&dispute["raised_at"]),
                self.name(&dispute["indicator"]),
                of.unwrap_or_default(),
                text(&dispute["text"]),
                self.words.name("dispute_state", &dispute["state"]),
                self.words.brackets(&moment(&dispute["decided_at"])),
                self.pick("：", ": "),
                text(&dispute["decision_text"]),
            )
        });
        let heads = ("提出指标所指理由认定", "Raised Figure About Why Decision");
        self.headed(("四、异议", "4 Disputes"), heads, rows.collect())
    }

    fn adjustments(&self) -> Vec<String> {
        let rows = listed(&self.appraisal()["adjustments"]).iter().map(|one| {
            let signed = |part: &str| format!("{:+}", one[part].as_i64().unwrap());
            let (made, reason) = (moment(&one["made_at"]), text(&one["reason"]));
            format!("{made}{}{}{}{reason}", self.name(&one["indicator"]), signed("n"), signed("of"))
        });
        let heads = ("作出指标分子分母理由", "Made Figure n of Why");
        self.headed(("五、调整", "5 Adjustments"), heads, rows.collect())
    }

    /// From what it is made.
    fn sources(&self) -> Vec<String> {
        let (review, frozen) = (&self.dossier["review"], &self.appraisal()["frozen"]);
        let (position, at) = (number(&frozen["position"]), moment(&frozen["at"]));
        let (root, rules) = (text(&review["root"]), text(&review["rules"]));
        let (policy, now) = (number(&review["policy_position"]), number(&self.dossier["as_of_position"]));
        let (year, id) = (&self.appraisal()["year"], text(&self.appraisal()["delegate"]["id"]));
        let (digest, address) = (text(&frozen["digest"]), format!("/v1/reviews/{year}/delegates/{id}/frozen"));
        let chinese = [
            format!("指标截至日志位置 {position}；日志根 {root}；算法 {rules}；规则的日志位置 {policy}；冻结于 {at}"),
            format!("指标的摘要值（SHA-256） {digest}；原文 {address}"),
            format!("本页内容截至日志位置 {now}"),
        ];
        let english = [
            format!(
                "Figures as of log position {position}; root of the log {root}; rules {rules}; policy at log position {policy}; frozen {at}"
            ),
            format!("Digest of the figures (SHA-256) {digest}; the bytes {address}"),
            format!("This page is as of log position {now}"),
        ];
        let [zh, en] = [chinese, english].map(|lines| lines.concat());
        vec![self.pick(&zh, &en).to_owned()]
    }
}
