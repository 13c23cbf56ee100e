//! Error codes, their classes and ranges.

use super::rust::{Code, literal, option, optional_literal};
use crate::{
    model::{Model, markdown},
    spec::format::{ErrorClass, ErrorClasses, ErrorCode, RetryAdvice},
};

/// The error codes and their constants.
pub(super) fn error_codes(model: &Model) -> String {
    let mut code = Code::file("spec/errors.toml");
    code.line(
        "use crate::{ErrorCode, spec::{ErrorClass, ErrorCodeRange, ErrorCodeSpec, ErrorTexts, \
         OtherMeaning, RetryAdvice}};",
    );
    code.gap();
    code.line("impl ErrorCode {");
    for (index, (number, facts)) in model.errors.iter().enumerate() {
        if index > 0 {
            code.gap();
        }
        code.doc(4, &markdown(&facts.meaning));
        code.line(format!("pub const {}: Self = Self::new({number});", facts.name.as_ref()));
        for (service, name) in &facts.other_names {
            let meaning = facts.other_meanings.get(service.as_ref()).unwrap_or(&facts.meaning);
            code.gap();
            code.doc(4, &markdown(&format!("In `{}`: {meaning}", service.as_ref())));
            code.line(format!("pub const {name}: Self = Self::new({number});"));
        }
    }
    code.line("}");
    code.gap();
    classes(&mut code, &model.error_classes);
    code.gap();
    code.line("/// The number of the documentation page with the tables of error codes.");
    code.line(format!("pub const ERROR_CODES_DOC_PAGE: u32 = {};", model.error_doc_page));
    code.gap();
    code.line("/// Every documented code, sorted by number.");
    code.line("pub static ERROR_CODES: &[ErrorCodeSpec] = &[");
    model.errors.iter().for_each(|(_, facts)| error_code(&mut code, facts));
    code.line("];");
    code.gap();
    code.line("/// Ranges of codes with one meaning each.");
    code.line("pub static ERROR_CODE_RANGES: &[ErrorCodeRange] = &[");
    for range in &model.error_ranges {
        code.line("ErrorCodeRange {");
        code.line(format!("from: ErrorCode::new({}),", range.from));
        code.line(format!("to: ErrorCode::new({}),", range.to));
        code.line(format!("meaning: {},", literal(&range.meaning, 17)));
        code.line(format!("class: ErrorClass::{},", variant(range.class)));
        code.line(format!("retry: RetryAdvice::{},", retry_variant(range.retry)));
        code.line(format!("remedy: {},", literal(&range.remedy, 16)));
        code.line("},");
    }
    code.line("];");
    code.finish()
}

/// What the classes of codes have in common.
fn classes(code: &mut Code, classes: &ErrorClasses) {
    let ErrorClasses {
        caller_bug,
        not_found,
        permission,
        signature,
        rate_limited,
        transient,
        conflict,
        quota,
        content_blocked,
        unknown,
    } = classes;
    let classes = [
        (ErrorClass::CallerBug, caller_bug),
        (ErrorClass::NotFound, not_found),
        (ErrorClass::Permission, permission),
        (ErrorClass::Signature, signature),
        (ErrorClass::RateLimited, rate_limited),
        (ErrorClass::Transient, transient),
        (ErrorClass::Conflict, conflict),
        (ErrorClass::Quota, quota),
        (ErrorClass::ContentBlocked, content_blocked),
        (ErrorClass::Unknown, unknown),
    ];
    let remedy = "Returns what to do about such a code, unless the code itself states it.";
    code.line("impl ErrorClass {");
    code.line("/// Returns why calls fail with such a code.");
    class_text(code, "cause", classes.map(|(class, facts)| (class, facts.cause.as_str())));
    code.gap();
    code.line(format!("/// {remedy}"));
    class_text(code, "remedy", classes.map(|(class, facts)| (class, facts.remedy.as_str())));
    code.gap();
    code.line("/// Returns [`cause`](Self::cause) in Chinese.");
    class_text(code, "cause_zh", classes.map(|(class, facts)| (class, facts.zh.cause.as_str())));
    code.gap();
    code.line("/// Returns [`remedy`](Self::remedy) in Chinese.");
    class_text(code, "remedy_zh", classes.map(|(class, facts)| (class, facts.zh.remedy.as_str())));
    code.line("}");
}

fn class_text(code: &mut Code, name: &str, texts: [(ErrorClass, &str); 10]) {
    code.line(format!("pub const fn {name}(self) -> &'static str {{ match self {{"));
    for (class, text) in texts {
        code.line(format!("Self::{} => {},", variant(class), literal(text, 12)));
    }
    code.line("} }");
}

fn error_code(code: &mut Code, facts: &ErrorCode) {
    code.line("ErrorCodeSpec {");
    code.line(format!("code: ErrorCode::{},", facts.name.as_ref()));
    code.line(format!("name: {:?},", facts.name.as_ref()));
    code.line(format!("area: {:?},", facts.area));
    code.line(format!("meaning: {},", literal(&facts.meaning, 17)));
    code.line(format!("class: ErrorClass::{},", variant(facts.class)));
    code.line(format!("remedy: {},", optional_literal(facts.remedy.as_deref(), 14)));
    code.line(format!("retry: RetryAdvice::{},", retry_variant(facts.retry)));
    code.line(format!("documented_retry: {},", facts.documented_retry));
    code.line(format!("in_tables: {},", facts.in_tables));
    code.line(format!("success_like: {},", facts.success_like));
    let others: Vec<String> = facts
        .other_meanings
        .iter()
        .map(|(service, meaning)| {
            let meaning = literal(meaning, 21);
            format!("OtherMeaning {{ service: {service:?}, meaning: {meaning} }},\n")
        })
        .collect();
    code.line(format!("other_meanings: &[{}],", others.concat()));
    code.line(format!("note: {},", optional_literal(facts.note.as_deref(), 12)));
    let zh = facts.zh.as_ref().map(|texts| {
        let remedy = optional_literal(texts.remedy.as_deref(), 16);
        format!("ErrorTexts {{ meaning: {}, remedy: {remedy} }}", literal(&texts.meaning, 17))
    });
    code.line(format!("zh: {},", option(zh)));
    code.line("},");
}

/// The variant of the class in the generated crate.
fn variant(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::CallerBug => "CallerBug",
        ErrorClass::NotFound => "NotFound",
        ErrorClass::Permission => "Permission",
        ErrorClass::Signature => "Signature",
        ErrorClass::RateLimited => "RateLimited",
        ErrorClass::Transient => "Transient",
        ErrorClass::Conflict => "Conflict",
        ErrorClass::Quota => "Quota",
        ErrorClass::ContentBlocked => "ContentBlocked",
        ErrorClass::Unknown => "Unknown",
    }
}

/// The variant of the advice in the generated crate.
fn retry_variant(advice: RetryAdvice) -> &'static str {
    match advice {
        RetryAdvice::Never => "Never",
        RetryAdvice::AfterBackoff => "AfterBackoff",
        RetryAdvice::AfterNewSignature => "AfterNewSignature",
        RetryAdvice::InAnotherRegion => "InAnotherRegion",
    }
}
