//! What `huiyin serve` is told: options, their variables, their defaults. Serving itself is elsewhere.

use crate::cli::values::{self, Invalid};
use crate::oidc_arguments::OidcArguments;
use crate::system_clock::ClockBounds;
use api::configuration::Configuration;
use api::http::cors::Origins;
use api::http::logs::Filter;
use api::http::proxies::Proxies;
use api::http::rates::Rate;
use api::limits::SECURITY_DAYS_MIN;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use domain::language::Language;
use event_store::open::{NewestCheckpoint, beside};
use std::path::PathBuf;
use std::time::Duration;

/// The read models' file in the data directory.
pub(crate) const READ_MODELS_FILE: &str = "read-models.sqlite";

/// Where the security journal lies in the data directory.
pub(crate) const SECURITY_DIRECTORY: &str = "security";

/// How long the security journal is kept where nothing else is said, days.
const SECURITY_DAYS: u32 = 400;

/// Where the bytes of files lie in the data directory.
pub(crate) const FILES_DIRECTORY: &str = "files";

/// The options of `huiyin serve`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeArguments {
    /// The data directory; `None` lets a demonstration take a temporary one.
    pub data: Option<PathBuf>,
    /// The key directory; `None` for the data directory's name with `.keys` after it.
    pub keys: Option<PathBuf>,
    /// Where backups of the keys are kept by the server itself.
    pub key_backup: Option<PathBuf>,
    /// The file with the passphrase that opens them.
    pub passphrase_file: Option<PathBuf>,
    /// The directory of what was signed last; `None` for the data directory's name with `.signed` after it.
    pub signed: Option<PathBuf>,
    /// The newest checkpoint that is known anywhere.
    pub newest_checkpoint: Option<NewestCheckpoint>,
    /// Where to listen, `127.0.0.1:8080`.
    pub listen: String,
    /// The log's name in its checkpoints; decided at first start.
    pub origin: Option<String>,
    /// A directory with another programme, policy and calendars for the first start.
    pub programme: Option<PathBuf>,
    /// Load a demonstration.
    pub demo: bool,
    /// Adopt the access table in the demonstration.
    pub access: bool,
    /// Worker threads; `None` for one per core.
    pub workers: Option<usize>,
    /// What is logged, `info` or `warn,access=info`.
    pub log: Filter,
    /// The origins whose pages may use the server from a browser.
    pub cors_origins: Origins,
    /// The origins whose pages may hold pages of the server within theirs.
    pub embed_origins: Origins,
    /// How often one address may ask without a valid token.
    pub rate_address: Rate,
    /// How often one account may ask.
    pub rate_account: Rate,
    /// The proxies that are believed.
    pub trusted_proxies: Proxies,
    /// The certificate, where it speaks TLS itself.
    pub tls_cert: Option<PathBuf>,
    /// Its key.
    pub tls_key: Option<PathBuf>,
    /// How long the security journal is kept.
    pub security_days: u32,
    /// Each option, its value, and where that comes from.
    pub configuration: Configuration,
    /// An identity provider whose tokens are taken.
    pub oidc: Option<OidcArguments>,
    /// How far the system clock is believed.
    pub clock: ClockBounds,
}

