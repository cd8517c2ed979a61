//! Every cell of the access table in every relation, over sockets: each action that has a route, in each role, about one's
//! own, of the own grid, of the sibling grid, of the other line, of another office, and what there is not.
//!
//! An outcome is expected by the letters of docs/ACCESS.md and by whose each planted thing is. A cell whose relation there is
//! not is counted by its reason, so that the sums are those of the whole table.

mod asked;
mod expected;
mod instants;
mod planted;

use crate::server::Answer;
use crate::town::Town;
use crate::wire::{Asked, Wire};
use api::http::route::Route;
use api::routes;
use asked::{About, Known};
use expected::{Outcome, ROLES};
use planted::{ABSENT, Planted, RELATIONS, Relation, Whose};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Actions without a route. Whoever gives one a route takes its line out.
const WITHOUT_A_ROUTE: &[&str] = &[
    "backup.list",
    "backup.make",
    "console.read",
    "key.rotate",
    "personal.open",
    "personal.read",
    "report.freeze",
    "report.publish",
    "report.read",
    "slip.read",
    "webhook.change",
    "webhook.create",
    "webhook.list",
    "webhook.read",
    "webhook.replay",
];

/// What has not come to be in this town: whoever is let through is told so.
const NOT_YET: &[&str] = &[
    "GET /log/openings/{id}",
    "GET /v1/reviews/{year}/delegates/{id}/frozen",
    "GET /v1/reviews/{year}/grids/{id}/frozen",
    "GET /v1/reviews/{year}/grids/{id}/events",
    "GET /v1/public/reviews/{year}",
    "GET /embed/reviews",
];

/// One request, whose cell it is, and what must come of it.
struct Case {
    action: &'static str,
    role: usize,
    relation: Relation,
    route: String,
    asked: Asked,
    /// The id that a list has or has not.
    id: String,
    expected: Outcome,
    begins: bool,
}

type CellOf = (&'static str, usize, Relation);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_every_cell_in_every_relation_over_sockets() {
    println!(
        "attempted: every action in every role about what is one's own, the grid's, another's, and what there is not"
    );
    let town = Town::new().await;
    let (address, served, handle) = town.server.listen();
    let planted = Planted::new(town, &mut Wire::to(address)).await;
    let (cases, none) = cases(&planted).await;
    println!("{} requests", cases.len());
    // What begins something is asked in the order of the columns, each after the other.
    let (begin, rest): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case.begins);
    let tokens: Vec<_> = ROLES.map(|role| planted.town.tokens.get(role).cloned().unwrap_or_default()).into();
    let mut answered = ask(address, begin, &tokens).await;
    planted.town.server.caught_up().await;
    let mut lots: Vec<Vec<Case>> = (0..LANES).map(|_| Vec::new()).collect();
    rest.into_iter().enumerate().for_each(|(n, case)| lots[n % LANES].push(case));
    let asking = lots.into_iter().map(|lot| ask(address, lot, &tokens));
    answered.extend(futures_util::future::join_all(asking).await.into_iter().flatten());
    let mut cells: BTreeMap<CellOf, Vec<String>> = BTreeMap::new();
    let mut absences: BTreeMap<(&str, usize), Value> = BTreeMap::new();
    let mut times: BTreeSet<String> = BTreeSet::new();
    for (case, answer) in &answered {
        let faults = cells.entry((case.action, case.role, case.relation)).or_default();
        // What may not be read is answered like what is not there, to the letter.
        if answer.code() == "not_found" {
            let told = without_its_own(answer);
            let first = absences.entry((&case.route, case.role)).or_insert_with(|| told.clone());
            if *first != told {
                faults.push(format!("{} {}: {told}, and elsewhere {first}", case.route, ROLES[case.role]));
            }
        }
        times.extend(instants::in_another_time(case, answer));
        let came = outcome(case, answer);
        if came != Some(case.expected) {
            faults.push(format!(
                "{} {} {}: {} {}: {} {}, not {:?}",
                case.action,
                ROLES[case.role],
                case.relation.words(),
                case.route,
                case.asked.path,
                answer.status,
                answer.code(),
                case.expected
            ));
        }
    }
    let failed: Vec<_> = cells.values().filter(|faults| !faults.is_empty()).flatten().collect();
    let failing = cells.values().filter(|faults| !faults.is_empty()).count();
    let without = WITHOUT_A_ROUTE.len() * ROLES.len() * RELATIONS.len();
    println!("passed {}, failed {failing}, no such relation {}, no route {without}", cells.len() - failing, none.len());
    let mut reasons: BTreeMap<&String, usize> = BTreeMap::new();
    none.values().for_each(|reason| *reasons.entry(reason).or_default() += 1);
    for (reason, times) in reasons {
        println!("  no such relation {times:>6}: {reason}");
    }
    failed.iter().for_each(|fault| println!("  failed {fault}"));
    assert_eq!(cells.len() + none.len() + without, expected::golden().len() * 60, "cells of the table");
    assert!(failed.is_empty(), "{failing} cells are not as the table says");
    assert!(times.is_empty(), "{times:#?} are not in the town's time");
    println!("caught: whatever the table or the scope does not give; what may not be read is like what is not there");
    handle.stop(false).await;
    served.await.unwrap().unwrap();
    planted.town.server.stop().await;
}

