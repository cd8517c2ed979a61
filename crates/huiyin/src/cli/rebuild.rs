//! `huiyin rebuild`: folds read models again from the first leaf, by asking a running server or, where there is none,
//! with the data directory opened here.

use super::local;
use super::remote::{CommandResult, RemoteServer, Trouble};
use crate::progress::Bar;
use crate::terminal::print;
use api::problem::causes;
use clap::{Arg, ArgMatches, Command};
use domain::language::Language;
use read_models::names;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// The models that this program has.
const MODELS: [&str; 7] = [
    names::ISSUE_BOARD,
    names::RECEPTION_LIST,
    names::SESSION_LIST,
    names::MAJOR_ISSUE_BOARD,
    names::OBLIGATIONS,
    names::DASHBOARDS,
    names::REVIEW_INDEX,
];

/// How long lies between two looks at a model's position.
const EVERY: Duration = Duration::from_millis(300);

/// `huiyin rebuild [MODEL]` with its options.
pub fn command(language: Language) -> Command {
    let command = Command::new("rebuild")
        .about(language.pick("从第一条记录起重建看板", "Fold the read models again from the first leaf"))
        .arg(
            Arg::new("model")
                .env("HUIYIN_MODEL")
                .value_name("MODEL")
                .help(language.pick("看板名称；省略时为全部", "The model's name; left out it is all of them")),
        );
    RemoteServer::options(command, language)
}

/// Rebuilds by the server that answers, else in the data directory, and waits for the end.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let remote = RemoteServer::of(matches, language);
    let model = matches.get_one::<String>("model").map(String::as_str);
    match by_asking(&remote, model) {
        Err(Trouble::NoServer(_)) => by_oneself(&remote, model)?,
        ended => ended?,
    }
    print(language.pick("已重建", "rebuilt"));
    Ok(())
}

fn by_asking(remote: &RemoteServer, model: Option<&str>) -> CommandResult {
    let models = remote.json("GET", "/v1/read-models", None)?;
    let names: Vec<&str> =
        models["items"].as_array().into_iter().flatten().filter_map(|item| item["name"].as_str()).collect();
    for name in chosen(&names, model, remote.language)? {
        let begun = remote.json("POST", &format!("/v1/read-models/{name}/rebuild"), Some(&json!({})))?;
        let head = begun["head"].as_u64().unwrap_or(0);
        let bar = Bar::new(name);
        loop {
            let models = remote.json("GET", "/v1/read-models", None)?;
            let seen = models["items"].as_array().into_iter().flatten().find(|item| item["name"] == *name);
            let seen = seen.cloned().unwrap_or_default();
            let position = seen["rebuilding"].as_u64().or_else(|| seen["position"].as_u64()).unwrap_or(0);
            bar.at(position.min(head), head);
            if ended(&seen, head, remote.language)? {
                break;
            }
            std::thread::sleep(EVERY);
        }
        bar.done();
    }
    Ok(())
}

/// The models meant; an unknown name is told with those that there are.
fn chosen<'a>(names: &[&'a str], model: Option<&str>, language: Language) -> Result<Vec<&'a str>, Trouble> {
    let Some(model) = model else { return Ok(names.to_vec()) };
    match names.iter().find(|name| **name == model) {
        Some(name) => Ok(vec![*name]),
        None => Err(Trouble::Cannot(match language {
            Language::Zh => format!("没有名为 {model} 的看板。现有：{}。", names.join("、")),
            Language::En => format!("there is no board named {model}; there are: {}.", names.join(", ")),
        })),
    }
}

/// Whether a model's new rows are read, and have reached the head that was there when their rebuild began.
fn ended(seen: &Value, head: u64, language: Language) -> Result<bool, Trouble> {
    match seen["state"].as_str() {
        Some("running") if seen["rebuilding"].is_u64() => Ok(false),
        Some("running") => Ok(seen["position"].as_u64().is_some_and(|position| position >= head)),
        Some("catching_up") => Ok(false),
        Some(_) | None => {
            let (name, why) = (seen["name"].as_str().unwrap_or_default(), seen["why"].as_str().unwrap_or_default());
            Err(Trouble::Wrong(match language {
                Language::Zh => format!("看板 {name} 已停止：{}", causes::of_text(why, language)),
                Language::En => format!("the board {name} has stopped: {why}"),
            }))
        }
    }
}

fn by_oneself(remote: &RemoteServer, model: Option<&str>) -> CommandResult {
    // A name that nobody has is told before anything is opened.
    chosen(&MODELS, model, remote.language)?;
    let bars: Mutex<BTreeMap<&'static str, Bar>> = Mutex::default();
    let local = local::open(remote)?;
    let rebuilt = local.rebuild(remote, model, &|progress| {
        let mut bars = bars.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let bar = bars.entry(progress.name).or_insert_with(|| Bar::new(progress.name));
        bar.at(progress.position.0.min(progress.of.0), progress.of.0);
    });
    for bar in bars.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).values() {
        bar.done();
    }
    rebuilt
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use Language::En;

    #[test]
    fn a_rebuild_ends_at_the_head_of_its_beginning_or_with_the_reason() {
        let seen = |state: &str, position: u64| json!({"name": "issue_board", "state": state, "position": position, "why": "disk"});
        assert_eq!(ended(&seen("catching_up", 9), 9, En), Ok(false));
        assert_eq!(ended(&seen("running", 8), 9, En), Ok(false));
        assert_eq!(ended(&seen("running", 10), 9, En), Ok(true));
        // The old rows are there, the new ones on their way.
        let mut both = seen("running", 10);
        both["rebuilding"] = json!(9);
        assert_eq!(ended(&both, 9, En), Ok(false));
        assert!(ended(&seen("stopped", 9), 9, En).unwrap_err().words().contains("disk"));
        assert!(ended(&Value::Null, 9, En).is_err());
    }

    #[test]
    fn an_unknown_model_is_told_with_the_known_ones() {
        let names = ["issue_board", "reception_list"];
        assert_eq!(chosen(&names, None, Language::En).unwrap(), names);
        assert_eq!(chosen(&names, Some("issue_board"), Language::En).unwrap(), ["issue_board"]);
        assert!(chosen(&names, Some("x"), Language::En).unwrap_err().words().contains("issue_board, reception_list"));
    }
}