impl ServeArguments {
    /// The subcommand, in the words of a language.
    pub fn command(language: Language) -> Command {
        let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
        let path = |name: &'static str, variable: &'static str| {
            Arg::new(name).long(name).env(variable).value_name("DIR").value_parser(value_parser!(PathBuf))
        };
        Command::new("serve")
            .about(say("启动服务", "Start the server"))
            .arg(config_argument(language))
            .arg(path("data", "HUIYIN_DATA").help(say(
                "数据目录；默认 ./huiyin-data，演示时为临时目录",
                "Data directory; ./huiyin-data, or a temporary one for a demonstration",
            )))
            .arg(path("keys", "HUIYIN_KEYS").help(say(
                "密钥目录，不得在数据目录之内；默认为数据目录名加 .keys",
                "Key directory, never inside the data directory; by default its name with .keys after it",
            )))
            .arg(Arg::new("key_backup").long("key-backup").env("HUIYIN_KEY_BACKUP").value_name("DIR").value_parser(value_parser!(PathBuf)).help(say(
                "由服务器自行保管密钥备份的目录，应在别的介质上；须同时指明 --passphrase-file；默认不备份",
                "Directory where the server keeps backups of the keys by itself, on another medium; needs --passphrase-file; none by default",
            )))
            .arg(Arg::new("passphrase_file").long("passphrase-file").env("HUIYIN_PASSPHRASE_FILE").value_name("FILE").value_parser(value_parser!(PathBuf)).help(say(
                "密钥备份的口令所在文件（首行）",
                "File whose first line is the passphrase of the backups of the keys",
            )))
            .arg(signed_argument(language))
            .arg(newest_checkpoint_argument(language))
            .arg(
                Arg::new("listen")
                    .long("listen")
                    .env("HUIYIN_LISTEN")
                    .value_name("ADDRESS")
                    .default_value("127.0.0.1:8080")
                    .help(say("监听地址", "Address to listen on")),
            )
            .arg(Arg::new("origin").long("origin").env("HUIYIN_ORIGIN").value_name("NAME").value_parser(origin(language)).help(say(
                "日志在检查点中的名称；首次启动时确定",
                "Name of the log in its checkpoints; decided at first start",
            )))
            .arg(path("programme", "HUIYIN_PROGRAMME").help(say(
                "首次启动所用的活动、规则与日历目录；默认使用内置内容",
                "Programme, policy and calendars for the first start; by default those compiled in",
            )))
            .arg(
                Arg::new("demo")
                    .long("demo")
                    .env("HUIYIN_DEMO")
                    .action(ArgAction::SetTrue)
                    .help(say("载入演示数据", "Load a demonstration")),
            )
            .arg(Arg::new("access").long("access").env("HUIYIN_ACCESS").action(ArgAction::SetTrue).help(say(
                "在演示数据中采用权限表，以试用各种角色",
                "Adopt the access table in the demonstration, to try every role",
            )))
            .arg(
                Arg::new("workers")
                    .long("workers")
                    .env("HUIYIN_WORKERS")
                    .value_name("N")
                    .value_parser(values::whole::<u16>(language, 1..=256))
                    .help(say("工作线程数；默认等于处理器核数", "Worker threads; by default one per core")),
            )
            .arg(
                Arg::new("log")
                    .long("log")
                    .env("HUIYIN_LOG")
                    .value_name("FILTER")
                    .default_value("info")
                    .value_parser(values::read::<Filter>(
                        language,
                        "应为级别（off、error、warn、info、debug、trace），或再加以逗号分隔的 对象=级别，如 warn,access=info",
                        "it must be a level (off, error, warn, info, debug, trace), perhaps with TARGET=LEVEL behind commas, such as warn,access=info",
                    ))
                    .help(say(
                        "运行日志的级别，如 warn 或 warn,access=info",
                        "What is logged, such as warn or warn,access=info",
                    )),
            )
            .arg(
                Arg::new("cors_origins")
                    .long("cors-origins")
                    .env("HUIYIN_CORS_ORIGINS")
                    .value_name("ORIGINS")
                    .value_parser(values::read::<Origins>(
                        language,
                        "应为一个或几个来源，以逗号分隔，如 https://example.org,http://127.0.0.1:5173；不能写 *",
                        "it must be one or more origins with commas, such as https://example.org,http://127.0.0.1:5173; * is none",
                    ))
                    .help(say(
                        "允许从浏览器跨源访问的来源，以逗号分隔，逐字匹配；默认没有",
                        "Origins whose pages may use the server from a browser, with commas, exactly; none by default",
                    )),
            )
            .args(Self::edge_options(language))
            .args(OidcArguments::options(language))
            .arg(
                Arg::new("embed_origins")
                    .long("embed-origins")
                    .env("HUIYIN_EMBED_ORIGINS")
                    .value_name("ORIGINS")
                    .value_parser(values::read::<Origins>(
                        language,
                        "应为一个或几个来源，以逗号分隔，如 https://example.org,http://127.0.0.1:5173；不能写 *",
                        "it must be one or more origins with commas, such as https://example.org,http://127.0.0.1:5173; * is none",
                    ))
                    .help(say(
                        "允许在网页中嵌入 /embed 各页的来源，以逗号分隔，逐字匹配；默认没有",
                        "Origins whose pages may embed the pages of /embed, with commas, exactly; none by default",
                    )),
            )
            .args(Self::clock_options(language))
    }

