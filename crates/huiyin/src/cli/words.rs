//! The command line whole in the person's language. clap says its own words in English only: in Chinese its help is laid
//! out, and its refusals are said, here. Options and commands bring their texts in both languages.

#[cfg(test)]
mod tests;

use super::values::Invalid;
use clap::builder::Str;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, Error};
use domain::language::Language;
use std::process::ExitCode;

/// A command with all that clap adds to it in one language.
pub fn in_language(command: Command, language: Language) -> Command {
    let command = command
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(language.pick("显示版本", "Print the version")),
        )
        .subcommand(
            Command::new("help").about(language.pick("显示一个命令的说明", "Show the help of a command")).arg(
                Arg::new("command")
                    .value_name("COMMAND")
                    .num_args(0..)
                    .help(language.pick("命令的名称", "The command's name")),
            ),
        );
    let name = command.get_name().to_owned();
    laid_out(command, &name, language)
}

/// The command, its options and its subcommands, down to the last.
fn laid_out(command: Command, path: &str, language: Language) -> Command {
    let command = command.disable_help_flag(true).arg(
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(language.pick("显示说明", "Print this help")),
    );
    let command = match language {
        Language::Zh => {
            let command = command.mut_args(in_chinese);
            let (usage, layout) = (usage(&command, path), layout(&command));
            command.override_usage(usage).help_template(layout)
        }
        Language::En => command,
    };
    command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        laid_out(below, &path, language)
    })
}

/// What clap writes as "Usage", in Chinese.
fn usage(command: &Command, path: &str) -> String {
    let mut usage = format!("{path} [选项]");
    for option in command.get_opts().filter(|option| option.is_required_set()) {
        usage.push_str(&format!(" --{} <{}>", option.get_long().unwrap_or_default(), value_name(option)));
    }
    for argument in command.get_positionals() {
        let name = value_name(argument);
        usage.push_str(&if argument.is_required_set() { format!(" <{name}>") } else { format!(" [{name}]") });
    }
    if command.has_subcommands() {
        usage.push_str(" <命令>");
    }
    usage
}

fn layout(command: &Command) -> String {
    let mut layout = "{about}\n\n用法：{usage}".to_owned();
    if command.has_subcommands() {
        layout.push_str("\n\n命令：\n{subcommands}");
    }
    if command.get_positionals().next().is_some() {
        layout.push_str("\n\n参数：\n{positionals}");
    }
    layout.push_str("\n\n选项：\n{options}\n");
    layout
}

/// An option with its Chinese value name, and with what clap would add to its help in English.
fn in_chinese(argument: Arg) -> Arg {
    let listed = |values: Vec<String>| values.join("、");
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let possible: Vec<String> =
        argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if argument.get_action().takes_values() {
        if !possible.is_empty() {
            help.push_str(&format!("（可取：{}）", listed(possible)));
        }
        let defaults = argument.get_default_values();
        if !defaults.is_empty() {
            let defaults = defaults.iter().map(|value| value.to_string_lossy().into_owned()).collect();
            help.push_str(&format!("（默认：{}）", listed(defaults)));
        }
    }
    if let Some(variable) = argument.get_env() {
        help.push_str(&format!("（环境变量：{}）", variable.to_string_lossy()));
    }
    let takes_values = argument.get_action().takes_values();
    let name = value_name(&argument);
    let argument = argument.help(help).hide_env(true);
    if !takes_values {
        return argument;
    }
    argument.value_name(name).hide_default_value(true).hide_possible_values(true)
}

/// How the value of an option is called in Chinese.
fn value_name(argument: &Arg) -> &'static str {
    let name = argument.get_value_names().and_then(<[Str]>::first).map_or("", Str::as_str);
    match name {
        "DIR" | "目录" => "目录",
        "FILE" | "文件" => "文件",
        "ADDRESS" | "地址" => "地址",
        "URL" | "网址" => "网址",
        "FILE|URL" | "文件|网址" => "文件|网址",
        "TEXT" | "文字" => "文字",
        "NAME" | "MODEL" | "名称" => "名称",
        "ROLE" | "角色" => "角色",
        "LOGIN|ID" | "登录名|编号" => "登录名|编号",
        "TIME" | "时间" => "时间",
        "ID" | "编号" => "编号",
        "N" | "数" => "数",
        "N|off" | "次数|off" => "次数|off",
        "SECONDS" | "秒数" => "秒数",
        "DAYS" | "天数" => "天数",
        "FILTER" | "级别" => "级别",
        "ORIGINS" | "来源" => "来源",
        "NETWORKS" | "网段" => "网段",
        "COMMAND" | "命令" => "命令",
        _ => "值",
    }
}

