//! The accounts that a command of the push service names, and their outcomes.

use std::sync::Arc;

use chat_types::{ErrorCode, UserId, push::PushFailure, spec::EndpointSpec};
use serde::Serialize;

use crate::{
    response::ApiError, router::Context, state::push::audience::AudienceError,
    validation::invalid_parameter_code,
};

/// The response of a command that reports the accounts that failed.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Failures {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) error_list: Vec<PushFailure>,
}

impl Failures {
    /// Notes that a command failed for an account.
    pub(super) fn add(&mut self, account: &UserId, error: ApiError) {
        let mut failure = PushFailure::default();
        failure.to_account = account.clone();
        failure.error_code = error.code;
        failure.error_info = Some(error.info);
        self.error_list.push(failure);
    }
}

/// Returns the shared ID of an account that has a UserID or, in `timpush`, a RegistrationID.
///
/// # Errors
/// When the account does not exist.
pub(super) fn find(context: &Context<'_>, account: &UserId) -> Result<Arc<str>, ApiError> {
    let id = account.as_str();
    context.app.push_account(id).ok_or_else(|| {
        let info = format!("account {id:?} does not exist; import it first");
        ApiError::new(ErrorCode::ACCOUNT_NOT_FOUND, info)
    })
}

/// Returns the shared ID of an account that has a UserID; `None` if it does not exist.
pub(super) fn find_user(context: &Context<'_>, account: &UserId) -> Option<Arc<str>> {
    context.app.accounts.existing_id(account.as_str())
}

/// Returns the error response for tags or attributes that cannot be set.
pub(super) fn audience_error(spec: &EndpointSpec, error: AudienceError) -> ApiError {
    let (code, info) = match error {
        AudienceError::TooManyTagsOfAccount => {
            (ErrorCode::TOO_MANY_PUSH_TAGS, String::from("Tags: the account would have too many"))
        }
        AudienceError::TooManyTagsOfApp => {
            (ErrorCode::TOO_MANY_PUSH_TAGS, String::from("Tags: the app would have too many"))
        }
        AudienceError::OtherAccountType(name) => (
            ErrorCode::PUSH_ACCOUNT_TYPE_MISMATCH,
            format!("{name:?} belongs to accounts of the other type"),
        ),
        AudienceError::UnknownAttribute(name) => (
            ErrorCode::PUSH_ATTRIBUTE_INVALID,
            format!("attribute {name:?} does not exist; name it first"),
        ),
        AudienceError::NameTaken(name, number) => (
            ErrorCode::PUSH_ATTRIBUTE_INVALID,
            format!("attrName:{name} already exists at index:{number}"),
        ),
    };
    ApiError::new(documented_or_invalid(spec, code), info)
}

/// Returns the code if the page of the endpoint lists it, otherwise the one for an invalid parameter.
pub(super) fn documented_or_invalid(spec: &EndpointSpec, code: ErrorCode) -> ErrorCode {
    if spec.documents(code) { code } else { invalid_parameter_code(spec) }
}