    /// The options that say who may ask how often, and by which way.
    fn edge_options(language: Language) -> [Arg; 6] {
        let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
        let rate = |id: &'static str, long: &'static str, variable: &'static str| {
            Arg::new(id).long(long).env(variable).value_name("N|off").value_parser(values::read::<Rate>(
                language,
                "应为 1 到 100000 之间的整数，或 off",
                "it must be a whole number between 1 and 100000, or off",
            ))
        };
        let file = |id: &'static str, long: &'static str, variable: &'static str| {
            Arg::new(id).long(long).env(variable).value_name("FILE").value_parser(value_parser!(PathBuf))
        };
        [
            file("tls_cert", "tls-cert", "HUIYIN_TLS_CERT").help(say(
                "TLS 证书文件（PEM，其后可附中间证书），与 --tls-key 同用；收到 SIGHUP 后重新读取；默认不用 TLS",
                "Certificate for TLS (PEM, those between it and its authority behind it), together with --tls-key; read again on \
                 SIGHUP; without it TLS is left to a proxy",
            )),
            file("tls_key", "tls-key", "HUIYIN_TLS_KEY")
                .help(say("TLS 私钥文件（PEM，不加密）", "Private key for TLS (PEM, without a passphrase)")),
            rate("rate_address", "rate-address", "HUIYIN_RATE_ADDRESS").default_value("20").help(say(
                "每个地址没有有效令牌时每秒的请求数，可突发五倍；off 为不限，登录尝试也不限；本机不限",
                "Requests a second of one address without a valid token, five times that at once; off for no bound, of sign-ins \
                 neither; the machine itself has none",
            )),
            rate("rate_account", "rate-account", "HUIYIN_RATE_ACCOUNT").default_value("200").help(say(
                "启用权限规则后每个账户每秒的请求数，可突发五倍；off 为不限",
                "Requests a second of one account once access rules are adopted, five times that at once; off for no bound",
            )),
            Arg::new("trusted_proxies")
                .long("trusted-proxies")
                .env("HUIYIN_TRUSTED_PROXIES")
                .value_name("NETWORKS")
                .value_parser(values::read::<Proxies>(
                    language,
                    "应为一个或几个地址或网段，以逗号分隔，如 192.0.2.7,10.0.0.0/8；网段的主机位须为 0，且不能是整个互联网",
                    "it must be one or more addresses or networks with commas, such as 192.0.2.7,10.0.0.0/8; a network has no bits \
                     behind its prefix and is not the whole internet",
                ))
                .help(say(
                    "可信的代理，以逗号分隔；只采信它们的 Forwarded 与 X-Forwarded-… 请求头；默认没有",
                    "Proxies whose Forwarded and X-Forwarded-* headers are believed, with commas; none by default",
                )),
            Arg::new("security_days")
                .long("security-days")
                .env("HUIYIN_SECURITY_DAYS")
                .value_name("DAYS")
                .default_value("400")
                .value_parser(values::whole::<u32>(language, SECURITY_DAYS_MIN..=36_525))
                .help(say("安全日志的保存天数，至少 180", "Days that the security journal is kept, at least 180")),
        ]
    }

    /// The options that say how far the system clock is believed.
    fn clock_options(language: Language) -> [Arg; 3] {
        let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
        let number = |id: &'static str, long: &'static str, variable: &'static str, value: &'static str| {
            Arg::new(id)
                .long(long)
                .env(variable)
                .value_name(value)
                .value_parser(values::whole::<u32>(language, 0..=u32::MAX))
        };
        [
            Arg::new("clock_is_right")
                .long("clock-is-right")
                .env("HUIYIN_CLOCK_IS_RIGHT")
                .action(ArgAction::SetTrue)
                .help(say(
                    "确认系统时钟此刻无误，即使它与最后一条记录或上次启动时相差很大",
                    "Confirm that the system clock is right as it stands, however far it is from the newest record or from the last start",
                )),
            number("clock_step_max", "clock-step-max", "HUIYIN_CLOCK_STEP_MAX", "SECONDS").default_value("60").help(say(
                "系统时钟相对开机时间的变动超过此秒数时，停止记录",
                "Nothing is recorded while the system clock has moved by more seconds than this against the time since boot",
            )),
            number("clock_ahead_max", "clock-ahead-max", "HUIYIN_CLOCK_AHEAD_MAX", "DAYS").default_value("400").help(say(
                "系统时钟比最后一条记录晚于此天数时，不予打开",
                "The log is not opened while the system clock is more days than this beyond the newest record",
            )),
        ]
    }

    /// Reads what clap has matched.
    pub fn of(matches: &ArgMatches) -> Self {
        let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            data: path("data"),
            keys: path("keys"),
            key_backup: path("key_backup"),
            passphrase_file: path("passphrase_file"),
            signed: path("signed"),
            newest_checkpoint: newest_checkpoint_of(matches),
            listen: text("listen").unwrap_or_default(),
            origin: text("origin"),
            programme: path("programme"),
            demo: matches.get_flag("demo"),
            access: matches.get_flag("access"),
            workers: matches.get_one::<u16>("workers").copied().map(usize::from),
            log: matches.get_one::<Filter>("log").cloned().unwrap_or_default(),
            cors_origins: matches.get_one::<Origins>("cors_origins").cloned().unwrap_or_default(),
            embed_origins: matches.get_one::<Origins>("embed_origins").cloned().unwrap_or_default(),
            rate_address: matches.get_one::<Rate>("rate_address").copied().unwrap_or(Rate::OF_AN_ADDRESS),
            rate_account: matches.get_one::<Rate>("rate_account").copied().unwrap_or(Rate::OF_AN_ACCOUNT),
            trusted_proxies: matches.get_one::<Proxies>("trusted_proxies").cloned().unwrap_or_default(),
            tls_cert: path("tls_cert"),
            tls_key: path("tls_key"),
            security_days: matches.get_one::<u32>("security_days").copied().unwrap_or(SECURITY_DAYS),
            configuration: Configuration::default(),
            oidc: OidcArguments::of(matches),
            clock: {
                let number =
                    |name: &str, otherwise: u32| u64::from(matches.get_one(name).copied().unwrap_or(otherwise));
                ClockBounds {
                    is_right: matches.get_flag("clock_is_right"),
                    step_max: Duration::from_secs(number("clock_step_max", 60)),
                    ahead_max: Duration::from_secs(number("clock_ahead_max", 400).saturating_mul(86_400)),
                }
            },
        }
    }

    /// The data directory, unless a demonstration is to take a temporary one.
    pub fn data_directory(&self) -> Option<PathBuf> {
        match (&self.data, self.demo) {
            (Some(data), _) => Some(data.clone()),
            (None, true) => None,
            (None, false) => Some(PathBuf::from("./huiyin-data")),
        }
    }

    /// The key directory that belongs to a data directory.
    pub fn key_directory(&self, data: &std::path::Path) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| beside(data, ".keys"))
    }

    /// The directory of what was signed last that belongs to a data directory.
    pub fn signed_directory(&self, data: &std::path::Path) -> PathBuf {
        self.signed.clone().unwrap_or_else(|| beside(data, ".signed"))
    }
}