/// So many connections ask at once.
const LANES: usize = 6;

async fn ask(address: std::net::SocketAddr, cases: Vec<Case>, tokens: &[String]) -> Vec<(Case, Answer)> {
    let mut wire = Wire::to(address);
    let mut answered = Vec::new();
    for case in cases {
        let answer = wire.ask(&case.asked, &tokens[case.role]).await;
        answered.push((case, answer));
    }
    answered
}

/// An answer but for the address and the number of the request.
fn without_its_own(answer: &Answer) -> Value {
    let mut told = answer.body.clone();
    for own in ["instance", "request_id"] {
        told.as_object_mut().unwrap().remove(own);
    }
    told
}

/// What came of it; nothing where it is none of what may.
fn outcome(case: &Case, answer: &Answer) -> Option<Outcome> {
    let listed = matches!(case.expected, Outcome::Listed | Outcome::Unlisted);
    match (answer.status, answer.code()) {
        (200, _) if listed && answer.text.contains(&case.id) => Some(Outcome::Listed),
        (200, _) if listed => Some(Outcome::Unlisted),
        // What is not known is the login or the code that was sent, not who sends it.
        (401, "sign_in_failed") if case.expected == Outcome::Through => Some(Outcome::Through),
        // Tries to sign in are counted, and looked at two at a time, whoever tries.
        (429, _) if case.route.contains("/sign-ins") || case.route.contains("/me/password") => Some(case.expected),
        (401, _) => Some(Outcome::Unknown),
        (403, "forbidden") => Some(Outcome::Forbidden),
        (403, "out_of_scope") => Some(Outcome::OutOfScope),
        (404, _) if case.expected == Outcome::Through && NOT_YET.contains(&case.route.as_str()) => {
            Some(Outcome::Through)
        }
        // A page that people read has no code.
        (404, "not_found") => Some(Outcome::NotFound),
        (404, "") if case.route == "GET /r/{code}" => Some(Outcome::NotFound),
        (422, "unknown_id") if case.expected == Outcome::NotFound && case.begins => Some(Outcome::NotFound),
        (200..=399 | 409 | 412, _) => Some(Outcome::Through),
        _ => None,
    }
}

/// All requests, and the cells for which there is none, by the reason why.
async fn cases(planted: &Planted) -> (Vec<Case>, BTreeMap<CellOf, String>) {
    let document = serde_json::from_str::<serde_json::Value>(api::openapi::TEXT).unwrap();
    let golden = expected::golden();
    assert_eq!(golden.len(), 237, "rows of the printed table");
    let (mut cases, mut none) = (Vec::new(), BTreeMap::new());
    let own = own_tokens(planted).await;
    let known: Vec<_> = (0..ROLES.len()).map(|column| known(planted, &golden, column)).collect();
    for route in routes::table().iter() {
        let action = route.action.as_str();
        for (column, role) in ROLES.into_iter().enumerate() {
            for relation in RELATIONS {
                let letter = golden[action][column];
                let cell = (action, column, relation);
                let about = asked::about(route);
                let thing = match thing(route, about, planted, (role, letter), relation, &own) {
                    Ok(thing) => thing,
                    Err(reason) => {
                        none.entry(cell).or_insert(reason);
                        continue;
                    }
                };
                let (id, whose) = thing;
                let read = match about {
                    About::One(kind) => golden[expected::reading(kind)][column],
                    About::List(_) | About::Begun(_) | About::Town => letter,
                };
                let is_question = route.method == "GET";
                let expected = match about {
                    About::List(_) => expected::closed(letter, role).unwrap_or({
                        let listed = expected::reaches(letter, role, &whose);
                        if listed { Outcome::Listed } else { Outcome::Unlisted }
                    }),
                    About::Begun(_) if relation != Relation::None && expected::closed(letter, role).is_none() => {
                        match expected::reaches(letter, role, &whose) {
                            true => Outcome::Through,
                            false => Outcome::OutOfScope,
                        }
                    }
                    About::Town => expected::closed(letter, role).unwrap_or(Outcome::Through),
                    About::One(_) | About::Begun(_) => {
                        expected::of_one((letter, read), role, relation, &whose, is_question)
                    }
                };
                cases.push(Case {
                    action,
                    role: column,
                    relation,
                    route: format!("{} {}", route.method, route.path),
                    asked: asked::asked(route, &document, planted, relation, &id, &known[column]),
                    id,
                    expected,
                    begins: matches!(about, About::Begun(_)),
                });
            }
        }
    }
    // Of a cell with several routes one that can be asked is enough.
    for case in &cases {
        none.remove(&(case.action, case.role, case.relation));
    }
    (cases, none)
}

