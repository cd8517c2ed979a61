//! What `serve --demo` loads: a year of the town, an account of every role with its token, and with `--access` the access
//! table.

use crate::progress::Bar;
use crate::secret_file;
use crate::serve_arguments::ServeArguments;
use crate::terminal::say;
use api::problem::causes;
use api::reviews::frozen::digests;
use casework::access::tokens::FreshToken;
use casework::{Casework, Failure};
use domain::language::Language;
use domain::vocabulary::Role;
use serde_json::{Value, json};
use simulate::{Extent, Report, RoleAccount, SimulatedClock, accounts_of_roles};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tokio::sync::watch;

/// The file of the tokens in the data directory.
const TOKENS_FILE: &str = "demo-tokens.json";

/// What was loaded.
pub(crate) struct Demonstration {
    report: Report,
    roles: Vec<RoleAccount>,
    tokens_file: PathBuf,
    adopted: bool,
}

/// Refuses what makes no sense without a demonstration.
///
/// # Errors
/// Why, in words.
pub(crate) fn check(arguments: &ServeArguments, language: Language) -> Result<(), String> {
    if arguments.access && !arguments.demo {
        return Err(language
            .pick(
                "--access 须与 --demo 同用；自己的日志用 POST /v1/access/adoption 采用权限表。",
                "`--access` goes with `--demo`; in a log of your own adopt the table by POST /v1/access/adoption.",
            )
            .to_owned());
    }
    Ok(())
}

/// Loads it into a log that was just begun under `clock`, and lets real time run. What is broken off has no accounts.
///
/// # Errors
/// Why it cannot, in words.
pub(crate) async fn load(
    casework: &Casework,
    clock: &SimulatedClock,
    extent: &Extent,
    (data, arguments): (&Path, &ServeArguments),
    asked_to_stop: &watch::Receiver<bool>,
    language: Language,
) -> Result<Demonstration, String> {
    let bar = Bar::new(language.pick("载入演示数据", "loading the demonstration"));
    let so_far = |done: u64, expected: u64| {
        bar.at(done, expected);
        if *asked_to_stop.borrow() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let failed = |failure: Failure| causes::of_failure(&failure, language);
    let report = simulate::tell(casework, clock, extent, &digests, &so_far).await.map_err(failed)?;
    clock.hand_over();
    let (adopted, tokens_file) = (arguments.access, data.join(TOKENS_FILE));
    let mut roles = Vec::new();
    if !report.broken_off {
        roles = accounts_of_roles(casework, &report, adopted).await.map_err(failed)?;
        let failed = |error: std::io::Error| format!("{}: {}", tokens_file.display(), causes::of_io(&error, language));
        secret_file::write(&tokens_file, &text(&roles)).map_err(failed)?;
    }
    bar.done();
    Ok(Demonstration { report, roles, tokens_file, adopted })
}

impl Demonstration {
    /// Whether it was broken off before its end.
    pub(crate) fn broken_off(&self) -> bool {
        self.report.broken_off
    }

    /// Says where the tokens are, and three requests worth trying. A demonstration is there to be tried at once: here, and
    /// only here, a secret itself is shown.
    pub(crate) fn tell(&self, address: &str, first_token: &FreshToken, language: Language) {
        say(&format!(
            "{} {}",
            language.pick("每种角色的账户和令牌：", "accounts and tokens of every role:"),
            self.tokens_file.display()
        ));
        // Under access rules the first account administers, and reads no casework.
        let of_the_town = self.roles.iter().find(|one| self.adopted && one.role == Role::CongressOffice);
        let (whose, token) = match of_the_town {
            Some(one) => (language.pick("人大办公室的令牌：", "token of the congress office:"), &one.token),
            None => (language.pick("令牌：", "token:"), &first_token.text),
        };
        if self.adopted {
            say(language.pick(
                "已采用权限表 huiyin/1：每个令牌只能做其角色可做的事。",
                "The access table huiyin/1 is adopted: a token may do what its role may.",
            ));
        }
        say(&format!("{whose} {token}"));
        for line in simulate::curl_lines(&self.report, address, token, language) {
            say(&line);
        }
    }
}

/// An object by role, a role a line, so that a shell finds it.
fn text(roles: &[RoleAccount]) -> String {
    let lines: Vec<String> = roles.iter().map(|one| format!("  \"{}\": {}", one.role, of_role(one))).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn of_role(one: &RoleAccount) -> Value {
    let mut told = json!({
        "account_id": one.account, "name": one.name, "token": one.token, "expires_at": one.expires_at,
    });
    let mut bound = |what: &str, to: Option<(String, &String)>| {
        if let Some((id, name)) = to {
            told[what] = json!({"id": id, "name": name});
        }
    };
    bound("grid", one.grid.as_ref().map(|(id, name)| (id.to_string(), name)));
    bound("delegate", one.delegate.as_ref().map(|(id, name)| (id.to_string(), name)));
    bound("office", one.office.as_ref().map(|(id, name)| (id.to_string(), name)));
    told
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_table_is_adopted_by_itself_in_a_demonstration_alone() {
        let given = |options: &[&str]| {
            let all = ["serve"].iter().chain(options);
            let matches = ServeArguments::command(Language::En).try_get_matches_from(all).unwrap();
            check(&ServeArguments::of(&matches), Language::En)
        };
        assert!(given(&["--demo", "--access"]).is_ok() && given(&["--demo"]).is_ok() && given(&[]).is_ok());
        assert!(given(&["--access"]).unwrap_err().contains("`--demo`"));
    }

    #[test]
    fn the_file_has_a_role_a_line() {
        let one = |role, grid| RoleAccount {
            role,
            account: domain::ids::AccountId(uuid::Uuid::nil()),
            name: "试用".to_owned(),
            token: "huiyin_abc".to_owned(),
            expires_at: "2026-12-24T09:00:00+08:00".parse().unwrap(),
            grid,
            delegate: None,
            office: None,
        };
        let grid = (domain::ids::AreaId(uuid::Uuid::nil()), "太平网格".to_owned());
        let text = text(&[one(Role::Liaison, Some(grid)), one(Role::Auditor, None)]);
        assert_eq!(text.lines().count(), 4);
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&read["liaison"]["grid"]["name"], &read["auditor"]["grid"]), (&json!("太平网格"), &Value::Null));
        assert_eq!(read["auditor"]["token"], "huiyin_abc");
        assert_eq!(read["auditor"]["expires_at"], "2026-12-24T09:00:00+08:00");
    }
}
