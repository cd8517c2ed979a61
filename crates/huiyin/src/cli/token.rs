//! `huiyin token`: tokens for people and programs, by asking a running server or, where there is none, with the data
//! directory opened here.

mod offline;
mod shown;

use super::remote::{CommandResult, RemoteServer, Trouble};
use crate::terminal::print;
use clap::{Arg, ArgAction, ArgMatches, Command, builder::PossibleValuesParser};
use domain::language::Language;
use domain::vocabulary::Role;
use serde_json::{Value, json};
use shown::{line, told};

/// Most pages of the list that are read.
const PAGES_MAX: usize = 1000;

/// `huiyin token create | list | revoke` with their options.
pub fn command(language: Language) -> Command {
    let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
    let roles = Role::held().map(Role::as_str);
    let create = Command::new("create")
        .about(say("建立账户并签发令牌；令牌只显示这一次", "Create an account with a token, which is shown this once"))
        .arg(
            Arg::new("name")
                .long("name")
                .env("HUIYIN_TOKEN_NAME")
                .value_name("NAME")
                .required(true)
                .help(say("谁将使用它", "Who is going to use it")),
        )
        .arg(
            Arg::new("role")
                .long("role")
                .env("HUIYIN_TOKEN_ROLE")
                .value_name("ROLE")
                .required(true)
                .action(ArgAction::Append)
                .value_delimiter(',')
                .value_parser(PossibleValuesParser::new(roles))
                .help(say("可用的角色，可以多个", "A role it may act in; may be given several times")),
        )
        .arg(
            Arg::new("expires-at")
                .long("expires-at")
                .env("HUIYIN_TOKEN_EXPIRES_AT")
                .value_name("TIME")
                .help(say("失效时间，如 2027-01-01T00:00:00+08:00", "When it ends, such as 2027-01-01T00:00:00+08:00")),
        );
    let revoke = Command::new("revoke").about(say("吊销令牌", "Revoke a token")).arg(
        Arg::new("id").env("HUIYIN_TOKEN_ID").value_name("ID").required(true).help(say("令牌编号", "The token's id")),
    );
    let list = Command::new("list").about(say("列出令牌", "List the tokens"));
    Command::new("token")
        .about(say("签发、列出、吊销令牌", "Create, list and revoke tokens"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([create, list, revoke].map(|command| RemoteServer::options(command, language)))
}

/// Asks the running server, or does it by itself where nobody listens; a new token is the only thing printed on standard
/// output.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    match matches.subcommand() {
        Some(("create", given)) => {
            let remote = RemoteServer::of(given, language);
            or_else(create(&remote, given), || offline::create(&remote, given))
        }
        Some(("revoke", given)) => {
            let id = given.get_one::<String>("id").map_or("", String::as_str);
            if api::input::body::parse_uuid(id).is_none() {
                let words = language.pick("不是令牌编号", "is no id of a token");
                return Err(Trouble::Cannot(format!("{id} {words}")));
            }
            let remote = RemoteServer::of(given, language);
            let asked = remote.json("POST", &format!("/v1/tokens/{id}/revocation"), Some(&json!({}))).map(drop);
            or_else(asked, || offline::revoke(&remote, id))?;
            print(&format!("{id} {}", language.pick("已吊销", "revoked")));
            Ok(())
        }
        Some(("list", given)) => {
            let remote = RemoteServer::of(given, language);
            or_else(list(&remote), || offline::list(&remote))
        }
        Some(_) | None => Ok(()),
    }
}

/// What a server answered or, where there is none, what is done here.
fn or_else(asked: CommandResult, by_oneself: impl FnOnce() -> CommandResult) -> CommandResult {
    match asked {
        Err(Trouble::NoServer(_)) => by_oneself(),
        ended => ended,
    }
}

fn create(remote: &RemoteServer, given: &ArgMatches) -> CommandResult {
    let roles: Vec<_> = given.get_many::<String>("role").into_iter().flatten().collect();
    let mut body = json!({"name": given.get_one::<String>("name"), "roles": roles});
    if let Some(expires_at) = given.get_one::<String>("expires-at") {
        body["expires_at"] = json!(expires_at);
    }
    let answer = remote.json("POST", "/v1/tokens", Some(&body))?;
    let secret = secret(&answer).ok_or_else(|| Trouble::Cannot(format!("POST /v1/tokens: {answer}")))?;
    told(answer["token"]["id"].as_str().unwrap_or_default(), secret, remote.language);
    Ok(())
}

/// The one text of an answer that is a token.
fn secret(answer: &Value) -> Option<&str> {
    match answer {
        Value::String(text) => text.starts_with("huiyin_").then_some(text),
        Value::Object(members) => members.values().find_map(secret),
        Value::Array(items) => items.iter().find_map(secret),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn list(remote: &RemoteServer) -> CommandResult {
    let mut path = "/v1/tokens?limit=1000".to_owned();
    for _ in 0..PAGES_MAX {
        let page = remote.json("GET", &path, None)?;
        for token in page["items"].as_array().into_iter().flatten() {
            print(&line(token));
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/tokens?limit=1000&cursor={cursor}"),
            None => break,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_secret_is_found_wherever_the_answer_has_it() {
        assert_eq!(secret(&json!({"token": {"id": "0198", "secret": "huiyin_abc"}})), Some("huiyin_abc"));
        assert_eq!(secret(&json!({"token": {"id": "0198"}, "position": 7})), None);
    }

    #[test]
    fn only_roles_that_people_have_can_be_given() {
        let given = |role: &str| {
            command(Language::En).try_get_matches_from(["token", "create", "--name", "x", "--role", role]).is_ok()
        };
        assert!(given("liaison") && given("liaison,convener"));
        assert!(!given("system") && !given("king"));
    }
}
