//! TLS by the server itself: both files, checked before anything is made.

use crate::serve_arguments::ServeArguments;
use crate::terminal::say;
use api::http::tls::{Tls, TlsFiles};
use domain::language::Language;

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
    if files.key_is_open() {
        let key = files.key.display();
        say(&match language {
            Language::Zh => format!("--tls-key {key}：本机所有用户都可读取此私钥；请收回权限（chmod o-r）。"),
            Language::En => {
                format!("--tls-key {key}: everybody on this machine may read the key; take that back (chmod o-r).")
            }
        });
    }
    Tls::of(files).map(Some).map_err(|error| error.words(language))
}

fn alone(given: &str, missing: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{given} 须与 {missing} 同用。请两者都指明，或都不指明。"),
        Language::En => format!("{given} needs {missing} beside it: name both, or neither."),
    }
}