/// The thing of a route in a relation, or why there is none.
fn thing(
    route: &Route,
    about: About,
    planted: &Planted,
    (role, letter): (&str, &str),
    relation: Relation,
    own: &BTreeMap<&'static str, String>,
) -> Result<(String, Whose), String> {
    if role != "visitor" && (route.strangers.is_some() || (route.open && letter == "–")) {
        return Err("who comes without a token is let in: no role is looked at".to_owned());
    }
    if role == "visitor" && !route.open && letter != "–" {
        return Err("without a token it is asked under /v1/public alone".to_owned());
    }
    let kind = match about {
        About::Town if relation == Relation::Own => return Ok((ABSENT.to_owned(), Whose::default())),
        About::Town => return Err("it names nothing but the town, which is asked once (as own)".to_owned()),
        About::List(_) if relation == Relation::None => return Err("a list names nothing by its id".to_owned()),
        About::One(kind) | About::List(kind) | About::Begun(kind) => kind,
    };
    if relation == Relation::None {
        let code = "0000-0000-0000-0000".to_owned();
        let id = match kind {
            "receipt" => code,
            "leaf" | "policy" => "99999999".to_owned(),
            "clause" => "C-99".to_owned(),
            _ => ABSENT.to_owned(),
        };
        return Ok((id, Whose::default()));
    }
    let mine = |id: Option<&String>| {
        let id = id.ok_or_else(|| format!("{kind}: the role has none of its own"))?;
        // Whatever else the role's letter says, it is theirs who made it.
        Ok((id.clone(), Whose { delegate: true, grid: true, line: true, office: true, account: true }))
    };
    match (kind, relation) {
        ("account", Relation::Own) => return mine(planted.town.accounts.get(role)),
        ("token", Relation::Own) => return mine(own.get(role)),
        ("proposal" | "erasure", Relation::Own) => {
            return mine(planted.of_account(kind, role).0);
        }
        // What another asked for.
        ("proposal" | "erasure", Relation::OtherLine) => {
            let id = planted.of_account(kind, role).1.unwrap_or_else(|| panic!("no {kind} of another"));
            return Ok((id.clone(), Whose::default()));
        }
        ("receipt", Relation::Own) => {}
        ("receipt", _) => return Err("whose an issue is means nothing to whoever has its receipt code".to_owned()),
        _ => {}
    }
    let planted_thing = match about {
        About::Begun(_) => asked::begun(route, kind, planted, relation),
        About::One(_) | About::List(_) | About::Town => planted.thing(kind, relation),
    };
    planted_thing.ok_or_else(|| match relation {
        Relation::Own => format!("{kind}: is no delegate's, office's or account's own"),
        Relation::OwnGrid | Relation::SiblingGrid => format!("{kind}: lies in no grid"),
        Relation::OtherLine => format!("{kind}: is of no line, or of both"),
        Relation::OtherOffice => format!("{kind}: goes to no office"),
        Relation::None => unreachable!(),
    })
}

/// What a role may read, to be named in a body.
fn known(planted: &Planted, golden: &BTreeMap<&str, Vec<&str>>, column: usize) -> Known {
    let first = |kind| {
        let of_kind = RELATIONS.iter().filter_map(|relation| planted.thing(kind, *relation));
        let letter = golden[expected::reading(kind)][column];
        let mut read = of_kind.filter(|(_, whose)| expected::reaches(letter, ROLES[column], whose));
        read.next().map_or_else(|| ABSENT.to_owned(), |one| one.0)
    };
    Known { issue: first("issue"), file: first("file") }
}

/// The token of each role, by its id.
async fn own_tokens(planted: &Planted) -> BTreeMap<&'static str, String> {
    let mut own = BTreeMap::new();
    for role in ROLES.into_iter().filter(|role| *role != "visitor") {
        let shown = planted.town.server.told(planted.town.token(role), "/v1/me").await;
        own.insert(role, shown["token"]["id"].as_str().unwrap_or_else(|| panic!("{shown}")).to_owned());
    }
    own
}

#[test]
fn what_has_no_route_is_written_down() {
    let routed: std::collections::BTreeSet<_> = routes::table().iter().map(|route| route.action.as_str()).collect();
    let without: Vec<_> = expected::golden().into_keys().filter(|name| !routed.contains(name)).collect();
    assert_eq!(without, WITHOUT_A_ROUTE, "take out what has a route now, and add what has none any more");
}
