//! `huiyin keys backup`, `huiyin keys restore`: the key directory in one file that a passphrase opens, and back. A server may
//! run meanwhile: the keys are read, not changed.

use super::remote::{CommandResult, Trouble, directories, options_of};
use crate::passphrase;
use crate::terminal::{print, say};
use clap::{Arg, ArgMatches, Command, value_parser};
use console::Term;
use domain::language::Language;

use event_store::keys::{BackupError, back_up, restore};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// `huiyin keys` with its commands.
pub fn command(language: Language) -> Command {
    let backup = Command::new("backup").about(language.pick(
        "将密钥备份为一个以口令加密的文件；服务器可以继续运行",
        "Back up the keys into one file that a passphrase opens; a server may go on",
    ));
    let restore = Command::new("restore")
        .about(language.pick("由备份恢复密钥到空的密钥目录", "Put the keys of a backup into an empty key directory"));
    let both = [(backup, ("新建的备份文件", "The new file")), (restore, ("备份文件", "The backup"))];
    let both = both.map(|(command, (zh, en))| {
        let file = Arg::new("file").env("HUIYIN_KEY_BACKUP_FILE").value_name("FILE").required(true);
        let file = file.value_parser(value_parser!(PathBuf)).help(language.pick(zh, en));
        let passphrase = Arg::new("passphrase-file").long("passphrase-file").env("HUIYIN_PASSPHRASE_FILE");
        let passphrase = passphrase.value_name("FILE").value_parser(value_parser!(PathBuf)).help(language.pick(
            "口令所在文件（首行）；默认在终端上询问",
            "File whose first line is the passphrase; asked for at the terminal by default",
        ));
        directories(command.arg(file).arg(passphrase), language)
    });
    Command::new("keys")
        .about(language.pick("备份和恢复密钥", "Back up the keys, and put them back"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(both)
}

/// Backs up or restores.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let Some((what, given)) = matches.subcommand() else { return Ok(()) };
    let file = given.get_one::<PathBuf>("file").map(PathBuf::as_path).unwrap_or(Path::new(""));
    let named = given.get_one::<PathBuf>("passphrase-file").map(PathBuf::as_path);
    let keys = options_of(given).keys;
    let told = |error: &BackupError| {
        let message = error.message();
        let words = language.pick(&message.zh, &message.en).to_owned();
        match error {
            BackupError::NotABackup(_) | BackupError::Sealed(_) => Trouble::Wrong(words),
            BackupError::Keys(_) | BackupError::Erasing(_) | BackupError::Passphrase => Trouble::Cannot(words),
        }
    };
    if what == "backup" {
        let passphrase = chosen(named, language)?;
        let of = back_up(&keys, file, &passphrase).map_err(|error| told(&error))?;
        let words = language.pick("已备份密钥，密钥期", "The keys are backed up, epoch");
        print(&format!("{words} {}: {}", of.epoch, file.display()));
        say(language.pick(
            "请与数据备份分开存放，并牢记口令。保留两份，均不超过 30 天；每次执行删除之后重做。",
            "Keep it apart from backups of the data, and remember the passphrase. Keep two, neither for longer than 30 days; make another after every erasure.",
        ));
        return Ok(());
    }
    let passphrase = passphrase(named, language.pick("口令", "Passphrase"), language)?;
    let of = restore(file, &keys, &passphrase).map_err(|error| told(&error))?;
    let words = language.pick("已恢复密钥，密钥期", "The keys are back, epoch");
    print(&format!("{words} {}: {}", of.epoch, keys.display()));
    say(language.pick(
        "请以 huiyin doctor --newest-checkpoint FILE 指明各处所知的最新检查点，然后启动服务。",
        "Name the newest checkpoint that is known anywhere by huiyin doctor --newest-checkpoint FILE, then start the server.",
    ));
    Ok(())
}

/// A passphrase for a new backup: as good as a password must be, and typed twice.
fn chosen(file: Option<&Path>, language: Language) -> Result<Zeroizing<String>, Trouble> {
    let first = passphrase(file, language.pick("口令", "Passphrase"), language)?;
    passphrase::fit(&first, language).map_err(Trouble::Cannot)?;
    if file.is_none() {
        let again = passphrase(None, language.pick("再输入一次", "Again"), language)?;
        if again != first {
            let words = language.pick("两次输入的口令不同", "the two passphrases differ");
            return Err(Trouble::Cannot(words.to_owned()));
        }
    }
    Ok(first)
}

/// The first line of a file, or what is typed at the terminal without being shown.
fn passphrase(file: Option<&Path>, prompt: &str, language: Language) -> Result<Zeroizing<String>, Trouble> {
    if let Some(file) = file {
        return passphrase::of_file(file).map_err(Trouble::Cannot);
    }
    let terminal = Term::stderr();
    if !terminal.is_term() {
        let (zh, en) = (
            "没有终端可以输入口令，请用 --passphrase-file",
            "no terminal to ask for the passphrase at; give --passphrase-file",
        );
        return Err(Trouble::Cannot(language.pick(zh, en).to_owned()));
    }
    let asked = terminal.write_str(&format!("{prompt}: ")).and_then(|()| terminal.read_secure_line());
    asked.map(Zeroizing::new).map_err(|error| Trouble::Cannot(error.to_string()))
}
