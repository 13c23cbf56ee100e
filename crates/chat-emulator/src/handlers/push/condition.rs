//! The conditions of pushes: their codes for mistakes.

use chat_types::{ErrorCode, spec::EndpointSpec};

use super::accounts::documented_or_invalid;
use crate::{
    response::ApiError,
    router::Context,
    state::push::condition::{Condition, ConditionError, RawCondition},
};

/// Reads the condition of a push; without one, everybody is selected.
pub(super) fn read<'a>(
    context: &Context<'_>,
    spec: &EndpointSpec,
    condition: Option<impl Into<RawCondition<'a>>>,
) -> Result<Condition, ApiError> {
    let raw = condition.map(Into::into).unwrap_or_default();
    Condition::read(raw, &context.app.push.audience).map_err(|error| {
        let (code, info) = match error {
            ConditionError::Mixed => {
                (ErrorCode::PUSH_CONDITIONS_MIXED, "tags and attributes cannot be combined".into())
            }
            ConditionError::EmptyTag => (ErrorCode::PUSH_TAG_EMPTY, "a tag is empty".into()),
            ConditionError::RepeatedTag(tag) => (
                ErrorCode::PUSH_TAG_CONDITIONS_OVERLAP,
                format!("a list has the tag {tag:?} twice"),
            ),
            ConditionError::UnknownAttribute(name) => (
                ErrorCode::PUSH_ATTRIBUTE_INVALID,
                format!("attribute {name:?} does not exist; name it first"),
            ),
        };
        ApiError::new(documented_or_invalid(spec, code), format!("Condition: {info}"))
    })
}