/// Shows the help of the command that `huiyin help …` names.
pub fn help(command: &mut Command, given: &ArgMatches, language: Language) -> ExitCode {
    let names = given.get_many::<String>("command").into_iter().flatten();
    let shown = match found(command, names.map(String::as_str)) {
        Ok(below) => below.print_help(),
        Err(name) => {
            let words = language.pick("没有这个命令；见 huiyin --help", "there is no such command; see huiyin --help");
            crate::terminal::say(&format!("{name}{}{words}", language.colon()));
            return ExitCode::from(2);
        }
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The command below another that these names lead to, or the first name that leads nowhere.
fn found<'a, 'n>(command: &'a mut Command, names: impl Iterator<Item = &'n str>) -> Result<&'a mut Command, &'n str> {
    // Only a built command knows the names in front of its own: `Usage: huiyin serve`.
    command.build();
    let mut below = command;
    for name in names {
        below = below.find_subcommand_mut(name).ok_or(name)?;
    }
    Ok(below)
}

/// Tells why the arguments cannot be understood, or shows the help that was asked for.
pub fn told(error: &Error, command: &Command, language: Language) -> ExitCode {
    let shows =
        [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if language == Language::En || shows.contains(&error.kind()) {
        // Nobody listening at the other end: the exit code tells.
        let _ = error.print();
    } else {
        crate::terminal::say(&refusal(error, command));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// A refusal of clap's in Chinese: what, by which option, and where to read on.
fn refusal(error: &Error, command: &Command) -> String {
    let context = |kind: ContextKind| error.get(kind).map(ContextValue::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let mut words = "错误：".to_owned();
    let kind = error.kind();
    let is_value = [ErrorKind::InvalidValue, ErrorKind::ValueValidation].contains(&kind);
    let many = [ErrorKind::TooFewValues, ErrorKind::TooManyValues, ErrorKind::WrongNumberOfValues];
    words.push_str(&if kind == ErrorKind::UnknownArgument {
        format!("没有选项或参数 {argument}")
    } else if kind == ErrorKind::InvalidSubcommand {
        format!("没有命令 {}", context(ContextKind::InvalidSubcommand))
    } else if kind == ErrorKind::MissingRequiredArgument {
        format!("缺少 {argument}")
    } else if kind == ErrorKind::MissingSubcommand {
        "缺少命令".to_owned()
    } else if kind == ErrorKind::ArgumentConflict {
        format!("{argument} 不能重复，也不能与 {} 同用", context(ContextKind::PriorArg))
    } else if is_value && value.is_empty() {
        format!("{argument} 缺少取值")
    } else if is_value {
        // What would fit, where the value has words of its own (`values.rs`).
        let why = std::error::Error::source(error).and_then(|why| why.downcast_ref::<Invalid>());
        format!("{argument} 不能取“{value}”{}", why.map(|why| format!("：{why}")).unwrap_or_default())
    } else if many.contains(&kind) {
        format!("{argument} 的取值个数不对")
    } else if kind == ErrorKind::InvalidUtf8 {
        "参数不是 UTF-8".to_owned()
    } else {
        // clap may learn to say more; the usage below says what fits.
        "无法理解这些参数".to_owned()
    });
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand].map(context).concat();
    if !suggested.is_empty() {
        words.push_str(&format!("；是否指 {suggested}"));
    }
    if let Some(help) = help_of(command, &argument) {
        words.push_str(&format!("\n  {argument}：{help}"));
    }
    let usage = context(ContextKind::Usage);
    if let Some(usage) = usage.split_once(": ").map(|(_, usage)| usage.trim()).filter(|usage| !usage.is_empty()) {
        words.push_str(&format!("\n用法：{usage}"));
    }
    words.push_str("\n详见 huiyin --help，或命令名后加 --help。");
    words
}

/// The help of the option that a refusal names, wherever it stands.
fn help_of(command: &Command, named: &str) -> Option<String> {
    let long = named.strip_prefix("--")?.split([' ', '=']).next()?;
    let here = command.get_opts().find(|option| option.get_long() == Some(long));
    let here = here.and_then(|option| option.get_help().map(ToString::to_string));
    here.or_else(|| command.get_subcommands().find_map(|below| help_of(below, named)))
}
