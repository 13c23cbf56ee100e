//! Common parts of the documentation of endpoints and webhooks.

use crate::model::{
    docs::{Section, markdown},
    facts::DocPage,
};

pub(super) fn page(page: Option<&DocPage>) -> String {
    page.map_or_else(
        || "Not in the international documentation of the chat service.".to_owned(),
        |page| format!("[Documentation page]({})", page.url),
    )
}

pub(super) fn sections(
    behavior: &[String],
    quirks: &[String],
    unverified: &[String],
) -> Vec<Section> {
    [("Behavior", behavior), ("Quirks", quirks), ("Open questions", unverified)]
        .into_iter()
        .filter(|(_, statements)| !statements.is_empty())
        .map(|(title, statements)| Section {
            title,
            statements: statements.iter().map(|text| markdown(text)).collect(),
        })
        .collect()
}
