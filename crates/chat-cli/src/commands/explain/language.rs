//! The languages of explanations.

use chat_types::{
    ErrorCode,
    spec::{ErrorClass, RetryAdvice},
};
use clap::ValueEnum;

use crate::settings::string_variable;

/// The language of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// English
    En,
    /// Chinese, where a code has Chinese texts
    Zh,
}

/// A row of the table that explains a code.
#[derive(Clone, Copy)]
pub(super) enum Row {
    Cause,
    Remedy,
    Retry,
    Class,
    Name,
    Area,
    Range,
    Note,
    Webhooks,
    Pages,
}

impl Language {
    /// Returns the language of the locale.
    pub(super) fn of_locale() -> Self {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = variables.iter().find_map(|name| string_variable(name).ok().flatten());
        if locale.is_some_and(|locale| locale.starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// Returns what a code means; `None` if that is not stated in this language.
    pub(super) fn meaning(self, code: ErrorCode) -> Option<&'static str> {
        match (self, code) {
            (Self::En, ErrorCode::OK) => Some("Success."),
            (Self::Zh, ErrorCode::OK) => Some("成功。"),
            (Self::En, code) => code.meaning(),
            (Self::Zh, code) => code.spec()?.zh.map(|texts| texts.meaning),
        }
    }

    pub(super) fn cause(self, class: ErrorClass) -> &'static str {
        if self == Self::Zh { class.cause_zh() } else { class.cause() }
    }

    /// Returns what to do about a code. One with a remedy of its own in English only has that.
    pub(super) fn remedy(self, code: ErrorCode) -> &'static str {
        let Some(spec) = code.spec().filter(|_| self == Self::Zh) else { return code.remedy() };
        match (spec.zh.and_then(|texts| texts.remedy), spec.remedy) {
            (Some(remedy), _) | (None, Some(remedy)) => remedy,
            (None, None) => spec.class.remedy_zh(),
        }
    }

    pub(super) fn remedy_of_class(self, class: ErrorClass) -> &'static str {
        if self == Self::Zh { class.remedy_zh() } else { class.remedy() }
    }

    pub(super) fn retry(self, retry: RetryAdvice) -> &'static str {
        match (self, retry) {
            (Self::En, RetryAdvice::AfterBackoff) => "helps, after a delay",
            (Self::En, RetryAdvice::AfterNewSignature) => "helps, with a new signature",
            (Self::En, RetryAdvice::InAnotherRegion) => "helps, at the domain of the app's region",
            (Self::En, _) => "does not help",
            (Self::Zh, RetryAdvice::AfterBackoff) => "稍后重试有效",
            (Self::Zh, RetryAdvice::AfterNewSignature) => "重新签名后重试有效",
            (Self::Zh, RetryAdvice::InAnotherRegion) => "在应用所属地域的域名上重试有效",
            (Self::Zh, _) => "重试无效",
        }
    }

    pub(super) fn label(self, row: Row) -> &'static str {
        match (self, row) {
            (Self::En, Row::Cause) => "cause",
            (Self::En, Row::Remedy) => "remedy",
            (Self::En, Row::Retry) => "retry",
            (Self::En, Row::Class) => "class",
            (Self::En, Row::Name) => "name",
            (Self::En, Row::Area) => "area",
            (Self::En, Row::Range) => "range",
            (Self::En, Row::Note) => "note",
            (Self::En, Row::Webhooks) => "webhooks",
            (Self::En, Row::Pages) => "pages",
            (Self::Zh, Row::Cause) => "原因",
            (Self::Zh, Row::Remedy) => "处理",
            (Self::Zh, Row::Retry) => "重试",
            (Self::Zh, Row::Class) => "类别",
            (Self::Zh, Row::Name) => "名称",
            (Self::Zh, Row::Area) => "模块",
            (Self::Zh, Row::Range) => "范围",
            (Self::Zh, Row::Note) => "备注",
            (Self::Zh, Row::Webhooks) => "回调",
            (Self::Zh, Row::Pages) => "文档",
        }
    }
}
