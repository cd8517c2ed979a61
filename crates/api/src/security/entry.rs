//! One line of the security journal: no name, no text of anybody, nothing that a client made up but the id of its request.

use crate::http::times::write_recorded_time;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::ser::{CharEscape, Formatter};
use serde_json::{Map, Value};
use std::io::{self, Write};
use std::net::IpAddr;
use utoipa::ToSchema;
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SecurityEventKind)]
pub enum Kind {
    /// The server started, with this configuration.
    Started,
    /// Somebody signed in.
    SignedIn,
    /// A sign-in failed.
    SignInFailed,
    /// Somebody signed out, or was.
    SignedOut,
    /// 401.
    Unauthenticated,
    /// 403.
    Forbidden,
    /// A token was used from an address that it was not used from before.
    NewAddress,
    /// 429 `rate_limited`.
    RateLimited,
    /// So many lines are missing here: they came faster than they could be written, beyond what a day may hold, or while the
    /// disk took none.
    Lost,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Started,
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NewAddress,
        Self::RateLimited,
        Self::Lost,
    ];

    /// Its name in a line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NewAddress => "new_address",
            Self::RateLimited => "rate_limited",
            Self::Lost => "lost",
        }
    }

    /// The kind of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it may come again and again from one place, and is then one line a minute.
    pub(super) const fn repeats(self) -> bool {
        match self {
            Self::Unauthenticated | Self::Forbidden | Self::RateLimited => true,
            Self::Started | Self::SignedIn | Self::SignInFailed | Self::SignedOut | Self::NewAddress | Self::Lost => {
                false
            }
        }
    }
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When it happened, or happened last where it is told as several: UTC with milliseconds.
    pub at: String,
    /// What happened.
    pub kind: Kind,
    /// So often within a minute; absent for once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// From where, as far as trusted proxies tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Whose account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Uuid>,
    /// By which token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_id: Option<Uuid>,
    /// The method of the route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The route as the table writes it; never a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Which rate was reached, as `RateLimit-Policy` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Id of the request, the last of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Version of the program that started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The configuration in force at the start, by names of options; no secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Map<String, Value>>,
}

impl Entry {
    /// Something that happened, of which nothing more is known yet.
    pub fn new(at: DateTime<Utc>, kind: Kind) -> Self {
        let mut text = String::new();
        write_recorded_time(&mut text, at);
        Self {
            at: text,
            kind,
            times: None,
            address: None,
            account_id: None,
            token_id: None,
            method: None,
            route: None,
            policy: None,
            request_id: None,
            version: None,
            configuration: None,
        }
    }

    /// The line with its end. Everything beyond printable ASCII is escaped, so that it is one line for whatever reads it.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = Vec::with_capacity(256);
        let mut json = serde_json::Serializer::with_formatter(&mut line, Ascii);
        if self.serialize(&mut json).is_err() {
            // Nothing of it can fail to be written into memory.
            line.clear();
        }
        line.push(b'\n');
        line
    }
}

/// JSON in printable ASCII.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut units = [0; 2];
        for letter in fragment.chars() {
            if letter == ' ' || letter.is_ascii_graphic() {
                writer.write_all(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
                continue;
            }
            for unit in letter.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        serde_json::ser::CompactFormatter.write_char_escape(writer, escape)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    /// Whatever stands in a value, the line is one, is plain ASCII, and says what was meant.
    #[test]
    fn whatever_a_value_holds_the_line_is_one() {
        for text in [
            "a\r\nb",
            "\u{1b}[31m",
            "\u{2028}\u{2029}\u{85}",
            "\"},{\"kind\":\"started\"",
            "\u{202e}令牌\u{1f512}\u{7f}\0\\",
        ] {
            let entry = Entry {
                configuration: Some(Map::from_iter([(text.to_owned(), Value::from(text))])),
                request_id: Some(text.to_owned()),
                ..Entry::new(DateTime::UNIX_EPOCH, Kind::Started)
            };
            let line = entry.line();
            let (end, body) = line.split_last().unwrap();
            assert!(*end == b'\n' && body.iter().all(|b| *b == b' ' || b.is_ascii_graphic()), "{text:?}");
            assert_eq!(serde_json::from_slice::<Entry>(body).unwrap(), entry);
        }
    }
}
