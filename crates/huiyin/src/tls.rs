//! TLS by the server itself: both files, checked before anything is made.

use crate::secret_file;
use crate::serve_arguments::ServeArguments;
use api::http::health::Wrong;
use api::http::tls::{Tls, TlsFiles};
use chrono::Utc;
use domain::language::Language;
use serde_json::json;
use std::time::Duration;

/// How often it is warned.
const A_DAY: Duration = Duration::from_secs(86_400);

/// What a server speaks TLS with, where it is to. A key that everybody may read is told.
///
/// # Errors
/// Which file is missing or unfit, and why, in words.
pub fn of(arguments: &ServeArguments, language: Language) -> Result<Option<Tls>, String> {
    let (certificate, key) = match (&arguments.tls_cert, &arguments.tls_key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
        (Some(_), None) => return Err(alone("--tls-cert", "--tls-key", language)),
        (None, Some(_)) => return Err(alone("--tls-key", "--tls-cert", language)),
    };
    let files = TlsFiles { certificate, key };
    secret_file::tell_if_open("--tls-key", &files.key, language);
    Tls::of(files).map(Some).map_err(|error| error.words(language))
}

/// Warns once a day while the certificate ends soon, or has ended.
pub async fn watch_the_certificate(tls: Tls) {
    loop {
        if let Some(ending) = tls.ending(Utc::now()) {
            tracing::warn!(note = ending.en, "the certificate for TLS ends");
        }
        tokio::time::sleep(A_DAY).await;
    }
}

/// The same for health.
pub fn ending(tls: Option<&Tls>) -> Option<Wrong> {
    let ending = tls?.ending(Utc::now())?;
    Some(Wrong::notice(json!({"tls": "certificate_ends", "why": ending.en})))
}

fn alone(given: &str, missing: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{given} 须与 {missing} 同用。请两者都指明，或都不指明。"),
        Language::En => format!("{given} needs {missing} beside it: name both, or neither."),
    }
}
