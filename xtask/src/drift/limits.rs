//! The limits of a field on both sides.

use super::{facts::FieldFacts, notes::contains_word, subject::Subject};
use crate::model::{Bounds, Field, Type};

/// A limit of a field.
pub(super) struct Limit {
    pub(super) key: &'static str,
    pub(super) documented: Option<i64>,
    pub(super) listed: Option<i64>,
    /// Whether the type of the field has this limit anyway.
    is_implied: bool,
    /// Whether the documentation states the limit of the spec in a sentence.
    is_in_sentence: bool,
}

/// What a limit is on both sides.
pub(super) enum LimitState {
    /// The same, such as `max 20`.
    Same(String),
    Differs(String),
    /// Stated by the spec only.
    Undocumented(String),
    None,
}

impl Limit {
    /// The limits of a field; `is_list` if the batch or the paging of the command limits it.
    pub(super) fn of(
        facts: &FieldFacts,
        field: &Field,
        subject: &Subject<'_>,
        is_list: bool,
    ) -> [Self; 4] {
        let Bounds { min, max, max_bytes, max_items, .. } = &field.bounds;
        let (batch, page) = if is_list { lists(field, subject) } else { (None, None) };
        let limit = |key, documented, listed: Option<i64>| {
            let number = listed.map(|limit| limit.to_string());
            Self {
                key,
                documented,
                listed,
                is_implied: documented.or(listed) == implied(key, &field.ty),
                is_in_sentence: number.is_some_and(|number| contains_word(&facts.desc, &number)),
            }
        };
        [
            limit("min", facts.min, *min),
            limit("max", facts.max, max.or(page)),
            limit("max_bytes", facts.max_bytes, max_bytes.map(i64::from)),
            limit(
                "max_items",
                facts.max_items,
                max_items.map(|max| i64::from(max.most())).or(batch),
            ),
        ]
    }

    /// Compares both sides. Only what is sent has to keep every documented limit.
    pub(super) fn state(&self, is_sent: bool) -> LimitState {
        let key = self.key;
        let same = |limit: i64| LimitState::Same(format!("{key} {limit}"));
        match (self.documented, self.listed) {
            (Some(here), Some(there)) if here == there => same(there),
            (None, Some(there)) if self.is_in_sentence => same(there),
            _ if self.is_implied => LimitState::None,
            (Some(here), Some(there)) => {
                LimitState::Differs(format!("{key} is {here}, but {there} in the spec"))
            }
            (Some(here), None) if is_sent => {
                LimitState::Differs(format!("{key} is {here}, but missing in the spec"))
            }
            (None, Some(there)) => LimitState::Undocumented(format!("{key} {there}")),
            _ => LimitState::None,
        }
    }

    /// What the limit belongs to, if several files share it: the type of an ID, or a field
    /// of the object `owner`.
    pub(super) fn owner(
        &self,
        field: &Field,
        subject: &Subject<'_>,
        owner: Option<&str>,
    ) -> Option<String> {
        let in_object = || owner.map(|owner| format!("{owner}.{}", field.wire));
        let Type::Id(path) = field.ty.item() else { return in_object() };
        let shared = subject.model.shared_types(path.area.as_deref())?;
        let id = shared.ids.iter().find(|id| id.name == path.name)?;
        let is_of_id = self.key == "max_bytes" && id.max_bytes.map(i64::from) == self.listed;
        if is_of_id { Some(id.name.clone()) } else { in_object() }
    }

    /// The numbers that a sentence about the limit would contain.
    pub(super) fn numbers(&self) -> Vec<String> {
        [self.documented, self.listed]
            .into_iter()
            .flatten()
            .map(|limit| limit.to_string())
            .collect()
    }
}

/// The number of items per call and per page, if the field is what is limited.
fn lists(field: &Field, subject: &Subject<'_>) -> (Option<i64>, Option<i64>) {
    let batch = subject.batch.filter(|batch| batch.list.wire == field.wire);
    let page = subject.paging.and_then(|paging| paging.page_size.as_ref());
    let page = page.filter(|(size, _)| size.wire == field.wire);
    (
        batch.and_then(|batch| batch.spec.max).map(|max| i64::from(max.most())),
        page.map(|(_, max)| i64::from(*max)),
    )
}

fn implied(key: &str, ty: &Type) -> Option<i64> {
    match (key, ty.item()) {
        ("min", Type::U32 | Type::U64 | Type::Flag | Type::UnixSeconds | Type::UnixMillis) => {
            Some(0)
        }
        ("min", Type::Seconds | Type::MuteTime) => Some(0),
        ("max", Type::U32 | Type::Seconds | Type::MuteTime) => Some(i64::from(u32::MAX)),
        ("max", Type::Flag) => Some(1),
        _ => None,
    }
}
