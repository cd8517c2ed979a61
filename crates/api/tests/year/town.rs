//! The town of Annex 1 with as many made-up deputies as sit in sessions, conveners and liaison officers in office.

use crate::server::Server;
use serde_json::{Value, json};
use std::fmt::Write as _;

const PARTY: &str = include_str!("../../../../data/jiangqiao-roster.csv");
const DEPUTIES_PER_GRID: usize = 4;

/// A grid as the test needs it.
#[derive(Clone, Debug)]
pub struct Grid {
    pub id: String,
    /// Villages and communities: those owe a notice.
    pub units: Vec<String>,
    /// Its Party delegates.
    pub party: Vec<String>,
    pub deputies: Vec<String>,
    pub convener: String,
}

/// Imports both rosters, and appoints a convener and a liaison officer in every grid.
pub async fn settle(server: &Server) -> Vec<Grid> {
    server.import("party", PARTY).await;
    let mut grids = server.list("/v1/grids").await;
    // Ids are random; by name the same seed lives through the same year.
    grids.sort_by_key(|grid| grid["name"].as_str().unwrap().to_owned());
    let mut deputies = String::from("grid,unit,name\n");
    for (index, grid) in grids.iter().enumerate() {
        for seat in 0..DEPUTIES_PER_GRID {
            let _ =
                writeln!(deputies, "{},,{}", grid["name"].as_str().unwrap(), made_up(index * DEPUTIES_PER_GRID + seat));
        }
    }
    server.import("deputy", &deputies).await;
    let mut settled = Vec::new();
    for grid in grids {
        let id = grid["id"].as_str().unwrap().to_owned();
        let ids =
            |all: Vec<Value>| -> Vec<String> { all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect() };
        let units = server.list(&format!("/v1/units?grid_id={id}")).await;
        let units = units.into_iter().filter(|unit| unit["kind"] != "institution").collect();
        let party = ids(server.list(&format!("/v1/delegates?grid_id={id}&delegate_type=party")).await);
        let deputies = ids(server.list(&format!("/v1/delegates?grid_id={id}&delegate_type=deputy")).await);
        let convener = party[0].clone();
        let body = json!({"delegate_id": convener, "from": "2026-01-05"});
        server.post(&format!("/v1/grids/{id}/convener"), &body).await;
        let body = json!({"name": "李晓明", "from": "2026-01-05"});
        server.post(&format!("/v1/grids/{id}/liaison"), &body).await;
        settled.push(Grid { id, units: ids(units), party, deputies, convener });
    }
    assert_eq!((settled.len(), settled.iter().map(|grid| grid.party.len()).sum::<usize>()), (14, 146));
    settled
}

/// Offices of the town.
pub struct Offices {
    pub studio: String,
    pub congress: String,
    pub transport: String,
}

pub async fn register(server: &Server) -> Offices {
    let office = async |name: &str, kind: &str| {
        let answer = server.post("/v1/offices", &json!({"name": name, "kind": kind})).await;
        answer["office"]["id"].as_str().unwrap().to_owned()
    };
    Offices {
        studio: office("党代表工作室", "party_studio").await,
        congress: office("人大办公室", "congress_office").await,
        transport: office("交通管理所", "department").await,
    }
}

/// What shows that something was done: a paper and a picture, which everything may name.
pub struct Files {
    pub paper: String,
    pub picture: String,
}

pub async fn store(server: &Server) -> Files {
    let chunk = |kind: &[u8], bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[..], kind, bytes, &[0; 4]].concat()
    };
    let ends = [chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2; 40]), chunk(b"IEND", b"")].concat();
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &ends].concat();
    Files {
        paper: server.upload("document", "text/plain", "活动情况。".as_bytes().to_vec()).await,
        picture: server.upload("image", "image/png", picture).await,
    }
}

/// A name of nobody; a name holds no digits.
fn made_up(number: usize) -> String {
    let numerals: Vec<char> = "零一二三四五六七八九".chars().collect();
    format!("试测{}{}", numerals[number / 10], numerals[number % 10])
}
