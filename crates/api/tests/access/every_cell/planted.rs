//! A town with a thing of every kind in every relation, and whose each of them is, written down by whoever plants it.

mod accounts;
mod of_town;

use crate::town::Town;
use crate::wire::{Asked, Wire};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How a thing stands to who asks: the delegate is the deputy of the first grid, convener and liaison are the first grid's,
/// the line is the party's and the office the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    Own,
    OwnGrid,
    SiblingGrid,
    OtherLine,
    OtherOffice,
    None,
}

pub const RELATIONS: [Relation; 6] = [
    Relation::Own,
    Relation::OwnGrid,
    Relation::SiblingGrid,
    Relation::OtherLine,
    Relation::OtherOffice,
    Relation::None,
];

impl Relation {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::OwnGrid => "own grid",
            Self::SiblingGrid => "sibling grid",
            Self::OtherLine => "other line",
            Self::OtherOffice => "other office",
            Self::None => "none",
        }
    }
}

/// Whose a thing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// Of the deputy of the first grid.
    pub delegate: bool,
    /// In the first grid.
    pub grid: bool,
    /// Of the party's line.
    pub line: bool,
    /// Dispatched to the first office.
    pub office: bool,
    /// Made by, or of, the account of whoever asks.
    pub account: bool,
}

/// An id that nothing has.
pub const ABSENT: &str = "0198f3c0-0000-7000-8000-00000000abcd";

/// Of the deputy of the first grid; of its party delegate; of the party delegate of the second; of its deputy.
const OF_DELEGATES: [(Relation, usize, usize); 4] =
    [(Relation::Own, 0, 1), (Relation::OwnGrid, 0, 0), (Relation::SiblingGrid, 1, 0), (Relation::OtherLine, 1, 1)];

/// What is a delegate's.
pub fn of_delegate(relation: Relation) -> Whose {
    Whose {
        delegate: relation == Relation::Own,
        grid: matches!(relation, Relation::Own | Relation::OwnGrid),
        line: matches!(relation, Relation::OwnGrid | Relation::SiblingGrid | Relation::OtherOffice),
        ..Whose::default()
    }
}

/// What is a grid's and no delegate's: of both lines.
fn of_grid(grid: usize) -> Whose {
    Whose { grid: grid == 0, line: true, ..Whose::default() }
}

