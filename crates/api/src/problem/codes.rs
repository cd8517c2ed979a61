//! The table of every problem code: name, status, what it says, what to do about it.
//!
//! Rules of the service live in the domain's table ([`domain::refusal::Code`]) and are taken from there; the codes
//! of HTTP itself (unreadable, unknown caller, crowded …) are the table below. A code is never renamed.

use domain::language::{Language, Text, text};
use domain::refusal::{self, Kind};

/// A problem code: of HTTP itself or of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// What the HTTP side itself says.
    HttpCode(HttpCode),
    /// What a rule of the service says.
    Rule(refusal::Code),
}

impl From<HttpCode> for Code {
    fn from(code: HttpCode) -> Self {
        Self::HttpCode(code)
    }
}

impl From<refusal::Code> for Code {
    fn from(code: refusal::Code) -> Self {
        Self::Rule(code)
    }
}

impl Code {
    /// Every code: those of HTTP by status, then those of the rules in the order of the domain's table.
    pub fn all() -> impl Iterator<Item = Self> {
        let http = HttpCode::ALL.iter().copied().map(Self::HttpCode);
        http.chain(refusal::Code::ALL.iter().copied().map(Self::Rule))
    }

    /// The code of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::all().find(|code| code.as_str() == name)
    }

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpCode(code) => code.as_str(),
            Self::Rule(code) => code.as_str(),
        }
    }

    /// The HTTP status it is answered with.
    pub const fn status(self) -> u16 {
        match self {
            Self::HttpCode(code) => code.status(),
            Self::Rule(code) => Self::status_of(code.kind()),
        }
    }

    /// The status of what a rule says.
    pub const fn status_of(kind: Kind) -> u16 {
        match kind {
            Kind::Rule => 409,
            Kind::Invalid => 422,
            Kind::Mistyped => 415,
        }
    }

    /// What it says, without a full stop.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::HttpCode(code) => code.title(language),
            Self::Rule(code) => language.pick(code.zh(), code.en()).trim_end_matches(['。', '.']),
        }
    }

    /// What it says, in both languages.
    pub fn text(self) -> Text {
        text(self.title(Language::Zh), self.title(Language::En))
    }

    /// What the client can do about it.
    pub const fn what_to_do(self, language: Language) -> &'static str {
        match self {
            Self::HttpCode(code) => code.what_to_do(language),
            Self::Rule(domain::refusal::Code::TooEarly) => {
                language.pick("请自 detail 所示之日起重新提交。", "Send the same again from the day in detail on.")
            }
            Self::Rule(code) => match code.kind() {
                Kind::Rule => language.pick(
                    "请重新读取当前状态，按所引条款改走可行的步骤；原样重试没有用。",
                    "Read the present state again and take a step that the clause allows; the same request will be refused again.",
                ),
                Kind::Invalid => language.pick(
                    "请改正 errors 中所指的内容后重新提交。",
                    "Correct what errors points at and send it again.",
                ),
                Kind::Mistyped => language.pick(
                    "请核对文件、Content-Type 与种类是否一致。",
                    "See that the file, its Content-Type and its kind agree.",
                ),
            },
        }
    }

    /// The clause of the notice it rests on, where it rests on one.
    pub const fn clause(self) -> Option<&'static str> {
        match self {
            Self::HttpCode(_) => None,
            Self::Rule(code) => code.clause(),
        }
    }
}

/// Declares the codes of HTTP itself: name, status, title and what to do in Chinese and English.
macro_rules! http_codes {
    ($($variant:ident = $name:literal, $status:literal, $zh:literal, $en:literal, $do_zh:literal, $do_en:literal;)+) => {
        /// What the HTTP side itself says, by status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum HttpCode {
            $(#[doc = $en] $variant,)+
        }

        impl HttpCode {
            /// Every code of HTTP itself, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// What it says.
            pub const fn title(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($zh, $en)),+ }
            }

            /// What the client can do about it.
            pub const fn what_to_do(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($do_zh, $do_en)),+ }
            }
        }
    };
}

