//! What people sign in with to this server: the store of sign-ins beside the data, and the tokens of an identity provider
//! where one is named.

use crate::oidc_arguments::OidcArguments;
use api::sign_ins::people::{Identified, NotIdentified, People};
use casework::Casework;
use domain::language::Language;
use identity::sign_ins::{SignIns, Trouble};
use issuer::jwt::{NotKnown, Tokens};
use issuer::keys::{KeySet, Source};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The private store of sign-ins in the data directory.
const SIGN_INS_FILE: &str = "sign-ins.sqlite";

/// Where the store of sign-ins is.
pub fn sign_ins_file(data: &Path) -> PathBuf {
    data.join(SIGN_INS_FILE)
}

/// Opens what signing in takes.
///
/// # Errors
/// Why it cannot be opened, in the person's language.
pub fn open(
    data: &Path,
    casework: &Casework,
    oidc: Option<&OidcArguments>,
    language: Language,
) -> Result<People, String> {
    let file = sign_ins_file(data);
    let sign_ins = SignIns::open(&file).map_err(|trouble| words(&file, &trouble, language))?;
    let reference = casework.reference();
    let service = reference.areas.town().map_or_else(|| "Huiyin".to_owned(), |town| format!("回音 {}", town.name));
    let people = People::new(sign_ins, &service);
    let Some(oidc) = oidc else { return Ok(people) };
    let keys = Source::named(&oidc.keys).map_err(|bad| format!("--oidc-jwks: {bad}"))?;
    let tokens = Arc::new(Tokens::new(&oidc.issuer, &oidc.audience, KeySet::new(keys)));
    let (early, now) = (Arc::clone(&tokens), casework.clock_now());
    // Before the first token comes; whether it can be had now or not, the server starts.
    tokio::task::spawn_blocking(move || early.keys().refresh(now));
    Ok(people.with_provider(move |token, now| match tokens.whose(token, now) {
        Ok(bearer) => Ok(Identified { issuer: bearer.issuer, subject: bearer.subject, expires_at: bearer.expires_at }),
        Err(NotKnown::Refused(why)) => {
            tracing::debug!(why, "a token of the provider was refused");
            Err(NotIdentified::Refused)
        }
        Err(NotKnown::Unavailable(_)) => Err(NotIdentified::Unavailable),
    }))
}

/// Why the store cannot be opened, and what to do.
pub fn words(file: &Path, trouble: &Trouble, language: Language) -> String {
    tracing::error!(file = SIGN_INS_FILE, why = %trouble, "the store of sign-ins cannot be opened");
    match language {
        Language::Zh => {
            format!(
                "{}：登录记录无法打开。若已损坏，请停止服务后删除该文件：所有人须重新登录，其他内容不受影响。",
                file.display()
            )
        }
        Language::En => format!(
            "{}: the store of sign-ins cannot be opened. If it is damaged, remove the file with the server stopped: everybody signs in again, and nothing else is lost.",
            file.display()
        ),
    }
}
