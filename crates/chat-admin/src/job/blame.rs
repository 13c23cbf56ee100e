//! What a refusal says of the single items of a call.

use std::{collections::HashMap, sync::Arc};

use chat_transport::{Error, ErrorKind};
use chat_types::{
    ErrorCode,
    check::FieldPath,
    spec::{ErrorClass, RetryAdvice},
};
use tokio::sync::{Mutex, MutexGuard};

/// Who a refusal is about, as far as it tells by itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The item at this place of the request.
    Item(usize),
    /// All items, or a few of them: the code leaves it open.
    Open(ErrorCode),
    /// The call, whatever its items.
    Call,
}

/// What a code was found to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Some items: others alone succeed.
    Items,
    /// The call: each item alone is refused too.
    Call,
}

/// What was found out so far, for each target and code.
#[derive(Debug, Default)]
pub(crate) struct Findings(Mutex<Found>);

pub(crate) type Found = HashMap<(Option<Arc<str>>, ErrorCode), Cause>;

impl Findings {
    /// Held while something is found out, so that others in the same case wait for it instead of
    /// finding it out again.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().await
    }
}

impl Blame {
    /// Only a refusal after which certainly nothing was done, and that a repeat would meet again,
    /// leaves open whom it is about.
    pub(crate) fn of(error: &Error, item_at: impl Fn(&FieldPath) -> Option<usize>) -> Self {
        if let ErrorKind::InvalidRequest(violation) = error.kind() {
            return item_at(&violation.path).map_or(Self::Call, Self::Item);
        }
        let is_about_content = matches!(
            error.class(),
            Some(
                ErrorClass::CallerBug
                    | ErrorClass::NotFound
                    | ErrorClass::Permission
                    | ErrorClass::Conflict
                    | ErrorClass::Quota
                    | ErrorClass::ContentBlocked
            )
        );
        let is_final = error.retry_advice() == Some(RetryAdvice::Never)
            && error.is_api()
            && !error.may_have_taken_effect();
        match error.code().filter(|_| is_about_content && is_final) {
            Some(code) => Self::Open(code),
            None => Self::Call,
        }
    }
}