http_codes! {
    BadRequest = "bad_request", 400, "请求无法读取", "The request cannot be read", "请检查请求行与请求头。", "Check the request line and headers.";
    NotUtf8 = "not_utf8", 400, "请求体不是 UTF-8", "The body is not UTF-8", "请以 UTF-8 编码发送。", "Send the body in UTF-8.";
    NotJson = "not_json", 400, "请求体不是 JSON", "The body is not JSON", "请按 detail 所指位置改正；没有内容的命令也要发送 {}。", "Correct it at the place that detail names; a command without content is sent as {}.";
    JsonTooDeep = "json_too_deep", 400, "JSON 嵌套过深", "The JSON is nested too deeply", "请减少嵌套层数。", "Nest less deeply.";
    BadParameter = "bad_parameter", 400, "查询参数不正确", "A query parameter is wrong", "请改正 errors 中所指的参数。", "Correct the parameters that errors names.";
    UnknownParameter = "unknown_parameter", 400, "没有这样的查询参数", "There is no such query parameter", "请去掉 errors 中所指的参数。", "Leave out the parameters that errors names.";
    BadHeader = "bad_header", 400, "请求头不正确", "A request header is wrong", "请改正 detail 中所指的请求头。", "Correct the header that detail names.";
    RoleNeeded = "role_needed", 400, "账户有多种角色，须写明以哪一种操作", "The account has several roles; say which it acts in", "请在 Acting-As 请求头中写明 detail 所列角色之一。", "Name one of the roles that detail lists in the header Acting-As.";
    PurposeMissing = "purpose_missing", 400, "须写明查看个人信息的目的", "Say what personal data is looked at for", "请在 Huiyin-Purpose 请求头中写明目的，如 call_back。", "Name the purpose in the header Huiyin-Purpose, such as call_back.";
    QueryTooShort = "query_too_short", 400, "所查的内容太短", "What is looked for is too short", "姓名至少写两个字，电话至少写七位数字。", "Write two characters of a name at least, and seven digits of a number.";
    BadCursor = "bad_cursor", 400, "游标无效，或属于另一查询", "The cursor is invalid or belongs to another query", "请从第一页重新开始，其余参数保持不变。", "Start again at the first page and keep the other parameters as they are.";
    BadPosition = "bad_position", 400, "位置超出日志末尾", "The position is beyond the head of the log", "请使用不大于日志末尾的位置。", "Use a position up to the head of the log.";
    BeforeLog = "before_log", 400, "所述时刻早于日志的开始", "The instant is before the log began", "请使用不早于 detail 所示时间的时刻。", "Use an instant from the time that detail names on.";
    AsOfNotSupported = "as_of_not_supported", 400, "此处只能查询当前情况", "This answers for now only", "请去掉 as_of 与 as_of_position；单个事项可以查询过去的情况。", "Leave out as_of and as_of_position; single resources answer for the past.";
    Unauthenticated = "unauthenticated", 401, "未认证", "Authentication required", "请在 Authorization 请求头中提供有效令牌。", "Send a valid token in the Authorization header.";
    SignInFailed = "sign_in_failed", 401, "登录失败", "The sign-in failed", "请核对登录名、密码和验证码；连续失败后须等待片刻。", "Check login, password and code; after several failures there is a wait.";
    Forbidden = "forbidden", 403, "无权进行此操作", "Not permitted", "请以具有该职责的账户或角色操作。", "Use an account or a role whose task this is.";
    OutOfScope = "out_of_scope", 403, "超出权限范围", "Beyond one's scope", "请由该网格、该代表或该单位的负责账户操作，或改用范围更大的角色。", "Let the account of that grid, delegate or office do it, or act in a role that reaches further.";
    TlsRequired = "tls_required", 403, "须经 TLS 连接", "TLS is required", "请经 https:// 登录；反向代理须传递 Host 与 X-Forwarded-Proto。", "Sign in by https://; a proxy has to pass on Host and X-Forwarded-Proto.";
    CrossOrigin = "cross_origin", 403, "请求来自其他网站的页面", "The request comes from a page of another origin", "凭 Cookie 的操作只能由本服务自己的页面发出；其他页面请使用令牌。", "What a cookie vouches for must come from a page of this server; other pages use a token.";
    NotFound = "not_found", 404, "没有找到", "No such thing", "请核对地址与编号。", "Check the address and the id.";
    MethodNotAllowed = "method_not_allowed", 405, "此地址不支持该方法", "The address does not know that method", "可用的方法见 Allow 响应头。", "The Allow header lists the methods.";
    NotAcceptable = "not_acceptable", 406, "没有所要的格式", "No such format", "请改用 detail 中列出的格式。", "Ask for one of the formats that detail lists.";
    RequestTimeout = "request_timeout", 408, "请求没有及时到达", "The request did not arrive in time", "请检查网络后重试。", "Check the network and try again.";
    Contended = "contended", 409, "多次被更快的更改抢先", "Gave up after five conflicting writes", "请重新读取后重试。", "Read again and try again.";
    StaleVersion = "stale_version", 412, "版本已过时", "The version is stale", "请重新读取，确认无误后以新的 ETag 重试。", "Read again, check, and retry with the new ETag.";
    TooLarge = "too_large", 413, "请求体过大", "The body is too large", "请减小请求体；上限见 detail。", "Send less; detail names the limit.";
    UnsupportedMediaType = "unsupported_media_type", 415, "不支持该内容类型", "The media type is not supported", "请改用 detail 中列出的 Content-Type。", "Use one of the content types that detail lists.";
    RangeNotSatisfiable = "range_not_satisfiable", 416, "没有所要的一段", "There is no such part", "总字节数见 Content-Range 响应头。", "The Content-Range header tells how many bytes there are.";
    InvalidBody = "invalid_body", 422, "请求体有多处不符合要求", "The body has several faults", "请逐一改正 errors 中所指的内容。", "Correct everything that errors points at.";
    WrongType = "wrong_type", 422, "取值的类型不正确", "The value is of the wrong type", "请按接口文档改正类型；不存在的值应省略而不是 null。", "Correct the type; leave a value out instead of sending null.";
    UnknownField = "unknown_field", 422, "没有这样的字段", "There is no such field", "请去掉 errors 中所指的字段。", "Leave out the fields that errors points at.";
    DuplicateKey = "duplicate_key", 422, "同一字段出现多次", "A field is given twice", "每个字段只写一次。", "Give every field once.";
    TooManyRows = "too_many_rows", 422, "行数过多", "Too many rows", "请缩小范围，或分页读取。", "Narrow the question, or read it in pages.";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "该幂等键已用于另一请求", "The idempotency key came before with another request", "新的请求请用新的 Idempotency-Key。", "Use a new Idempotency-Key for a new request.";
    RateLimited = "rate_limited", 429, "请求过于频繁", "Too many requests in too short a time", "请在 Retry-After 之后重试。", "Try again after Retry-After.";
    Overloaded = "overloaded", 429, "请求过多", "Too many requests", "请在 Retry-After 之后以同一幂等键重试。", "Try again after Retry-After, with the same idempotency key.";
    HeadTooLarge = "head_too_large", 431, "请求行与请求头过长", "The request line and the headers are too long", "请缩短地址或请求头。", "Shorten the address or the headers.";
    Internal = "internal", 500, "服务内部错误", "Something broke on our side", "请把 request_id 告知管理员。", "Tell the administrator the request_id.";
    IssuerUnavailable = "issuer_unavailable", 503, "身份提供方暂时无法访问", "The identity provider cannot be reached", "请在 Retry-After 之后重试；若持续如此请通知管理员。", "Try again after Retry-After, and tell the administrator if it goes on.";
    ReadModelBehind = "read_model_behind", 503, "看板尚未跟上", "The read model is behind", "请在 Retry-After 之后重试。", "Try again after Retry-After.";
    ClockImplausible = "clock_implausible", 503, "系统时钟不可信，暂不记录", "The system clock cannot be trusted; nothing is recorded", "没有记录任何内容；请通知管理员校准系统时钟，之后以同一幂等键重试。", "Nothing was recorded; have the administrator set the system clock right, then try again with the same idempotency key.";
    StorageFull = "storage_full", 503, "存储空间不足", "The storage is full", "没有记录任何内容；请通知管理员腾出空间后重试。", "Nothing was recorded; have the administrator free space, then try again.";
    StorageFailed = "storage_failed", 503, "存储暂时无法使用", "The storage cannot be used at the moment", "没有记录任何内容；请在 Retry-After 之后以同一幂等键重试，若持续如此请通知管理员。", "Nothing was recorded; try again after Retry-After, with the same idempotency key, and tell the administrator if it goes on.";
    OutcomeUnknown = "outcome_unknown", 503, "结果未知", "It is not known whether it was recorded", "请以同一幂等键重试，不会重复记录。", "Try again with the same idempotency key; it will not be recorded twice.";
    ShuttingDown = "shutting_down", 503, "服务正在停止", "The server is stopping", "请在 Retry-After 之后重试。", "Try again after Retry-After.";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_stands_for_one_code_and_every_rule_is_in_the_table() {
        let mut seen = BTreeSet::new();
        for code in Code::all() {
            assert!(seen.insert(code.as_str()), "{} twice", code.as_str());
            assert_eq!(Code::parse(code.as_str()), Some(code));
            assert!((400..600).contains(&code.status()));
            for language in [Language::Zh, Language::En] {
                assert!(!code.title(language).is_empty() && !code.what_to_do(language).is_empty());
            }
        }
        for rule in refusal::Code::ALL {
            assert!(seen.contains(rule.as_str()), "{}", rule.as_str());
        }
    }

    #[test]
    fn the_names_and_statuses_of_the_contract_stand() {
        for (name, status) in [
            ("unauthenticated", 401),
            ("forbidden", 403),
            ("not_found", 404),
            ("unknown_field", 422),
            ("unknown_id", 422),
            ("unit_not_in_grid", 422),
            ("before_programme", 422),
            ("before_reception", 422),
            ("in_the_future", 422),
            ("due_too_far", 422),
            ("too_long", 422),
            ("stale_version", 412),
            ("contended", 409),
            ("idempotency_key_reused", 422),
            ("not_the_responsible_delegate", 409),
            ("already_answered", 409),
            ("already_escalated", 409),
            ("issue_closed", 409),
            ("issue_not_open", 409),
            ("not_escalated", 409),
            ("extension_after_due", 409),
            ("feedback_window_over", 409),
            ("not_enough_attempts", 409),
            ("evidence_missing", 422),
            ("major_issue_full", 409),
            ("read_model_behind", 503),
            ("overloaded", 429),
            ("storage_full", 503),
            ("outcome_unknown", 503),
            ("as_of_not_supported", 400),
        ] {
            assert_eq!(Code::parse(name).map(Code::status), Some(status), "{name}");
        }
        assert!(Code::parse("delegate_without_mandate").is_some());
    }
}
