//! Checks of error codes and the keys that hold them.

use std::{collections::HashMap, sync::Arc};

use crate::spec::{
    Diagnostics, Loaded, Source,
    format::{self, ErrorsFile, Located},
};

/// The codes by number; reports keys that are not numbers.
pub(in crate::model) fn error_codes(
    file: &Loaded<ErrorsFile>,
    found: &mut Diagnostics,
) -> Vec<(i32, format::ErrorCode)> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    for (code, facts) in &file.content.codes {
        number(&file.source, code, found);
        if let Some(first) = names.insert(facts.name.as_ref(), code.as_ref()) {
            let title = format!("duplicate error code name {}", facts.name.as_ref());
            let help = format!("also the name of code {first}");
            found.error(&file.source, facts.name.span(), title, "already used", Some(help));
        }
    }
    let mut codes: Vec<(i32, format::ErrorCode)> = Vec::new();
    for (code, facts) in &file.content.codes {
        if let Ok(code) = code.as_ref().parse() {
            codes.push((code, facts.clone()));
        }
    }
    codes.sort_by_key(|(code, _)| *code);
    codes
}

fn number(source: &Arc<Source>, code: &Located<String>, found: &mut Diagnostics) -> Option<i32> {
    let number = code.as_ref().parse().ok();
    if number.is_none() {
        let title = format!("invalid error code {:?}", code.as_ref());
        found.error(source, code.span(), title, "expected an integer", None);
    }
    number
}
