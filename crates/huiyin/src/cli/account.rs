//! `huiyin account recover`: the way back in for an administrator who has lost what they signed in with. The server is
//! stopped, and data and keys are at hand: whoever holds both holds the log. The leaf says that it was done.

use super::local;
use super::remote::{CommandResult, RemoteServer, Trouble, directories, options_of};
use crate::people;
use crate::terminal::{print, say};
use api::input::body::parse_uuid;
use api::problem::causes;
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use clap::{Arg, ArgMatches, Command};
use domain::account::Login;
use domain::ids::AccountId;
use domain::language::Language;
use event_store::random_bytes;
use identity::secrets::Secret;
use identity::sign_ins::SignIns;
use uuid::Uuid;

/// `huiyin account recover` with its options.
pub fn command(language: Language) -> Command {
    let recover = Command::new("recover")
        .about(language.pick(
            "为失去登录手段的管理员发放一次开通码（须先停止服务）；记入日志",
            "Give an administrator who cannot sign in any more one enrolment code (stop the server first); it is recorded",
        ))
        .arg(
            Arg::new("account")
                .env("HUIYIN_ACCOUNT")
                .value_name("LOGIN|ID")
                .required(true)
                .help(language.pick("登录名或账户编号", "The login, or the id of the account")),
        );
    Command::new("account")
        .about(language.pick("恢复管理员账户", "Let an administrator in again"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(directories(recover, language))
}

/// Records it, and prints the code, which is shown this once, on standard output.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let Some(("recover", given)) = matches.subcommand() else { return Ok(()) };
    let named = given.get_one::<String>("account").map_or("", String::as_str);
    let options = options_of(given);
    let remote = RemoteServer::stopped(&options, language);
    let local = local::open_stopped(&remote)?;
    let cannot = |failure: &Failure| Trouble::Cannot(causes::of_failure(failure, language));
    let drawn = Secret::draw().map_err(|error| Trouble::Cannot(error.to_string()));
    let recovered = local.runtime.block_on(async {
        let code = drawn?;
        let casework = local.casework().await.map_err(|failure| cannot(&failure))?;
        let id = parse_uuid(named).map(AccountId);
        let by_login = || Login::read(named).ok().and_then(|login| casework.of_login(&login));
        let id = id.or_else(by_login).ok_or_else(|| cannot(&Failure::NotFound))?;
        let call = CommandContext::of_system("system/command-line", &Uuid::from_bytes(random_bytes()).to_string());
        let ran = casework.recover_account(&call, id, &code.digest()).await.map_err(|failure| cannot(&failure))?;
        local.store.shutdown().await;
        match ran {
            Outcome::Done(_) => Ok((id, code)),
            // A call of this moment has no earlier one.
            Outcome::Replayed(_) => Err(cannot(&Failure::NotFound)),
        }
    });
    let (id, code) = recovered?;
    let file = people::sign_ins_file(&options.data);
    if file.exists() {
        // What was signed in with is over, and so are those who signed in with it.
        let ended = SignIns::open(&file).and_then(|sign_ins| sign_ins.end_all(id.0));
        if let Err(trouble) = ended {
            say(&people::words(&file, &trouble, language));
        }
    }
    say(language.pick(
        "开通码只显示这一次，72 小时内有效；请启动服务，以 POST /v1/me/password 设置密码：",
        "The code is shown this once and is good for 72 hours; start the server and set a password by POST /v1/me/password:",
    ));
    print(code.text());
    Ok(())
}
