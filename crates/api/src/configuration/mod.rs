//! With what this server was started: each option of `huiyin serve`, its value, and where that comes from.

pub mod key_backup;
pub(crate) mod questions;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Where the value of an option comes from; a later one outranks those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConfigurationSource)]
pub enum Source {
    /// Nothing was said.
    Default,
    /// The file that `--config` names.
    File,
    /// A variable of the environment.
    Environment,
    /// The command line.
    Flag,
}

/// 一项配置。An option and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ConfigurationItem, example = json!({"name": "listen", "variable": "HUIYIN_LISTEN", "value": "127.0.0.1:8080", "source": "default"}))]
pub struct Setting {
    /// Its key in the file; the option is the same with `-` for `_`.
    #[schema(example = "listen")]
    pub name: String,
    /// Its variable of the environment.
    #[schema(example = "HUIYIN_LISTEN")]
    pub variable: String,
    /// Its value, `***` for a secret; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "127.0.0.1:8080")]
    pub value: Option<Text>,
    /// Where that comes from.
    pub source: Source,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// What may be shown.
    Plain(String),
    /// What may not: a secret, or what may hold one.
    Secret,
}

impl Text {
    /// What is shown of it.
    pub fn shown(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret => "***",
        }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

/// The configuration in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The file that was read, as it was named.
    pub file: Option<String>,
    /// Every option of `huiyin serve`, by name.
    pub settings: Vec<Setting>,
}

impl Configuration {
    /// Names and values of what was said or has a default, without secrets.
    pub fn values(&self) -> Map<String, Value> {
        let value = |setting: &Setting| Some((setting.name.clone(), Value::from(setting.value.as_ref()?.shown())));
        self.settings.iter().filter_map(value).collect()
    }
}
