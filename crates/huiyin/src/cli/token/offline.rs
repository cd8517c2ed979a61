//! `huiyin token` where no server answers: with the data directory opened here. Whoever holds data and keys holds the
//! log; this is the way back in when every token is lost. The leaf names the command line as the one who did it.

use super::super::local;
use super::super::remote::{CommandResult, RemoteServer, Trouble};
use super::shown::{line, told};
use crate::terminal::print;
use api::input::body::parse_uuid;
use api::problem::causes;
use api::state::Snapshot;
use api::tokens::view::TokenView;
use casework::access::Reader;
use casework::loaded::AsOf;
use casework::transact::Outcome;
use casework::{Casework, CommandContext, Failure};
use chrono::Utc;
use clap::ArgMatches;
use domain::days::read_instant;
use domain::ids::TokenId;
use domain::vocabulary::Role;
use event_store::random_bytes;
use uuid::Uuid;

/// The leaf's actor.
const ACTOR: &str = "system/command-line";

/// A call of the command line, which nobody has made before.
fn call() -> CommandContext {
    CommandContext::of_system(ACTOR, &Uuid::from_bytes(random_bytes()).to_string())
}

/// Creates an account with a token and prints the secret.
pub fn create(remote: &RemoteServer, given: &ArgMatches) -> CommandResult {
    let language = remote.language;
    let name = given.get_one::<String>("name").map_or("", String::as_str);
    let wanted: Vec<&str> = given.get_many::<String>("role").into_iter().flatten().map(String::as_str).collect();
    let roles: Vec<Role> = Role::held().filter(|role| wanted.contains(&role.as_str())).collect();
    let expires_at = match given.get_one::<String>("expires-at") {
        None => None,
        Some(text) => match read_instant(text) {
            Some(at) => Some(at.with_timezone(&Utc)),
            None => {
                let words = language.pick(
                    "不是带时区偏移的时间，如 2027-01-01T00:00:00+08:00",
                    "is no instant with its offset such as 2027-01-01T00:00:00+08:00",
                );
                return Err(Trouble::Cannot(format!("--expires-at {text} {words}")));
            }
        },
    };
    let (id, secret) = in_log(remote, async |casework| {
        let (_, fresh) = recorded(casework.create_account_of_roles(&call(), name, &roles, expires_at).await?)?;
        Ok((fresh.id, fresh.text))
    })?;
    told(&id.to_string(), &secret, language);
    Ok(())
}

/// Revokes a token.
pub fn revoke(remote: &RemoteServer, id: &str) -> CommandResult {
    let token = TokenId(parse_uuid(id).unwrap_or_default());
    in_log(remote, async |casework| {
        recorded(casework.revoke_token(&call(), token).await?)?;
        Ok(())
    })
}

/// Prints every token, a line each.
pub fn list(remote: &RemoteServer) -> CommandResult {
    let lines = in_log(remote, async |casework| {
        let reference = casework.reference();
        let position = casework.store.head().position;
        let today = reference.town_date(casework.now());
        let snapshot = Snapshot { as_of: AsOf::Now, position, today, reference, reader: Reader::default() };
        let mut tokens: Vec<TokenView> = Vec::new();
        for account in snapshot.reference.accounts.all() {
            tokens.extend(account.tokens.iter().map(|(id, token)| TokenView::of(*id, account, token, &snapshot)));
        }
        tokens.sort_unstable_by_key(|token| token.id);
        let lines: Result<Vec<String>, _> =
            tokens.iter().map(|token| serde_json::to_value(token).map(|token| line(&token))).collect();
        lines.map_err(|error| Failure::Fault(error.to_string()))
    })?;
    for line in lines {
        print(&line);
    }
    Ok(())
}

/// What a command made. One that nobody made before cannot have been recorded before.
fn recorded<T>(outcome: Outcome<casework::governed::Governed<T>>) -> Result<T, Failure> {
    match outcome {
        Outcome::Done(governed) => Ok(governed.made),
        Outcome::Replayed(_) => Err(Failure::KeyReused),
    }
}

/// Opens the log, does something in it, and closes it again.
fn in_log<T>(remote: &RemoteServer, act: impl AsyncFnOnce(&Casework) -> Result<T, Failure>) -> Result<T, Trouble> {
    let local = local::open(remote)?;
    let done = local.runtime.block_on(async {
        let casework = local.casework().await?;
        act(&casework).await
    });
    local.runtime.block_on(local.store.shutdown());
    done.map_err(|failure| Trouble::Cannot(causes::of_failure(&failure, remote.language)))
}
