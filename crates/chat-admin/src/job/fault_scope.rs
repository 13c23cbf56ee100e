//! Whether an error is about single items of a call or about the call.

use std::{collections::HashMap, sync::Arc};

use chat_transport::{Error, ErrorKind};
use chat_types::{
    ErrorCode,
    check::FieldPath,
    spec::{ErrorClass, RetryAdvice},
};
use tokio::sync::{Mutex, MutexGuard};

/// What an error is about, as far as the error itself says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FaultScope {
    /// The item at this index of the request.
    Item(usize),
    /// Some of the items or the call: the code leaves it open.
    Undecided(ErrorCode),
    /// The call, whatever its items are.
    Call,
}

/// What a code turned out to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Some items: others succeed when sent alone.
    Items,
    /// The call: each item is refused when sent alone too.
    Call,
}

/// The scopes found so far in a job, by target and code.
#[derive(Debug, Default)]
pub(crate) struct ScopeCache(Mutex<KnownScopes>);

pub(crate) type KnownScopes = HashMap<(Option<Arc<str>>, ErrorCode), Scope>;

impl ScopeCache {
    /// Locks the cache. The lock is held while a scope is found out, so that other tasks with the same
    /// question wait for the result.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, KnownScopes> {
        self.0.lock().await
    }
}

impl FaultScope {
    /// Classifies an error. Only a refusal that a repeat would meet again is undecided, and only if
    /// certainly nothing was done or the parts may be sent in any case.
    pub(crate) fn of(
        error: &Error,
        splits_safely: bool,
        item_at: impl Fn(&FieldPath) -> Option<usize>,
    ) -> Self {
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
            && (splits_safely || !error.may_have_taken_effect());
        match error.code().filter(|_| is_about_content && is_final) {
            Some(code) => Self::Undecided(code),
            None => Self::Call,
        }
    }
}