/// `--config`.
pub(crate) fn config_argument(language: Language) -> Arg {
    Arg::new("config").long("config").env("HUIYIN_CONFIG").value_name("FILE").value_parser(value_parser!(PathBuf)).help(
        language.pick(
            "配置文件（TOML），如 huiyin.toml；键名为选项名，以 _ 代 -；环境变量与命令行优先于它；默认不读任何文件",
            "File of options (TOML), such as huiyin.toml; keys are names of options with _ for -; the environment and the command \
             line outrank it; without it no file is read",
        ),
    )
}

/// `--signed`, for every command that opens a log.
pub(crate) fn signed_argument(language: Language) -> Arg {
    Arg::new("signed").long("signed").env("HUIYIN_SIGNED").value_name("DIR").value_parser(value_parser!(PathBuf)).help(
        language.pick(
            "最后一次签署的记录所在目录，不得备份；默认为数据目录名加 .signed",
            "Directory of what was signed last, never to be backed up; by default the data directory's name with .signed after it",
        ),
    )
}

/// `--newest-checkpoint`, for the commands that may make that memory anew.
pub(crate) fn newest_checkpoint_argument(language: Language) -> Arg {
    Arg::new("newest-checkpoint").long("newest-checkpoint").env("HUIYIN_NEWEST_CHECKPOINT").value_name("FILE").help(
        language.pick(
            "已知的最新检查点文件；从备份恢复后须指明，确无任何检查点时写 none",
            "File with the newest checkpoint known anywhere; needed after a restore from a backup, `none` where there is none at all",
        ),
    )
}

/// What was given for [`newest_checkpoint_argument`].
pub(crate) fn newest_checkpoint_of(matches: &ArgMatches) -> Option<NewestCheckpoint> {
    let given = matches.get_one::<String>("newest-checkpoint")?;
    Some(if given == "none" { NewestCheckpoint::Unknown } else { NewestCheckpoint::In(PathBuf::from(given)) })
}

/// The name of a log, as far as it can be judged before there is one.
fn origin(language: Language) -> impl Fn(&str) -> Result<String, Invalid> + Clone {
    move |text| match event_store::checkpoint::is_origin(text) {
        true => Ok(text.to_owned()),
        false => Err(Invalid(
            language
                .pick(
                    "应为 1 到 200 字节，不含空白、控制字符和加号",
                    "it must be 1 to 200 bytes without white space, control characters and +",
                )
                .to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests;