/// What is planted.
pub struct Planted {
    pub town: Town,
    /// By kind and relation.
    things: BTreeMap<(&'static str, Relation), (String, Whose)>,
    /// What the account of a role made, by kind and role.
    own: BTreeMap<(&'static str, &'static str), String>,
    /// A reception of both delegates of the first grid, with a visitor for everybody who asks for an erasure.
    crowded: String,
    /// Parts of things, by the name of their place in an address and the thing.
    parts: BTreeMap<(&'static str, String), String>,
}

impl Planted {
    /// The thing of a kind in a relation.
    pub fn thing(&self, kind: &'static str, relation: Relation) -> Option<(String, Whose)> {
        self.things.get(&(kind, relation)).cloned()
    }

    /// A part of a thing; one that there is not where none was planted.
    pub fn part(&self, name: &'static str, thing: &str) -> String {
        self.parts.get(&(name, thing.to_owned())).cloned().unwrap_or_else(|| ABSENT.to_owned())
    }

    /// Which grid and which of its delegates a relation is about.
    pub fn delegate(relation: Relation) -> (usize, usize) {
        OF_DELEGATES.iter().find(|one| one.0 == relation).map_or((0, 1), |one| (one.1, one.2))
    }

    /// Everything is recorded by the account of the first start, then the table is adopted.
    pub async fn new(town: Town, wire: &mut Wire) -> Self {
        let (things, own, parts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut planted = Self { town, things, own, crowded: String::new(), parts };
        // Nobody took what was raised in time, and it is told.
        planted.town.server.later(10);
        planted.does("/v1/clock-runs", &json!({})).await;
        planted.issues().await;
        planted.of_delegates().await;
        planted.of_grids().await;
        planted.obligations().await;
        planted.files(wire).await;
        planted.record_of_town().await;
        planted.accounts().await;
        for account in planted.town.accounts.clone().into_values() {
            planted.grant_of(&account).await;
        }
        planted
            .town
            .server
            .done(&planted.town.server.token, "/v1/access/adoption", &json!({"table": "huiyin/1"}))
            .await;
        planted.proposals().await;
        planted.erasures().await;
        planted.town.server.caught_up().await;
        planted.leaves_of_the_log().await;
        planted
    }

    fn put(&mut self, kind: &'static str, relation: Relation, id: &str, whose: Whose) {
        self.things.insert((kind, relation), (id.to_owned(), whose));
    }

    /// A part of a thing, as an answer names it.
    fn keep(&mut self, name: &'static str, thing: &str, id: &Value) {
        let id = id.as_str().unwrap_or_else(|| panic!("{name} of {thing}: {id}"));
        self.parts.insert((name, thing.to_owned()), id.to_owned());
    }

    async fn does(&self, path: &str, body: &Value) -> Value {
        self.town.server.done(&self.town.server.token, path, body).await
    }

    /// What it begins, by the name it has in the answer.
    async fn begins(&self, path: &str, body: &Value, name: &str) -> String {
        let answer = self.does(path, body).await;
        answer[name]["id"].as_str().unwrap_or_else(|| panic!("{path}: {answer}")).to_owned()
    }

    /// The issues of the town, a fifth that the second office has, and what became of each on a higher level.
    async fn issues(&mut self) {
        let party = self.town.delegates[1][0].clone();
        let body = json!({
            "form": "walk_in", "grid_id": self.town.grids[1], "held_at": "2026-11-19T15:10:00+08:00",
            "delegates": [{"delegate_id": party, "delegate_type": "party"}], "visitors": [{}],
            "issues": [{"visitor": 0, "kind": "demand", "topic": "livelihood", "subject": "路面破损", "text": "路口有坑。",
                "responsible_delegate_id": party}],
        });
        let received = self.does("/v1/receptions", &body).await;
        let [own_party, own_deputy] = &self.town.delegates[0];
        let crowded = json!({
            "form": "walk_in", "grid_id": self.town.grids[0], "held_at": "2026-11-19T16:10:00+08:00",
            "delegates": [{"delegate_id": own_party, "delegate_type": "party"}, {"delegate_id": own_deputy, "delegate_type": "deputy"}],
            "visitors": (0..6).map(|n| json!({"name": format!("访客{n}")})).collect::<Vec<_>>(),
            "issues": [{"visitor": 5, "kind": "opinion", "topic": "livelihood", "subject": "路灯", "text": "不亮。",
                "responsible_delegate_id": own_deputy}],
        });
        self.crowded = self.begins("/v1/receptions", &crowded, "reception").await;
        let fifth = received["issues"][0]["id"].as_str().unwrap().to_owned();
        let issues = [
            (Relation::Own, self.town.issues[1].clone()),
            (Relation::OwnGrid, self.town.issues[0].clone()),
            (Relation::SiblingGrid, self.town.issues[2].clone()),
            (Relation::OtherLine, self.town.issues[3].clone()),
            (Relation::OtherOffice, fifth),
        ];
        for (relation, issue) in issues {
            let lead = match relation {
                Relation::Own | Relation::OwnGrid => Some(0),
                Relation::OtherOffice => Some(1),
                Relation::SiblingGrid | Relation::OtherLine | Relation::None => None,
            };
            let whose = Whose { office: lead == Some(0), ..of_delegate(relation) };
            let major = if relation == Relation::OwnGrid {
                self.town.major_issue.clone()
            } else {
                self.becomes_major(&issue, lead).await
            };
            self.put("issue", relation, &issue, whose);
            self.put("major_issue", relation, &major, whose);
            let code = self.town.server.casework.keys.receipt_code(issue.parse().unwrap(), None);
            self.put("receipt", relation, &code, whose);
        }
        for (relation, grid, line) in OF_DELEGATES {
            let reception = self.town.receptions[grid * 2 + line].clone();
            self.put("reception", relation, &reception, of_delegate(relation));
        }
    }

    async fn becomes_major(&self, issue: &str, lead: Option<usize>) -> String {
        let body = json!({"level": "L2", "reason": "需部门处理"});
        let escalated = self.does(&format!("/v1/issues/{issue}/escalations"), &body).await;
        let major = escalated["issue"]["major_issue_id"].as_str().unwrap().to_owned();
        if let Some(lead) = lead {
            let of = |what: &str| format!("/v1/major-issues/{major}/{what}");
            self.does(&of("triage"), &json!({"decision": "accept"})).await;
            self.does(&of("deliberations"), &json!({"held_on": "2026-12-04", "decision": "交部门"})).await;
            self.does(&of("assignments"), &json!({"lead_office_id": self.town.offices[lead]})).await;
        }
        major
    }

    /// What is a delegate's: an activity, a deed, a study, an appointment, a leave, a review, and themselves.
    async fn of_delegates(&mut self) {
        for (relation, grid, line) in OF_DELEGATES {
            let (grid, delegate) = (self.town.grids[grid].clone(), self.town.delegates[grid][line].clone());
            let whose = of_delegate(relation);
            let activity = json!({"kind": "symposium", "grid_ids": [grid], "title": "座谈会",
                "held_at": "2026-11-19T14:00:00+08:00", "delegates": [{"delegate_id": delegate}],
                "attendance": {"mass_organisation": 2, "party_member": 5, "resident": 9}});
            let activity = self.begins("/v1/activities", &activity, "activity").await;
            self.put("activity", relation, &activity, whose);
            let improvement = json!({"by_on": "2026-12-31", "text": "接待室增设无障碍通道。"});
            let adopted = self.does(&format!("/v1/activities/{activity}/improvements"), &improvement).await;
            self.keep("{improvement_id}", &activity, &adopted["activity"]["improvements"][0]["id"]);
            let deed = json!({"kind": "pledged_deed", "grid_id": grid, "owner_delegate_id": delegate,
                "promised_on": "2026-12-31", "title": "修好楼道灯"});
            let deed = self.begins("/v1/deeds", &deed, "deed").await;
            self.put("deed", relation, &deed, whose);
            let study = json!({"kind": "study", "grid_id": grid, "lead_delegate_id": delegate, "topics": ["housing"],
                "held_at": "2026-11-19T09:00:00+08:00", "title": "楼道照明"});
            let study = self.begins("/v1/studies", &study, "study").await;
            self.put("study", relation, &study, whose);
            let asked = json!({"grid_id": grid, "name": "王秀英", "phone": "13800001234", "text": "腿脚不便。"});
            let asked = self.begins("/v1/appointments", &asked, "appointment").await;
            let schedule = json!({"delegate_id": delegate, "scheduled_on": "2026-12-15", "from": "13:30"});
            self.does(&format!("/v1/appointments/{asked}/schedule"), &schedule).await;
            self.put("appointment", relation, &asked, whose);
            let leave =
                json!({"from": "2026-12-10", "to": "2026-12-11", "reason_code": "work", "reason": "外出开会。"});
            let leave = self.does(&format!("/v1/delegates/{delegate}/leaves"), &leave).await;
            self.keep("{leave_id}", &delegate, &leave["leave"]["id"]);
            let dispute = json!({"indicator": "on_time", "text": "该件按时答复。"});
            let disputed = self.does(&format!("/v1/reviews/2026/delegates/{delegate}/disputes"), &dispute).await;
            self.keep("{dispute_id}", &delegate, &disputed["appraisal"]["disputes"][0]["id"]);
            for kind in ["delegate", "leave", "review_of_delegate"] {
                self.put(kind, relation, &delegate, whose);
            }
            // A dashboard counts them by their issues, some of which went to the first office.
            let office = matches!(relation, Relation::Own | Relation::OwnGrid);
            self.put("counted_delegate", relation, &delegate, Whose { office, ..whose });
        }
    }

    /// What is a grid's: a session, of which the deputy of the first grid has a slot in one, a meeting, a case, and itself.
    async fn of_grids(&mut self) {
        let plan = json!({"from": "2026-12-07", "to": "2026-12-31"});
        self.does("/v1/session-plans", &plan).await;
        let sessions = self.town.server.told(&self.town.server.token, "/v1/sessions?limit=200").await;
        let of = |grid: &str| {
            let all = sessions["items"].as_array().unwrap().iter().filter(|one| one["grid_id"] == grid);
            all.map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let (here, there) = (of(&self.town.grids[0]), of(&self.town.grids[1]));
        let slots = |grid: usize, lines: &[usize]| {
            let slot = |line: &usize| {
                let delegate_type = if *line == 0 { "party" } else { "deputy" };
                json!({"delegate_id": self.town.delegates[grid][*line], "delegate_type": delegate_type})
            };
            lines.iter().map(slot).collect::<Vec<_>>()
        };
        let items = [
            (
                0,
                vec![
                    json!({"session_id": here[0], "slots": slots(0, &[0, 1])}),
                    json!({"session_id": here[1], "slots": slots(0, &[0])}),
                ],
            ),
            (1, vec![json!({"session_id": there[0], "slots": slots(1, &[0, 1])})]),
        ];
        for (grid, items) in items {
            let of = |what: &str| format!("/v1/grids/{}/{what}", self.town.grids[grid]);
            let ids: Vec<_> = items.iter().map(|item| item["session_id"].clone()).collect();
            self.does(&of("rotas"), &json!({"items": items})).await;
            self.does(&of("rota-publications"), &json!({"session_ids": ids})).await;
        }
        self.put("session", Relation::Own, &here[0], Whose { delegate: true, ..of_grid(0) });
        self.put("session", Relation::OwnGrid, &here[1], of_grid(0));
        self.put("session", Relation::SiblingGrid, &there[0], of_grid(1));
        // Nobody has a slot in these.
        self.put("free_session", Relation::OwnGrid, &here[2], of_grid(0));
        self.put("free_session", Relation::SiblingGrid, &there[2], of_grid(1));
        for session in [&here[0], &here[1], &there[0]] {
            let notice = json!({"board": "village_affairs", "posted_at": self.town.server.casework.now()});
            // One that was posted already names the sessions after it, too.
            let path = format!("/v1/sessions/{session}/notices");
            let posted = self.town.server.post(&self.town.server.token, &path, &notice).await;
            assert!(posted.status < 300 || posted.code() == "already_posted", "{}", posted.text);
            let objection = json!({"ground": "not_posted", "text": "公开栏里没有看到公示。"});
            let objected = self.does(&format!("/v1/sessions/{session}/objections"), &objection).await;
            self.keep("{objection_id}", session, &objected["session"]["objections"][0]["id"]);
        }
        for (relation, grid) in [(Relation::OwnGrid, 0), (Relation::SiblingGrid, 1)] {
            let id = self.town.grids[grid].clone();
            let meeting =
                json!({"grid_id": id, "kind": "regular", "scheduled_on": "2026-12-15", "with_work_meeting": true});
            let meeting = self.begins("/v1/meetings", &meeting, "meeting").await;
            self.put("meeting", relation, &meeting, of_grid(grid));
            let (activity, _) = self.thing("activity", relation).unwrap();
            let case = json!({"grid_id": id, "title": "三天修好一盏灯", "text": "居民反映，代表联系物业。",
                "sources": {"activity_ids": [activity]}});
            let case = self.begins("/v1/typical-cases", &case, "typical_case").await;
            self.put("typical_case", relation, &case, of_grid(grid));
            self.put("grid", relation, &id, of_grid(grid));
            self.put("review_of_grid", relation, &id, of_grid(grid));
        }
    }

    /// A file that an issue of each relation names.
    async fn files(&mut self, wire: &mut Wire) {
        for relation in RELATIONS {
            let Some((issue, whose)) = self.thing("issue", relation) else { continue };
            let headers = vec![
                ("content-type", "text/plain".to_owned()),
                ("content-disposition", "attachment; filename*=UTF-8''a.txt".to_owned()),
            ];
            let asked = Asked {
                method: "POST",
                path: "/v1/files?kind=document".to_owned(),
                headers,
                body: format!("{}的记录。", relation.words()).into_bytes(),
                endless: false,
            };
            let stored = wire.ask(&asked, &self.town.server.token).await;
            let file = stored.body["file"]["id"].as_str().unwrap_or_else(|| panic!("{}", stored.text)).to_owned();
            self.does(&format!("/v1/issues/{issue}/evidence"), &json!({"file_ids": [file]})).await;
            self.put("file", relation, &file, whose);
        }
    }

    /// Of what was missed, one that each delegate owed, explained.
    async fn obligations(&mut self) {
        self.town.server.caught_up().await;
        let path = "/v1/obligations?limit=1000&status=missing";
        let all = self.town.server.told(&self.town.server.token, path).await;
        for (relation, grid, line) in OF_DELEGATES {
            let delegate = self.town.delegates[grid][line].clone();
            let owed = all["items"].as_array().unwrap().iter().find(|one| one["owed_by"]["id"] == delegate.as_str());
            let owed = owed.unwrap_or_else(|| panic!("nothing is owed by {grid} {line}: {all}"));
            let id = owed["id"].as_str().unwrap().to_owned();
            self.does(&format!("/v1/obligations/{id}/explanations"), &json!({"text": "住院治疗。"})).await;
            self.put("obligation", relation, &id, of_delegate(relation));
        }
    }

    /// The first leaf of each issue, by its position.
    async fn leaves_of_the_log(&mut self) {
        for relation in RELATIONS {
            let Some((issue, whose)) = self.thing("issue", relation) else { continue };
            let path = format!("/v1/issues/{issue}/events?limit=1");
            let events = self.town.server.told(self.town.token("congress_office"), &path).await;
            let position = events["items"][0]["position"].as_u64().unwrap_or_else(|| panic!("{events}"));
            self.put("leaf", relation, &position.to_string(), whose);
        }
    }
}
