//! `--oidc-issuer`, `--oidc-audience`, `--oidc-jwks`: an identity provider whose access tokens are taken; all three or none.

use crate::cli::values::Invalid;
use clap::{Arg, ArgMatches};
use domain::language::Language;
use issuer::keys::{BadSource, Source};

/// An identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcArguments {
    /// What its tokens say in `iss`.
    pub issuer: String,
    /// What they say in `aud` when they are for this server.
    pub audience: String,
    /// Where its keys are: what [`Source::named`] takes.
    pub keys: String,
}

impl OidcArguments {
    /// The options, in the words of a language.
    pub fn options(language: Language) -> [Arg; 3] {
        let say = |zh: &'static str, en: &'static str| language.pick(zh, en);
        [
            Arg::new("oidc_issuer")
                .long("oidc-issuer")
                .env("HUIYIN_OIDC_ISSUER")
                .value_name("URL")
                .requires_all(["oidc_audience", "oidc_jwks"])
                .help(say(
                    "身份提供方，与其令牌的 iss 逐字相同；须与 --oidc-audience、--oidc-jwks 同用",
                    "The identity provider, exactly as its tokens say it in `iss`; with --oidc-audience and --oidc-jwks",
                )),
            Arg::new("oidc_audience")
                .long("oidc-audience")
                .env("HUIYIN_OIDC_AUDIENCE")
                .value_name("TEXT")
                .requires("oidc_issuer")
                .help(say("发给本服务的令牌在 aud 中的名称", "What tokens for this server say in `aud`")),
            Arg::new("oidc_jwks")
                .long("oidc-jwks")
                .env("HUIYIN_OIDC_JWKS")
                .value_name("FILE|URL")
                .value_parser(source(language))
                .requires("oidc_issuer")
                .help(say(
                    "身份提供方公布的密钥（JWKS）：文件，或 https:// 地址；本机可用 http://",
                    "The provider's published keys (JWKS): a file, or an address by https://; http:// on the machine itself",
                )),
        ]
    }

    /// Reads what clap has matched.
    pub fn of(matches: &ArgMatches) -> Option<Self> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Some(Self { issuer: text("oidc_issuer")?, audience: text("oidc_audience")?, keys: text("oidc_jwks")? })
    }
}

fn source(language: Language) -> impl Fn(&str) -> Result<String, Invalid> + Clone {
    move |text| {
        Source::named(text).map(|_| text.to_owned()).map_err(|bad| {
            Invalid(
                match bad {
                    BadSource::NoAddress => language.pick("不是网址", "it is no address"),
                    BadSource::NotSecure => language.pick(
                        "其他机器上的密钥只能经 https:// 读取",
                        "keys are had from other machines by https:// alone",
                    ),
                    BadSource::NamesUser => {
                        language.pick("地址中不得含有用户名或密码", "the address must not hold a name or password")
                    }
                }
                .to_owned(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::Command;

    fn given(arguments: &[&str]) -> Result<Option<OidcArguments>, clap::Error> {
        let command = Command::new("serve").args(OidcArguments::options(Language::En)).no_binary_name(true);
        Ok(OidcArguments::of(&command.try_get_matches_from(arguments)?))
    }

    #[test]
    fn a_provider_is_named_whole_or_not_at_all() {
        assert!(given(&[]).unwrap().is_none());
        let all = ["--oidc-issuer", "https://a.example", "--oidc-audience", "huiyin", "--oidc-jwks", "/etc/keys.json"];
        let oidc = given(&all).unwrap().unwrap();
        assert_eq!((oidc.issuer.as_str(), oidc.audience.as_str()), ("https://a.example", "huiyin"));
        for missing in 0..3 {
            let some: Vec<&str> =
                all.chunks(2).enumerate().filter(|(n, _)| *n != missing).flat_map(|(_, pair)| pair).copied().collect();
            assert!(given(&some).is_err(), "{some:?}");
        }
        let plain = ["--oidc-issuer", "a", "--oidc-audience", "b", "--oidc-jwks", "http://a.example/keys"];
        assert!(given(&plain).unwrap_err().to_string().contains("https://"));
    }
}
